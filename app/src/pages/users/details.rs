//! Tab Details: names and phone, and the facts of the account.

use std::sync::Arc;

use domain::users::{InviteState, UserDetails, UserView};
use leptos::prelude::*;

use super::Tab;
use super::api::ViewUser;
use super::person::{id_of_address, no_question, person_page};
use crate::components::badge::mail_badge;
use crate::components::field::Field;
use crate::components::form::{Check, Form, Hidden};
use crate::components::page::{fact, time};
use crate::load::load;
use crate::pages::email::card_of;
use crate::pages::profile::avatar::card_of as picture_of;
use crate::text;
use crate::text::label;
use crate::view::view;
use crate::wire::Fields;

/// A person's page, which opens with their details.
#[component]
pub fn UserPage() -> AnyView {
    let id = id_of_address();
    let person = load::<ViewUser>(move || vec![("id", id.get())]);
    person_page(Tab::Details, person, no_question, |person: UserView| {
        let tab = details_tab(&person);
        (person, tab)
    })
}

fn details_tab(person: &UserView) -> AnyView {
    view! {
        <div class="columns">
            {names(person)}
            <div class="stack">
                {person.invite.as_ref().map(invite)}
                {picture_of(person)}
                {card_of(person)}
                {facts(person)}
            </div>
        </div>
    }
}

fn names(person: &UserView) -> AnyView {
    let UserDetails {
        first_name,
        last_name,
        display_name,
        phone,
    } = person.details.clone();
    let locked = person.locked_because.is_some();
    let (id, revision, email) = (
        person.id.to_string(),
        person.revision.to_string(),
        person.email.clone(),
    );
    view! {
        <Form action="/api/users/update" class="card" check=check()>
            <h2>{label::DETAILS}</h2>
            <Hidden name="id" value=id.clone()/>
            <Hidden name="revision" value=revision.clone()/>
            <div class="row">
                <Field name="first_name" label=label::FIRST_NAME value=first_name.clone() locked/>
                <Field name="last_name" label=label::LAST_NAME value=last_name.clone() locked/>
            </div>
            <Field
                name="display_name"
                label=label::DISPLAY_NAME
                value=display_name.clone()
                help=label::DISPLAY_NAME_HELP
                optional=true
                locked
            />
            <div class="row">
                <div class="field">
                    <span class="label">{label::EMAIL}</span>
                    <p>{email.clone()}</p>
                </div>
                <Field name="phone" label=label::PHONE kind="tel" value=phone.clone() optional=true locked/>
            </div>
            {(!locked).then(|| view! {
                <div class="actions"><button class="button primary" type="submit" id="save">{label::SAVE}</button></div>
            })}
        </Form>
    }
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let form = UserDetails {
            first_name: fields.one("first_name"),
            last_name: fields.one("last_name"),
            display_name: fields.one("display_name"),
            phone: fields.one("phone"),
        };
        form.check().err().unwrap_or_default()
    })
}

fn invite(invite: &InviteState) -> AnyView {
    let ends = if invite.expired {
        label::RAN_OUT
    } else {
        label::ENDS
    };
    view! {
        <section class="card" aria-labelledby="invite">
            <h2 id="invite">{label::INVITE}</h2>
            <dl class="facts">
                {fact(label::SENT, time(&invite.sent))}
                {fact(ends, time(&invite.expires))}
                {fact(label::MAIL, mail_badge(&invite.mail))}
            </dl>
        </section>
    }
}

fn facts(person: &UserView) -> AnyView {
    let last = person
        .last_sign_in
        .as_ref()
        .map_or_else(|| text::NEVER.into_any(), time);
    let two_factor = if person.factor.on.is_some() {
        label::ON
    } else {
        label::OFF
    };
    let created = text::done_by(&person.created, person.created_by.as_deref());
    view! {
        <section class="card" aria-labelledby="account-facts">
            <h2 id="account-facts">{label::ACCOUNT}</h2>
            <dl class="facts">
                {fact(label::LAST_SIGN_IN, last)}
                {fact(label::TWO_FACTOR, two_factor.into_any())}
                {fact(label::SESSIONS_OPEN, person.sessions.into_any())}
                {fact(label::CREATED, created.into_any())}
            </dl>
        </section>
    }
}
