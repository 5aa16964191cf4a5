//! Guards around a group.

use super::*;

fn shape(permissions: PermissionSet) -> GroupShape {
    GroupShape {
        group: custom_id(),
        locked: false,
        built_in: false,
        permissions,
    }
}

/// The group whose members the tests below are.
fn custom_id() -> GroupId {
    custom(set([Permission::JobsView]), Reach::AllTheirStores).group
}

fn member(id: u128, reach: Reach) -> Person {
    person(id, &[BATH]).holding(set([Permission::JobsView]), reach)
}

/// Admin in every store, and manages groups.
fn group_editor() -> Person {
    person(2, &ALL_STORES)
        .with("admin")
        .allow(Permission::SettingsGroups)
}

#[test]
fn groups_are_changed_by_who_manages_groups_and_super_admin_by_nobody() {
    let (before, after) = (
        shape(set([Permission::JobsView])),
        shape(set([Permission::JobsView, Permission::JobsPick])),
    );
    assert_eq!(
        may_change_group(&admin(), &before, &after, &[]),
        Err(Denied::missing(Permission::SettingsGroups))
    );
    let editor = group_editor().caller();
    assert_eq!(may_change_group(&editor, &before, &after, &[]), Ok(()));
    assert_eq!(
        may_change_group(&editor, &after.without_permissions(), &after, &[]),
        Ok(()),
        "a new one"
    );
    let locked = GroupShape {
        locked: true,
        ..before
    };
    assert_eq!(
        may_change_group(&owner(), &locked, &locked, &[]),
        rule(Rule::GroupLocked)
    );
    let other = GroupShape {
        group: GroupId::nil(),
        ..after
    };
    assert_eq!(may_change_group(&owner(), &before, &other, &[]), HIDDEN);
}

#[test]
fn r56_a_group_is_given_only_what_its_editor_holds_in_every_store_of_the_business() {
    let editor = person(2, &[BATH, OXFORD])
        .with("admin")
        .allow(Permission::SettingsGroups)
        .caller();
    let before = shape(PermissionSet::EMPTY);
    let put_in = |permission| may_change_group(&editor, &before, &shape(set([permission])), &[]);
    assert_eq!(
        put_in(Permission::JobsPick),
        beyond([Permission::JobsPick]),
        "not held at the airport"
    );
    assert_eq!(put_in(Permission::JobsView), Ok(()), "seen everywhere");
    assert_eq!(put_in(Permission::SettingsAudit), Ok(()));
    assert_eq!(
        put_in(Permission::SettingsBilling),
        beyond([Permission::SettingsBilling])
    );
    let take_out = may_change_group(
        &group_editor().caller(),
        &shape(set([Permission::SettingsBilling])),
        &before,
        &[],
    );
    assert_eq!(take_out, beyond([Permission::SettingsBilling]));
}

#[test]
fn r56_a_group_that_would_change_a_member_above_is_refused() {
    let editor = group_editor().caller();
    let before = shape(set([Permission::JobsView]));
    let after = shape(set([Permission::JobsView, Permission::JobsPick]));
    let change = |members: &[Person]| may_change_group(&editor, &before, &after, members);
    let plain = member(8, Reach::AllTheirStores);
    let above = member(9, Reach::AllTheirStores).allow(Permission::SettingsBilling);
    assert_eq!(change(std::slice::from_ref(&plain)), Ok(()));
    assert_eq!(
        change(&[plain.clone(), above.clone()]),
        rule(Rule::AboveYou),
        "every member is looked at"
    );
    assert_eq!(
        may_change_group(&editor, &before, &before, std::slice::from_ref(&above)),
        Ok(()),
        "a new name changes nobody"
    );
    assert_eq!(
        change(&[above.clone().with("crew")]),
        Ok(()),
        "has it from Crew anyway"
    );
    assert_eq!(change(&[above.clone().allow(Permission::JobsPick)]), Ok(()));
    assert_eq!(
        change(&[above.clone().allow(Permission::JobsPick).until(LATER)]),
        rule(Rule::AboveYou),
        "that ends, and then they are changed"
    );
    assert_eq!(
        change(&[above.with_at("crew", BATH)]),
        rule(Rule::AboveYou),
        "Crew in one store is not the same"
    );
    let owner_too = member(9, Reach::AllTheirStores).with("super_admin");
    assert_eq!(change(&[owner_too]), Ok(()), "a Super Admin has it anyway");
}

#[test]
fn what_a_group_gives_for_the_business_does_not_reach_members_for_one_store() {
    let editor = group_editor().caller();
    let before = shape(set([Permission::JobsView]));
    let after = shape(set([Permission::JobsView, Permission::SettingsAudit]));
    let above = |reach| member(9, reach).allow(Permission::SettingsBilling);
    let change = |reach| may_change_group(&editor, &before, &after, &[above(reach)]);
    assert_eq!(change(Reach::Store(BATH)), Ok(()));
    assert_eq!(change(Reach::AllTheirStores), rule(Rule::AboveYou));
}

#[test]
fn r56_nobody_changes_their_own_rights_through_a_group_they_are_in() {
    let me = group_editor().holding(set([Permission::JobsView]), Reach::AllTheirStores);
    let before = shape(set([Permission::JobsView]));
    let change = |me: &Person, permission| {
        let after = shape(set([Permission::JobsView, permission]));
        may_change_group(&me.caller(), &before, &after, std::slice::from_ref(me))
    };
    assert_eq!(
        change(&me, Permission::JobsPick),
        Ok(()),
        "they have it from Admin anyway"
    );
    let lent = me.allow(Permission::SettingsBilling).until(LATER);
    assert_eq!(
        change(&lent, Permission::SettingsBilling),
        rule(Rule::SelfChange),
        "what is lent to them until later would be theirs for good"
    );
}

#[test]
fn r56_a_group_gives_no_more_in_stores_to_come_than_its_editor_would_have() {
    // Holds jobs.pick in every store there is, one by one; a member for all stores who may
    // create one would have it there, too.
    let editor = ALL_STORES
        .iter()
        .fold(person(2, &ALL_STORES), |p, &store| p.with_at("crew", store))
        .holding(
            set([Permission::SettingsGroups, Permission::SettingsEdit]),
            Reach::AllTheirStores,
        )
        .caller();
    let before = shape(PermissionSet::EMPTY);
    let after = shape(set([Permission::JobsPick]));
    let plain = person(9, &[BATH]).holding(set([Permission::JobsView]), Reach::Store(BATH));
    let mut creator =
        person(9, &[BATH]).holding(set([Permission::SettingsEdit]), Reach::AllTheirStores);
    creator
        .memberships
        .push(custom(set([Permission::JobsView]), Reach::AllTheirStores));
    for person in [&plain, &creator] {
        assert_eq!(person.memberships.last().unwrap().group, custom_id());
    }
    let mut creator_before = creator;
    for membership in &mut creator_before.memberships {
        if membership.group == custom_id() {
            membership.permissions = PermissionSet::EMPTY;
        }
    }
    assert_eq!(
        may_change_group(&editor, &before, &after, &[creator_before]),
        beyond([Permission::JobsPick])
    );
}

#[test]
fn deleting_a_group_moves_its_members_where_the_editor_may_put_them() {
    let editor = group_editor().caller();
    let group = shape(set([Permission::JobsView]));
    let before = member(9, Reach::AllTheirStores);
    let mut left = before.clone();
    left.memberships.clear();
    let moved = left.clone().with("crew");
    let delete = |to: &Person| may_delete_group(&editor, &group, &[(before.clone(), to.clone())]);
    assert_eq!(delete(&moved), Ok(()));
    assert_eq!(delete(&left), rule(Rule::NeedsGroup));
    assert_eq!(
        delete(&left.clone().with("super_admin")),
        rule(Rule::NeedsSuperAdmin)
    );
    assert_eq!(may_delete_group(&editor, &group, &[]), Ok(()));
    let built_in = GroupShape {
        built_in: true,
        ..group
    };
    assert_eq!(
        may_delete_group(&editor, &built_in, &[]),
        rule(Rule::GroupBuiltIn)
    );
    assert_eq!(
        may_delete_group(&admin(), &group, &[]),
        Err(Denied::missing(Permission::SettingsGroups))
    );
}
