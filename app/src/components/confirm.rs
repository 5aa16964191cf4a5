//! A question before something that hurts: it restates the consequence, and its button is the
//! verb. Without script the server renders the page with the dialog open.

use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::NavigateOptions;

use super::form::Form;
use super::summary::Summary;
use crate::state::State;
use crate::text::label;

/// A question with its form.
#[component]
pub fn Confirm(
    /// The question.
    title: String,
    /// The consequence.
    text: String,
    /// The verb, with its object.
    verb: String,
    /// Where it posts to.
    action: &'static str,
    /// Where a No leads.
    back: String,
    /// Hidden fields.
    children: Children,
) -> AnyView {
    let state = State::here();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            // The server could only render it open; as a modal it also keeps the focus inside.
            _ = dialog.remove_attribute("open");
            _ = dialog.show_modal();
        }
    });
    let no = back.clone();
    let on_cancel = move |event: leptos::ev::Event| {
        event.prevent_default();
        state.go(
            &no,
            NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    };
    view! {
        <dialog open=true node_ref=dialog aria-labelledby="confirm-title" aria-describedby="confirm-text" on:cancel=on_cancel>
            <Form action class="dialog-card" quiet=true back=back.clone()>
                <header>
                    <h2 id="confirm-title">{title}</h2>
                    <p id="confirm-text">{text}</p>
                </header>
                <div class="body"><Summary forms=vec![action]/>{children()}</div>
                <footer>
                    <a class="button" href=back autofocus=cfg!(feature = "ssr")>{label::CANCEL}</a>
                    <button class="button danger-solid" type="submit">{verb}</button>
                </footer>
            </Form>
        </dialog>
    }
    .into_any()
}
