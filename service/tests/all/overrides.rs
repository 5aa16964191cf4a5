//! Overrides: what they do, until when, who may set them, and what the grid says of them
//! (product §2.3 step 4, §2.4, §2.5).

use std::time::Duration;

use access::{Permission, Rule};
use domain::users::{AccessView, CellState, CellView, OverrideChoice, SetAccess};
use domain::{AppError, Done, ProblemCode};
use service::testing::{Fixture, PASSWORD};
use service::{Failure, Staff, users};

use crate::shop::{Shop, rule, shop};
use crate::support::{
    Snapshot, add_override, custom_group, entries_after, error, just_before, newest_entry, number,
    text, texts, write,
};

on_both! {
    an_override_acts_on_the_next_request_and_why_names_its_author,
    an_override_ends_by_the_clock_without_a_job,
    an_override_ends_at_the_midnight_of_the_business,
    a_new_override_needs_a_reason_and_one_reason_serves_for_all,
    a_day_that_is_over_or_none_at_all_is_refused_beside_its_field,
    what_is_not_named_stays_and_what_is_the_same_keeps_its_author,
    a_picked_level_writes_overrides_for_the_row,
    all_overrides_are_cleared_at_once,
    r56_nobody_overrides_beyond_what_they_hold,
    r56_nobody_overrides_those_above_nor_themselves_nor_a_super_admin,
    r56_nobody_overrides_in_a_store_they_do_not_manage,
    of_two_editors_the_second_is_told,
    r54_words_that_no_form_of_ours_has_change_nothing,
    r58_the_entry_says_which_overrides_were_there_and_which_are_now,
    levels_picked_for_somebody_new_become_overrides,
    r56_nobody_invites_with_levels_beyond_what_they_hold,
}

/// The form that changes nothing of somebody's access.
pub(crate) async fn form(shop: &Shop, by: &Staff, name: &str) -> SetAccess {
    let view = view(shop, by, name).await;
    SetAccess {
        user: view.person.id.to_string(),
        memberships: view
            .memberships
            .iter()
            .map(domain::users::MembershipView::value)
            .collect(),
        stores: view.stores.iter().map(ToString::to_string).collect(),
        revision: view.person.revision,
        ..SetAccess::default()
    }
}

/// The same with one choice, and a reason for it.
async fn choosing(
    shop: &Shop,
    by: &Staff,
    name: &str,
    permission: Permission,
    choice: OverrideChoice,
) -> SetAccess {
    let mut form = form(shop, by, name).await;
    form.overrides = [(permission.key().to_owned(), choice.key().to_owned())].into();
    form.reasons = [(permission.key().to_owned(), "Covers Marcus".to_owned())].into();
    form
}

async fn save(shop: &Shop, by: &Staff, form: SetAccess) -> Result<Done, Failure> {
    users::set_access(&shop.fixture.kh, by, form).await
}

async fn view(shop: &Shop, by: &Staff, name: &str) -> AccessView {
    let id = shop.id(name).await;
    users::view_access(&shop.fixture.kh, by, &id, "")
        .await
        .expect("shows")
}

async fn cell(shop: &Shop, by: &Staff, name: &str, permission: Permission) -> CellView {
    let view = view(shop, by, name).await;
    view.cells
        .into_iter()
        .find(|cell| cell.permission == permission)
        .expect("every permission has a cell")
}

/// Whether somebody may, in the store they have chosen or in any, by what a request resolves to.
async fn may(shop: &Shop, name: &str, permission: Permission) -> bool {
    let person = shop.id(name).await.parse().expect("an id");
    let browser = shop.fixture.session_for(person).await;
    let staff = shop.fixture.staff(&browser).await;
    staff.caller.effective.holds_anywhere(permission)
}

async fn an_override_acts_on_the_next_request_and_why_names_its_author(fixture: Fixture) {
    let shop = shop(fixture).await;
    let dee = shop.fixture.sign_in("Dee").await;
    let holds = async |permission| {
        let staff = shop.fixture.staff(&dee).await;
        staff.caller.effective.holds_anywhere(permission)
    };
    assert!(holds(Permission::JobsPick).await);
    let deny = choosing(
        &shop,
        &shop.al,
        "Dee",
        Permission::JobsPick,
        OverrideChoice::Deny,
    )
    .await;
    save(&shop, &shop.al, deny).await.expect("saves");
    assert!(!holds(Permission::JobsPick).await, "at the next request");

    let denied = cell(&shop, &shop.ada, "Dee", Permission::JobsPick).await;
    assert_eq!(denied.state, CellState::Denied);
    assert!(denied.groups.iter().any(|g| g.name == "Crew" && g.gives));
    let exception = denied.exception.expect("is told");
    assert_eq!(exception.choice, OverrideChoice::Deny);
    assert_eq!(exception.author, "Al Tester");
    assert_eq!(exception.reason, "Covers Marcus");
    assert!(exception.until.is_none() && !exception.ended);

    let allow = choosing(
        &shop,
        &shop.ada,
        "Dee",
        Permission::InvoicesVoid,
        OverrideChoice::Allow,
    )
    .await;
    save(&shop, &shop.ada, allow).await.expect("saves");
    assert!(holds(Permission::InvoicesVoid).await);
    let allowed = cell(&shop, &shop.ada, "Dee", Permission::InvoicesVoid).await;
    assert_eq!(allowed.state, CellState::Allowed);
    let view = view(&shop, &shop.ada, "Dee").await;
    assert_eq!((view.overrides, view.clearable), (2, 2));
}

async fn an_override_ends_by_the_clock_without_a_job(fixture: Fixture) {
    let shop = shop(fixture).await;
    let mut today = choosing(
        &shop,
        &shop.ada,
        "Dee",
        Permission::JobsPick,
        OverrideChoice::Deny,
    )
    .await;
    // The fixed clock stands at 09:41 of this day.
    today.until = [("jobs.pick".to_owned(), "2026-11-20".to_owned())].into();
    save(&shop, &shop.ada, today).await.expect("saves");
    let to_midnight = Duration::from_mins(14 * 60 + 19);
    shop.fixture.clock.advance(just_before(to_midnight));
    assert!(!may(&shop, "Dee", Permission::JobsPick).await);
    shop.fixture.clock.advance(Duration::from_millis(1));
    assert!(may(&shop, "Dee", Permission::JobsPick).await);
    let ada = shop.fixture.sign_in("Ada").await;
    let ada = shop.fixture.staff(&ada).await;
    let over = cell(&shop, &ada, "Dee", Permission::JobsPick).await;
    assert_eq!(over.state, CellState::Yes);
    let exception = over.exception.expect("Why still tells of it");
    assert!(exception.ended);
    assert_eq!(exception.until.expect("it had an end").iso, "2026-11-20");
    assert_eq!(view(&shop, &ada, "Dee").await.overrides, 0);
    // Saving the page as it stands neither revives nor forgets it.
    let as_it_stands = SetAccess {
        overrides: [("jobs.pick".to_owned(), "groups".to_owned())].into(),
        ..form(&shop, &ada, "Dee").await
    };
    save(&shop, &ada, as_it_stands).await.expect("saves");
    assert!(may(&shop, "Dee", Permission::JobsPick).await);
    assert_eq!(
        number(&shop.fixture.kh, "SELECT COUNT(*) FROM overrides").await,
        1
    );
}

async fn an_override_ends_at_the_midnight_of_the_business(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    write(kh, "UPDATE business SET time_zone = 'America/New_York'").await;
    let ada = shop.fixture.sign_in("Ada").await;
    let ada = shop.fixture.staff(&ada).await;
    let mut form = choosing(
        &shop,
        &ada,
        "Dee",
        Permission::JobsPick,
        OverrideChoice::Deny,
    )
    .await;
    form.until = [("jobs.pick".to_owned(), "2026-11-20".to_owned())].into();
    save(&shop, &ada, form).await.expect("saves");
    // 20 November ends in New York five hours after it does in UTC.
    let end = number(kh, "SELECT until_at FROM overrides").await;
    assert_eq!(end, service::testing::NOW.0 + (19 * 60 + 19) * 60_000);
    let told = cell(&shop, &ada, "Dee", Permission::JobsPick).await;
    let until = told.exception.and_then(|o| o.until).expect("an end");
    assert_eq!(until.iso, "2026-11-20");
}

async fn a_new_override_needs_a_reason_and_one_reason_serves_for_all(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let mut form = form(&shop, &shop.ada, "Dee").await;
    for permission in ["jobs.pick", "jobs.return"] {
        form.overrides
            .insert(permission.to_owned(), "deny".to_owned());
        form.reasons.insert(permission.to_owned(), " ".to_owned());
    }
    form.reasons
        .insert("jobs.return".to_owned(), " Still learning ".to_owned());
    let preview = users::preview_access(kh, &shop.ada, form.clone())
        .await
        .expect("previews");
    assert!(preview.asks_reason);
    let before = Snapshot::of(kh).await;
    let answer = error(save(&shop, &shop.ada, form.clone()).await);
    assert_eq!(
        answer,
        AppError::Invalid(domain::Problems::one("reason", ProblemCode::Required))
    );
    assert_eq!(before.changes(&Snapshot::of(kh).await), [] as [&str; 0]);
    "On trial until Easter".clone_into(&mut form.reason);
    save(&shop, &shop.ada, form).await.expect("saves");
    let reason = async |permission| {
        let cell = cell(&shop, &shop.ada, "Dee", permission).await;
        cell.exception.expect("an override").reason
    };
    assert_eq!(reason(Permission::JobsPick).await, "On trial until Easter");
    assert_eq!(reason(Permission::JobsReturn).await, "Still learning");
}

async fn a_day_that_is_over_or_none_at_all_is_refused_beside_its_field(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let before = Snapshot::of(kh).await;
    for (day, expected) in [
        ("2026-11-19", ProblemCode::DayOver),
        ("2026-11-31", ProblemCode::Day),
        ("tomorrow", ProblemCode::Day),
    ] {
        let mut form = choosing(
            &shop,
            &shop.ada,
            "Dee",
            Permission::JobsPick,
            OverrideChoice::Deny,
        )
        .await;
        form.until = [("jobs.pick".to_owned(), day.to_owned())].into();
        let problem = AppError::Invalid(domain::Problems::one("until[jobs.pick]", expected));
        let checked = users::check_access(kh, &shop.ada, form.clone()).await;
        assert_eq!(error(checked), problem, "{day}");
        assert_eq!(error(save(&shop, &shop.ada, form).await), problem, "{day}");
    }
    assert_eq!(before.changes(&Snapshot::of(kh).await), [] as [&str; 0]);
}

async fn what_is_not_named_stays_and_what_is_the_same_keeps_its_author(fixture: Fixture) {
    let shop = shop(fixture).await;
    let deny = choosing(
        &shop,
        &shop.al,
        "Dee",
        Permission::JobsPick,
        OverrideChoice::Deny,
    )
    .await;
    save(&shop, &shop.al, deny).await.expect("saves");
    let overrides = "SELECT permission || effect || author_id || reason || CAST(created AS TEXT) \
                     || CAST(until_at AS TEXT) FROM overrides WHERE permission = 'jobs.pick'";
    let written = text(&shop.fixture.kh, overrides).await;
    shop.fixture.clock.advance(Duration::from_mins(1));
    // A form of groups and stores alone, and one that says of the override what it says already.
    let plain = form(&shop, &shop.ada, "Dee").await;
    save(&shop, &shop.ada, plain).await.expect("saves");
    let mut same = choosing(
        &shop,
        &shop.ada,
        "Dee",
        Permission::JobsPick,
        OverrideChoice::Deny,
    )
    .await;
    same.until = [("jobs.pick".to_owned(), String::new())].into();
    save(&shop, &shop.ada, same.clone()).await.expect("saves");
    assert_eq!(text(&shop.fixture.kh, overrides).await, written);
    // Another reason stands in the name of whoever gives it.
    same.revision += 1;
    same.reasons = [("jobs.pick".to_owned(), "Hurt her back".to_owned())].into();
    save(&shop, &shop.ada, same).await.expect("saves");
    let exception = cell(&shop, &shop.ada, "Dee", Permission::JobsPick).await;
    let exception = exception.exception.expect("an override");
    assert_eq!(exception.author, "Ada Owner");
    assert_eq!(exception.reason, "Hurt her back");
    let clear = choosing(
        &shop,
        &shop.ada,
        "Dee",
        Permission::JobsPick,
        OverrideChoice::AsGroupsSay,
    )
    .await;
    save(&shop, &shop.ada, clear).await.expect("saves");
    assert!(may(&shop, "Dee", Permission::JobsPick).await);
    assert_eq!(
        number(&shop.fixture.kh, "SELECT COUNT(*) FROM overrides").await,
        0
    );
}

async fn a_picked_level_writes_overrides_for_the_row(fixture: Fixture) {
    let shop = shop(fixture).await;
    let row = async |module| {
        let view = view(&shop, &shop.ada, "Dee").await;
        let row = view.rows.into_iter().find(|row| row.module == module);
        row.expect("every module has a row").level
    };
    assert_eq!(
        row(access::Module::Jobs).await,
        Some(access::Level::Write),
        "Crew"
    );
    let mut form = form(&shop, &shop.ada, "Dee").await;
    let picked = |module: &str, level: &str| (module.to_owned(), level.to_owned());
    form.level = [
        picked("jobs", "read"),
        picked("quotes", "manage"),
        picked("invoices", "none"),
        picked("customers", "custom"),
        picked("inventory", "read"),
    ]
    .into();
    // Of a level that is as it was shown, the cells count.
    form.was_level = [picked("inventory", "read"), picked("jobs", "write")].into();
    form.overrides = [
        picked("inventory.edit", "allow"),
        picked("jobs.pick", "allow"),
    ]
    .into();
    "Helps out".clone_into(&mut form.reason);
    save(&shop, &shop.ada, form).await.expect("saves");
    assert_eq!(row(access::Module::Jobs).await, Some(access::Level::Read));
    assert_eq!(
        row(access::Module::Quotes).await,
        Some(access::Level::Manage)
    );
    assert_eq!(row(access::Module::Inventory).await, None, "custom");
    let overrides = texts(
        &shop.fixture.kh,
        "SELECT permission || ' ' || effect FROM overrides ORDER BY permission",
    )
    .await;
    assert_eq!(
        overrides,
        [
            "inventory.edit allow",
            "jobs.create deny",
            "jobs.edit deny",
            "jobs.pick deny",
            "jobs.return deny",
            "quotes.create allow",
            "quotes.delete allow",
            "quotes.edit allow",
            "quotes.send allow",
        ],
        "and none where the groups say so already"
    );
}

async fn all_overrides_are_cleared_at_once(fixture: Fixture) {
    let shop = shop(fixture).await;
    let now = shop.fixture.kh.now().0;
    add_override(&shop.fixture, "Dee", "jobs.pick", "deny", 0).await;
    add_override(&shop.fixture, "Dee", "quotes.send", "allow", now + 1).await;
    add_override(&shop.fixture, "Dee", "jobs.edit", "deny", now - 1).await;
    // Al does not hold this one, so he neither clears it nor is stopped by it.
    add_override(&shop.fixture, "Dee", "settings.groups", "deny", 0).await;
    let seen = view(&shop, &shop.al, "Dee").await;
    assert_eq!((seen.overrides, seen.clearable), (3, 2));
    let clear = SetAccess {
        clear: "all".to_owned(),
        ..form(&shop, &shop.al, "Dee").await
    };
    save(&shop, &shop.al, clear).await.expect("clears");
    assert_eq!(
        text(&shop.fixture.kh, "SELECT permission FROM overrides").await,
        "settings.groups"
    );
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
    let (pick, deny) = (Permission::JobsPick, OverrideChoice::Deny);
    for (by, name, expected) in [
        (&lena, "Sal", Rule::AboveYou),
        (&lena, "Lena", Rule::SelfChange),
        (&shop.al, "Ada", Rule::AboveYou),
        (&shop.al, "Al", Rule::SelfChange),
        (&shop.ada, "Ada", Rule::SelfChange),
        (&shop.ada, "Suki", Rule::GroupLocked),
    ] {
        let form = choosing(&shop, by, name, pick, deny).await;
        let answer = shop.refused(name, save(&shop, by, form)).await;
        assert_eq!(answer, rule(expected), "{name}");
        let cell = cell(&shop, by, name, pick).await;
        assert!(!cell.may_change, "{name}");
    }
    let suki = view(&shop, &shop.ada, "Suki").await;
    assert!(suki.super_admin);
    assert!(suki.cells.iter().all(|cell| cell.state == CellState::Yes));
}

async fn r56_nobody_overrides_in_a_store_they_do_not_manage(fixture: Fixture) {
    let shop = shop(fixture).await;
    // Bo also works at the airport, where Mia manages nobody; she sees him and acts on him not.
    let (pick, deny) = (Permission::JobsPick, OverrideChoice::Deny);
    let form = choosing(&shop, &shop.mia, "Bo", pick, deny).await;
    let answer = shop.refused("Bo", save(&shop, &shop.mia, form)).await;
    assert_eq!(answer, rule(Rule::NotTheirStore));
    // Art works only there: he is nobody to her, for the grid too, and for the check.
    let mut form = choosing(&shop, &shop.ada, "Art", pick, deny).await;
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
    let form = choosing(&shop, &shop.mia, "Dee", pick, deny).await;
    save(&shop, &shop.mia, form).await.expect("saves");
}

async fn of_two_editors_the_second_is_told(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (ada, al) = (&shop.ada, &shop.al);
    let first = choosing(
        &shop,
        ada,
        "Dee",
        Permission::JobsPick,
        OverrideChoice::Deny,
    )
    .await;
    let second = choosing(&shop, al, "Dee", Permission::JobsEdit, OverrideChoice::Deny).await;
    save(&shop, ada, first).await.expect("the first");
    let before = Snapshot::of(&shop.fixture.kh).await;
    assert_eq!(
        error(save(&shop, al, second.clone()).await),
        AppError::Conflict
    );
    assert_eq!(
        before.changes(&Snapshot::of(&shop.fixture.kh).await),
        [] as [&str; 0]
    );
    let again = SetAccess {
        revision: second.revision + 1,
        ..second
    };
    save(&shop, al, again).await.expect("after a look");
    assert_eq!(
        number(&shop.fixture.kh, "SELECT COUNT(*) FROM overrides").await,
        2,
        "nothing of the first is lost"
    );
}

async fn r54_words_that_no_form_of_ours_has_change_nothing(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let plain = form(&shop, &shop.ada, "Dee").await;
    let before = Snapshot::of(kh).await;
    let pair = |key: &str, word: &str| [(key.to_owned(), word.to_owned())].into();
    for bad in [
        SetAccess {
            overrides: pair("jobs.fly", "deny"),
            ..plain.clone()
        },
        SetAccess {
            overrides: pair("jobs.pick", "maybe"),
            ..plain.clone()
        },
        SetAccess {
            level: pair("planes", "read"),
            ..plain.clone()
        },
        SetAccess {
            level: pair("jobs", "all"),
            ..plain.clone()
        },
        SetAccess {
            memberships: vec!["Crew".to_owned()],
            ..plain.clone()
        },
    ] {
        assert_eq!(
            error(save(&shop, &shop.ada, bad).await),
            AppError::BadRequest
        );
    }
    let long = SetAccess {
        overrides: pair("jobs.pick", "deny"),
        reasons: pair("jobs.pick", &"x".repeat(201)),
        ..plain
    };
    assert!(matches!(
        error(save(&shop, &shop.ada, long).await),
        AppError::Invalid(_)
    ));
    assert_eq!(before.changes(&Snapshot::of(kh).await), [] as [&str; 0]);
}

async fn r58_the_entry_says_which_overrides_were_there_and_which_are_now(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let newest = newest_entry(kh).await;
    let mut form = choosing(
        &shop,
        &shop.ada,
        "Dee",
        Permission::QuotesSend,
        OverrideChoice::Allow,
    )
    .await;
    form.until = [("quotes.send".to_owned(), "2026-12-31".to_owned())].into();
    "Year end".clone_into(&mut form.reason);
    save(&shop, &shop.ada, form).await.expect("saves");
    let entries = entries_after(kh, newest).await;
    let [entry] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    assert_eq!(entry.action, "user.set_access");
    assert_eq!(entry.object, "Dee Tester");
    assert!(entry.before.contains(r#""overrides":[]"#), "{entry:?}");
    assert!(
        entry
            .after
            .contains("quotes.send: allow until 2026-12-31 (Covers Marcus)"),
        "{entry:?}"
    );
    assert_eq!(entry.reason, "Year end");
}

async fn levels_picked_for_somebody_new_become_overrides(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let offered = users::new(kh, &shop.al).await.expect("shows").levels;
    let settings = offered.last().expect("the last module");
    let keys: Vec<_> = settings.1.iter().map(|level| level.key()).collect();
    assert_eq!(keys, ["none", "read", "write"], "what Al holds himself");
    let mut form = shop
        .fixture
        .invitation(&shop.al, "Nia", &["Crew"], &["Downtown"])
        .await;
    form.level = [
        ("jobs".to_owned(), "none".to_owned()),
        ("quotes".to_owned(), String::new()),
        ("invoices".to_owned(), "read".to_owned()),
    ]
    .into();
    let before = Snapshot::of(kh).await;
    let answer = error(users::invite(kh, &shop.al, form.clone()).await);
    assert_eq!(
        answer,
        AppError::Invalid(domain::Problems::one("reason", ProblemCode::Required))
    );
    assert_eq!(before.changes(&Snapshot::of(kh).await), [] as [&str; 0]);
    "Front desk only".clone_into(&mut form.reason);
    users::invite(kh, &shop.al, form).await.expect("invites");
    let view = view(&shop, &shop.al, "Nia").await;
    assert_eq!(view.overrides, 6);
    let token = shop.fixture.last_link().await;
    let browser = shop.fixture.browser();
    let accept = domain::invites::AcceptInvite {
        token,
        password: PASSWORD.to_owned(),
        again: PASSWORD.to_owned(),
    };
    service::invites::accept(kh, &shop.fixture.client(), &browser, accept)
        .await
        .expect("accepts");
    let nia = shop.fixture.staff(&browser).await;
    let held = &nia.caller.effective;
    assert!(!held.holds_anywhere(Permission::JobsView));
    assert!(held.holds_anywhere(Permission::InvoicesView));
    assert!(held.holds_anywhere(Permission::QuotesView));
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
