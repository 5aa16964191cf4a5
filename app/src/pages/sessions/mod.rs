//! Settings → Sessions: who is signed in now, and where (product §7). Its state is its address;
//! with script it answers while one types.

pub mod api;
pub mod own;
pub(crate) mod parts;
mod query;

use std::sync::Arc;

use domain::Page;
use domain::sessions::{DeviceKind, SessionListQuery, SessionListView, SessionRow};
use domain::shell::StoreChoice;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::api::ListSessions;
use self::parts::{device, end, this_session, times};
use self::query::{address, arguments, is_narrowed, name, of_filters, read};
use crate::components::avatar::avatar_in_row;
use crate::components::confirm::Confirm;
use crate::components::empty::empty;
use crate::components::filters::{any_of, filter, filters as list_filters, search, store_filter};
use crate::components::form::{Form, Hidden};
use crate::components::list::{Ask, follow_address, row_keys};
use crate::components::live::{holds, live};
use crate::components::page::PageTitle;
use crate::components::pager::pager;
use crate::components::summary::Summary;
use crate::load::{load, show};
use crate::respond;
use crate::text::{label, phrase, sessions as say};
use crate::view::view;
use crate::{markup, text};

/// The list's address.
const LIST: &str = "/settings/sessions";
/// Where the end of one session is posted to.
pub(crate) const END: &str = "/api/sessions/end";
/// Where the end of all of a person's is posted to.
pub(crate) const SIGN_OUT: &str = "/api/users/sign-out";
const END_OTHERS: &str = "/api/sessions/end-others";
/// Value of `confirm` before all others are ended; that of a person is their id.
const OTHERS: &str = "others";

/// The sessions of everybody whom one may see.
#[component]
pub fn SessionsPage() -> AnyView {
    let params = use_query_map();
    let query = Memo::new(move |_| params.with(read));
    let confirm =
        Memo::new(move |_| params.with(|params| params.get(name::CONFIRM).unwrap_or_default()));
    let sessions = load::<ListSessions>(move || arguments(query.get()));
    let ask = Ask::new(of_filters, &[name::SEARCH]);
    Effect::new(move |_| {
        sessions.track();
        follow_address();
    });
    show(sessions, move |view| list_view(view, ask, confirm))
}

fn list_view(view: SessionListView, ask: Ask, confirm: Memo<String>) -> AnyView {
    let view = Arc::new(view);
    let SessionListView {
        page,
        stores,
        query,
        others: _,
    } = &*view;
    let body = if page.rows.is_empty() {
        nobody(query, stores)
    } else {
        table(page, query, stores.is_empty())
    };
    let total = text::count(page.total);
    let filters = filters(query, stores, ask);
    let others = address(query, OTHERS);
    let counted = view.others.is_some();
    // Nothing yet while the others are being counted.
    let asked = Memo::new(move |_| {
        let asked = confirm.get();
        if counted || asked != OTHERS {
            asked
        } else {
            String::new()
        }
    });
    let asking = holds(move || asked.with(|asked| !asked.is_empty()));
    let trouble = live(move || {
        // A question says itself why it was refused.
        let asked = confirm
            .with(String::is_empty)
            .then_some([SIGN_OUT, END_OTHERS]);
        view! { <Summary forms=asked.into_iter().flatten().chain([END]).collect()/> }
    });
    let question = {
        let view = Arc::clone(&view);
        live(move || {
            let asked = asked.get();
            let question = question(&view, &asked);
            if question.is_none() && !asked.is_empty() {
                // It does not fit what is there now.
                respond::move_on(address(&view.query, ""));
            }
            question
        })
    };
    view! {
        <PageTitle text=label::SESSIONS/>
        <div class="page" inert=asking>
            <header class="page-head">
                <div class="title"><h1>{label::SESSIONS}</h1> " " <span class="count">{total}</span></div>
                <div class="actions"><a class="button danger" href=others>{label::SIGN_OUT_ALL_OTHERS}</a></div>
                <p class="sub">{label::SESSIONS_HELP}</p>
            </header>
            {trouble}
            {filters}
            <section class="panel" aria-label=label::SESSIONS_OPEN>{body}</section>
        </div>
        {question}
    }
}

fn filters(query: &SessionListQuery, stores: &[StoreChoice], ask: Ask) -> AnyView {
    let kinds = DeviceKind::ALL.map(|kind| (kind.key().to_owned(), say::kind(kind).to_owned()));
    let kinds = any_of(label::ANY_DEVICE, kinds.into_iter());
    let inside = view! {
        {search(name::SEARCH, "search", label::SEARCH_SESSIONS, label::SEARCH_SESSIONS, query.q.clone())}
        {store_filter(name::STORE, stores, &query.store)}
        {filter(name::DEVICE, label::DEVICE, kinds, &query.device)}
    };
    list_filters(LIST, ask, inside)
}

/// The table, in one form for all its buttons: the one that is pressed names its session.
fn table(page: &Page<SessionRow>, query: &SessionListQuery, one_store: bool) -> AnyView {
    let foot = pager(page, |cursor| {
        let query = SessionListQuery {
            page: cursor.to_owned(),
            ..query.clone()
        };
        address(&query, "")
    });
    let rows: Vec<AnyView> = page
        .rows
        .iter()
        .map(|session| row(session, query, one_store))
        .collect();
    let store = (!one_store).then(|| view! { <th scope="col" data-p="2">{label::STORE}</th> });
    view! {
        <Form action=END class="" quiet=true>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{label::PERSON}</th>
                        <th scope="col" data-p="1">{label::DEVICE}</th>
                        <th scope="col" data-p="3">{label::IP}</th>
                        <th scope="col" data-p="3">{label::STARTED}</th>
                        <th scope="col" data-p="2">{label::LAST_SEEN}</th>
                        {store}
                        <th scope="col" class="end"><span class="sr-only">{label::ACTION}</span></th>
                    </tr>
                </thead>
                <tbody on:keydown=row_keys>{rows}</tbody>
            </table>
        </Form>
        {foot}
    }
}

/// A row. Made as text: nothing in it listens, and there are as many as a page holds.
fn row(session: &SessionRow, query: &SessionListQuery, one_store: bool) -> AnyView {
    let facts = &session.facts;
    let name = session.name.as_str();
    let person = session.person.to_string();
    let store = (!one_store).then(|| markup!(r#"<td data-p="2">"# {say::store(facts)} "</td>"));
    let act = if facts.current {
        this_session()
    } else if let Some(why) = &session.locked_because {
        markup!(r#"<span class="small muted">"# {say::locked(why)} "</span>")
    } else {
        let all = (session.of_person > 1).then(|| {
            markup!(
                r#" <a class="button small ghost" href=""# {address(query, &person)}
                r#"" aria-label=""# {say::sign_out_everywhere(name)} r#"">"# {label::EVERYWHERE} "</a>"
            )
        });
        markup!("" {end(facts, &format!("{name}, {}", say::device(facts)))} {all})
    };
    markup!(
        r#"<tr><td><div class="who">"# {avatar_in_row(name)}
        r#" <div><a class="row-link" href="/settings/users/"# {person.as_str()} r#"/security">"#
        {name} r#"</a><small class="narrow-only">"#
        {say::narrow(say::device(facts), facts, one_store)}
        r#"</small></div></div></td><td data-p="1">"# {device(facts)} r#"</td><td data-p="3">"#
        {facts.ip.as_str()} "</td>" {times(facts, "2")} {store} r#"<td class="end nowrap">"# {act}
        "</td></tr>"
    )
    .view()
}

/// The question that the address asks, if it fits what is there.
fn question(view: &SessionListView, confirm: &str) -> Option<AnyView> {
    let back = address(&view.query, "");
    if confirm == OTHERS {
        return view.others.map(|others| {
            let verb = (others.n > 0).then(|| label::SIGN_OUT_ALL_OTHERS.to_owned());
            view! {
                <Confirm
                    title=label::SIGN_OUT_OTHERS_QUESTION.to_owned()
                    text=say::others_end(others)
                    verb
                    action=END_OTHERS
                    back
                >
                    ""
                </Confirm>
            }
        });
    }
    let mut rows = view.page.rows.iter();
    let row = rows.find(|row| row.person.to_string() == confirm && row.locked_because.is_none())?;
    Some(sign_out_question(
        confirm.to_owned(),
        &row.name,
        row.of_person,
        back,
    ))
}

/// Asks before a person is signed out everywhere.
pub(crate) fn sign_out_question(id: String, name: &str, sessions: u32, back: String) -> AnyView {
    view! {
        <Confirm
            title=say::question(name)
            text=say::consequence(sessions)
            verb=say::sign_out_everywhere(text::first_word(name))
            action=SIGN_OUT
            back
        >
            <Hidden name="id" value=id.clone()/>
        </Confirm>
    }
}

/// No session matches: repeats the search and the filters in words.
fn nobody(query: &SessionListQuery, stores: &[StoreChoice]) -> AnyView {
    let store = stores
        .iter()
        .find(|store| store.id.to_string() == query.store);
    let parts = [
        (
            label::STORE,
            store.map(|store| store.name.clone()).unwrap_or_default(),
        ),
        (
            label::DEVICE,
            DeviceKind::from_key(&query.device)
                .map_or_else(String::new, |kind| say::kind(kind).to_owned()),
        ),
    ];
    let filters = phrase::audit_filters_in_words(&parts);
    let heading = view! { <h2>{phrase::nobody_matches(query.q.trim())}</h2> };
    let clear = is_narrowed(query)
        .then(|| view! { <a class="button" href=LIST>{label::CLEAR_FILTERS}</a> });
    empty(
        "search-x",
        heading,
        view! { <p>{filters}</p> },
        clear.into_any(),
    )
}
