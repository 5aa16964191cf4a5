//! A set of permissions in one machine word.

use super::{Permission, Scope};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::iter::FusedIterator;

/// A set of permissions. One bit each, so that uniting, intersecting and comparing two sets is
/// one instruction, and copying is free.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct PermissionSet(u64);

/// The permissions that satisfy a test on their scope, worked out by the compiler.
const fn with_scope(business: bool) -> PermissionSet {
    let mut set = PermissionSet::EMPTY;
    let mut at = 0;
    while at < Permission::ALL.len() {
        let permission = Permission::ALL[at];
        if matches!(permission.scope(), Scope::Business) == business {
            set = set.union(PermissionSet::of(permission));
        }
        at += 1;
    }
    set
}

impl PermissionSet {
    /// No permission.
    pub const EMPTY: Self = Self(0);
    /// Every permission.
    pub const ALL: Self = Self((1 << Permission::ALL.len()) - 1);
    /// The permissions that hold everywhere or nowhere (product §2.1).
    pub const BUSINESS: Self = with_scope(true);
    /// The permissions that hold in a store (product §2.1).
    pub const STORE: Self = with_scope(false);
    /// The `view` of the five modules of the desk, which `stores.view_all` keeps in stores that
    /// are not theirs (product §2.3, step 5).
    pub const VIEWS: Self = Self::of(Permission::CustomersView)
        .union(Self::of(Permission::QuotesView))
        .union(Self::of(Permission::JobsView))
        .union(Self::of(Permission::InvoicesView))
        .union(Self::of(Permission::InventoryView));
    /// The four capabilities, which are in no level (product §2.1).
    pub const CAPABILITIES: Self = Self::of(Permission::CostsView)
        .union(Self::of(Permission::DiscountsApply))
        .union(Self::of(Permission::PricesOverride))
        .union(Self::of(Permission::StoresViewAll));

    /// The set of this one permission.
    pub const fn of(permission: Permission) -> Self {
        Self(1 << permission as u8)
    }

    /// Whether the permission is in it.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & Self::of(permission).0 != 0
    }

    /// Puts the permission in.
    pub const fn insert(&mut self, permission: Permission) {
        self.0 |= Self::of(permission).0;
    }

    /// Takes the permission out.
    pub const fn remove(&mut self, permission: Permission) {
        self.0 &= !Self::of(permission).0;
    }

    /// What is in either.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this one and not in the other.
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What is in both.
    pub const fn intersect(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in exactly one of the two.
    pub const fn differing(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }

    /// Whether all of it is in the other, too.
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many permissions are in it.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The part of business scope.
    pub const fn business(self) -> Self {
        self.intersect(Self::BUSINESS)
    }

    /// The part of store scope.
    pub const fn store(self) -> Self {
        self.intersect(Self::STORE)
    }

    /// The `view` of the five modules of the desk that are in it.
    pub const fn views(self) -> Self {
        self.intersect(Self::VIEWS)
    }

    /// The permissions in it, in the order of the catalogue.
    pub const fn iter(self) -> Iter {
        Iter(self.0)
    }

    /// The keys with a space between, in the order of the catalogue: how a group is stored.
    pub fn to_keys(self) -> String {
        let mut text = String::with_capacity(self.len() * 20);
        for permission in self {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(permission.key());
        }
        text
    }

    /// Reads what [`Self::to_keys`] wrote; order, repetition and spare white space do not matter.
    ///
    /// # Errors
    /// [`UnknownPermission`] with the first word that is no permission's key.
    pub fn from_keys(text: &str) -> Result<Self, UnknownPermission> {
        text.split_whitespace()
            .map(|key| Permission::from_key(key).ok_or_else(|| UnknownPermission(key.to_owned())))
            .collect()
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(Permission::key))
            .finish()
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::EMPTY;
        set.extend(permissions);
        set
    }
}

impl Extend<Permission> for PermissionSet {
    fn extend<I: IntoIterator<Item = Permission>>(&mut self, permissions: I) {
        for permission in permissions {
            self.insert(permission);
        }
    }
}

impl From<Permission> for PermissionSet {
    fn from(permission: Permission) -> Self {
        Self::of(permission)
    }
}

impl IntoIterator for PermissionSet {
    type Item = Permission;
    type IntoIter = Iter;

    fn into_iter(self) -> Iter {
        self.iter()
    }
}

/// The permissions of a set, in the order of the catalogue.
#[derive(Clone, Debug)]
pub struct Iter(u64);

impl Iterator for Iter {
    type Item = Permission;

    fn next(&mut self) -> Option<Permission> {
        if self.0 == 0 {
            return None;
        }
        let at = self.0.trailing_zeros();
        self.0 &= self.0 - 1;
        Some(Permission::ALL[at as usize])
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.0.count_ones() as usize;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Iter {}
impl FusedIterator for Iter {}

/// A word that is no permission's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPermission(pub String);

impl fmt::Display for UnknownPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown permission {:?}", self.0)
    }
}

impl std::error::Error for UnknownPermission {}

impl Serialize for PermissionSet {
    /// As the list of keys.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for PermissionSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;

        impl<'de> de::Visitor<'de> for Keys {
            type Value = PermissionSet;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of keys of permissions")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(
                self,
                mut keys: A,
            ) -> Result<PermissionSet, A::Error> {
                let mut set = PermissionSet::EMPTY;
                while let Some(permission) = keys.next_element()? {
                    set.insert(permission);
                }
                Ok(set)
            }
        }

        deserializer.deserialize_seq(Keys)
    }
}
