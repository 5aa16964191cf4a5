//! Sign-in. A real form before the app has arrived; with it, one that keeps what was typed.

pub mod api;

use std::sync::Arc;

use domain::AppError;
use domain::sign_in::{DoorView, SignIn, own_path};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::api::ViewDoor;
use crate::components::door::Door;
use crate::components::field::Field;
use crate::components::form::{Check, Form, Hidden};
use crate::components::page::PageTitle;
use crate::components::password::Password;
use crate::components::summary::notice;
use crate::load::{load_plain, show};
use crate::state::State;
use crate::text;
use crate::text::label;
use crate::view::view;
use crate::wire::Fields;

/// The sign-in page.
#[component]
pub fn SignInPage() -> AnyView {
    let next = use_query_map().with_untracked(|query| query.get("next").unwrap_or_default());
    let next = own_path(&next).unwrap_or_default().to_owned();
    turn_back_if_signed_in(&next);
    show(load_plain::<ViewDoor>(), move |view| {
        door_view(view, next.clone())
    })
}

/// Whoever is signed in already has no business at the door.
fn turn_back_if_signed_in(next: &str) {
    #[cfg(feature = "ssr")]
    if let Some(service::Visitor::Staff(_)) = use_context() {
        crate::respond::redirect(if next.is_empty() { "/" } else { next });
    }
    // In the browser the door is only ever loaded whole.
    #[cfg(not(feature = "ssr"))]
    let _ = next;
}

fn door_view(view: DoorView, next: String) -> AnyView {
    let DoorView { business, ended } = view;
    let ended = ended
        .and_then(text::ended)
        .map(|why| notice("info", why.to_owned()));
    // A form without script that stood on another page; with script a notice came along.
    let lost = State::here().trouble.with_untracked(|trouble| {
        matches!(trouble.error, Some(AppError::SignedOut { .. }))
            .then(|| notice("info", label::NOT_SAVED_SIGN_IN.to_owned()))
    });
    view! {
        <PageTitle text=label::SIGN_IN/>
        <Door at=business.clone() foot=text::staff_only(&business)>
            <div class="stack">
            {ended}
            {lost}
            <Form action="/api/sign-in" check=check()>
                <h1>{label::SIGN_IN}</h1>
                <Field name="email" label=label::EMAIL kind="email" autocomplete="username" first=true/>
                <Password name="password" label=label::PASSWORD autocomplete="current-password"/>
                <Hidden name="next" value=next/>
                <button class="button primary block" type="submit">{label::SIGN_IN}</button>
                <p class="small"><a href="/forgot-password">{label::FORGOT_PASSWORD}</a></p>
            </Form>
            </div>
        </Door>
    }
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let form = SignIn {
            email: fields.one("email"),
            password: fields.one("password"),
            next: String::new(),
        };
        form.check().err().unwrap_or_default()
    })
}
