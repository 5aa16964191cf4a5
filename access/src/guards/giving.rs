//! Who could give somebody what they lack.

use super::{GroupShape, may_change_group, may_grant};
use crate::{Caller, GroupId, Membership, Permission, Person, Reach, Scope, StoreId, Uuid};

/// Whether the caller could give `permission` to `person`, who lacks it in `store` or (`None`) in
/// the stores they work in: by a group for all their stores, by one for that store, or by putting
/// it into a group of theirs. A page that is not permitted names such people (product §11).
pub fn could_give(
    caller: &Caller,
    person: &Person,
    permission: Permission,
    store: Option<StoreId>,
) -> bool {
    let gives = |reach| may_grant(caller, Some(person), &with(person, permission, reach)).is_ok();
    if gives(Reach::AllTheirStores) || could_put_into_a_group(caller, person, permission) {
        return true;
    }
    let stores = match &store {
        Some(store) => std::slice::from_ref(store),
        None => &person.stores,
    };
    permission.scope() == Scope::Store && stores.iter().any(|&at| gives(Reach::Store(at)))
}

/// The person in one group more, which gives this.
fn with(person: &Person, permission: Permission, reach: Reach) -> Person {
    let mut after = person.clone();
    after.memberships.push(Membership {
        group: GroupId(Uuid::nil()),
        name: String::new(),
        super_admin: false,
        permissions: permission.into(),
        reach,
    });
    after
}

/// Whether the caller could put `permission` into a group of the person's; the groups are seen
/// with `settings.users` (product §2.1).
fn could_put_into_a_group(caller: &Caller, person: &Person, permission: Permission) -> bool {
    caller.effective.holds_anywhere(Permission::SettingsUsers)
        && person.memberships.iter().any(|membership| {
            let before = GroupShape {
                group: membership.group,
                locked: membership.super_admin,
                built_in: false,
                permissions: membership.permissions,
            };
            let after = GroupShape {
                permissions: before.permissions.union(permission.into()),
                ..before
            };
            may_change_group(caller, &before, &after, std::slice::from_ref(person)).is_ok()
        })
}
