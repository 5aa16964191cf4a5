//! The grid of a person's page says what is enforced, and tells nobody of stores that they may not
//! know (product §2.5, security r57).

use access::{Level, Module, Permission, Step, Verdict, explain};
use domain::preview::How;
use domain::users::{
    AccessView, CellState, GroupSays, SetAccess, StoresLine, UserListQuery, Works,
};
use service::random::{Randomness, SeededRandomness};
use service::testing::Fixture;
use service::{Staff, users};

use crate::overrides::form;
use crate::shop::{Shop, shop};
use crate::support::{add_override, custom_group, id_of, set_access, text, unchanged, write};

on_both! {
    r57_the_grid_and_why_say_what_is_enforced_for_random_people_in_every_store,
    the_grid_of_who_does_not_work_is_empty_and_says_why,
    levels_of_a_row_are_told_store_by_store_where_they_differ,
    r53_names_of_stores_that_one_may_not_know_are_told_to_nobody,
    a_preview_names_what_is_gained_and_lost_and_it_comes_so,
    a_preview_says_why_something_makes_no_difference,
    in_a_one_store_business_no_store_is_told,
}

/// A number below `n`.
fn pick(rng: &SeededRandomness, n: usize) -> usize {
    let mut bytes = [0_u8; 4];
    rng.fill(&mut bytes);
    u32::from_le_bytes(bytes) as usize % n
}

async fn r57_the_grid_and_why_say_what_is_enforced_for_random_people_in_every_store(
    fixture: Fixture,
) {
    let shop = shop(fixture).await;
    let fixture = &shop.fixture;
    fixture.add_store(&shop.ada, "Harbour", "HBR").await;
    let ada = fixture.sign_in("Ada").await;
    let ada = fixture.staff(&ada).await;
    custom_group(
        fixture,
        "Viewers",
        "stores.view_all quotes.view invoices.view",
    )
    .await;
    let rng = SeededRandomness::new(57);
    let stores = ["Downtown", "Airport", "Harbour"];
    let groups = ["Crew", "Sales", "Billing", "Operations", "Admin", "Viewers"];
    let mut held_somewhere = 0;
    for n in 0..6 {
        let name = format!("P{n}");
        let theirs: Vec<&str> = stores
            .into_iter()
            .filter(|store| *store == stores[n % 3] || pick(&rng, 2) == 0)
            .collect();
        let mut in_groups = Vec::new();
        for _ in 0..=pick(&rng, 2) {
            let group = groups[pick(&rng, groups.len())];
            in_groups.push(match pick(&rng, 2) {
                0 => group.to_owned(),
                _ => format!("{group}@{}", theirs[pick(&rng, theirs.len())]),
            });
        }
        let in_groups: Vec<&str> = in_groups.iter().map(String::as_str).collect();
        let browser = fixture.join(&ada, &name, &in_groups, &theirs).await;
        for at in 0..8 {
            let permission = Permission::ALL[pick(&rng, Permission::ALL.len() / 8) + at * 5];
            let effect = ["allow", "deny"][pick(&rng, 2)];
            let until = [0, fixture.kh.now().0 - 1, fixture.kh.now().0 + 1][pick(&rng, 3)];
            add_override(fixture, &name, permission.key(), effect, until).await;
        }
        let staff = fixture.staff(&browser).await;
        held_somewhere += holds_alike(&shop, &ada, &staff).await;
    }
    assert!(
        held_somewhere > 100,
        "people who hold nothing prove nothing"
    );
}

/// Compares what a request of the person resolves to, what Why says and what the grid shows, for
/// each permission, in each store and in all of theirs. Answers how often it was yes.
async fn holds_alike(shop: &Shop, ada: &Staff, staff: &Staff) -> usize {
    let (held, all) = (&staff.caller.effective, &staff.caller.all_stores);
    let id = staff.caller.person.id.to_string();
    let now = shop.fixture.kh.now();
    let mut yes = 0;
    let places = all.iter().copied().map(Some).chain([None]);
    for place in places {
        let store = place.map(|store| store.to_string()).unwrap_or_default();
        let view = users::view_access(&shop.fixture.kh, ada, &id, &store)
            .await
            .expect("shows");
        assert_eq!(view.cells.len(), Permission::ALL.len());
        for (cell, permission) in view.cells.iter().zip(Permission::ALL) {
            let what = format!("{permission} in {place:?} of {}", staff.me.name);
            assert_eq!(cell.permission, permission);
            let enforced = match place {
                Some(store) => held.holds(permission, store),
                None => held.holds_in_any_of_theirs(permission),
            };
            let why = explain(&staff.caller.person, all, permission, place, now);
            let shown = matches!(
                cell.state,
                CellState::Yes | CellState::Allowed | CellState::Some
            );
            assert_eq!(enforced, why.verdict.is_allowed(), "{what}: {why:?}");
            assert_eq!(enforced, shown, "{what}: {cell:?}");
            assert_eq!(
                cell.state.is_override(),
                why.verdict.is_override(),
                "{what}"
            );
            if let Verdict::AllowedInSome(stores) = &why.verdict {
                assert_eq!(cell.only_in.len(), stores.len(), "{what}");
            }
            let groups = why
                .trail
                .iter()
                .filter(|step| matches!(step, Step::Group { gives: true, .. }));
            let giving = cell.groups.iter().filter(|group| group.gives);
            assert_eq!(giving.count(), groups.count(), "{what}");
            yes += usize::from(enforced);
        }
        for row in &view.rows {
            let level = place.map(|store| access::level_of(row.module, held.in_store(store)));
            if let Some(level) = level {
                let shown = row.level.map_or("custom", Level::key);
                assert_eq!(shown, level.key(), "{:?} in {place:?}", row.module);
            }
        }
    }
    yes
}

async fn view(shop: &Shop, by: &Staff, name: &str) -> AccessView {
    let id = shop.id(name).await;
    users::view_access(&shop.fixture.kh, by, &id, "")
        .await
        .expect("shows")
}

async fn the_grid_of_who_does_not_work_is_empty_and_says_why(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    users::deactivate(kh, &shop.ada, &shop.id("Dee").await)
        .await
        .expect("may");
    write(
        kh,
        "DELETE FROM memberships WHERE user_id = (SELECT id FROM users WHERE first_name = 'Bo')",
    )
    .await;
    for (name, why) in [
        ("Ivo", access::Nothing::NotAccepted),
        ("Dee", access::Nothing::Inactive),
        ("Bo", access::Nothing::NoGroup),
    ] {
        let view = view(&shop, &shop.ada, name).await;
        assert_eq!(view.nothing, Some(why), "{name}");
        assert!(view.cells.iter().all(|cell| cell.state == CellState::No));
    }
    let ivo = view(&shop, &shop.ada, "Ivo").await;
    let pick = ivo
        .cells
        .iter()
        .find(|cell| cell.permission == Permission::JobsPick)
        .expect("a cell");
    assert_eq!(
        pick.groups,
        [GroupSays {
            name: "Crew".to_owned(),
            store: None,
            includes: true,
            gives: true
        }],
        "Why tells what would count"
    );
}

async fn levels_of_a_row_are_told_store_by_store_where_they_differ(fixture: Fixture) {
    let shop = shop(fixture).await;
    let both = ["Downtown", "Airport"];
    let groups = ["Sales", "Operations@Airport"];
    set_access(&shop.fixture, &shop.ada, "Bo", &groups, &both).await;
    let bo = view(&shop, &shop.ada, "Bo").await;
    let row = |view: &AccessView, module: Module| {
        view.rows
            .iter()
            .find(|row| row.module == module)
            .cloned()
            .expect("a row")
    };
    let jobs = row(&bo, Module::Jobs);
    assert_eq!(jobs.level, None);
    assert_eq!(
        jobs.by_store,
        [
            ("Airport".to_owned(), Some(Level::Manage)),
            ("Downtown".to_owned(), Some(Level::Read))
        ]
    );
    assert_eq!(row(&bo, Module::Quotes).level, Some(Level::Manage));
    assert!(row(&bo, Module::Quotes).by_store.is_empty());
    assert_eq!(
        bo.where_they_work,
        Some(Works {
            theirs: vec!["Airport".to_owned(), "Downtown".to_owned()],
            not_theirs: Vec::new()
        })
    );
    let airport = text(
        &shop.fixture.kh,
        "SELECT id FROM stores WHERE name = 'Airport'",
    )
    .await;
    let id = shop.id("Bo").await;
    let there = users::view_access(&shop.fixture.kh, &shop.ada, &id, &airport)
        .await
        .expect("shows");
    assert_eq!(row(&there, Module::Jobs).level, Some(Level::Manage));
    assert_eq!(there.store.map(|store| store.to_string()), Some(airport));
    // Dee does not work there at all.
    let id = shop.id("Dee").await;
    let airport = there.store.expect("a store").to_string();
    let dee = users::view_access(&shop.fixture.kh, &shop.ada, &id, &airport)
        .await
        .expect("shows");
    let away = |cell: &&domain::users::CellView| cell.state == CellState::Away;
    assert_eq!(dee.cells.iter().filter(away).count(), 34, "of store scope");
}

async fn r53_names_of_stores_that_one_may_not_know_are_told_to_nobody(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let both = ["Downtown", "Airport"];
    let groups = ["Crew", "Sales@Airport"];
    set_access(fixture, &shop.ada, "Bo", &groups, &both).await;
    // Left over from a store that Dee no longer works in.
    let groups = ["Crew", "Billing@Airport"];
    set_access(fixture, &shop.ada, "Dee", &groups, &both).await;
    let mut dee = form(&shop, &shop.ada, "Dee").await;
    let airport = text(kh, "SELECT id FROM stores WHERE name = 'Airport'").await;
    dee.stores.retain(|store| *store != airport);
    users::set_access(kh, &shop.ada, dee).await.expect("saves");

    let mut told = Vec::new();
    for name in ["Bo", "Dee", "Mia", "Ada"] {
        let id = id_of(fixture, name).await;
        let page = users::view(kh, &shop.mia, &id).await.expect("shows");
        told.push(serde_json::to_string(&page).expect("writes"));
        let access = view(&shop, &shop.mia, name).await;
        told.push(serde_json::to_string(&access).expect("writes"));
    }
    let dee = form(&shop, &shop.mia, "Dee").await;
    let without = SetAccess {
        memberships: dee.memberships[..1].to_vec(),
        ..dee
    };
    let preview = users::preview_access(kh, &shop.mia, without)
        .await
        .expect("previews");
    told.push(serde_json::to_string(&preview).expect("writes"));
    for sort in ["name", "stores", "-stores", "groups"] {
        let query = UserListQuery {
            sort: sort.to_owned(),
            ..UserListQuery::default()
        };
        let list = users::list(kh, &shop.mia, query).await.expect("lists");
        told.push(serde_json::to_string(&list).expect("writes"));
    }
    for told in &told {
        assert!(!told.to_lowercase().contains("airport"), "{told}");
    }
    let bo = view(&shop, &shop.mia, "Bo").await;
    assert_eq!(bo.other_stores, 1);
    assert_eq!(bo.memberships[1].store.as_deref(), Some("another store"));
    assert_eq!(
        bo.where_they_work.map(|works| works.theirs),
        Some(vec!["Downtown".to_owned(), "another store".to_owned()])
    );
    // Who may look at the stores reads their names here too.
    let seen = serde_json::to_string(&view(&shop, &shop.al, "Bo").await).expect("writes");
    assert!(seen.contains("Airport"));
}

async fn a_preview_names_what_is_gained_and_lost_and_it_comes_so(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let bo = shop.fixture.sign_in("Bo").await;
    let before = shop.fixture.staff(&bo).await.caller.effective.clone();
    let mut form = form(&shop, &shop.ada, "Bo").await;
    let operations = shop
        .fixture
        .invitation(&shop.ada, "x", &["Operations@Airport"], &[])
        .await;
    form.memberships.extend(operations.groups);
    form.overrides = [
        ("jobs.pick".to_owned(), "deny".to_owned()),
        ("settings.audit".to_owned(), "allow".to_owned()),
    ]
    .into();
    "Trial".clone_into(&mut form.reason);
    let preview = users::preview_access(kh, &shop.ada, form.clone())
        .await
        .expect("previews");
    assert!(!preview.later && !preview.asks_reason);
    users::set_access(kh, &shop.ada, form).await.expect("saves");
    let after = shop.fixture.staff(&bo).await.caller.effective.clone();
    let all = &shop.ada.caller.all_stores;
    let differs = |permission: Permission, gains: bool| {
        let (from, to) = if gains {
            (&before, &after)
        } else {
            (&after, &before)
        };
        all.iter()
            .any(|&store| to.holds(permission, store) && !from.holds(permission, store))
    };
    for (told, gains) in [(&preview.felt.gains, true), (&preview.felt.loses, false)] {
        let told: Vec<_> = told.iter().map(|held| held.permission).collect();
        let felt: Vec<_> = Permission::ALL
            .into_iter()
            .filter(|&permission| differs(permission, gains))
            .collect();
        assert_eq!(told, felt);
    }
    let place = |permission: Permission| {
        let held = preview.felt.gains.iter().chain(&preview.felt.loses);
        held.clone()
            .find(|held| held.permission == permission)
            .expect("is told")
            .places
            .clone()
    };
    assert_eq!(
        place(Permission::JobsReopen),
        Some(StoresLine::These(vec!["Airport".to_owned()]))
    );
    assert_eq!(place(Permission::JobsPick), Some(StoresLine::All(2)));
    assert_eq!(place(Permission::SettingsAudit), None, "of the business");
    // Of who has not accepted, it tells what will count then.
    let mut ivo = crate::overrides::form(&shop, &shop.ada, "Ivo").await;
    ivo.overrides = [("jobs.pick".to_owned(), "deny".to_owned())].into();
    let preview = users::preview_access(kh, &shop.ada, ivo)
        .await
        .expect("previews");
    assert!(preview.later && preview.asks_reason);
    assert_eq!(preview.felt.loses.len(), 1);
}

async fn a_preview_says_why_something_makes_no_difference(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    add_override(&shop.fixture, "Dee", "quotes.send", "deny", 0).await;
    let mut form = form(&shop, &shop.ada, "Dee").await;
    let sales = shop
        .fixture
        .invitation(&shop.ada, "x", &["Sales"], &[])
        .await;
    // Sales instead of Crew; both give View.
    form.memberships = sales.groups;
    form.overrides = [
        ("customers.view".to_owned(), "allow".to_owned()),
        ("invoices.void".to_owned(), "deny".to_owned()),
    ]
    .into();
    let preview = users::preview_access(kh, &shop.ada, form)
        .await
        .expect("previews");
    let how = |permission: Permission| {
        preview
            .felt
            .anyway
            .iter()
            .find(|anyway| anyway.permissions.contains(permission))
            .map(|anyway| (anyway.added, anyway.how.clone()))
    };
    let sales = || How::Groups(vec!["Sales".to_owned()]);
    assert_eq!(how(Permission::CustomersView), Some((true, sales())));
    assert_eq!(how(Permission::JobsView), Some((false, sales())));
    assert_eq!(how(Permission::QuotesSend), Some((true, How::Denied)));
    assert_eq!(how(Permission::InvoicesVoid), Some((true, How::Denied)));
    assert_eq!(how(Permission::JobsPick), None, "that is lost");
    assert!(preview.felt.anyway.iter().all(|of| of.name == "Dee Tester"));
}

async fn in_a_one_store_business_no_store_is_told(fixture: Fixture) {
    let owner = fixture.found().await;
    write(
        &fixture.kh,
        "DELETE FROM user_stores WHERE store_id = (SELECT id FROM stores WHERE name = 'Airport')",
    )
    .await;
    write(&fixture.kh, "DELETE FROM stores WHERE name = 'Airport'").await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Dee", &["Crew"], &[]).await;
    let id = id_of(&fixture, "Dee").await;
    let view = users::view_access(&fixture.kh, &ada, &id, "")
        .await
        .expect("shows");
    assert!(view.store_choices.is_empty() && view.places.is_empty());
    assert_eq!(view.where_they_work, None);
    let form = SetAccess {
        stores: Vec::new(),
        overrides: [("jobs.pick".to_owned(), "deny".to_owned())].into(),
        ..unchanged(&view)
    };
    let preview = users::preview_access(&fixture.kh, &ada, form)
        .await
        .expect("previews");
    assert_eq!(preview.felt.loses.len(), 1);
    assert_eq!(preview.felt.loses[0].places, None);
}
