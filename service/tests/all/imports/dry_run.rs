//! The dry run: what it says of each line, how its pages are found, and how long it is kept.

use std::fmt::Write as _;
use std::time::Duration;

use domain::imports::{Column, FileProblem, HEADER, ImportRun, LineCode, LineProblem};
use domain::{AppError, ProblemCode};
use service::imports;
use service::testing::Fixture;

use super::{check, csv, no_store, page, problem, view, wrong};
use crate::support::{Snapshot, error, number};

on_both! {
    a_dry_run_says_line_by_line_what_is_to_be_put_right_and_invites_nobody,
    a_file_that_is_no_list_of_people_is_refused_beside_its_field,
    pages_and_wrong_lines_of_a_dry_run_are_found,
    what_is_kept_of_a_dry_run_is_sealed_and_gone_after_a_day,
    r63_only_the_newest_dry_runs_of_a_person_are_kept,
}

fn no_group(name: &str, meant: Option<&str>) -> LineCode {
    LineCode::NoGroup {
        name: name.to_owned(),
        meant: meant.map(str::to_owned),
    }
}

async fn a_dry_run_says_line_by_line_what_is_to_be_put_right_and_invites_nobody(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.invite(&ada, "Ivo", &["Crew"], &["Downtown"]).await;
    let before = Snapshot::of(&fixture.kh).await;
    let long = "x".repeat(81);
    let file = csv(&[
        "Nadia,Haddad,nadia@shop.example,Sales,Downtown",
        "Tom,Bell,tom.bell@shop,Crew,AIR",
        "Ines,Duarte,ines@shop.example,crew@airport;SALES,Downtown;air",
        "Grace,Lowe,grace@shop.example,Sale;Cashier,Dwntown;Elsewhere",
        ",Okoro,okoro@shop.example,Crew,Airport",
        "Sam,Price,sam@shop.example,Super Admin,Downtown",
        "Nadia,Haddad, NADIA@Shop.Example ,Crew,Airport",
        "Ivo,Tester,ivo@shop.example,Crew,Downtown",
        "Ann,Both,ann@shop.example,Sales@Airport,Downtown",
        "Ben,None,ben@shop.example,;,",
        &format!("\"Ka\nte\",{long},kate@shop.example,Crew,Downtown"),
        "Len,Short,len@shop.example",
    ]);
    let email = |what| problem(Column::Email, what);
    let groups = |what| problem(Column::Groups, what);
    let stores = |what| problem(Column::Stores, what);
    assert_eq!(
        wrong(&fixture.kh, &ada, &file).await,
        [
            (3, email(LineCode::NotAddress)),
            (5, groups(no_group("Sale", Some("Sales")))),
            (5, groups(no_group("Cashier", None))),
            (5, stores(no_store("Dwntown", Some("Downtown")))),
            (5, stores(no_store("Elsewhere", None))),
            (6, problem(Column::FirstName, LineCode::Blank)),
            (
                7,
                groups(LineCode::Beyond {
                    group: "Super Admin".to_owned()
                })
            ),
            (8, email(LineCode::Twice { line: 2 })),
            (9, email(LineCode::Taken)),
            (
                10,
                groups(LineCode::NotTheirs {
                    store: "Airport".to_owned()
                })
            ),
            (11, groups(LineCode::Blank)),
            (11, stores(LineCode::Blank)),
            (12, problem(Column::FirstName, LineCode::Unprintable)),
            (12, problem(Column::LastName, LineCode::TooLong { max: 80 })),
            (
                14,
                LineProblem {
                    column: None,
                    what: LineCode::Cells {
                        found: 3,
                        expected: 5
                    }
                }
            ),
            (14, groups(LineCode::Blank)),
            (14, stores(LineCode::Blank)),
        ]
    );
    let after = Snapshot::of(&fixture.kh).await;
    let touched: Vec<String> = before
        .changes(&after)
        .into_iter()
        .filter(|change| {
            ![
                "imports:",
                "import_rows:",
                "audit:",
                "audit_head:",
                "refusals:",
            ]
            .iter()
            .any(|table| change[2..].starts_with(table))
        })
        .collect();
    assert_eq!(touched, [] as [&str; 0]);
}

async fn a_file_that_is_no_list_of_people_is_refused_beside_its_field(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let before = Snapshot::of(&fixture.kh).await;
    for (name, bytes, why) in [
        ("", &b""[..], FileProblem::Missing),
        ("a.csv", b"", FileProblem::Empty),
        (
            "a.csv",
            b"name,email\nDana,d@x.example",
            FileProblem::Header,
        ),
        ("a.xlsx", b"PK\x03\x04\0\0", FileProblem::NotText),
    ] {
        let answer = error(imports::check(&fixture.kh, &ada, name, bytes).await);
        let AppError::Invalid(problems) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(problems.of("file"), Some(&ProblemCode::File { why }));
    }
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
}

async fn pages_and_wrong_lines_of_a_dry_run_are_found(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let mut file = HEADER.to_owned();
    for n in 0..120 {
        let group = if n % 10 == 0 { "Nobody" } else { "Crew" };
        write!(file, "\nD{n},Tester,d{n}@shop.example,{group},Downtown").expect("it takes it");
    }
    let run = check(kh, &ada, &file).await;
    let lines =
        |run: &ImportRun| -> Vec<u32> { run.page.rows.iter().map(|row| row.line).collect() };
    let first = view(kh, &ada, &run).await;
    assert_eq!(
        (first.lines, first.wrong, first.page.total.n),
        (120, 12, 120)
    );
    assert_eq!(lines(&first), (2..52).collect::<Vec<_>>());
    assert_eq!(
        (first.page.previous, first.page.next.as_deref()),
        (None, Some("2"))
    );
    let last = page(kh, &ada, &run, false, "3").await;
    assert_eq!(lines(&last), (102..122).collect::<Vec<_>>());
    assert_eq!(
        (last.page.previous.as_deref(), last.page.next),
        (Some("2"), None)
    );
    assert_eq!(last.page.first, 101);
    let wrong = page(kh, &ada, &run, true, "1").await;
    assert_eq!(
        lines(&wrong),
        (0..12).map(|n| 2 + n * 10).collect::<Vec<_>>()
    );
    for odd in ["0", "-1", "4", "99999999999", "x", "4294967295"] {
        assert_eq!(
            lines(&page(kh, &ada, &run, false, odd).await)[0],
            2,
            "{odd}"
        );
    }
    let shown = &first.page.rows[1];
    assert_eq!(
        (
            shown.first_name.as_str(),
            shown.groups.as_str(),
            shown.stores.as_slice()
        ),
        ("D1", "Crew", &["DOW".to_owned()][..])
    );
}

async fn what_is_kept_of_a_dry_run_is_sealed_and_gone_after_a_day(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let file = csv(&["Zaphod,Canaryson,canary@shop.example,Crew,Downtown"]);
    let run = check(kh, &ada, &file).await;
    let stored = Snapshot::of(kh).await;
    for canary in ["Zaphod", "zaphod", "Canaryson", "canary@"] {
        assert_eq!(stored.tables_with(canary), [] as [&str; 0], "{canary}");
    }
    fixture.clock.advance(Duration::from_hours(24));
    imports::sweep(kh).await.expect("sweeps");
    // The session is over by now; the dry run is kept to the last moment.
    assert_eq!(number(kh, "SELECT COUNT(*) FROM import_rows").await, 1);
    fixture.clock.advance(Duration::from_millis(1));
    imports::sweep(kh).await.expect("sweeps");
    for table in ["imports", "import_rows"] {
        assert_eq!(
            number(kh, &format!("SELECT COUNT(*) FROM {table}")).await,
            0
        );
    }
    let browser = fixture.sign_in("Ada").await;
    let ada = fixture.staff(&browser).await;
    assert_eq!(
        error(imports::view(kh, &ada, &run, false, "").await),
        AppError::NotFound
    );
    assert_eq!(
        error(imports::apply(kh, &ada, &run).await),
        AppError::NotFound
    );
}

async fn r63_only_the_newest_dry_runs_of_a_person_are_kept(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let file = |name: &str| csv(&[&format!("{name},Tester,{name}@shop.example,Crew,Downtown")]);
    let imported = check(kh, &ada, &file("erin")).await;
    imports::apply(kh, &ada, &imported)
        .await
        .expect("it imports");
    let mut runs = Vec::new();
    for n in 0..7 {
        fixture.clock.advance(Duration::from_secs(1));
        runs.push(check(kh, &ada, &file(&format!("finn{n}"))).await);
    }
    assert_eq!(number(kh, "SELECT COUNT(*) FROM import_rows").await, 5);
    for (n, run) in runs.iter().enumerate() {
        let found = imports::view(kh, &ada, run, false, "").await.is_ok();
        assert_eq!(found, n >= 2, "{n}");
    }
    assert!(view(kh, &ada, &imported).await.mails.is_some());
}
