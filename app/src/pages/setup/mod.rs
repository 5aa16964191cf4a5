//! First run: one's own business, or the sample (product §11).

pub mod api;

use std::sync::Arc;

use domain::AppError;
use domain::form::PASSWORD_MIN_ALONE;
use domain::sign_in::CreateBusiness;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::api::ViewSetup;
use crate::components::door::{Door, shut_door};
use crate::components::field::Field;
use crate::components::form::{Check, Form, Hidden, Within};
use crate::components::page::PageTitle;
use crate::components::password::Password;
use crate::load::{load, show_or};
use crate::state::State;
use crate::text;
use crate::text::label;
use crate::view::view;
use crate::wire::Fields;

/// Value of `start` for one's own business.
const MINE: &str = "mine";
/// Value of `start` for the sample.
const SAMPLE: &str = "sample";

/// The page that the one-time setup link leads to.
#[component]
pub fn SetupPage() -> AnyView {
    let token = use_params_map().with_untracked(|params| params.get("token").unwrap_or_default());
    let asked = token.clone();
    let open = load::<ViewSetup>(move || vec![("token", asked.clone())]);
    show_or(
        open,
        move |()| setup_view(token.clone()),
        |error: AppError| shut_door(&error),
    )
}

fn setup_view(token: String) -> AnyView {
    let sample = State::here()
        .typed(Within::alone("/api/business/create"), "start")
        .as_deref()
        == Some(SAMPLE);
    view! {
        <PageTitle text=label::SET_UP_KEYHOLDER/>
        <Door at=label::FIRST_RUN foot=label::SETUP_FOOT class="wide">
            <Form action="/api/business/create" class="stack loose" check=check()>
                <div class="stack tight">
                    <h1>{label::SET_UP_KEYHOLDER}</h1>
                    <p class="muted">{label::YOU_WILL_BE_OWNER}</p>
                </div>
                <fieldset class="row stretch">
                    <legend class="sr-only">{label::HOW_TO_START}</legend>
                    {way(MINE, label::SET_UP_MINE, label::SET_UP_MINE_HELP, !sample)}
                    {way(SAMPLE, label::EXPLORE_SAMPLE, label::EXPLORE_SAMPLE_HELP, sample)}
                </fieldset>
                // The style sheet hides this when the sample is chosen.
                <div class="stack when-mine">
                    <h2>{label::YOUR_BUSINESS}</h2>
                    <div class="row">
                        <Field name="business" label=label::BUSINESS_NAME autocomplete="organization"/>
                        <Field name="store" label=label::FIRST_STORE/>
                    </div>
                    <p class="small muted">{label::ONE_STORE_IS_ENOUGH}</p>
                </div>
                <div class="stack">
                    <h2>{label::YOU}</h2>
                    <div class="row">
                        <Field name="first_name" label=label::FIRST_NAME autocomplete="given-name"/>
                        <Field name="last_name" label=label::LAST_NAME autocomplete="family-name"/>
                    </div>
                    <Field name="email" label=label::EMAIL kind="email" autocomplete="username"/>
                    <Password
                        name="password"
                        label=label::PASSWORD
                        autocomplete="new-password"
                        help=text::password_rule(PASSWORD_MIN_ALONE)
                        meter=String::new()
                    />
                </div>
                <Hidden name="token" value=token/>
                <div class="actions"><button class="button primary" type="submit">{label::CREATE_AND_SIGN_IN}</button></div>
            </Form>
        </Door>
    }
}

fn way(value: &'static str, name: &'static str, help: &'static str, chosen: bool) -> AnyView {
    view! {
        <label class="choice choice-card">
            <input type="radio" name="start" value=value checked=chosen/>
            " "
            <strong>{name}</strong>
            " "
            <span class="help">{help}</span>
        </label>
    }
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let form = CreateBusiness {
            token: String::new(),
            sample: fields.one("start") == SAMPLE,
            business: fields.one("business"),
            store: fields.one("store"),
            first_name: fields.one("first_name"),
            last_name: fields.one("last_name"),
            email: fields.one("email"),
            password: fields.one("password"),
        };
        form.check().err().unwrap_or_default()
    })
}
