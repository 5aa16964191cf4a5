//! Who may set overrides: nobody beyond what they hold, on those above, or in the stores of others.

use access::{Permission, Rule};
use domain::AppError;
use domain::users::{CellState, OverrideChoice};
use service::testing::Fixture;
use service::users;

use super::{cell, choosing, deny_pick, form, save, view};
use crate::shop::{rule, shop};
use crate::support::{add_override, custom_group, error, number, text};

on_both! {
    r56_nobody_overrides_beyond_what_they_hold,
    r56_nobody_overrides_those_above_nor_themselves_nor_a_super_admin,
    r56_nobody_overrides_in_a_store_they_do_not_manage,
    r56_nobody_invites_with_levels_beyond_what_they_hold,
}

async fn r56_nobody_overrides_beyond_what_they_hold(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let beyond = |permission: Permission| {
        rule(Rule::BeyondYou {
            permissions: permission.into(),
        })
    };
    add_override(&shop.fixture, "Dee", "settings.groups", "deny", 0).await;
    for (permission, choice) in [
        (Permission::SettingsBilling, OverrideChoice::Allow),
        (Permission::SettingsBilling, OverrideChoice::Deny),
        (Permission::SettingsGroups, OverrideChoice::AsGroupsSay),
        (Permission::SettingsGroups, OverrideChoice::Deny),
    ] {
        let form = choosing(&shop, &shop.al, "Dee", permission, choice).await;
        for answer in [
            shop.refused("check", users::check_access(kh, &shop.al, form.clone()))
                .await,
            shop.refused("preview", users::preview_access(kh, &shop.al, form.clone()))
                .await,
            shop.refused("save", save(&shop, &shop.al, form)).await,
        ] {
            assert_eq!(answer, beyond(permission), "{permission} {choice:?}");
        }
        let cell = cell(&shop, &shop.al, "Dee", permission).await;
        assert!(!cell.may_change, "and the grid says so");
    }
    // A level of a row that goes beyond is refused whole.
    let mut form = form(&shop, &shop.al, "Dee").await;
    form.level = [("settings".to_owned(), "manage".to_owned())].into();
    "Why not".clone_into(&mut form.reason);
    let answer = shop.refused("level", save(&shop, &shop.al, form)).await;
    assert!(
        matches!(answer, AppError::Refused(Rule::BeyondYou { .. })),
        "{answer:?}"
    );
}

async fn r56_nobody_overrides_those_above_nor_themselves_nor_a_super_admin(fixture: Fixture) {
    let shop = shop(fixture).await;
    custom_group(&shop.fixture, "Floor lead", "settings.users").await;
    let lead = ["Crew", "Floor lead"];
    let lena = shop
        .fixture
        .join(&shop.ada, "Lena", &lead, &["Downtown"])
        .await;
    let lena = shop.fixture.staff(&lena).await;
    shop.fixture
        .join(&shop.ada, "Sal", &["Sales"], &["Downtown"])
        .await;
    shop.fixture
        .join(&shop.ada, "Suki", &["Super Admin"], &["Downtown"])
        .await;
    for (by, name, expected) in [
        (&lena, "Sal", Rule::AboveYou),
        (&lena, "Lena", Rule::SelfChange),
        (&shop.al, "Ada", Rule::AboveYou),
        (&shop.al, "Al", Rule::SelfChange),
        (&shop.ada, "Ada", Rule::SelfChange),
        (&shop.ada, "Suki", Rule::GroupLocked),
    ] {
        let form = deny_pick(&shop, by, name).await;
        let answer = shop.refused(name, save(&shop, by, form)).await;
        assert_eq!(answer, rule(expected), "{name}");
        let cell = cell(&shop, by, name, Permission::JobsPick).await;
        assert!(!cell.may_change, "{name}");
    }
    let suki = view(&shop, &shop.ada, "Suki").await;
    assert!(suki.super_admin);
    assert!(suki.cells.iter().all(|cell| cell.state == CellState::Yes));
}

async fn r56_nobody_overrides_in_a_store_they_do_not_manage(fixture: Fixture) {
    let shop = shop(fixture).await;
    // Bo also works at the airport, where Mia manages nobody; she sees him and acts on him not.
    let form = deny_pick(&shop, &shop.mia, "Bo").await;
    let answer = shop.refused("Bo", save(&shop, &shop.mia, form)).await;
    assert_eq!(answer, rule(Rule::NotTheirStore));
    // Art works only there: he is nobody to her, for the grid too, and for the check.
    let mut form = deny_pick(&shop, &shop.ada, "Art").await;
    let kh = &shop.fixture.kh;
    for answer in [
        shop.refused("save", save(&shop, &shop.mia, form.clone()))
            .await,
        shop.refused("check", users::check_access(kh, &shop.mia, form.clone()))
            .await,
        shop.refused("view", users::view_access(kh, &shop.mia, &form.user, ""))
            .await,
    ] {
        assert_eq!(answer, AppError::NotFound);
    }
    // Nor is the grid of somebody she sees shown for a store that she does not know.
    let airport = text(kh, "SELECT id FROM stores WHERE name = 'Airport'").await;
    form.user = shop.id("Bo").await;
    for store in [airport.as_str(), &form.user, "airport"] {
        let answer = shop
            .refused(
                "store",
                users::view_access(kh, &shop.mia, &form.user, store),
            )
            .await;
        assert_eq!(answer, AppError::NotFound, "{store}");
    }
    // What is hers in her store, she overrides there.
    let form = deny_pick(&shop, &shop.mia, "Dee").await;
    save(&shop, &shop.mia, form).await.expect("saves");
}

async fn r56_nobody_invites_with_levels_beyond_what_they_hold(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let mut form = shop
        .fixture
        .invitation(&shop.al, "Nia", &["Crew"], &["Downtown"])
        .await;
    form.level = [("settings".to_owned(), "manage".to_owned())].into();
    "My friend".clone_into(&mut form.reason);
    let answer = shop
        .refused("invite", users::invite(kh, &shop.al, form.clone()))
        .await;
    assert_eq!(
        answer,
        rule(Rule::BeyondYou {
            permissions: [Permission::SettingsGroups, Permission::SettingsBilling]
                .into_iter()
                .collect()
        })
    );
    form.level = [("settings".to_owned(), "custom".to_owned())].into();
    assert_eq!(
        error(users::invite(kh, &shop.al, form).await),
        AppError::BadRequest
    );
    let nobody = "SELECT COUNT(*) FROM users WHERE first_name = 'Nia'";
    assert_eq!(number(kh, nobody).await, 0);
}
