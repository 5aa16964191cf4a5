//! A small business whose people edit each other: every change passes the door that the service
//! sends it through, and is refused or done.

use crate::model::{exception, store, user};
use access::actions::{
    AccessChange, CreateStore, DeactivateUser, InviteUser, ReactivateUser, ResendInvite, SetAccess,
};
use access::guards::{
    GroupShape, last_super_admin_remains, may_act_on, may_change_group, may_delete_group,
    may_still_invite,
};
use access::{
    Caller, Denied, Effect, GroupId, Instant, Membership, Permission, PermissionSet, Person, Reach,
    SessionRef, Standing, StoreId, UserId, Uuid,
};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) stores: Vec<StoreId>,
    pub(crate) groups: Vec<Group>,
    pub(crate) people: Vec<Person>,
    /// Who last sent each invitation.
    pub(crate) senders: BTreeMap<UserId, UserId>,
    pub(crate) now: Instant,
    /// How many things were made, for new ids.
    made: u128,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) shape: GroupShape,
    /// What reset gives back.
    pub(crate) default: PermissionSet,
}

/// An attempt by one person, most often on another. Numbers are taken modulo what there is.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) by: usize,
    pub(crate) on: usize,
    pub(crate) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    Invite {
        group: usize,
        at: Option<usize>,
        stores: u8,
        exception: Option<(Permission, Effect)>,
    },
    Resend,
    Accept,
    AddGroup {
        group: usize,
        at: Option<usize>,
    },
    DropGroup(usize),
    SetStores(u8),
    Override {
        permission: Permission,
        effect: Effect,
        lasts: Option<i64>,
    },
    ClearOverrides,
    Deactivate,
    Reactivate,
    LastDay(Option<i64>),
    Toggle {
        group: usize,
        permission: Permission,
    },
    Reset(usize),
    Duplicate {
        group: usize,
        with: Permission,
    },
    Delete {
        group: usize,
        to: usize,
    },
    CreateStore,
    Wait(i64),
}

impl What {
    /// Its name, to count what was permitted.
    pub(crate) fn name(&self) -> String {
        let text = format!("{self:?}");
        let end = text.find([' ', '(']).unwrap_or(text.len());
        text[..end].to_owned()
    }
}

/// Who did it, when it was done.
pub(crate) type Done = Option<UserId>;

impl World {
    pub(crate) fn new(groups: Vec<Group>, people: Vec<Person>, stores: u128) -> Self {
        Self {
            stores: (1..=stores).map(store).collect(),
            groups,
            people,
            senders: BTreeMap::new(),
            now: Instant(1_000),
            made: 100,
        }
    }

    pub(crate) fn group(id: u128, permissions: PermissionSet) -> Group {
        Group {
            shape: GroupShape {
                group: GroupId(Uuid::from_u128(id)),
                locked: id == 0,
                built_in: id < 3,
                permissions,
            },
            default: permissions,
        }
    }

    pub(crate) fn membership(&self, group: usize, at: Option<usize>) -> Membership {
        let shape = self.groups[group % self.groups.len()].shape;
        Membership {
            group: shape.group,
            name: format!("Group {}", shape.group),
            super_admin: shape.locked,
            permissions: shape.permissions,
            reach: at.map_or(Reach::AllTheirStores, |at| {
                Reach::Store(self.stores[at % self.stores.len()])
            }),
        }
    }

    fn caller(&self, person: &Person) -> Caller {
        Caller::new(
            person.clone(),
            self.stores.clone(),
            SessionRef::nil(),
            self.now,
        )
    }

    fn person(&self, id: UserId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    pub(crate) fn chosen_stores(&self, mask: u8) -> Vec<StoreId> {
        self.stores
            .iter()
            .enumerate()
            .filter(|&(at, _)| at < 8 && mask & 1 << at != 0)
            .map(|(_, &store)| store)
            .collect()
    }

    fn fresh(&mut self) -> u128 {
        self.made += 1;
        self.made
    }

    /// Tries the edit. When it is refused, or there is nothing to do, the world stays as it was.
    pub(crate) fn apply(&mut self, edit: &Edit) -> Done {
        let mut after = self.clone();
        let done = after.attempt(edit).ok()?;
        *self = after;
        Some(done)
    }

    fn attempt(&mut self, edit: &Edit) -> Result<UserId, Denied> {
        let by = edit.by % self.people.len();
        let on = edit.on % self.people.len();
        let me = self.people[by].clone();
        let caller = self.caller(&me);
        match &edit.what {
            What::Invite {
                group,
                at,
                stores,
                exception: extra,
            } => {
                let invited = Person {
                    id: user(self.fresh()),
                    standing: Standing {
                        accepted: false,
                        ..Standing::WORKING
                    },
                    memberships: vec![self.membership(*group, *at)],
                    overrides: extra
                        .iter()
                        .map(|&(permission, effect)| exception(permission, effect, None))
                        .collect(),
                    stores: self.chosen_stores(*stores),
                };
                let _ = caller.may::<InviteUser>(&invited)?;
                self.senders.insert(invited.id, me.id);
                self.people.push(invited);
            }
            What::Resend => {
                self.not_yet_accepted(on)?;
                let _ = caller.may::<ResendInvite>(&self.people[on])?;
                self.senders.insert(self.people[on].id, me.id);
            }
            What::Accept => return self.accept(on),
            What::Deactivate => {
                let _ = caller.may::<DeactivateUser>(&self.people[on])?;
                self.people[on].standing.active = false;
                self.a_super_admin_remains()?;
            }
            What::Reactivate => {
                let _ = caller.may::<ReactivateUser>(&self.people[on])?;
                self.people[on].standing.active = true;
            }
            What::LastDay(after) => {
                may_act_on(&caller, &self.people[on])?;
                self.people[on].standing.ends_at = after.map(|ms| self.now.plus_millis(ms));
                self.a_super_admin_remains()?;
            }
            What::Wait(millis) => self.now = self.now.plus_millis(*millis),
            What::CreateStore => {
                let _ = caller.may::<CreateStore>(&())?;
                let new = store(self.fresh());
                self.stores.push(new);
                self.people[by].stores.push(new);
            }
            What::Toggle { .. } | What::Reset(_) | What::Duplicate { .. } | What::Delete { .. } => {
                self.change_groups(&caller, &edit.what)?;
            }
            _ => {
                let before = self.people[on].clone();
                let after = self.changed(&before, &edit.what)?;
                let change = AccessChange { before, after };
                let _ = caller.may::<SetAccess>(&change)?;
                self.people[on] = change.after;
                self.a_super_admin_remains()?;
            }
        }
        Ok(me.id)
    }

    /// The person as the edit of their access would leave them.
    fn changed(&self, before: &Person, what: &What) -> Result<Person, Denied> {
        let mut after = before.clone();
        match what {
            What::AddGroup { group, at } => {
                let new = self.membership(*group, *at);
                after.memberships.retain(|m| m.group != new.group);
                after.memberships.push(new);
            }
            What::DropGroup(at) => {
                if after.memberships.is_empty() {
                    return Err(Denied::Hidden);
                }
                let at = at % after.memberships.len();
                after.memberships.remove(at);
            }
            What::SetStores(mask) => after.stores = self.chosen_stores(*mask),
            What::Override {
                permission,
                effect,
                lasts,
            } => {
                after.overrides.retain(|o| o.permission != *permission);
                let until = lasts.map(|ms| self.now.plus_millis(ms));
                after.overrides.push(exception(*permission, *effect, until));
            }
            What::ClearOverrides => after.overrides.clear(),
            other => unreachable!("{other:?} does not change a person's access"),
        }
        Ok(after)
    }

    fn change_groups(&mut self, caller: &Caller, what: &What) -> Result<(), Denied> {
        let at = |group: usize| group % self.groups.len();
        match *what {
            What::Toggle { group, permission } => {
                let one = PermissionSet::of(permission);
                let before = self.groups[at(group)].shape.permissions;
                self.set_group(caller, at(group), before.differing(one))
            }
            What::Reset(group) => {
                let default = self.groups[at(group)].default;
                self.set_group(caller, at(group), default)
            }
            What::Duplicate { group, with } => {
                let gives = self.groups[at(group)].shape.permissions;
                let copy = Self::group(self.fresh(), gives.union(with.into()));
                let nothing = copy.shape.without_permissions();
                may_change_group(caller, &nothing, &copy.shape, &[])?;
                self.groups.push(copy);
                Ok(())
            }
            What::Delete { group, to } => self.delete_group(caller, at(group), at(to)),
            _ => unreachable!("{what:?} does not change a group"),
        }
    }

    fn set_group(&mut self, caller: &Caller, at: usize, to: PermissionSet) -> Result<(), Denied> {
        let before = self.groups[at].shape;
        let after = GroupShape {
            permissions: to,
            ..before
        };
        let is_member = |p: &&Person| p.memberships.iter().any(|m| m.group == before.group);
        let members: Vec<Person> = self.people.iter().filter(is_member).cloned().collect();
        may_change_group(caller, &before, &after, &members)?;
        self.groups[at].shape = after;
        for person in &mut self.people {
            for membership in &mut person.memberships {
                if membership.group == after.group {
                    membership.permissions = to;
                }
            }
        }
        Ok(())
    }

    fn delete_group(&mut self, caller: &Caller, at: usize, to: usize) -> Result<(), Denied> {
        let gone = self.groups[at].shape;
        let mut people = self.people.clone();
        let mut moves = Vec::new();
        for person in &mut people {
            if !person.memberships.iter().any(|m| m.group == gone.group) {
                continue;
            }
            let before = person.clone();
            person.memberships.retain(|m| m.group != gone.group);
            if to != at {
                let new = self.membership(to, None);
                person.memberships.retain(|m| m.group != new.group);
                person.memberships.push(new);
            }
            moves.push((before, person.clone()));
        }
        may_delete_group(caller, &gone, &moves)?;
        self.people = people;
        self.groups.remove(at);
        self.a_super_admin_remains()
    }

    fn not_yet_accepted(&self, on: usize) -> Result<(), Denied> {
        let standing = self.people[on].standing;
        if standing.accepted || !standing.active {
            return Err(Denied::Hidden);
        }
        Ok(())
    }

    /// Done by who sent the invitation, for what follows from it.
    fn accept(&mut self, on: usize) -> Result<UserId, Denied> {
        self.not_yet_accepted(on)?;
        let invited = &self.people[on];
        let sender = self
            .senders
            .get(&invited.id)
            .and_then(|&sender| self.person(sender))
            .ok_or(Denied::Hidden)?;
        may_still_invite(sender, &self.stores, invited, self.now)?;
        let sender = sender.id;
        self.people[on].standing.accepted = true;
        Ok(sender)
    }

    /// As the service asks it, under the lock of the change.
    fn a_super_admin_remains(&self) -> Result<(), Denied> {
        last_super_admin_remains(self.people.iter().filter(|p| p.is_super_admin()))
    }
}
