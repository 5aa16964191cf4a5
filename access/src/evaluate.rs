//! What a person holds: the one pure function behind the guard, the screens and the explanation.

use crate::{Effect, Instant, Permission, PermissionSet, Person, Reach, Scope, StoreId};

/// What a person may do at `now`, in the business and in each of its stores (product §2.3).
///
/// `all_stores` are all stores of the business, deactivated ones included; a store that is not
/// among them gives nobody anything.
///
/// 1. Inactive, past the last day, or not yet accepted: nothing. Nor without a group, which is
///    needed for anything but the own profile.
/// 2. Member of Super Admin: everything, in all stores.
/// 3. The union of the groups; a membership holds in all their stores or in one, and only the
///    former gives business-scope permissions.
/// 4. Then the overrides, which win, in all their stores; ended ones do not count, and of an
///    allow and a deny on the same permission the deny stays.
/// 5. Then the stores: nothing in a store that is not theirs, but for the `view` of the five
///    modules with `stores.view_all`, where an all-stores membership or an allow gives it.
pub fn evaluate(person: &Person, all_stores: &[StoreId], now: Instant) -> Effective {
    if person.standing.works(now) {
        work_out(person, all_stores, now, Denials::Count)
    } else {
        Effective::nothing()
    }
}

/// What the person would hold if active and without denials: what they and what is given to them
/// are judged by, so that an invited Super Admin is already above everyone else (product §2.4).
pub fn potential(person: &Person, all_stores: &[StoreId], now: Instant) -> Effective {
    work_out(person, all_stores, now, Denials::Ignore)
}

/// Whether the deny overrides are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Denials {
    Count,
    Ignore,
}

fn work_out(person: &Person, all_stores: &[StoreId], now: Instant, denials: Denials) -> Effective {
    if person.is_super_admin() {
        return Effective::everything(all_stores);
    }
    if person.memberships.is_empty() {
        return Effective::nothing();
    }

    let mut given = PermissionSet::EMPTY;
    for membership in &person.memberships {
        if membership.reach == Reach::AllTheirStores {
            given = given.union(membership.permissions);
        }
    }
    let (mut allowed, mut denied) = (PermissionSet::EMPTY, PermissionSet::EMPTY);
    for exception in person.overrides.iter().filter(|o| o.counts(now)) {
        match exception.effect {
            Effect::Allow => allowed.insert(exception.permission),
            Effect::Deny if denials == Denials::Count => denied.insert(exception.permission),
            Effect::Deny => {}
        }
    }

    let wherever_theirs = given.union(allowed).minus(denied);
    let business = wherever_theirs.business();
    let general = wherever_theirs.store();
    let elsewhere = if business.contains(Permission::StoresViewAll) {
        general.views()
    } else {
        PermissionSet::EMPTY
    };
    let in_new_store = if business.contains(Permission::SettingsEdit) {
        general
    } else {
        PermissionSet::EMPTY
    };

    let mut stores = if elsewhere.is_empty() {
        own_stores(person, all_stores, general)
    } else {
        every_store(person, all_stores, general, elsewhere)
    };
    for membership in &person.memberships {
        if let Reach::Store(store) = membership.reach
            && let Some(here) = find_mut(&mut stores, store)
            && here.theirs
        {
            let given_here = membership.permissions.store().minus(denied);
            here.held = here.held.union(given_here);
        }
    }

    Effective {
        super_admin: false,
        business,
        elsewhere,
        in_new_store,
        stores,
    }
}

/// Their stores, as far as the business has them, with what holds in each of them.
fn own_stores(person: &Person, all_stores: &[StoreId], general: PermissionSet) -> Vec<InStore> {
    let mut stores: Vec<InStore> = person
        .stores
        .iter()
        .map(|&store| InStore {
            store,
            theirs: true,
            held: general,
        })
        .collect();
    sort(&mut stores);
    if all_stores.is_sorted() {
        // Both run upwards, so one walk over the two finds what they share.
        let mut known = all_stores.iter().peekable();
        stores.retain(|here| {
            while known.next_if(|&&store| store < here.store).is_some() {}
            known.peek() == Some(&&here.store)
        });
    } else {
        stores.retain(|here| all_stores.contains(&here.store));
    }
    stores
}

/// Every store of the business: theirs, and those in which only seeing is left to them.
fn every_store(
    person: &Person,
    all_stores: &[StoreId],
    general: PermissionSet,
    elsewhere: PermissionSet,
) -> Vec<InStore> {
    let mut stores = Vec::with_capacity(all_stores.len());
    stores.extend(all_stores.iter().map(|&store| InStore {
        store,
        theirs: false,
        held: elsewhere,
    }));
    sort(&mut stores);
    for &store in &person.stores {
        if let Some(here) = find_mut(&mut stores, store) {
            here.theirs = true;
            here.held = general;
        }
    }
    stores
}

fn sort(stores: &mut Vec<InStore>) {
    stores.sort_unstable_by_key(|here| here.store);
    stores.dedup_by_key(|here| here.store);
}

fn find_mut(stores: &mut [InStore], store: StoreId) -> Option<&mut InStore> {
    match stores.binary_search_by_key(&store, |here| here.store) {
        Ok(at) => Some(&mut stores[at]),
        Err(_) => None,
    }
}

/// What remains after evaluation. Only [`evaluate`] and [`potential`] make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    super_admin: bool,
    /// Of business scope.
    business: PermissionSet,
    /// What holds in a store that is not theirs, also in one that another person creates.
    elsewhere: PermissionSet,
    /// What would hold in a store they create, which they then have (product §2.4); empty for
    /// who may not create stores.
    in_new_store: PermissionSet,
    /// Of store scope: each store in which something may hold, by id, without repetition.
    stores: Vec<InStore>,
}

/// What holds in one store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct InStore {
    store: StoreId,
    /// Whether the person works here; otherwise `stores.view_all` shows it to them.
    theirs: bool,
    held: PermissionSet,
}

impl Effective {
    fn nothing() -> Self {
        Self {
            super_admin: false,
            business: PermissionSet::EMPTY,
            elsewhere: PermissionSet::EMPTY,
            in_new_store: PermissionSet::EMPTY,
            stores: Vec::new(),
        }
    }

    fn everything(all_stores: &[StoreId]) -> Self {
        let mut stores: Vec<InStore> = all_stores
            .iter()
            .map(|&store| InStore {
                store,
                theirs: true,
                held: PermissionSet::STORE,
            })
            .collect();
        sort(&mut stores);
        Self {
            super_admin: true,
            business: PermissionSet::BUSINESS,
            elsewhere: PermissionSet::STORE,
            in_new_store: PermissionSet::STORE,
            stores,
        }
    }

    /// Whether they hold everything by being a Super Admin (product §2.3, step 2).
    pub fn is_super_admin(&self) -> bool {
        self.super_admin
    }

    /// Whether nothing at all is held.
    pub fn is_nothing(&self) -> bool {
        self.anywhere().is_empty()
    }

    /// Whether the permission holds in this store. One of business scope holds in every store
    /// or in none, so the store is not asked.
    pub fn holds(&self, permission: Permission, store: StoreId) -> bool {
        match permission.scope() {
            Scope::Business => self.business.contains(permission),
            Scope::Store => self.held_in(store).contains(permission),
        }
    }

    /// Whether the permission holds for the business as a whole; never true of one of store scope.
    pub fn holds_business(&self, permission: Permission) -> bool {
        self.business.contains(permission)
    }

    /// Whether the permission holds in any store, or in the business.
    pub fn holds_anywhere(&self, permission: Permission) -> bool {
        match permission.scope() {
            Scope::Business => self.business.contains(permission),
            Scope::Store => self.stores.iter().any(|s| s.held.contains(permission)),
        }
    }

    /// Whether the permission holds in any store that is theirs, or in the business. That is the
    /// rule for customers, who belong to the business (product §2.1).
    pub fn holds_in_any_of_theirs(&self, permission: Permission) -> bool {
        match permission.scope() {
            Scope::Business => self.business.contains(permission),
            Scope::Store => self.theirs().any(|s| s.held.contains(permission)),
        }
    }

    /// Whether the permission holds in each of these stores; of no stores at all, it does not
    /// (default deny), unless it is of business scope and held.
    pub fn everywhere(&self, permission: Permission, stores: &[StoreId]) -> bool {
        match permission.scope() {
            Scope::Business => self.business.contains(permission),
            Scope::Store => {
                !stores.is_empty() && stores.iter().all(|&store| self.holds(permission, store))
            }
        }
    }

    /// Everything that holds in this store, business scope included.
    pub fn in_store(&self, store: StoreId) -> PermissionSet {
        self.business.union(self.held_in(store))
    }

    /// Everything of business scope.
    pub fn business(&self) -> PermissionSet {
        self.business
    }

    /// Everything that holds somewhere.
    pub fn anywhere(&self) -> PermissionSet {
        self.stores
            .iter()
            .fold(self.business, |all, here| all.union(here.held))
    }

    /// What would hold in a store they create, which they then have; empty when they may not
    /// create one (product §2.4, "the one exception").
    pub fn in_new_store(&self) -> PermissionSet {
        self.in_new_store
    }

    /// The stores in which the permission holds, by id; one of business scope holds in all it
    /// knows of theirs.
    pub fn stores_with(&self, permission: Permission) -> Vec<StoreId> {
        self.stores
            .iter()
            .filter(|here| match permission.scope() {
                Scope::Business => here.theirs && self.business.contains(permission),
                Scope::Store => here.held.contains(permission),
            })
            .map(|here| here.store)
            .collect()
    }

    /// Their stores, by id: what the store picker offers (product §4).
    pub fn stores(&self) -> impl Iterator<Item = StoreId> {
        self.theirs().map(|here| here.store)
    }

    /// Whether this store is theirs.
    pub fn is_theirs(&self, store: StoreId) -> bool {
        self.find(store).is_some_and(|here| here.theirs)
    }

    /// Whether all that `other` holds is held here too: in the business, in each store, and in
    /// stores still to come. Only a Super Admin covers a Super Admin, who also gets what later
    /// versions add (product §2.2).
    pub fn covers(&self, other: &Self) -> bool {
        self.super_admin || (!other.super_admin && self.lacks(other, &Self::nothing()).is_empty())
    }

    /// Of what `wanted` has and `already` has not, the permissions that are not held here in
    /// the same place. What is lacking today is told first; if nothing is, then what would be
    /// lacking in stores still to come.
    pub fn lacks(&self, wanted: &Self, already: &Self) -> PermissionSet {
        if self.super_admin {
            return PermissionSet::EMPTY;
        }
        let beyond = |wanted: PermissionSet, already: PermissionSet, held: PermissionSet| {
            wanted.minus(already).minus(held)
        };
        let mut today = beyond(wanted.business, already.business, self.business);
        for here in &wanted.stores {
            let (already, held) = (already.held_in(here.store), self.held_in(here.store));
            today = today.union(beyond(here.held, already, held));
        }
        if !today.is_empty() {
            return today;
        }
        beyond(wanted.elsewhere, already.elsewhere, self.elsewhere).union(beyond(
            wanted.in_new_store,
            already.in_new_store,
            self.in_new_store,
        ))
    }

    /// What of store scope holds in each store in which something may hold, by id.
    pub(crate) fn by_store(&self) -> impl Iterator<Item = (StoreId, PermissionSet)> {
        self.stores.iter().map(|here| (here.store, here.held))
    }

    /// What of store scope holds in this store.
    pub(crate) fn held_in(&self, store: StoreId) -> PermissionSet {
        self.find(store)
            .map_or(PermissionSet::EMPTY, |here| here.held)
    }

    fn theirs(&self) -> impl Iterator<Item = &InStore> {
        self.stores.iter().filter(|here| here.theirs)
    }

    fn find(&self, store: StoreId) -> Option<&InStore> {
        self.stores
            .binary_search_by_key(&store, |here| here.store)
            .ok()
            .map(|at| &self.stores[at])
    }
}

#[cfg(test)]
mod tests;
