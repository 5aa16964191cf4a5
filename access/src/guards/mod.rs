//! What nobody may do, whatever they hold (product §2.4).
//!
//! Pure functions, used by the decisions of [`crate::actions`]. Targets and grants are judged by
//! [`potential`]: what the person would hold if active and without denials.

mod giving;
mod groups;
mod people;
mod stores;

pub use giving::could_give;
pub use groups::{GroupChange, GroupDeletion, GroupShape, may_change_group, may_delete_group};
pub use people::{
    may_act_on, may_change_email, may_give_all, may_grant, may_import, may_invite, may_override,
    may_see_person, may_see_picture, may_set_last_day, may_still_change_email, may_still_invite,
};
pub use stores::StoreStanding;
pub(crate) use stores::{exists, may_choose, may_close};

use crate::{Caller, Denied, Effective, PermissionSet, Person, Rule, potential};

/// Whether a Super Admin remains who has accepted, is active and has no last day; a lock or a due
/// enrolment does not count against (product §2.4). `after` are all members of Super Admin as the
/// change would leave them; to be asked under the lock that the change is written under.
///
/// # Errors
/// [`Rule::LastSuperAdmin`].
pub fn last_super_admin_remains<'a>(
    after: impl IntoIterator<Item = &'a Person>,
) -> Result<(), Denied> {
    let remains = after.into_iter().any(|person| {
        let standing = person.standing;
        person.is_super_admin()
            && standing.accepted
            && standing.active
            && standing.ends_at.is_none()
    });
    if remains {
        Ok(())
    } else {
        Err(Rule::LastSuperAdmin.into())
    }
}

/// What the person, or what is given to them, is judged by.
fn judged(caller: &Caller, person: &Person) -> Effective {
    potential(person, &caller.all_stores, caller.now)
}

fn refuse_beyond(permissions: PermissionSet) -> Result<(), Denied> {
    if permissions.is_empty() {
        Ok(())
    } else {
        Err(Rule::BeyondYou { permissions }.into())
    }
}

#[cfg(test)]
mod tests;
