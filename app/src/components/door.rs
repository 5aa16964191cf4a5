//! The frame of a page before sign-in: one card, one task, no navigation.

use leptos::prelude::*;

use super::brand::mark;
use super::form::Form;
use crate::text;
use crate::text::label;

/// A door.
#[component]
pub fn Door(
    /// Said at the right of the head: the business, or where one is.
    #[prop(into)]
    at: String,
    /// Said at the foot.
    #[prop(into)]
    foot: String,
    /// Width of the card: `mid`, `wide`, or nothing.
    #[prop(default = "")]
    class: &'static str,
    /// The card.
    children: Children,
) -> AnyView {
    view! {
        <div class="door">
            <header>
                <span class="brand">{mark()}<span>{text::PRODUCT}</span></span>
                <span>{at}</span>
            </header>
            <main class=class>{children()}</main>
            <footer><span>{foot}</span></footer>
        </div>
    }
    .into_any()
}

/// The way out of a page that leads nowhere else until its task is done.
#[must_use]
pub fn sign_out() -> AnyView {
    view! {
        <Form action="/api/sign-out" class="" quiet=true>
            <button class="button ghost" type="submit">{label::SIGN_OUT}</button>
        </Form>
    }
    .into_any()
}
