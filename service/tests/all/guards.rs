//! Nobody grants beyond themselves, nobody acts on those above, nobody changes themselves
//! (product §2.4). Each refusal leaves the database as it was, but for its audit entry.

use access::{Permission, PermissionSet, Rule};
use domain::AppError;
use service::testing::Fixture;
use service::users;

use crate::shop::{details, names, rule, shop};
use crate::support::{custom_group, error, fact};

on_both! {
    r56_a_manager_by_a_custom_group_acts_on_nobody_above,
    r56_nobody_invites_beyond_what_they_hold,
    r56_nobody_sets_access_beyond_what_they_hold,
    r56_an_admin_acts_on_no_super_admin_not_even_an_invited_one,
    r56_nobody_reactivates_or_reinvites_beyond_what_they_hold,
    r56_nobody_changes_their_own_access,
    r55_one_forbidden_group_among_several_gives_none,
    super_admin_is_for_all_stores_and_from_a_super_admin,
}

async fn r56_a_manager_by_a_custom_group_acts_on_nobody_above(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    custom_group(&shop.fixture, "Floor lead", "settings.users").await;
    let lead = ["Crew", "Floor lead@Downtown"];
    let lena = shop
        .fixture
        .join(&shop.ada, "Lena", &lead, &["Downtown", "Airport"])
        .await;
    let lena = shop.fixture.staff(&lena).await;
    shop.fixture
        .join(&shop.ada, "Sal", &["Sales"], &["Downtown"])
        .await;
    let sal = shop.id("Sal").await;
    for (door, answer) in shop.doors(&lena, &sal).await {
        assert_eq!(answer, rule(Rule::AboveYou), "{door}");
    }
    assert_eq!(
        names(&shop.fixture, &lena).await,
        ["Ada", "Al", "Bo", "Dee", "Ivo", "Lena", "Mia", "Sal"]
    );
    users::deactivate(kh, &lena, &shop.id("Dee").await)
        .await
        .expect("Crew like herself");
    // She works at the airport too, and manages nobody there.
    assert_eq!(
        error(users::view(kh, &lena, &shop.id("Art").await).await),
        AppError::NotFound
    );
    let bo = users::deactivate(kh, &lena, &shop.id("Bo").await).await;
    assert_eq!(error(bo), rule(Rule::NotTheirStore));
    let beyond = shop
        .invite(&lena, &["Crew", "Billing"], &["Downtown"])
        .await;
    assert!(
        matches!(beyond, AppError::Refused(Rule::BeyondYou { .. })),
        "{beyond:?}"
    );
}

async fn r56_nobody_invites_beyond_what_they_hold(fixture: Fixture) {
    let shop = shop(fixture).await;
    let downtown = ["Downtown"];
    // Admin for all stores would give settings that hold for the business, and through
    // `stores.view_all` a look into stores that are not hers.
    let business: PermissionSet = [
        Permission::SettingsView,
        Permission::SettingsEdit,
        Permission::SettingsAudit,
        Permission::StoresViewAll,
        Permission::CustomersView,
        Permission::QuotesView,
        Permission::JobsView,
        Permission::InvoicesView,
        Permission::InventoryView,
    ]
    .into_iter()
    .collect();
    assert_eq!(
        shop.invite(&shop.mia, &["Admin"], &downtown).await,
        rule(Rule::BeyondYou {
            permissions: business
        })
    );
    assert_eq!(
        shop.invite(&shop.mia, &["Super Admin"], &downtown).await,
        rule(Rule::NotTheirStore)
    );
    assert_eq!(
        shop.invite(&shop.mia, &["Crew"], &["Airport"]).await,
        rule(Rule::NotTheirStore)
    );
    assert_eq!(
        shop.invite(&shop.mia, &["Crew"], &["Downtown", "Airport"])
            .await,
        rule(Rule::NotTheirStore)
    );
    assert_eq!(
        shop.invite(&shop.mia, &["Crew@Airport"], &downtown).await,
        rule(Rule::NotTheirStore)
    );
    assert_eq!(
        shop.invite(&shop.al, &["Super Admin"], &downtown).await,
        rule(Rule::NeedsSuperAdmin)
    );
    shop.fixture
        .invite(&shop.mia, "Eve", &["Admin@Downtown"], &downtown)
        .await;
    shop.fixture
        .invite(&shop.al, "Eva", &["Admin"], &["Downtown", "Airport"])
        .await;
    shop.fixture
        .invite(&shop.ada, "Evi", &["Super Admin"], &downtown)
        .await;
}

async fn r56_nobody_sets_access_beyond_what_they_hold(fixture: Fixture) {
    let shop = shop(fixture).await;
    for (groups, stores, expected) in [
        (["Crew"], vec!["Airport"], Rule::NotTheirStore),
        (["Crew"], vec!["Downtown", "Airport"], Rule::NotTheirStore),
        (["Super Admin"], vec!["Downtown"], Rule::NotTheirStore),
    ] {
        assert_eq!(
            shop.give(&shop.mia, "Dee", &groups, &stores).await,
            rule(expected)
        );
    }
    let beyond = shop.give(&shop.mia, "Dee", &["Admin"], &["Downtown"]).await;
    assert!(
        matches!(beyond, AppError::Refused(Rule::BeyondYou { .. })),
        "{beyond:?}"
    );
    let both = ["Downtown", "Airport"];
    assert_eq!(
        shop.give(&shop.al, "Dee", &["Super Admin"], &both).await,
        rule(Rule::NeedsSuperAdmin)
    );
    assert_eq!(
        shop.give(&shop.ada, "Dee", &["Super Admin@Downtown"], &both)
            .await,
        rule(Rule::SuperAdminReach)
    );
    // Taking a store from somebody who also works elsewhere is acting on them.
    assert_eq!(
        shop.give(&shop.mia, "Bo", &["Crew"], &["Airport"]).await,
        rule(Rule::NotTheirStore)
    );
}

async fn r56_an_admin_acts_on_no_super_admin_not_even_an_invited_one(fixture: Fixture) {
    let shop = shop(fixture).await;
    shop.fixture
        .invite(&shop.ada, "Suki", &["Super Admin"], &["Downtown"])
        .await;
    for name in ["Ada", "Suki"] {
        let id = shop.id(name).await;
        for (door, answer) in shop.doors(&shop.al, &id).await {
            assert_eq!(answer, rule(Rule::AboveYou), "{door} {name}");
        }
    }
    // Deactivating them first does not help: a person is judged by what they would hold.
    users::withdraw_invite(&shop.fixture.kh, &shop.ada, &shop.id("Suki").await)
        .await
        .expect("may");
    for (door, answer) in shop.doors(&shop.al, &shop.id("Suki").await).await {
        assert_eq!(answer, rule(Rule::AboveYou), "{door}");
    }
}

async fn r56_nobody_reactivates_or_reinvites_beyond_what_they_hold(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    custom_group(&shop.fixture, "Floor lead", "settings.users").await;
    let lead = ["Crew", "Floor lead"];
    let lena = shop
        .fixture
        .join(&shop.ada, "Lena", &lead, &["Downtown"])
        .await;
    let lena = shop.fixture.staff(&lena).await;
    for (name, group) in [("Sal", "Sales"), ("Cora", "Crew")] {
        shop.fixture
            .invite(&shop.ada, name, &[group], &["Downtown"])
            .await;
    }
    let (sal, cora) = (shop.id("Sal").await, shop.id("Cora").await);
    let answer = shop
        .refused("resend", users::resend_invite(kh, &lena, &sal))
        .await;
    assert_eq!(answer, rule(Rule::AboveYou));
    users::resend_invite(kh, &lena, &cora)
        .await
        .expect("Crew like herself");
    for id in [&sal, &cora] {
        users::withdraw_invite(kh, &shop.ada, id)
            .await
            .expect("may");
    }
    let answer = shop
        .refused("reactivate", users::reactivate(kh, &lena, &sal))
        .await;
    assert_eq!(answer, rule(Rule::AboveYou));
    users::reactivate(kh, &lena, &cora)
        .await
        .expect("Crew like herself");
}

async fn r56_nobody_changes_their_own_access(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    for (staff, name) in [(&shop.ada, "Ada"), (&shop.al, "Al"), (&shop.mia, "Mia")] {
        let own = shop.id(name).await;
        let answer = shop.give(staff, name, &["Crew"], &["Downtown"]).await;
        assert_eq!(answer, rule(Rule::SelfChange), "{name}");
        let answer = shop.refused(name, users::deactivate(kh, staff, &own)).await;
        assert_eq!(answer, rule(Rule::SelfChange), "{name}");
        let answer = shop.refused(name, users::reactivate(kh, staff, &own)).await;
        assert_eq!(answer, rule(Rule::SelfChange), "{name}");
        let revision = fact(&shop.fixture, name, "revision")
            .await
            .parse()
            .expect("a number");
        users::update(kh, staff, &own, revision, details(name))
            .await
            .expect("one's own name");
    }
}

async fn r55_one_forbidden_group_among_several_gives_none(fixture: Fixture) {
    let shop = shop(fixture).await;
    let all = ["Crew", "Sales", "Billing", "Operations", "Super Admin"];
    let both = ["Downtown", "Airport"];
    assert_eq!(
        shop.invite(&shop.al, &all, &both).await,
        rule(Rule::NeedsSuperAdmin)
    );
    assert_eq!(
        shop.give(&shop.al, "Dee", &all, &both).await,
        rule(Rule::NeedsSuperAdmin)
    );
    assert_eq!(
        shop.give(&shop.mia, "Dee", &["Sales"], &both).await,
        rule(Rule::NotTheirStore)
    );
}

async fn super_admin_is_for_all_stores_and_from_a_super_admin(fixture: Fixture) {
    let shop = shop(fixture).await;
    assert_eq!(
        shop.invite(&shop.ada, &["Super Admin@Downtown"], &["Downtown"])
            .await,
        rule(Rule::SuperAdminReach)
    );
    let suki = shop
        .fixture
        .join(&shop.ada, "Suki", &["Super Admin"], &["Downtown"])
        .await;
    let suki = shop.fixture.staff(&suki).await;
    assert_eq!(suki.own_stores().count(), 2, "whatever stores were ticked");
}
