//! Product §2.3, step by step, on people of flesh and blood. The same against a naive model and
//! random people is in `tests/evaluation.rs`.

use super::*;
use crate::sample::{AIRPORT, ALL_STORES, BATH, BEFORE, LATER, NOW, OXFORD, UNKNOWN, person, set};
use crate::{Level, Module};
use crate::{Standing, built_in, preset};

fn held(person: &Person) -> Effective {
    evaluate(person, &ALL_STORES, NOW)
}

fn of_group(key: &str) -> PermissionSet {
    built_in(key).expect("a built-in group").permissions
}

#[test]
fn step_1_who_is_inactive_past_the_last_day_or_not_accepted_holds_nothing() {
    for standing in [
        Standing {
            active: false,
            ..Standing::WORKING
        },
        Standing {
            accepted: false,
            ..Standing::WORKING
        },
        Standing {
            ends_at: Some(NOW),
            ..Standing::WORKING
        },
    ] {
        for key in ["sales", "super_admin"] {
            let mut gone = person(1, &[BATH])
                .with(key)
                .allow(Permission::SettingsAudit);
            gone.standing = standing;
            let held = held(&gone);
            assert!(held.is_nothing(), "{standing:?} {key}");
            assert!(!held.is_super_admin());
            assert_eq!(held.stores().count(), 0);
        }
    }
    let mut last_day = person(1, &[BATH]).with("sales");
    last_day.standing.ends_at = Some(LATER);
    assert!(held(&last_day).holds(Permission::QuotesSend, BATH));
    assert!(evaluate(&last_day, &ALL_STORES, LATER).is_nothing());
}

#[test]
fn step_1_who_is_in_no_group_holds_nothing_not_even_by_override() {
    let nobody = person(1, &[BATH])
        .allow(Permission::JobsView)
        .allow(Permission::SettingsAudit);
    assert!(held(&nobody).is_nothing());
}

#[test]
fn step_2_a_super_admin_holds_everything_in_all_stores_and_overrides_do_not_apply() {
    let owner = person(1, &[])
        .with("super_admin")
        .deny(Permission::SettingsBilling)
        .deny(Permission::JobsView);
    let held = held(&owner);
    assert!(held.is_super_admin());
    for permission in Permission::ALL {
        assert!(held.everywhere(permission, &ALL_STORES), "{permission}");
    }
    assert_eq!(held.stores().collect::<Vec<_>>(), ALL_STORES);
    assert_eq!(held.in_store(AIRPORT), PermissionSet::ALL);
    assert!(!held.holds(Permission::JobsView, UNKNOWN));
}

#[test]
fn step_2_everything_is_not_what_the_row_in_the_database_says() {
    let mut owner = person(1, &[]).with("super_admin");
    owner.memberships[0].permissions = PermissionSet::EMPTY;
    assert!(held(&owner).holds(Permission::InvoicesVoid, BATH));
}

#[test]
fn step_3_groups_unite() {
    let both = person(1, &[BATH]).with("sales").with("billing");
    let here = held(&both).in_store(BATH);
    assert_eq!(here, of_group("sales").union(of_group("billing")));
    assert!(preset(Module::Invoices, Level::Manage).is_subset(here));
}

#[test]
fn step_3_sales_downtown_and_operations_at_the_airport() {
    let dana = person(1, &[BATH, AIRPORT])
        .with_at("sales", BATH)
        .with_at("operations", AIRPORT);
    let held = held(&dana);
    assert_eq!(held.in_store(BATH), of_group("sales"));
    assert_eq!(held.in_store(AIRPORT), of_group("operations"));
    assert!(held.in_store(OXFORD).is_empty());
    assert_eq!(held.stores_with(Permission::JobsReopen), [AIRPORT]);
    assert!(held.holds_anywhere(Permission::JobsReopen));
    assert!(!held.everywhere(Permission::JobsReopen, &[BATH, AIRPORT]));
    assert!(held.everywhere(Permission::JobsView, &[BATH, AIRPORT]));
}

#[test]
fn step_3_a_membership_for_all_stores_also_holds_in_those_they_get_later() {
    let mut dana = person(1, &[BATH]).with("crew");
    assert!(!held(&dana).holds(Permission::JobsPick, OXFORD));
    dana.stores.push(OXFORD);
    assert!(held(&dana).holds(Permission::JobsPick, OXFORD));
}

#[test]
fn step_3_a_membership_for_a_store_that_is_not_theirs_gives_nothing() {
    let dana = person(1, &[BATH]).with_at("sales", OXFORD);
    assert!(held(&dana).is_nothing());
}

#[test]
fn step_3_business_scope_comes_only_from_memberships_for_all_stores() {
    let manager = person(1, &[BATH]).with_at("admin", BATH);
    let held_in_one = held(&manager);
    assert!(held_in_one.business().is_empty());
    assert!(held_in_one.holds(Permission::SettingsUsers, BATH));
    assert!(!held_in_one.holds(Permission::SettingsView, BATH));

    let admin = person(1, &[BATH]).with("admin");
    let held = held(&admin);
    assert_eq!(held.business(), of_group("admin").business());
    // Everywhere or nowhere: the store is not asked.
    assert!(held.holds(Permission::SettingsAudit, OXFORD));
    assert!(held.holds_business(Permission::StoresViewAll));
    assert!(!held.holds_business(Permission::SettingsBilling));
    assert!(!held.holds_business(Permission::SettingsUsers));
}

#[test]
fn step_4_overrides_win_over_groups_in_all_their_stores() {
    let dana = person(1, &[BATH, OXFORD])
        .with("sales")
        .with_at("operations", OXFORD)
        .allow(Permission::InvoicesVoidPayment)
        .deny(Permission::JobsView);
    let held = held(&dana);
    assert!(held.everywhere(Permission::InvoicesVoidPayment, &[BATH, OXFORD]));
    assert!(!held.holds_anywhere(Permission::JobsView));
    assert!(held.holds(Permission::JobsReopen, OXFORD));
    assert!(!held.holds(Permission::InvoicesVoidPayment, AIRPORT));
}

#[test]
fn step_4_an_override_of_business_scope_holds_in_the_business() {
    let dana = person(1, &[BATH])
        .with("sales")
        .allow(Permission::SettingsAudit);
    assert!(held(&dana).holds_business(Permission::SettingsAudit));
    let theo = person(2, &[BATH])
        .with("admin")
        .deny(Permission::SettingsAudit);
    assert!(!held(&theo).holds_business(Permission::SettingsAudit));
    assert!(held(&theo).holds_business(Permission::SettingsView));
}

#[test]
fn step_4_an_ended_override_does_not_count() {
    let dana = person(1, &[BATH])
        .with("sales")
        .allow(Permission::InvoicesVoid)
        .until(LATER)
        .deny(Permission::QuotesSend)
        .until(LATER);
    assert!(held(&dana).holds(Permission::InvoicesVoid, BATH));
    assert!(!held(&dana).holds(Permission::QuotesSend, BATH));
    let later = evaluate(&dana, &ALL_STORES, LATER);
    assert!(!later.holds(Permission::InvoicesVoid, BATH));
    assert!(later.holds(Permission::QuotesSend, BATH));
}

#[test]
fn step_4_of_an_allow_and_a_deny_the_deny_stays() {
    let dana = person(1, &[BATH])
        .with("crew")
        .deny(Permission::JobsReopen)
        .allow(Permission::JobsReopen);
    assert!(!held(&dana).holds(Permission::JobsReopen, BATH));
}

#[test]
fn step_5_in_a_store_that_is_not_theirs_a_user_has_nothing() {
    let dana = person(1, &[BATH]).with("sales");
    let held = held(&dana);
    assert_eq!(held.in_store(BATH), of_group("sales"));
    for store in [OXFORD, AIRPORT, UNKNOWN] {
        assert!(held.in_store(store).is_empty());
        assert!(!held.is_theirs(store));
    }
    assert_eq!(held.stores().collect::<Vec<_>>(), [BATH]);
}

#[test]
fn step_5_with_view_all_the_views_survive_elsewhere_and_nothing_else() {
    let dana = person(1, &[BATH])
        .with("sales")
        .with_at("operations", BATH)
        .allow(Permission::StoresViewAll)
        .deny(Permission::JobsView);
    let held = held(&dana);
    let elsewhere = [
        Permission::CustomersView,
        Permission::QuotesView,
        Permission::InvoicesView,
        Permission::InventoryView,
    ];
    for store in [OXFORD, AIRPORT] {
        assert_eq!(
            held.in_store(store),
            set(elsewhere).union(set([Permission::StoresViewAll]))
        );
        assert!(!held.is_theirs(store));
    }
    assert!(held.in_store(UNKNOWN).store().is_empty());
    assert_eq!(held.stores().collect::<Vec<_>>(), [BATH]);
    assert!(held.holds(Permission::JobsReopen, BATH));
}

#[test]
fn step_5_a_view_from_one_store_only_does_not_survive_elsewhere_but_an_allowed_one_does() {
    let one = person(1, &[BATH])
        .with_at("billing", BATH)
        .holding(set([Permission::StoresViewAll]), Reach::AllTheirStores);
    assert!(!held(&one).holds(Permission::InvoicesView, OXFORD));
    let allowed = one.allow(Permission::InvoicesView);
    assert!(held(&allowed).holds(Permission::InvoicesView, OXFORD));
    assert!(!held(&allowed).holds(Permission::QuotesView, OXFORD));
}

#[test]
fn step_5_a_membership_for_a_store_that_is_not_theirs_adds_nothing_to_what_is_seen_there() {
    let dana = person(1, &[BATH])
        .holding(
            set([Permission::StoresViewAll, Permission::JobsView]),
            Reach::AllTheirStores,
        )
        .with_at("billing", OXFORD);
    assert_eq!(
        held(&dana).in_store(OXFORD).store(),
        set([Permission::JobsView])
    );
}

#[test]
fn step_5_view_all_also_shows_to_who_has_no_store() {
    let auditor = person(1, &[]).holding(
        set([Permission::StoresViewAll, Permission::InvoicesView]),
        Reach::AllTheirStores,
    );
    let held = held(&auditor);
    assert!(held.everywhere(Permission::InvoicesView, &ALL_STORES));
    assert!(!held.holds_in_any_of_theirs(Permission::InvoicesView));
    assert!(held.holds_in_any_of_theirs(Permission::StoresViewAll));
    assert_eq!(held.stores().count(), 0);
}

#[test]
fn a_store_the_business_does_not_have_gives_nothing() {
    let dana = person(1, &[BATH, UNKNOWN, BATH])
        .with("sales")
        .with_at("operations", UNKNOWN);
    assert_eq!(held(&dana).stores().collect::<Vec<_>>(), [BATH]);
    let shuffled = [AIRPORT, BATH, OXFORD, BATH];
    assert_eq!(evaluate(&dana, &shuffled, NOW), held(&dana));
    let seeing = dana.clone().allow(Permission::StoresViewAll);
    assert_eq!(evaluate(&seeing, &shuffled, NOW), held(&seeing));
    assert!(evaluate(&dana, &[], NOW).is_nothing());
}

#[test]
fn what_is_held_nowhere_is_not_held_everywhere() {
    let dana = person(1, &[BATH]).with("sales");
    assert!(!held(&dana).everywhere(Permission::QuotesSend, &[]));
    assert!(held(&person(1, &[]).with("admin")).everywhere(Permission::SettingsView, &[]));
}

#[test]
fn a_store_they_create_gives_what_holds_in_all_theirs_to_who_may_create_one() {
    let admin = person(1, &[BATH])
        .with("admin")
        .with_at("billing", BATH)
        .deny(Permission::JobsDelete);
    let expected = of_group("admin")
        .store()
        .minus(set([Permission::JobsDelete]));
    assert_eq!(held(&admin).in_new_store(), expected);
    let mut with_it = admin.clone();
    with_it.stores.push(UNKNOWN);
    let after = evaluate(&with_it, &[BATH, OXFORD, AIRPORT, UNKNOWN], NOW);
    assert_eq!(after.in_store(UNKNOWN).store(), expected);
    assert!(
        held(&person(1, &[BATH]).with("sales"))
            .in_new_store()
            .is_empty()
    );
}

#[test]
fn potential_is_what_they_would_hold_if_active_and_without_denials() {
    let mut invited = person(1, &[BATH])
        .with("sales")
        .deny(Permission::QuotesSend)
        .allow(Permission::InvoicesVoid)
        .until(BEFORE);
    invited.standing.accepted = false;
    assert!(held(&invited).is_nothing());
    let would = potential(&invited, &ALL_STORES, NOW);
    assert_eq!(would.in_store(BATH), of_group("sales"));
    let mut owner = person(1, &[]).with("super_admin");
    owner.standing.active = false;
    assert!(potential(&owner, &ALL_STORES, NOW).is_super_admin());
}

#[test]
fn who_covers_whom() {
    let one_store = held(&person(1, &[BATH]).with("sales"));
    let two_stores = held(&person(2, &[BATH, OXFORD]).with("sales"));
    let crew = held(&person(3, &[BATH]).with("crew"));
    let admin = held(&person(4, &ALL_STORES).with("admin"));
    let owner = held(&person(5, &[]).with("super_admin"));
    assert!(two_stores.covers(&one_store) && !one_store.covers(&two_stores));
    assert!(!two_stores.covers(&crew), "Crew picks jobs, Sales does not");
    assert!(admin.covers(&two_stores) && admin.covers(&admin));
    assert!(owner.covers(&admin) && owner.covers(&owner) && !admin.covers(&owner));
    let everything_today =
        held(&person(6, &ALL_STORES).holding(PermissionSet::ALL, Reach::AllTheirStores));
    assert!(
        !everything_today.covers(&owner),
        "a later version adds more"
    );
    assert!(owner.covers(&everything_today));
}

#[test]
fn covering_counts_stores_still_to_come() {
    let in_each = ALL_STORES.iter().fold(
        person(1, &ALL_STORES).holding(set([Permission::SettingsEdit]), Reach::AllTheirStores),
        |person, &store| person.with_at("sales", store),
    );
    let in_all = person(2, &ALL_STORES)
        .holding(set([Permission::SettingsEdit]), Reach::AllTheirStores)
        .with("sales");
    // The same today; but the second has Sales also in a store they create.
    assert!(held(&in_all).covers(&held(&in_each)));
    assert!(!held(&in_each).covers(&held(&in_all)));
    assert_eq!(
        held(&in_each).lacks(&held(&in_all), &Effective::nothing()),
        of_group("sales")
    );
}

#[test]
fn what_is_lacking_leaves_out_what_is_there_already() {
    let crew = held(&person(1, &[BATH]).with("crew"));
    let sales = held(&person(2, &[BATH, OXFORD]).with("sales"));
    let before = held(&person(3, &[BATH]).with("sales"));
    let lacking = crew.lacks(&sales, &before);
    assert_eq!(lacking, of_group("sales"), "all of it, in Oxford");
    let same = crew.lacks(&before, &before);
    assert!(same.is_empty());
    assert!(
        held(&person(5, &[]).with("super_admin"))
            .lacks(&sales, &Effective::nothing())
            .is_empty()
    );
}
