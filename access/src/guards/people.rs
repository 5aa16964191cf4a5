//! Guards around a person: who may see them, act on them, give to them.

use super::{judged, refuse_beyond};
use crate::actions::LastDayChange;
use crate::{
    Caller, Denied, Effect, Instant, Membership, Permission, PermissionSet, Person, Reach, Rule,
    SessionRef, StoreId,
};

/// Whether the caller may know this person: they hold `settings.users` in a store the person
/// works in; for a person without stores, in every store of the business (product §2.1).
///
/// # Errors
/// [`Denied::Forbidden`] when they hold `settings.users` nowhere, else [`Denied::Hidden`].
pub fn may_see_person(caller: &Caller, person: &Person) -> Result<(), Denied> {
    let held = &caller.effective;
    if !held.holds_anywhere(Permission::SettingsUsers) {
        return Err(Denied::missing(Permission::SettingsUsers));
    }
    let stores = person.works_in(&caller.all_stores);
    let sees = if stores.is_empty() {
        held.everywhere(Permission::SettingsUsers, &caller.all_stores)
    } else {
        stores
            .iter()
            .any(|&store| held.holds(Permission::SettingsUsers, store))
    };
    if sees { Ok(()) } else { Err(Denied::Hidden) }
}

/// Whether the caller may see this person's picture: it is their own, they may know the person, or
/// they read the log, in which everybody's name stands (product §8).
///
/// # Errors
/// [`Denied::Hidden`]: an address that is guessed answers like one that is not there.
pub fn may_see_picture(caller: &Caller, person: &Person) -> Result<(), Denied> {
    let own = person.id == caller.person.id;
    let reads_log = caller.effective.holds_business(Permission::SettingsAudit);
    if own || reads_log || may_see_person(caller, person).is_ok() {
        Ok(())
    } else {
        Err(Denied::Hidden)
    }
}

/// Whether the caller may act on this person: edit, reset, sign out, deactivate, invite again.
///
/// They see them, it is somebody else, they hold `settings.users` in all stores the person works
/// in (product §2.1), and the person holds nothing that they lack (product §2.4).
///
/// # Errors
/// As [`may_see_person`]; then [`Rule::SelfChange`], [`Rule::NotTheirStore`], [`Rule::AboveYou`].
pub fn may_act_on(caller: &Caller, person: &Person) -> Result<(), Denied> {
    may_see_person(caller, person)?;
    if person.id == caller.person.id {
        return Err(Rule::SelfChange.into());
    }
    may_manage_in_all_stores_of(caller, person)?;
    if !caller.effective.covers(&judged(caller, person)) {
        return Err(Rule::AboveYou.into());
    }
    Ok(())
}

/// Whether the caller may turn what `before` is given into what `after` is given; `None` for
/// somebody new (invite, import).
///
/// On top of [`may_act_on`] for who is already there: they hold `settings.users` in every store
/// of `after` and what is new in the same places (product §2.4, "Nobody grants what they do not
/// hold, in a store they do not hold it in"). What is given to a person without stores waits for
/// any store, so it must be held in all of them.
///
/// # Errors
/// As [`may_act_on`]; [`Denied::Forbidden`], [`Rule::NotTheirStore`] for a store they may not
/// give, [`Rule::SuperAdminReach`], [`Rule::NeedsSuperAdmin`], [`Rule::GroupLocked`] for a new
/// override of a Super Admin, [`Rule::BeyondYou`] with what they do not hold.
pub fn may_grant(caller: &Caller, before: Option<&Person>, after: &Person) -> Result<(), Denied> {
    if after.id == caller.person.id {
        return Err(Rule::SelfChange.into());
    }
    match before {
        Some(before) if before.id != after.id => return Err(Denied::Hidden),
        Some(before) => may_act_on(caller, before)?,
        None => {}
    }
    if !caller.effective.holds_anywhere(Permission::SettingsUsers) {
        return Err(Denied::missing(Permission::SettingsUsers));
    }
    // A Super Admin works in all stores, so theirs are asked for by themselves.
    if !after
        .stores
        .iter()
        .all(|store| caller.all_stores.binary_search(store).is_ok())
    {
        return Err(Rule::NotTheirStore.into());
    }
    may_manage_in_all_stores_of(caller, after)?;
    memberships_are_sound(caller, before, after)?;

    let (old, new) = (
        overrides_of(caller, before),
        overrides_of(caller, Some(after)),
    );
    let added = only_in(&new, &old);
    if after.is_super_admin() && !added.is_empty() {
        return Err(Rule::GroupLocked.into());
    }
    let overrides_beyond = added
        .union(only_in(&old, &new))
        .iter()
        .filter(|&permission| !holds_in_all_stores_of(caller, after, permission))
        .collect();
    refuse_beyond(new_rights_beyond(caller, before, after).union(overrides_beyond))
}

/// Whether the caller may invite this person, as they will be (product §3).
///
/// # Errors
/// [`Rule::NeedsGroup`]; then as [`may_grant`].
pub fn may_invite(caller: &Caller, person: &Person) -> Result<(), Denied> {
    if person.memberships.is_empty() {
        return Err(Rule::NeedsGroup.into());
    }
    may_grant(caller, None, person)
}

/// Whether the caller may have this person invited by an import. It is the decision of an
/// invitation; and nobody becomes Super Admin as one line among thousands (design, *Import CSV*).
///
/// # Errors
/// [`Rule::NotByImport`]; then as [`may_invite`].
pub fn may_import(caller: &Caller, person: &Person) -> Result<(), Denied> {
    if person.is_super_admin() {
        return Err(Rule::NotByImport.into());
    }
    may_invite(caller, person)
}

/// Whether the caller may give this person, as they are, all their access anew: send the
/// invitation again, reactivate (product §2.4, §3). They may act on them and hold all of it.
///
/// # Errors
/// As [`may_act_on`]; [`Rule::BeyondYou`] for what a person without stores would get in one.
pub fn may_give_all(caller: &Caller, person: &Person) -> Result<(), Denied> {
    may_act_on(caller, person)?;
    refuse_beyond(new_rights_beyond(caller, None, person))
}

/// Whether the caller may ask for another address for this person. For who has not accepted yet it
/// sends the invitation there, and so gives all of it anew.
///
/// # Errors
/// As [`may_act_on`]; as [`may_give_all`] for who has not accepted yet.
pub fn may_change_email(caller: &Caller, person: &Person) -> Result<(), Denied> {
    if person.standing.accepted {
        may_act_on(caller, person)
    } else {
        may_give_all(caller, person)
    }
}

/// Whether the caller may set this last day, or clear it. To end somebody's access sooner is to
/// act on them; later, or not at all, gives them their access anew (product §2.4).
///
/// # Errors
/// As [`may_act_on`]; as [`may_give_all`] where access is to last longer than it does.
pub fn may_set_last_day(caller: &Caller, change: &LastDayChange) -> Result<(), Denied> {
    let ends = |end: Option<Instant>| end.unwrap_or(Instant::MAX);
    if ends(change.ends_at) > ends(change.person.standing.ends_at) {
        may_give_all(caller, &change.person)
    } else {
        may_act_on(caller, &change.person)
    }
}

/// Whether the caller may set or clear an override of `permission` for this person: they may act
/// on them, and hold the permission in each of the person's stores (product §2.4).
///
/// # Errors
/// As [`may_act_on`]; [`Rule::GroupLocked`] for a Super Admin, to whom overrides do not apply
/// (product §2.2); [`Rule::BeyondYou`].
pub fn may_override(
    caller: &Caller,
    person: &Person,
    permission: Permission,
) -> Result<(), Denied> {
    may_act_on(caller, person)?;
    if person.is_super_admin() {
        return Err(Rule::GroupLocked.into());
    }
    if holds_in_all_stores_of(caller, person, permission) {
        Ok(())
    } else {
        refuse_beyond(permission.into())
    }
}

/// Whether whoever last sent an invitation still may: it is void when they no longer may
/// (product §3). `invited` is the person as they would be after accepting.
///
/// # Errors
/// What [`may_give_all`] would answer the sender now.
pub fn may_still_invite(
    sender: &Person,
    all_stores: &[StoreId],
    invited: &Person,
    now: Instant,
) -> Result<(), Denied> {
    let sender = Caller::new(sender.clone(), all_stores.to_vec(), SessionRef::nil(), now);
    may_give_all(&sender, invited)
}

/// Whether whoever asked for another address for this person still may: else their link would
/// outlive their right, and with the address they would have the account.
///
/// # Errors
/// What [`may_change_email`] would answer them now.
pub fn may_still_change_email(
    asker: &Person,
    all_stores: &[StoreId],
    person: &Person,
    now: Instant,
) -> Result<(), Denied> {
    let asker = Caller::new(asker.clone(), all_stores.to_vec(), SessionRef::nil(), now);
    may_change_email(&asker, person)
}

/// `settings.users` in all stores the person works in; without stores, in all of the business.
fn may_manage_in_all_stores_of(caller: &Caller, person: &Person) -> Result<(), Denied> {
    if holds_in_all_stores_of(caller, person, Permission::SettingsUsers) {
        Ok(())
    } else {
        Err(Rule::NotTheirStore.into())
    }
}

fn holds_in_all_stores_of(caller: &Caller, person: &Person, permission: Permission) -> bool {
    let stores = match person.works_in(&caller.all_stores) {
        [] => &caller.all_stores,
        stores => stores,
    };
    caller.effective.everywhere(permission, stores)
}

/// New memberships: of one store only where the person works, of Super Admin for all stores and
/// from a Super Admin.
fn memberships_are_sound(
    caller: &Caller,
    before: Option<&Person>,
    after: &Person,
) -> Result<(), Denied> {
    let old: &[Membership] = before.map_or(&[], |person| &person.memberships);
    for membership in &after.memberships {
        if membership.super_admin {
            if membership.reach != Reach::AllTheirStores {
                return Err(Rule::SuperAdminReach.into());
            }
            if !caller.effective.is_super_admin() {
                return Err(Rule::NeedsSuperAdmin.into());
            }
        } else if let Reach::Store(store) = membership.reach {
            let is_new = !old
                .iter()
                .any(|m| m.group == membership.group && m.reach == membership.reach);
            if is_new && !after.works_in(&caller.all_stores).contains(&store) {
                return Err(Rule::NotTheirStore.into());
            }
        }
    }
    Ok(())
}

/// What `after` would hold and `before` would not, and the caller does not hold in the same place.
/// Without a store, what they are given waits for any, so all stores count.
fn new_rights_beyond(caller: &Caller, before: Option<&Person>, after: &Person) -> PermissionSet {
    let nobody = Person {
        memberships: Vec::new(),
        overrides: Vec::new(),
        ..after.clone()
    };
    let before = before.unwrap_or(&nobody);
    let lacks = |before: &Person, after: &Person| {
        caller
            .effective
            .lacks(&judged(caller, after), &judged(caller, before))
    };
    let in_all_stores = |person: &Person| Person {
        stores: caller.all_stores.clone(),
        ..person.clone()
    };
    let now = lacks(before, after);
    if after.stores.is_empty() {
        now.union(lacks(&in_all_stores(before), &in_all_stores(after)))
    } else {
        now
    }
}

/// What an override does, and the reason that stands under its author's name.
type Exception<'a> = (Permission, Effect, Option<Instant>, &'a str);

/// The overrides that count.
fn overrides_of<'a>(caller: &Caller, person: Option<&'a Person>) -> Vec<Exception<'a>> {
    person
        .into_iter()
        .flat_map(|person| &person.overrides)
        .filter(|o| o.counts(caller.now))
        .map(|o| (o.permission, o.effect, o.until, o.reason.as_str()))
        .collect()
}

fn only_in(these: &[Exception<'_>], others: &[Exception<'_>]) -> PermissionSet {
    these
        .iter()
        .filter(|exception| !others.contains(exception))
        .map(|&(permission, ..)| permission)
        .collect()
}
