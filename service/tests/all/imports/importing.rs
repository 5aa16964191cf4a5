//! What an import makes of a file: people as if invited one by one, their groups and stores, and
//! the mails after.

use std::time::Duration;

use domain::Toast;
use domain::imports::Column;
use domain::mail::MailTrouble;
use service::db::fold::searchable;
use service::mail::MailError;
use service::testing::Fixture;
use service::{imports, outbox, users};

use super::{check, csv, no_store, problem, run_of, view, wrong};
use crate::support::{entries_after, fact, id_of, newest_entry, texts, try_accept};

on_both! {
    everybody_of_a_file_is_invited_as_if_one_by_one,
    a_group_for_one_store_is_written_with_an_at,
    in_a_one_store_business_nothing_is_said_of_stores,
    a_dead_mail_server_loses_no_invitation_of_an_import,
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
        searchable(
            "finn o briain finn@shop.example",
            &["Finn", "Finn", "Ó Briain", "finn@shop.example"]
        )
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
    // Called like one for one store, it is not taken for it.
    crate::support::custom_group(&fixture, "Crew@Airport", "invoices.view").await;
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
