//! One's own sessions: a page, and a card on the profile.

use domain::sessions::{OwnSessionsView, PersonSession, SessionFacts};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::ViewOwnSessions;
use super::parts::{sign, table};
use super::query::name;
use crate::components::badge::badge;
use crate::components::confirm::Confirm;
use crate::components::icon::large_icon;
use crate::components::live::{holds, live};
use crate::components::page::{PageTitle, crumbs};
use crate::components::summary::Summary;
use crate::load::{load_plain, show};
use crate::respond;
use crate::text::{label, sessions as say};
use crate::view::{Views, view};

/// The page's address.
const PAGE: &str = "/profile/sessions";
const END: &str = "/api/profile/end-session";
const END_OTHERS: &str = "/api/profile/end-other-sessions";
/// Value of `confirm` before all others are ended.
const OTHERS: &str = "others";
/// Sessions on the card.
const ON_CARD: usize = 3;

/// One's own sessions.
#[component]
pub fn OwnSessionsPage() -> AnyView {
    let query = use_query_map();
    let confirm =
        Memo::new(move |_| query.with(|query| query.get(name::CONFIRM).unwrap_or_default()));
    show(load_plain::<ViewOwnSessions>(), move |view| {
        page(view, confirm)
    })
}

fn page(view: OwnSessionsView, confirm: Memo<String>) -> AnyView {
    let count = view
        .sessions
        .iter()
        .filter(|session| !session.current)
        .count();
    let has_others = count > 0;
    let open = view.sessions.len();
    let sessions: Vec<PersonSession> = view
        .sessions
        .into_iter()
        .map(|facts| PersonSession { facts, ended: None })
        .collect();
    let asked = move || confirm.with(|confirm| confirm == OTHERS);
    let asking = holds(move || asked() && has_others);
    let question = live(move || {
        if asked() && !has_others {
            // There is nothing left to ask about.
            respond::move_on(PAGE.to_owned());
        }
        (asked() && has_others).then(|| question(count))
    });
    let trouble = live(move || {
        // The question says itself why it was refused.
        let others = (!asked()).then_some(END_OTHERS);
        view! { <Summary forms=others.into_iter().chain([END]).collect()/> }
    });
    let note = view
        .one_at_a_time
        .then(|| view! { <span class="muted small">{label::ONE_AT_A_TIME}</span> " " });
    let others = has_others.then(|| {
        let href = format!("{PAGE}?{}={OTHERS}", name::CONFIRM);
        view! { <a class="button small danger push" href=href>{label::SIGN_OUT_ALL_OTHERS}</a> }
    });
    view! {
        <PageTitle text=label::MY_SESSIONS/>
        <div class="page" inert=asking>
            {crumbs(vec![(label::MY_PROFILE, "/profile")], label::MY_SESSIONS.to_owned())}
            <header class="page-head"><div class="title"><h1>{label::MY_SESSIONS}</h1></div></header>
            {trouble}
            <section class="panel" aria-labelledby="sessions">
                <header>
                    <h2 id="sessions">{label::SESSIONS_OPEN}</h2>
                    " "
                    <span class="count">{open}</span>
                    " "
                    {note}
                    {others}
                </header>
                {table(&sessions, view.one_store, true, END)}
            </section>
        </div>
        {question}
    }
}

fn question(others: usize) -> AnyView {
    view! {
        <Confirm
            title=label::SIGN_OUT_OWN_QUESTION.to_owned()
            text=say::own_others_end(others)
            verb=label::SIGN_OUT_ALL_OTHERS.to_owned()
            action=END_OTHERS
            back=PAGE.to_owned()
        >
            ""
        </Confirm>
    }
}

/// Where one is signed in, as a card on the profile.
#[component]
pub fn SessionsCard() -> AnyView {
    show(load_plain::<ViewOwnSessions>(), |view| card(&view))
}

fn card(view: &OwnSessionsView) -> AnyView {
    let sessions = view.sessions.iter().take(ON_CARD).map(line).views();
    view! {
        <section class="card" aria-labelledby="own-sessions">
            <h2 id="own-sessions">{label::SESSIONS}</h2>
            <ul class="timeline">{sessions}</ul>
            <p class="small"><a href=PAGE>{label::ALL_MY_SESSIONS}</a></p>
        </section>
    }
}

fn line(facts: &SessionFacts) -> AnyView {
    let this = facts
        .current
        .then(|| badge(Some("outline"), None, label::THIS_SESSION));
    view! {
        <li>
            {large_icon(sign(facts.kind))}
            " "
            <div>
                {say::device(facts).to_owned()}
                " "
                {this}
                <p class="small muted">{say::ip_and_since(facts)}</p>
            </div>
        </li>
    }
}
