//! The grid of a person's page: what they may do, where each answer comes from, and what of it the
//! one who looks may change. Every answer is [`access::explain`]'s.

use access::guards::may_override;
use access::overrides::by_groups;
use access::{
    Explanation, Instant, Level, Module, Nothing, Permission, PermissionSet, Person, Reach,
    RowLevel, Step, StoreId, Verdict, evaluate, explain, level_of,
};
use domain::users::{
    AccessView, CellState, CellView, GroupSays, MembershipView, OverrideView, RowView, UserView,
    Works,
};

use super::view::{group_choices, store_choices, users_stores};
use crate::people::Group;
use crate::time::{day_before, when};
use crate::visitor::Staff;

/// Most stores whose levels are told apart beside a module's name.
const TOLD_APART: usize = 3;

/// Tab Access, for one store or all of theirs.
pub(super) fn access(
    staff: &Staff,
    head: UserView,
    person: Person,
    groups: &[Group],
    store: Option<StoreId>,
    now: Instant,
) -> AccessView {
    let all = &staff.caller.all_stores;
    let explained: Vec<Explanation> = Permission::ALL
        .into_iter()
        .map(|permission| explain(&person, all, permission, store, now))
        .collect();
    let cells: Vec<CellView> = explained
        .iter()
        .map(|explanation| cell(staff, &person, explanation, now))
        .collect();
    let counting: Vec<Permission> = person
        .overrides
        .iter()
        .filter(|o| o.counts(now))
        .map(|o| o.permission)
        .collect();
    let may_clear = |permission: &&Permission| cells[**permission as usize].may_change;
    let clearable = counting.iter().filter(may_clear).count();
    let own = users_stores(staff);
    let known = |id: &StoreId| staff.caller.knows_store(*id);
    let stores: Vec<StoreId> = person.stores.iter().copied().filter(known).collect();
    // Stores of theirs that the caller may not give are shown too, so that saving keeps them.
    let mut offered = own.clone();
    offered.extend(stores.iter().filter(|store| !own.contains(store)));
    let works_in: Vec<StoreId> = person.works_in(all).iter().copied().filter(known).collect();
    AccessView {
        memberships: memberships(staff, &person),
        other_stores: count(person.stores.len() - stores.len()),
        stores,
        store_choices: store_choices(staff, &offered),
        group_choices: group_choices(&staff.caller, groups, &own),
        store,
        places: store_choices(staff, &works_in),
        rows: rows(staff, &person, &cells, store, now),
        nothing: explained.first().and_then(|first| nothing(&first.verdict)),
        super_admin: person.is_super_admin(),
        where_they_work: works(staff, &person),
        overrides: count(counting.len()),
        clearable: count(clearable),
        cells,
        person: head,
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

const fn nothing(verdict: &Verdict) -> Option<Nothing> {
    match verdict {
        Verdict::Nothing(why) => Some(*why),
        _ => None,
    }
}

fn memberships(staff: &Staff, person: &Person) -> Vec<MembershipView> {
    person
        .memberships
        .iter()
        .map(|membership| MembershipView {
            group: membership.group,
            name: membership.name.clone(),
            reach: membership.reach,
            store: told(staff, membership.reach),
        })
        .collect()
}

fn told(staff: &Staff, reach: Reach) -> Option<String> {
    match reach {
        Reach::AllTheirStores => None,
        Reach::Store(store) => Some(staff.told_store(store).to_owned()),
    }
}

/// Where they work, where there is more than one store to tell of.
fn works(staff: &Staff, person: &Person) -> Option<Works> {
    let theirs = person.works_in(&staff.caller.all_stores);
    (!staff.one_store()).then(|| Works {
        theirs: staff.told_stores(|id| theirs.contains(&id)),
        not_theirs: staff.told_stores(|id| !theirs.contains(&id) && staff.caller.knows_store(id)),
    })
}

fn cell(staff: &Staff, person: &Person, explanation: &Explanation, now: Instant) -> CellView {
    let permission = explanation.permission;
    let (state, only_in) = match &explanation.verdict {
        Verdict::Allowed => (CellState::Yes, Vec::new()),
        Verdict::AllowedInSome(stores) => (
            CellState::Some,
            staff.told_stores(|id| stores.contains(&id)),
        ),
        Verdict::NotGiven | Verdict::Nothing(_) => (CellState::No, Vec::new()),
        Verdict::AllowedByOverride => (CellState::Allowed, Vec::new()),
        Verdict::DeniedByOverride => (CellState::Denied, Vec::new()),
        Verdict::NotTheirStore => (CellState::Away, Vec::new()),
    };
    let mut view = CellView {
        permission,
        state,
        only_in,
        groups: Vec::new(),
        exception: None,
        by_view_all: false,
        by_groups: by_groups(person, &staff.caller.all_stores, permission),
        may_change: may_override(&staff.caller, person, permission).is_ok(),
    };
    for step in &explanation.trail {
        match step {
            Step::Group {
                name,
                reach,
                includes,
                gives,
                ..
            } => view.groups.push(GroupSays {
                name: name.clone(),
                store: told(staff, *reach),
                includes: *includes,
                gives: *gives,
            }),
            Step::Override {
                effect,
                author_name,
                reason,
                at,
                until,
                ended,
                ..
            } => {
                let zone = &staff.business.time_zone;
                view.exception = Some(OverrideView {
                    choice: Some(*effect).into(),
                    author: author_name.clone(),
                    reason: reason.clone(),
                    made: when(*at, now, zone).day,
                    until: until.map(|end| day_before(end, now, zone)),
                    ended: *ended,
                });
            }
            Step::ViewAll => view.by_view_all = true,
            Step::Nothing(_) | Step::SuperAdmin { .. } | Step::Stores { .. } => {}
        }
    }
    view
}

fn rows(
    staff: &Staff,
    person: &Person,
    cells: &[CellView],
    store: Option<StoreId>,
    now: Instant,
) -> Vec<RowView> {
    let held: PermissionSet = cells
        .iter()
        .filter(|cell| matches!(cell.state, CellState::Yes | CellState::Allowed))
        .map(|cell| cell.permission)
        .collect();
    let in_some: PermissionSet = cells
        .iter()
        .filter(|cell| cell.state == CellState::Some)
        .map(|cell| cell.permission)
        .collect();
    Module::ALL
        .into_iter()
        .map(|module| {
            let differs = !in_some.intersect(module.permissions()).is_empty();
            RowView {
                module,
                level: (!differs).then(|| level(module, held)).flatten(),
                by_store: if differs && store.is_none() {
                    by_store(staff, person, module, now)
                } else {
                    Vec::new()
                },
            }
        })
        .collect()
}

fn level(module: Module, held: PermissionSet) -> Option<Level> {
    match level_of(module, held) {
        RowLevel::Preset(level) => Some(level),
        RowLevel::Custom => None,
    }
}

/// The module's level in each of their stores, by name, where all can be told in a line.
fn by_store(
    staff: &Staff,
    person: &Person,
    module: Module,
    now: Instant,
) -> Vec<(String, Option<Level>)> {
    let held = evaluate(person, &staff.caller.all_stores, now);
    let theirs: Vec<_> = staff
        .stores
        .iter()
        .filter(|store| held.is_theirs(store.id))
        .collect();
    let told = theirs.len() <= TOLD_APART
        && theirs
            .iter()
            .all(|store| staff.caller.knows_store(store.id));
    if !told {
        return Vec::new();
    }
    theirs
        .into_iter()
        .map(|store| (store.name.clone(), level(module, held.in_store(store.id))))
        .collect()
}
