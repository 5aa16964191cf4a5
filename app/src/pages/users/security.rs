//! Tab Security: how a person signs in, and what can be done about it.

use domain::second_factor::{FactorView, Verified};
use domain::users::UserView;
use leptos::prelude::*;

use super::person::{RESET_FACTOR, address};
use super::tab::SECURITY;
use crate::components::badge::badge;
use crate::components::confirm::Confirm;
use crate::components::field::{Field, message, problem_of};
use crate::components::form::{Hidden, Within};
use crate::components::page::{fact, time};
use crate::state::State;
use crate::text;
use crate::text::{label, phrase};

/// Where the reset of a second factor posts to.
pub(super) const RESET: &str = "/api/users/reset-two-factor";

pub(super) fn security_tab(person: &UserView) -> AnyView {
    view! { <div class="row pair">{two_factor(person)}</div> }.into_any()
}

fn two_factor(person: &UserView) -> AnyView {
    let FactorView { on, .. } = &person.factor;
    let since = on.as_ref().map(|on| {
        view! { " "<span class="muted">{label::SINCE_THEN}" "{time(&on.since)}</span> }
    });
    let status = match on {
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
        let href = address(person, SECURITY, Some(RESET_FACTOR));
        view! { <div class="actions"><a class="button danger" href=href>{label::RESET_TWO_FACTOR}</a></div> }
    });
    view! {
        <section class="card" aria-labelledby="two-factor">
            <h2 id="two-factor">{label::TWO_FACTOR}</h2>
            <dl class="facts">
                {fact(label::STATUS, view! { {status}{since} }.into_any())}
                {codes}
                {fact(label::REQUIRED, required.into_any())}
            </dl>
            {reset}
        </section>
    }
    .into_any()
}

/// Asks how the identity was verified, before the second factor is taken away.
pub(super) fn reset_question(person: &UserView, back: String) -> AnyView {
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
    .into_any()
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
                />
                " "
                <span>{name}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field">
            <legend>{label::VERIFIED_HOW}</legend>
            <p class="help" id="verified-help">{label::VERIFIED_HELP}</p>
            {message("verified-error".to_owned(), problem)}
            {ways.into_iter().collect_view()}
        </fieldset>
    }
    .into_any()
}
