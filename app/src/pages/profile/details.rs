//! One's own names and phone, the theme, and the store in which a new session begins.

use std::sync::Arc;

use domain::profile::{ALL_STORES, ProfileForm, ProfileView};
use domain::shell::Theme;
use domain::users::UserDetails;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::choices::{Options, Select};
use crate::components::field::Field;
use crate::components::form::{Check, Form, Hidden, Within};
use crate::pages::shell::show_theme;
use crate::state::State;
use crate::text;
use crate::text::{label, phrase};
use crate::view::{Views, view};
use crate::wire::{self, Fields};

/// Where it is saved.
const SAVE: &str = "/api/profile/update";
/// Where the theme is saved that was just chosen.
const SET_THEME: &str = "/api/profile/set-theme";

pub(super) fn details(view: &ProfileView) -> AnyView {
    let UserDetails {
        first_name,
        last_name,
        display_name,
        phone,
    } = view.details.clone();
    let (revision, chosen) = (view.revision.to_string(), view.theme);
    let stores = stores(view);
    view! {
        <Form action=SAVE class="card" check=check()>
            <h2>{label::DETAILS}</h2>
            <Hidden name="revision" value=revision.clone()/>
            <div class="row">
                <Field name="first_name" label=label::FIRST_NAME value=first_name.clone() autocomplete="given-name"/>
                <Field name="last_name" label=label::LAST_NAME value=last_name.clone() autocomplete="family-name"/>
            </div>
            <Field
                name="display_name"
                label=label::DISPLAY_NAME
                value=display_name.clone()
                help=label::OWN_DISPLAY_NAME_HELP
                optional=true
            />
            <Field name="phone" label=label::PHONE kind="tel" value=phone.clone() optional=true autocomplete="tel"/>
            <div class="row">{stores.clone().map(default_store)} {theme(chosen)}</div>
            <div class="actions"><button class="button primary" type="submit" id="save">{label::SAVE}</button></div>
        </Form>
    }
}

/// The stores to choose from, and the chosen one; nothing with one store only.
fn stores(view: &ProfileView) -> Option<(Options, String)> {
    if view.stores.is_empty() {
        return None;
    }
    let fixed = [
        (String::new(), label::LAST_CHOSEN_STORE.to_owned()),
        (ALL_STORES.to_owned(), text::ALL_STORES.to_owned()),
    ];
    let stores = view
        .stores
        .iter()
        .map(|store| (store.id.to_string(), store.name.clone()));
    Some((
        fixed.into_iter().chain(stores).collect(),
        view.default_store.clone(),
    ))
}

fn default_store((options, chosen): (Options, String)) -> AnyView {
    view! {
        <Select
            name="default_store"
            label=label::DEFAULT_STORE
            options=options
            value=chosen
            help=label::DEFAULT_STORE_HELP
        />
    }
}

fn theme(chosen: Theme) -> AnyView {
    let form: Within = expect_context();
    let typed = State::here().typed(form, "theme");
    let chosen = typed.as_deref().and_then(Theme::from_key).unwrap_or(chosen);
    let radios = Theme::ALL.map(|theme| {
        view! {
            <label>
                <input type="radio" name="theme" value=theme.key() checked=theme == chosen/>
                " "
                {phrase::theme(theme)}
            </label>
        }
    });
    view! {
        <fieldset class="field" on:change=choose_theme>
            <legend>{label::THEME}</legend>
            <div class="segmented">{radios.views()}</div>
        </fieldset>
    }
}

/// The chosen theme acts at once and is saved behind it, alone: what was typed waits for Save.
fn choose_theme(event: leptos::ev::Event) {
    show_theme(&event);
    let body = Fields::body(&[("theme", &event_target_value(&event))]);
    spawn_local(async move {
        // Where it is not taken, it goes along with the rest.
        _ = wire::post(SET_THEME, body).await;
    });
}

fn check() -> Check {
    Arc::new(|fields: &Fields| {
        let form = ProfileForm {
            details: UserDetails {
                first_name: fields.one("first_name"),
                last_name: fields.one("last_name"),
                display_name: fields.one("display_name"),
                phone: fields.one("phone"),
            },
            ..ProfileForm::default()
        };
        form.check().err().unwrap_or_default()
    })
}
