//! What a change does to one person, and why it does no more (product §2.5), worked out with the
//! rules that decide.

use access::guards::GroupShape;
use access::{
    Caller, Effect, Instant, Permission, PermissionSet, Person, Step, StoreId, diff, evaluate,
    explain,
};
use domain::preview::{Anyway, How};
use domain::users::StoresLine;

use crate::visitor::Staff;

/// Where somebody gains or loses some of these permissions, in words for a line; nothing where
/// it is of business scope, or there is but one store.
pub(super) fn places(
    staff: &Staff,
    held: &[access::preview::Held],
    permissions: PermissionSet,
) -> Option<StoresLine> {
    let mut stores: Vec<StoreId> = held
        .iter()
        .filter(|(permission, _)| permissions.contains(*permission))
        .filter_map(|(_, store)| *store)
        .collect();
    stores.sort_unstable();
    stores.dedup();
    if stores.is_empty() || staff.one_store() {
        return None;
    }
    if stores.len() == staff.stores.len() {
        return Some(StoresLine::All(
            u32::try_from(stores.len()).unwrap_or(u32::MAX),
        ));
    }
    let named = staff.stores.iter().filter(|it| stores.contains(&it.id));
    Some(StoresLine::These(
        named.map(|store| store.name.clone()).collect(),
    ))
}

/// The permissions that a change puts in and takes out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Touches {
    pub added: PermissionSet,
    pub removed: PermissionSet,
}

/// What a change does to one person, and why it does no more.
pub(super) struct Felt {
    pub change: access::Change,
    /// Of what the change touches and they neither gain nor lose, all that has one reason; whether
    /// the change puts it in comes with it.
    pub reasons: Vec<(How, bool, PermissionSet)>,
}

impl Felt {
    /// What turning `before` into `after` does to them. Who has not accepted their invitation is
    /// looked at as if they had.
    pub(super) fn by(
        caller: &Caller,
        before: &Person,
        after: &Person,
        touches: Touches,
        now: Instant,
    ) -> Self {
        let accepted = |person: &Person| {
            let mut person = person.clone();
            person.standing.accepted = true;
            person
        };
        let (before, after) = (accepted(before), accepted(after));
        let stores = caller.all_stores.as_slice();
        let will = evaluate(&after, stores, now);
        let both_ways = touches.added.union(touches.removed);
        let was = evaluate(&before, stores, now);
        let change = diff(before.id, &was, &will, both_ways);
        let mut reasons: Vec<(How, bool, PermissionSet)> = Vec::new();
        for permission in both_ways.minus(change.gained()).minus(change.lost()) {
            let added = touches.added.contains(permission);
            let how = if will.holds_anywhere(permission) {
                let gives = if added { &before } else { &after };
                why_held(gives, stores, permission, now).map(|how| match how {
                    How::Override if added && is_needless(&after, stores, permission, now) => {
                        How::NeedlessOverride
                    }
                    how => how,
                })
            } else {
                (added && is_denied(&after, stores, permission, now)).then_some(How::Denied)
            };
            let Some(how) = how else { continue };
            match reasons
                .iter_mut()
                .find(|(known, adds, _)| *known == how && *adds == added)
            {
                Some((_, _, permissions)) => permissions.insert(permission),
                None => reasons.push((how, added, permission.into())),
            }
        }
        Self { change, reasons }
    }

    /// The reasons as they are told.
    pub(super) fn anyway(self, name: &str) -> Vec<Anyway> {
        let told = self.reasons.into_iter();
        told.map(|(how, added, permissions)| Anyway {
            name: name.to_owned(),
            permissions,
            added,
            how,
        })
        .collect()
    }
}

/// What gives somebody a permission that they hold.
fn why_held(
    person: &Person,
    stores: &[StoreId],
    permission: Permission,
    now: Instant,
) -> Option<How> {
    let mut groups: Vec<String> = Vec::new();
    let mut by_override = false;
    for step in explain(person, stores, permission, None, now).trail {
        match step {
            Step::SuperAdmin { .. } => return Some(How::SuperAdmin),
            Step::Group {
                name, gives: true, ..
            } if !groups.contains(&name) => groups.push(name),
            Step::Override {
                effect: Effect::Allow,
                ended: false,
                ..
            } => by_override = true,
            _ => {}
        }
    }
    if groups.is_empty() {
        by_override.then_some(How::Override)
    } else {
        Some(How::Groups(groups))
    }
}

/// The person without their overrides of a permission.
fn without_override(person: &Person, permission: Permission) -> Person {
    let mut person = person.clone();
    person.overrides.retain(|o| o.permission != permission);
    person
}

/// The person as a member of the group as it is after a change.
pub(super) fn with_group(person: &Person, after: &GroupShape) -> Person {
    let mut person = person.clone();
    for membership in &mut person.memberships {
        if membership.group == after.group {
            membership.permissions = after.permissions;
        }
    }
    person
}

/// Whether they would hold the same without their override.
pub(super) fn is_needless(
    person: &Person,
    stores: &[StoreId],
    permission: Permission,
    now: Instant,
) -> bool {
    evaluate(&without_override(person, permission), stores, now) == evaluate(person, stores, now)
}

/// Whether only an override keeps it from them.
fn is_denied(person: &Person, stores: &[StoreId], permission: Permission, now: Instant) -> bool {
    evaluate(&without_override(person, permission), stores, now).holds_anywhere(permission)
}
