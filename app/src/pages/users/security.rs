//! Tab Security: how a person signs in, where they are signed in, and what can be done about it.

use domain::mail::MailFacts;
use domain::second_factor::{FactorView, Verified};
use domain::sessions::SignInView;
use domain::users::{Status, UserView};
use leptos::prelude::*;

use super::Tab;
use super::api::ViewSignIn;
use super::person::{
    RESET, RESET_FACTOR, SEND_RESET, SIGN_OUT_ALL, UNLOCK, act, asking, id_of_address, person_page,
};
use crate::components::badge::{badge, mail_badge};
use crate::components::confirm::Confirm;
use crate::components::field::{Field, described_by, invalid, message, problem_of};
use crate::components::form::{Hidden, Within};
use crate::components::page::{fact, time, time_inside};
use crate::load::load;
use crate::pages::sessions::{END, parts};
use crate::state::State;
use crate::text;
use crate::text::{label, phrase, sessions as say};
use crate::view::{Views, view};

/// How a person signs in.
#[component]
pub fn UserSecurityPage() -> AnyView {
    let id = id_of_address();
    let sign_in = load::<ViewSignIn>(move || vec![("id", id.get())]);
    person_page(Tab::Security, sign_in, question, |view: SignInView| {
        let tab = security_tab(&view);
        (view.user, tab)
    })
}

fn question(confirm: &str, person: &UserView, back: String) -> Option<AnyView> {
    let on = confirm == RESET_FACTOR && person.factor.on.is_some();
    on.then(|| reset_question(person, back))
}

fn security_tab(view: &SignInView) -> AnyView {
    view! {
        <div class="row pair">{sign_in(view)} {two_factor(view)}</div>
        {mails(&view.mails)}
        {sessions(view)}
    }
}

/// Password, tries and lock.
fn sign_in(view: &SignInView) -> AnyView {
    let SignInView { user, facts, .. } = view;
    let password = match &facts.password_set {
        _ if facts.password_disabled => {
            view! { <span class="danger-text">{label::PASSWORD_DISABLED}</span> }
        }
        Some(when) => view! { {label::SET} " " {time(when)} },
        None => label::NOT_SET_YET.into_any(),
    };
    let last = match &facts.last_sign_in {
        Some(when) => {
            let device = facts
                .last_device
                .clone()
                .map(|device| format!(", {device}"));
            view! { {time(when)} {device} }
        }
        None => text::NEVER.into_any(),
    };
    let locked = facts
        .locked_until
        .as_ref()
        .map(|when| fact(label::LOCKED_UNTIL, time(when)));
    let id = user.id.to_string();
    let may_act = user.locked_because.is_none();
    let actions = (may_act && matches!(user.status, Status::Active | Status::Locked)).then(|| {
        let unlock = (user.status == Status::Locked)
            .then(|| act(UNLOCK, "lock-open", label::UNLOCK, id.clone()));
        view! { <div class="actions">{act(SEND_RESET, "mail", label::SEND_RESET, id.clone())} " " {unlock}</div> }
    });
    view! {
        <section class="card" aria-labelledby="sign-in">
            <h2 id="sign-in">{label::SIGN_IN_CARD}</h2>
            <dl class="facts">
                {fact(label::PASSWORD, password)}
                {fact(label::LAST_SIGN_IN, last)}
                {fact(label::WRONG_TRIES, say::wrong_tries(facts).into_any())}
                {locked}
            </dl>
            {actions}
        </section>
    }
}

/// What was mailed to them last, and whether it went out (product §9).
fn mails(mails: &[MailFacts]) -> Option<AnyView> {
    let lines = mails.iter().map(|mail| {
        let written = view! { " "<span class="muted">{time(&mail.written)}</span> };
        let state = view! { {mail_badge(&mail.state)} {written} };
        fact(text::mail_kind(mail.kind), state)
    });
    (!mails.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="mails">
                <h2 id="mails">{label::LAST_MAILS}</h2>
                <dl class="facts">{lines.views()}</dl>
            </section>
        }
    })
}

/// Where they are signed in, and the sessions that ended last.
fn sessions(view: &SignInView) -> AnyView {
    let user = &view.user;
    let open = view.sessions.iter().filter(|one| one.ended.is_none());
    let open = open.count();
    let may_act = user.locked_because.is_none();
    let note = view
        .one_at_a_time
        .then(|| view! { <span class="muted small">{label::ONE_AT_A_TIME}</span> " " });
    let everywhere = (may_act && open > 0).then(|| {
        let href = asking(user, Tab::Security, SIGN_OUT_ALL);
        view! { <a class="button small danger push" href=href>{label::SIGN_OUT_EVERYWHERE}</a> }
    });
    let body = if view.sessions.is_empty() {
        view! { <p class="body muted">{label::NO_SESSION}</p> }
    } else {
        parts::table(&view.sessions, view.one_store, may_act, END)
    };
    view! {
        <section class="panel" aria-labelledby="sessions">
            <header>
                <h2 id="sessions">{label::SESSIONS}</h2>
                " "
                <span class="count">{open}</span>
                " "
                {note}
                {everywhere}
            </header>
            {body}
        </section>
    }
}

fn two_factor(view: &SignInView) -> AnyView {
    let person = &view.user;
    let FactorView { on, .. } = &person.factor;
    let since = on.as_ref().map(|on| {
        view! { " "<span class="muted">{label::SINCE_THEN}" "{time_inside(&on.since)}</span> }
    });
    let status = match on {
        Some(_) if view.facts.factor_disabled => {
            view! { <span class="danger-text">{label::FACTOR_DISABLED}</span> }
        }
        Some(_) => badge(Some("good"), Some("shield-check"), label::ON),
        None => badge(None, None, label::OFF),
    };
    let codes = on.as_ref().map(|on| {
        fact(
            label::RECOVERY_CODES,
            phrase::codes_left(on.codes_left).into_any(),
        )
    });
    let required = phrase::required(&person.factor, &person.groups);
    let may_reset = on.is_some() && person.locked_because.is_none();
    let reset = may_reset.then(|| {
        let href = asking(person, Tab::Security, RESET_FACTOR);
        view! { <div class="actions"><a class="button danger" href=href>{label::RESET_TWO_FACTOR}</a></div> }
    });
    view! {
        <section class="card" aria-labelledby="two-factor">
            <h2 id="two-factor">{label::TWO_FACTOR}</h2>
            <dl class="facts">
                {fact(label::STATUS, view! { {status}{since} })}
                {codes}
                {fact(label::REQUIRED, required.into_any())}
            </dl>
            {reset}
        </section>
    }
}

/// Asks how the identity was verified, before the second factor is taken away.
fn reset_question(person: &UserView, back: String) -> AnyView {
    let (id, first) = (person.id.to_string(), text::first_word(&person.name));
    view! {
        <Confirm
            title=phrase::reset_factor_question(&person.name)
            text=phrase::reset_factor_consequence(person.sessions)
            verb=phrase::reset_factor_verb(first)
            action=RESET
            back=back
            asks_again=true
        >
            <div class="stack">
                <Hidden name="id" value=id/>
                {verified()}
                <Field name="note" label=label::NOTE help=label::NOTE_HELP/>
            </div>
        </Confirm>
    }
}

/// By phone or by video; email alone proves nothing, since whoever has it asks for the reset.
fn verified() -> AnyView {
    let problem = problem_of(vec!["verified"]);
    let form: Within = expect_context();
    let typed = State::here().typed(form, "verified");
    let ways = Verified::ALL.map(|way| {
        let (key, name) = (way.key(), phrase::verified(way));
        let checked = typed.as_deref() == Some(key);
        view! {
            <label class="choice">
                <input
                    type="radio"
                    id=(way == Verified::ALL[0]).then_some("verified")
                    name="verified"
                    value=key
                    checked=checked
                    required=true
                    aria-invalid=invalid(problem)
                />
                " "
                <span>{name}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field" aria-describedby=described_by("verified", true, problem, None)>
            <legend>{label::VERIFIED_HOW}</legend>
            <p class="help" id="verified-help">{label::VERIFIED_HELP}</p>
            {message("verified-error".to_owned(), problem)}
            {ways.views()}
        </fieldset>
    }
}
