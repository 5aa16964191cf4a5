//! The guards around a person against the naive model (product §2.4, security r56).

use crate::model::{Held, beyond, held, if_active_and_without_denials, may};
use crate::random::{NOW, a_permission, all_stores, an_editor, anybody, memberships, stores};
use access::guards::{may_act_on, may_give_all, may_grant, may_override, may_see_person};
use access::{Caller, Denied, Instant, Permission, Person, Reach, Rule, SessionRef, StoreId};
use proptest::prelude::*;

fn ask(person: &Person) -> Caller {
    Caller::new(person.clone(), all_stores(), SessionRef::nil(), NOW)
}

fn now(person: &Person) -> Held {
    held(person, &all_stores(), NOW)
}

fn would(person: &Person) -> Held {
    held(&if_active_and_without_denials(person), &all_stores(), NOW)
}

fn is_super(person: &Person) -> bool {
    person.memberships.iter().any(|m| m.super_admin)
}

/// The stores the person works in, and whether the caller holds the permission there; for a
/// person without stores, in every store of the business.
fn holds_where_they_work(caller: &Person, person: &Person, permission: Permission) -> Vec<bool> {
    let stores = match (is_super(person), person.stores.is_empty()) {
        (true, _) | (false, true) => all_stores(),
        (false, false) => person.stores.clone(),
    };
    stores
        .iter()
        .map(|&store| may(caller, &all_stores(), permission, store, NOW))
        .collect()
}

/// Product §2.1: "who holds it in a store sees whoever works there".
fn sees(caller: &Person, person: &Person) -> bool {
    let managed = holds_where_they_work(caller, person, Permission::SettingsUsers);
    if person.stores.is_empty() && !is_super(person) {
        managed.iter().all(|&held| held)
    } else {
        managed.iter().any(|&held| held)
    }
}

/// Product §2.1 and §2.4.
fn acts(caller: &Person, person: &Person) -> bool {
    let above = is_super(person) && !is_super(caller);
    sees(caller, person)
        && caller.id != person.id
        && holds_where_they_work(caller, person, Permission::SettingsUsers)
            .iter()
            .all(|&held| held)
        && !above
        && beyond(&would(person), &now(caller)).is_empty()
}

/// What the caller lacks of what is new, today and, for a person without stores, in any store.
fn lacks_of_the_new(caller: &Person, before: Option<&Person>, after: &Person) -> bool {
    let everywhere = |person: &Person| Person {
        stores: all_stores(),
        ..person.clone()
    };
    let lacks = |before: Option<Held>, after: &Held| {
        let new = beyond(after, &before.unwrap_or_default());
        !beyond(&new, &now(caller)).is_empty()
    };
    lacks(before.map(would), &would(after))
        || (after.stores.is_empty()
            && lacks(
                before.map(|person| would(&everywhere(person))),
                &would(&everywhere(after)),
            ))
}

/// The permissions of which the overrides that count are not the same.
fn overridden_anew(before: Option<&Person>, after: &Person) -> Vec<Permission> {
    let of = |person: &Person, permission: Permission| {
        let mut these: Vec<(bool, Option<Instant>)> = person
            .overrides
            .iter()
            .filter(|o| o.permission == permission && o.until.is_none_or(|end| NOW < end))
            .map(|o| (o.effect == access::Effect::Allow, o.until))
            .collect();
        these.sort_unstable();
        these.dedup();
        these
    };
    Permission::ALL
        .into_iter()
        .filter(|&permission| {
            before.map_or_else(Vec::new, |before| of(before, permission)) != of(after, permission)
        })
        .collect()
}

fn grants(caller: &Person, before: Option<&Person>, after: &Person) -> bool {
    let old = before.map_or(&[][..], |person| &person.memberships);
    let sound = after.memberships.iter().all(|m| match m.reach {
        _ if m.super_admin => m.reach == Reach::AllTheirStores && is_super(caller),
        Reach::AllTheirStores => true,
        Reach::Store(store) => {
            let works_there = if is_super(after) {
                all_stores().contains(&store)
            } else {
                after.stores.contains(&store)
            };
            let was_there = |o: &access::Membership| o.group == m.group && o.reach == m.reach;
            works_there || old.iter().any(was_there)
        }
    });
    let anew = overridden_anew(before, after);
    let (had, has) = (before.map_or(0, count), count(after));
    before.is_none_or(|before| acts(caller, before))
        && after.id != caller.id
        && after.stores.iter().all(|store| all_stores().contains(store))
        && holds_where_they_work(caller, after, Permission::SettingsUsers)
            .iter()
            .all(|&held| held)
        && sound
        && !lacks_of_the_new(caller, before, after)
        && anew
            .iter()
            .all(|&p| holds_where_they_work(caller, after, p).iter().all(|&held| held))
        // A Super Admin has no overrides added; the cases below only keep, drop or add all.
        && (!is_super(after) || anew.is_empty() || has < had)
}

fn count(person: &Person) -> usize {
    person
        .overrides
        .iter()
        .filter(|o| o.until.is_none_or(|end| NOW < end))
        .count()
}

/// Somebody, and how their access might be changed.
fn a_change() -> impl Strategy<Value = (Person, Person)> {
    let overrides = prop_oneof![
        2 => Just(Keep::All),
        1 => Just(Keep::None),
        1 => a_permission().prop_map(Keep::AllAnd),
    ];
    let other = (memberships(), prop::bool::ANY, stores(), prop::bool::ANY);
    (anybody(2), other, overrides).prop_map(
        |(before, (memberships, regroup, stores, move_), keep)| {
            let mut after = before.clone();
            if regroup {
                after.memberships = memberships;
            }
            if move_ {
                after.stores = stores;
            }
            match keep {
                Keep::All => {}
                Keep::None => after.overrides.clear(),
                Keep::AllAnd(permission) => after.overrides.push(crate::model::exception(
                    permission,
                    access::Effect::Allow,
                    Some(Instant(NOW.0 + 77)),
                )),
            }
            (before, after)
        },
    )
}

#[derive(Clone, Copy, Debug)]
enum Keep {
    All,
    None,
    AllAnd(Permission),
}

proptest! {
    #[test]
    fn r53_who_is_seen_is_the_models(editor in an_editor(1), person in anybody(2)) {
        let caller = ask(&editor);
        let answer = may_see_person(&caller, &person);
        prop_assert_eq!(answer.is_ok(), sees(&editor, &person));
        let manages = all_stores()
            .iter()
            .any(|&store| may(&editor, &all_stores(), Permission::SettingsUsers, store, NOW));
        if !manages {
            prop_assert_eq!(answer, Err(Denied::missing(Permission::SettingsUsers)));
        } else if answer.is_err() {
            prop_assert_eq!(answer, Err(Denied::Hidden));
        }
    }

    #[test]
    fn r56_who_is_acted_on_is_the_models(editor in an_editor(1), person in anybody(2)) {
        let caller = ask(&editor);
        prop_assert_eq!(may_act_on(&caller, &person).is_ok(), acts(&editor, &person));
        let gives = acts(&editor, &person) && !lacks_of_the_new(&editor, None, &person);
        prop_assert_eq!(may_give_all(&caller, &person).is_ok(), gives);
    }

    #[test]
    fn r56_what_is_given_to_somebody_new_is_the_models(
        editor in an_editor(1),
        person in anybody(2),
    ) {
        let answer = may_grant(&ask(&editor), None, &person);
        prop_assert_eq!(answer.is_ok(), grants(&editor, None, &person), "{:?}", answer);
    }

    #[test]
    fn r56_what_is_changed_is_the_models(
        editor in an_editor(1),
        (before, after) in a_change(),
    ) {
        let answer = may_grant(&ask(&editor), Some(&before), &after);
        prop_assert_eq!(answer.is_ok(), grants(&editor, Some(&before), &after), "{:?}", answer);
    }

    #[test]
    fn r56_what_is_overridden_is_the_models(
        editor in an_editor(1),
        person in anybody(2),
        permission in a_permission(),
    ) {
        let expected = acts(&editor, &person)
            && !is_super(&person)
            && holds_where_they_work(&editor, &person, permission).iter().all(|&held| held);
        let answer = may_override(&ask(&editor), &person, permission);
        prop_assert_eq!(answer.is_ok(), expected, "{:?}", answer);
    }

    #[test]
    fn r56_nobody_gains_by_a_permitted_change_what_its_editor_did_not_hold(
        editor in an_editor(1),
        (before, after) in a_change(),
    ) {
        let caller = ask(&editor);
        if may_grant(&caller, Some(&before), &after).is_ok() {
            prop_assert!(beyond(&now(&after), &now(&editor)).is_empty());
        }
        if may_grant(&caller, None, &after).is_ok() {
            prop_assert!(beyond(&would(&after), &now(&editor)).is_empty());
        }
    }

    #[test]
    fn r56_a_refusal_beyond_names_only_what_is_not_held_everywhere(
        editor in an_editor(1),
        person in anybody(2),
    ) {
        let caller = ask(&editor);
        if let Err(Denied::Rule(Rule::BeyondYou { permissions })) =
            may_grant(&caller, None, &person)
        {
            prop_assert!(!permissions.is_empty());
            let stores: Vec<StoreId> = all_stores();
            for permission in permissions {
                let in_all = caller.effective.everywhere(permission, &stores)
                    && caller.effective.in_new_store().contains(permission);
                prop_assert!(!in_all, "{}", permission);
            }
        }
    }
}
