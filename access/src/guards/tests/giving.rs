//! Who could give somebody what they lack.

use super::*;

/// Crew of Bath, who lacks all that is asked about here.
fn crew() -> Person {
    person(9, &[BATH]).with("crew")
}

fn gives(caller: &Caller, permission: Permission) -> bool {
    could_give(caller, &crew(), permission, Some(BATH))
}

#[test]
fn who_manages_people_gives_only_what_they_hold() {
    assert!(gives(&owner(), Permission::InvoicesView));
    assert!(gives(&owner(), Permission::SettingsBilling));
    assert!(gives(&admin(), Permission::InvoicesView));
    assert!(
        !gives(&admin(), Permission::SettingsBilling),
        "of business scope, not held"
    );
    assert!(
        gives(&admin(), Permission::SettingsAudit),
        "of business scope, held"
    );
    let without = person(2, &ALL_STORES)
        .with("admin")
        .deny(Permission::InvoicesView);
    assert!(
        !gives(&without.caller(), Permission::InvoicesView),
        "an override took it"
    );
}

#[test]
fn who_holds_it_and_manages_nobody_gives_nothing() {
    let sales = person(5, &ALL_STORES).with("sales").caller();
    assert!(!gives(&sales, Permission::InvoicesView));
    let allowed = person(5, &ALL_STORES)
        .with("admin")
        .deny(Permission::SettingsUsers);
    assert!(!gives(&allowed.caller(), Permission::InvoicesView));
    let by_override = person(5, &ALL_STORES)
        .with("operations")
        .allow(Permission::SettingsUsers);
    assert!(gives(&by_override.caller(), Permission::InvoicesView));
}

#[test]
fn a_manager_of_one_store_gives_there_only_and_nothing_of_the_business() {
    let manager = manager_of_bath();
    assert!(gives(&manager, Permission::InvoicesView));
    assert!(!gives(&manager, Permission::SettingsView));
    let elsewhere = person(9, &[OXFORD]).with("crew");
    assert!(!could_give(
        &manager,
        &elsewhere,
        Permission::InvoicesView,
        Some(OXFORD)
    ));
    let both = person(9, &[BATH, OXFORD]).with("crew");
    assert!(!could_give(
        &manager,
        &both,
        Permission::InvoicesView,
        Some(BATH)
    ));
}

#[test]
fn what_is_held_in_one_store_is_given_in_that_store() {
    // Manages people in both stores and sees invoices in Bath only.
    let lead = person(4, &[BATH, OXFORD])
        .with("crew")
        .holding(set([Permission::SettingsUsers]), Reach::AllTheirStores)
        .with_at("billing", BATH)
        .caller();
    let both = person(9, &[BATH, OXFORD]).with("crew");
    let view = Permission::InvoicesView;
    assert!(could_give(&lead, &both, view, Some(BATH)));
    assert!(!could_give(&lead, &both, view, Some(OXFORD)));
    assert!(
        could_give(&lead, &both, view, None),
        "in some store of theirs"
    );
}

#[test]
fn nobody_gives_to_themselves_or_to_who_stands_above_them() {
    let caller = admin();
    assert!(!could_give(
        &caller,
        &caller.person,
        Permission::SettingsBilling,
        None
    ));
    let above = person(9, &[BATH])
        .with("crew")
        .allow(Permission::SettingsGroups);
    assert!(!could_give(
        &caller,
        &above,
        Permission::InvoicesView,
        Some(BATH)
    ));
    assert!(could_give(
        &owner(),
        &above,
        Permission::InvoicesView,
        Some(BATH)
    ));
}
