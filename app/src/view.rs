//! `view!`, as all pages use it: Leptos' own, with one type for whatever it makes.
//!
//! An element in an `Option` or a `Vec` would be another type for each, and all that Leptos does with
//! a view is compiled once for every type: about a tenth of what the browser loads (ADR 6).

use leptos::prelude::{AnyView, IntoAny, RenderHtml, View};

macro_rules! view {
    ($($tokens:tt)*) => {
        $crate::view::erased(::leptos::prelude::view! { $($tokens)* })
    };
}
pub(crate) use view;

/// What a `view!` made, as the one type.
pub(crate) fn erased<T: RenderHtml + Send + 'static>(view: View<T>) -> AnyView {
    view.into_inner().into_any()
}

/// Views one after another.
pub(crate) trait Views {
    /// All of them, collected by code that is the same for all sources.
    fn views(self) -> Vec<AnyView>;
}

impl<I: IntoIterator<Item = AnyView>> Views for I {
    fn views(self) -> Vec<AnyView> {
        gathered(&mut self.into_iter())
    }
}

fn gathered(views: &mut dyn Iterator<Item = AnyView>) -> Vec<AnyView> {
    views.collect()
}
