//! Home: what needs me today.

pub mod api;

use domain::home::{ExpiredInvite, HomeView};
use leptos::prelude::*;

use self::api::ViewHome;
use crate::components::empty::empty;
use crate::components::form::{Form, Hidden};
use crate::components::icon;
use crate::components::icon::alert_icon;
use crate::components::page::PageTitle;
use crate::components::summary::Summary;
use crate::load::{load_plain, show};
use crate::text;
use crate::text::{label, phrase};
use crate::view::{Views, view};

/// The first page after sign-in.
#[component]
pub fn HomePage() -> AnyView {
    show(load_plain::<ViewHome>(), home_view)
}

fn home_view(view: HomeView) -> AnyView {
    let forms = view
        .expired_invites
        .iter()
        .map(|invite| resend(invite.user.to_string()))
        .views();
    let mut lines = view.expired_invites.into_iter().map(expired).views();
    if view.waiting_invites > 0 {
        lines.push(line(
            "mail",
            "/settings/users?status=invited",
            phrase::waiting_invites(view.waiting_invites),
            label::WAITING_INVITES_HELP,
        ));
    }
    if view.alone {
        lines.push(line(
            "user-plus",
            "/settings/users/new",
            label::INVITE_FIRST.to_owned(),
            label::INVITE_FIRST_HELP,
        ));
    }
    if view.may_add_store {
        lines.push(line(
            "store",
            "/settings/stores/new",
            label::ADD_STORE.to_owned(),
            label::ADD_STORE_HELP,
        ));
    }
    let count = lines.len();
    let body = if lines.is_empty() {
        let heading = view! { <h3>{label::ALL_QUIET}</h3> };
        empty(
            "circle-check",
            heading,
            view! { <p>{label::ALL_QUIET_HELP}</p> },
            ().into_any(),
        )
    } else {
        view! { <ul class="todo">{lines}</ul> }
    };
    view! {
        <PageTitle text=label::HOME/>
        <div class="page">
            <header class="page-head">
                <div class="title"><h1>{phrase::hello(&view.first_name)}</h1></div>
            </header>
            <Summary forms=vec!["/api/users/resend-invite"]/>
            <section class="panel" aria-labelledby="needs">
                <header>
                    <h2 id="needs">{label::NEEDS_YOU}</h2>
                    {(count > 0).then(|| view! { " "<span class="count">{count}</span> })}
                </header>
                {body}
            </section>
            {forms}
        </div>
    }
}

fn expired(invite: ExpiredInvite) -> AnyView {
    let id = invite.user.to_string();
    view! {
        <li>
            {alert_icon("circle-alert")}
            " "
            <div>
                <a class="row-link" href=format!("/settings/users/{id}")>
                    <strong>{phrase::invite_ran_out(&invite.name)}</strong>
                </a>
                <p class="muted">{text::day_and_time(&invite.expired)}</p>
            </div>
            " "
            // The button is the child that the style sheet lays above the line's link.
            <button class="button small" type="submit" form=format!("resend-{id}")>{label::RESEND_INVITE}</button>
        </li>
    }
}

fn resend(id: String) -> AnyView {
    view! {
        <Form action="/api/users/resend-invite" id=format!("resend-{id}") class="" quiet=true>
            <Hidden name="id" value=id.clone()/>
        </Form>
    }
}

fn line(sign: &'static str, href: &'static str, what: String, help: &'static str) -> AnyView {
    view! {
        <li>
            {icon(sign)}
            " "
            <div>
                <a class="row-link" href=href><strong>{what}</strong></a>
                <p class="muted">{help}</p>
            </div>
            " "
            <span class="quiet">{icon("chevron-right")}</span>
        </li>
    }
}
