//! What all tabs of a person's page have: the head with what can be done about them, and the way
//! to the other tabs.

use std::sync::Arc;

use domain::users::{Status, UserView};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{LIST, Tab, locked_banner};
use crate::components::avatar::{Size, picture};
use crate::components::badge::status_badge;
use crate::components::confirm::Confirm;
use crate::components::field::Field;
use crate::components::form::{Form, Hidden};
use crate::components::icon;
use crate::components::live::{holds, live};
use crate::components::menu::Menu;
use crate::components::page::{PageTitle, crumbs};
use crate::components::summary::Summary;
use crate::draft::asks_preview;
use crate::load::{Data, show_afresh};
use crate::pages::sessions::{END, SIGN_OUT, sign_out_question};
use crate::respond;
use crate::state::State;
use crate::text;
use crate::text::{label, phrase};
use crate::view::{Views, view};
use crate::wire::read::Read;

pub(super) const RESEND: &str = "/api/users/resend-invite";
const WITHDRAW: &str = "/api/users/withdraw-invite";
pub(super) const DEACTIVATE: &str = "/api/users/deactivate";
pub(super) const REACTIVATE: &str = "/api/users/reactivate";
const LAST_DAY: &str = "/api/users/set-last-day";
pub(super) const SEND_RESET: &str = "/api/users/send-reset";
pub(super) const UNLOCK: &str = "/api/users/unlock";
/// Id of the form behind *Send password reset* where it is not the main action.
const RESET_FORM: &str = "reset";

/// Where the reset of a second factor posts to.
pub(super) const RESET: &str = "/api/users/reset-two-factor";

/// Value of `confirm` for the question before a second factor is reset.
pub(super) const RESET_FACTOR: &str = "reset-2fa";
/// Value of `confirm` for the question before a person is signed out everywhere.
pub(super) const SIGN_OUT_ALL: &str = "sign-out";

/// A question of a tab's own: the word in the address, the person, and where a No leads.
type OwnQuestion = fn(&str, &UserView, String) -> Option<AnyView>;

/// A tab that asks nothing of its own.
pub(super) fn no_question(_: &str, _: &UserView, _: String) -> Option<AnyView> {
    None
}

/// The id in the address.
pub(super) fn id_of_address() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()))
}

/// A word of the address's query.
pub(super) fn of_query(name: &'static str) -> Memo<String> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get(name).unwrap_or_default()))
}

/// The page of one tab: the head, which is the same for all, and what stands under the tabs. Each
/// tab asks for both at once.
pub(super) fn person_page<T: Read + Clone + 'static>(
    tab: Tab,
    data: Data<T>,
    own: OwnQuestion,
    part: impl Fn(T) -> (UserView, AnyView) + Send + Sync + 'static,
) -> AnyView {
    let (state, asks, confirm) = (State::here(), asks_preview(), of_query("confirm"));
    // Once the browser has taken over, the dialog itself keeps the rest out of reach.
    let asking = holds(move || {
        asks.get() && !state.hydrated.get() || confirm.with(|confirm| !confirm.is_empty())
    });
    show_afresh(data, move |found| {
        let (person, part) = part(found.view()?);
        Some(person_view(person, part, tab, own, confirm, asking))
    })
}

fn person_view(
    person: UserView,
    part: AnyView,
    tab: Tab,
    own: OwnQuestion,
    confirm: Memo<String>,
    asking: Signal<bool>,
) -> AnyView {
    let person = Arc::new(person);
    let name = person.name.clone();
    let may_act = person.locked_because.is_none();
    let locked = person.locked_because.as_ref().map(locked_banner);
    // A question says itself why it was refused.
    let trouble = live(move || {
        let asked = if confirm.with(String::is_empty) {
            vec![WITHDRAW, DEACTIVATE, LAST_DAY, RESET, SIGN_OUT]
        } else {
            Vec::new()
        };
        view! { <Summary forms=[vec![RESEND, REACTIVATE, SEND_RESET, UNLOCK, END], asked].concat()/> }
    });
    let question = {
        let person = Arc::clone(&person);
        live(move || {
            let confirm = confirm.get();
            let back = tab.of(person.id);
            let question = may_act
                .then(|| {
                    own(&confirm, &person, back.clone())
                        .or_else(|| question(&confirm, &person, back.clone()))
                })
                .flatten();
            if question.is_none() && !confirm.is_empty() {
                // The question does not fit the person as they stand now.
                respond::move_on(back);
            }
            question
        })
    };
    let leaves = person.last_day.as_ref().map(|last| {
        view! { <p class="muted">{phrase::last_day_is(last.day)}</p> }
    });
    view! {
        <PageTitle text=name.clone()/>
        <div class="page" inert=asking>
            {crumbs(vec![(label::USERS, LIST)], name.clone())}
            <header class="page-head">
                <div class="title">
                    {picture(Size::Large, person.id, person.avatar, &name).view()}
                    " "
                    <div>
                        <div class="cluster">
                            <h1>{name.clone()}</h1>
                            " "
                            {status_badge(person.status, person.invite.as_ref().is_some_and(|invite| invite.expired))}
                        </div>
                        <p class="muted">{person.email.clone()}</p>
                        {leaves}
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
}

/// The address of a question about a person, asked on one of the tabs.
pub(super) fn asking(person: &UserView, tab: Tab, confirm: &str) -> String {
    format!("{}?confirm={confirm}", tab.of(person.id))
}

fn tabs(person: &UserView, here: Tab) -> AnyView {
    let link = |tab: Tab, name: &'static str| {
        let current = (tab == here).then_some("page");
        let id = format!("tab{}", tab.path().replace('/', "-"));
        view! { <a id=id href=tab.of(person.id) aria-current=current>{name}</a> }
    };
    view! {
        <nav class="tabs" aria-label=person.name.clone()>
            {link(Tab::Details, label::DETAILS)}
            {link(Tab::Access, label::ACCESS)}
            {link(Tab::Security, label::SECURITY)}
            {person.may_see_activity.then(|| link(Tab::Activity, label::ACTIVITY))}
        </nav>
    }
}

/// What can be done about the person as they stand.
fn actions(person: &UserView, tab: Tab) -> AnyView {
    let id = person.id.to_string();
    let entry = |what: &'static str, sign: &'static str, name: &'static str, grave: bool| {
        let href = asking(person, tab, what);
        let (row, class) = if grave {
            ("rule", "danger-text")
        } else {
            ("", "")
        };
        view! { <li class=row><a class=class href=href>{icon(sign)} " " {name}</a></li> }
    };
    let last_day = || entry("last-day", "calendar-off", label::LAST_DAY, false);
    let (main, more) = match person.status {
        Status::Invited => (
            act(RESEND, "mail", label::RESEND_INVITE, id.clone()),
            vec![
                last_day(),
                entry("withdraw", "user-x", label::WITHDRAW_INVITE, true),
            ],
        ),
        Status::Active => (
            act(SEND_RESET, "mail", label::SEND_RESET, id.clone()),
            vec![
                last_day(),
                entry("deactivate", "user-x", label::DEACTIVATE, true),
            ],
        ),
        Status::Locked => (
            act(UNLOCK, "lock-open", label::UNLOCK, id.clone()),
            vec![
                posts(RESET_FORM, "mail", label::SEND_RESET),
                last_day(),
                entry("deactivate", "user-x", label::DEACTIVATE, true),
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
        let href = asking(person, Tab::Security, RESET_FACTOR);
        view! { <li><a href=href>{icon("shield-off")} " " {label::RESET_TWO_FACTOR}</a></li> }
    });
    let signed_in = matches!(person.status, Status::Active | Status::Locked) && person.sessions > 0;
    let sign_out =
        signed_in.then(|| entry(SIGN_OUT_ALL, "log-out", label::SIGN_OUT_EVERYWHERE, false));
    let before = sign_out.into_iter().chain(reset_factor);
    let more = before.chain(more).views();
    view! {
        <div class="actions">
            {reset}
            {main}
            {(!more.is_empty()).then(|| view! { <Menu label=label::MORE_ACTIONS>{more}</Menu> })}
        </div>
    }
}

/// An entry of the menu that posts a form which stands beside it.
fn posts(form: &'static str, sign: &'static str, name: &'static str) -> AnyView {
    view! { <li><button type="submit" form=form>{icon(sign)} " " {name}</button></li> }
}

/// A form that is only a button.
pub(super) fn act(
    action: &'static str,
    sign: &'static str,
    name: &'static str,
    id: String,
) -> AnyView {
    view! {
        <Form action class="" quiet=true>
            <Hidden name="id" value=id.clone()/>
            <button class="button" type="submit">{icon(sign)} " " {name}</button>
        </Form>
    }
}

/// The question that the address asks, if it fits the person as they stand.
fn question(confirm: &str, person: &UserView, back: String) -> Option<AnyView> {
    let first = text::first_word(&person.name);
    let id = person.id.to_string();
    if confirm == SIGN_OUT_ALL {
        let sessions = person.sessions;
        return (sessions > 0).then(|| sign_out_question(id, &person.name, sessions, back));
    }
    if confirm == "last-day" && person.status != Status::Deactivated {
        let day = person.last_day.as_ref();
        let day = day.map(|day| day.iso.clone()).unwrap_or_default();
        return Some(view! {
            <Confirm
                title=phrase::last_day_of(&person.name)
                text=phrase::last_day_consequence(first)
                verb=label::SAVE_LAST_DAY.to_owned()
                action=LAST_DAY
                back
                asks_again=true
            >
                <Hidden name="id" value=id.clone()/>
                <Field name="day" label=label::LAST_DAY kind="date" value=day.clone() optional=true/>
            </Confirm>
        });
    }
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

    Some(view! {
        <Confirm title text=consequence verb action back><Hidden name="id" value=id.clone()/></Confirm>
    })
}
