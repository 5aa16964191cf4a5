//! The page that the link of a reset leads to.

use domain::AppError;
use domain::passwords::ResetView;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::api::ViewReset;
use super::{check, new_password, username};
use crate::components::door::{Door, shut_link};
use crate::components::form::{Form, Hidden};
use crate::components::page::PageTitle;
use crate::load::{load, show_or};
use crate::text;
use crate::text::label;
use crate::view::view;

/// The page that the link of a reset leads to. Opening it changes nothing (req. 23).
#[component]
pub fn ResetPage() -> AnyView {
    let token = use_params_map().with_untracked(|params| params.get("token").unwrap_or_default());
    let asked = token.clone();
    let reset = load::<ViewReset>(move || vec![("token", asked.clone())]);
    show_or(reset, move |view| reset_view(view, token.clone()), failed)
}

fn reset_view(view: ResetView, token: String) -> AnyView {
    let ResetView {
        business,
        email,
        min,
    } = view;
    view! {
        <PageTitle text=label::SET_YOUR_PASSWORD/>
        <Door at=business.clone() foot=text::staff_only(&business) class="mid">
            <Form action="/api/passwords/reset" check=check(min)>
                <div class="stack tight">
                    <h1>{label::SET_YOUR_PASSWORD}</h1>
                    <p class="muted">{label::RESET_SIGNS_OUT}</p>
                </div>
                <div class="field">
                    <span class="label">{label::EMAIL}</span>
                    <p>{email.clone()}</p>
                    {username(email)}
                </div>
                {new_password(min, token.clone())}
                <Hidden name="token" value=token/>
                <button class="button primary block" type="submit">{label::SET_PASSWORD}</button>
            </Form>
        </Door>
    }
}

/// A link that is of no use says how to get another.
#[expect(clippy::needless_pass_by_value, reason = "as `show_or` calls it")]
fn failed(error: AppError) -> AnyView {
    shut_link(
        &error,
        label::RESET_LINK_OVER,
        "/forgot-password",
        label::SEND_ANOTHER_LINK,
    )
}
