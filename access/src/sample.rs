//! People and stores for the tests of this crate.

use crate::{
    Caller, Effect, GroupId, Instant, Membership, Override, Permission, PermissionSet, Person,
    Reach, SessionRef, Standing, StoreId, UserId, Uuid, built_in,
};

pub(crate) const BATH: StoreId = StoreId(Uuid::from_u128(1));
pub(crate) const OXFORD: StoreId = StoreId(Uuid::from_u128(2));
pub(crate) const AIRPORT: StoreId = StoreId(Uuid::from_u128(3));
/// A store of no business.
pub(crate) const UNKNOWN: StoreId = StoreId(Uuid::from_u128(99));
pub(crate) const ALL_STORES: [StoreId; 3] = [BATH, OXFORD, AIRPORT];

pub(crate) const NOW: Instant = Instant(1_000_000);
pub(crate) const BEFORE: Instant = Instant(NOW.0 - 1);
pub(crate) const LATER: Instant = Instant(NOW.0 + 1_000);

/// Somebody who works, in these stores and no group.
pub(crate) fn person(id: u128, stores: &[StoreId]) -> Person {
    Person {
        id: UserId(Uuid::from_u128(id)),
        standing: Standing::WORKING,
        memberships: Vec::new(),
        overrides: Vec::new(),
        stores: stores.to_vec(),
    }
}

pub(crate) fn group(key: &str, reach: Reach) -> Membership {
    let (at, group) = crate::BUILT_IN
        .iter()
        .enumerate()
        .find(|(_, group)| group.key == key)
        .expect("the test names a built-in group");
    Membership {
        group: GroupId(Uuid::from_u128(at as u128 + 1)),
        name: group.name.to_owned(),
        super_admin: group.is_super_admin(),
        permissions: built_in(key).expect("it was just found").permissions,
        reach,
    }
}

/// A custom group; one id for each set.
pub(crate) fn custom(permissions: PermissionSet, reach: Reach) -> Membership {
    let bits = permissions
        .iter()
        .fold(0_u128, |bits, p| bits | 1 << (p as u8));
    Membership {
        group: GroupId(Uuid::from_u128(1 << 100 | bits)),
        name: "Counter Staff".to_owned(),
        super_admin: false,
        permissions,
        reach,
    }
}

pub(crate) fn exception(permission: Permission, effect: Effect) -> Override {
    Override {
        permission,
        effect,
        author: UserId(Uuid::from_u128(77)),
        author_name: "Theo Finch".to_owned(),
        reason: "Covers Marcus".to_owned(),
        at: BEFORE,
        until: None,
    }
}

pub(crate) fn set<const N: usize>(permissions: [Permission; N]) -> PermissionSet {
    permissions.into_iter().collect()
}

impl Person {
    /// With this group in all their stores.
    pub(crate) fn with(mut self, key: &str) -> Self {
        self.memberships.push(group(key, Reach::AllTheirStores));
        self
    }

    /// With this group in one store.
    pub(crate) fn with_at(mut self, key: &str, store: StoreId) -> Self {
        self.memberships.push(group(key, Reach::Store(store)));
        self
    }

    /// With a custom group of these permissions.
    pub(crate) fn holding(mut self, permissions: PermissionSet, reach: Reach) -> Self {
        self.memberships.push(custom(permissions, reach));
        self
    }

    pub(crate) fn allow(mut self, permission: Permission) -> Self {
        self.overrides.push(exception(permission, Effect::Allow));
        self
    }

    pub(crate) fn deny(mut self, permission: Permission) -> Self {
        self.overrides.push(exception(permission, Effect::Deny));
        self
    }

    /// Gives the last override an end.
    pub(crate) fn until(mut self, end: Instant) -> Self {
        self.overrides
            .last_mut()
            .expect("an override was made before")
            .until = Some(end);
        self
    }

    pub(crate) fn caller(&self) -> Caller {
        Caller::new(self.clone(), ALL_STORES.to_vec(), SessionRef::nil(), NOW)
    }
}
