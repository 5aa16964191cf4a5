//! The frame of a page before sign-in: one card, one task, no navigation.

use domain::AppError;
use leptos::prelude::*;

use super::brand::mark;
use super::form::Form;
use super::page::PageTitle;
use crate::respond;
use crate::text;
use crate::text::label;
use crate::view::view;

/// A door.
#[component]
pub fn Door(
    /// Said at the right of the head: the business, where one is, or who is signed in.
    #[prop(into)]
    at: String,
    /// Somebody is signed in, so that the head has the way out (req. 43).
    #[prop(optional)]
    signed_in: bool,
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
                <div class="cluster wide no-print"><span>{at}</span> " " {signed_in.then(sign_out)}</div>
            </header>
            <main class=class>{children()}</main>
            <footer><span>{foot}</span></footer>
        </div>
    }
}

/// A door that does not open: why, and what to do.
#[must_use]
pub fn shut_door(error: &AppError) -> AnyView {
    let said = text::no_page(error);
    let incident = said
        .incident
        .map(|incident| view! { " "<code>{incident}</code> });
    let text = view! { {said.text}{incident} };
    shut(
        error,
        said.title,
        text.into_any(),
        "/sign-in",
        label::GO_TO_SIGN_IN,
    )
}

/// A link of a mail that is of no use: why, and the way to another one. Any other reason is said
/// as at every door.
#[must_use]
pub fn shut_link(
    error: &AppError,
    why: &'static str,
    another: &'static str,
    name: &'static str,
) -> AnyView {
    if *error == AppError::LinkOver {
        let title = text::no_page(error).title;
        shut(error, title, why.into_any(), another, name)
    } else {
        shut_door(error)
    }
}

fn shut(
    error: &AppError,
    title: String,
    text: AnyView,
    to: &'static str,
    name: &'static str,
) -> AnyView {
    respond::status(error.status());
    view! {
        <PageTitle text=title.clone()/>
        <Door at="" foot="">
            <div class="stack">
                <h1>{title}</h1>
                <p class="muted">{text}</p>
                <p><a href=to>{name}</a></p>
            </div>
        </Door>
    }
}

/// The way out of a page that leads nowhere else until its task is done.
fn sign_out() -> AnyView {
    view! {
        <Form action="/api/sign-out" class="" quiet=true>
            <button class="button small ghost" type="submit">{label::SIGN_OUT}</button>
        </Form>
    }
}
