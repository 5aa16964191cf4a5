//! Notices of what was done.

use domain::done::{Notice, Undo};
use leptos::prelude::*;

use super::form::{Form, Hidden};
use super::icon;
use super::live::live;
use crate::state::{Shown, State};
use crate::text::label;
use crate::view::view;

/// The place where notices appear. Always there, so that screen readers hear what comes into it.
#[component]
pub fn Toasts() -> AnyView {
    let state = State::here();
    let notice = live(move || state.notice.get().map(|shown| toast(state, shown)));
    view! { <div class="toasts" role="status">{notice}</div> }
}

fn toast(state: State, shown: Shown) -> AnyView {
    let Shown {
        sign,
        notice: Notice { text, undo },
    } = shown;
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
    let undo = undo.map(undo_form);
    view! { <div class="toast">{icon(sign)} " " {text} " " {undo} " " {dismiss}</div> }
}

/// The button that takes back what was done. Refused, the page says why, else another notice.
fn undo_form(undo: Undo) -> AnyView {
    let Undo { by, id, day } = undo;
    view! {
        <Form action=by.path() class="" quiet=true>
            <Hidden name="id" value=id/>
            {day.map(|day| view! { <Hidden name="day" value=day/> })}
            <button class="button small" type="submit">{label::UNDO}</button>
        </Form>
    }
}
