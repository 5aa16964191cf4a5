//! Nobody imports beyond themselves, and nobody else's dry run is there (product §2.4, §3).

use access::Rule;
use domain::AppError;
use domain::imports::{Column, LineCode};
use service::testing::Fixture;
use service::{imports, users};

use crate::imports::{check, csv, no_store, people, problem, view, wrong};
use crate::shop::{Shop, rule, shop};
use crate::support::{Snapshot, entries_after, error, id_of, newest_entry, set_access, write};

on_both! {
    r55_one_line_beyond_the_importer_among_many_invites_nobody,
    r56_a_hostile_admin_and_a_hostile_store_manager_import_nothing_beyond_themselves,
    r53_a_store_of_others_reads_like_one_that_is_not_there,
    r53_an_address_of_somebody_unseen_only_can_t_be_used,
    r53_a_dry_run_of_somebody_else_is_like_none,
    r44_a_right_lost_after_the_dry_run_is_lost_for_the_import,
    r60_a_right_lost_while_the_import_begins_is_lost,
    r52_who_may_not_invite_may_not_import,
}

/// The entries after a number that are refusals, by action and reason.
async fn refusals(shop: &Shop, newest: i64) -> Vec<(String, String)> {
    entries_after(&shop.fixture.kh, newest)
        .await
        .into_iter()
        .filter(|entry| entry.result == "refused")
        .map(|entry| (entry.action, entry.reason))
        .collect()
}

async fn r55_one_line_beyond_the_importer_among_many_invites_nobody(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let before = people(kh).await;
    for at in [0, 25, 49] {
        let lines: Vec<String> = (0..50)
            .map(|n| {
                let group = if n == at { "Super Admin" } else { "Crew" };
                format!("E{n},Tester,e{n}@shop.example,{group},Downtown")
            })
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let run = check(kh, &shop.al, &csv(&lines)).await;
        assert_eq!(view(kh, &shop.al, &run).await.wrong, 1, "{at}");
        let answer = shop
            .refused("one of fifty", imports::apply(kh, &shop.al, &run))
            .await;
        assert_eq!(answer, rule(Rule::NotByImport), "{at}");
    }
    assert_eq!(people(kh).await, before);
}

async fn r56_a_hostile_admin_and_a_hostile_store_manager_import_nothing_beyond_themselves(
    fixture: Fixture,
) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    crate::support::custom_group(
        &shop.fixture,
        "Treasurers",
        "settings.billing settings.groups",
    )
    .await;
    crate::support::custom_group(&shop.fixture, "Twins", "invoices.void settings.users").await;
    // Somebody whose right to void invoices is denied may not hand it out either.
    crate::support::add_override(&shop.fixture, "Al", "invoices.void", "deny", 0).await;
    let al = shop.fixture.staff(&shop.fixture.sign_in("Al").await).await;
    let beyond = |group: &str| LineCode::Beyond {
        group: group.to_owned(),
    };
    for (by, groups, stores, named) in [
        (&al, "Super Admin", "Downtown", "Super Admin"),
        (&al, "Crew;Treasurers", "Downtown", "Treasurers"),
        (&al, "Admin", "Downtown;Airport", "Admin"),
        (&al, "Twins@Airport;Crew", "Downtown;Airport", "Twins"),
        (&shop.mia, "Super Admin", "Downtown", "Super Admin"),
        (&shop.mia, "Admin", "Downtown", "Admin"),
        (&shop.mia, "Treasurers", "Downtown", "Treasurers"),
    ] {
        let what = format!("{groups} in {stores}");
        shop.fixture
            .clock
            .advance(std::time::Duration::from_mins(1));
        let newest = newest_entry(kh).await;
        let file = csv(&[
            "Erin,Tester,erin@shop.example,Crew@Downtown,Downtown",
            &format!("Eve,Tester,eve@shop.example,{groups},{stores}"),
        ]);
        let run = check(kh, by, &file).await;
        let found = view(kh, by, &run).await;
        assert_eq!(
            found.page.rows[1].problems,
            [problem(Column::Groups, beyond(named))],
            "{what}"
        );
        let recorded = refusals(&shop, newest).await;
        assert_eq!(recorded.len(), 1, "{what}: {recorded:?}");
        assert_eq!(recorded[0].0, "import.check");
        let answer = shop.refused(&what, imports::apply(kh, by, &run)).await;
        assert!(matches!(answer, AppError::Refused(_)), "{what}: {answer:?}");
    }
}

async fn r53_a_store_of_others_reads_like_one_that_is_not_there(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let newest = newest_entry(kh).await;
    let file = csv(&[
        "Erin,Tester,erin@shop.example,Crew@Downtown,Airport",
        "Finn,Tester,finn@shop.example,Crew@Downtown,Airprt",
        "Gus,Tester,gus@shop.example,Crew@Airport,Downtown",
        "Hal,Tester,hal@shop.example,Crew@Airprt,Downtown",
        "Ida,Tester,ida@shop.example,Crew@Downtown,Downtown;AIR",
        "Jon,Tester,jon@shop.example,Crew@Downtown,Downtown;ARI",
    ]);
    let stores = |name| problem(Column::Stores, no_store(name, None));
    let groups = |name| problem(Column::Groups, no_store(name, None));
    let not_theirs = |line, store: &str| {
        (
            line,
            problem(
                Column::Groups,
                LineCode::NotTheirs {
                    store: store.to_owned(),
                },
            ),
        )
    };
    let found = wrong(kh, &shop.mia, &file).await;
    let expected = [
        (2, stores("Airport")),
        (3, stores("Airprt")),
        (4, groups("Airport")),
        (5, groups("Airprt")),
        (6, stores("AIR")),
        (7, stores("ARI")),
    ];
    let without: Vec<_> = found
        .into_iter()
        .filter(|line| *line != not_theirs(2, "Downtown"))
        .collect();
    assert_eq!(without, expected);
    assert_eq!(
        refusals(&shop, newest).await,
        [("import.check".to_owned(), "not_their_store".to_owned())]
    );
}

async fn r53_an_address_of_somebody_unseen_only_can_t_be_used(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let file = csv(&[
        "Art,Tester,art@shop.example,Crew@Downtown,Downtown",
        "Dee,Tester,Dee@Shop.example,Crew@Downtown,Downtown",
    ]);
    let email = |what| problem(Column::Email, what);
    assert_eq!(
        wrong(kh, &shop.mia, &file).await,
        [(2, email(LineCode::Unusable)), (3, email(LineCode::Taken))]
    );
    assert_eq!(
        wrong(kh, &shop.ada, &file).await,
        [(2, email(LineCode::Taken)), (3, email(LineCode::Taken))]
    );
}

async fn r53_a_dry_run_of_somebody_else_is_like_none(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let file = csv(&["Erin,Tester,erin@shop.example,Crew,Downtown"]);
    let run = check(kh, &shop.al, &file).await;
    let nobody = service::testing::NOW.0.to_string();
    for by in [&shop.ada, &shop.mia] {
        for id in [
            run.as_str(),
            "01900000-0000-7000-8000-000000000000",
            &nobody,
        ] {
            let looked = shop.refused(id, imports::view(kh, by, id, false, "")).await;
            assert_eq!(looked, AppError::NotFound);
            let applied = shop.refused(id, imports::apply(kh, by, id)).await;
            assert_eq!(applied, AppError::NotFound);
        }
    }
    let al = shop.fixture.session_for(shop.al.caller.person.id).await;
    let al = shop.fixture.staff(&al).await;
    imports::apply(kh, &al, &run).await.expect("his own");
    for by in [&shop.ada, &shop.mia] {
        assert_eq!(
            error(imports::apply(kh, by, &run).await),
            AppError::NotFound,
            "applied or not"
        );
    }
}

async fn r44_a_right_lost_after_the_dry_run_is_lost_for_the_import(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let file = csv(&["Erin,Tester,erin@shop.example,Crew,Airport"]);
    let run = check(kh, &shop.al, &file).await;
    // He keeps Downtown alone.
    set_access(fixture, &shop.ada, "Al", &["Admin@Downtown"], &["Downtown"]).await;
    let al = fixture.staff(&fixture.sign_in("Al").await).await;
    let newest = newest_entry(kh).await;
    let answer = error(imports::apply(kh, &al, &run).await);
    assert_eq!(answer, rule(Rule::NotTheirStore));
    // What was found is kept for the page, and kept once.
    let kept: Vec<_> = entries_after(kh, newest)
        .await
        .into_iter()
        .map(|entry| (entry.action, entry.result))
        .collect();
    let entry = |action: &str, result: &str| (action.to_owned(), result.to_owned());
    let expected = [
        entry("import.check", "done"),
        entry("import.apply", "refused"),
    ];
    assert_eq!(kept, expected);
    assert_eq!(view(kh, &al, &run).await.wrong, 1);
    let answer = shop
        .refused("one store", imports::apply(kh, &al, &run))
        .await;
    assert_eq!(answer, rule(Rule::NotTheirStore));
    // He manages nobody any more.
    set_access(fixture, &shop.ada, "Al", &["Crew"], &["Downtown"]).await;
    let al = fixture.staff(&fixture.sign_in("Al").await).await;
    let answer = shop.refused("nobody", imports::apply(kh, &al, &run)).await;
    assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
    let answer = shop
        .refused("looks", imports::view(kh, &al, &run, false, ""))
        .await;
    assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
}

async fn r60_a_right_lost_while_the_import_begins_is_lost(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let file = csv(&[
        "Erin,Tester,erin@shop.example,Crew@Downtown,Downtown",
        "Finn,Tester,finn@shop.example,Crew@Airport,Airport",
    ]);
    let run = check(kh, &shop.al, &file).await;
    let before = people(kh).await;
    // The request was let in with all his rights; these go before it has the lock.
    set_access(fixture, &shop.ada, "Al", &["Admin@Downtown"], &["Downtown"]).await;
    let answer = shop
        .refused("late", imports::apply(kh, &shop.al, &run))
        .await;
    assert_eq!(answer, rule(Rule::NotTheirStore));
    // So does what he may give, when Crew becomes more than he holds after the dry run.
    set_access(
        fixture,
        &shop.ada,
        "Al",
        &["Admin"],
        &["Downtown", "Airport"],
    )
    .await;
    let al = fixture.staff(&fixture.sign_in("Al").await).await;
    let file = csv(&["Erin,Tester,erin@shop.example,Crew,Downtown"]);
    let run = check(kh, &al, &file).await;
    let crew = "SELECT permissions FROM permission_groups WHERE built_in = 'crew'";
    let crew = crate::support::text(kh, crew).await;
    let grown = "UPDATE permission_groups SET permissions = '{} settings.groups' \
                 WHERE built_in = 'crew'";
    write(kh, &grown.replace("{}", &crew)).await;
    let answer = error(imports::apply(kh, &al, &run).await);
    assert!(
        matches!(answer, AppError::Refused(Rule::BeyondYou { .. })),
        "{answer:?}"
    );
    let grown = "UPDATE permission_groups SET permissions = '{}' WHERE built_in = 'crew'";
    write(kh, &grown.replace("{}", &crew)).await;
    // And a session that was ended: nothing else stands against him by now.
    users::deactivate(kh, &shop.ada, &id_of(fixture, "Al").await)
        .await
        .expect("deactivates");
    let snapshot = Snapshot::but_for_refusals(kh).await;
    let answer = error(imports::apply(kh, &al, &run).await);
    assert_eq!(answer, AppError::SignedOut { ended: None });
    assert_eq!(Snapshot::but_for_refusals(kh).await, snapshot);
    assert_eq!(people(kh).await, before);
}

async fn r52_who_may_not_invite_may_not_import(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let dee = shop.fixture.staff(&shop.fixture.sign_in("Dee").await).await;
    let file = csv(&["Erin,Tester,erin@shop.example,Crew,Downtown"]);
    for answer in [
        shop.refused("asks", imports::may_check(kh, &dee)).await,
        shop.refused("checks", imports::check(kh, &dee, "a.csv", file.as_bytes()))
            .await,
        shop.refused("looks", imports::view(kh, &dee, "", false, ""))
            .await,
        shop.refused("applies", imports::apply(kh, &dee, "x")).await,
    ] {
        assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
    }
}
