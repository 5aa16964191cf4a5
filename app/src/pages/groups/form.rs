//! The fields of a group: name, summary, and the grid of ticks.

use std::sync::Arc;

use access::{Module, Permission, PermissionSet, level_of};
use domain::groups::GroupForm;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::ticks::{Changes, Stored, follow};
use crate::components::field::Field;
use crate::components::form::Check;
use crate::components::grid::{Row, grid, level_picker};
use crate::components::icon;
use crate::text::{label, phrase};
use crate::view::{Views, view};
use crate::wire::Fields;

/// What was typed, as the form sends it.
pub(super) fn typed_form(fields: &Fields) -> GroupForm {
    GroupForm {
        name: fields.one("name"),
        summary: fields.one("summary"),
        permissions: fields.list("permissions"),
        level: fields.map("level"),
        was_level: fields.map("was_level"),
    }
}

/// Checks name and summary as they are left.
pub(super) fn check() -> Check {
    Arc::new(|fields: &Fields| typed_form(fields).check().err().unwrap_or_default())
}

/// The fields inside their form. `before` is what came back of what was typed; `changes` follows
/// what is different from `stored`.
pub(super) fn fields(
    stored: Stored,
    held: PermissionSet,
    before: Option<&GroupForm>,
    changes: RwSignal<Changes>,
) -> AnyView {
    let wanted = before.and_then(|form| form.wanted(stored.permissions, held));
    let ticked = wanted.unwrap_or(stored.permissions);
    let (name, summary) = before.map_or((&stored.name, &stored.summary), |form| {
        (&form.name, &form.summary)
    });
    changes.set(Changes::between(&stored, name, summary, ticked));
    let inside = NodeRef::<Div>::new();
    let names = (stored.name.clone(), stored.summary.clone());
    let grid = ticks(stored.permissions, ticked, held);
    let stored = StoredValue::new(stored);
    let refresh = move |pressed: Option<&HtmlInputElement>| {
        if let Some(form) = inside.get_untracked() {
            changes.set(stored.with_value(|stored| follow(&form, pressed, stored)));
        }
    };
    // What was done before the script came.
    Effect::new(move |_| {
        inside.track();
        refresh(None);
    });
    let on_input = move |event: leptos::ev::Event| {
        let pressed = event.target().and_then(|target| target.dyn_into().ok());
        refresh(pressed.as_ref());
    };
    view! {
        <div class="stack" node_ref=inside on:input=on_input>
            <div class="row">
                <Field name="name" label=label::NAME value=names.0/>
                <Field name="summary" label=label::SUMMARY value=names.1 help=label::SUMMARY_HELP optional=true/>
            </div>
            {grid}
        </div>
    }
}

/// The grid as tick boxes. What the person who looks does not hold can't be ticked.
pub(super) fn ticks(stored: PermissionSet, ticked: PermissionSet, held: PermissionSet) -> AnyView {
    let rows = Module::ALL.into_iter().map(Some).chain([None]);
    let rows = rows.map(|module| {
        let here = module.map_or(PermissionSet::CAPABILITIES, Module::permissions);
        let picker = module.map(|module| {
            let locked = here.intersect(held).is_empty();
            level_picker(module, level_of(module, ticked), locked)
        });
        // Where nobody can tick anything, the page says why.
        let beyond = if held.is_empty() {
            PermissionSet::EMPTY
        } else {
            here.minus(held)
        };
        let beyond = (!beyond.is_empty())
            .then(|| view! { <p class="small muted">{phrase::not_held(beyond)}</p> });
        Row {
            module,
            note: None,
            picker: Some(view! { {picker} {beyond} {help(here)} }),
        }
    });
    let cell = move |permission| {
        let (was, is) = (stored.contains(permission), ticked.contains(permission));
        cell(permission, is, was != is, !held.contains(permission))
    };
    let grid = grid(rows.collect(), &cell);
    view! { <h2 class="sr-only">{label::WHAT_ITS_PEOPLE_MAY_DO}</h2> {grid} }
}

fn cell(permission: Permission, ticked: bool, changed: bool, locked: bool) -> AnyView {
    view! {
        <div class="cell" data-changed=changed.then_some("")>
            <label>
                <input
                    type="checkbox"
                    name="permissions[]"
                    value=permission.key()
                    checked=ticked
                    disabled=locked
                />
                " "
                <span>{permission.label()}</span>
                <span class="sr-only" hidden=!changed>{label::COMMA_CHANGED}</span>
            </label>
        </div>
    }
}

/// A line of help for each permission of a row.
fn help(permissions: PermissionSet) -> AnyView {
    let lines = permissions.iter().map(|permission| {
        view! { <dt>{permission.label()}</dt><dd>{permission.help()}</dd> }
    });
    view! {
        <details class="disclosure small">
            <summary>{icon("chevron-right")} " " {label::WHAT_THESE_DO}</summary>
            <dl class="facts">{lines.views()}</dl>
        </details>
    }
}
