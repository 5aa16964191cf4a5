//! The answers to Who can as files (product §2.5, §3).

use std::collections::BTreeSet;

use access::{Permission, evaluate};
use service::testing::Fixture;
use service::who_can;

use crate::exports::whole;
use crate::list_model::sample;
use crate::support::add_override;
use crate::who_can_model::{emails, everybody_in, people, query, scramble};

on_both! {
    the_file_holds_the_same_people,
    r57_the_matrix_is_what_evaluation_says,
}

async fn the_file_holds_the_same_people(fixture: Fixture) {
    let eleanor = sample(&fixture, 700, "Eleanor").await;
    add_override(&fixture, "Sofia", "invoices.void", "allow", 0).await;
    for (permission, store) in [
        (Permission::CustomersView, ""),
        (Permission::InvoicesVoid, ""),
    ] {
        let asked = query(permission, store);
        let people = everybody_in(&fixture, &eleanor, &asked).await;
        let file = who_can::export(&fixture.kh, &eleanor, asked)
            .await
            .expect("may");
        assert_eq!(file.name, "who-can-2026-11-20.csv");
        let text = whole(file).await;
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("name,email,because,override_by,groups,stores,status")
        );
        assert_eq!(lines.count(), people.len());
    }
    let file = who_can::export(&fixture.kh, &eleanor, query(Permission::InvoicesVoid, "")).await;
    let text = whole(file.expect("may")).await;
    assert!(
        text.contains("Sofia Lindqvist,sofia@marlowfinch.example,Override,Sofia Lindqvist,\"Sales, Operations at Oxford\",Bath;Oxford,active"),
        "{text}"
    );
    assert!(text.contains("Eleanor Marlow,eleanor@marlowfinch.example,Super Admin,,Super Admin,Bath;Heathrow T5;Marlow;Oxford,active"), "{text}");
    let oxford = eleanor.stores.iter().find(|store| store.name == "Oxford");
    let oxford = oxford.expect("a store").id.to_string();
    let file = who_can::export(&fixture.kh, &eleanor, query(Permission::JobsPick, &oxford)).await;
    let text = whole(file.expect("may")).await;
    assert!(
        text.contains("Sofia Lindqvist,sofia@marlowfinch.example,Operations at Oxford,,"),
        "{text}"
    );
}

async fn r57_the_matrix_is_what_evaluation_says(fixture: Fixture) {
    let eleanor = sample(&fixture, 150, "Eleanor").await;
    scramble(&fixture, 5).await;
    let people = people(&fixture).await;
    let emails = emails(&fixture).await;
    let person = |email: &str| {
        let found = people.iter().find(|person| emails[&person.id] == email);
        found.unwrap_or_else(|| panic!("nobody has {email}"))
    };
    let file = who_can::export_access(&fixture.kh, &eleanor)
        .await
        .expect("may");
    assert_eq!(file.name, "who-can-what-2026-11-20.csv");
    let text = whole(file).await;
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().expect("a head").split(',').collect();
    assert_eq!(columns[..3], ["name", "email", "store"]);
    assert_eq!(columns[3..], Permission::ALL.map(Permission::key)[..]);
    let mut seen = BTreeSet::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), columns.len(), "{line}");
        let asked = person(cells[1]);
        let id = asked.id;
        let held = evaluate(asked, &eleanor.caller.all_stores, eleanor.caller.now);
        let store = eleanor.stores.iter().find(|store| store.name == cells[2]);
        for (permission, cell) in Permission::ALL.iter().zip(&cells[3..]) {
            let holds = store.map_or(held.holds_business(*permission), |store| {
                held.holds(*permission, store.id)
            });
            assert_eq!(*cell == "yes", holds, "{} {permission}: {line}", cells[2]);
        }
        assert!(
            seen.insert((id, cells[2].to_owned())),
            "{line} stands twice"
        );
    }
    // Whatever anybody holds anywhere stands in it.
    for person in &people {
        let held = evaluate(person, &eleanor.caller.all_stores, eleanor.caller.now);
        for store in &eleanor.stores {
            if !held.in_store(store.id).store().is_empty() {
                assert!(seen.contains(&(person.id, store.name.clone())));
            }
        }
        if !held.is_nothing() {
            assert!(seen.iter().any(|(id, _)| *id == person.id));
        }
    }
}
