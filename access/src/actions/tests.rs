//! The decisions of the operations, each at its own door. The guards themselves are tested with
//! them, in `guards`.

use super::*;
use crate::sample::{AIRPORT, ALL_STORES, BATH, OXFORD, UNKNOWN, person};
use crate::{TwoFactorPolicy, system};

fn admin() -> Caller {
    person(2, &ALL_STORES).with("admin").caller()
}

fn denied<A: Action>(caller: &Caller, target: &A::Target) -> Denied {
    caller
        .may::<A>(target)
        .err()
        .unwrap_or_else(|| panic!("{} was granted", A::OPERATION.name))
}

#[test]
fn r56_every_door_to_a_person_refuses_those_above() {
    let caller = admin();
    let above = person(9, &[]).with("super_admin");
    let rule = Denied::Rule(Rule::AboveYou);
    assert!(caller.may::<ViewUser>(&above).is_ok());
    assert_eq!(denied::<UpdateUser>(&caller, &above), rule);
    assert_eq!(denied::<DeactivateUser>(&caller, &above), rule);
    assert_eq!(denied::<ReactivateUser>(&caller, &above), rule);
    assert_eq!(denied::<ResendInvite>(&caller, &above), rule);
    assert_eq!(denied::<WithdrawInvite>(&caller, &above), rule);
    let change = AccessChange {
        before: above.clone(),
        after: person(9, &ALL_STORES).with("crew"),
    };
    assert_eq!(denied::<SetAccess>(&caller, &change), rule);
    assert_eq!(
        denied::<InviteUser>(&caller, &above),
        Denied::Rule(Rule::NeedsSuperAdmin)
    );
}

#[test]
fn r53_every_door_to_a_person_of_a_foreign_store_answers_like_nobody_there() {
    let caller = person(3, &[BATH]).with_at("admin", BATH).caller();
    let foreign = person(9, &[OXFORD]).with("crew");
    assert_eq!(denied::<ViewUser>(&caller, &foreign), Denied::Hidden);
    assert_eq!(denied::<UpdateUser>(&caller, &foreign), Denied::Hidden);
    assert_eq!(denied::<DeactivateUser>(&caller, &foreign), Denied::Hidden);
    assert_eq!(denied::<ReactivateUser>(&caller, &foreign), Denied::Hidden);
    assert_eq!(denied::<ResendInvite>(&caller, &foreign), Denied::Hidden);
    assert_eq!(denied::<WithdrawInvite>(&caller, &foreign), Denied::Hidden);
    let change = AccessChange {
        before: foreign.clone(),
        after: foreign,
    };
    assert_eq!(denied::<SetAccess>(&caller, &change), Denied::Hidden);
}

#[test]
fn nobody_is_their_own_admin_but_names_are_ones_own() {
    let caller = admin();
    let me = caller.person.clone();
    let rule = Denied::Rule(Rule::SelfChange);
    assert!(caller.may::<ViewUser>(&me).is_ok());
    assert!(caller.may::<UpdateUser>(&me).is_ok());
    assert_eq!(denied::<DeactivateUser>(&caller, &me), rule);
    assert_eq!(denied::<ReactivateUser>(&caller, &me), rule);
    let change = AccessChange {
        before: me.clone(),
        after: me.clone(),
    };
    assert_eq!(denied::<SetAccess>(&caller, &change), rule);
    assert_eq!(denied::<InviteUser>(&caller, &me), rule);
}

#[test]
fn an_invitation_asks_for_a_group() {
    assert_eq!(
        denied::<InviteUser>(&admin(), &person(9, &[BATH])),
        Denied::Rule(Rule::NeedsGroup)
    );
    assert!(
        admin()
            .may::<InviteUser>(&person(9, &[BATH]).with("crew"))
            .is_ok()
    );
}

#[test]
fn an_admin_invites_changes_and_deactivates_those_below() {
    let caller = admin();
    let crew = person(9, &[BATH]).with("crew");
    assert!(caller.may::<ListUsers>(&()).is_ok());
    assert!(caller.may::<NewUser>(&()).is_ok());
    assert!(caller.may::<ResendInvite>(&crew).is_ok());
    assert!(caller.may::<WithdrawInvite>(&crew).is_ok());
    assert!(caller.may::<DeactivateUser>(&crew).is_ok());
    assert!(caller.may::<ReactivateUser>(&crew).is_ok());
    let change = AccessChange {
        after: person(9, &[BATH, AIRPORT]).with("sales"),
        before: crew,
    };
    assert!(caller.may::<SetAccess>(&change).is_ok());
}

#[test]
fn r53_only_a_store_of_theirs_is_chosen() {
    let dana = person(1, &[BATH, AIRPORT]).with("sales").caller();
    assert!(dana.may::<SwitchStore>(&None).is_ok());
    assert!(dana.may::<SwitchStore>(&Some(AIRPORT)).is_ok());
    for foreign in [OXFORD, UNKNOWN] {
        assert_eq!(denied::<SwitchStore>(&dana, &Some(foreign)), Denied::Hidden);
    }
}

#[test]
fn stores_are_seen_with_settings_view_and_changed_with_settings_edit() {
    let viewer = person(1, &[BATH])
        .with("crew")
        .allow(Permission::SettingsView)
        .caller();
    assert!(viewer.may::<ListStores>(&()).is_ok());
    assert!(viewer.may::<ViewStore>(&OXFORD).is_ok());
    assert_eq!(denied::<ViewStore>(&viewer, &UNKNOWN), Denied::Hidden);
    let missing = Denied::missing(Permission::SettingsEdit);
    assert_eq!(denied::<CreateStore>(&viewer, &()), missing);
    assert_eq!(denied::<UpdateStore>(&viewer, &BATH), missing);
    assert!(admin().may::<CreateStore>(&()).is_ok());
    assert!(admin().may::<UpdateStore>(&AIRPORT).is_ok());
    assert_eq!(denied::<UpdateStore>(&admin(), &UNKNOWN), Denied::Hidden);
}

#[test]
fn what_only_the_system_does_no_super_admin_is_given() {
    let owner = person(1, &[]).with("super_admin").caller();
    assert_eq!(denied::<SignIn>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<AcceptInvite>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<CreateBusiness>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<RecordRefusal>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<ExpireSession>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<LockAccount>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<FillSample>(&owner, &()), Denied::Hidden);
    let grant = system::grant::<ExpireSession>("the clock");
    assert_eq!(grant.operation().kind, Kind::System);
}

#[test]
fn r37_a_second_factor_that_the_business_asks_for_is_not_turned_off() {
    let off = |caller: &Caller, policy| {
        caller.may::<TurnOffTwoFactor>(&OwnFactor {
            person: caller.person.id,
            demand: FactorDemand {
                policy,
                in_admin: false,
            },
        })
    };
    let crew = person(3, &[BATH]).with("crew").caller();
    let manager = person(4, &[BATH])
        .with("crew")
        .allow(Permission::SettingsUsers)
        .caller();
    for policy in TwoFactorPolicy::ALL {
        assert_eq!(
            off(&crew, policy).is_err(),
            policy == TwoFactorPolicy::Everyone
        );
        assert_eq!(
            off(&manager, policy).err(),
            (policy != TwoFactorPolicy::Off).then(|| Rule::TwoFactorRequired.into())
        );
    }
}

#[test]
fn r38_a_second_factor_is_reset_by_somebody_else_who_is_not_below() {
    let caller = admin();
    let colleague = person(9, &[BATH]).with("sales");
    assert!(caller.may::<ResetTwoFactor>(&colleague).is_ok());
    let above = person(9, &[]).with("super_admin");
    assert_eq!(
        denied::<ResetTwoFactor>(&caller, &above),
        Denied::Rule(Rule::AboveYou)
    );
    assert_eq!(
        denied::<ResetTwoFactor>(&caller, &caller.person),
        Denied::Rule(Rule::SelfChange)
    );
    let manager = person(3, &[BATH]).with_at("admin", BATH).caller();
    let foreign = person(9, &[OXFORD]).with("crew");
    assert_eq!(denied::<ResetTwoFactor>(&manager, &foreign), Denied::Hidden);
    assert_eq!(
        denied::<ResetTwoFactor>(&person(3, &[BATH]).with("sales").caller(), &colleague),
        Denied::missing(Permission::SettingsUsers)
    );
}
