//! What the tab was made from, to tell what is different by now.

use std::collections::BTreeMap;

use access::{ByGroups, Level, Module, Permission, PermissionSet, RowLevel, level_of, preset};
use domain::users::{AccessView, CellView, MembershipView, OverrideChoice};

use super::follow::Changes;
use crate::wire::Fields;

/// A person's access as it is stored, and what is chosen instead.
#[derive(Clone, Debug)]
pub(super) struct Known {
    cells: Vec<Cell>,
    memberships: Vec<String>,
    stores: Vec<String>,
    groups_changed: bool,
    stores_changed: bool,
}

/// A permission.
#[derive(Clone, Copy, Debug)]
struct Cell {
    permission: Permission,
    /// The override that counts.
    stored: OverrideChoice,
    /// What is chosen.
    chosen: OverrideChoice,
    /// What the groups alone give, in all their stores.
    by_groups: ByGroups,
    /// The same where the grid looks.
    here: ByGroups,
    may_change: bool,
}

impl Known {
    /// From the view, and what was typed into it before.
    pub(super) fn of(view: &AccessView, typed: Option<&Fields>) -> Self {
        let mut known = Self {
            cells: view.cells.iter().map(|cell| known(cell, view)).collect(),
            memberships: view.memberships.iter().map(MembershipView::value).collect(),
            stores: view.stores.iter().map(ToString::to_string).collect(),
            groups_changed: false,
            stores_changed: false,
        };
        if let Some(typed) = typed {
            known.choose(&choices(typed));
            known.pick(&levels(typed));
            if !typed.one("clear").is_empty() {
                known.clear();
            }
            let added = !typed.one("add_group").is_empty();
            known.tick(&typed.list("memberships"), &typed.list("stores"), added);
        }
        known
    }

    /// Takes the choices that were made in cells.
    pub(super) fn choose(&mut self, choices: &BTreeMap<Permission, OverrideChoice>) {
        for cell in &mut self.cells {
            if let Some(choice) = choices.get(&cell.permission) {
                cell.chosen = *choice;
            }
        }
    }

    /// Puts rows at levels, as the server does.
    pub(super) fn pick(&mut self, levels: &[(Module, Level)]) {
        for &(module, level) in levels {
            let wanted = preset(module, level);
            let row = |cell: &&mut Cell| cell.permission.module() == Some(module);
            for cell in self
                .cells
                .iter_mut()
                .filter(row)
                .filter(|cell| cell.may_change)
            {
                let wanted = wanted.contains(cell.permission);
                cell.chosen = cell.by_groups.override_towards(wanted).into();
            }
        }
    }

    fn clear(&mut self) {
        for cell in self.cells.iter_mut().filter(|cell| cell.may_change) {
            cell.chosen = OverrideChoice::AsGroupsSay;
        }
    }

    /// Takes what is ticked beside the grid.
    pub(super) fn tick(&mut self, memberships: &[String], stores: &[String], added: bool) {
        let differ = |now: &[String], then: &[String]| {
            now.len() != then.len() || !now.iter().all(|one| then.contains(one))
        };
        self.groups_changed = added || differ(memberships, &self.memberships);
        // In a one-store business there is nothing to tick.
        self.stores_changed = !stores.is_empty() && differ(stores, &self.stores);
    }

    /// What is chosen for a permission.
    pub(super) fn chosen(&self, permission: Permission) -> OverrideChoice {
        self.cells[permission as usize].chosen
    }

    /// Whether something else is chosen than is stored.
    pub(super) fn is_changed(&self, permission: Permission) -> bool {
        let cell = self.cells[permission as usize];
        cell.chosen != cell.stored
    }

    /// The level of a row by what is chosen; nothing while the row is as it is stored.
    pub(super) fn level(&self, module: Module) -> Option<RowLevel> {
        let row = || {
            let cells = self.cells.iter();
            cells.filter(|cell| cell.permission.module() == Some(module))
        };
        if row().all(|cell| cell.chosen == cell.stored) {
            return None;
        }
        let mut held = PermissionSet::EMPTY;
        for cell in row() {
            match (cell.chosen, cell.here) {
                (OverrideChoice::Allow, _)
                | (OverrideChoice::AsGroupsSay, ByGroups::Everywhere) => {
                    held.insert(cell.permission);
                }
                (OverrideChoice::AsGroupsSay, ByGroups::InSome) => return Some(RowLevel::Custom),
                (OverrideChoice::Deny, _) | (OverrideChoice::AsGroupsSay, ByGroups::Nowhere) => {}
            }
        }
        Some(level_of(module, held))
    }

    /// What is different from what is stored.
    pub(super) fn changes(&self) -> Changes {
        let changed = self.cells.iter().filter(|cell| cell.chosen != cell.stored);
        Changes {
            overrides: changed.map(|cell| (cell.permission, cell.chosen)).collect(),
            groups: self.groups_changed,
            stores: self.stores_changed,
        }
    }
}

fn known(cell: &CellView, view: &AccessView) -> Cell {
    let stored = cell
        .exception
        .as_ref()
        .filter(|exception| !exception.ended)
        .map_or(OverrideChoice::AsGroupsSay, |exception| exception.choice);
    let here = match view.store {
        None => cell.by_groups,
        Some(_) if cell.groups.iter().any(|group| group.gives) => ByGroups::Everywhere,
        Some(_) => ByGroups::Nowhere,
    };
    Cell {
        permission: cell.permission,
        stored,
        chosen: stored,
        by_groups: cell.by_groups,
        here,
        may_change: cell.may_change,
    }
}

/// The fields of a map, by key: `overrides[jobs.pick]`.
fn map<'a>(typed: &'a Fields, name: &str) -> Vec<(&'a str, &'a str)> {
    let start = format!("{name}[");
    let fields = typed.0.iter();
    fields
        .filter_map(|(field, value)| {
            let key = field.strip_prefix(&start)?.strip_suffix(']')?;
            Some((key, value.as_str()))
        })
        .collect()
}

fn choices(typed: &Fields) -> BTreeMap<Permission, OverrideChoice> {
    map(typed, "overrides")
        .into_iter()
        .filter_map(|(key, word)| {
            Some((Permission::from_key(key)?, OverrideChoice::from_key(word)?))
        })
        .collect()
}

/// Levels other than those that were shown.
fn levels(typed: &Fields) -> Vec<(Module, Level)> {
    let was = map(typed, "was_level");
    map(typed, "level")
        .into_iter()
        .filter(|picked| !was.contains(picked))
        .filter_map(|(key, word)| Some((Module::from_key(key)?, Level::from_key(word)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sales in one of two stores, with a denial.
    fn known() -> Known {
        let cell = |permission: Permission| {
            let by_groups = match permission {
                Permission::QuotesView | Permission::QuotesCreate => ByGroups::Everywhere,
                Permission::JobsView => ByGroups::InSome,
                _ => ByGroups::Nowhere,
            };
            let stored = match permission {
                Permission::QuotesCreate => OverrideChoice::Deny,
                _ => OverrideChoice::AsGroupsSay,
            };
            Cell {
                permission,
                stored,
                chosen: stored,
                by_groups,
                here: by_groups,
                may_change: permission != Permission::QuotesDelete,
            }
        };
        Known {
            cells: Permission::ALL.map(cell).into(),
            memberships: vec!["sales".to_owned()],
            stores: vec!["bath".to_owned(), "oxford".to_owned()],
            groups_changed: false,
            stores_changed: false,
        }
    }

    #[test]
    fn choices_move_the_level_and_are_told_as_changes() {
        let mut known = known();
        assert_eq!(known.level(Module::Quotes), None, "as it is stored");
        assert_eq!(known.changes(), Changes::default());
        let choice = (Permission::QuotesCreate, OverrideChoice::AsGroupsSay);
        known.choose(&BTreeMap::from([choice]));
        assert_eq!(known.level(Module::Quotes), Some(RowLevel::Custom));
        known.choose(&BTreeMap::from([
            (Permission::QuotesEdit, OverrideChoice::Allow),
            (Permission::QuotesSend, OverrideChoice::Allow),
        ]));
        assert_eq!(
            known.level(Module::Quotes),
            Some(RowLevel::Preset(Level::Write))
        );
        assert_eq!(known.changes().overrides.len(), 3);
        assert_eq!(known.changes().overrides[0], choice);
        assert!(known.is_changed(Permission::QuotesSend));
        assert!(!known.is_changed(Permission::QuotesView));
    }

    #[test]
    fn a_picked_level_chooses_for_the_cells_that_may_be_changed() {
        let mut known = known();
        known.pick(&[(Module::Quotes, Level::Manage), (Module::Jobs, Level::Read)]);
        assert_eq!(
            known.chosen(Permission::QuotesCreate),
            OverrideChoice::AsGroupsSay,
            "the groups give it"
        );
        assert_eq!(known.chosen(Permission::QuotesSend), OverrideChoice::Allow);
        assert_eq!(
            known.chosen(Permission::QuotesDelete),
            OverrideChoice::AsGroupsSay
        );
        assert_eq!(known.chosen(Permission::JobsView), OverrideChoice::Allow);
        assert_eq!(
            known.level(Module::Quotes),
            Some(RowLevel::Preset(Level::Write)),
            "as far as it goes"
        );
        assert_eq!(
            known.level(Module::Jobs),
            Some(RowLevel::Preset(Level::Read))
        );
    }

    #[test]
    fn what_was_typed_is_taken_up_again() {
        let fields = |body: &str| Fields::parse(body);
        let typed = fields(
            "overrides[jobs.pick]=allow&overrides[jobs.fly]=allow&level[quotes]=none\
             &was_level[quotes]=custom&level[jobs]=read&was_level[jobs]=read",
        );
        assert_eq!(
            choices(&typed),
            BTreeMap::from([(Permission::JobsPick, OverrideChoice::Allow)])
        );
        assert_eq!(levels(&typed), [(Module::Quotes, Level::None)]);
        let mut known = known();
        known.tick(&["sales".to_owned()], &[], false);
        assert_eq!(known.changes(), Changes::default());
        known.tick(&["crew".to_owned()], &["bath".to_owned()], false);
        let changes = known.changes();
        assert!(changes.groups && changes.stores);
        known.clear();
        assert_eq!(
            known.changes().overrides,
            [(Permission::QuotesCreate, OverrideChoice::AsGroupsSay)]
        );
    }
}
