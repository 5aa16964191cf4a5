//! Settings → Audit log: who did what, with its difference (product §8). Its state is its address;
//! with script it answers while one types.

pub mod api;
pub(crate) mod entries;
mod filters;
mod query;

use domain::audit::{AuditQuery, AuditView, ChainCheck, Whom};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::api::ListAudit;
use self::entries::{Links, entries};
use self::filters::{ask, filters, in_words};
use self::query::{address, arguments, export, is_narrowed, older, only, opened, read};
use crate::components::empty::empty;
use crate::components::icon;
use crate::components::list::{Ask, follow_address};
use crate::components::page::{PageTitle, export_link};
use crate::load::{load, show};
use crate::text;
use crate::text::{label, phrase};
use crate::view::view;

/// The log's address.
const LIST: &str = "/settings/audit";

/// The audit log.
#[component]
pub fn AuditPage() -> AnyView {
    let params = use_query_map();
    let query = Memo::new(move |_| params.with(read));
    let log = load::<ListAudit>(move || arguments(query.get()));
    let ask = ask();
    Effect::new(move |_| {
        log.track();
        follow_address();
    });
    show(log, move |view| page(view, ask))
}

fn page(view: AuditView, ask: Ask) -> AnyView {
    let filters = filters(&view, ask);
    let check = view.check.as_ref().map(checked);
    let broken = view.check.as_ref().and_then(|check| check.broken);
    let export = export(&view.query);
    let short = view
        .short
        .then(|| view! { <p class="help" role="status">{label::THREE_LETTERS}</p> });
    let body = body(view);
    view! {
        <PageTitle text=label::AUDIT_LOG/>
        <div class="page">
            <header class="page-head">
                <div class="title"><h1>{label::AUDIT_LOG}</h1></div>
                <div class="actions">
                    {check}
                    " "
                    {export_link(export, label::EXPORT_CSV)}
                </div>
            </header>
            {broken.map(alarm)}
            {filters}
            {short}
            {body}
        </div>
    }
}

/// What the last look at the chain found.
fn checked(check: &ChainCheck) -> AnyView {
    let when = text::day_and_time(&check.when);
    let sign = if check.broken.is_some() {
        "triangle-alert"
    } else {
        "link"
    };
    let said = phrase::chain_checked(&when, check.broken);
    view! { <span class="cluster small muted">{icon(sign)} " " {said}</span> }
}

/// Says that entries are not as they were written, and leads to the first of them.
fn alarm(seq: i64) -> AnyView {
    let to = opened(&AuditQuery::default(), Some(seq));
    view! {
        <div class="banner" data-tone="bad" role="alert">
            {icon("triangle-alert")}
            <div>
                <strong><a href=to>{phrase::chain_broken(seq)}</a></strong>
                <p>{label::BROKEN_HELP}</p>
            </div>
        </div>
    }
}

fn body(view: AuditView) -> AnyView {
    if view.entries.rows.is_empty() && view.entries.open.is_none() {
        return view! { <section class="panel" aria-label=label::ENTRIES>{nothing(&view)}</section> };
    }
    let query = view.query;
    let links = Links {
        open: &|entry| opened(&query, entry),
        older: &|before| older(&query, before),
        only: Some(&only),
    };
    let newest = !query.before.is_empty();
    entries(view.entries, view.stores.is_empty(), newest, &links)
}

/// No entry: repeats the search and the filters in words.
fn nothing(view: &AuditView) -> AnyView {
    let query = &view.query;
    let heading = if is_narrowed(query) {
        phrase::no_entry_matches(query.q.trim(), &view.whom, query.person.trim())
    } else {
        label::NOTHING_DONE.to_owned()
    };
    let hint = (view.whom == Whom::TooMany).then_some(label::WRITE_MORE);
    let reached = view.entries.reached.as_ref();
    let reached = reached.map(|when| phrase::looked_back_to(&text::day_and_time(when)));
    let further = view.entries.older.map(|before| {
        let to = older(query, Some(before));
        view! { <a class="button primary" href=to>{label::LOOK_FURTHER}</a> " " }
    });
    let clear = is_narrowed(query)
        .then(|| view! { <a class="button" href=address(&AuditQuery::default())>{label::CLEAR_FILTERS}</a> });
    empty(
        "search-x",
        view! { <h2>{heading}</h2> },
        view! { <p>{in_words(view)}</p> <p>{hint} {reached}</p> },
        view! { {further} {clear} },
    )
}
