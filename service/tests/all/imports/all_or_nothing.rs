//! Everybody of a file is imported or nobody: with a wrong line, beside what others do at the same
//! moment, and when there are five thousand.

use std::fmt::Write as _;

use domain::imports::{Column, FileProblem, HEADER, LineCode};
use domain::{AppError, ProblemCode, Toast};
use service::testing::Fixture;
use service::{Staff, groups, imports, stores};

use super::{check, csv, page, people, problem, run_of, view};
use crate::groups::{edit, given};
use crate::support::{at_once, error, newest_entry, number, text};

on_both! {
    one_wrong_line_keeps_everybody_out,
    r60_somebody_invited_between_dry_run_and_import_stops_all_of_it,
    r60_who_renames_a_group_or_a_store_after_the_dry_run_gives_nobody_another_one,
    r60_a_button_pressed_twice_and_at_two_nodes_imports_once,
    r60_of_two_imports_of_one_address_at_the_same_moment_one_is_whole_and_one_is_nothing,
    r63_five_thousand_people_are_imported_whole,
}

async fn one_wrong_line_keeps_everybody_out(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let run = check(
        kh,
        &ada,
        &csv(&[
            "Erin,Tester,erin@shop.example,Crew,Downtown",
            "Finn,Tester,finn@shop.example,Crew,Nowhere",
        ]),
    )
    .await;
    let people_before = people(kh).await;
    let AppError::Invalid(problems) = error(imports::apply(kh, &ada, &run).await) else {
        panic!("about the lines")
    };
    let why = FileProblem::Changed;
    assert_eq!(problems.of("lines"), Some(&ProblemCode::File { why }));
    assert_eq!(people(kh).await, people_before);
    assert_eq!(number(kh, "SELECT COUNT(*) FROM outbox").await, 0);
    assert!(view(kh, &ada, &run).await.mails.is_none());
}

async fn r60_somebody_invited_between_dry_run_and_import_stops_all_of_it(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let file = csv(&[
        "Erin,Tester,erin@shop.example,Crew,Downtown",
        "Finn,Tester,FINN@shop.example,Crew,Downtown",
    ]);
    let run = check(kh, &ada, &file).await;
    fixture.invite(&ada, "Finn", &["Crew"], &["Airport"]).await;
    let AppError::Invalid(problems) = error(imports::apply(kh, &ada, &run).await) else {
        panic!("about the lines")
    };
    assert!(problems.of("lines").is_some());
    assert_eq!(people(kh).await, 2);
    // The page says which.
    let now = page(kh, &ada, &run, true, "").await;
    assert_eq!(now.wrong, 1);
    assert_eq!(now.page.rows[0].line, 3);
    assert_eq!(
        now.page.rows[0].problems,
        [problem(Column::Email, LineCode::Taken)]
    );
}

/// A group is another's name away from being given to everybody of a file that was shown already.
async fn r60_who_renames_a_group_or_a_store_after_the_dry_run_gives_nobody_another_one(
    fixture: Fixture,
) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let file = csv(&[
        "Erin,Tester,erin@shop.example,Sales,Downtown",
        "Finn,Tester,finn@shop.example,Crew,Airport",
        "Gus,Tester,gus@shop.example,Crew,Downtown",
    ]);
    let run = check(kh, &ada, &file).await;
    for (group, name) in [("Sales", "Counter"), ("Operations", "Sales")] {
        let mut edit = edit(kh, group, given(kh, group).await).await;
        name.clone_into(&mut edit.form.name);
        groups::update(kh, &ada, &edit).await.expect("renamed");
    }
    rename_store(&fixture, &ada, "Airport", "Seaside").await;
    rename_store(&fixture, &ada, "Downtown", "Airport").await;
    rename_store(&fixture, &ada, "Seaside", "Downtown").await;
    let ada = fixture.staff(&owner).await;
    for _ in 0..2 {
        let AppError::Invalid(problems) = error(imports::apply(kh, &ada, &run).await) else {
            panic!("about the lines")
        };
        assert!(problems.of("lines").is_some());
        assert_eq!(people(kh).await, 1, "nobody but Ada");
        let shown = page(kh, &ada, &run, true, "").await;
        let shown = shown.page.rows.into_iter().map(|row| row.problems);
        let groups = problem(Column::Groups, LineCode::Renamed);
        let stores = problem(Column::Stores, LineCode::Renamed);
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                vec![groups, stores.clone()],
                vec![stores.clone()],
                vec![stores]
            ]
        );
    }
    // Uploaded again, it is shown as it is meant now.
    let again = check(kh, &ada, &file).await;
    imports::apply(kh, &ada, &again).await.expect("it imports");
    assert_eq!(people(kh).await, 4);
}

async fn rename_store(fixture: &Fixture, by: &Staff, name: &str, new: &str) {
    let kh = &fixture.kh;
    let store = text(kh, &format!("SELECT id FROM stores WHERE name = '{name}'")).await;
    let view = stores::view(kh, by, &store).await.expect("page");
    let mut form = view.form;
    new.clone_into(&mut form.name);
    stores::update(kh, by, &store, view.revision, form)
        .await
        .expect("renamed");
}

async fn r60_a_button_pressed_twice_and_at_two_nodes_imports_once(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let other = fixture.second_node().await;
    let file = csv(&[
        "Erin,Tester,erin@shop.example,Crew,Downtown",
        "Finn,Tester,finn@shop.example,Crew,Downtown",
    ]);
    let run = check(&fixture.kh, &ada, &file).await;
    let tasks = [&fixture.kh, &other, &fixture.kh, &other].map(|kh| {
        let (kh, ada, run) = (kh.clone(), ada.clone(), run.clone());
        async move { imports::apply(&kh, &ada, &run).await }
    });
    let answers = at_once(tasks).await;
    let toasts = answers
        .into_iter()
        .filter_map(|answer| match answer {
            Ok(done) => done.toast,
            // It saw the others' people before it had the lock; nothing of its own was written.
            Err(failure) => {
                assert!(matches!(AppError::from(failure), AppError::Invalid(_)));
                None
            }
        })
        .count();
    assert_eq!(toasts, 1);
    assert_eq!(people(&fixture.kh).await, 3);
    for table in ["invites", "outbox"] {
        let count = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(number(&fixture.kh, &count).await, 2, "{table}");
    }
    let newest = newest_entry(&fixture.kh).await;
    let again = imports::apply(&fixture.kh, &ada, &run).await;
    assert_eq!(run_of(&again.expect("it leads to the page")), run);
    assert_eq!(newest_entry(&fixture.kh).await, newest);
    assert_eq!(people(&fixture.kh).await, 3);
}

async fn r60_of_two_imports_of_one_address_at_the_same_moment_one_is_whole_and_one_is_nothing(
    fixture: Fixture,
) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    for round in 0..5 {
        // Only so many dry runs of a person are kept: the newest ones.
        fixture.clock.advance(std::time::Duration::from_secs(1));
        let before = people(kh).await;
        let file = |own: &str| {
            csv(&[
                &format!("{own}{round},Tester,{own}{round}@shop.example,Crew,Downtown"),
                &format!("Both{round},Tester,both{round}@shop.example,Crew,Downtown"),
            ])
        };
        let runs = [
            check(kh, &ada, &file("left")).await,
            check(kh, &ada, &file("right")).await,
        ];
        let answers = at_once(runs.map(|run| {
            let (kh, ada) = (kh.clone(), ada.clone());
            async move { imports::apply(&kh, &ada, &run).await }
        }))
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 1), "{round}");
        let lost = lost.into_iter().map(error).next();
        let changed = ProblemCode::File {
            why: FileProblem::Changed,
        };
        let changed = domain::Problems::one("lines", changed);
        assert_eq!(lost, Some(AppError::Invalid(changed)), "{round}");
        assert_eq!(people(kh).await, before + 2);
    }
}

async fn r63_five_thousand_people_are_imported_whole(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let mut file = HEADER.to_owned();
    for n in 0..5_000 {
        write!(
            file,
            "\nPerson{n},Tester,person{n}@shop.example,Sales;Crew@Airport,Downtown;Airport"
        )
        .expect("a string takes it");
    }
    let run = check(kh, &ada, &file).await;
    assert_eq!(view(kh, &ada, &run).await.wrong, 0);
    let done = imports::apply(kh, &ada, &run).await.expect("it imports");
    assert_eq!(done.toast, Some(Toast::Imported { people: 5_000 }));
    assert_eq!(people(kh).await, 5_001);
    let mails = view(kh, &ada, &run).await.mails.expect("imported");
    assert_eq!(mails.waiting, 5_000);
    let whole = service::audit::verify(kh).await.expect("answers");
    assert!(matches!(whole, service::audit::Verdict::Whole { .. }));
    // Whatever is written by hundreds is there of each.
    let each = "SELECT COUNT(DISTINCT user_id) FROM {table} WHERE user_id <> ''";
    for table in ["invites", "outbox"] {
        let people = number(kh, &each.replace("{table}", table)).await;
        assert_eq!(people, 5_000, "{table}");
    }
    for table in ["memberships", "user_stores"] {
        let people = number(kh, &each.replace("{table}", table)).await;
        assert_eq!(people, 5_001, "{table}, and Ada's");
        let rows = format!(
            "SELECT COUNT(*) FROM {table} WHERE user_id <> '{}'",
            ada.caller.person.id
        );
        assert_eq!(number(kh, &rows).await, 10_000, "{table}");
    }
    let entries = "SELECT COUNT(DISTINCT object_id) FROM audit WHERE action = 'user.invite'";
    assert_eq!(number(kh, entries).await, 5_000);
}
