//! Overrides beside what the groups say: what a level means that is picked for one person's row
//! (design, "The permission grid": a level picked here writes overrides for the row).

use crate::{Effect, Level, Module, Permission, Person, Reach, Scope, StoreId, preset};
use serde::{Deserialize, Serialize};

/// Where a person's groups alone give a permission, overrides left aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByGroups {
    /// In all their stores; for one of business scope, in the business.
    Everywhere,
    /// In some of their stores only.
    InSome,
    /// Nowhere.
    Nowhere,
}

impl ByGroups {
    /// The override that makes it `wanted` in all their stores; none where the groups say so
    /// already, since amber means that a person differs from their groups.
    #[must_use]
    pub const fn override_towards(self, wanted: bool) -> Option<Effect> {
        match (self, wanted) {
            (Self::Everywhere, true) | (Self::Nowhere, false) => None,
            (Self::InSome | Self::Nowhere, true) => Some(Effect::Allow),
            (Self::InSome | Self::Everywhere, false) => Some(Effect::Deny),
        }
    }
}

/// Where the person's groups alone give the permission. Whether they work at all is not asked:
/// overrides are made for the invited, too.
pub fn by_groups(person: &Person, all_stores: &[StoreId], permission: Permission) -> ByGroups {
    let everywhere = person.memberships.iter().any(|m| {
        m.super_admin || m.reach == Reach::AllTheirStores && m.permissions.contains(permission)
    });
    if everywhere {
        return ByGroups::Everywhere;
    }
    if permission.scope() == Scope::Business {
        return ByGroups::Nowhere;
    }
    let given_in = |store: StoreId| {
        person
            .memberships
            .iter()
            .any(|m| m.reach == Reach::Store(store) && m.permissions.contains(permission))
    };
    let mut theirs = person
        .works_in(all_stores)
        .iter()
        .copied()
        .filter(|store| all_stores.contains(store))
        .map(given_in)
        .peekable();
    let first = theirs.peek().copied().unwrap_or(false);
    match (first, theirs.all(|given| given == first)) {
        (true, true) => ByGroups::Everywhere,
        (false, true) => ByGroups::Nowhere,
        (_, false) => ByGroups::InSome,
    }
}

/// The override, or none, of each permission of `module` that puts the person's row at `level`.
pub fn at_level<'a>(
    person: &'a Person,
    all_stores: &'a [StoreId],
    module: Module,
    level: Level,
) -> impl Iterator<Item = (Permission, Option<Effect>)> + 'a {
    let wanted = preset(module, level);
    module.permissions().into_iter().map(move |permission| {
        let by_groups = by_groups(person, all_stores, permission);
        (
            permission,
            by_groups.override_towards(wanted.contains(permission)),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{AIRPORT, ALL_STORES, BATH, NOW, OXFORD, UNKNOWN, exception, person};
    use crate::{RowLevel, evaluate, level_of};

    #[test]
    fn a_group_for_all_their_stores_gives_it_everywhere_and_one_for_a_store_there() {
        let of = |person: &Person, permission| by_groups(person, &ALL_STORES, permission);
        let sofia = person(1, &[BATH, OXFORD])
            .with("sales")
            .with_at("operations", OXFORD);
        assert_eq!(of(&sofia, Permission::QuotesSend), ByGroups::Everywhere);
        assert_eq!(of(&sofia, Permission::JobsReopen), ByGroups::InSome);
        assert_eq!(of(&sofia, Permission::InvoicesVoid), ByGroups::Nowhere);
        let everywhere = person(1, &[OXFORD, OXFORD]).with_at("operations", OXFORD);
        assert_eq!(
            of(&everywhere, Permission::JobsReopen),
            ByGroups::Everywhere
        );
        let elsewhere = person(1, &[BATH, UNKNOWN])
            .with_at("operations", AIRPORT)
            .with_at("operations", UNKNOWN);
        assert_eq!(of(&elsewhere, Permission::JobsReopen), ByGroups::Nowhere);
        let nowhere = person(1, &[]).with("crew").with_at("operations", BATH);
        assert_eq!(of(&nowhere, Permission::JobsView), ByGroups::Everywhere);
        assert_eq!(of(&nowhere, Permission::JobsReopen), ByGroups::Nowhere);
    }

    #[test]
    fn a_group_for_one_store_gives_nothing_that_holds_for_the_business() {
        let at = person(1, &[BATH]).with_at("admin", BATH);
        assert_eq!(
            by_groups(&at, &ALL_STORES, Permission::SettingsAudit),
            ByGroups::Nowhere
        );
        let admin = person(1, &[BATH]).with("admin");
        assert_eq!(
            by_groups(&admin, &ALL_STORES, Permission::SettingsAudit),
            ByGroups::Everywhere
        );
        let owner = person(1, &[]).with("super_admin");
        assert_eq!(
            by_groups(&owner, &ALL_STORES, Permission::SettingsBilling),
            ByGroups::Everywhere
        );
    }

    #[test]
    fn what_the_groups_say_already_needs_no_override() {
        for (by_groups, wanted, expected) in [
            (ByGroups::Everywhere, true, None),
            (ByGroups::Everywhere, false, Some(Effect::Deny)),
            (ByGroups::InSome, true, Some(Effect::Allow)),
            (ByGroups::InSome, false, Some(Effect::Deny)),
            (ByGroups::Nowhere, true, Some(Effect::Allow)),
            (ByGroups::Nowhere, false, None),
        ] {
            assert_eq!(by_groups.override_towards(wanted), expected);
        }
    }

    #[test]
    fn a_picked_level_puts_the_row_at_it_in_all_their_stores() {
        let somebody = person(1, &[BATH, OXFORD])
            .with("sales")
            .with_at("operations", OXFORD);
        for module in Module::ALL {
            for level in Level::ALL {
                let mut changed = somebody.clone();
                changed.overrides = at_level(&somebody, &ALL_STORES, module, level)
                    .filter_map(|(permission, effect)| Some(exception(permission, effect?)))
                    .collect();
                let held = evaluate(&changed, &ALL_STORES, NOW);
                for store in [BATH, OXFORD] {
                    assert_eq!(
                        level_of(module, held.in_store(store)),
                        RowLevel::Preset(level),
                        "{module:?}"
                    );
                }
            }
        }
        let read = at_level(&somebody, &ALL_STORES, Module::Quotes, Level::Manage);
        assert_eq!(read.filter_map(|(_, effect)| effect).count(), 0);
    }
}
