//! In the hydrated page choices, level pickers and the save bar move together. What is chosen
//! stands in the page itself, so that nothing done before the script came is lost.

use std::collections::BTreeMap;

use access::{Level, Module, Permission, RowLevel};
use domain::Problems;
use domain::users::OverrideChoice;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::DRAFT;
use super::known::Known;
use crate::components::form;
use crate::dom;
use crate::state::State;
use crate::wire::Fields;

/// What is different in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Permissions, with what is chosen for them.
    pub overrides: Vec<(Permission, OverrideChoice)>,
    /// Groups are other ones.
    pub groups: bool,
    /// Stores are other ones.
    pub stores: bool,
}

/// Follows what is done inside the element that it is put on.
pub(super) fn follow_in(
    known: Known,
    changes: RwSignal<Changes>,
) -> (NodeRef<Div>, impl Fn(&leptos::ev::Event) + 'static) {
    let state = State::here();
    let inside = NodeRef::<Div>::new();
    let known = StoredValue::new(known);
    let refresh = move |pressed: Option<&HtmlInputElement>| {
        if let Some(inside) = inside.get_untracked() {
            known.update_value(|known| {
                follow(&inside, pressed, known);
                changes.set(known.changes());
            });
        }
    };
    // What was done before the script came.
    Effect::new(move |_| {
        inside.track();
        refresh(None);
    });
    Effect::new(move |_| {
        let problems = state.trouble.with(|trouble| match &trouble.error {
            Some(domain::AppError::Invalid(problems)) if trouble.form == DRAFT.check => {
                problems.clone()
            }
            _ => Problems::none(),
        });
        if let Some(inside) = inside.get_untracked() {
            open_card_of(&inside, &problems);
        }
    });
    Effect::new(move |_| {
        let elsewhere = window_event_listener(leptos::ev::click, move |event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            if let Some(inside) = inside.get_untracked() {
                for card in dom::all(&inside, "details.cell[open]") {
                    if !card.contains(target.as_ref()) {
                        // Removing an attribute fails for no name of ours.
                        _ = card.remove_attribute("open");
                    }
                }
            }
        });
        on_cleanup(move || elsewhere.remove());
    });
    let on_input = move |event: &leptos::ev::Event| {
        let pressed = event.target().and_then(|target| target.dyn_into().ok());
        refresh(pressed.as_ref());
    };
    (inside, on_input)
}

/// Brings cells and pickers in step after something was pressed.
fn follow(inside: &Element, pressed: Option<&HtmlInputElement>, known: &mut Known) {
    if let Some(picked) = pressed.and_then(picked) {
        known.pick(&[picked]);
        for radio in inputs(inside, ".cell input[type=radio]") {
            if let Some(permission) = permission_of(&radio) {
                radio.set_checked(known.chosen(permission).key() == radio.value());
            }
        }
    }
    let chosen: BTreeMap<Permission, OverrideChoice> =
        inputs(inside, ".cell input[type=radio]:checked")
            .iter()
            .filter_map(|radio| {
                let choice = OverrideChoice::from_key(&radio.value())?;
                Some((permission_of(radio)?, choice))
            })
            .collect();
    known.choose(&chosen);
    let ticked = |name: &str| -> Vec<String> {
        inputs(inside, &format!("input[name=\"{name}[]\"]:checked"))
            .iter()
            .map(HtmlInputElement::value)
            .collect()
    };
    let added = dom::all(inside, "select[name=add_group] option:checked")
        .iter()
        .any(|option| {
            option
                .get_attribute("value")
                .is_some_and(|id| !id.is_empty())
        });
    known.tick(&ticked("memberships"), &ticked("stores"), added);
    for permission in chosen.keys() {
        mark(inside, *permission, known.is_changed(*permission));
    }
    for module in Module::ALL {
        let Some(level) = known.level(module).map(RowLevel::key) else {
            continue;
        };
        for radio in inputs(inside, &format!("input[name=\"level[{}]\"]", module.key())) {
            radio.set_checked(radio.value() == level);
        }
    }
}

/// The level that was picked, if it was a level.
fn picked(pressed: &HtmlInputElement) -> Option<(Module, Level)> {
    let name = pressed.name();
    let module = name.strip_prefix("level[")?.strip_suffix(']')?;
    Some((
        Module::from_key(module)?,
        Level::from_key(&pressed.value())?,
    ))
}

fn permission_of(radio: &HtmlInputElement) -> Option<Permission> {
    let name = radio.name();
    Permission::from_key(name.strip_prefix("overrides[")?.strip_suffix(']')?)
}

fn inputs(inside: &Element, which: &str) -> Vec<HtmlInputElement> {
    let found = dom::all(inside, which).into_iter();
    found.filter_map(|input| input.dyn_into().ok()).collect()
}

/// Marks a cell as changed, for the eye and aloud.
fn mark(inside: &Element, permission: Permission, changed: bool) {
    let cell = format!("details.cell[data-of=\"{}\"]", permission.key());
    for cell in dom::all(inside, &cell) {
        // Setting an attribute fails for no name of ours.
        _ = cell.toggle_attribute_with_force("data-changed", changed);
        for word in dom::all(&cell, "summary > .sr-only:last-child") {
            _ = word.toggle_attribute_with_force("hidden", !changed);
        }
    }
}

/// Opens the card in which something is to be put right.
fn open_card_of(inside: &Element, problems: &Problems) {
    for problem in &problems.0 {
        let field = document().get_element_by_id(&problem.field);
        let card = field.and_then(|field| field.closest("details.cell").ok().flatten());
        if let Some(card) = card.filter(|card| inside.contains(Some(card.unchecked_ref()))) {
            _ = card.set_attribute("open", "");
            return;
        }
    }
}

/// What the form holds in which something happened.
pub(super) fn fields_behind(event: &web_sys::Event) -> Option<Fields> {
    let form = dom::closest(event, "form")?.dyn_into().ok()?;
    Some(Fields::parse(&form::body(&form, None)?))
}
