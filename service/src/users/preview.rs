//! What a change of one person's access gives and takes, told before it is saved (product §2.5).

use std::collections::BTreeMap;

use access::actions::AccessChange;
use access::preview::Held as HeldAt;
use access::{
    Effect, Instant, Membership, Permission, PermissionSet, Person, Scope, Standing, StoreId, diff,
    evaluate,
};
use domain::preview::{Anyway, Held, How, PersonPreview};
use domain::users::{AccessPreview, StoresLine};

use crate::visitor::Staff;

/// What the change does to the person, whose name `name` is.
pub(super) fn of(staff: &Staff, change: &AccessChange, name: &str, now: Instant) -> AccessPreview {
    let held = |person: &Person| {
        // Of who does not work yet, or no longer, it tells what would count if they did.
        let working = Person {
            standing: Standing::WORKING,
            ..person.clone()
        };
        evaluate(&working, &staff.caller.all_stores, now)
    };
    let (before, after) = (held(&change.before), held(&change.after));
    let felt = diff(change.before.id, &before, &after, PermissionSet::EMPTY);
    let touched = felt.gained().union(felt.lost());
    AccessPreview {
        name: name.to_owned(),
        felt: PersonPreview {
            gains: told(staff, &felt.gains),
            loses: told(staff, &felt.loses),
            anyway: anyway(change, name, after.anywhere(), touched, now),
        },
        asks_reason: asks_reason(change),
        later: !change.before.standing.works(now),
    }
}

/// Whether the change makes overrides that have no reason yet.
pub(super) fn asks_reason(change: &AccessChange) -> bool {
    change
        .after
        .overrides
        .iter()
        .any(|o| o.reason.is_empty() && !change.before.overrides.contains(o))
}

/// Each permission once, in the order of the catalogue, with all the stores it is about.
fn told(staff: &Staff, held: &[HeldAt]) -> Vec<Held> {
    let mut places: BTreeMap<Permission, Vec<StoreId>> = BTreeMap::new();
    for &(permission, store) in held {
        places.entry(permission).or_default().extend(store);
    }
    let place = |permission: Permission, stores: &[StoreId]| {
        if permission.scope() == Scope::Business || staff.one_store() {
            None
        } else if stores.len() == staff.stores.len() {
            let all = u32::try_from(stores.len()).unwrap_or(u32::MAX);
            Some(StoresLine::All(all))
        } else {
            let names = staff.told_stores(|id| stores.contains(&id));
            Some(StoresLine::These(names))
        }
    };
    places
        .into_iter()
        .map(|(permission, stores)| Held {
            permission,
            places: place(permission, &stores),
        })
        .collect()
}

/// What the change touches and leaves as it is, and why; what is the same for the same reason
/// together.
fn anyway(
    change: &AccessChange,
    name: &str,
    held: PermissionSet,
    felt: PermissionSet,
    now: Instant,
) -> Vec<Anyway> {
    let (before, after) = (&change.before, &change.after);
    let (added, removed) = (
        only_in(&after.memberships, &before.memberships),
        only_in(&before.memberships, &after.memberships),
    );
    let mut all: Vec<Anyway> = Vec::new();
    for permission in Permission::ALL {
        if felt.contains(permission) {
            continue;
        }
        let (was, is) = (
            effect(before, permission, now),
            effect(after, permission, now),
        );
        let groups = giving(after, permission);
        let through = (!groups.is_empty()).then_some(How::Groups(groups));
        let kept = held.contains(permission);
        let why = match (was, is) {
            (_, Some(Effect::Deny)) if was != is || added.contains(permission) => {
                Some((true, How::Denied))
            }
            (None | Some(Effect::Deny), Some(Effect::Allow)) => through.map(|how| (true, how)),
            (_, Some(Effect::Allow)) if removed.contains(permission) => {
                Some((false, How::Override))
            }
            (Some(Effect::Allow), None) if kept => through.map(|how| (false, how)),
            (_, None) if kept && removed.contains(permission) => through.map(|how| (false, how)),
            _ => None,
        };
        let Some((added, how)) = why else {
            continue;
        };
        let alike = all
            .iter_mut()
            .find(|other| other.added == added && other.how == how);
        match alike {
            Some(other) => other.permissions.insert(permission),
            None => all.push(Anyway {
                name: name.to_owned(),
                permissions: permission.into(),
                added,
                how,
            }),
        }
    }
    all
}

/// What groups give that are among these memberships and not among the others.
fn only_in(these: &[Membership], others: &[Membership]) -> PermissionSet {
    these
        .iter()
        .filter(|membership| !others.contains(membership))
        .fold(PermissionSet::EMPTY, |all, m| all.union(m.permissions))
}

/// The override that counts.
fn effect(person: &Person, permission: Permission, now: Instant) -> Option<Effect> {
    let o = person
        .overrides
        .iter()
        .find(|o| o.permission == permission)?;
    o.counts(now).then_some(o.effect)
}

/// Names of the groups that include the permission.
fn giving(person: &Person, permission: Permission) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for membership in &person.memberships {
        if membership.permissions.contains(permission) && !names.contains(&membership.name) {
            names.push(membership.name.clone());
        }
    }
    names
}
