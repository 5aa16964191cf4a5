//! Home: what needs me today.

pub mod api;

use access::Module;
use domain::UserId;
use domain::home::{ExpiredInvite, HomeView, LatestChange, LockedOut, NoFactor, SignedIn};
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

use self::api::ViewHome;
use crate::components::empty::empty;
use crate::components::form::{Form, Hidden};
use crate::components::icon::alert_icon;
use crate::components::page::{PageTitle, time};
use crate::components::summary::Summary;
use crate::components::{avatar, icon};
use crate::load::{load_plain, show};
use crate::pages::shell::module_icon;
use crate::text;
use crate::text::{home, label, phrase};
use crate::view::{Views, view};

/// Where the buttons of the lines post to.
const RESEND: &str = "/api/users/resend-invite";
const UNLOCK: &str = "/api/users/unlock";

/// The first page after sign-in.
#[component]
pub fn HomePage() -> AnyView {
    show(load_plain::<ViewHome>(), home_view)
}

fn home_view(view: HomeView) -> AnyView {
    let forms = forms(&view);
    let new_user = view.may_invite.then(|| {
        view! {
            <div class="actions">
                <a class="button" href="/settings/users/new">{icon("user-plus")} " " {label::NEW_USER}</a>
            </div>
        }
    });
    let hello = home::hello(view.today.hour, &view.first_name);
    let day = home::day_and_store(&view.today);
    let one_store = view.today.one_store;
    let aside = signed_in(view.signed_in, one_store).into_iter();
    let aside = aside.chain(changes(view.changes)).views();
    let mut lines = view.locked.into_iter().map(locked).views();
    lines.extend(view.expired_invites.into_iter().map(expired));
    lines.extend(waiting(view.waiting_invites));
    lines.extend(view.no_factor.map(no_factor));
    lines.extend(view.alone.then(first_person));
    lines.extend(view.may_add_store.then(second_store));
    let work = (!view.modules.is_empty()).then(|| work(view.modules));
    // Who looks after nobody is not told each day that nobody needs them.
    let needs = (work.is_none() || !lines.is_empty()).then(|| needs(lines));
    let body = if aside.is_empty() {
        view! { {needs} {work} }
    } else {
        view! {
            <div class="columns">
                <div class="stack loose">{needs} {work}</div>
                <div class="stack loose">{aside}</div>
            </div>
        }
    };
    view! {
        <PageTitle text=label::HOME/>
        <div class="page">
            <header class="page-head">
                <div class="title"><h1>{hello}</h1></div>
                {new_user}
                <p class="sub">{day}</p>
            </header>
            <Summary forms=vec![RESEND, UNLOCK]/>
            {body}
            {forms}
        </div>
    }
}

fn needs(lines: Vec<AnyView>) -> AnyView {
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
        <section class="panel" aria-labelledby="needs">
            <header>
                <h2 id="needs">{label::NEEDS_YOU}</h2>
                {(count > 0).then(|| view! { " "<span class="count">{count}</span> })}
            </header>
            {body}
        </section>
    }
}

fn work(modules: Vec<Module>) -> AnyView {
    let links = modules.into_iter().map(|module| {
        let href = format!("/{}", module.key());
        line(
            icon(module_icon(module)),
            href,
            module.label().to_owned(),
            None,
            further(),
        )
    });
    view! {
        <section class="panel" aria-labelledby="work">
            <header><h2 id="work">{label::YOUR_WORK}</h2></header>
            <ul class="todo">{links.views()}</ul>
        </section>
    }
}

/// The forms behind the buttons of the lines.
fn forms(view: &HomeView) -> Vec<AnyView> {
    let unlock = view.locked.iter().filter(|locked| locked.may_unlock);
    let unlock = unlock.map(|locked| form(UNLOCK, unlock_form(locked.user), locked.user));
    let resend = view.expired_invites.iter();
    let resend = resend.map(|invite| form(RESEND, resend_form(invite.user), invite.user));
    unlock.chain(resend).views()
}

fn form(action: &'static str, id: String, user: UserId) -> AnyView {
    view! {
        <Form action id=id class="" quiet=true>
            <Hidden name="id" value=user.to_string()/>
        </Form>
    }
}

fn unlock_form(user: UserId) -> String {
    format!("unlock-{user}")
}

fn resend_form(user: UserId) -> String {
    format!("resend-{user}")
}

fn locked(locked: LockedOut) -> AnyView {
    let end = if locked.may_unlock {
        button(unlock_form(locked.user), label::UNLOCK)
    } else {
        further()
    };
    line(
        alert_icon("lock"),
        format!("/settings/users/{}/security", locked.user),
        home::locked_out(&locked.name),
        Some(home::why_locked(&locked)),
        end,
    )
}

fn expired(invite: ExpiredInvite) -> AnyView {
    line(
        alert_icon("circle-alert"),
        format!("/settings/users/{}", invite.user),
        phrase::invite_ran_out(&invite.name),
        Some(text::day_and_time(&invite.expired)),
        button(resend_form(invite.user), label::RESEND_INVITE),
    )
}

fn waiting(invites: u32) -> Option<AnyView> {
    (invites > 0).then(|| {
        plain_line(
            "mail",
            "/settings/users?status=invited",
            phrase::waiting_invites(invites),
            label::WAITING_INVITES_HELP.to_owned(),
        )
    })
}

fn no_factor(view: NoFactor) -> AnyView {
    plain_line(
        "smartphone",
        "/settings/security",
        home::no_factor(view),
        home::asked_of(view.policy),
    )
}

fn first_person() -> AnyView {
    plain_line(
        "user-plus",
        "/settings/users/new",
        label::INVITE_FIRST.to_owned(),
        label::INVITE_FIRST_HELP.to_owned(),
    )
}

fn second_store() -> AnyView {
    plain_line(
        "store",
        "/settings/stores/new",
        label::ADD_STORE.to_owned(),
        label::ADD_STORE_HELP.to_owned(),
    )
}

fn plain_line(sign: &'static str, href: &str, what: String, help: String) -> AnyView {
    line(icon(sign), href.to_owned(), what, Some(help), further())
}

/// A line is a link, with at most one button at its end.
fn line(
    sign: InertElement,
    href: String,
    what: String,
    help: Option<String>,
    end: AnyView,
) -> AnyView {
    view! {
        <li>
            {sign}
            " "
            <div>
                <a class="row-link" href=href><strong>{what}</strong></a>
                {help.map(|help| view! { <p class="muted">{help}</p> })}
            </div>
            " "
            {end}
        </li>
    }
}

/// The button is the child that the style sheet lays above the line's link.
fn button(form: String, words: &'static str) -> AnyView {
    view! { <button class="button small" type="submit" form=form>{words}</button> }
}

fn further() -> AnyView {
    view! { <span class="quiet">{icon("chevron-right")}</span> }
}

fn signed_in(lines: Vec<SignedIn>, one_store: bool) -> Option<AnyView> {
    if lines.is_empty() {
        return None;
    }
    let lines = lines.into_iter().map(|line| {
        let place = home::place(&line, one_store).to_owned();
        view! { <dt>{place}</dt><dd>{text::count(line.people)}</dd> }
    });
    Some(view! {
        <section class="card" aria-labelledby="in-now">
            <h2 id="in-now">{label::SIGNED_IN_NOW}</h2>
            <dl class="facts end">{lines.views()}</dl>
            <p class="small"><a href="/settings/sessions">{label::SEE_SESSIONS}</a></p>
        </section>
    })
}

fn changes(changes: Vec<LatestChange>) -> Option<AnyView> {
    if changes.is_empty() {
        return None;
    }
    let changes = changes.into_iter().map(|change| {
        view! {
            <li>
                {avatar(&change.who)}
                " "
                <div>{change.said} <p class="small muted">{time(&change.when)}</p></div>
            </li>
        }
    });
    Some(view! {
        <section class="card" aria-labelledby="changes">
            <h2 id="changes">{label::LATEST_CHANGES}</h2>
            <ul class="timeline">{changes.views()}</ul>
            <p class="small"><a href="/settings/audit">{label::OPEN_AUDIT_LOG}</a></p>
        </section>
    })
}
