//! The page of one's own second factor: one task at a time, at a door, since who owes the set-up
//! has nothing else to go to.

use access::TwoFactorPolicy;
use domain::second_factor::TwoFactorView;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::ViewTwoFactor;
use super::codes::codes_view;
use super::key::key_view;
use super::manage::manage_view;
use crate::components::door::Door;
use crate::components::form::Form;
use crate::components::page::PageTitle;
use crate::components::password::PasswordAgain;
use crate::load::{load_plain, show_afresh};
use crate::text;
use crate::text::{label, phrase};
use crate::view::view;

/// The page.
#[component]
pub fn TwoFactorPage() -> AnyView {
    let query = use_query_map();
    let task = Memo::new(move |_| query.with(|query| query.get("do").unwrap_or_default()));
    // The steps stay at their address, and with them where they lead in the end.
    let next = query.with_untracked(|query| query.get("next").unwrap_or_default());
    show_afresh(load_plain::<ViewTwoFactor>(), move |found| {
        let view: TwoFactorView = found.view()?;
        Some(if !view.codes.is_empty() {
            codes_view(view, next.clone())
        } else if let Some(key) = view.key.clone() {
            key_view(&view, key)
        } else if let Some(on) = view.factor.on.clone() {
            manage_view(view, on, task)
        } else {
            start_view(&view)
        })
    })
}

/// Who is asked for it, and what it takes; a step before the key, which only a post draws.
fn start_view(view: &TwoFactorView) -> AnyView {
    let business = view.business.clone();
    let asked = asks(&business, view.factor.policy, view.factor.required);
    let back = back(view);
    view! {
        <PageTitle text=label::SET_UP_TWO_FACTOR/>
        <Door at=view.name.clone() signed_in=true foot=text::staff_only(&business) class="mid">
            <div class="stack loose">
                <Form action="/api/two-factor/begin">
                    <div class="stack tight">
                        <h1>{label::SET_UP_TWO_FACTOR}</h1>
                        <p class="muted">{asked}</p>
                    </div>
                    <PasswordAgain/>
                    <button class="button primary block" type="submit">{label::SHOW_KEY}</button>
                </Form>
                {back}
            </div>
        </Door>
    }
}

/// Back to the profile, for who reaches it.
pub(super) fn back(view: &TwoFactorView) -> Option<AnyView> {
    (!view.factor.required).then(|| {
        view! { <p class="small"><a href="/profile">{label::BACK_TO_PROFILE}</a></p> }
    })
}

/// Who asks for a second step, and what it takes.
pub(super) fn asks(business: &str, policy: TwoFactorPolicy, required: bool) -> String {
    let who = required.then_some((business, policy));
    phrase::asks_for_two_factor(who)
}
