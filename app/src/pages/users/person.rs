//! A person's page: head with what can be done about them, and a tab for each part.

use std::sync::Arc;

use domain::audit::ActivityView;
use domain::sessions::SignInView;
use domain::users::{AccessPreview, AccessView, Status, UserView};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::access::api::{PreviewAccess, ViewAccess};
use super::access::{DRAFT, access_tab, preview_body};
use super::activity::activity_tab;
use super::api::{ViewActivity, ViewSignIn, ViewUser};
use super::details::details_tab;
use super::security::{RESET, reset_question, security_tab};
use super::tab::{ACCESS, ACTIVITY, SECURITY};
use super::{LIST, locked_banner};
use crate::components::avatar::{Size, picture};
use crate::components::badge::status_badge;
use crate::components::confirm::Confirm;
use crate::components::dialog::{Asked, ask, previewed};
use crate::components::field::Field;
use crate::components::form::{Form, Hidden};
use crate::components::icon;
use crate::components::live::{holds, live};
use crate::components::menu::Menu;
use crate::components::page::{PageTitle, crumbs};
use crate::components::summary::Summary;
use crate::draft::{asks_preview, leave_without};
use crate::load::{load_any, load_if, show_afresh, show_if};
use crate::pages::sessions::{END, SIGN_OUT, sign_out_question};
use crate::respond;
use crate::state::State;
use crate::text;
use crate::text::{access as say, label, phrase};
use crate::wire::Question;

const RESEND: &str = "/api/users/resend-invite";
const WITHDRAW: &str = "/api/users/withdraw-invite";
const DEACTIVATE: &str = "/api/users/deactivate";
const REACTIVATE: &str = "/api/users/reactivate";
const LAST_DAY: &str = "/api/users/set-last-day";
pub(super) const SEND_RESET: &str = "/api/users/send-reset";
pub(super) const UNLOCK: &str = "/api/users/unlock";
/// Id of the form behind *Send password reset* where it is not the main action.
const RESET_FORM: &str = "reset";

/// Value of `confirm` for the question before a second factor is reset.
pub(super) const RESET_FACTOR: &str = "reset-2fa";
/// Value of `confirm` for the question before a person is signed out everywhere.
pub(super) const SIGN_OUT_ALL: &str = "sign-out";

/// A person's page.
#[component]
pub fn UserPage() -> AnyView {
    let state = State::here();
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let of_query = move |name: &'static str| {
        Memo::new(move |_| query.with(|query| query.get(name).unwrap_or_default()))
    };
    let (tab, confirm, store) = (of_query("tab"), of_query("confirm"), of_query("store"));
    let (before, entry) = (of_query("before"), of_query("entry"));
    let asks = asks_preview();
    // Each tab asks for what it shows; the head of the page is the same.
    let person = load_any::<UserView>(move || {
        let id = id.get();
        match tab.get().as_str() {
            ACCESS => Question::to::<ViewAccess>(&[("id", &id), ("store", &store.get())]),
            ACTIVITY => Question::to::<ViewActivity>(&[
                ("id", &id),
                ("before", &before.get()),
                ("entry", &entry.get()),
            ]),
            SECURITY => Question::to::<ViewSignIn>(&[("id", &id)]),
            _ => Question::to::<ViewUser>(&[("id", &id)]),
        }
    });
    let preview = load_if::<AccessPreview>(move || DRAFT.question::<PreviewAccess>(state, asks));
    let access = move || format!("{LIST}/{}?tab={ACCESS}", id.get_untracked());
    // Once the browser has taken over, the dialog itself keeps the rest out of reach.
    let asking = holds(move || {
        asks.get() && !state.hydrated.get() || confirm.with(|confirm| !confirm.is_empty())
    });
    view! {
        {show_afresh(person, move |found| {
            let (person, part) = if let Some(view) = found.view::<AccessView>() {
                (view.person.clone(), Part::Access(Box::new(view)))
            } else if let Some(view) = found.view::<ActivityView>() {
                let before = before.get_untracked();
                (view.user.clone(), Part::Activity(Box::new(view), before))
            } else if let Some(view) = found.view::<SignInView>() {
                (view.user.clone(), Part::Security(Box::new(view)))
            } else {
                (found.view()?, Part::Plain)
            };
            Some(person_view(person, part, tab, confirm, asking))
        })}
        {leave_without(DRAFT, asks, access)}
        {show_if(preview, move |preview| {
            let typed = DRAFT.typed(state).unwrap_or_default();
            let name = preview.as_ref().map_or(String::new(), |preview| preview.name.clone());
            let (body, verb) = previewed(preview.map(preview_body), state);
            ask(Asked {
                title: say::save_question(&name),
                text: label::ACTS_AT_NEXT_PAGE,
                verb,
                draft: DRAFT,
                typed,
                back: access(),
                body,
            })
        })}
    }
    .into_any()
}

/// What stands under the tabs.
enum Part {
    /// Details: what the head of the page knows.
    Plain,
    Security(Box<SignInView>),
    Access(Box<AccessView>),
    /// The trail, and the entry that it comes after.
    Activity(Box<ActivityView>, String),
}

fn person_view(
    person: UserView,
    part: Part,
    tab: Memo<String>,
    confirm: Memo<String>,
    asking: Signal<bool>,
) -> AnyView {
    let person = Arc::new(person);
    let name = person.name.clone();
    let may_act = person.locked_because.is_none();
    let locked = person.locked_because.as_ref().map(locked_banner);
    let part = match part {
        Part::Access(view) => access_tab(*view),
        Part::Activity(view, before) => {
            activity_tab(person.id, view.entries, view.one_store, &before)
        }
        Part::Security(view) => security_tab(&view),
        Part::Plain => details_tab(&person),
    };
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
            let question = may_act.then(|| question(&confirm, &person, tab)).flatten();
            if question.is_none() && !confirm.is_empty() {
                // The question does not fit the person as they stand now.
                respond::move_on(address(&person, &tab.get_untracked(), None));
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
    let known = [ACCESS, SECURITY, ACTIVITY]
        .into_iter()
        .find(|tab| *tab == word);
    known.unwrap_or_default()
}

fn tabs(person: &UserView, tab: Memo<String>) -> AnyView {
    let link = |key: &'static str, name: &'static str| {
        let current = Signal::derive(move || tab.with(|tab| tab_of(tab) == key).then_some("page"));
        let id = format!("tab-{key}");
        view! { <a id=id href=address(person, key, None) aria-current=current>{name}</a> }
    };
    view! {
        <nav class="tabs" aria-label=person.name.clone()>
            {link("", label::DETAILS)} {link(ACCESS, label::ACCESS)} {link(SECURITY, label::SECURITY)}
            {person.may_see_activity.then(|| link(ACTIVITY, label::ACTIVITY))}
        </nav>
    }
    .into_any()
}

/// What can be done about the person as they stand.
fn actions(person: &UserView, tab: Memo<String>) -> AnyView {
    let id = person.id.to_string();
    let entry = |what: &'static str, sign: &'static str, name: &'static str, grave: bool| {
        let person = person.clone();
        let href = Signal::derive(move || address(&person, &tab.get(), Some(what)));
        let (row, class) = if grave {
            ("rule", "danger-text")
        } else {
            ("", "")
        };
        view! { <li class=row><a class=class href=href>{icon(sign)} " " {name}</a></li> }.into_any()
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
        let href = address(person, SECURITY, Some(RESET_FACTOR));
        view! { <li><a href=href>{icon("shield-off")} " " {label::RESET_TWO_FACTOR}</a></li> }
            .into_any()
    });
    let signed_in = matches!(person.status, Status::Active | Status::Locked) && person.sessions > 0;
    let sign_out =
        signed_in.then(|| entry(SIGN_OUT_ALL, "log-out", label::SIGN_OUT_EVERYWHERE, false));
    let before = sign_out.into_iter().chain(reset_factor);
    let more: Vec<AnyView> = before.chain(more).collect();
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
fn posts(form: &'static str, sign: &'static str, name: &'static str) -> AnyView {
    view! { <li><button type="submit" form=form>{icon(sign)} " " {name}</button></li> }.into_any()
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
    let id = person.id.to_string();
    if confirm == SIGN_OUT_ALL {
        let sessions = person.sessions;
        return (sessions > 0).then(|| sign_out_question(id, &person.name, sessions, back));
    }
    if confirm == "last-day" && person.status != Status::Deactivated {
        let day = person.last_day.as_ref();
        let day = day.map(|day| day.iso.clone()).unwrap_or_default();
        return Some(
            view! {
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
            }
            .into_any(),
        );
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

    Some(
        view! {
            <Confirm title text=consequence verb action back><Hidden name="id" value=id.clone()/></Confirm>
        }
        .into_any(),
    )
}
