//! A question before something that hurts: it restates the consequence, and its button is the
//! verb. Without script the server renders the page with the dialog open.

use leptos::prelude::*;

use super::dialog::Dialog;
use super::form::Form;
use super::password::PasswordAgain;
use super::summary::Summary;
use crate::respond;
use crate::text::label;
use crate::view::view;

/// A question with its form.
#[component]
pub fn Confirm(
    /// The question.
    title: String,
    /// The consequence.
    text: String,
    /// The verb, with its object; nothing where there is nothing to do.
    #[prop(into)]
    verb: Option<String>,
    /// Where it posts to.
    action: &'static str,
    /// Where a No leads.
    back: String,
    /// There is something to fill in: refused, it asks again. The server then says where a Yes
    /// leads.
    #[prop(optional)]
    asks_again: bool,
    /// Fields.
    children: Children,
) -> AnyView {
    let dialog = Dialog::over(back.clone());
    let way_back = if asks_again {
        respond::address()
    } else {
        back.clone()
    };
    let inside = view! {
            <Form action class="dialog-card" quiet=true back=way_back>
                <header>
                    <h2 id="confirm-title">{title}</h2>
                    <p id="confirm-text">{text}</p>
                </header>
                <div class="body"><Summary forms=vec![action]/><PasswordAgain/>{children()}</div>
                <footer>
                    <a class="button" href=back autofocus=cfg!(feature = "ssr")>{label::CANCEL}</a>
                    {verb.map(|verb| view! {
                        <button class="button danger-solid" type="submit">{verb}</button>
                    })}
                </footer>
            </Form>
    };
    dialog.holding("confirm-title", "confirm-text", None, inside)
}
