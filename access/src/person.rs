//! Everything evaluation needs to know of one user, and nothing else.

use crate::{GroupId, Instant, Permission, PermissionSet, StoreId, UserId};
use serde::{Deserialize, Serialize};

/// A user as the rules see them: standing, groups, overrides, stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Whose rights these are.
    pub id: UserId,
    /// Whether they may work at all.
    pub standing: Standing,
    /// The permission groups they are in.
    pub memberships: Vec<Membership>,
    /// Their exceptions, ended ones included (those do not count, but Why tells of them).
    pub overrides: Vec<Override>,
    /// Their stores, in any order. For a Super Admin this list is not asked: all stores are theirs.
    pub stores: Vec<StoreId>,
}

impl Person {
    /// Whether they are in Super Admin, working or not (product §2.2).
    pub fn is_super_admin(&self) -> bool {
        self.memberships.iter().any(|m| m.super_admin)
    }

    /// The stores they work in: their own, or all of the business for a Super Admin (product §2.2).
    pub fn works_in<'a>(&'a self, all_stores: &'a [StoreId]) -> &'a [StoreId] {
        if self.is_super_admin() {
            all_stores
        } else {
            &self.stores
        }
    }
}

/// Whether a user may work at all (product §2.3, step 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// They accepted their invitation.
    pub accepted: bool,
    /// The active flag; off means deactivated, or an invitation withdrawn.
    pub active: bool,
    /// The instant their last day is over: midnight after it, in the business's time zone (product §3).
    pub ends_at: Option<Instant>,
}

impl Standing {
    /// Accepted, active, without a last day.
    pub const WORKING: Self = Self {
        accepted: true,
        active: true,
        ends_at: None,
    };

    /// Whether they work at `now`: accepted, active, and the last day not over.
    pub fn works(&self, now: Instant) -> bool {
        self.accepted && self.active && !self.last_day_is_over(now)
    }

    /// Whether they had a last day and it is over at `now`.
    pub fn last_day_is_over(&self, now: Instant) -> bool {
        self.ends_at.is_some_and(|end| end <= now)
    }
}

/// One membership of a permission group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: GroupId,
    /// Its name, for Why.
    pub name: String,
    /// Whether the group is Super Admin: then its permissions are not asked, it gives everything.
    pub super_admin: bool,
    /// What the group gives.
    pub permissions: PermissionSet,
    /// Where it gives it.
    pub reach: Reach,
}

/// Where a membership holds (product §2.3, step 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// In all the person's stores, also those they get later; only such a membership gives
    /// business-scope permissions.
    AllTheirStores,
    /// In this one store, as long as it is theirs.
    Store(StoreId),
}

/// A person's exception to one permission (product §2.3, step 4).
///
/// It holds in all the person's stores and wins over every group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The permission.
    pub permission: Permission,
    /// Given or taken.
    pub effect: Effect,
    /// Who made it.
    pub author: UserId,
    /// Their name, for Why.
    pub author_name: String,
    /// Why they made it, in their words.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// The instant from which it no longer counts; `None`: it stays.
    pub until: Option<Instant>,
}

impl Override {
    /// Whether it counts at `now`: "an ended one does not count" (product §2.3, step 4).
    pub fn counts(&self, now: Instant) -> bool {
        self.until.is_none_or(|end| now < end)
    }
}

/// What an override does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Gives the permission.
    Allow,
    /// Takes it. Where both were set on one permission, this one wins.
    Deny,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_works_until_the_instant_the_last_day_is_over() {
        let leaving = Standing {
            ends_at: Some(Instant(100)),
            ..Standing::WORKING
        };
        assert!(leaving.works(Instant(99)));
        assert!(!leaving.works(Instant(100)));
        assert!(leaving.last_day_is_over(Instant(100)));
        assert!(!leaving.last_day_is_over(Instant(99)));
        assert!(!Standing::WORKING.last_day_is_over(Instant::MAX));
        assert!(Standing::WORKING.works(Instant::MAX));
        let invited = Standing {
            accepted: false,
            ..Standing::WORKING
        };
        assert!(!invited.works(Instant(0)));
        let deactivated = Standing {
            active: false,
            ..Standing::WORKING
        };
        assert!(!deactivated.works(Instant(0)));
    }
}
