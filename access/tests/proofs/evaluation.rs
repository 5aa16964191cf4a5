//! Evaluation, explanation and preview against the naive model, on random people: what is
//! enforced is what is specified, and what is explained is what is enforced (product §2.3, §2.5).

use crate::model::{
    self, Place, beyond, held, if_active_and_without_denials, is_business, may, membership,
};
use crate::random::{NOW, a_permission, all_stores, an_editor, anybody, permissions, reach};
use access::{Level, Module, Reach, RowLevel};
use access::{
    Permission, PermissionSet, Scope, StoreId, Verdict, diff, evaluate, explain, level_of,
    potential, preset,
};
use proptest::prelude::*;

/// The stores of the business, and one that is not.
fn places() -> Vec<StoreId> {
    (1..=5).map(model::store).collect()
}

proptest! {
    #[test]
    fn evaluation_is_the_models(person in anybody(1)) {
        let stores = all_stores();
        let effective = evaluate(&person, &stores, NOW);
        let mut anywhere = PermissionSet::EMPTY;
        for permission in Permission::ALL {
            let mut with = Vec::new();
            for store in places() {
                let expected = may(&person, &stores, permission, store, NOW);
                prop_assert_eq!(effective.holds(permission, store), expected);
                prop_assert_eq!(effective.in_store(store).contains(permission), expected);
                if expected {
                    anywhere.insert(permission);
                    with.push(store);
                }
            }
            prop_assert_eq!(effective.holds_anywhere(permission), !with.is_empty());
            prop_assert_eq!(
                effective.holds_business(permission),
                is_business(permission) && !with.is_empty()
            );
            prop_assert_eq!(
                effective.everywhere(permission, &stores),
                stores.iter().all(|store| with.contains(store))
            );
            if !is_business(permission) {
                prop_assert_eq!(effective.stores_with(permission), with.clone());
                prop_assert_eq!(
                    effective.holds_in_any_of_theirs(permission),
                    with.iter().any(|&store| effective.is_theirs(store))
                );
            }
        }
        prop_assert_eq!(effective.anywhere(), anywhere);
    }

    #[test]
    fn potential_is_the_models_and_covers_what_is_held(person in anybody(1)) {
        let stores = all_stores();
        let would = potential(&person, &stores, NOW);
        let freed = if_active_and_without_denials(&person);
        for permission in Permission::ALL {
            for store in places() {
                prop_assert_eq!(
                    would.holds(permission, store),
                    may(&freed, &stores, permission, store, NOW)
                );
            }
        }
        prop_assert!(would.covers(&evaluate(&person, &stores, NOW)));
    }

    #[test]
    fn covering_is_the_models(one in an_editor(1), other in anybody(2)) {
        let stores = all_stores();
        let (left, right) = (evaluate(&one, &stores, NOW), evaluate(&other, &stores, NOW));
        let lacking = beyond(&held(&other, &stores, NOW), &held(&one, &stores, NOW));
        let above = right.is_super_admin() && !left.is_super_admin();
        prop_assert_eq!(left.covers(&right), lacking.is_empty() && !above, "{:?}", lacking);
    }

    #[test]
    fn what_they_hold_in_a_store_they_create_is_the_models(person in anybody(1)) {
        let stores = all_stores();
        let expected = held(&person, &stores, NOW)
            .get(&Place::OwnNewStore)
            .copied()
            .unwrap_or_default();
        prop_assert_eq!(evaluate(&person, &stores, NOW).in_new_store(), expected);
    }

    #[test]
    fn r57_why_says_what_is_enforced_in_each_store(person in anybody(1)) {
        let stores = all_stores();
        let effective = evaluate(&person, &stores, NOW);
        for permission in Permission::ALL {
            for store in places() {
                let why = explain(&person, &stores, permission, Some(store), NOW);
                prop_assert_eq!(
                    why.verdict.is_allowed(),
                    effective.holds(permission, store),
                    "{} {:?} {:?}", permission, store, why
                );
            }
        }
    }

    #[test]
    fn r57_why_says_what_is_enforced_in_all_their_stores(person in anybody(1)) {
        let stores = all_stores();
        let effective = evaluate(&person, &stores, NOW);
        let theirs: Vec<StoreId> = effective.stores().collect();
        for permission in Permission::ALL {
            let why = explain(&person, &stores, permission, None, NOW);
            let here: Vec<StoreId> = theirs
                .iter()
                .copied()
                .filter(|&store| effective.holds(permission, store))
                .collect();
            match why.verdict {
                Verdict::Allowed | Verdict::AllowedByOverride
                    if permission.scope() == Scope::Business =>
                {
                    prop_assert!(effective.holds_business(permission));
                }
                Verdict::Allowed | Verdict::AllowedByOverride => {
                    prop_assert!(effective.everywhere(permission, &theirs));
                }
                Verdict::AllowedInSome(some) => {
                    prop_assert!(!here.is_empty() && here.len() < theirs.len());
                    prop_assert_eq!(some, here);
                }
                Verdict::NotGiven
                | Verdict::DeniedByOverride
                | Verdict::NotTheirStore
                | Verdict::Nothing(_) => {
                    prop_assert!(here.is_empty());
                    prop_assert!(!effective.holds_business(permission));
                }
            }
        }
    }

    #[test]
    fn a_preview_names_exactly_what_differs(before in anybody(1), after in anybody(1)) {
        let stores = all_stores();
        let (was, will) = (evaluate(&before, &stores, NOW), evaluate(&after, &stores, NOW));
        let change = diff(before.id, &was, &will, PermissionSet::ALL);
        for permission in Permission::ALL {
            let places = if is_business(permission) {
                vec![None]
            } else {
                stores.iter().copied().map(Some).collect()
            };
            for place in places {
                // Of business scope, any store will do.
                let store = place.unwrap_or(stores[0]);
                let at = (permission, place);
                let held = (was.holds(permission, store), will.holds(permission, store));
                prop_assert_eq!(change.gains.contains(&at), held == (false, true));
                prop_assert_eq!(change.loses.contains(&at), held == (true, false));
                prop_assert_eq!(change.keeps.contains(&at), held == (true, true));
            }
        }
        let told = change.gains.len() + change.loses.len() + change.keeps.len();
        let held: usize = stores
            .iter()
            .map(|&store| was.in_store(store).union(will.in_store(store)).store().len())
            .sum();
        prop_assert_eq!(told, held + was.business().union(will.business()).len());
        prop_assert_eq!(change.is_felt(), was.anywhere() != will.anywhere() || {
            stores.iter().any(|&store| was.in_store(store) != will.in_store(store))
        });
    }

    #[test]
    fn a_group_more_never_takes_anything(
        person in anybody(1),
        permissions in permissions(),
        reach in reach(),
    ) {
        let stores = all_stores();
        let mut more = person.clone();
        more.memberships.push(membership(9, permissions, reach));
        let (before, after) = (evaluate(&person, &stores, NOW), evaluate(&more, &stores, NOW));
        prop_assert!(after.covers(&before));
    }

    #[test]
    fn sets_keep_what_is_put_in(permissions in permissions(), one in a_permission()) {
        prop_assert_eq!(PermissionSet::from_keys(&permissions.to_keys()), Ok(permissions));
        let json = serde_json::to_string(&permissions).expect("a set is serialised");
        let read: PermissionSet = serde_json::from_str(&json).expect("and read again");
        prop_assert_eq!(read, permissions);
        let mut changed = permissions;
        changed.insert(one);
        prop_assert!(changed.contains(one) && permissions.is_subset(changed));
        changed.remove(one);
        prop_assert_eq!(changed, permissions.minus(one.into()));
        prop_assert_eq!(permissions.iter().collect::<PermissionSet>(), permissions);
        prop_assert_eq!(permissions.iter().count(), permissions.len());
    }

    #[test]
    fn a_row_is_custom_exactly_when_no_level_has_its_ticks(permissions in permissions()) {
        for module in Module::ALL {
            let ticks = permissions.intersect(module.permissions());
            match level_of(module, permissions) {
                RowLevel::Preset(level) => prop_assert_eq!(preset(module, level), ticks),
                RowLevel::Custom => {
                    for level in Level::ALL {
                        prop_assert_ne!(preset(module, level), ticks);
                    }
                }
            }
        }
    }
}

#[test]
fn a_group_reaches_all_stores_of_a_person_or_one() {
    // Keeps the model honest where the random people could not: one plain case, by hand.
    let mut dana = model_person();
    dana.memberships = vec![membership(
        1,
        PermissionSet::of(Permission::JobsView),
        Reach::Store(model::store(2)),
    )];
    let holds = |store| {
        may(
            &dana,
            &all_stores(),
            Permission::JobsView,
            model::store(store),
            NOW,
        )
    };
    assert!(!holds(1) && holds(2) && !holds(3));
}

fn model_person() -> access::Person {
    access::Person {
        id: model::user(1),
        standing: access::Standing::WORKING,
        memberships: Vec::new(),
        overrides: Vec::new(),
        stores: vec![model::store(1), model::store(2)],
    }
}
