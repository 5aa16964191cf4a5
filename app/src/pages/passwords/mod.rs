//! New passwords: changing one's own, and the two doors for who has forgotten theirs.

pub mod api;
pub mod change;
pub mod choose;
pub mod forgot;
pub mod reset;

use std::sync::Arc;

use domain::passwords::NewPassword;
use leptos::prelude::*;

use crate::components::form::Check;
use crate::components::password::Password;
use crate::text;
use crate::text::label;
use crate::view::view;
use crate::wire::Fields;

/// A new password, typed twice, with its meter. `token` is the secret of the link that the page
/// was opened with, or empty.
fn new_password(min: usize, token: String) -> AnyView {
    view! {
        <Password
            name="password"
            label=label::NEW_PASSWORD
            autocomplete="new-password"
            help=text::password_rule(min)
            meter=token
        />
        <Password name="again" label=label::NEW_PASSWORD_AGAIN autocomplete="new-password"/>
    }
}

/// The address that a password manager files the password under.
fn username(email: String) -> AnyView {
    view! { <input type="hidden" autocomplete="username" value=email/> }
}

fn typed(fields: &Fields) -> NewPassword {
    NewPassword {
        password: fields.one("password"),
        again: fields.one("again"),
    }
}

fn check(min: usize) -> Check {
    Arc::new(move |fields: &Fields| typed(fields).check(min).err().unwrap_or_default())
}
