//! Parts and attributes that follow signals.
//!
//! Each closure in a view is a type of its own, for which the browser would load its own copy of
//! the code that keeps it in step. These give all of them the same few types.

use leptos::prelude::*;

/// A part of a page that follows signals.
pub fn live<V: IntoView + 'static>(part: impl Fn() -> V + Send + 'static) -> AnyView {
    let part: Box<dyn Fn() -> AnyView + Send> = Box::new(move || part().into_any());
    part.into_any()
}

/// Whether something holds: for attributes that are there or not.
pub fn holds(condition: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(condition)
}

/// `true` or absent: for attributes that say it in a word.
pub fn says(condition: impl Fn() -> bool + Send + Sync + 'static) -> Signal<Option<&'static str>> {
    Signal::derive(move || condition().then_some("true"))
}
