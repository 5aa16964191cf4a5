//! How a second factor stands, as a card on the profile.

use domain::second_factor::FactorView;
use leptos::prelude::*;

use super::PAGE;
use super::api::ViewOwnFactor;
use super::manage::RENEW;
use crate::components::badge::badge;
use crate::load::{load_plain, show};
use crate::text::{label, phrase};
use crate::view::view;

/// The card.
#[component]
pub fn FactorCard() -> AnyView {
    show(load_plain::<ViewOwnFactor>(), |view| card(&view))
}

fn card(view: &FactorView) -> AnyView {
    let (state, action) = match &view.on {
        Some(_) => (
            badge(Some("good"), Some("shield-check"), label::ON),
            view! {
                <a class="button" href=format!("{PAGE}?do={RENEW}")>{label::NEW_RECOVERY_CODES}</a>
                " "
                <a class="button ghost" href=PAGE>{label::MANAGE}</a>
            },
        ),
        None => (
            badge(None, None, label::OFF),
            view! { <a class="button" href=PAGE>{label::SET_UP_TWO_FACTOR}</a> },
        ),
    };
    view! {
        <section class="card" aria-labelledby="own-two-factor">
            <div class="cluster between">
                <h2 id="own-two-factor">{label::TWO_FACTOR}</h2>
                " "
                {state}
            </div>
            <p class="muted">{phrase::own_factor(view)}</p>
            <div class="actions">{action}</div>
        </section>
    }
}
