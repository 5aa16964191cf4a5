//! Looking for words, and for a person by name, address or id.

use domain::audit::{AuditQuery, Whom};
use domain::users::UserDetails;
use service::testing::Fixture;
use service::users;

use super::book;
use crate::support::{id_of, newest_entry};

on_both! {
    a_search_finds_names_values_reasons_and_addresses_however_they_are_written,
    the_person_filter_takes_a_name_an_address_or_an_id,
}

async fn a_search_finds_names_values_reasons_and_addresses_however_they_are_written(
    fixture: Fixture,
) {
    let book = book(fixture).await;
    let kh = &book.fixture.kh;
    let id = id_of(&book.fixture, "Dana").await;
    let view = users::view(kh, &book.ada, &id).await.expect("page");
    let details = UserDetails {
        first_name: "Zoë".to_owned(),
        last_name: "Ångström".to_owned(),
        display_name: "100% \"Zed\" O'Hara_\\".to_owned(),
        phone: String::new(),
    };
    users::update(kh, &book.ada, &id, view.revision, details)
        .await
        .expect("saves");
    let newest = newest_entry(kh).await;
    let found = async |q: &str| {
        let query = AuditQuery {
            q: q.to_owned(),
            ..AuditQuery::default()
        };
        book.all(&query).await
    };
    for q in [
        "angstrom",
        "ÅNGSTRÖM",
        "zoë",
        "100%",
        "\"zed\"",
        "o'hara",
        "hara_",
        "a_\\",
    ] {
        assert_eq!(found(q).await, [newest], "{q}");
    }
    assert_eq!(found("960 013").await, [newest, newest - 1], "was, and is");
    assert!(found("203.0.113").await.len() > 50, "the address");
    assert!(found("self_change").await.len() == 14, "the reason");
    for q in ["x_h", "10_%", "zed\" OR \"dana", "nobody at all"] {
        assert_eq!(found(q).await, [] as [i64; 0], "{q}");
    }
    // Too short to be looked for is not a filter, and the page says so.
    let view = book
        .ask(&AuditQuery {
            q: "zo".to_owned(),
            ..AuditQuery::default()
        })
        .await;
    assert!(view.short && view.entries.rows.len() == 50);
}

async fn the_person_filter_takes_a_name_an_address_or_an_id(fixture: Fixture) {
    let book = book(fixture).await;
    let fixture = &book.fixture;
    let whom = async |person: &str| {
        let query = AuditQuery {
            person: person.to_owned(),
            ..AuditQuery::default()
        };
        let view = book.ask(&query).await;
        (view.whom, view.entries.rows.len())
    };
    let dana = Whom::These(vec!["Dana Tester".to_owned()]);
    let id = id_of(fixture, "Dana").await;
    for person in [
        "dana",
        "DANA TESTER",
        " da",
        "dana@shop.example",
        "a test",
        id.as_str(),
    ] {
        let (found, rows) = whom(person).await;
        if person == "a test" {
            let both = ["Dana Tester", "Mia Tester"].map(str::to_owned);
            assert_eq!(found, Whom::These(both.to_vec()), "{person}");
        } else {
            assert_eq!(found, dana, "{person}");
        }
        assert!(rows > 20, "{person}: {rows}");
    }
    assert_eq!(whom("nobody at all").await, (Whom::Nobody, 0));
    assert_eq!(
        whom(&fixture.kh.new_id().to_string()).await,
        (Whom::Nobody, 0)
    );
    assert_eq!(whom("  ").await.0, Whom::Anybody);
    // A crowd with one name: too many to look at together, unless one is called just so.
    for n in 0..22 {
        let name = format!("Danae{}", char::from(b'a' + n));
        let form = fixture
            .invitation(&book.ada, &name, &["Crew"], &["Downtown"])
            .await;
        users::invite(&fixture.kh, &book.ada, form)
            .await
            .expect("invites");
    }
    for person in ["da", "dana"] {
        assert_eq!(whom(person).await, (Whom::TooMany, 0), "{person}");
    }
    assert_eq!(whom("Dana Tester").await.0, dana);
}
