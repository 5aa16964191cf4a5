//! The second step of signing in.

use std::sync::Arc;

use domain::AppError;
use domain::second_factor::SecondStep;
use domain::sign_in::{DoorView, own_path};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::door::Door;
use crate::components::field::{CodeField, Field};
use crate::components::form::{Check, Form, Hidden};
use crate::components::icon;
use crate::components::live::holds;
use crate::components::page::PageTitle;
use crate::load::{load_plain, show};
use crate::pages::sign_in::api::ViewDoor;
use crate::state::State;
use crate::text;
use crate::text::label;
use crate::view::view;
use crate::wire::Fields;

const ACTION: &str = "/api/sign-in/second-factor";

/// The page that a right password leads to, where a second factor is set up.
#[component]
pub fn SecondFactorPage() -> AnyView {
    let next = use_query_map().with_untracked(|query| query.get("next").unwrap_or_default());
    let next = own_path(&next).unwrap_or_default().to_owned();
    if turned_away(&next) {
        return ().into_any();
    }
    show(load_plain::<ViewDoor>(), move |view| {
        step_view(view, next.clone())
    })
}

/// Only who owes this step has business here.
fn turned_away(next: &str) -> bool {
    #[cfg(feature = "ssr")]
    match use_context() {
        Some(service::Visitor::Half(half)) if half.due == domain::Due::SecondFactor => {
            return false;
        }
        Some(service::Visitor::Half(half)) => crate::respond::to_due(half.due),
        Some(service::Visitor::Staff(_)) => {
            crate::respond::redirect(if next.is_empty() { "/" } else { next });
        }
        _ => crate::respond::redirect(&text::sign_in_path(next)),
    }
    // In the browser a door is only ever loaded whole.
    #[cfg(not(feature = "ssr"))]
    let _ = next;
    cfg!(feature = "ssr")
}

fn step_view(view: DoorView, next: String) -> AnyView {
    let DoorView { business, .. } = view;
    let (next, next_by_recovery) = (next.clone(), next);
    let state = State::here();
    let recovering = holds(move || {
        state.trouble.with(|trouble| match &trouble.error {
            Some(AppError::Invalid(problems)) => problems.of("recovery").is_some(),
            _ => false,
        })
    });
    view! {
        <PageTitle text=label::ENTER_CODE/>
        <Door at=business.clone() foot=text::staff_only(&business)>
            <div class="stack loose">
                <Form action=ACTION check=check()>
                    <div class="stack tight">
                        <h1>{label::ENTER_CODE}</h1>
                        <p class="muted">{label::ENTER_CODE_HELP}</p>
                    </div>
                    <CodeField label=label::SIX_DIGITS sends=true/>
                    <Hidden name="next" value=next/>
                    <button class="button primary block" type="submit">{label::CONTINUE}</button>
                </Form>
                <details class="stack" open=recovering>
                    <summary class="small">
                        <span class="cluster">{icon("chevron-right")} " " {label::USE_RECOVERY_CODE}</span>
                    </summary>
                    <Form action=ACTION quiet=true>
                        <Field
                            name="recovery"
                            label=label::RECOVERY_CODE
                            help=label::RECOVERY_CODE_HELP
                        />
                        <Hidden name="next" value=next_by_recovery/>
                        <div class="actions">
                            <button class="button" type="submit">{label::SIGN_IN_WITH_RECOVERY}</button>
                        </div>
                        <p class="small muted">{label::NO_CODES_LEFT}</p>
                    </Form>
                </details>
                <p class="small"><a href="/sign-in" rel="external">{label::SIGN_IN_AS_OTHER}</a></p>
            </div>
        </Door>
    }
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let form = SecondStep {
            code: fields.one("code"),
            recovery: None,
            next: String::new(),
        };
        form.check().err().unwrap_or_default()
    })
}
