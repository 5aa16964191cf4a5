//! Product §2.3 and §2.4 once more, as plainly as they can be written, without looking at the
//! crate's own evaluation. Slow, and meant to be read beside the specification.

use access::{
    Effect, GroupId, Instant, Membership, Override, Permission, PermissionSet, Person, Reach,
    Standing, StoreId, UserId, Uuid,
};
use std::collections::BTreeMap;

pub(crate) const BUSINESS_SCOPE: [&str; 6] = [
    "settings.view",
    "settings.edit",
    "settings.audit",
    "settings.groups",
    "settings.billing",
    "stores.view_all",
];

const VIEWS: [&str; 5] = [
    "customers.view",
    "quotes.view",
    "jobs.view",
    "invoices.view",
    "inventory.view",
];

pub(crate) fn is_business(permission: Permission) -> bool {
    BUSINESS_SCOPE.contains(&permission.key())
}

/// Product §2.3: whether the person may, in this store. For a permission of business scope the
/// store says nothing.
pub(crate) fn may(
    person: &Person,
    all_stores: &[StoreId],
    permission: Permission,
    store: StoreId,
    now: Instant,
) -> bool {
    // 1. inactive, past the last day, or not yet accepted → nothing.
    if !person.standing.active || !person.standing.accepted {
        return false;
    }
    if let Some(end) = person.standing.ends_at
        && now >= end
    {
        return false;
    }
    // "A user needs at least one group to sign in to anything but their own profile."
    if person.memberships.is_empty() {
        return false;
    }
    // 2. member of Super Admin → everything.
    for membership in &person.memberships {
        if membership.super_admin {
            return is_business(permission) || all_stores.contains(&store);
        }
    }
    // 3. base = union over the user's group memberships.
    let mut for_all_stores = false;
    let mut for_this_store = false;
    for membership in &person.memberships {
        if membership.permissions.contains(permission) {
            match membership.reach {
                Reach::AllTheirStores => for_all_stores = true,
                Reach::Store(one) if one == store => for_this_store = true,
                Reach::Store(_) => {}
            }
        }
    }
    // 4. then overrides, which win; an ended one does not count.
    let mut denied = false;
    for exception in &person.overrides {
        let ended = exception.until.is_some_and(|end| now >= end);
        if exception.permission == permission && !ended {
            match exception.effect {
                Effect::Allow => for_all_stores = true,
                Effect::Deny => denied = true,
            }
        }
    }
    if denied {
        return false;
    }
    // "Business-scope permissions come only from all-stores memberships."
    if is_business(permission) {
        return for_all_stores;
    }
    // 5. then stores.
    if !all_stores.contains(&store) {
        return false;
    }
    if person.stores.contains(&store) {
        return for_all_stores || for_this_store;
    }
    VIEWS.contains(&permission.key())
        && for_all_stores
        && may(person, all_stores, Permission::StoresViewAll, store, now)
}

/// Product §2.4: the person "if active and without denials".
pub(crate) fn if_active_and_without_denials(person: &Person) -> Person {
    let mut person = person.clone();
    person.standing = Standing::WORKING;
    person.overrides.retain(|o| o.effect == Effect::Allow);
    person
}

/// Where something is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Business,
    In(StoreId),
    /// In a store that the person might create and would then have.
    OwnNewStore,
    /// In a store that somebody else might create.
    OthersNewStore,
}

/// Everything a person holds, place by place.
pub(crate) type Held = BTreeMap<Place, PermissionSet>;

/// A store that does not exist yet.
const NEW: StoreId = StoreId(Uuid::from_u128(0xffff));

pub(crate) fn held(person: &Person, all_stores: &[StoreId], now: Instant) -> Held {
    let mut held = Held::new();
    let mut with_new = all_stores.to_vec();
    with_new.push(NEW);
    let mut creator = person.clone();
    creator.stores.push(NEW);
    for permission in Permission::ALL {
        let mut add = |place: Place, person: &Person, store| {
            if may(person, &with_new, permission, store, now) {
                held.entry(place).or_default().insert(permission);
            }
        };
        if is_business(permission) {
            add(Place::Business, person, NEW);
            continue;
        }
        for &store in all_stores {
            add(Place::In(store), person, store);
        }
        add(Place::OthersNewStore, person, NEW);
        if may(person, all_stores, Permission::SettingsEdit, NEW, now) {
            add(Place::OwnNewStore, &creator, NEW);
        }
    }
    held
}

/// Everything in either.
pub(crate) fn together(left: &Held, right: &Held) -> Held {
    let mut both = left.clone();
    for (&place, &set) in right {
        let entry = both.entry(place).or_default();
        *entry = entry.union(set);
    }
    both
}

/// Of `wanted`, what is not in `held`.
pub(crate) fn beyond(wanted: &Held, held: &Held) -> Held {
    wanted
        .iter()
        .map(|(&place, &set)| {
            let here = held.get(&place).copied().unwrap_or_default();
            (place, set.minus(here))
        })
        .filter(|(_, set)| !set.is_empty())
        .collect()
}

pub(crate) fn user(id: u128) -> UserId {
    UserId(Uuid::from_u128(id))
}

pub(crate) fn store(id: u128) -> StoreId {
    StoreId(Uuid::from_u128(id))
}

pub(crate) fn membership(id: u128, permissions: PermissionSet, reach: Reach) -> Membership {
    Membership {
        group: GroupId(Uuid::from_u128(id)),
        name: format!("Group {id}"),
        super_admin: false,
        permissions,
        reach,
    }
}

pub(crate) fn super_admin() -> Membership {
    Membership {
        super_admin: true,
        ..membership(0, PermissionSet::ALL, Reach::AllTheirStores)
    }
}

pub(crate) fn exception(
    permission: Permission,
    effect: Effect,
    until: Option<Instant>,
) -> Override {
    Override {
        permission,
        effect,
        author: user(0),
        author_name: "An admin".to_owned(),
        reason: "A reason".to_owned(),
        at: Instant(0),
        until,
    }
}
