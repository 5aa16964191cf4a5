//! A longer password, asked for on the way in where the old one is too short for use alone.

use domain::passwords::ResetView;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::ViewChoice;
use super::{check, new_password, username};
use crate::components::door::Door;
use crate::components::form::{Form, Hidden};
use crate::components::page::PageTitle;
use crate::load::{load_plain, show};
use crate::text;
use crate::text::label;
use crate::view::view;

/// The page that asks for a longer password, and goes on with the sign-in.
#[component]
pub fn ChoosePage() -> AnyView {
    let next = use_query_map().with_untracked(|query| query.get("next").unwrap_or_default());
    show(load_plain::<ViewChoice>(), move |view| {
        choose_view(view, next.clone())
    })
}

fn choose_view(view: ResetView, next: String) -> AnyView {
    let ResetView {
        business,
        email,
        min,
    } = view;
    view! {
        <PageTitle text=label::CHOOSE_LONGER/>
        <Door at=email.clone() signed_in=true foot=text::staff_only(&business) class="mid">
            <Form action="/api/passwords/choose" check=check(min)>
                <div class="stack tight">
                    <h1>{label::CHOOSE_LONGER}</h1>
                    <p class="muted">{label::CHOOSE_LONGER_HELP}</p>
                </div>
                {username(email)}
                {new_password(min, String::new())}
                <Hidden name="next" value=next/>
                <button class="button primary block" type="submit">{label::SET_PASSWORD}</button>
            </Form>
        </Door>
    }
}
