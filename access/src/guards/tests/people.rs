//! Guards around a person.

use super::*;

#[test]
fn a_manager_of_one_store_sees_whoever_works_there() {
    let manager = manager_of_bath();
    let see = |stores: &[StoreId]| may_see_person(&manager, &person(9, stores).with("crew"));
    assert_eq!(see(&[BATH]), Ok(()));
    assert_eq!(see(&[OXFORD, BATH]), Ok(()));
    assert_eq!(see(&[OXFORD]), HIDDEN, "like a person who is not there");
    assert_eq!(see(&[]), HIDDEN);
    assert_eq!(
        may_see_person(&manager, &person(9, &[]).with("super_admin")),
        Ok(()),
        "a Super Admin works in all stores"
    );
    let mut left = person(9, &[BATH]).with("crew");
    left.standing.active = false;
    assert_eq!(may_see_person(&manager, &left), Ok(()));
}

#[test]
fn a_person_without_stores_is_seen_by_who_manages_users_in_every_store() {
    let nowhere = person(9, &[]).with("crew");
    assert_eq!(may_see_person(&admin(), &nowhere), Ok(()));
    assert_eq!(may_see_person(&owner(), &nowhere), Ok(()));
    let in_two = person(4, &[BATH, OXFORD]).with("admin").caller();
    assert_eq!(may_see_person(&in_two, &nowhere), HIDDEN);
}

#[test]
fn who_manages_users_nowhere_is_told_what_is_missing() {
    let sales = person(5, &ALL_STORES).with("sales").caller();
    let target = person(9, &[BATH]).with("crew");
    assert_eq!(may_see_person(&sales, &target), NO_USERS);
    assert_eq!(may_act_on(&sales, &target), NO_USERS);
    assert_eq!(may_give_all(&sales, &target), NO_USERS);
    assert_eq!(may_grant(&sales, None, &target), NO_USERS);
    assert_eq!(
        may_override(&sales, &target, Permission::QuotesSend),
        NO_USERS
    );
}

#[test]
fn a_manager_of_one_store_acts_only_on_people_all_of_whose_stores_they_manage() {
    let manager = manager_of_bath();
    let act = |stores: &[StoreId]| may_act_on(&manager, &person(9, stores).with("crew"));
    assert_eq!(act(&[BATH]), Ok(()));
    assert_eq!(act(&[BATH, OXFORD]), rule(Rule::NotTheirStore));
    assert_eq!(act(&[OXFORD]), HIDDEN);
    assert_eq!(
        may_act_on(&admin(), &person(9, &[BATH, OXFORD]).with("crew")),
        Ok(())
    );
    assert_eq!(may_act_on(&admin(), &person(9, &[]).with("crew")), Ok(()));
}

#[test]
fn r56_nobody_acts_on_a_person_who_holds_something_they_lack() {
    let target = person(9, &[BATH]).with("crew");
    // Manages users, but holds none of Crew's permissions.
    let clerk = person(4, &[BATH])
        .holding(set([Permission::SettingsUsers]), Reach::AllTheirStores)
        .caller();
    assert_eq!(may_see_person(&clerk, &target), Ok(()));
    assert_eq!(may_act_on(&clerk, &target), rule(Rule::AboveYou));
    assert_eq!(
        may_act_on(&admin(), &person(9, &[]).with("super_admin")),
        rule(Rule::AboveYou)
    );
    let with_billing = person(9, &[BATH])
        .with("crew")
        .allow(Permission::SettingsBilling);
    assert_eq!(may_act_on(&admin(), &with_billing), rule(Rule::AboveYou));
    assert_eq!(may_act_on(&owner(), &with_billing), Ok(()));
    assert_eq!(
        may_act_on(&owner(), &person(9, &[]).with("super_admin")),
        Ok(()),
        "equals act on each other"
    );
    // The same in one store is not the same in all.
    assert_eq!(
        may_act_on(&manager_of_bath(), &person(9, &[BATH]).with("admin")),
        rule(Rule::AboveYou)
    );
}

#[test]
fn r56_targets_are_judged_as_if_active_and_without_denials() {
    let mut invited = person(9, &[]).with("super_admin");
    invited.standing.accepted = false;
    assert_eq!(may_act_on(&admin(), &invited), rule(Rule::AboveYou));
    let mut gone = person(9, &[BATH])
        .with("crew")
        .allow(Permission::SettingsGroups);
    gone.standing.active = false;
    assert_eq!(may_act_on(&admin(), &gone), rule(Rule::AboveYou));
    let restrained = person(4, &ALL_STORES)
        .with("admin")
        .deny(Permission::InvoicesVoid)
        .caller();
    let equal = person(9, &ALL_STORES)
        .with("admin")
        .deny(Permission::InvoicesVoid);
    assert_eq!(may_act_on(&restrained, &equal), rule(Rule::AboveYou));
    assert_eq!(may_act_on(&admin(), &equal), Ok(()));
}

#[test]
fn r56_nobody_acts_on_or_gives_to_themselves_through_the_admins_door() {
    for caller in [owner(), admin(), manager_of_bath()] {
        let me = caller.person.clone();
        assert_eq!(may_see_person(&caller, &me), Ok(()));
        assert_eq!(may_act_on(&caller, &me), rule(Rule::SelfChange));
        assert_eq!(may_give_all(&caller, &me), rule(Rule::SelfChange));
        assert_eq!(may_grant(&caller, Some(&me), &me), rule(Rule::SelfChange));
        assert_eq!(may_grant(&caller, None, &me), rule(Rule::SelfChange));
        assert_eq!(
            may_override(&caller, &me, Permission::JobsView),
            rule(Rule::SelfChange)
        );
    }
}

#[test]
fn r56_nobody_invites_with_more_than_they_hold() {
    let admin = admin();
    assert_eq!(
        may_grant(&admin, None, &person(9, &[BATH]).with("sales")),
        Ok(())
    );
    assert_eq!(
        may_grant(&admin, None, &person(9, &ALL_STORES).with("admin")),
        Ok(())
    );
    assert_eq!(
        may_grant(&admin, None, &person(9, &[]).with("super_admin")),
        rule(Rule::NeedsSuperAdmin)
    );
    assert_eq!(
        may_grant(&owner(), None, &person(9, &[]).with("super_admin")),
        Ok(())
    );
    // A custom group that equals Super Admin is guarded like it.
    let look_alike = person(9, &[BATH]).holding(PermissionSet::ALL, Reach::AllTheirStores);
    assert_eq!(
        may_grant(&admin, None, &look_alike),
        beyond([Permission::SettingsGroups, Permission::SettingsBilling])
    );
    let with_override = person(9, &[BATH])
        .with("crew")
        .allow(Permission::SettingsBilling);
    assert_eq!(
        may_grant(&admin, None, &with_override),
        beyond([Permission::SettingsBilling])
    );
}

#[test]
fn r56_nobody_gives_in_a_store_what_they_hold_only_in_another() {
    let caller = person(4, &[BATH, OXFORD])
        .with("sales")
        .with_at("billing", BATH)
        .holding(set([Permission::SettingsUsers]), Reach::AllTheirStores)
        .caller();
    let there = |store| may_grant(&caller, None, &person(9, &[store]).with("billing"));
    assert_eq!(there(BATH), Ok(()));
    assert_eq!(
        there(OXFORD),
        rule(Rule::BeyondYou {
            permissions: built_in("billing")
                .unwrap()
                .permissions
                .minus(built_in("sales").unwrap().permissions),
        })
    );
}

#[test]
fn a_store_manager_invites_into_their_store_and_no_other() {
    let manager = manager_of_bath();
    let invite = |stores: &[StoreId]| may_grant(&manager, None, &person(9, stores).with("crew"));
    assert_eq!(invite(&[BATH]), Ok(()));
    assert_eq!(invite(&[BATH, OXFORD]), rule(Rule::NotTheirStore));
    assert_eq!(invite(&[OXFORD]), rule(Rule::NotTheirStore));
    assert_eq!(invite(&[UNKNOWN]), rule(Rule::NotTheirStore), "alike");
    assert_eq!(invite(&[]), rule(Rule::NotTheirStore));
    assert_eq!(
        may_grant(&manager, None, &person(9, &[BATH]).with("admin")),
        rule(Rule::BeyondYou {
            permissions: PermissionSet::VIEWS.union(set([
                Permission::SettingsView,
                Permission::SettingsEdit,
                Permission::SettingsAudit,
                Permission::StoresViewAll,
            ])),
        }),
        "what is of business scope, and what is seen in the other stores"
    );
    assert_eq!(
        may_grant(&manager, None, &person(9, &[BATH]).with_at("admin", BATH)),
        Ok(())
    );
}

#[test]
fn a_membership_for_a_store_names_one_of_the_persons_stores() {
    let there = person(9, &[BATH]).with("crew").with_at("sales", OXFORD);
    assert_eq!(may_grant(&admin(), None, &there), rule(Rule::NotTheirStore));
    let mut before = there.clone();
    before.stores = vec![BATH, OXFORD];
    assert_eq!(
        may_grant(&admin(), Some(&before), &there),
        Ok(()),
        "one that is left over does nothing"
    );
}

#[test]
fn r56_what_is_given_to_a_person_without_stores_must_be_held_in_all() {
    let clerk = person(4, &ALL_STORES)
        .holding(set([Permission::SettingsUsers]), Reach::AllTheirStores)
        .with("crew")
        .caller();
    assert_eq!(
        may_grant(&clerk, None, &person(9, &[]).with("crew")),
        Ok(())
    );
    let billing = may_grant(&clerk, None, &person(9, &[]).with("billing"));
    assert!(matches!(
        billing,
        Err(Denied::Rule(Rule::BeyondYou { permissions }))
            if permissions.contains(Permission::InvoicesVoid)
    ));
    // What they have already is not given again.
    let before = person(9, &[]).with("billing");
    let after = before.clone().with("crew");
    assert_eq!(may_grant(&clerk, Some(&before), &after), Ok(()));
    assert!(may_give_all(&clerk, &before).is_err());
}

#[test]
fn r56_a_change_is_judged_by_what_is_new_in_it() {
    let manager = manager_of_bath();
    let before = person(9, &[BATH]).with("crew");
    let sales = person(9, &[BATH]).with("crew").with("sales");
    assert_eq!(may_grant(&manager, Some(&before), &sales), Ok(()));
    let moved = person(9, &[BATH, OXFORD]).with("crew");
    assert_eq!(
        may_grant(&manager, Some(&before), &moved),
        rule(Rule::NotTheirStore)
    );
    assert_eq!(
        may_grant(&manager, Some(&moved), &before),
        rule(Rule::NotTheirStore),
        "nor is taken away what is not theirs to manage"
    );
    let other = person(8, &[BATH]).with("crew");
    assert_eq!(may_grant(&manager, Some(&other), &before), HIDDEN);
}

#[test]
fn a_membership_of_super_admin_is_for_all_stores() {
    let mut in_one = person(9, &[BATH]);
    in_one
        .memberships
        .push(group("super_admin", Reach::Store(BATH)));
    assert_eq!(
        may_grant(&owner(), None, &in_one),
        rule(Rule::SuperAdminReach)
    );
}

#[test]
fn r56_an_override_needs_the_permission_in_each_of_the_persons_stores() {
    let caller = person(4, &[BATH, OXFORD])
        .with("admin")
        .with_at("billing", BATH)
        .deny(Permission::InvoicesVoid)
        .caller();
    let here = person(9, &[BATH]).with("crew");
    assert_eq!(may_override(&caller, &here, Permission::CostsView), Ok(()));
    assert_eq!(
        may_override(&caller, &here, Permission::InvoicesVoid),
        beyond([Permission::InvoicesVoid])
    );
    assert_eq!(
        may_override(&caller, &here, Permission::SettingsAudit),
        Ok(())
    );
    assert_eq!(
        may_override(&caller, &here, Permission::SettingsBilling),
        beyond([Permission::SettingsBilling])
    );
    assert_eq!(
        may_override(
            &owner(),
            &person(9, &[]).with("super_admin"),
            Permission::CostsView
        ),
        rule(Rule::GroupLocked)
    );
}

#[test]
fn r56_denying_and_clearing_an_override_needs_the_permission_too() {
    let before = person(9, &[BATH]).with("crew");
    let denied = before.clone().deny(Permission::SettingsBilling);
    assert_eq!(
        may_grant(&admin(), Some(&before), &denied),
        beyond([Permission::SettingsBilling])
    );
    assert_eq!(
        may_grant(&admin(), Some(&denied), &before),
        beyond([Permission::SettingsBilling])
    );
    assert_eq!(may_grant(&owner(), Some(&denied), &before), Ok(()));
    let mut said_otherwise = denied.clone();
    said_otherwise.overrides[0].reason = "Said otherwise".to_owned();
    assert_eq!(
        may_grant(&admin(), Some(&denied), &said_otherwise),
        beyond([Permission::SettingsBilling]),
        "nor is another reason given for it"
    );
    let longer = denied.clone().until(LATER);
    assert_eq!(
        may_grant(&admin(), Some(&denied), &longer),
        beyond([Permission::SettingsBilling])
    );
    let ended = before.clone().deny(Permission::SettingsBilling).until(NOW);
    assert_eq!(
        may_grant(&admin(), Some(&ended), &before),
        Ok(()),
        "one that has ended is only swept away"
    );
}

#[test]
fn overrides_are_not_added_to_a_super_admin_but_old_ones_may_go() {
    let before = person(9, &[BATH]).with("super_admin");
    let with_one = before.clone().deny(Permission::JobsView);
    assert_eq!(
        may_grant(&owner(), Some(&before), &with_one),
        rule(Rule::GroupLocked)
    );
    assert_eq!(may_grant(&owner(), Some(&with_one), &before), Ok(()));
    let crew = person(9, &[BATH]).with("crew").deny(Permission::JobsView);
    let promoted = person(9, &[BATH])
        .with("super_admin")
        .deny(Permission::JobsView);
    assert_eq!(may_grant(&owner(), Some(&crew), &promoted), Ok(()));
}

#[test]
fn r56_reactivating_and_inviting_again_need_all_that_comes_back() {
    let mut gone = person(9, &[BATH])
        .with("sales")
        .deny(Permission::SettingsBilling);
    gone.standing.active = false;
    assert_eq!(
        may_give_all(&admin(), &gone),
        Ok(()),
        "a denial gives nothing"
    );
    let clerk = person(4, &[BATH])
        .with("crew")
        .holding(set([Permission::SettingsUsers]), Reach::AllTheirStores)
        .caller();
    assert_eq!(may_give_all(&clerk, &gone), rule(Rule::AboveYou));
    assert_eq!(
        may_give_all(&manager_of_bath(), &person(9, &[BATH, OXFORD]).with("crew")),
        rule(Rule::NotTheirStore)
    );
}

#[test]
fn r29_an_invitation_is_void_when_its_sender_no_longer_may() {
    let mut invited = person(9, &[BATH]).with("sales");
    invited.standing.accepted = false;
    let ask = |sender: &Person| may_still_invite(sender, &ALL_STORES, &invited, NOW);
    let sender = person(2, &ALL_STORES).with("admin");
    assert_eq!(ask(&sender), Ok(()));
    assert_eq!(ask(&person(2, &ALL_STORES).with("sales")), NO_USERS);
    assert_eq!(ask(&person(2, &[OXFORD]).with("admin")), HIDDEN);
    assert_eq!(
        ask(&sender.clone().deny(Permission::QuotesSend)),
        rule(Rule::AboveYou)
    );
    let mut left = sender;
    left.standing = Standing {
        active: false,
        ..Standing::WORKING
    };
    assert_eq!(ask(&left), NO_USERS);
}

#[test]
fn r56_a_last_day_is_set_by_who_may_act_and_taken_back_by_who_may_give_it_all() {
    let until = |person: &Person, end: Option<Instant>| Person {
        standing: Standing {
            ends_at: end,
            ..person.standing
        },
        ..person.clone()
    };
    let ask = |caller: &Caller, person: &Person, ends_at| {
        may_set_last_day(
            caller,
            &LastDayChange {
                person: person.clone(),
                ends_at,
            },
        )
    };
    let crew = person(9, &[BATH]).with("crew");
    let leaving = until(&crew, Some(LATER));
    for (person, ends_at) in [
        (&crew, Some(LATER)),
        (&leaving, Some(NOW)),
        (&leaving, Some(Instant(LATER.0 + 1))),
        (&leaving, None),
    ] {
        assert_eq!(ask(&manager_of_bath(), person, ends_at), Ok(()));
        assert_eq!(
            ask(&person.caller(), person, ends_at),
            NO_USERS,
            "not their own"
        );
    }
    let me = owner().person;
    assert_eq!(ask(&owner(), &me, Some(LATER)), rule(Rule::SelfChange));
    let above = person(9, &[]).with("super_admin");
    assert_eq!(ask(&admin(), &above, Some(LATER)), rule(Rule::AboveYou));
    let elsewhere = person(9, &[BATH, OXFORD]).with("crew");
    assert_eq!(
        ask(&manager_of_bath(), &elsewhere, Some(LATER)),
        rule(Rule::NotTheirStore)
    );

    // Somebody without stores whose groups would give more than the clerk holds, in any store.
    let clerk = person(4, &ALL_STORES)
        .holding(set([Permission::SettingsUsers]), Reach::AllTheirStores)
        .with("crew")
        .caller();
    let waiting = person(9, &[]).with("billing");
    assert_eq!(ask(&clerk, &waiting, Some(LATER)), Ok(()));
    let leaving = until(&waiting, Some(LATER));
    assert_eq!(ask(&clerk, &leaving, Some(NOW)), Ok(()));
    for longer in [None, Some(Instant(LATER.0 + 1))] {
        assert!(
            matches!(
                ask(&clerk, &leaving, longer),
                Err(Denied::Rule(Rule::BeyondYou { .. }))
            ),
            "access that lasts longer is given anew"
        );
    }
}

#[test]
fn r30_an_address_is_changed_by_who_may_act_and_of_the_invited_by_who_may_give_it_all() {
    let clerk = person(4, &ALL_STORES)
        .holding(set([Permission::SettingsUsers]), Reach::AllTheirStores)
        .with("crew");
    let ask = |person: &Person| may_change_email(&clerk.caller(), person);
    let working = person(9, &[]).with("billing");
    assert_eq!(ask(&working), Ok(()));
    let mut invited = person(9, &[]).with("billing");
    invited.standing.accepted = false;
    assert!(matches!(
        ask(&invited),
        Err(Denied::Rule(Rule::BeyondYou { .. }))
    ));
    let above = person(9, &[]).with("super_admin");
    assert_eq!(ask(&above), rule(Rule::AboveYou));
    assert_eq!(ask(&clerk), rule(Rule::SelfChange));
    let still = |asker: &Person| may_still_change_email(asker, &ALL_STORES, &working, NOW);
    assert_eq!(still(&clerk), Ok(()));
    assert_eq!(still(&person(4, &ALL_STORES).with("crew")), NO_USERS);
}

#[test]
fn r53_a_picture_shows_to_oneself_to_who_sees_the_person_and_to_who_reads_the_log() {
    let target = person(9, &[OXFORD]).with("crew");
    assert_eq!(may_see_picture(&target.caller(), &target), Ok(()));
    assert_eq!(may_see_picture(&admin(), &target), Ok(()));
    assert_eq!(may_see_picture(&manager_of_bath(), &target), HIDDEN);
    let colleague = person(5, &[OXFORD]).with("crew").caller();
    assert_eq!(
        may_see_picture(&colleague, &target),
        HIDDEN,
        "not only asked for what is missing"
    );
    let auditor = person(6, &[BATH])
        .holding(set([Permission::SettingsAudit]), Reach::AllTheirStores)
        .caller();
    assert_eq!(may_see_picture(&auditor, &target), Ok(()));
}
