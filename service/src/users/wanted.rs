//! What a form wants of a person's access, put into the terms of the access rules.

use std::collections::BTreeMap;

use access::overrides::at_level;
use access::{
    Effect, GroupId, Instant, Level, Module, Override, Permission, Person, Reach, RowLevel, StoreId,
};
use domain::users::{OverrideChoice, SetAccess, parse_membership, picked_level};
use domain::{AppError, ProblemCode, Problems};

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people::{self, Group};
use crate::time::{day_before, end_of_day};
use crate::visitor::Staff;

/// The person as the form wants them.
///
/// # Errors
/// What is to be put right; a form that no page of ours has sent.
pub(super) async fn person(
    kh: &Keyholder,
    staff: &Staff,
    before: &Person,
    form: &SetAccess,
) -> Result<Person, Failure> {
    let groups = people::groups(&mut *kh.reader().acquire().await?).await?;
    let mut memberships = pick_groups(&groups, &form.memberships)?;
    if !form.add_group.is_empty() {
        let group = form.add_group.parse().map_err(|_| AppError::BadRequest)?;
        let reach = if form.add_store.is_empty() {
            Reach::AllTheirStores
        } else {
            Reach::Store(form.add_store.parse().map_err(|_| AppError::BadRequest)?)
        };
        memberships.push(membership(&groups, group, reach)?);
    }
    let mut once = Vec::with_capacity(memberships.len());
    for membership in memberships {
        if !once.contains(&membership) {
            once.push(membership);
        }
    }
    let mut after = Person {
        memberships: once,
        stores: pick_stores(staff, &form.stores)?,
        ..before.clone()
    };
    let choices = choices(staff, before, &after, form)?;
    after.overrides = overrides(staff, before, &choices, form, kh.now())?;
    Ok(after)
}

/// The memberships that words in a form mean.
pub(super) fn pick_groups(
    groups: &[Group],
    words: &[String],
) -> Result<Vec<access::Membership>, Failure> {
    words
        .iter()
        .map(|word| {
            let (group, reach) = parse_membership(word).ok_or(AppError::BadRequest)?;
            membership(groups, group, reach)
        })
        .collect()
}

/// One membership; the group must be there.
fn membership(groups: &[Group], id: GroupId, reach: Reach) -> Result<access::Membership, Failure> {
    groups
        .iter()
        .find(|group| group.id == id)
        .map(|group| group.membership(reach))
        .ok_or_else(|| Failure::field("groups", ProblemCode::NotOffered))
}

/// The stores that ids in a form mean; the only one, where there is but one. Whether they are the
/// caller's to give, and even whether they exist, is the access rules' answer.
pub(super) fn pick_stores(staff: &Staff, ids: &[String]) -> Result<Vec<StoreId>, Failure> {
    if let [only] = staff.stores.as_slice() {
        return Ok(vec![only.id]);
    }
    let mut stores = ids
        .iter()
        .map(|id| id.parse().map_err(|_| AppError::BadRequest.into()))
        .collect::<Result<Vec<StoreId>, Failure>>()?;
    stores.sort_unstable();
    stores.dedup();
    Ok(stores)
}

/// What is chosen for each permission: as the cells say, but for the rows whose level was changed,
/// and for all of them where all overrides are to go.
fn choices(
    staff: &Staff,
    before: &Person,
    after: &Person,
    form: &SetAccess,
) -> Result<BTreeMap<Permission, Option<Effect>>, Failure> {
    if !form.clear.is_empty() {
        return Ok(before
            .overrides
            .iter()
            .map(|o| o.permission)
            .filter(|&p| access::guards::may_override(&staff.caller, before, p).is_ok())
            .map(|permission| (permission, None))
            .collect());
    }
    let mut choices = BTreeMap::new();
    for (key, word) in &form.overrides {
        let permission = Permission::from_key(key).ok_or(AppError::BadRequest)?;
        let choice = OverrideChoice::from_key(word).ok_or(AppError::BadRequest)?;
        choices.insert(permission, choice.effect());
    }
    for (key, word) in &form.level {
        let module = Module::from_key(key).ok_or(AppError::BadRequest)?;
        if form.was_level.get(key) == Some(word) || word == RowLevel::Custom.key() {
            continue;
        }
        let level = Level::from_key(word).ok_or(AppError::BadRequest)?;
        choices.extend(at_level(after, &staff.caller.all_stores, module, level));
    }
    Ok(choices)
}

/// The overrides as they are to be: those that nothing was chosen for stay, and so do those that
/// are the same as before, with who made them.
fn overrides(
    staff: &Staff,
    before: &Person,
    choices: &BTreeMap<Permission, Option<Effect>>,
    form: &SetAccess,
    now: Instant,
) -> Result<Vec<Override>, Failure> {
    let mut kept = before.overrides.clone();
    let mut problems = Problems::none();
    for (&permission, &effect) in choices {
        let old = before.overrides.iter().find(|o| o.permission == permission);
        let new = match effect {
            // One that has ended says nothing any more; it is kept for Why until all are cleared.
            None => old
                .filter(|o| !o.counts(now) && form.clear.is_empty())
                .cloned(),
            Some(effect) => {
                let old = old.filter(|o| o.counts(now) && o.effect == effect);
                match wanted(staff, permission, effect, old, form, now) {
                    Ok(wanted) => Some(wanted),
                    Err(problem) => {
                        problems.add(&format!("until[{permission}]"), problem);
                        continue;
                    }
                }
            }
        };
        kept.retain(|o| o.permission != permission);
        kept.extend(new);
    }
    problems.into_result()?;
    Ok(kept)
}

/// One override as the form wants it; the old one where it says the same.
fn wanted(
    staff: &Staff,
    permission: Permission,
    effect: Effect,
    old: Option<&Override>,
    form: &SetAccess,
    now: Instant,
) -> Result<Override, ProblemCode> {
    let zone = &staff.business.time_zone;
    let key = permission.key();
    let old_until = old.and_then(|o| o.until);
    let until = match form.until.get(key).map(String::as_str) {
        None => old_until,
        Some("") => None,
        Some(day) => match old_until {
            Some(end) if day_before(end, now, zone).iso == day => old_until,
            _ => Some(day_to_come(day, zone, now)?),
        },
    };
    let reason = match form.reasons.get(key).map(|reason| reason.trim()) {
        None if old.is_some() => old.map_or("", |o| &o.reason),
        None | Some("") => form.reason.trim(),
        Some(reason) => reason,
    };
    Ok(match old {
        Some(old) if old.until == until && old.reason == reason => old.clone(),
        _ => Override {
            permission,
            effect,
            author: staff.caller.person.id,
            author_name: staff.me.name.clone(),
            reason: reason.to_owned(),
            at: now,
            until,
        },
    })
}

/// The end of a day that is not over yet.
pub(super) fn day_to_come(day: &str, zone: &str, now: Instant) -> Result<Instant, ProblemCode> {
    let end = end_of_day(day, zone).ok_or(ProblemCode::Day)?;
    if end > now {
        Ok(end)
    } else {
        Err(ProblemCode::DayOver)
    }
}

/// The overrides that levels picked for somebody new mean.
///
/// # Errors
/// A reason where there is none; a form that no page of ours has sent.
pub(super) fn by_levels(
    staff: &Staff,
    person: &Person,
    levels: &BTreeMap<String, String>,
    reason: &str,
    now: Instant,
) -> Result<Vec<Override>, Failure> {
    let mut overrides = Vec::new();
    for (key, word) in levels {
        let module = Module::from_key(key).ok_or(AppError::BadRequest)?;
        let level = picked_level(word).map_err(|_| AppError::BadRequest)?;
        let picked = level.map(|level| at_level(person, &staff.caller.all_stores, module, level));
        for (permission, effect) in picked.into_iter().flatten() {
            overrides.extend(effect.map(|effect| Override {
                permission,
                effect,
                author: staff.caller.person.id,
                author_name: staff.me.name.clone(),
                reason: reason.trim().to_owned(),
                at: now,
                until: None,
            }));
        }
    }
    if !overrides.is_empty() && reason.trim().is_empty() {
        return Err(Failure::field("reason", ProblemCode::Required));
    }
    Ok(overrides)
}

/// A person's overrides for the audit log, each as a line: `quotes.delete: deny until 2026-12-31`.
pub(crate) fn overrides_of(staff: &Staff, person: &Person) -> Vec<String> {
    let zone = &staff.business.time_zone;
    let mut lines: Vec<String> = person
        .overrides
        .iter()
        .map(|o| {
            let choice = OverrideChoice::from(Some(o.effect)).key();
            let until = o.until.map_or_else(String::new, |end| {
                format!(" until {}", day_before(end, end, zone).iso)
            });
            let reason = if o.reason.is_empty() {
                String::new()
            } else {
                format!(" ({})", o.reason)
            };
            format!("{}: {choice}{until}{reason}", o.permission)
        })
        .collect();
    lines.sort_unstable();
    lines
}
