//! The permission grid (design "The permission grid"): a row for each module with its level, then
//! its permissions under the level that includes them; capabilities last.
//!
//! What stands in a cell is the caller's: a tick box in a group's editor, a state with its *Why*
//! in a person's grid. Here are the frame, the level picker, and the keys that lead from cell to
//! cell.

use access::{Level, Module, Permission, PermissionSet, RowLevel, preset};
use leptos::prelude::*;
use web_sys::{Element, HtmlElement};

use super::icon;
use crate::dom;
use crate::pages::shell::module_icon;
use crate::text::{label, phrase};
use crate::view::{Views, view};

/// What can have the focus in a cell.
const CELLS: &str = ".cell > label > input:not(:disabled), .cell > summary";

/// A row of the grid before it is made: the module's, or the capabilities' without one.
pub struct Row {
    /// Which module; `None` for the capabilities.
    pub module: Option<Module>,
    /// What stands beside its name.
    pub note: Option<AnyView>,
    /// Its level picker.
    pub picker: Option<AnyView>,
}

/// The grid with its rows; `cell` makes what stands for a permission: an element of the class
/// `cell`.
#[must_use]
pub fn grid(rows: Vec<Row>, cell: &dyn Fn(Permission) -> AnyView) -> AnyView {
    let rows = rows.into_iter().map(|made| row(made, cell)).views();
    view! {
        <div class="perm-grid" on:keydown=on_key>
            <div class="perm-head" aria-hidden="true">
                <span>{label::MODULE_AND_LEVEL}</span>
                {TIERS.map(|(_, name)| view! { <span>{name}</span> }).views()}
            </div>
            {rows}
        </div>
    }
}

/// The levels with their columns.
const TIERS: [(Level, &str); 3] = [
    (Level::Read, label::TIER_READ),
    (Level::Write, label::TIER_WRITE),
    (Level::Manage, label::TIER_MANAGE),
];

fn row(row: Row, cell: &dyn Fn(Permission) -> AnyView) -> AnyView {
    let Row {
        module,
        note,
        picker,
    } = row;
    let id = format!("m-{}", module.map_or("caps", Module::key));
    let (sign, name) = module.map_or(("sparkles", label::EXTRA_PERMISSIONS), |module| {
        (module_icon(module), module.label())
    });
    let below = module
        .is_none()
        .then(|| view! { <p class="small muted">{label::EXTRA_PERMISSIONS_HELP}</p> });
    let cells = |set: PermissionSet| set.iter().map(cell).views();
    let tiers: Vec<AnyView> = match module {
        Some(module) => TIERS
            .map(|(level, name)| tier("tier", Some(name), cells(adds(module, level))))
            .into(),
        None => vec![tier("tier caps", None, cells(PermissionSet::CAPABILITIES))],
    };
    view! {
        <div class="perm-row" role="group" aria-labelledby=id.clone()>
            <div>
                <div class="module">{icon(sign)} " " <h3 id=id.clone()>{name}</h3> " " {note}</div>
                {picker}
                {below}
            </div>
            {tiers}
        </div>
    }
}

fn tier(class: &'static str, name: Option<&'static str>, cells: Vec<AnyView>) -> AnyView {
    let name = name.map(|name| view! { <span class="tier-name">{name}</span> });
    view! { <div class=class>{name} {cells}</div> }
}

/// What a level adds to the one below it.
pub fn adds(module: Module, level: Level) -> PermissionSet {
    let below = match level {
        Level::None | Level::Read => Level::None,
        Level::Write => Level::Read,
        Level::Manage => Level::Write,
    };
    preset(module, level).minus(preset(module, below))
}

/// The level of a module's row as one control, `level[jobs]`, with the level that it was in
/// `was_level[jobs]`: without script a level that was changed wins over the row's cells. Custom is
/// a state and can't be picked.
#[must_use]
pub fn level_picker(module: Module, shown: RowLevel, locked: bool) -> AnyView {
    let name = format!("level[{}]", module.key());
    let shown = shown.key();
    let levels = Level::ALL
        .map(RowLevel::Preset)
        .into_iter()
        .chain([RowLevel::Custom]);
    let levels = levels.map(|level| {
        let key = level.key();
        let disabled = locked || level == RowLevel::Custom;
        view! {
            <label>
                <input type="radio" name=name.clone() value=key checked=key == shown disabled=disabled/>
                " "
                {level.label()}
            </label>
        }
    });
    let levels = levels.views();
    let was = (!locked).then(|| {
        view! { <input type="hidden" name=format!("was_level[{}]", module.key()) value=shown/> }
    });
    view! {
        <div class="segmented level" role="radiogroup" aria-label=phrase::level_of(module)>{levels}</div>
        {was}
    }
}

/// Arrows lead from cell to cell: left and right in the row, up and down in the column, Home and
/// End to the ends of the row.
fn on_key(event: leptos::ev::KeyboardEvent) {
    let Some((rows, at)) = cells(&event) else {
        return;
    };
    let shape: Vec<Vec<usize>> = rows
        .iter()
        .map(|tiers| tiers.iter().map(Vec::len).collect())
        .collect();
    if let Some((row, tier, place)) = step(&event.key(), &shape, at) {
        event.prevent_default();
        _ = rows[row][tier][place].focus();
    }
}

/// A cell by its row, its column, and its place there.
type At = (usize, usize, usize);

/// All cells by row and column, and the one that has the focus.
fn cells(event: &leptos::ev::KeyboardEvent) -> Option<(Vec<Vec<Vec<HtmlElement>>>, At)> {
    let focused = dom::closest(event, CELLS)?;
    let grid = dom::closest(event, ".perm-grid")?;
    let within = |element: &Element, what: &str| dom::all(element, what);
    let rows: Vec<Vec<Vec<HtmlElement>>> = within(&grid, ".perm-row")
        .iter()
        .map(|row| {
            let tiers = within(row, ".tier");
            tiers.iter().map(|tier| within(tier, CELLS)).collect()
        })
        .collect();
    let at = rows.iter().enumerate().find_map(|(row, tiers)| {
        tiers.iter().enumerate().find_map(|(tier, cells)| {
            let place = cells.iter().position(|cell| *cell == focused)?;
            Some((row, tier, place))
        })
    })?;
    Some((rows, at))
}

/// Where a key leads in a grid with so many cells in each column of each row.
fn step(key: &str, shape: &[Vec<usize>], (row, tier, place): At) -> Option<At> {
    let in_row = || {
        let tiers = shape[row].iter().enumerate();
        tiers.flat_map(|(tier, count)| (0..*count).map(move |place| (row, tier, place)))
    };
    let in_column = |row: usize| {
        let tier = tier.min(shape[row].len().checked_sub(1)?);
        let last = shape[row][tier].checked_sub(1)?;
        Some((row, tier, place.min(last)))
    };
    let here = in_row().position(|at| at == (row, tier, place))?;
    match key {
        "ArrowLeft" => in_row().nth(here.checked_sub(1)?),
        "ArrowRight" => in_row().nth(here + 1),
        "Home" => in_row().next(),
        "End" => in_row().last(),
        "ArrowUp" => (0..row).rev().find_map(in_column),
        "ArrowDown" => (row + 1..shape.len()).find_map(in_column),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_say_what_a_level_adds() {
        let keys = |level| {
            let set = adds(Module::Invoices, level);
            set.iter().map(Permission::label).collect::<Vec<_>>()
        };
        assert_eq!(keys(Level::Read), ["View"]);
        assert_eq!(
            keys(Level::Write),
            ["Create", "Edit", "Issue", "Record payment"]
        );
        assert_eq!(
            keys(Level::Manage),
            ["Void payment", "Void invoice", "Delete"]
        );
        for module in Module::ALL {
            let all = TIERS.map(|(level, _)| adds(module, level));
            let all = all
                .into_iter()
                .fold(PermissionSet::EMPTY, PermissionSet::union);
            assert_eq!(all, module.permissions());
        }
    }

    #[test]
    fn keys_lead_from_cell_to_cell_and_stop_at_the_edge() {
        let shape = [vec![1, 2, 2], vec![1, 0, 1], vec![1, 4, 0], vec![4]];
        let step = |key, at| step(key, &shape, at);
        assert_eq!(step("ArrowRight", (0, 0, 0)), Some((0, 1, 0)));
        assert_eq!(step("ArrowRight", (0, 1, 1)), Some((0, 2, 0)));
        assert_eq!(step("ArrowRight", (0, 2, 1)), None);
        assert_eq!(step("ArrowLeft", (1, 2, 0)), Some((1, 0, 0)));
        assert_eq!(step("ArrowLeft", (0, 0, 0)), None);
        assert_eq!(
            step("ArrowDown", (0, 1, 1)),
            Some((2, 1, 1)),
            "past what is locked"
        );
        assert_eq!(
            step("ArrowUp", (2, 1, 3)),
            Some((0, 1, 1)),
            "the last there is"
        );
        assert_eq!(step("ArrowUp", (0, 1, 0)), None);
        assert_eq!(
            step("ArrowDown", (1, 2, 0)),
            Some((3, 0, 0)),
            "capabilities are one column"
        );
        assert_eq!(step("ArrowDown", (3, 0, 2)), None);
        assert_eq!(step("Home", (2, 1, 2)), Some((2, 0, 0)));
        assert_eq!(step("End", (2, 1, 2)), Some((2, 1, 3)));
        assert_eq!(step("x", (2, 1, 2)), None);
    }
}
