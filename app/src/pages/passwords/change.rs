//! Changing the own password.

use std::sync::Arc;

use domain::passwords::{ChangePassword, PasswordView};
use leptos::prelude::*;

use super::api::ViewPassword;
use super::{new_password, typed, username};
use crate::components::form::{Check, Form};
use crate::components::page::{PageTitle, crumbs};
use crate::components::password::Password;
use crate::load::{load_plain, show};
use crate::state::State;
use crate::text::{label, phrase};
use crate::view::view;
use crate::wire::Fields;

const ACTION: &str = "/api/passwords/change";
/// Name of the field that ends the other sessions.
const END_OTHERS: &str = "end_others";

/// Changing the own password.
#[component]
pub fn PasswordPage() -> AnyView {
    show(load_plain::<ViewPassword>(), password_view)
}

fn password_view(view: PasswordView) -> AnyView {
    let PasswordView { email, min, others } = view;
    // A box that is not ticked is not posted at all, and nothing else of this form is kept.
    let end_others = State::here().trouble.with_untracked(|trouble| {
        trouble.form != ACTION || trouble.fields.iter().any(|(name, _)| name == END_OTHERS)
    });
    let others = (others > 0).then(|| {
        view! {
            <label class="choice">
                <input type="checkbox" name=END_OTHERS value="on" checked=end_others/>
                " "
                <span>{phrase::sign_out_others(others)}</span>
            </label>
        }
    });
    view! {
        <PageTitle text=label::CHANGE_PASSWORD/>
        <div class="page narrow">
            {crumbs(vec![(label::MY_PROFILE, "/profile")], label::CHANGE_PASSWORD.to_owned())}
            <header class="page-head"><h1>{label::CHANGE_PASSWORD}</h1></header>
            <Form action=ACTION check=check(min)>
                {username(email)}
                <Password
                    name="current_password"
                    label=label::CURRENT_PASSWORD
                    autocomplete="current-password"
                />
                {new_password(min, String::new())}
                {others}
                <div class="actions">
                    <button class="button primary" type="submit">{label::CHANGE_PASSWORD}</button>
                    " "
                    <a class="button" href="/profile">{label::CANCEL}</a>
                </div>
            </Form>
        </div>
    }
}

fn check(min: usize) -> Check {
    Arc::new(move |fields: &Fields| {
        let form = ChangePassword {
            current: fields.one("current_password"),
            new: typed(fields),
            end_others: false,
        };
        form.check(min).err().unwrap_or_default()
    })
}
