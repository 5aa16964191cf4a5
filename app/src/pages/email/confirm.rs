//! The page that the link to a new address leads to.

use domain::AppError;
use domain::email::ConfirmEmailView;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::api::ViewConfirmEmail;
use crate::components::door::{Door, shut_link};
use crate::components::form::{Form, Hidden};
use crate::components::page::PageTitle;
use crate::load::{load, show_or};
use crate::text;
use crate::text::label;
use crate::view::view;

/// The page that the link to a new address leads to. Opening it changes nothing (req. 23).
#[component]
pub fn ConfirmEmailPage() -> AnyView {
    let token = use_params_map().with_untracked(|params| params.get("token").unwrap_or_default());
    let asked = token.clone();
    let change = load::<ViewConfirmEmail>(move || vec![("token", asked.clone())]);
    show_or(
        change,
        move |view| confirm_view(view, token.clone()),
        failed,
    )
}

fn confirm_view(view: ConfirmEmailView, token: String) -> AnyView {
    let ConfirmEmailView { business, email } = view;
    view! {
        <PageTitle text=label::CONFIRM_EMAIL/>
        <Door at=business.clone() foot=text::staff_only(&business) class="mid">
            <Form action="/api/emails/confirm">
                <div class="stack tight">
                    <h1>{label::CONFIRM_EMAIL}</h1>
                    <p class="muted">{label::CONFIRM_EMAIL_HELP}</p>
                </div>
                <div class="field" id="email" tabindex="-1">
                    <span class="label">{label::NEW_EMAIL}</span>
                    <p>{email}</p>
                </div>
                <Hidden name="token" value=token/>
                <button class="button primary block" type="submit">{label::CONFIRM_EMAIL}</button>
            </Form>
        </Door>
    }
}

/// A link that is of no use says how to get another.
#[expect(clippy::needless_pass_by_value, reason = "as `show_or` calls it")]
fn failed(error: AppError) -> AnyView {
    shut_link(
        &error,
        label::EMAIL_LINK_OVER,
        "/profile",
        label::MY_PROFILE,
    )
}
