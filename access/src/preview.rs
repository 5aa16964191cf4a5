//! Who gains and who loses what by a change, before it is saved (product §2.5).

use crate::{Effective, Permission, PermissionSet, StoreId, UserId};
use serde::{Deserialize, Serialize};

/// A permission and where: the store, or `None` for one of business scope.
pub type Held = (Permission, Option<StoreId>);

/// What a change does to one person. Each list is in the order of the catalogue within its place:
/// the business first, then the stores by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Whom it concerns.
    pub user: UserId,
    /// What they will hold and do not hold now.
    pub gains: Vec<Held>,
    /// What they hold now and will not.
    pub loses: Vec<Held>,
    /// Of the permissions that the change touches: what they hold now and will hold anyway.
    pub keeps: Vec<Held>,
}

impl Change {
    /// Whether they gain or lose anything.
    pub fn is_felt(&self) -> bool {
        !self.gains.is_empty() || !self.loses.is_empty()
    }

    /// What they gain, wherever.
    pub fn gained(&self) -> PermissionSet {
        permissions(&self.gains)
    }

    /// What they lose, wherever.
    pub fn lost(&self) -> PermissionSet {
        permissions(&self.loses)
    }

    /// What they have anyway, wherever.
    pub fn kept(&self) -> PermissionSet {
        permissions(&self.keeps)
    }
}

fn permissions(held: &[Held]) -> PermissionSet {
    held.iter().map(|&(permission, _)| permission).collect()
}

/// What turning `before` into `after` does to `user`. `touched` are the permissions that the
/// change puts in or takes out, of which the ones they hold either way are told, too ("has it
/// already through Billing"); empty where nobody asks.
pub fn diff(user: UserId, before: &Effective, after: &Effective, touched: PermissionSet) -> Change {
    let mut change = Change {
        user,
        gains: Vec::new(),
        loses: Vec::new(),
        keeps: Vec::new(),
    };
    let mut compare = |was: PermissionSet, will: PermissionSet, store: Option<StoreId>| {
        let held = |set: PermissionSet| set.into_iter().map(move |p| (p, store));
        change.gains.extend(held(will.minus(was)));
        change.loses.extend(held(was.minus(will)));
        change
            .keeps
            .extend(held(was.intersect(will).intersect(touched)));
    };
    compare(before.business(), after.business(), None);
    let mut stores: Vec<StoreId> = before
        .by_store()
        .chain(after.by_store())
        .map(|(store, _)| store)
        .collect();
    stores.sort_unstable();
    stores.dedup();
    for store in stores {
        compare(before.held_in(store), after.held_in(store), Some(store));
    }
    change
}

#[cfg(test)]
mod tests;
