//! A second factor that is set up: how it stands, new recovery codes, turning it off.

use std::sync::Arc;

use domain::second_factor::{FactorFacts, FactorView, ProveAgain, TwoFactorView};
use leptos::prelude::*;

use super::PAGE;
use crate::components::badge::badge;
use crate::components::door::Door;
use crate::components::field::Field;
use crate::components::form::{Check, Form};
use crate::components::live::live;
use crate::components::page::{PageTitle, fact, time};
use crate::components::password::Password;
use crate::text;
use crate::text::{label, phrase};
use crate::view::view;
use crate::wire::Fields;

/// Values of `do`: what somebody came for.
pub(super) const RENEW: &str = "codes";
const TURN_OFF: &str = "off";

pub(super) fn manage_view(view: TwoFactorView, on: FactorFacts, task: Memo<String>) -> AnyView {
    let TwoFactorView {
        business,
        name,
        factor,
        ..
    } = view;
    let part = live(move || match task.get().as_str() {
        RENEW => renew(),
        TURN_OFF if !factor.required => turn_off(),
        _ => overview(&factor, &on),
    });
    view! {
        <PageTitle text=label::TWO_FACTOR/>
        <Door at=name signed_in=true foot=text::staff_only(&business) class="mid">
            <div class="stack loose">
                {part}
                <p class="small"><a href="/profile">{label::BACK_TO_PROFILE}</a></p>
            </div>
        </Door>
    }
}

fn overview(factor: &FactorView, on: &FactorFacts) -> AnyView {
    let off = if factor.required {
        view! { <p class="muted">{phrase::cant_be_turned_off(factor.policy)}</p> }
    } else {
        view! { <a class="button danger" href=format!("{PAGE}?do={TURN_OFF}")>{label::TURN_OFF}</a> }
    };
    view! {
        <div class="stack">
            <div class="cluster between">
                <h1>{label::TWO_FACTOR}</h1>
                " "
                {badge(Some("good"), Some("shield-check"), label::ON)}
            </div>
            <dl class="facts">
                {fact(label::SINCE, time(&on.since))}
                {fact(label::RECOVERY_CODES, phrase::codes_left(on.codes_left).into_any())}
            </dl>
            <div class="actions">
                <a class="button" href=format!("{PAGE}?do={RENEW}")>{label::NEW_RECOVERY_CODES}</a>
                " "
                {off}
            </div>
        </div>
    }
}

fn renew() -> AnyView {
    proof(
        "/api/two-factor/renew-codes",
        label::NEW_RECOVERY_CODES,
        label::RENEW_HELP,
        "button primary block",
        label::MAKE_CODES,
    )
}

fn turn_off() -> AnyView {
    proof(
        "/api/two-factor/turn-off",
        label::TURN_OFF_TWO_FACTOR,
        label::TURN_OFF_HELP,
        "button danger-solid block",
        label::TURN_OFF,
    )
}

/// Password and code again, and what follows from them.
fn proof(
    action: &'static str,
    title: &'static str,
    help: &'static str,
    class: &'static str,
    verb: &'static str,
) -> AnyView {
    view! {
        <Form action check=check()>
            <div class="stack tight">
                <h1>{title}</h1>
                <p class="muted">{help}</p>
            </div>
            <Password name="password" label=label::PASSWORD autocomplete="current-password"/>
            <Field
                name="code"
                label=label::CODE_OR_RECOVERY
                help=label::CODE_OR_RECOVERY_HELP
                autocomplete="one-time-code"
            />
            <button class=class type="submit">{verb}</button>
        </Form>
    }
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let form = ProveAgain {
            password: fields.one("password"),
            code: fields.one("code"),
        };
        form.check().err().unwrap_or_default()
    })
}
