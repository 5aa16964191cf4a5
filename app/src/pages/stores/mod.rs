//! Settings → Stores: the list, and the form of one.

pub mod api;

use std::sync::Arc;

use access::Permission;
use domain::stores::{NewStoreView, StoreForm, StoreListView, StoreRow, StoreView};
use domain::users::Status;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::api::{ListStores, NewStore, ViewStore};
use crate::components::badge::status_badge;
use crate::components::choices::{Options, Select};
use crate::components::confirm::Confirm;
use crate::components::field::Field;
use crate::components::form::{Check, Form, Hidden};
use crate::components::live::{holds, live};
use crate::components::menu::Menu;
use crate::components::page::{PageTitle, crumbs};
use crate::components::summary::{Summary, notice};
use crate::components::{avatar, icon};
use crate::load::{load_any, load_plain, show, show_afresh};
use crate::respond;
use crate::text;
use crate::text::{label, phrase};
use crate::view::{Views, view};
use crate::wire::{Fields, Question};

const DEACTIVATE: &str = "/api/stores/deactivate";
const REACTIVATE: &str = "/api/stores/reactivate";
/// Value of `confirm` for the question whether to close the store.
const CLOSE: &str = "deactivate";
/// In the place of an id: the form for a store that is not there yet.
const NEW: &str = "new";
/// The list's address.
const LIST: &str = "/settings/stores";

/// The list of stores.
#[component]
pub fn StoresPage() -> AnyView {
    show(load_plain::<ListStores>(), list_view)
}

fn list_view(view: StoreListView) -> AnyView {
    let count = view.rows.len();
    let add = view.may_edit.then(|| {
        view! { <a class="button primary" href="/settings/stores/new">{icon("plus")} " " {label::NEW}</a> }
    });
    view! {
        <PageTitle text=label::STORES/>
        <div class="page">
            <header class="page-head">
                <div class="title"><h1>{label::STORES}</h1> " " <span class="count">{count}</span></div>
                <div class="actions">{add}</div>
                {(count == 1).then(|| view! { <p class="sub">{label::ONE_STORE}</p> })}
            </header>
            <section class="panel" aria-label=label::STORES>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{label::NAME}</th>
                            <th scope="col">{label::CODE}</th>
                            <th scope="col" data-p="2">{label::ADDRESS}</th>
                            <th scope="col" data-p="3">{label::TIME_ZONE}</th>
                            <th scope="col" class="num" data-p="1">{label::PEOPLE}</th>
                            <th scope="col">{label::STATUS}</th>
                        </tr>
                    </thead>
                    <tbody>{view.rows.into_iter().map(row).views()}</tbody>
                </table>
            </section>
        </div>
    }
}

fn row(store: StoreRow) -> AnyView {
    view! {
        <tr>
            <td><a class="row-link" href=format!("{LIST}/{}", store.id)>{store.name}</a></td>
            <td><span class="code">{store.code}</span></td>
            <td data-p="2">{store.address}</td>
            <td data-p="3">{store.time_zone}</td>
            <td class="num" data-p="1">{text::count(store.people)}</td>
            <td>{state_badge(store.active)}</td>
        </tr>
    }
}

fn state_badge(active: bool) -> AnyView {
    let status = if active {
        Status::Active
    } else {
        Status::Deactivated
    };
    status_badge(status, false)
}

/// A store, or the form for a new one.
#[component]
pub fn StorePage() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let confirm = Memo::new(move |_| query.with(|query| query.get("confirm").unwrap_or_default()));
    let store = load_any::<StoreView>(move || {
        let id = id.get();
        if id == NEW {
            Question::to::<NewStore>(&[])
        } else {
            Question::to::<ViewStore>(&[("id", &id)])
        }
    });
    show_afresh(store, move |found| {
        let store = found.view::<StoreView>();
        let store = store.map(|store| store_page(store, confirm));
        store.or_else(|| found.view::<NewStoreView>().map(new_page))
    })
}

fn store_page(view: StoreView, confirm: Memo<String>) -> AnyView {
    let store = Arc::new(view);
    let name = store.form.name.clone();
    let here = format!("{LIST}/{}", store.id);
    let may_close = store.may_edit && store.active && store.another_is_active;
    let asking = holds(move || confirm.with(|confirm| confirm == CLOSE));
    let question = {
        let (store, here) = (Arc::clone(&store), here.clone());
        live(move || {
            let asked = confirm.with(|confirm| confirm == CLOSE);
            if asked && !may_close {
                // The question does not fit the store as it stands now.
                respond::move_on(here.clone());
            }
            (asked && may_close).then(|| close_question(&store, here.clone()))
        })
    };
    // A question says itself why it was refused.
    let trouble = live(move || {
        let asked = confirm
            .with(|confirm| confirm != CLOSE)
            .then_some(DEACTIVATE);
        view! { <Summary forms=asked.into_iter().chain([REACTIVATE]).collect()/> }
    });
    let may_edit = store.may_edit;
    let (id, revision) = (store.id.to_string(), store.revision.to_string());
    let people = people(&store);
    let (form, zones) = (store.form.clone(), store.zones.clone());
    let body = view! {
        {trouble}
        <Form action="/api/stores/update" check=check()>
            <Hidden name="id" value=id/>
            <Hidden name="revision" value=revision/>
            {fields(form, &zones, !may_edit)}
            {may_edit.then(|| buttons(label::SAVE))}
        </Form>
        {people}
    };
    let head = Head {
        here: name.clone(),
        title: name,
        badge: Some(state_badge(store.active)),
        actions: may_edit.then(|| actions(&store, &here, may_close)),
    };
    view! {
        <div inert=asking>{page(head, may_edit, body)}</div>
        {question}
    }
}

/// What can be done about the store as it stands; the last open one can't be closed.
fn actions(store: &StoreView, here: &str, may_close: bool) -> AnyView {
    if store.active {
        let href = format!("{here}?confirm={CLOSE}");
        let close = may_close.then(|| {
            view! {
                <Menu label=label::MORE_ACTIONS>
                    <li><a class="danger-text" href=href>{icon("circle-slash")} " " {label::DEACTIVATE_STORE}</a></li>
                </Menu>
            }
        });
        return close.into_any();
    }
    let id = store.id.to_string();
    view! {
        <Form action=REACTIVATE class="" quiet=true>
            <Hidden name="id" value=id/>
            <button class="button" type="submit">{icon("undo-2")} " " {label::REACTIVATE_STORE}</button>
        </Form>
    }
}

fn close_question(store: &StoreView, back: String) -> AnyView {
    let id = store.id.to_string();
    view! {
        <Confirm
            title=phrase::close_question(&store.form.name)
            text=phrase::close_consequence(store.people)
            verb=label::DEACTIVATE_STORE.to_owned()
            action=DEACTIVATE
            back
        >
            <Hidden name="id" value=id/>
        </Confirm>
    }
}

/// Who works in the store, for who manages users there.
fn people(store: &StoreView) -> Option<AnyView> {
    let people = store.first_people.clone()?;
    let all = if store.among_others {
        format!("/settings/users?store={}", store.id)
    } else {
        "/settings/users".to_owned()
    };
    let rows = people.into_iter().map(|person| {
        view! {
            <tr>
                <td>
                    <div class="who">
                        {avatar(&person.name)}
                        " "
                        <a class="row-link" href=format!("/settings/users/{}", person.id)>{person.name.clone()}</a>
                    </div>
                </td>
                <td>{person.groups}</td>
            </tr>
        }
    });
    let rows = rows.views();
    let table = if rows.is_empty() {
        view! { <div class="body"><p class="muted">{label::NOBODY_WORKS_HERE}</p></div> }
    } else {
        view! {
            <table class="table">
                <thead><tr><th scope="col">{label::NAME}</th><th scope="col">{label::GROUPS}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
    };
    let section = view! {
        <section class="panel" aria-labelledby="people-head">
            <header>
                <h2 id="people-head">{label::PEOPLE}</h2>
                " "
                <span class="count">{text::count(store.people)}</span>
                <span class="push"></span>
                <a class="button small" href=all>{label::SHOW_IN_USERS}</a>
            </header>
            {table}
        </section>
    };
    Some(section)
}

fn new_page(offer: NewStoreView) -> AnyView {
    let form = StoreForm {
        time_zone: offer.time_zone,
        ..StoreForm::default()
    };
    let body = view! {
        <Form action="/api/stores/create" check=check()>
            {fields(form, &offer.zones, false)} {buttons(label::ADD_THE_STORE)}
        </Form>
    };
    let head = Head {
        title: label::NEW_STORE.to_owned(),
        here: label::NEW.to_owned(),
        badge: None,
        actions: None,
    };
    page(head, true, body)
}

/// The head of a store's page.
struct Head {
    title: String,
    /// Last of the breadcrumb.
    here: String,
    badge: Option<AnyView>,
    actions: Option<AnyView>,
}

fn page(head: Head, may_edit: bool, body: AnyView) -> AnyView {
    let Head {
        title,
        here,
        badge,
        actions,
    } = head;
    let needs = (!may_edit).then(|| notice("info", phrase::needs(Permission::SettingsEdit)));
    view! {
        <PageTitle text=title.clone()/>
        <div class="page narrow">
            {crumbs(vec![(label::STORES, LIST)], here)}
            <header class="page-head">
                <div class="title"><h1>{title}</h1> " " {badge}</div>
                {actions.map(|actions| view! { <div class="actions">{actions}</div> })}
            </header>
            {needs}
            {body}
        </div>
    }
}

/// The fields; who may not change them sees the time zone as it is, not a list to pick from.
fn fields(form: StoreForm, zones: &[String], locked: bool) -> AnyView {
    let StoreForm {
        name,
        code,
        address,
        phone,
        email,
        time_zone,
    } = form;
    let zone = if locked {
        view! { <Field name="time_zone" label=label::TIME_ZONE value=time_zone help=label::TIME_ZONE_HELP locked/> }
    } else {
        let zones: Options = zones
            .iter()
            .map(|zone| (zone.clone(), phrase::zone(zone)))
            .collect();
        view! {
            <Select name="time_zone" label=label::TIME_ZONE options=zones value=time_zone help=label::TIME_ZONE_HELP/>
        }
    };
    view! {
        <div class="row">
            <Field name="name" label=label::NAME value=name locked/>
            <Field name="code" label=label::CODE value=code help=label::CODE_HELP locked/>
        </div>
        <Field name="address" label=label::ADDRESS value=address optional=true locked/>
        <div class="row">
            <Field name="phone" label=label::PHONE kind="tel" value=phone optional=true locked/>
            <Field name="email" label=label::EMAIL kind="email" value=email optional=true locked/>
        </div>
        {zone}
    }
}

fn buttons(save: &'static str) -> AnyView {
    view! {
        <div class="actions">
            <button class="button primary" type="submit" id="save">{save}</button>
            " "
            <a class="button ghost" href=LIST>{label::CANCEL}</a>
        </div>
    }
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let form = StoreForm {
            name: fields.one("name"),
            code: fields.one("code"),
            address: fields.one("address"),
            phone: fields.one("phone"),
            email: fields.one("email"),
            time_zone: fields.one("time_zone"),
        };
        form.check().err().unwrap_or_default()
    })
}
