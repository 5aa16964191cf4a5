//! A cell of a person's grid: its state, and the card that says why and takes an override.

use std::sync::Arc;

use access::{Permission, Scope};
use domain::users::{AccessView, CellState, CellView, OverrideChoice};
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

use super::known::Known;
use crate::components::field::{message, problem_at};
use crate::components::icon;
use crate::components::icon::override_icon;
use crate::components::menu::close_by_key;
use crate::state::State;
use crate::text::{access as say, label};
use crate::view::{Views, view};
use crate::wire::Fields;

/// A cell before it is made.
pub(super) struct Card {
    cell: CellView,
    verdict: String,
    chosen: OverrideChoice,
    changed: bool,
    open: bool,
    view: Arc<AccessView>,
    typed: Arc<Option<Fields>>,
}

/// Whether an override counts here, or would if the person held anything at all.
pub(super) fn overridden(cell: &CellView, view: &AccessView) -> bool {
    let counts = cell.exception.as_ref().is_some_and(|one| !one.ended);
    cell.state.is_override() || counts && view.nothing.is_some() && !view.super_admin
}

/// The word in `data-state`.
pub(super) const fn drawn(state: CellState) -> &'static str {
    match state {
        CellState::No => "",
        other => other.key(),
    }
}

impl Card {
    /// All of them, in the order of the permissions.
    pub(super) fn all(
        view: &AccessView,
        known: &Known,
        typed: Option<Fields>,
        first: &str,
    ) -> Vec<Self> {
        let wrong = State::here().trouble.with_untracked(|trouble| {
            let problem = match &trouble.error {
                Some(domain::AppError::Invalid(problems)) => problems.0.first(),
                _ => None,
            };
            problem.map(|problem| problem.field.clone())
        });
        let store = view.store.and_then(|store| {
            let place = view.places.iter().find(|place| place.id == store);
            place.map(|place| place.name.as_str())
        });
        let (shared, typed) = (Arc::new(view.clone()), Arc::new(typed));
        view.cells
            .iter()
            .map(|cell| Self {
                verdict: say::verdict(first, cell, view, store),
                chosen: known.chosen(cell.permission),
                changed: known.is_changed(cell.permission),
                open: wrong.as_ref().is_some_and(|field| {
                    *field == until(cell.permission) || *field == reason(cell.permission)
                }),
                cell: cell.clone(),
                view: Arc::clone(&shared),
                typed: Arc::clone(&typed),
            })
            .collect()
    }

    /// The cell.
    pub(super) fn show(&self) -> AnyView {
        let Self { cell, view, .. } = self;
        let permission = cell.permission;
        let amber = overridden(cell, view).then_some("");
        view! {
            <details
                class="cell"
                name="why"
                data-of=permission.key()
                data-override=amber
                data-changed=self.changed.then_some("")
                open=self.open
            >
                <summary>
                    <span class="box" data-state=drawn(cell.state) aria-hidden="true"></span>
                    " "
                    <span>{permission.label()}</span>
                    <span class="sr-only">{say::said(permission, cell.state)}</span>
                    <span class="sr-only" hidden=!self.changed>{label::COMMA_CHANGED}</span>
                </summary>
                <div class="popover why">
                    <div class="verdict">
                        <strong>{self.verdict.clone()}</strong>
                        " "
                        <p class="muted small">{permission.help()}</p>
                    </div>
                    <ol class="trail">{self.trail()}</ol>
                    {self.choice()}
                </div>
            </details>
        }
    }

    /// What led to it, in the order of evaluation.
    fn trail(&self) -> Vec<AnyView> {
        let Self { cell, view, .. } = self;
        let mut trail = Vec::new();
        if let Some(why) = view.nothing {
            let text = say::nothing(why).to_owned();
            trail.push(step(
                icon("circle-slash"),
                label::HOLDS_NOTHING.to_owned(),
                text,
            ));
        }
        if view.super_admin {
            let text = label::OVERRIDES_DO_NOT_APPLY.to_owned();
            trail.push(step(
                icon("shield-check"),
                label::SUPER_ADMIN.to_owned(),
                text,
            ));
        } else {
            let (head, text) = say::groups_say(cell);
            trail.push(step(icon("key-round"), head.to_owned(), text));
        }
        if let Some(exception) = &cell.exception {
            let (head, text) = say::override_says(exception);
            trail.push(step(override_icon("triangle-alert"), head.to_owned(), text));
        }
        let of_a_store = cell.permission.scope() == Scope::Store;
        if let Some(works) = view.where_they_work.as_ref().filter(|_| of_a_store) {
            let (head, text) = say::stores_say(works, cell.by_view_all);
            trail.push(step(icon("store"), head, text));
        }
        if cell.by_view_all {
            let text = label::BY_VIEW_ALL.to_owned();
            trail.push(step(
                icon("search"),
                label::VIEW_ALL_STORES.to_owned(),
                text,
            ));
        }
        if of_a_store && view.where_they_work.is_some() && !cell.permission.asks_for_store() {
            let text = label::CUSTOMERS_ANYWHERE_HELP.to_owned();
            trail.push(step(
                icon("users"),
                label::CUSTOMERS_ANYWHERE.to_owned(),
                text,
            ));
        }
        trail
    }

    /// As groups say, Allow, Deny, with reason and end; for who may.
    fn choice(&self) -> Option<AnyView> {
        let Self { cell, view, .. } = self;
        let permission = cell.permission;
        if view.person.locked_because.is_some() || view.super_admin {
            return None;
        }
        if !cell.may_change {
            return Some(view! { <p class="small muted">{label::NOT_HELD_YOURSELF}</p> });
        }
        let name = format!("overrides[{permission}]");
        let radios = OverrideChoice::ALL.map(|choice| {
            view! {
                <label>
                    <input type="radio" name=name.clone() value=choice.key() checked=choice == self.chosen/>
                    " "
                    {say::choice(choice)}
                </label>
            }
        });
        let counts = cell.exception.as_ref().filter(|exception| !exception.ended);
        let typed = |name: &str| (*self.typed).as_ref().map(|typed| typed.one(name));
        let why = typed(&reason(permission))
            .unwrap_or_else(|| counts.map(|o| o.reason.clone()).unwrap_or_default());
        let end = typed(&until(permission)).unwrap_or_else(|| {
            let until = counts.and_then(|o| o.until.as_ref());
            until.map(|until| until.iso.clone()).unwrap_or_default()
        });
        Some(view! {
            <fieldset class="stack tight">
                <legend class="sr-only">{say::override_for(permission)}</legend>
                <div class="segmented">{radios.views()}</div>
                <div class="row">
                    {field(reason(permission), label::REASON, "text", why)}
                    {field(until(permission), label::UNTIL, "date", end)}
                </div>
            </fieldset>
        })
    }
}

fn reason(permission: Permission) -> String {
    format!("reasons[{permission}]")
}

fn until(permission: Permission) -> String {
    format!("until[{permission}]")
}

/// A field of a card, which may stay empty; its name is its id.
fn field(name: String, what: &'static str, kind: &'static str, value: String) -> AnyView {
    let problem = problem_at(name.clone());
    view! {
        <div class="field">
            <label for=name.clone()>{what} " " <span class="optional">{label::OPTIONAL}</span></label>
            {message(format!("{name}-error"), problem)}
            <input class="input" id=name.clone() name=name type=kind value=value autocomplete="off"/>
        </div>
    }
}

fn step(sign: InertElement, head: String, text: String) -> AnyView {
    view! {
        <li>
            {sign}
            " "
            <div><strong>{head}</strong>{(!text.is_empty()).then(|| view! { <p>{text}</p> })}</div>
        </li>
    }
}

/// Escape closes a card and leads back to its cell.
pub(super) fn on_key(event: leptos::ev::KeyboardEvent) {
    close_by_key(&event, "details.cell[open]");
}
