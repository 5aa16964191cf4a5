//! The list of people. Its state is its address; with script it answers while one types.

use domain::Page;
use domain::shell::StoreChoice;
use domain::users::{GroupName, Status, UserListQuery, UserListView, UserRow, UserSort};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::LIST;
use super::api::ListUsers;
use super::many;
use super::query::{address, asking, export, is_narrowed, name, of_filters, read, sorted_by};
use crate::components::avatar::{Size, picture};
use crate::components::badge::status_in_row;
use crate::components::empty::empty;
use crate::components::filters::{any_of, filter, filters as list_filters, search, store_filter};
use crate::components::icon;
use crate::components::list::{Ask, follow_address, row_keys};
use crate::components::menu;
use crate::components::page::{PageTitle, export_link, time_in_row};
use crate::components::pager::pager;
use crate::load::{Args, load, show};
use crate::state::State;
use crate::text::{label, phrase};
use crate::view::{Views, view};
use crate::{markup, text};

/// The list of people.
#[component]
pub fn UsersPage() -> AnyView {
    let params = use_query_map();
    let query = Memo::new(move |_| params.with(read));
    let people = load::<ListUsers>(move || arguments(query.get()));
    let ask = Ask::new(of_filters, &[name::SEARCH]);
    let picked = RwSignal::new(0);
    Effect::new(move |_| {
        people.track();
        follow_address();
        many::count_soon(picked);
    });
    let changes = State::here().changes;
    // What was asked about those who are ticked is done.
    Effect::watch(move || changes.get(), |_, _, _| many::clear(), false);
    Effect::new(move |_| {
        let elsewhere = window_event_listener(leptos::ev::click, |event| menu::close_rows(&event));
        on_cleanup(move || elsewhere.remove());
    });
    show(people, move |view| list_view(view, ask, query, picked))
}

fn arguments(query: UserListQuery) -> Args {
    let UserListQuery {
        q,
        group,
        store,
        status,
        two_factor,
        deactivated,
        sort,
        page,
        bulk,
        users,
    } = query;
    let mut args = vec![
        ("q", q),
        ("group", group),
        ("store", store),
        ("status", status),
        ("two_factor", two_factor),
        ("deactivated", deactivated),
        ("sort", sort),
        ("page", page),
    ];
    if !bulk.is_empty() {
        args.push(("bulk", bulk));
        args.extend(users.into_iter().map(|user| ("users[]", user)));
    }
    args
}

fn list_view(
    view: UserListView,
    ask: Ask,
    asked: Memo<UserListQuery>,
    picked: RwSignal<usize>,
) -> AnyView {
    let UserListView {
        page,
        groups,
        stores,
        query,
        question,
    } = view;
    let (is_asking, question) = many::question(&query, question, asked);
    let filters = filters(&query, &groups, &stores, ask);
    let total = text::count(page.total);
    let export = export_link(export(&query), label::EXPORT_CSV);
    let forms = many::forms(&page.rows);
    let list = if page.rows.is_empty() {
        let nobody = nobody(&query, &groups, &stores);
        view! { <section class="panel" aria-label=label::USERS>{nobody}</section> }
    } else {
        many::panel(&query, picked, table(page, &query, stores.is_empty()))
    };
    view! {
        <PageTitle text=label::USERS/>
        <div class="page" inert=is_asking>
            <header class="page-head">
                <div class="title"><h1>{label::USERS}</h1> " " <span class="count">{total}</span></div>
                <div class="actions">
                    {export}
                    " "
                    <a class="button" href="/settings/users/import">{icon("upload")} " " {label::IMPORT_CSV}</a>
                    " "
                    <a class="button primary" href="/settings/users/new">{icon("plus")} " " {label::NEW}</a>
                </div>
            </header>
            {many::trouble(asked)}
            {filters}
            {list}
            <div hidden=true>{forms}</div>
        </div>
        {question}
    }
}

fn filters(
    query: &UserListQuery,
    groups: &[GroupName],
    stores: &[StoreChoice],
    ask: Ask,
) -> AnyView {
    let groups = groups
        .iter()
        .map(|group| (group.id.to_string(), group.name.clone()));
    let groups = any_of(label::ANY_GROUP, groups);
    let statuses = Status::ALL
        .into_iter()
        .map(|status| (status.key().to_owned(), text::status(status).to_owned()));
    let statuses = any_of(label::ANY_STATUS, statuses);
    let factors = [("on", label::TWO_FACTOR_ON), ("off", label::TWO_FACTOR_OFF)];
    let factors = factors.map(|(key, name)| (key.to_owned(), name.to_owned()));
    let factors = any_of(label::TWO_FACTOR_ANY, factors.into_iter());
    let inside = view! {
        {search(name::SEARCH, "search", label::SEARCH_USERS, label::SEARCH_USERS, query.q.clone())}
        {filter(name::GROUP, label::GROUP, groups, &query.group)}
        {store_filter(name::STORE, stores, &query.store)}
        {filter(name::STATUS, label::STATUS, statuses, &query.status)}
        {filter(name::TWO_FACTOR, label::TWO_FACTOR, factors, &query.two_factor)}
        <label class="choice">
            <input type="checkbox" name=name::DEACTIVATED value="on" checked=query.deactivated == "on"/>
            " "
            {label::SHOW_DEACTIVATED}
        </label>
        <input type="hidden" name=name::SORT value=query.sort.clone()/>
    };
    list_filters(LIST, ask, inside)
}

fn table(page: Page<UserRow>, query: &UserListQuery, one_store: bool) -> AnyView {
    let (sort, descending) = UserSort::from_word(&query.sort);
    let columns = UserSort::ALL
        .into_iter()
        .filter(|column| !(one_store && *column == UserSort::Stores));
    let heads = columns.map(|column| {
        let current = (column == sort).then_some(if descending { "descending" } else { "ascending" });
        let turned = if descending { "chevron-down" } else { "arrow-up" };
        view! {
            <th scope="col" data-p=priority(column) aria-sort=current>
                <a href=sorted_by(query, column)>{phrase::column(column)} {current.map(|_| view! { " "{icon(turned)} })}</a>
            </th>
        }
    });
    let foot = pager(&page, |cursor| {
        address(&UserListQuery {
            page: cursor.to_owned(),
            ..query.clone()
        })
    });
    let asks = asking(query);
    let rows = page
        .rows
        .iter()
        .map(|person| row(person, one_store, &asks))
        .views();
    view! {
        <table class="table">
            <caption class="sr-only">{phrase::users_sorted(sort, descending)}</caption>
            <thead>
                <tr>
                    <th class="check" scope="col"><span class="sr-only">{label::SELECT}</span> {many::pick_all()}</th>
                    {heads.views()}
                    <th class="end" scope="col" data-p="1"><span class="sr-only">{label::ACTION}</span></th>
                </tr>
            </thead>
            <tbody on:keydown=row_keys>{rows}</tbody>
        </table>
        {foot}
    }
}

/// In what order the columns leave when the panel narrows.
const fn priority(column: UserSort) -> Option<&'static str> {
    match column {
        UserSort::Name | UserSort::Status => None,
        UserSort::Groups => Some("1"),
        UserSort::Stores | UserSort::LastSignIn => Some("2"),
        UserSort::TwoFactor => Some("3"),
    }
}

/// A row. Made as text: nothing in it listens, and there are as many as a page holds.
fn row(person: &UserRow, one_store: bool, asks: &str) -> AnyView {
    let id = person.id.to_string();
    let two_factor = if person.two_factor {
        markup!(r#"<span class="nowrap">"# {label::ON} "</span>")
    } else {
        markup!(r#"<span class="muted nowrap">"# {label::OFF} "</span>")
    };
    let last = if let Some(when) = &person.last_sign_in {
        time_in_row(when)
    } else {
        markup!(r#"<span class="muted">"# {text::NEVER} "</span>")
    };
    let you = person
        .me
        .then(|| markup!(r#" <span class="muted">"# {label::YOU_IN_BRACKETS} "</span>"));
    let stores = (!one_store)
        .then(|| markup!(r#"<td data-p="2">"# {text::stores_line(&person.stores)} "</td>"));
    markup!(
        r#"<tr><td class="check">"# {many::pick(person, &id)} r#"</td><td><div class="who">"#
        {picture(Size::Small, person.id, person.avatar, &person.name)}
        r#" <div><a class="row-link" href=""# {LIST} "/" {id} r#"">"# {person.name.as_str()}
        "</a>" {you} "<small>" {person.email.as_str()} r#"</small><small class="narrow-only">"#
        {person.groups.as_str()} r#"</small></div></div></td><td data-p="1">"# {person.groups.as_str()} "</td>"
        {stores} r#"<td data-p="3">"# {two_factor} r#"</td><td class="nowrap" data-p="2">"# {last} "</td><td>"
        {status_in_row(person.status, person.invite_expired)} r#"</td><td class="end" data-p="1">"#
        {many::row_menu(person, &id, asks)} "</td></tr>"
    )
    .view()
}

/// Nobody matches: repeats the search and the filters in words.
fn nobody(query: &UserListQuery, groups: &[GroupName], stores: &[StoreChoice]) -> AnyView {
    let group = groups
        .iter()
        .find(|group| group.id.to_string() == query.group);
    let store = stores
        .iter()
        .find(|store| store.id.to_string() == query.store);
    let filters = phrase::filters_in_words(
        group.map(|group| group.name.as_str()),
        store.map(|store| store.name.as_str()),
        Status::from_key(&query.status).map(text::status),
        &query.two_factor,
    );
    let hidden = (query.deactivated != "on").then_some(label::DEACTIVATED_ARE_HIDDEN);
    let heading = view! { <h2>{phrase::nobody_matches(query.q.trim())}</h2> };
    let body = view! { <p>{filters} " " {hidden}</p> };
    let clear = is_narrowed(query)
        .then(|| view! { <a class="button" href=LIST>{label::CLEAR_FILTERS}</a> });
    empty("search-x", heading, body, clear.into_any())
}
