//! Accepting an invitation.

pub mod api;

use std::sync::Arc;

use domain::AppError;
use domain::form::PASSWORD_MIN_ALONE;
use domain::invites::{AcceptInvite, InviteView};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::api::ViewInvite;
use crate::components::door::{Door, shut_door};
use crate::components::form::{Check, Form, Hidden};
use crate::components::page::PageTitle;
use crate::components::password::Password;
use crate::load::{load, show_or};
use crate::text;
use crate::text::{label, phrase};
use crate::view::view;
use crate::wire::Fields;

/// The page that an invitation leads to.
#[component]
pub fn AcceptInvitePage() -> AnyView {
    let token = use_params_map().with_untracked(|params| params.get("token").unwrap_or_default());
    let asked = token.clone();
    let invite = load::<ViewInvite>(move || vec![("token", asked.clone())]);
    show_or(
        invite,
        move |view| invite_view(view, token.clone()),
        |error: AppError| shut_door(&error),
    )
}

fn invite_view(view: InviteView, token: String) -> AnyView {
    let InviteView {
        business,
        first_name,
        email,
        inviter,
        groups,
        stores,
    } = view;
    let stores = stores.map(|stores| view! { " "{label::AT}" "<strong>{stores}</strong> });
    view! {
        <PageTitle text=label::SET_YOUR_PASSWORD/>
        <Door at=business.clone() foot=text::staff_only(&business) class="mid">
            <Form action="/api/invites/accept" check=check()>
                <div class="stack tight">
                    <h1>{phrase::welcome(&first_name)}</h1>
                    <p class="muted">
                        {phrase::invited_you(&inviter, &business)}" "<strong>{groups}</strong>{stores}{label::SET_A_PASSWORD}
                    </p>
                </div>
                <div class="field">
                    <span class="label">{label::EMAIL}</span>
                    <p>{email.clone()}</p>
                    <p class="help">{label::YOUR_SIGN_IN_NAME}</p>
                    // So that a password manager files the password under it.
                    <input type="hidden" autocomplete="username" value=email/>
                </div>
                <Password
                    name="password"
                    label=label::PASSWORD
                    autocomplete="new-password"
                    help=text::password_rule(PASSWORD_MIN_ALONE)
                    meter=token.clone()
                />
                <Password name="again" label=label::PASSWORD_AGAIN autocomplete="new-password"/>
                <Hidden name="token" value=token/>
                <button class="button primary block" type="submit">{label::SET_PASSWORD_AND_START}</button>
            </Form>
        </Door>
    }
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let form = AcceptInvite {
            token: String::new(),
            password: fields.one("password"),
            again: fields.one("again"),
        };
        form.check().err().unwrap_or_default()
    })
}
