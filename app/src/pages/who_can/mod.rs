//! Settings → Who can: one sentence that asks, and the people who are the answer. What is asked is
//! in the address; with script it is answered as soon as something else is picked.

pub mod api;

use access::Permission;
use domain::Page;
use domain::shell::StoreChoice;
use domain::users::Status;
use domain::who_can::{Because, WhoCanRow, WhoCanView};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsCast;

use self::api::ViewWhoCan;
use crate::components::badge::{badge, status_badge};
use crate::components::choices::{Options, option_list};
use crate::components::list::{FILTERS, follow_address};
use crate::components::page::{PageTitle, export_link};
use crate::components::pager::pager;
use crate::components::{avatar, icon};
use crate::dom;
use crate::load::{load, show};
use crate::state::State;
use crate::text;
use crate::text::label;
use crate::view::{Views, view};
use crate::wire::{self, Fields};

/// The page's address.
const HERE: &str = "/settings/who-can";
/// Where the answer is a file.
const EXPORT: &str = "/exports/who-can.csv";
/// Where what everybody may do is a file.
const EXPORT_ALL: &str = "/exports/access.csv";

/// Names of the parameters, which the controls carry too.
mod name {
    pub(super) const PERMISSION: &str = "permission";
    pub(super) const STORE: &str = "store";
    pub(super) const PAGE: &str = "page";
}

/// Who can.
#[component]
pub fn WhoCanPage() -> AnyView {
    let params = use_query_map();
    let state = State::here();
    let asked = Memo::new(move |_| {
        let names = [name::PERMISSION, name::STORE, name::PAGE];
        names.map(|name| params.with(|params| params.get(name).unwrap_or_default()))
    });
    let answer = load::<ViewWhoCan>(move || {
        let [permission, store, page] = asked.get();
        vec![
            (name::PERMISSION, permission),
            (name::STORE, store),
            (name::PAGE, page),
        ]
    });
    Effect::new(move |_| {
        answer.track();
        follow_address();
    });
    show(answer, move |view| page_view(view, state))
}

fn page_view(view: WhoCanView, state: State) -> AnyView {
    let store = view.store.map(|id| id.to_string()).unwrap_or_default();
    let help = if view.stores.is_empty() {
        label::WHO_CAN_ONE_STORE_HELP
    } else {
        label::WHO_CAN_HELP
    };
    let file = address(EXPORT, view.permission, &store, "");
    view! {
        <PageTitle text=label::WHO_CAN/>
        <div class="page">
            <header class="page-head">
                <div class="title"><h1>{label::WHO_CAN}</h1></div>
                <div class="actions">
                    {export_link(EXPORT_ALL.to_owned(), label::EXPORT_ALL)}
                    " "
                    {export_link(file, label::EXPORT_CSV)}
                </div>
                <p class="sub">{help}</p>
            </header>
            {question(&view, &store, state)}
            {answer(view, &store)}
        </div>
    }
}

/// The sentence: a plain GET form, sent by itself when something else is picked.
fn question(view: &WhoCanView, store: &str, state: State) -> AnyView {
    let permissions: Options = Permission::ALL
        .iter()
        .map(|permission| (permission.key().to_owned(), text::may_do_where(*permission)))
        .collect();
    let stores = choosable(view).map(|stores| {
        let any = (String::new(), label::ANY_STORE_LOWER.to_owned());
        let stores = stores
            .iter()
            .map(|store| (store.id.to_string(), store.name.clone()));
        let stores: Options = stores.chain(std::iter::once(any)).collect();
        view! {
            <label for="store">{label::AT}</label>
            " "
            <span class="select">
                <select id="store" name=name::STORE>{option_list(stores, store)}</select>
                {icon("chevron-down")}
            </span>
            " "
        }
    });
    view! {
        <form class="sentence" id=FILTERS action=HERE on:change=move |event| ask(state, &event)>
            <label for="permission">{label::WHO_CAN}</label>
            " "
            <span class="select">
                <select id="permission" name=name::PERMISSION>
                    {option_list(permissions, view.permission.key())}
                </select>
                {icon("chevron-down")}
            </span>
            " "
            {stores}
            <button class="button" type="submit">{label::SHOW}</button>
        </form>
    }
}

/// The stores to choose from, where there is a choice and the permission holds in stores.
fn choosable(view: &WhoCanView) -> Option<&[StoreChoice]> {
    let stores = view.stores.as_slice();
    (view.permission.asks_for_store() && stores.len() > 1).then_some(stores)
}

fn ask(state: State, event: &leptos::ev::Event) {
    let form = dom::closest(event, "form").and_then(|form| form.dyn_into().ok());
    let Some(fields) = form.and_then(|form| dom::form_data(&form)) else {
        return;
    };
    let fields = Fields::parse(&String::from(fields.to_string()));
    let permission = Permission::from_key(&fields.one(name::PERMISSION));
    if let Some(permission) = permission {
        let to = address(HERE, permission, &fields.one(name::STORE), "");
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        state.go(&to, options);
    }
}

/// The address of a question; a store is asked about only where that makes sense.
fn address(place: &str, permission: Permission, store: &str, page: &str) -> String {
    let store = if permission.asks_for_store() {
        store
    } else {
        ""
    };
    let query = [
        (name::PERMISSION, permission.key()),
        (name::STORE, store),
        (name::PAGE, page),
    ];
    wire::address(place, &query)
}

fn answer(view: WhoCanView, store: &str) -> AnyView {
    let place = place(&view);
    let WhoCanView {
        permission,
        stores,
        page,
        invited,
        gone,
        ..
    } = view;
    let heading = text::so_many_can(page.total, permission, place.as_deref());
    let not_counted = text::not_counted(invited, gone);
    let turns = page.previous.is_some() || page.next.is_some();
    let foot = turns.then(|| pager(&page, |cursor| address(HERE, permission, store, cursor)));
    let table = (!page.rows.is_empty()).then(|| table(page, stores.is_empty()));
    view! {
        <section class="panel" aria-labelledby="answer">
            <header><div role="status"><h2 id="answer">{heading}</h2></div></header>
            {table}
            {foot}
            {not_counted.map(|text| view! { <footer class="pager"><span>{text}</span></footer> })}
        </section>
    }
}

/// Where it was asked, in words; nothing where there is but one place.
fn place(view: &WhoCanView) -> Option<String> {
    if !view.permission.asks_for_store() {
        return None;
    }
    match (view.store, view.stores.as_slice()) {
        (_, []) => None,
        (None, [only]) => Some(only.name.clone()),
        (None, _) => Some(label::ANY_STORE_LOWER.to_owned()),
        (Some(id), stores) => {
            let found = stores.iter().find(|store| store.id == id);
            found.map(|store| store.name.clone())
        }
    }
}

fn table(page: Page<WhoCanRow>, one_store: bool) -> AnyView {
    let rows = page.rows.into_iter().map(|person| row(person, one_store));
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{label::NAME}</th>
                    <th scope="col">{label::BECAUSE_OF}</th>
                    <th scope="col" data-p="2">{label::GROUPS}</th>
                    {(!one_store).then(|| view! { <th scope="col" data-p="3">{label::STORES}</th> })}
                </tr>
            </thead>
            <tbody>{rows.views()}</tbody>
        </table>
    }
}

fn row(person: WhoCanRow, one_store: bool) -> AnyView {
    let stores =
        (!one_store).then(|| view! { <td data-p="3">{text::stores_line(&person.stores)}</td> });
    view! {
        <tr>
            <td>
                <div class="who">
                    {avatar(&person.name)}
                    " "
                    <a class="row-link" href=format!("/settings/users/{}/access", person.id)>{person.name.clone()}</a>
                    {person.locked.then(|| view! { " "{status_badge(Status::Locked, false)} })}
                </div>
            </td>
            <td>{because(person.because, one_store)}</td>
            <td data-p="2">{person.groups}</td>
            {stores}
        </tr>
    }
}

/// Where it comes from; what differs from their groups is amber.
fn because(because: Because, one_store: bool) -> AnyView {
    match because {
        Because::SuperAdmin => label::SUPER_ADMIN_ALWAYS.into_any(),
        Because::Groups(groups) => text::giving(&groups, one_store).into_any(),
        Because::Override(exception) => view! {
            {badge(Some("override"), None, label::OVERRIDE)}
            " "
            <span class="small muted">{text::made_by(&exception)}</span>
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_in_its_address_and_what_is_of_the_business_has_no_store() {
        let to = |permission| address(HERE, permission, "1", "");
        assert_eq!(
            to(Permission::InvoicesVoidPayment),
            "/settings/who-can?permission=invoices.void_payment&store=1"
        );
        assert_eq!(
            to(Permission::SettingsBilling),
            "/settings/who-can?permission=settings.billing"
        );
        assert_eq!(
            address(EXPORT, Permission::CostsView, "", ""),
            "/exports/who-can.csv?permission=costs.view"
        );
    }
}
