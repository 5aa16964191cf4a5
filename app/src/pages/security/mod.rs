//! Settings → Security.

pub mod api;
mod sessions;

use std::sync::Arc;

use access::{Permission, TwoFactorPolicy};
use domain::page::Count;
use domain::security::{SecurityForm, SecurityView};
use leptos::prelude::*;

use self::api::ViewSecurity;
use self::sessions::{ABSOLUTE, IDLE, sessions};
use crate::components::form::{Check, Form, Hidden, Within};
use crate::components::page::PageTitle;
use crate::components::password::PasswordAgain;
use crate::components::summary::notice;
use crate::load::{load_plain, show_afresh};
use crate::state::State;
use crate::text::{label, phrase};
use crate::view::{Views, view};
use crate::wire::Fields;

/// Name of the field that says whom a second factor is asked.
const REQUIRE: &str = "require";
/// The people who work here without one.
const MISSING: &str = "/settings/users?two-factor=off&status=active";

/// The page.
#[component]
pub fn SecurityPage() -> AnyView {
    show_afresh(load_plain::<ViewSecurity>(), |found| {
        Some(security_view(&found.view()?))
    })
}

fn security_view(view: &SecurityView) -> AnyView {
    let may_edit = view.may_edit;
    let needs = (!may_edit).then(|| notice("info", phrase::needs(Permission::SettingsEdit)));
    let (policies, sessions) = (policies(view), sessions(view));
    let revision = view.revision.to_string();
    view! {
        <PageTitle text=label::SECURITY/>
        <div class="page narrow">
            <header class="page-head">
                <div class="title">
                    <h1>{label::SECURITY}</h1>
                </div>
            </header>
            {needs}
            <Form action="/api/security/update" class="stack loose" check=check()>
                <Hidden name="revision" value=revision/>
                {policies()}
                <hr/>
                {sessions()}
                <PasswordAgain/>
                {may_edit.then(|| view! {
                    <div class="actions">
                        <button class="button primary" type="submit" id="save">{label::SAVE}</button>
                    </div>
                })}
            </Form>
        </div>
    }
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let form = SecurityForm {
            idle: fields.one(IDLE),
            absolute: fields.one(ABSOLUTE),
            ..SecurityForm::default()
        };
        form.check().err().unwrap_or_default()
    })
}

/// Whom a second factor is asked, with how many have none yet beside each.
fn policies(view: &SecurityView) -> impl FnOnce() -> AnyView + use<> {
    let view = view.clone();
    move || {
        let form: Within = expect_context();
        let typed = State::here().typed(form, REQUIRE);
        let chosen = typed.unwrap_or_else(|| view.policy.key().to_owned());
        let cards = TwoFactorPolicy::ALL.map(|policy| card(policy, &chosen, &view));
        view! {
            <fieldset class="stack tight">
                <legend><h2>{label::REQUIRE_TWO_FACTOR}</h2></legend>
                <p class="muted">{label::REQUIRE_TWO_FACTOR_HELP}</p>
                {cards.views()}
            </fieldset>
        }
    }
}

fn card(policy: TwoFactorPolicy, chosen: &str, view: &SecurityView) -> AnyView {
    let SecurityView {
        everyone, admins, ..
    } = *view;
    let everybody = view.may_list.then(|| MISSING.to_owned());
    let of_admins = view.admins_in.filter(|_| view.may_list);
    let of_admins = of_admins.map(|group| format!("{MISSING}&group={group}"));
    let (title, help, missing) = match policy {
        TwoFactorPolicy::Off => (
            label::OFF,
            label::EACH_DECIDES.to_owned(),
            plainly(everyone.missing),
        ),
        TwoFactorPolicy::Admins => (
            label::REQUIRED_FOR_ADMINS,
            phrase::admins_concerned(admins.people, admins.missing),
            linked(admins.missing, of_admins),
        ),
        TwoFactorPolicy::Everyone => (
            label::REQUIRED_FOR_EVERYONE,
            phrase::everyone_concerned(everyone.people, everyone.missing),
            linked(everyone.missing, everybody),
        ),
    };
    view! {
        <label class="choice choice-card">
            <input
                type="radio"
                name=REQUIRE
                value=policy.key()
                checked=policy.key() == chosen
                disabled=!view.may_edit
            />
            " "
            <span class="cluster between"><strong>{title}</strong> " " {missing}</span>
            " "
            <span class="help">{help}</span>
        </label>
    }
}

fn plainly(missing: Count) -> AnyView {
    view! { <span class="muted">{phrase::not_enrolled(missing)}</span> }
}

/// With the way to the list of them, where there is one.
fn linked(missing: Count, list: Option<String>) -> AnyView {
    match list.filter(|_| missing.n > 0) {
        Some(list) => view! { <a href=list>{phrase::not_enrolled(missing)}</a> },
        None => plainly(missing),
    }
}
