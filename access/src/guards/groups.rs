//! Guards around a group, which gives to all its members at once.

use super::{judged, may_grant, refuse_beyond};
use crate::{
    Caller, Denied, Effect, GroupId, Membership, Permission, PermissionSet, Person, Reach, Rule,
    UserId,
};

/// What a group is to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupShape {
    /// Which group: the memberships of this one are concerned.
    pub group: GroupId,
    /// Whether it is Super Admin (product §2.2).
    pub locked: bool,
    /// Whether every business has it, so that it is not deleted (product §2.2).
    pub built_in: bool,
    /// What it gives.
    pub permissions: PermissionSet,
}

impl GroupShape {
    /// The same group as it is before it exists: giving nothing.
    #[must_use]
    pub fn without_permissions(self) -> Self {
        Self {
            permissions: PermissionSet::EMPTY,
            ..self
        }
    }
}

/// A group as it is and as it will be. A new one is, before, what it will be without permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupChange {
    /// As it is, read under the lock of the change.
    pub before: GroupShape,
    /// As it will be.
    pub after: GroupShape,
    /// Its members; of those alike in groups, overrides and stores one is enough, but for `by`,
    /// who is among them if they are a member.
    pub members: Vec<Person>,
    /// Who asks.
    pub by: UserId,
}

/// A group that goes, and where its members go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupDeletion {
    /// The group, read under the lock of the change.
    pub group: GroupShape,
    /// The group that its members are put into, as a membership for all their stores.
    pub to: Option<Membership>,
    /// Its members, as in [`GroupChange`].
    pub members: Vec<Person>,
    /// Who asks.
    pub by: UserId,
}

impl GroupDeletion {
    /// Each member as they are and as they will be: in the other group wherever they were in this
    /// one, for all their stores or for the same store.
    #[must_use]
    pub fn moves(&self) -> Vec<(Person, Person)> {
        let moved = |member: &Person| {
            let mut after = member.clone();
            after.memberships.clear();
            for held in &member.memberships {
                let kept = if held.group == self.group.group {
                    self.to.clone().map(|to| Membership {
                        reach: held.reach,
                        ..to
                    })
                } else {
                    Some(held.clone())
                };
                after.memberships.extend(kept);
            }
            (member.clone(), after)
        };
        self.members.iter().map(moved).collect()
    }
}

/// Whether the caller may turn the group `before` into `after`: edit, reset to defaults, and, with
/// a `before` that gives nothing, create or duplicate. `members` are all its members, as they are.
///
/// They hold `settings.groups`, and each permission that is put in or taken out in every store of
/// the business; no member above them is changed, nor are they themselves (product §2.4). A member
/// is changed unless the same comes to them from elsewhere for good; an override that ends does
/// not make it so.
///
/// # Errors
/// [`Denied::Forbidden`], [`Rule::GroupLocked`], [`Rule::BeyondYou`], [`Rule::SelfChange`],
/// [`Rule::AboveYou`].
pub fn may_change_group(
    caller: &Caller,
    before: &GroupShape,
    after: &GroupShape,
    members: &[Person],
) -> Result<(), Denied> {
    if !caller.effective.holds_business(Permission::SettingsGroups) {
        return Err(Denied::missing(Permission::SettingsGroups));
    }
    if before.locked || after.locked {
        return Err(Rule::GroupLocked.into());
    }
    if before.group != after.group || before.built_in != after.built_in {
        return Err(Denied::Hidden);
    }
    let changed = before.permissions.differing(after.permissions);
    refuse_beyond(
        changed
            .iter()
            .filter(|&p| !caller.effective.everywhere(p, &caller.all_stores))
            .collect(),
    )?;
    for member in members {
        if is_changed(member, before.group, changed) {
            may_change_member(caller, member, after)?;
        }
    }
    Ok(())
}

/// Whether the caller may delete the group. `moves` are all its members, each as they are and as
/// they will be without it (product §2.2, "deleting one in use asks where its members go").
///
/// # Errors
/// [`Rule::GroupBuiltIn`]; as [`may_change_group`] for taking all its permissions out, and as
/// [`may_grant`] for each member; [`Rule::NeedsGroup`] for one who would be left without any.
pub fn may_delete_group(
    caller: &Caller,
    group: &GroupShape,
    moves: &[(Person, Person)],
) -> Result<(), Denied> {
    may_change_group(caller, group, &group.without_permissions(), &[])?;
    if group.built_in {
        return Err(Rule::GroupBuiltIn.into());
    }
    for (before, after) in moves {
        if after.memberships.is_empty() {
            return Err(Rule::NeedsGroup.into());
        }
        may_grant(caller, Some(before), after)?;
    }
    Ok(())
}

/// Whether taking `changed` into or out of the group changes what the member would hold, now or
/// when an override of theirs has ended.
fn is_changed(member: &Person, group: GroupId, changed: PermissionSet) -> bool {
    if member.is_super_admin() {
        return false;
    }
    let stays: PermissionSet = member
        .overrides
        .iter()
        .filter(|o| o.effect == Effect::Allow && o.until.is_none())
        .map(|o| o.permission)
        .collect();
    let mut in_group = member.memberships.iter().filter(|m| m.group == group);
    in_group.any(|membership| {
        let others = member
            .memberships
            .iter()
            .filter(|m| m.group != group)
            .filter(|m| m.reach == Reach::AllTheirStores || m.reach == membership.reach)
            .fold(stays, |all, m| all.union(m.permissions));
        let reached = match membership.reach {
            Reach::AllTheirStores => changed,
            Reach::Store(_) => changed.store(),
        };
        !reached.is_subset(others)
    })
}

/// Whether the caller may change this member by changing the group.
fn may_change_member(caller: &Caller, member: &Person, group: &GroupShape) -> Result<(), Denied> {
    if member.id == caller.person.id {
        return Err(Rule::SelfChange.into());
    }
    let before = judged(caller, member);
    if !caller.effective.covers(&before) {
        return Err(Rule::AboveYou.into());
    }
    let mut changed = member.clone();
    for membership in &mut changed.memberships {
        if membership.group == group.group {
            membership.permissions = group.permissions;
        }
    }
    refuse_beyond(caller.effective.lacks(&judged(caller, &changed), &before))
}
