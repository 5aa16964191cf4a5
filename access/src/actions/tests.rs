//! The decisions of the operations, each at its own door. The guards themselves are tested with
//! them, in `guards`.

use super::*;
use crate::guards::GroupShape;
use crate::sample::{AIRPORT, ALL_STORES, BATH, OXFORD, UNKNOWN, custom, person, set};
use crate::{GroupId, PermissionSet, Reach, TwoFactorPolicy, UserId, system};

fn admin() -> Caller {
    person(2, &ALL_STORES).with("admin").caller()
}

/// An open store beside others.
fn open(store: StoreId) -> StoreStanding {
    StoreStanding {
        store,
        active: true,
        another_is_active: true,
    }
}

fn last_day(person: &Person) -> LastDayChange {
    LastDayChange {
        person: person.clone(),
        ends_at: Some(Instant(1)),
    }
}

/// A session of somebody, on a device that the caller does not use.
fn session_of(person: &Person) -> SessionOf {
    SessionOf {
        session: SessionRef(uuid::Uuid::from_u128(900)),
        person: person.clone(),
    }
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
    assert_eq!(denied::<SendReset>(&caller, &above), rule);
    assert_eq!(denied::<UnlockUser>(&caller, &above), rule);
    assert_eq!(denied::<SignOutUser>(&caller, &above), rule);
    assert_eq!(denied::<EndSession>(&caller, &session_of(&above)), rule);
    let change = AccessChange {
        before: above.clone(),
        after: person(9, &ALL_STORES).with("crew"),
    };
    assert_eq!(denied::<SetAccess>(&caller, &change), rule);
    assert_eq!(denied::<PreviewAccess>(&caller, &change), rule);
    assert_eq!(denied::<CheckAccess>(&caller, &change), rule);
    assert!(caller.may::<ViewAccess>(&above).is_ok());
    assert_eq!(denied::<SetLastDay>(&caller, &last_day(&above)), rule);
    assert_eq!(
        denied::<InviteUser>(&caller, &above),
        Denied::Rule(Rule::NeedsSuperAdmin)
    );
}

#[test]
fn r56_what_is_done_to_several_is_asked_of_each_of_them() {
    let caller = admin();
    let below = |n| person(n, &[BATH]).with("crew");
    let both = vec![below(8), below(9)];
    assert!(caller.may::<DeactivateMany>(&both).is_ok());
    assert!(caller.may::<SignOutMany>(&both).is_ok());
    let above = person(7, &[]).with("super_admin");
    let last = vec![below(8), below(9), above];
    let rule = Denied::Rule(Rule::AboveYou);
    assert_eq!(denied::<DeactivateMany>(&caller, &last), rule);
    assert_eq!(denied::<SignOutMany>(&caller, &last), rule);
    let oneself = vec![below(8), caller.person.clone()];
    let rule = Denied::Rule(Rule::SelfChange);
    assert_eq!(denied::<DeactivateMany>(&caller, &oneself), rule);
    assert_eq!(denied::<SignOutMany>(&caller, &oneself), rule);
    let manager = person(3, &[BATH]).with_at("admin", BATH).caller();
    let foreign = vec![below(8), person(9, &[OXFORD]).with("crew")];
    assert_eq!(denied::<DeactivateMany>(&manager, &foreign), Denied::Hidden);
    assert_eq!(denied::<SignOutMany>(&manager, &foreign), Denied::Hidden);
    let crew = person(4, &ALL_STORES).with("crew").caller();
    let missing = Denied::missing(Permission::SettingsUsers);
    assert_eq!(denied::<DeactivateMany>(&crew, &Vec::new()), missing);
    assert_eq!(denied::<SignOutMany>(&crew, &Vec::new()), missing);
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
    assert_eq!(denied::<ViewAccess>(&caller, &foreign), Denied::Hidden);
    assert_eq!(
        denied::<SetLastDay>(&caller, &last_day(&foreign)),
        Denied::Hidden
    );
    assert_eq!(denied::<SendReset>(&caller, &foreign), Denied::Hidden);
    assert_eq!(denied::<UnlockUser>(&caller, &foreign), Denied::Hidden);
    assert_eq!(denied::<SignOutUser>(&caller, &foreign), Denied::Hidden);
    assert_eq!(
        denied::<EndSession>(&caller, &session_of(&foreign)),
        Denied::Hidden
    );
    let change = AccessChange {
        before: foreign.clone(),
        after: foreign,
    };
    assert_eq!(denied::<SetAccess>(&caller, &change), Denied::Hidden);
    assert_eq!(denied::<PreviewAccess>(&caller, &change), Denied::Hidden);
    assert_eq!(denied::<CheckAccess>(&caller, &change), Denied::Hidden);
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
    assert_eq!(denied::<SetLastDay>(&caller, &last_day(&me)), rule);
    assert!(caller.may::<ViewAccess>(&me).is_ok());
    assert_eq!(denied::<SendReset>(&caller, &me), rule);
    assert_eq!(denied::<UnlockUser>(&caller, &me), rule);
    assert_eq!(denied::<SignOutUser>(&caller, &me), rule);
    let change = AccessChange {
        before: me.clone(),
        after: me.clone(),
    };
    assert_eq!(denied::<SetAccess>(&caller, &change), rule);
    assert_eq!(denied::<InviteUser>(&caller, &me), rule);
}

#[test]
fn r46_one_ends_ones_own_sessions_but_not_the_one_that_asks_nor_a_foreign_one() {
    for caller in [admin(), person(3, &[]).caller()] {
        let other = SessionRef(uuid::Uuid::from_u128(900));
        let own = |session| OwnSession {
            session,
            person: caller.person.id,
        };
        assert!(caller.may::<EndOwnSession>(&own(other)).is_ok());
        assert_eq!(
            denied::<EndOwnSession>(&caller, &own(caller.session)),
            Denied::Rule(Rule::ThisSession)
        );
        assert!(caller.may::<EndOwnOthers>(&()).is_ok());
        let foreign = OwnSession {
            session: other,
            person: person(9, &[]).id,
        };
        assert_eq!(denied::<EndOwnSession>(&caller, &foreign), Denied::Hidden);
        // Even one that is said to be this very session.
        let forged = OwnSession {
            session: caller.session,
            ..foreign
        };
        assert_eq!(denied::<EndOwnSession>(&caller, &forged), Denied::Hidden);
    }
}

#[test]
fn who_looks_after_people_ends_their_own_sessions_too_but_not_the_one_that_asks() {
    let caller = admin();
    let mine = session_of(&caller.person);
    assert!(caller.may::<EndSession>(&mine).is_ok());
    let this = SessionOf {
        session: caller.session,
        ..mine
    };
    assert_eq!(
        denied::<EndSession>(&caller, &this),
        Denied::Rule(Rule::ThisSession)
    );
}

#[test]
fn nobody_without_managing_users_sees_or_ends_sessions_of_others() {
    let caller = person(3, &ALL_STORES).with("sales").caller();
    let missing = Denied::missing(Permission::SettingsUsers);
    let crew = person(9, &ALL_STORES).with("crew");
    assert_eq!(denied::<ListSessions>(&caller, &()), missing);
    assert_eq!(denied::<EndSession>(&caller, &session_of(&crew)), missing);
    assert_eq!(denied::<EndOtherSessions>(&caller, &()), missing);
    assert_eq!(denied::<SignOutUser>(&caller, &crew), missing);
    assert!(admin().may::<ListSessions>(&()).is_ok());
    assert!(admin().may::<EndOtherSessions>(&()).is_ok());
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
    assert!(caller.may::<SetLastDay>(&last_day(&crew)).is_ok());
    assert!(caller.may::<ViewAccess>(&crew).is_ok());
    assert!(caller.may::<SendReset>(&crew).is_ok());
    assert!(caller.may::<UnlockUser>(&crew).is_ok());
    assert!(caller.may::<SignOutUser>(&crew).is_ok());
    assert!(caller.may::<EndSession>(&session_of(&crew)).is_ok());
    let change = AccessChange {
        after: person(9, &[BATH, AIRPORT]).with("sales"),
        before: crew,
    };
    assert!(caller.may::<SetAccess>(&change).is_ok());
    assert!(caller.may::<PreviewAccess>(&change).is_ok());
}

#[test]
fn r53_only_a_store_of_theirs_is_chosen() {
    let dana = person(1, &[BATH, AIRPORT]).with("sales").caller();
    assert!(dana.may::<SwitchStore>(&None).is_ok());
    assert!(dana.may::<SwitchStore>(&Some(open(AIRPORT))).is_ok());
    for foreign in [OXFORD, UNKNOWN] {
        let foreign = Some(open(foreign));
        assert_eq!(denied::<SwitchStore>(&dana, &foreign), Denied::Hidden);
    }
    let closed = Some(StoreStanding {
        active: false,
        ..open(AIRPORT)
    });
    assert_eq!(
        denied::<SwitchStore>(&dana, &closed),
        Denied::Hidden,
        "closed"
    );
}

#[test]
fn one_store_always_remains_open() {
    let (first, last) = (
        open(BATH),
        StoreStanding {
            another_is_active: false,
            ..open(BATH)
        },
    );
    assert!(admin().may::<DeactivateStore>(&first).is_ok());
    assert_eq!(
        denied::<DeactivateStore>(&admin(), &last),
        Denied::Rule(Rule::LastStore)
    );
    assert!(admin().may::<ReactivateStore>(&last).is_ok());
    let missing = Denied::missing(Permission::SettingsEdit);
    let manager = person(3, &[BATH]).with_at("admin", BATH).caller();
    assert_eq!(denied::<DeactivateStore>(&manager, &first), missing);
    assert_eq!(denied::<ReactivateStore>(&manager, &first), missing);
    assert_eq!(
        denied::<DeactivateStore>(&admin(), &open(UNKNOWN)),
        Denied::Hidden
    );
    assert_eq!(
        denied::<ReactivateStore>(&admin(), &open(UNKNOWN)),
        Denied::Hidden
    );
}

fn shape(permissions: PermissionSet) -> GroupShape {
    GroupShape {
        group: custom(set([Permission::JobsView]), Reach::AllTheirStores).group,
        locked: false,
        built_in: false,
        permissions,
    }
}

fn change(before: PermissionSet, after: PermissionSet, members: Vec<Person>) -> GroupChange {
    GroupChange {
        before: shape(before),
        after: shape(after),
        members,
        by: UserId::nil(),
    }
}

/// Every door to a change of a group answers this.
fn every_group_door(caller: &Caller, change: &GroupChange) -> Vec<Option<Denied>> {
    vec![
        caller.may::<CheckGroup>(change).err(),
        caller.may::<PreviewGroup>(change).err(),
        caller.may::<CreateGroup>(change).err(),
        caller.may::<UpdateGroup>(change).err(),
        caller.may::<DuplicateGroup>(change).err(),
    ]
}

#[test]
fn groups_are_seen_with_users_or_groups_and_changed_with_groups() {
    let jobs = set([Permission::JobsView]);
    let plain = change(PermissionSet::EMPTY, jobs, Vec::new());
    let store_manager = person(3, &[BATH]).with_at("admin", BATH).caller();
    let editor = person(4, &ALL_STORES)
        .with("crew")
        .allow(Permission::SettingsGroups)
        .caller();
    for caller in [&store_manager, &editor, &admin()] {
        assert!(caller.may::<ListGroups>(&()).is_ok());
        assert!(caller.may::<ViewGroup>(&()).is_ok());
    }
    let nobody = person(5, &[BATH]).with("sales").caller();
    let missing = Denied::missing(Permission::SettingsUsers);
    assert_eq!(denied::<ListGroups>(&nobody, &()), missing);
    let missing = Denied::missing(Permission::SettingsGroups);
    for caller in [&store_manager, &admin(), &nobody] {
        assert_eq!(denied::<NewGroup>(caller, &()), missing);
        for answer in every_group_door(caller, &plain) {
            assert_eq!(answer.as_ref(), Some(&missing));
        }
    }
    assert!(editor.may::<NewGroup>(&()).is_ok());
    assert!(
        every_group_door(&editor, &plain)
            .iter()
            .all(Option::is_none)
    );
}

#[test]
fn r56_every_door_to_a_group_refuses_what_its_editor_lacks_and_members_above() {
    let editor = person(4, &ALL_STORES)
        .with("crew")
        .allow(Permission::SettingsGroups)
        .caller();
    let (jobs, more) = (
        set([Permission::JobsView]),
        set([Permission::JobsView, Permission::JobsPick]),
    );
    let beyond = set([Permission::InvoicesView]);
    for answer in every_group_door(&editor, &change(PermissionSet::EMPTY, beyond, Vec::new())) {
        let rule = Rule::BeyondYou {
            permissions: beyond,
        };
        assert_eq!(answer, Some(Denied::Rule(rule)));
    }
    let above = person(9, &[BATH])
        .holding(jobs, Reach::AllTheirStores)
        .with_at("billing", BATH);
    for answer in every_group_door(&editor, &change(jobs, more, vec![above])) {
        assert_eq!(answer, Some(Denied::Rule(Rule::AboveYou)));
    }
    let mut locked = change(jobs, more, Vec::new());
    locked.before.locked = true;
    locked.after.locked = true;
    let owner = person(1, &[]).with("super_admin").caller();
    for answer in every_group_door(&owner, &locked) {
        assert_eq!(answer, Some(Denied::Rule(Rule::GroupLocked)));
    }
}

#[test]
fn members_of_a_group_that_goes_keep_where_they_had_it() {
    let jobs = set([Permission::JobsView]);
    let here = person(9, &[BATH, OXFORD])
        .holding(jobs, Reach::Store(BATH))
        .with("sales");
    let everywhere = person(8, &[BATH]).holding(jobs, Reach::AllTheirStores);
    let to = custom(set([Permission::QuotesView]), Reach::AllTheirStores);
    let deletion = GroupDeletion {
        group: shape(jobs),
        to: Some(to.clone()),
        members: vec![here, everywhere],
        by: UserId::nil(),
    };
    let moved: Vec<Vec<(GroupId, Reach)>> = deletion
        .moves()
        .iter()
        .map(|(_, after)| {
            after
                .memberships
                .iter()
                .map(|m| (m.group, m.reach))
                .collect()
        })
        .collect();
    let sales = person(9, &[]).with("sales").memberships[0].group;
    assert_eq!(
        moved,
        [
            vec![
                (to.group, Reach::Store(BATH)),
                (sales, Reach::AllTheirStores)
            ],
            vec![(to.group, Reach::AllTheirStores)],
        ]
    );
    let editor = admin().person.allow(Permission::SettingsGroups).caller();
    assert!(editor.may::<DeleteGroup>(&deletion).is_ok());
    let nowhere = GroupDeletion {
        to: None,
        ..deletion
    };
    assert_eq!(
        denied::<DeleteGroup>(&editor, &nowhere),
        Denied::Rule(Rule::NeedsGroup),
        "who is in no other group must go somewhere"
    );
    assert_eq!(
        denied::<DeleteGroup>(&admin(), &nowhere),
        Denied::missing(Permission::SettingsGroups)
    );
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
fn r55_one_person_beyond_the_caller_among_many_refuses_the_whole_import() {
    let caller = person(3, &[BATH]).with_at("admin", BATH).caller();
    let crew = |id| person(id, &[BATH]).with_at("crew", BATH);
    let import = |people: Vec<Person>| Import {
        by: caller.person.id,
        people,
    };
    let many: Vec<Person> = (10..60).map(crew).collect();
    assert!(caller.may::<ApplyImport>(&import(many.clone())).is_ok());
    for (beyond, rule) in [
        (person(9, &[OXFORD]).with("crew"), Rule::NotTheirStore),
        (person(9, &[BATH, OXFORD]).with("crew"), Rule::NotTheirStore),
        (person(9, &[UNKNOWN]).with("crew"), Rule::NotTheirStore),
        (person(9, &[BATH]).with("super_admin"), Rule::NotByImport),
        (person(9, &[BATH]), Rule::NeedsGroup),
        (person(3, &[BATH]).with_at("crew", BATH), Rule::SelfChange),
    ] {
        for at in [0, 25, 50] {
            let mut people = many.clone();
            people.insert(at, beyond.clone());
            assert_eq!(
                denied::<ApplyImport>(&caller, &import(people)),
                Denied::Rule(rule.clone()),
                "at {at}"
            );
        }
    }
    let mut people = many;
    people.push(person(9, &[BATH]).with("admin"));
    assert!(matches!(
        denied::<ApplyImport>(&caller, &import(people)),
        Denied::Rule(Rule::BeyondYou { .. })
    ));
}

#[test]
fn an_import_decides_about_each_person_as_an_invitation_does_but_for_super_admin() {
    let owner = person(1, &[]).with("super_admin").caller();
    let manager = person(3, &[BATH]).with_at("admin", BATH).caller();
    let crew = person(4, &[BATH]).with("crew").caller();
    for caller in [&owner, &admin(), &manager, &crew] {
        for group in ["crew", "sales", "billing", "operations", "admin"] {
            for stores in [&[BATH][..], &[OXFORD], &ALL_STORES, &[], &[UNKNOWN]] {
                let invited = person(9, stores).with(group);
                let import = Import {
                    by: caller.person.id,
                    people: vec![invited.clone()],
                };
                assert_eq!(
                    caller.may::<ApplyImport>(&import).err(),
                    caller.may::<InviteUser>(&invited).err(),
                    "{group} in {stores:?}"
                );
            }
        }
    }
    let import = Import {
        by: owner.person.id,
        people: vec![person(9, &[]).with("super_admin")],
    };
    assert_eq!(
        denied::<ApplyImport>(&owner, &import),
        Denied::Rule(Rule::NotByImport)
    );
}

#[test]
fn r53_an_import_of_somebody_else_is_not_there() {
    let owner = person(1, &[]).with("super_admin").caller();
    let import = Import {
        by: person(2, &[]).id,
        people: Vec::new(),
    };
    assert_eq!(denied::<ViewImport>(&owner, &import.by), Denied::Hidden);
    assert_eq!(denied::<ExportImport>(&owner, &import.by), Denied::Hidden);
    assert_eq!(denied::<ApplyImport>(&owner, &import), Denied::Hidden);
    assert!(owner.may::<ViewImport>(&owner.person.id).is_ok());
}

#[test]
fn what_only_the_system_does_no_super_admin_is_given() {
    let owner = person(1, &[]).with("super_admin").caller();
    assert_eq!(denied::<SignIn>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<AcceptInvite>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<ForgotPassword>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<ResetPassword>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<ChoosePassword>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<CreateBusiness>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<RecordRefusal>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<ExpireSession>(&owner, &()), Denied::Hidden);
    assert_eq!(denied::<EndAccess>(&owner, &()), Denied::Hidden);
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
