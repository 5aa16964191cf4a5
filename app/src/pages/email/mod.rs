//! Changing an address: the cards on the profile and on a person's page, and the page that the link
//! in the mail leads to.

pub mod api;
pub mod confirm;

use std::sync::Arc;

use domain::email::{ChangeOwnEmail, EmailChange};
use domain::form::Problems;
use domain::users::{Status, UserView};
use leptos::prelude::*;

use crate::components::badge::mail_badge;
use crate::components::field::Field;
use crate::components::form::{Check, Form, Hidden};
use crate::components::page::{fact, time};
use crate::components::password::{Password, PasswordAgain};
use crate::text::label;
use crate::view::view;
use crate::wire::Fields;

/// One's own address, on the profile.
pub(super) fn own_card(email: String, change: Option<&EmailChange>) -> AnyView {
    let waiting = change.map(|change| {
        view! {
            {facts(change)}
            <Form action="/api/profile/withdraw-email">
                <div class="actions"><button class="button" type="submit">{label::WITHDRAW_EMAIL}</button></div>
            </Form>
        }
    });
    let ask = view! {
        <Form action="/api/profile/change-email" check=check_own()>
            <Field name="email" label=label::NEW_EMAIL kind="email" help=label::NEW_EMAIL_HELP autocomplete="email"/>
            <Password name="current_password" label=label::CURRENT_PASSWORD autocomplete="current-password"/>
            <div class="actions"><button class="button" type="submit">{label::CHANGE_EMAIL}</button></div>
        </Form>
    };
    card(email, waiting.into_any(), ask.into_any())
}

/// Somebody's address, on their page; nothing for who may not change it.
pub(super) fn card_of(person: &UserView) -> Option<AnyView> {
    if person.locked_because.is_some() || person.status == Status::Deactivated {
        return None;
    }
    let waiting = person.email_change.as_ref().map(|change| {
        let id = person.id.to_string();
        view! {
            {facts(change)}
            <Form action="/api/users/withdraw-email">
                <Hidden name="id" value=id.clone()/>
                <div class="actions"><button class="button" type="submit">{label::WITHDRAW_EMAIL}</button></div>
            </Form>
        }
    });
    let id = person.id.to_string();
    let help = if person.status == Status::Invited {
        label::INVITED_EMAIL_HELP
    } else {
        label::THEIR_NEW_EMAIL_HELP
    };
    let ask = view! {
        <Form action="/api/users/change-email" check=check()>
            <Hidden name="id" value=id.clone()/>
            <Field name="email" label=label::NEW_EMAIL kind="email" help/>
            <PasswordAgain/>
            <div class="actions"><button class="button" type="submit">{label::CHANGE_EMAIL}</button></div>
        </Form>
    };
    Some(card(
        person.email.clone(),
        waiting.into_any(),
        ask.into_any(),
    ))
}

fn card(email: String, waiting: AnyView, ask: AnyView) -> AnyView {
    view! {
        <section class="card" aria-labelledby="sign-in-email">
            <h2 id="sign-in-email">{label::EMAIL}</h2>
            <p>{email}</p>
            {waiting}
            {ask}
        </section>
    }
}

/// What waits to be confirmed.
fn facts(change: &EmailChange) -> AnyView {
    let by = change
        .by
        .clone()
        .map(|by| fact(label::ASKED_BY, by.into_any()));
    view! {
        <dl class="facts">
            {fact(label::WAITS_FOR, change.email.clone().into_any())}
            {by}
            {fact(label::ASKED, time(&change.asked))}
            {fact(label::ENDS, time(&change.ends))}
            {fact(label::MAIL, mail_badge(&change.mail))}
        </dl>
    }
}

fn check_own() -> Check {
    Arc::new(|fields: &Fields| {
        let form = ChangeOwnEmail {
            email: fields.one("email"),
            current: fields.one("current_password"),
        };
        form.check().err().unwrap_or_default()
    })
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let mut problems = Problems::none();
        problems.email("email", &fields.one("email"));
        problems
    })
}
