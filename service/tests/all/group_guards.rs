//! Every door to a group against who must not pass it (product §2.4, security.md "Permission
//! model"): refused, written down, and nothing changed.

use access::{Permission, PermissionSet, Rule, built_in};
use domain::AppError;
use service::testing::Fixture;
use service::{Staff, groups, users};

use crate::groups::{create, edit, given, group_id};
use crate::support::{
    Snapshot, add_override, custom_group, entries_after, error, id_of, newest_entry, set_access,
};

on_both! {
    r56_a_group_is_given_nothing_its_editor_lacks_by_any_door,
    r56_a_store_manager_who_may_change_groups_gives_only_what_holds_in_every_store,
    r56_a_group_with_a_member_above_is_not_changed_nor_deleted,
    r56_nobody_changes_themselves_through_a_group_they_are_in,
    r56_super_admin_is_locked_and_built_in_groups_stay,
    r53_a_group_that_is_none_is_refused_and_written_down,
    r52_who_may_only_see_groups_changes_none,
    a_change_that_comes_too_late_for_its_right_changes_nothing,
}

/// Changes groups, and holds what Admin does.
async fn group_editor(fixture: &Fixture, ada: &Staff) -> std::sync::Arc<Staff> {
    custom_group(fixture, "Group editors", "settings.groups").await;
    let both = ["Downtown", "Airport"];
    let al = fixture
        .join(ada, "Al", &["Admin", "Group editors"], &both)
        .await;
    fixture.staff(&al).await
}

fn beyond<const N: usize>(permissions: [Permission; N]) -> AppError {
    AppError::Refused(Rule::BeyondYou {
        permissions: permissions.into_iter().collect(),
    })
}

/// Nothing but entries of refusals was written by what is done in between.
struct Watch {
    before: Snapshot,
    newest: i64,
}

impl Watch {
    async fn begin(fixture: &Fixture) -> Self {
        Self {
            before: Snapshot::but_for_refusals(&fixture.kh).await,
            newest: newest_entry(&fixture.kh).await,
        }
    }

    /// Answers which operations were refused.
    async fn end(self, fixture: &Fixture) -> Vec<String> {
        let after = Snapshot::but_for_refusals(&fixture.kh).await;
        assert_eq!(self.before.changes(&after), [""; 0]);
        let entries = entries_after(&fixture.kh, self.newest).await;
        assert!(entries.iter().all(|entry| entry.result == "refused"));
        entries.into_iter().map(|entry| entry.action).collect()
    }
}

async fn r56_a_group_is_given_nothing_its_editor_lacks_by_any_door(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let al = group_editor(&fixture, &ada).await;
    custom_group(&fixture, "Money", "settings.billing invoices.view").await;
    let crew = given(kh, "Crew").await;
    // Admin gave billing at first, says nobody; what it did give, the owner takes away.
    let admin = built_in("admin").expect("built in").permissions;
    let less = admin.minus(Permission::CostsView.into());
    groups::update(kh, &ada, &edit(kh, "Admin", less).await)
        .await
        .expect("the owner may");
    let al = {
        drop(al);
        fixture.staff(&fixture.sign_in("Al").await).await
    };

    let watch = Watch::begin(&fixture).await;
    let billing = [Permission::SettingsBilling];
    let more = crew.union(billing.into_iter().collect());
    let change = edit(kh, "Crew", more).await;
    assert_eq!(
        error(groups::check(kh, &al, &change).await),
        beyond(billing)
    );
    assert_eq!(
        error(groups::preview(kh, &al, &change).await),
        beyond(billing)
    );
    assert_eq!(
        error(groups::update(kh, &al, &change).await),
        beyond(billing)
    );
    let made = create(kh, &al, "Treasurers", billing.into_iter().collect()).await;
    assert_eq!(made, Err(beyond(billing)));
    let money = group_id(kh, "Money").await;
    let copied = groups::duplicate(kh, &al, &money, "Mine").await;
    assert_eq!(error(copied), beyond(billing));
    let deleted = groups::delete(kh, &al, &money, 1, "").await;
    assert_eq!(error(deleted), beyond(billing));
    let reset = edit(kh, "Admin", admin).await;
    let reset = groups::update(kh, &al, &reset).await;
    assert_eq!(error(reset), beyond([Permission::CostsView]));
    assert_eq!(
        watch.end(&fixture).await,
        [
            "group.check",
            "group.preview",
            "group.update",
            "group.create",
            "group.duplicate",
            "group.delete",
        ],
        "one entry a minute for each"
    );

    // What he lacks stays in a group that he changes otherwise: he could not tick it.
    let mut change = edit(kh, "Money", Permission::InvoicesView.into()).await;
    "Counts it".clone_into(&mut change.form.summary);
    groups::update(kh, &al, &change).await.expect("saves");
    assert!(
        given(kh, "Money")
            .await
            .contains(Permission::SettingsBilling)
    );
}

async fn r56_a_store_manager_who_may_change_groups_gives_only_what_holds_in_every_store(
    fixture: Fixture,
) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    custom_group(&fixture, "Group editors", "settings.groups").await;
    let mia = ["Admin@Downtown", "Group editors"];
    let mia = fixture.join(&ada, "Mia", &mia, &["Downtown"]).await;
    let mia = fixture.staff(&mia).await;
    let watch = Watch::begin(&fixture).await;
    let pick = [Permission::JobsPick];
    let made = create(kh, &mia, "Loaders", pick.into_iter().collect()).await;
    assert_eq!(made, Err(beyond(pick)), "she holds it downtown only");
    let crew = edit(
        kh,
        "Crew",
        given(kh, "Crew").await.minus(Permission::JobsPick.into()),
    )
    .await;
    // An unticked box of hers was never hers to untick: it stays.
    groups::check(kh, &mia, &crew)
        .await
        .expect("changes nothing");
    assert_eq!(watch.end(&fixture).await, ["group.create"]);
    assert_eq!(
        groups::new(kh, &mia).await.expect("offers").held,
        PermissionSet::of(Permission::SettingsGroups)
    );
}

async fn r56_a_group_with_a_member_above_is_not_changed_nor_deleted(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let al = group_editor(&fixture, &ada).await;
    custom_group(&fixture, "Loaders", "jobs.view").await;
    custom_group(&fixture, "Money", "settings.billing").await;
    let downtown = ["Downtown"];
    // Many who are alike, and one among them who is not.
    for name in ["Bea", "Cal", "Dot", "Eli"] {
        fixture.join(&ada, name, &["Loaders"], &downtown).await;
    }
    fixture
        .join(&ada, "Fin", &["Loaders", "Money"], &downtown)
        .await;
    let change = edit(
        kh,
        "Loaders",
        [Permission::JobsView, Permission::JobsPick]
            .into_iter()
            .collect(),
    )
    .await;
    let above = AppError::Refused(Rule::AboveYou);
    let crew = group_id(kh, "Crew").await;
    let watch = Watch::begin(&fixture).await;
    assert_eq!(error(groups::check(kh, &al, &change).await), above);
    assert_eq!(error(groups::preview(kh, &al, &change).await), above);
    assert_eq!(error(groups::update(kh, &al, &change).await), above);
    let deleted = groups::delete(kh, &al, &change.id, 1, &crew).await;
    assert_eq!(error(deleted), above);
    assert_eq!(watch.end(&fixture).await.len(), 4);
    // An invited Super Admin is above everybody, and has it anyway.
    set_access(&fixture, &ada, "Fin", &["Loaders"], &downtown).await;
    let sue = ["Loaders", "Super Admin"];
    fixture.invite(&ada, "Sue", &sue, &downtown).await;
    groups::update(kh, &al, &change)
        .await
        .expect("changes nothing of hers");
    let moved = groups::delete(kh, &al, &change.id, 2, &crew).await;
    assert_eq!(error(moved), above, "but moving her is to act on her");
    // Nor does he make Super Admins of those below.
    let sue = id_of(&fixture, "Sue").await;
    users::withdraw_invite(kh, &ada, &sue)
        .await
        .expect("withdrawn");
    set_access(&fixture, &ada, "Sue", &["Crew"], &downtown).await;
    let top = group_id(kh, "Super Admin").await;
    let raised = groups::delete(kh, &al, &change.id, 2, &top).await;
    assert_eq!(error(raised), AppError::Refused(Rule::NeedsSuperAdmin));
    groups::delete(kh, &al, &change.id, 2, &crew)
        .await
        .expect("those below");
}

async fn r56_nobody_changes_themselves_through_a_group_they_are_in(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let al = group_editor(&fixture, &ada).await;
    let until = fixture.kh.now().plus_millis(60_000).0;
    add_override(&fixture, "Al", "settings.billing", "allow", until).await;
    // Somebody just like him, so that he is not told apart by what he holds.
    fixture
        .join(
            &ada,
            "Amy",
            &["Admin", "Group editors"],
            &["Downtown", "Airport"],
        )
        .await;
    add_override(&fixture, "Amy", "settings.billing", "allow", until).await;
    let al = {
        drop(al);
        fixture.staff(&fixture.sign_in("Al").await).await
    };
    assert!(
        al.caller
            .effective
            .holds_business(Permission::SettingsBilling)
    );
    let mine = [Permission::SettingsGroups, Permission::SettingsBilling];
    let change = edit(kh, "Group editors", mine.into_iter().collect()).await;
    let watch = Watch::begin(&fixture).await;
    let himself = AppError::Refused(Rule::SelfChange);
    assert_eq!(error(groups::check(kh, &al, &change).await), himself);
    assert_eq!(error(groups::update(kh, &al, &change).await), himself);
    let crew = group_id(kh, "Crew").await;
    let deleted = groups::delete(kh, &al, &change.id, 1, &crew).await;
    assert_eq!(error(deleted), himself);
    assert_eq!(watch.end(&fixture).await.len(), 3);
}

async fn r56_super_admin_is_locked_and_built_in_groups_stay(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let watch = Watch::begin(&fixture).await;
    let locked = AppError::Refused(Rule::GroupLocked);
    for ticks in [PermissionSet::EMPTY, PermissionSet::ALL] {
        let change = edit(kh, "Super Admin", ticks).await;
        assert_eq!(error(groups::check(kh, &ada, &change).await), locked);
        assert_eq!(error(groups::update(kh, &ada, &change).await), locked);
    }
    let crew = group_id(kh, "Crew").await;
    let top = group_id(kh, "Super Admin").await;
    let deleted = groups::delete(kh, &ada, &top, 1, &crew).await;
    assert_eq!(error(deleted), locked);
    let sales = group_id(kh, "Sales").await;
    for to in ["", &crew] {
        let deleted = groups::delete(kh, &ada, &sales, 1, to).await;
        assert_eq!(error(deleted), AppError::Refused(Rule::GroupBuiltIn));
    }
    watch.end(&fixture).await;
}

async fn r53_a_group_that_is_none_is_refused_and_written_down(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let watch = Watch::begin(&fixture).await;
    for id in ["", "x", "01900000-0000-7000-8000-000000000000"] {
        let mut change = edit(kh, "Crew", PermissionSet::EMPTY).await;
        id.clone_into(&mut change.id);
        for answer in [
            error(groups::view(kh, &ada, id).await),
            error(groups::check(kh, &ada, &change).await),
            error(groups::preview(kh, &ada, &change).await),
            error(groups::update(kh, &ada, &change).await),
            error(groups::duplicate(kh, &ada, id, "Mine").await),
            error(groups::delete(kh, &ada, id, 1, "").await),
        ] {
            assert_eq!(answer, AppError::NotFound);
        }
    }
    assert_eq!(watch.end(&fixture).await.len(), 6);
}

async fn r52_who_may_only_see_groups_changes_none(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let both = ["Downtown", "Airport"];
    let theo = fixture.join(&ada, "Theo", &["Admin"], &both).await;
    let dana = fixture.join(&ada, "Dana", &["Sales"], &both).await;
    let (theo, dana) = (fixture.staff(&theo).await, fixture.staff(&dana).await);
    let change = edit(kh, "Crew", PermissionSet::EMPTY).await;
    groups::list(kh, &theo).await.expect("an Admin sees them");
    groups::view(kh, &theo, &change.id)
        .await
        .expect("an Admin sees them");
    let watch = Watch::begin(&fixture).await;
    let missing = |answer: AppError, permission: Permission| {
        assert!(
            matches!(answer, AppError::Forbidden { missing, .. } if missing == permission),
            "{answer:?}"
        );
    };
    for by in [&theo, &dana] {
        for answer in [
            error(groups::new(kh, by).await),
            error(groups::check(kh, by, &change).await),
            error(groups::preview(kh, by, &change).await),
            error(groups::update(kh, by, &change).await),
            create(kh, by, "Mine", PermissionSet::EMPTY)
                .await
                .expect_err("refused"),
            error(groups::duplicate(kh, by, &change.id, "Mine").await),
            error(groups::delete(kh, by, &change.id, 1, "").await),
        ] {
            missing(answer, Permission::SettingsGroups);
        }
    }
    missing(
        error(groups::list(kh, &dana).await),
        Permission::SettingsUsers,
    );
    missing(
        error(groups::view(kh, &dana, &change.id).await),
        Permission::SettingsUsers,
    );
    assert_eq!(watch.end(&fixture).await.len(), 16);
}

async fn a_change_that_comes_too_late_for_its_right_changes_nothing(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let al = group_editor(&fixture, &ada).await;
    let fewer = given(kh, "Crew").await.minus(Permission::JobsPick.into());
    let change = edit(kh, "Crew", fewer).await;
    // His request began while he still was what he no longer is.
    set_access(&fixture, &ada, "Al", &["Sales"], &["Downtown"]).await;
    let watch = Watch::begin(&fixture).await;
    let late = error(groups::update(kh, &al, &change).await);
    assert!(matches!(late, AppError::Forbidden { .. }), "{late:?}");
    assert_eq!(watch.end(&fixture).await, ["group.update"]);
}
