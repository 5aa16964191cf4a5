//! Notices of what was done.

use leptos::prelude::*;

use super::icon;
use super::live::live;
use crate::state::{Notice, State};
use crate::text::label;
use crate::view::view;

/// The place where notices appear. Always there, so that screen readers hear what comes into it.
#[component]
pub fn Toasts() -> AnyView {
    let state = State::here();
    let notice = live(move || state.notice.get().map(|notice| toast(state, notice)));
    view! { <div class="toasts" role="status">{notice}</div> }
}

fn toast(state: State, notice: Notice) -> AnyView {
    let dismiss = live(move || {
        state.hydrated.get().then(|| {
            view! {
                <button
                    class="button small"
                    type="button"
                    aria-label=label::DISMISS
                    on:click=move |_| state.dismiss()
                >
                    {icon("x")}
                </button>
            }
        })
    });
    view! { <div class="toast">{icon("check")} " " {notice.text} " " {dismiss}</div> }
}
