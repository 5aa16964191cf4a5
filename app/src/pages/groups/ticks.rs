//! In the hydrated page level picker and ticks move together, and the save bar tells what is
//! different. What is ticked stands in the page itself, so that nothing done before the script
//! came is lost.

use access::{Level, Module, Permission, PermissionSet, level_of, preset};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use crate::dom;

/// A group as it is stored, to compare with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stored {
    /// Name.
    pub name: String,
    /// What its people do, in one line.
    pub summary: String,
    /// What it gives.
    pub permissions: PermissionSet,
}

/// What is different in the form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Ticked.
    pub added: PermissionSet,
    /// No longer ticked.
    pub removed: PermissionSet,
    /// The name is another.
    pub name: bool,
    /// The summary is another.
    pub summary: bool,
}

impl Changes {
    /// Between what is stored and what the form holds.
    pub(super) fn between(
        stored: &Stored,
        name: &str,
        summary: &str,
        ticked: PermissionSet,
    ) -> Self {
        Self {
            added: ticked.minus(stored.permissions),
            removed: stored.permissions.minus(ticked),
            name: stored.name != name.trim(),
            summary: stored.summary != summary.trim(),
        }
    }
}

/// Brings ticks and pickers of a form in step after something was pressed in it, and answers what
/// is different.
pub(super) fn follow(
    form: &Element,
    pressed: Option<&HtmlInputElement>,
    stored: &Stored,
) -> Changes {
    let ticks = ticks(form);
    let picks = match pressed {
        Some(pressed) => picked(pressed).into_iter().collect(),
        None => picked_before(form),
    };
    for (module, level) in picks {
        let row = preset(module, level);
        for (permission, tick) in &ticks {
            if permission.module() == Some(module) && !tick.disabled() {
                tick.set_checked(row.contains(*permission));
            }
        }
    }
    let ticked: PermissionSet = ticks
        .iter()
        .filter(|(_, tick)| tick.checked())
        .map(|(permission, _)| *permission)
        .collect();
    for (permission, tick) in &ticks {
        let changed = tick.checked() != stored.permissions.contains(*permission);
        mark(tick, changed);
    }
    for module in Module::ALL {
        let level = level_of(module, ticked).key();
        for radio in inputs(form, &format!("input[name=\"level[{}]\"]", module.key())) {
            radio.set_checked(radio.value() == level);
        }
    }
    let value = |name: &str| {
        let field = inputs(form, &format!("input[name={name}]"))
            .into_iter()
            .next();
        field.map(|field| field.value()).unwrap_or_default()
    };
    Changes::between(stored, &value("name"), &value("summary"), ticked)
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

/// The levels that were picked before the script came.
fn picked_before(form: &Element) -> Vec<(Module, Level)> {
    let value = |which: String| Some(inputs(form, &which).first()?.value());
    let picks = Module::ALL.into_iter().filter_map(|module| {
        let key = module.key();
        let was = value(format!("input[name=\"was_level[{key}]\"]"))?;
        let is = value(format!("input[name=\"level[{key}]\"]:checked"))?;
        (is != was).then_some(())?;
        Some((module, Level::from_key(&is)?))
    });
    picks.collect()
}

fn ticks(form: &Element) -> Vec<(Permission, HtmlInputElement)> {
    inputs(form, ".cell input[type=checkbox]")
        .into_iter()
        .filter_map(|tick| Some((Permission::from_key(&tick.value())?, tick)))
        .collect()
}

fn inputs(form: &Element, which: &str) -> Vec<HtmlInputElement> {
    let found = dom::all(form, which).into_iter();
    found.filter_map(|input| input.dyn_into().ok()).collect()
}

/// Marks a cell as changed, for the eye and aloud.
fn mark(tick: &HtmlInputElement, changed: bool) {
    let Ok(Some(cell)) = tick.closest(".cell") else {
        return;
    };
    // Setting an attribute fails for no name of ours.
    _ = cell.toggle_attribute_with_force("data-changed", changed);
    if let Ok(Some(word)) = cell.query_selector(".sr-only:last-child") {
        _ = word.toggle_attribute_with_force("hidden", !changed);
    }
}
