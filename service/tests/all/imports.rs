//! Importing people from a file: the dry run, everybody at once or nobody, the mails after
//! (product §3).

use std::fmt::Write as _;
use std::time::Duration;

use domain::imports::{Column, FileProblem, HEADER, ImportRun, LineCode, LineProblem};
use domain::mail::MailTrouble;
use domain::{AppError, Done, ProblemCode, Toast};
use service::mail::MailError;
use service::testing::Fixture;
use service::{Keyholder, Staff, imports, outbox, users};

use crate::support::{
    Snapshot, at_once, entries_after, error, fact, id_of, newest_entry, number, texts, try_accept,
};

on_both! {
    a_dry_run_says_line_by_line_what_is_to_be_put_right_and_invites_nobody,
    a_file_that_is_no_list_of_people_is_refused_beside_its_field,
    everybody_of_a_file_is_invited_as_if_one_by_one,
    a_group_for_one_store_is_written_with_an_at,
    one_wrong_line_keeps_everybody_out,
    pages_and_wrong_lines_of_a_dry_run_are_found,
    in_a_one_store_business_nothing_is_said_of_stores,
    what_is_kept_of_a_dry_run_is_sealed_and_gone_after_a_day,
    r63_only_the_newest_dry_runs_of_a_person_are_kept,
    a_dead_mail_server_loses_no_invitation_of_an_import,
    r60_somebody_invited_between_dry_run_and_import_stops_all_of_it,
    r60_a_button_pressed_twice_and_at_two_nodes_imports_once,
    r60_of_two_imports_of_one_address_at_the_same_moment_one_is_whole_and_one_is_nothing,
    r63_five_thousand_people_are_imported_whole,
}

/// A file with these lines below its header.
pub(crate) fn csv(lines: &[&str]) -> String {
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

/// Makes a dry run and answers its id.
pub(crate) async fn check(kh: &Keyholder, by: &Staff, file: &str) -> String {
    let done = imports::check(kh, by, "people.csv", file.as_bytes())
        .await
        .expect("it is read");
    run_of(&done)
}

fn run_of(done: &Done) -> String {
    let go = done.go.as_deref().expect("it leads to its page");
    let (path, run) = go.split_once("?run=").expect("a dry run");
    assert_eq!(path, "/settings/users/import");
    run.to_owned()
}

/// The first page of a dry run.
pub(crate) async fn view(kh: &Keyholder, by: &Staff, run: &str) -> ImportRun {
    page(kh, by, run, false, "").await
}

async fn page(kh: &Keyholder, by: &Staff, run: &str, only_wrong: bool, page: &str) -> ImportRun {
    let view = imports::view(kh, by, run, only_wrong, page)
        .await
        .expect("it is theirs");
    view.run.expect("it was asked for")
}

/// What is wrong, line by line; lines that are ready are left out.
pub(crate) async fn wrong(kh: &Keyholder, by: &Staff, file: &str) -> Vec<(u32, LineProblem)> {
    let run = check(kh, by, file).await;
    let run = page(kh, by, &run, true, "").await;
    assert_eq!(run.page.rows.len(), run.wrong as usize);
    run.page
        .rows
        .into_iter()
        .flat_map(|row| {
            let line = row.line;
            row.problems.into_iter().map(move |problem| (line, problem))
        })
        .collect()
}

/// A problem of a column.
pub(crate) fn problem(column: Column, what: LineCode) -> LineProblem {
    LineProblem {
        column: Some(column),
        what,
    }
}

fn no_group(name: &str, meant: Option<&str>) -> LineCode {
    LineCode::NoGroup {
        name: name.to_owned(),
        meant: meant.map(str::to_owned),
    }
}

pub(crate) fn no_store(name: &str, meant: Option<&str>) -> LineCode {
    LineCode::NoStore {
        name: name.to_owned(),
        meant: meant.map(str::to_owned),
    }
}

pub(crate) async fn people(kh: &Keyholder) -> i64 {
    number(kh, "SELECT COUNT(*) FROM users").await
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

async fn everybody_of_a_file_is_invited_as_if_one_by_one(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let groups = ["Sales", "Crew@Airport", "Crew@Downtown"];
    let both = ["Downtown", "Airport"];
    fixture.invite(&ada, "Dana", &groups, &both).await;
    let file = csv(&[
        " Erin , Tester ,erin@shop.example,Sales;Crew@Airport;crew@DOWNTOWN;Sales,Airport;Downtown;AIR",
        "Finn,Ó Briain,finn@shop.example,Crew,Downtown",
    ]);
    let run = check(kh, &ada, &file).await;
    let newest = newest_entry(kh).await;
    let done = imports::apply(kh, &ada, &run).await.expect("it imports");
    assert_eq!(done.toast, Some(Toast::Imported { people: 2 }));
    assert_eq!(run_of(&done), run);

    // But for names, ids and secrets nothing tells them from somebody who was invited alone.
    let columns = "phone, theme, state, ends_at, password_alone, two_factor, failed, pending, \
        pending_until, locked_until, last_sign_in, default_store, last_store, created_by, \
        revision, groups_sort, stores_sort, display_name, created";
    for column in columns.split(", ") {
        let one = fact(&fixture, "Dana", column).await;
        assert_eq!(fact(&fixture, "Erin", column).await, one, "{column}");
    }
    for table in ["memberships", "user_stores"] {
        let held = async |name: &str| {
            let id = id_of(&fixture, name).await;
            let columns = if table == "memberships" {
                "group_id || store_id"
            } else {
                "store_id"
            };
            texts(
                kh,
                &format!("SELECT {columns} AS c FROM {table} WHERE user_id = '{id}' ORDER BY c"),
            )
            .await
        };
        assert_eq!(held("Erin").await, held("Dana").await, "{table}");
    }
    assert_eq!(
        fact(&fixture, "Finn", "search").await,
        "finn o briain finn@shop.example"
    );
    assert_eq!(fact(&fixture, "Finn", "name_sort").await, "finn o briain");

    // One entry of the import, and each person's history begins with their invitation.
    let entries = entries_after(kh, newest).await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.action.as_str(), entry.object.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("import.apply", "people.csv"),
            ("user.invite", "Erin Tester"),
            ("user.invite", "Finn Ó Briain"),
        ]
    );
    assert_eq!(entries[0].after, "{\"people\":2}");
    assert!(entries[2].after.contains("finn@shop.example"));
    assert_eq!(entries[2].reason, "imported");
    let whole = service::audit::verify(kh).await.expect("answers");
    assert!(matches!(whole, service::audit::Verdict::Whole { .. }));

    // The mails: the same letter, and its link works.
    let token = fixture.last_link().await;
    let mail = fixture.mails.sent().pop().expect("sent");
    assert_eq!(mail.to, "finn@shop.example");
    assert_eq!(mail.subject, "Ada Owner invited you to Ada's Hire");
    try_accept(&fixture, &token).await.expect("accepts");
    assert_eq!(fact(&fixture, "Finn", "state").await, "active");
    let mails = view(kh, &ada, &run).await.mails.expect("it is imported");
    assert_eq!((mails.sent, mails.waiting, mails.failed), (2, 0, 0));
}

async fn a_group_for_one_store_is_written_with_an_at(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    crate::support::custom_group(&fixture, "Night@Desk", "customers.view").await;
    let file =
        csv(&["Erin,Tester,erin@shop.example,Night@Desk;night@desk@AIR;Crew@Airport,Airport"]);
    let run = check(&fixture.kh, &ada, &file).await;
    imports::apply(&fixture.kh, &ada, &run)
        .await
        .expect("it imports");
    let id = id_of(&fixture, "Erin").await;
    let erin = users::view_access(&fixture.kh, &ada, &id, "").await;
    let erin = erin.expect("her page");
    let mut held: Vec<_> = erin
        .memberships
        .iter()
        .map(|held| (held.name.as_str(), held.store.as_deref()))
        .collect();
    held.sort_unstable();
    assert_eq!(
        held,
        [
            ("Crew", Some("Airport")),
            ("Night@Desk", None),
            ("Night@Desk", Some("Airport")),
        ]
    );
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

async fn in_a_one_store_business_nothing_is_said_of_stores(fixture: Fixture) {
    let owner = fixture.found().await;
    // As it was before the second store was added.
    crate::support::write(
        &fixture.kh,
        "DELETE FROM user_stores WHERE store_id IN (SELECT id FROM stores WHERE code = 'AIR')",
    )
    .await;
    crate::support::write(&fixture.kh, "DELETE FROM stores WHERE code = 'AIR'").await;
    let ada = fixture.staff(&owner).await;
    assert!(ada.one_store());
    let file = "first_name,last_name,email,groups\nErin,Tester,erin@shop.example,Crew\n";
    let run = check(&fixture.kh, &ada, file).await;
    let view = imports::view(&fixture.kh, &ada, &run, false, "")
        .await
        .expect("hers");
    assert!(view.one_store);
    imports::apply(&fixture.kh, &ada, &run)
        .await
        .expect("it imports");
    assert_eq!(fact(&fixture, "Erin", "stores_sort").await, "downtown");
    let file = csv(&[
        "Finn,Tester,finn@shop.example,Crew,",
        "Gus,Tester,gus@shop.example,Crew@Downtown,downtown",
        "Hal,Tester,hal@shop.example,Crew,Airport",
    ]);
    assert_eq!(
        wrong(&fixture.kh, &ada, &file).await,
        [(4, problem(Column::Stores, no_store("Airport", None)))]
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

async fn a_dead_mail_server_loses_no_invitation_of_an_import(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let file = csv(&[
        "Erin,Tester,erin@shop.example,Crew,Downtown",
        "Finn,Tester,finn@shop.example,Crew,Downtown",
        "Gus,Tester,gus@shop.example,Crew,Airport",
    ]);
    let run = check(kh, &ada, &file).await;
    fixture.mails.refuse(Some(MailError {
        trouble: MailTrouble::Unreachable,
        said: "connection refused".to_owned(),
        permanent: false,
    }));
    imports::apply(kh, &ada, &run).await.expect("it imports");
    let mails = async || view(kh, &ada, &run).await.mails.expect("imported");
    let queued = mails().await;
    assert_eq!((queued.sent, queued.waiting, queued.trouble), (0, 3, None));
    assert_eq!(outbox::run_due(kh).await.expect("tries"), 3);
    let tried = mails().await;
    assert_eq!((tried.sent, tried.waiting), (0, 3));
    let said = "connection refused".to_owned();
    assert_eq!(tried.trouble, Some((MailTrouble::Unreachable, said)));
    fixture.mails.refuse(None);
    fixture.clock.advance(Duration::from_mins(1));
    assert_eq!(outbox::run_due(kh).await.expect("sends"), 3);
    let sent = mails().await;
    assert_eq!((sent.sent, sent.waiting, sent.trouble), (3, 0, None));
    assert_eq!(fixture.mails.sent().len(), 3);
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
