//! Where one answer comes from (product §2.5, *Why*).
//!
//! The verdict is read off [`evaluate`], so that what is explained is what is enforced; the trail
//! gathers, in the order of evaluation, what had a part in it. Data only: the faces own the words.

use crate::{
    Effect, Effective, GroupId, Instant, Permission, PermissionSet, Person, Reach, Scope, StoreId,
    UserId, evaluate,
};
use serde::{Deserialize, Serialize};

/// Why a person may or may not do one thing, in one store or in all of theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// What was asked.
    pub permission: Permission,
    /// Where; `None` is all their stores.
    pub store: Option<StoreId>,
    /// The answer.
    pub verdict: Verdict,
    /// What led to it, in the order of evaluation (product §2.3). It is gathered in full also
    /// where an early step decided.
    pub trail: Vec<Step>,
}

/// The answer, as a cell of the permission grid shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Yes, from a group; everywhere that was asked.
    Allowed,
    /// In these of their stores only.
    AllowedInSome(Vec<StoreId>),
    /// No group of theirs gives it.
    NotGiven,
    /// Yes, and an override says so.
    AllowedByOverride,
    /// No, because an override says so.
    DeniedByOverride,
    /// The store is not theirs (or, asked for all their stores, they have none).
    NotTheirStore,
    /// They hold nothing at all, for this reason.
    Nothing(Nothing),
}

impl Verdict {
    /// Whether the permission holds, in some of what was asked at least.
    pub fn is_allowed(&self) -> bool {
        matches!(
            self,
            Self::Allowed | Self::AllowedInSome(_) | Self::AllowedByOverride
        )
    }

    /// Whether an override decided: these cells are amber.
    pub fn is_override(&self) -> bool {
        matches!(self, Self::AllowedByOverride | Self::DeniedByOverride)
    }
}

/// Why somebody holds nothing at all (product §2.3, step 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nothing {
    /// Deactivated, or the invitation was withdrawn.
    Inactive,
    /// The last day is over.
    LastDayOver,
    /// The invitation is not accepted yet.
    NotAccepted,
    /// In no group, and at least one is needed.
    NoGroup,
}

/// One step of the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// They hold nothing at all.
    Nothing(Nothing),
    /// They are a Super Admin through this group: everything, and overrides do not apply.
    SuperAdmin {
        /// The group.
        group: GroupId,
        /// Its name.
        name: String,
    },
    /// A group they are in.
    Group {
        /// The group.
        group: GroupId,
        /// Its name.
        name: String,
        /// For all their stores, or one.
        reach: Reach,
        /// Whether it includes the permission.
        includes: bool,
        /// Whether it gives it where it was asked: a membership for one store gives it in that
        /// store only, as long as it is theirs, and nothing of business scope.
        gives: bool,
    },
    /// An override of the permission.
    Override {
        /// Given or taken.
        effect: Effect,
        /// Who made it.
        author: UserId,
        /// Their name.
        author_name: String,
        /// Why, in their words.
        reason: String,
        /// When.
        at: Instant,
        /// Until when.
        until: Option<Instant>,
        /// Whether it has ended, so that it does not count.
        ended: bool,
    },
    /// The stores: asked of one of store scope.
    Stores {
        /// Theirs.
        theirs: Vec<StoreId>,
        /// The others of the business.
        not_theirs: Vec<StoreId>,
    },
    /// A store that was asked about is not theirs, and `stores.view_all` leaves them to see it.
    ViewAll,
}

/// Why `person` may or may not do `permission` at `now`, in `store` or (`None`) in all their
/// stores. `all_stores` as for [`evaluate`].
pub fn explain(
    person: &Person,
    all_stores: &[StoreId],
    permission: Permission,
    store: Option<StoreId>,
    now: Instant,
) -> Explanation {
    let effective = evaluate(person, all_stores, now);
    let nothing = why_nothing(person, now);
    let verdict = match nothing {
        Some(reason) => Verdict::Nothing(reason),
        None => verdict(person, &effective, permission, store, now),
    };
    let foreign = |store: &StoreId| !effective.is_theirs(*store);
    let by_view_all = permission.scope() == Scope::Store
        && match store {
            Some(store) => foreign(&store) && effective.holds(permission, store),
            None => effective.stores_with(permission).iter().any(foreign),
        };

    let mut trail = Vec::with_capacity(person.memberships.len() + 3);
    trail.extend(nothing.map(Step::Nothing));
    trail.extend(super_admin(person));
    trail.extend(groups(person, all_stores, permission, store));
    trail.extend(overrides(person, permission, now));
    if permission.scope() == Scope::Store {
        trail.push(stores(person, all_stores));
    }
    if by_view_all {
        trail.push(Step::ViewAll);
    }
    Explanation {
        permission,
        store,
        verdict,
        trail,
    }
}

/// Why evaluation stops at its first step, if it does.
fn why_nothing(person: &Person, now: Instant) -> Option<Nothing> {
    let standing = person.standing;
    if !standing.active {
        Some(Nothing::Inactive)
    } else if standing.last_day_is_over(now) {
        Some(Nothing::LastDayOver)
    } else if !standing.accepted {
        Some(Nothing::NotAccepted)
    } else if person.memberships.is_empty() {
        Some(Nothing::NoGroup)
    } else {
        None
    }
}

fn verdict(
    person: &Person,
    effective: &Effective,
    permission: Permission,
    store: Option<StoreId>,
    now: Instant,
) -> Verdict {
    if effective.is_super_admin() {
        return match store {
            Some(store) if !effective.holds(permission, store) => Verdict::NotTheirStore,
            _ => Verdict::Allowed,
        };
    }
    let exception = deciding_override(person, permission, now);
    let yes = match exception {
        Some(Effect::Allow) => Verdict::AllowedByOverride,
        Some(Effect::Deny) | None => Verdict::Allowed,
    };
    let no = match exception {
        Some(Effect::Deny) => Verdict::DeniedByOverride,
        Some(Effect::Allow) | None => Verdict::NotGiven,
    };
    if permission.scope() == Scope::Business {
        return if effective.holds_business(permission) {
            yes
        } else {
            no
        };
    }
    match store {
        Some(store) if effective.holds(permission, store) => yes,
        Some(store) if effective.is_theirs(store) || sees_elsewhere(effective, permission) => no,
        Some(_) => Verdict::NotTheirStore,
        None => {
            let theirs = effective.stores().count();
            let mut held = effective.stores_with(permission);
            held.retain(|&store| effective.is_theirs(store));
            if theirs == 0 {
                Verdict::NotTheirStore
            } else if held.is_empty() {
                no
            } else if held.len() == theirs {
                yes
            } else {
                Verdict::AllowedInSome(held)
            }
        }
    }
}

/// Whether the permission would be left to them in a store that is not theirs, if it were given.
fn sees_elsewhere(effective: &Effective, permission: Permission) -> bool {
    effective.holds_business(Permission::StoresViewAll) && PermissionSet::VIEWS.contains(permission)
}

/// What the overrides that count say; of an allow and a deny, the deny.
fn deciding_override(person: &Person, permission: Permission, now: Instant) -> Option<Effect> {
    let mut effects = person
        .overrides
        .iter()
        .filter(|o| o.permission == permission && o.counts(now))
        .map(|o| o.effect);
    let first = effects.next()?;
    if effects.any(|effect| effect == Effect::Deny) {
        Some(Effect::Deny)
    } else {
        Some(first)
    }
}

fn super_admin(person: &Person) -> Option<Step> {
    person
        .memberships
        .iter()
        .find(|m| m.super_admin)
        .map(|m| Step::SuperAdmin {
            group: m.group,
            name: m.name.clone(),
        })
}

fn groups<'a>(
    person: &'a Person,
    all_stores: &'a [StoreId],
    permission: Permission,
    store: Option<StoreId>,
) -> impl Iterator<Item = Step> + 'a {
    let works_in = person.works_in(all_stores);
    person
        .memberships
        .iter()
        .filter(|m| !m.super_admin)
        .map(move |m| {
            let includes = m.permissions.contains(permission);
            let reaches = match m.reach {
                Reach::AllTheirStores => true,
                Reach::Store(only) => {
                    permission.scope() == Scope::Store
                        && works_in.contains(&only)
                        && store.is_none_or(|asked| asked == only)
                }
            };
            Step::Group {
                group: m.group,
                name: m.name.clone(),
                reach: m.reach,
                includes,
                gives: includes && reaches,
            }
        })
}

fn overrides(
    person: &Person,
    permission: Permission,
    now: Instant,
) -> impl Iterator<Item = Step> + '_ {
    person
        .overrides
        .iter()
        .filter(move |o| o.permission == permission)
        .map(move |o| Step::Override {
            effect: o.effect,
            author: o.author,
            author_name: o.author_name.clone(),
            reason: o.reason.clone(),
            at: o.at,
            until: o.until,
            ended: !o.counts(now),
        })
}

fn stores(person: &Person, all_stores: &[StoreId]) -> Step {
    let works_in = person.works_in(all_stores);
    let (theirs, not_theirs) = all_stores
        .iter()
        .copied()
        .partition(|store| works_in.contains(store));
    Step::Stores { theirs, not_theirs }
}

#[cfg(test)]
mod tests;
