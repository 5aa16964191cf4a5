//! Forgot password? The same page and the same answer for every address.

use std::sync::Arc;

use domain::passwords::ForgotPassword;
use domain::sign_in::DoorView;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::door::Door;
use crate::components::field::Field;
use crate::components::form::{Check, Form};
use crate::components::live::live;
use crate::components::page::PageTitle;
use crate::dom;
use crate::load::{load_plain, show};
use crate::pages::sign_in::api::ViewDoor;
use crate::text;
use crate::text::label;
use crate::view::view;
use crate::wire::Fields;

/// Id of the heading of the answer.
const ANSWER: &str = "answer";

/// The page that asks for a link to a new password, and says what follows once it was asked for.
#[component]
pub fn ForgotPage() -> AnyView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("asked").is_some()));
    // The answer takes the place of the form that had the focus.
    Effect::watch(
        move || asked.get(),
        |asked: &bool, _, _| {
            if *asked {
                dom::focus_soon(ANSWER);
            }
        },
        false,
    );
    show(load_plain::<ViewDoor>(), move |view: DoorView| {
        let business = view.business;
        view! {
            <Door at=business.clone() foot=text::staff_only(&business)>
                {live(move || if asked.get() { on_its_way() } else { ask() })}
            </Door>
        }
    })
}

fn ask() -> AnyView {
    view! {
        <PageTitle text=label::FORGOT_PASSWORD/>
        <Form action="/api/passwords/forgot" check=check()>
            <div class="stack tight">
                <h1>{label::FORGOT_PASSWORD}</h1>
                <p class="muted">{label::FORGOT_PASSWORD_HELP}</p>
            </div>
            <Field name="email" label=label::EMAIL kind="email" autocomplete="username" first=true/>
            <button class="button primary block" type="submit">{label::SEND_LINK}</button>
            <p class="small"><a href="/sign-in">{label::BACK_TO_SIGN_IN}</a></p>
        </Form>
    }
}

fn on_its_way() -> AnyView {
    view! {
        <PageTitle text=label::CHECK_YOUR_MAIL/>
        <div class="stack">
            <h1 id=ANSWER tabindex="-1">{label::CHECK_YOUR_MAIL}</h1>
            <p role="status">{label::LINK_IS_ON_ITS_WAY}</p>
            <p class="muted">{label::NOTHING_CAME}</p>
            <p class="small"><a href="/sign-in">{label::BACK_TO_SIGN_IN}</a></p>
        </div>
    }
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let form = ForgotPassword {
            email: fields.one("email"),
        };
        form.check().err().unwrap_or_default()
    })
}
