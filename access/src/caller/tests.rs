//! The caller: declared needs, what is visible, what stands in the sidebar.

use super::*;
use crate::actions::{CreateGroup, DeactivateUser, SignIn, SignOut, ViewHome, ViewShell};
use crate::sample::{AIRPORT, ALL_STORES, BATH, NOW, OXFORD, UNKNOWN, person, set};
use crate::{PermissionSet, Reach, StoreId, UserId, Uuid};

#[test]
fn a_grant_names_the_user_and_the_session() {
    let session = SessionRef(Uuid::from_u128(7));
    let owner = person(1, &[]).with("super_admin");
    let caller = Caller::new(owner, vec![OXFORD, BATH, OXFORD], session, NOW);
    assert_eq!(caller.all_stores, [BATH, OXFORD]);
    let grant = caller
        .may::<DeactivateUser>(&person(9, &[BATH]).with("crew"))
        .unwrap();
    assert_eq!(grant.by(), Actor::User(UserId(Uuid::from_u128(1)), session));
    assert_eq!(grant.operation().name, "user.deactivate");
}

#[test]
fn r52_what_an_operation_needs_is_asked_before_its_decision() {
    let crew = person(1, &[BATH]).with("crew").caller();
    assert_eq!(
        crew.may::<DeactivateUser>(&person(9, &[BATH])).unwrap_err(),
        Denied::missing(Permission::SettingsUsers)
    );
    assert_eq!(
        crew.meets(Needs::AnyOf(&[
            Permission::SettingsAudit,
            Permission::JobsView
        ])),
        Ok(())
    );
    assert_eq!(
        crew.meets(Needs::AnyOf(&[
            Permission::SettingsAudit,
            Permission::SettingsEdit
        ])),
        Err(Denied::missing(Permission::SettingsAudit))
    );
    assert_eq!(crew.meets(Needs::AnyOf(&[])), Err(Denied::Hidden));
}

#[test]
fn nobody_is_given_what_only_the_system_does() {
    let owner = person(1, &[]).with("super_admin").caller();
    assert_eq!(owner.may::<SignIn>(&()).unwrap_err(), Denied::Hidden);
    assert_eq!(owner.meets(Needs::System), Err(Denied::Hidden));
}

#[test]
fn who_is_in_no_group_reaches_only_what_is_their_own() {
    let nobody = person(1, &[BATH]).allow(Permission::JobsView).caller();
    assert!(nobody.may::<ViewShell>(&()).is_ok());
    assert!(nobody.may::<SignOut>(&()).is_ok());
    assert_eq!(
        nobody.may::<ViewHome>(&()).unwrap_err(),
        Denied::Rule(Rule::NeedsGroup)
    );
    assert!(nobody.visible(Permission::JobsView, None).is_err());
}

#[test]
fn r44_who_no_longer_works_reaches_nothing_but_the_way_out() {
    let mut gone = person(1, &[BATH]).with("super_admin");
    gone.standing.active = false;
    let gone = gone.caller();
    for needs in [
        Needs::Staff,
        Needs::Group,
        Needs::Permission(Permission::JobsView),
    ] {
        assert_eq!(gone.meets(needs), Err(Denied::Hidden));
    }
    assert!(gone.may::<SignOut>(&()).is_ok());
}

fn stores(caller: &Caller, permission: Permission, chosen: Option<StoreId>) -> Vec<StoreId> {
    caller
        .visible(permission, chosen)
        .map(|visible| visible.stores().to_vec())
        .unwrap_or_default()
}

#[test]
fn r53_a_list_shows_the_stores_in_which_its_permission_holds() {
    let dana = person(1, &[BATH, AIRPORT])
        .with_at("sales", BATH)
        .with_at("operations", AIRPORT)
        .caller();
    assert_eq!(stores(&dana, Permission::JobsView, None), [BATH, AIRPORT]);
    assert_eq!(stores(&dana, Permission::JobsView, Some(BATH)), [BATH]);
    assert_eq!(stores(&dana, Permission::JobsReopen, None), [AIRPORT]);
    assert_eq!(
        dana.visible(Permission::JobsReopen, Some(BATH)),
        Err(Denied::missing(Permission::JobsReopen))
    );
    for foreign in [OXFORD, UNKNOWN] {
        assert_eq!(
            dana.visible(Permission::JobsView, Some(foreign)),
            Err(Denied::Hidden),
            "a foreign store answers like none"
        );
    }
    assert_eq!(
        dana.visible(Permission::InvoicesVoid, None),
        Err(Denied::missing(Permission::InvoicesVoid))
    );
}

#[test]
fn r54_costs_are_visible_only_where_they_may_be_seen() {
    let dana = person(1, &[BATH, AIRPORT])
        .with_at("sales", BATH)
        .with_at("operations", AIRPORT)
        .allow(Permission::StoresViewAll)
        .allow(Permission::InventoryView)
        .caller();
    let inventory = dana.visible(Permission::InventoryView, None).unwrap();
    assert_eq!(inventory.permission(), Permission::InventoryView);
    assert_eq!(inventory.stores(), ALL_STORES);
    assert!(inventory.whole_business());
    assert_eq!(inventory.costs(), [AIRPORT]);
    assert!(inventory.shows_costs(AIRPORT) && !inventory.shows_costs(BATH));
    assert!(inventory.shows(OXFORD) && !inventory.shows(UNKNOWN));
    let one = dana.visible(Permission::InventoryView, Some(BATH)).unwrap();
    assert!(one.costs().is_empty() && !one.whole_business());
}

#[test]
fn customers_belong_to_the_business_and_are_seen_with_the_permission_in_any_store_of_theirs() {
    let dana = person(1, &[BATH, AIRPORT])
        .with_at("sales", BATH)
        .holding(set([Permission::JobsView]), Reach::AllTheirStores)
        .caller();
    for chosen in [None, Some(BATH), Some(AIRPORT)] {
        assert!(
            dana.visible(Permission::CustomersView, chosen)
                .unwrap()
                .whole_business()
        );
    }
    let seeing = set([Permission::CustomersView, Permission::StoresViewAll]);
    let no_store = person(1, &[])
        .holding(seeing, Reach::AllTheirStores)
        .caller();
    assert_eq!(
        no_store.visible(Permission::CustomersView, None),
        Err(Denied::missing(Permission::CustomersView))
    );
}

#[test]
fn what_is_of_business_scope_is_not_narrowed_by_the_chosen_store() {
    let auditor = person(1, &[BATH])
        .with("crew")
        .allow(Permission::SettingsAudit)
        .caller();
    let log = auditor.visible(Permission::SettingsAudit, Some(BATH));
    assert_eq!(log.unwrap().stores(), ALL_STORES);
    assert_eq!(
        auditor.visible(Permission::SettingsView, None),
        Err(Denied::missing(Permission::SettingsView))
    );
}

#[test]
fn a_manager_of_users_in_every_store_sees_the_whole_business() {
    let whole = |stores: &[StoreId]| {
        person(1, stores)
            .with("admin")
            .caller()
            .visible(Permission::SettingsUsers, None)
            .map(|visible| visible.whole_business())
    };
    assert_eq!(whole(&ALL_STORES), Ok(true));
    assert_eq!(whole(&[BATH, OXFORD]), Ok(false));
    assert_eq!(whole(&[]), Err(Denied::missing(Permission::SettingsUsers)));
}

#[test]
fn the_sidebar_has_the_modules_they_may_see() {
    let sidebar = |caller: &Caller, chosen| {
        Module::ALL
            .into_iter()
            .filter(|&module| caller.sees(module, chosen))
            .map(Module::key)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let crew = person(1, &[BATH]).with("crew").caller();
    assert_eq!(sidebar(&crew, None), "customers quotes jobs inventory");
    let sales = person(1, &[BATH]).with("sales").caller();
    assert_eq!(
        sidebar(&sales, None),
        "customers quotes jobs invoices inventory"
    );
    let owner = person(1, &[]).with("super_admin").caller();
    assert_eq!(
        sidebar(&owner, Some(OXFORD)),
        "customers quotes jobs invoices inventory settings"
    );
    let dana = person(1, &[BATH, AIRPORT])
        .with_at("billing", BATH)
        .with_at("operations", AIRPORT)
        .caller();
    assert_eq!(sidebar(&dana, Some(BATH)), "customers quotes jobs invoices");
    assert_eq!(
        sidebar(&dana, Some(AIRPORT)),
        "customers quotes jobs invoices inventory"
    );
    let mut gone = person(1, &[BATH]).with("super_admin");
    gone.standing.active = false;
    assert_eq!(sidebar(&gone.caller(), None), "");
}

#[test]
fn settings_stands_there_when_any_of_its_pages_may_be_seen() {
    for (permissions, expected) in [
        (set([Permission::SettingsUsers]), true),
        (set([Permission::SettingsView]), true),
        (set([Permission::JobsView]), false),
        (PermissionSet::EMPTY, false),
    ] {
        let caller = person(1, &[BATH])
            .holding(permissions, Reach::AllTheirStores)
            .caller();
        assert_eq!(
            caller.sees(Module::Settings, Some(BATH)),
            expected,
            "{permissions:?}"
        );
    }
}

#[test]
fn r53_who_works_in_one_store_knows_of_no_other_unless_they_may_look_at_the_stores() {
    let knows = |caller: &Caller| {
        [BATH, OXFORD, UNKNOWN]
            .into_iter()
            .filter(|&store| caller.knows_store(store))
            .collect::<Vec<_>>()
    };
    let manager = person(3, &[BATH]).with_at("admin", BATH);
    assert_eq!(knows(&manager.caller()), [BATH]);
    for permission in [Permission::SettingsView, Permission::StoresViewAll] {
        let shown = manager.clone().allow(permission).caller();
        assert!(shown.knows_store(OXFORD), "{permission}");
    }
    assert_eq!(
        knows(&person(1, &[]).with("super_admin").caller()),
        [BATH, OXFORD, UNKNOWN]
    );
    let mut gone = person(1, &[BATH]).with("super_admin");
    gone.standing.active = false;
    assert_eq!(knows(&gone.caller()), []);
}

#[test]
fn r38_what_is_sensitive_asks_for_a_proof_that_is_not_ten_minutes_old() {
    const MINUTES_10: i64 = 10 * 60_000;
    let owner = person(1, &[]).with("super_admin").caller();
    let owes = |age: i64, operation: Operation| {
        let caller = owner.clone().proved_at(Instant(owner.now.0 - age));
        caller.owes_proof(operation)
    };
    let (sensitive, other) = (CreateGroup::OPERATION, DeactivateUser::OPERATION);
    assert!(!owes(0, sensitive));
    assert!(!owes(MINUTES_10 - 1, sensitive));
    assert!(owes(MINUTES_10, sensitive));
    assert!(!owes(MINUTES_10, other));
    // Another node's clock may be ahead.
    assert!(!owes(-1_000, sensitive));
    // Who proved nothing owes it; whether they may do it at all is another question.
    assert!(owner.owes_proof(sensitive));
    assert!(!owner.owes_proof(other));
}
