//! The account menu: who is signed in, the theme, signing out.

use domain::shell::{ShellView, Theme};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::components::avatar::{Size, picture};
use crate::components::form::Form;
use crate::components::icon;
use crate::dom;
use crate::text::{label, phrase};
use crate::view::{Views, view};

/// Id of the menu.
pub(super) const ACCOUNT: &str = "account";

pub(super) fn account(view: &ShellView) -> AnyView {
    let name = view.me.name.clone();
    let me = view.me.clone();
    let shown = move |size| picture(size, me.id, me.avatar, &me.name).view();
    let radios = Theme::ALL.into_iter().map(|theme| {
        let chosen = theme == view.theme;
        view! {
            <label>
                <input type="radio" name="theme" value=theme.key() checked=chosen/>
                " "
                {phrase::theme(theme)}
            </label>
        }
    });
    let radios = radios.views();
    // Without script the choice is sent by a button; a browser with script must not even parse it.
    let save = format!(
        "<button class=\"button small\" type=\"submit\">{}</button>",
        label::SAVE
    );
    view! {
        <button class="button ghost square" type="button" popovertarget=ACCOUNT>
            <span class="sr-only">{phrase::account_of(&name)}</span>
            {shown(Size::Small)}
        </button>
        <div class="popover at-account" id=ACCOUNT popover="auto">
            <div class="who">
                {shown(Size::Medium)}
                " "
                <div><strong>{name.clone()}</strong><small>{view.me.groups.clone()}</small></div>
            </div>
            <ul class="menu-list">
                <li><a href="/profile">{icon("circle-user-round")} " " {label::MY_PROFILE}</a></li>
            </ul>
            <Form action="/api/profile/set-theme" class="menu-list" quiet=true>
                <fieldset on:change=choose_theme>
                    <legend class="sr-only">{label::THEME}</legend>
                    <div class="segmented">{radios}</div>
                </fieldset>
                <noscript inner_html=save></noscript>
            </Form>
            <ul class="menu-list">
                <li>
                    <button type="submit" form="sign-out">{icon("log-out")} " " {label::SIGN_OUT}</button>
                </li>
            </ul>
        </div>
    }
}

/// The chosen theme acts at once, and is saved behind it.
fn choose_theme(event: leptos::ev::Event) {
    show_theme(&event);
    dom::submit(&event);
}

/// Shows the page in the theme that was just chosen, in the menu or on the profile, and chooses it
/// in the other of the two: the style sheet follows both.
pub(crate) fn show_theme(event: &leptos::ev::Event) {
    let chosen = event_target_value(event);
    let Some(root) = document().document_element() else {
        return;
    };
    // Setting an attribute fails for no name of ours.
    _ = match Theme::from_key(&chosen) {
        Some(Theme::System) | None => root.remove_attribute("data-theme"),
        Some(theme) => root.set_attribute("data-theme", theme.key()),
    };
    for radio in dom::all(&root, "input[name=theme]") {
        if let Ok(radio) = radio.dyn_into::<HtmlInputElement>() {
            radio.set_checked(radio.value() == chosen);
        }
    }
}
