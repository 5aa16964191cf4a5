//! Settings → Stores: the list, and the form of one.

pub mod api;

use std::sync::Arc;

use access::Permission;
use domain::AppError;
use domain::stores::{StoreForm, StoreListView, StoreRow, StoreView};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::api::{ListStores, ViewStore};
use crate::components::badge::badge;
use crate::components::error_page::ErrorPage;
use crate::components::field::Field;
use crate::components::form::{Check, Form, Hidden};
use crate::components::icon;
use crate::components::page::{PageTitle, crumbs};
use crate::load::{load_any, load_plain, show, show_afresh};
use crate::text::{label, phrase};
use crate::wire::{Fields, Question};

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
                    <tbody>{view.rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </section>
        </div>
    }
    .into_any()
}

fn row(store: StoreRow) -> AnyView {
    let status = if store.active {
        badge(Some("good"), Some("circle-check"), label::OPEN)
    } else {
        badge(None, Some("circle-slash"), label::CLOSED)
    };
    view! {
        <tr>
            <td><a class="row-link" href=format!("{LIST}/{}", store.id)>{store.name}</a></td>
            <td><span class="code">{store.code}</span></td>
            <td data-p="2">{store.address}</td>
            <td data-p="3">{store.time_zone}</td>
            <td class="num" data-p="1">{store.people}</td>
            <td>{status}</td>
        </tr>
    }
    .into_any()
}

/// A store, or the form for a new one.
#[component]
pub fn StorePage() -> AnyView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let store = load_any::<StoreView>(move || {
        let id = id.get();
        if id == NEW {
            Question::to::<ListStores>(&[])
        } else {
            Question::to::<ViewStore>(&[("id", &id)])
        }
    });
    show_afresh(store, |found| {
        let store = found.view::<StoreView>().map(store_page);
        store.or_else(|| found.view::<StoreListView>().map(new_page))
    })
}

fn store_page(view: StoreView) -> AnyView {
    let StoreView {
        id,
        form,
        may_edit,
        revision,
    } = view;
    let name = form.name.clone();
    let body = view! {
        <Form action="/api/stores/update" check=check()>
            <Hidden name="id" value=id.to_string()/>
            <Hidden name="revision" value=revision.to_string()/>
            {fields(form, !may_edit)}
            {may_edit.then(|| buttons(label::SAVE))}
        </Form>
    };
    page(name.clone(), name, may_edit, body.into_any())
}

/// A new store is most likely in the time zone of the others.
fn new_page(stores: StoreListView) -> AnyView {
    if !stores.may_edit {
        let error = AppError::Forbidden {
            missing: Permission::SettingsEdit,
            ask: Vec::new(),
        };
        return view! { <ErrorPage error/> }.into_any();
    }
    let time_zone = stores
        .rows
        .into_iter()
        .map(|store| store.time_zone)
        .next()
        .unwrap_or_default();
    let form = StoreForm {
        time_zone,
        ..StoreForm::default()
    };
    let body = view! {
        <Form action="/api/stores/create" check=check()>
            {fields(form, false)} {buttons(label::ADD_THE_STORE)}
        </Form>
    };
    page(
        label::NEW_STORE.to_owned(),
        label::NEW.to_owned(),
        true,
        body.into_any(),
    )
}

fn page(title: String, here: String, may_edit: bool, body: AnyView) -> AnyView {
    let needs = (!may_edit).then(|| {
        view! {
            <div class="banner" data-tone="info">
                {icon("info")} <p>{phrase::needs(Permission::SettingsEdit)}</p>
            </div>
        }
    });
    view! {
        <PageTitle text=title.clone()/>
        <div class="page narrow">
            {crumbs(vec![(label::STORES, LIST)], here)}
            <header class="page-head">
                <div class="title">
                    <h1>{title}</h1>
                </div>
            </header>
            {needs}
            {body}
        </div>
    }
    .into_any()
}

fn fields(form: StoreForm, locked: bool) -> AnyView {
    let StoreForm {
        name,
        code,
        address,
        phone,
        email,
        time_zone,
    } = form;
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
        <Field name="time_zone" label=label::TIME_ZONE value=time_zone help=label::TIME_ZONE_HELP locked/>
    }
    .into_any()
}

fn buttons(save: &'static str) -> AnyView {
    view! {
        <div class="actions">
            <button class="button primary" type="submit" id="save">{save}</button>
            " "
            <a class="button ghost" href=LIST>{label::CANCEL}</a>
        </div>
    }
    .into_any()
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
