//! Buttons that only script can answer (`.scripted`): absent without it (design "Without
//! JavaScript"), and there before the browser has taken over, so that nothing moves when it does.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icon;
use crate::dom;
use crate::state::State;
use crate::text::label;
use crate::view::view;

/// Copies a text.
#[must_use]
pub fn copy_button(class: &'static str, text: String) -> AnyView {
    let state = State::here();
    let text = StoredValue::new(text);
    let copy = move |_| {
        spawn_local(async move {
            // Where it was refused nothing is said: the text can still be marked by hand.
            if dom::copy(text.get_value()).await {
                state.say(label::COPIED.to_owned());
            }
        });
    };
    view! {
        <button class=format!("{class} scripted") type="button" on:click=copy>
            {icon("copy")} " " {label::COPY}
        </button>
    }
}

/// Prints the page.
#[must_use]
pub fn print_button() -> AnyView {
    view! {
        <button class="button scripted" type="button" on:click=|_| dom::print()>
            {icon("printer")} " " {label::PRINT}
        </button>
    }
}
