//! What stands in the place of a page that could not be shown, with the right status.

use access::Module;
use domain::{AppError, Contact};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::page::PageTitle;
use super::{avatar, icon};
use crate::respond;
use crate::text;
use crate::text::{label, phrase};
use crate::view::{Views, view};

/// A page that could not be shown: not permitted, not there, or failed.
#[component]
pub fn ErrorPage(
    /// Why.
    error: AppError,
) -> AnyView {
    respond::status(error.status());
    let path = use_location().pathname.get_untracked();
    match error {
        AppError::SignedOut { .. } => {
            respond::to_sign_in();
            ().into_any()
        }
        AppError::Due(due) => {
            respond::to_due(due);
            ().into_any()
        }
        AppError::Forbidden { missing, ask } => forbidden(&path, missing, ask),
        other => failed(&other),
    }
}

/// Says which permission is missing, and who can give it (product §11 *Addresses*).
fn forbidden(path: &str, missing: access::Permission, ask: Vec<Contact>) -> AnyView {
    let title = phrase::cant_open(path);
    let place = missing.module().map(Module::label);
    let people = ask.into_iter().map(|contact| {
        view! {
            <li class="who">{avatar(&contact.name)} <a href=format!("mailto:{}", contact.email)>{contact.name}</a></li>
        }
    });
    let people = people.views();
    let asking = (!people.is_empty())
        .then(|| view! { <p>{label::ASK_ONE_OF}</p><ul class="cluster wide">{people}</ul> });
    let body = view! {
        <p>
            {label::NEEDS_PERMISSION}" "<strong>{missing.title()}</strong>
            {place.map(|place| format!(" ({place})"))}{label::NO_GROUP_GIVES_IT}
        </p>
        {asking}
    };
    let home = view! { <a class="button" href="/">{icon("arrow-left")} " " {label::BACK_HOME}</a> };
    page("lock", title, body, home)
}

fn failed(error: &AppError) -> AnyView {
    let said = text::no_page(error);
    let incident = said
        .incident
        .map(|incident| view! { " "<code>{incident}</code> });
    let body = view! { <p>{said.text}{incident}</p> };
    let home = view! { <a class="button" href="/">{icon("house")} " " {label::GO_HOME}</a> };
    let (sign, again) = match error {
        AppError::NotFound => ("search-x", false),
        AppError::NoGroup | AppError::Refused(_) => ("lock", false),
        AppError::LinkOver => ("link", false),
        _ => ("cloud-off", true),
    };
    // Loaded whole, so that it also helps where the script is at fault.
    let again = again.then(|| {
        view! {
            <a class="button primary" href="" rel="external">{icon("rotate-ccw")} " " {label::TRY_AGAIN}</a>
            " "
        }
    });
    page(sign, said.title, body, view! { {again} {home} })
}

fn page(sign: &'static str, title: String, body: AnyView, actions: AnyView) -> AnyView {
    view! {
        <PageTitle text=title.clone()/>
        <div class="page">
            <div class="empty">
                {icon(sign)}
                <h1>{title}</h1>
                {body}
                <div class="actions">{actions}</div>
            </div>
        </div>
    }
}
