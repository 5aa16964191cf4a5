//! A person's page: head with what can be done about them, and a tab for each part.

use std::sync::Arc;

use domain::users::{Status, UserView};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::access::access_tab;
use super::api::ViewUser;
use super::details::details_tab;
use super::security::{RESET, reset_question, security_tab};
use super::{LIST, locked_banner};
use crate::components::avatar::large_avatar;
use crate::components::badge::status_badge;
use crate::components::confirm::Confirm;
use crate::components::form::{Form, Hidden};
use crate::components::icon;
use crate::components::live::{holds, live};
use crate::components::menu::Menu;
use crate::components::page::{PageTitle, crumbs};
use crate::components::summary::Summary;
use crate::load::{load, show_afresh};
use crate::respond;
use crate::text;
use crate::text::{label, phrase};

const RESEND: &str = "/api/users/resend-invite";
const WITHDRAW: &str = "/api/users/withdraw-invite";
const DEACTIVATE: &str = "/api/users/deactivate";
const REACTIVATE: &str = "/api/users/reactivate";
const SEND_RESET: &str = "/api/users/send-reset";
const UNLOCK: &str = "/api/users/unlock";
/// Id of the form behind *Send password reset* where it is not the main action.
const RESET_FORM: &str = "reset";

/// Value of `tab` for groups and stores; Details is the tab without one.
const ACCESS: &str = "access";
/// Value of `tab` for how they sign in.
pub(super) const SECURITY: &str = "security";
/// Value of `confirm` for the question before a second factor is reset.
pub(super) const RESET_FACTOR: &str = "reset-2fa";

/// A person's page.
#[component]
pub fn UserPage() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let tab = Memo::new(move |_| query.with(|query| query.get("tab").unwrap_or_default()));
    let confirm = Memo::new(move |_| query.with(|query| query.get("confirm").unwrap_or_default()));
    let person = load::<ViewUser>(move || vec![("id", id.get())]);
    show_afresh(person, move |found| {
        Some(person_view(found.view()?, tab, confirm))
    })
}

fn person_view(view: UserView, tab: Memo<String>, confirm: Memo<String>) -> AnyView {
    let person = Arc::new(view);
    let name = person.name.clone();
    let may_act = person.locked_because.is_none();
    let asking = holds(move || confirm.with(|confirm| !confirm.is_empty()));
    let locked = person.locked_because.as_ref().map(locked_banner);
    let part = {
        let person = Arc::clone(&person);
        live(move || match tab.get().as_str() {
            ACCESS => access_tab(&person),
            SECURITY => security_tab(&person),
            _ => details_tab(&person),
        })
    };
    // A question says itself why it was refused.
    let trouble = live(move || {
        let asked = if confirm.with(String::is_empty) {
            vec![WITHDRAW, DEACTIVATE, RESET]
        } else {
            Vec::new()
        };
        view! { <Summary forms=[vec![RESEND, REACTIVATE, SEND_RESET, UNLOCK], asked].concat()/> }
    });
    let question = {
        let person = Arc::clone(&person);
        live(move || {
            let confirm = confirm.get();
            let question = may_act.then(|| question(&confirm, &person, tab)).flatten();
            if question.is_none() && !confirm.is_empty() {
                // The question does not fit the person as they stand now.
                respond::move_on(address(&person, &tab.get_untracked(), None));
            }
            question
        })
    };
    view! {
        <PageTitle text=name.clone()/>
        <div class="page" inert=asking>
            {crumbs(vec![(label::USERS, LIST)], name.clone())}
            <header class="page-head">
                <div class="title">
                    {large_avatar(&name)}
                    " "
                    <div>
                        <div class="cluster">
                            <h1>{name.clone()}</h1>
                            " "
                            {status_badge(person.status, person.invite.as_ref().is_some_and(|invite| invite.expired))}
                        </div>
                        <p class="muted">{person.email.clone()}</p>
                    </div>
                </div>
                {may_act.then(|| actions(&person, tab))}
            </header>
            {trouble}
            {locked}
            {tabs(&person, tab)}
            {part}
        </div>
        {question}
    }
    .into_any()
}

/// The page's own address with a tab and perhaps a question.
pub(super) fn address(person: &UserView, tab: &str, confirm: Option<&str>) -> String {
    let tab = (!tab.is_empty()).then(|| format!("tab={tab}"));
    let confirm = confirm.map(|confirm| format!("confirm={confirm}"));
    let query: Vec<String> = tab.into_iter().chain(confirm).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{LIST}/{}{mark}{}", person.id, query.join("&"))
}

/// The tab that a word in the address means.
fn tab_of(word: &str) -> &'static str {
    let known = [ACCESS, SECURITY].into_iter().find(|tab| *tab == word);
    known.unwrap_or_default()
}

fn tabs(person: &UserView, tab: Memo<String>) -> AnyView {
    let link = |key: &'static str, name: &'static str| {
        let current = Signal::derive(move || tab.with(|tab| tab_of(tab) == key).then_some("page"));
        view! { <a href=address(person, key, None) aria-current=current>{name}</a> }
    };
    view! {
        <nav class="tabs" aria-label=person.name.clone()>
            {link("", label::DETAILS)} {link(ACCESS, label::ACCESS)} {link(SECURITY, label::SECURITY)}
        </nav>
    }
    .into_any()
}

/// What can be done about the person as they stand.
fn actions(person: &UserView, tab: Memo<String>) -> AnyView {
    let id = person.id.to_string();
    let ask = |what: &'static str, sign: &'static str, name: &'static str| {
        let person = person.clone();
        let href = Signal::derive(move || address(&person, &tab.get(), Some(what)));
        view! { <li><a class="danger-text" href=href>{icon(sign)} " " {name}</a></li> }.into_any()
    };
    let (main, more) = match person.status {
        Status::Invited => (
            act(RESEND, "mail", label::RESEND_INVITE, id.clone()),
            vec![ask("withdraw", "user-x", label::WITHDRAW_INVITE)],
        ),
        Status::Active => (
            act(SEND_RESET, "mail", label::SEND_RESET, id.clone()),
            vec![ask("deactivate", "user-x", label::DEACTIVATE)],
        ),
        Status::Locked => (
            act(UNLOCK, "lock-open", label::UNLOCK, id.clone()),
            vec![
                entry(RESET_FORM, "mail", label::SEND_RESET),
                ask("deactivate", "user-x", label::DEACTIVATE),
            ],
        ),
        Status::Deactivated => (
            act(REACTIVATE, "undo-2", label::REACTIVATE, id.clone()),
            Vec::new(),
        ),
    };
    let reset = (person.status == Status::Locked).then(|| {
        view! {
            <Form action=SEND_RESET id=RESET_FORM class="" quiet=true><Hidden name="id" value=id.clone()/></Form>
        }
    });
    let reset_factor = person.factor.on.as_ref().map(|_| {
        let href = address(person, SECURITY, Some(RESET_FACTOR));
        view! { <li><a href=href>{icon("shield-off")} " " {label::RESET_TWO_FACTOR}</a></li> }
            .into_any()
    });
    let more: Vec<AnyView> = reset_factor.into_iter().chain(more).collect();
    view! {
        <div class="actions">
            {reset}
            {main}
            {(!more.is_empty()).then(|| view! { <Menu label=label::MORE_ACTIONS>{more}</Menu> })}
        </div>
    }
    .into_any()
}

/// An entry of the menu that posts a form which stands beside it.
fn entry(form: &'static str, sign: &'static str, name: &'static str) -> AnyView {
    view! { <li><button type="submit" form=form>{icon(sign)} " " {name}</button></li> }.into_any()
}

/// A form that is only a button.
fn act(action: &'static str, sign: &'static str, name: &'static str, id: String) -> AnyView {
    view! {
        <Form action class="" quiet=true>
            <Hidden name="id" value=id.clone()/>
            <button class="button" type="submit">{icon(sign)} " " {name}</button>
        </Form>
    }
    .into_any()
}

/// The question that the address asks, if it fits the person as they stand.
fn question(confirm: &str, person: &UserView, tab: Memo<String>) -> Option<AnyView> {
    let back = address(person, &tab.get_untracked(), None);
    if confirm == RESET_FACTOR {
        return person
            .factor
            .on
            .as_ref()
            .map(|_| reset_question(person, back));
    }
    let first = text::first_word(&person.name);
    let (action, title, consequence, verb) = match (confirm, person.status) {
        ("deactivate", Status::Active | Status::Locked) => (
            DEACTIVATE,
            phrase::deactivate_question(&person.name),
            phrase::deactivate_consequence(person.sessions),
            phrase::deactivate_verb(first),
        ),
        ("withdraw", Status::Invited) => (
            WITHDRAW,
            phrase::withdraw_question(&person.name),
            label::WITHDRAW_CONSEQUENCE.to_owned(),
            label::WITHDRAW_INVITE.to_owned(),
        ),
        _ => return None,
    };
    let id = person.id.to_string();
    Some(
        view! {
            <Confirm title text=consequence verb action back><Hidden name="id" value=id.clone()/></Confirm>
        }
        .into_any(),
    )
}
