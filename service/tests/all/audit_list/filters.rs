//! What the filters find, against a naive look at every entry; also days, and odd words.

use std::collections::BTreeSet;

use domain::audit::AuditQuery;
use service::db::fold::fold;
use service::random::{Randomness as _, SeededRandomness};
use service::testing::Fixture;
use service::{audit, users};
use sqlx::Row;

use super::book;
use crate::support::{entries_after, id_of, newest_entry, set_access, write};

on_both! {
    random_filters_find_what_a_naive_look_finds,
    a_change_of_a_person_belongs_to_the_one_store_it_is_about,
    days_are_those_of_the_business,
    r63_odd_filters_harm_nothing,
}

/// An entry as it is stored.
struct Stored {
    seq: i64,
    at: i64,
    actor: String,
    action: String,
    result: String,
    kind: String,
    object: String,
    store: String,
    text: String,
}

/// Every entry, newest first.
async fn stored(fixture: &Fixture) -> Vec<Stored> {
    let rows = sqlx::query(
        "SELECT seq, at, actor_id, action, result, object_kind, object_id, store_id, \
           actor_name || ' ' || object_name || ' ' || reason || ' ' || ip || ' ' || before_json \
             || ' ' || after_json AS text \
         FROM audit ORDER BY seq DESC",
    )
    .fetch_all(fixture.kh.writer())
    .await
    .expect("reads");
    rows.iter()
        .map(|row| Stored {
            seq: row.get(0),
            at: row.get(1),
            actor: row.get(2),
            action: row.get(3),
            result: row.get(4),
            kind: row.get(5),
            object: row.get(6),
            store: row.get(7),
            text: fold(&row.get::<String, _>(8)),
        })
        .collect()
}

async fn random_filters_find_what_a_naive_look_finds(fixture: Fixture) {
    let book = book(fixture).await;
    let all = stored(&book.fixture).await;
    let rng = SeededRandomness::new(17);
    let pick = |of: usize| usize::try_from(rng.below(of as u64)).expect("small");
    let people = ["Ada", "Dana", "Mia"];
    let mut ids = Vec::new();
    for name in people {
        ids.push(id_of(&book.fixture, name).await);
    }
    let distinct = |of: fn(&Stored) -> &String| -> Vec<String> {
        let values: BTreeSet<String> = all.iter().map(|one| of(one).clone()).collect();
        values
            .into_iter()
            .filter(|value| !value.is_empty())
            .collect()
    };
    let (actions, shops) = (distinct(|one| &one.action), distinct(|one| &one.store));
    let mut non_empty = 0;
    for _ in 0..120 {
        let person = pick(3);
        let maybe = |chance: usize, value: String| {
            if pick(chance) == 0 {
                value
            } else {
                String::new()
            }
        };
        let query = AuditQuery {
            q: maybe(
                4,
                ["960 00", "dana", "DARK", "self_change", "zzz"][pick(5)].to_owned(),
            ),
            person: maybe(3, people[person].to_owned()),
            action: maybe(3, actions[pick(actions.len())].clone()),
            store: maybe(4, shops[pick(shops.len())].clone()),
            object: maybe(4, [&ids[pick(3)], "user", "store"][pick(3)].to_owned()),
            result: maybe(4, ["done", "refused"][pick(2)].to_owned()),
            date: maybe(4, ["today", "week", "month"][pick(3)].to_owned()),
            ..AuditQuery::default()
        };
        let midnight = book.fixture.kh.now().0 / 86_400_000 * 86_400_000;
        let since = match query.date.as_str() {
            "today" => midnight,
            "week" => midnight - 6 * 86_400_000,
            "month" => midnight - 29 * 86_400_000,
            _ => 0,
        };
        let expected: Vec<i64> = all
            .iter()
            .filter(|one| {
                (query.q.is_empty() || one.text.contains(&fold(&query.q)))
                    && (query.person.is_empty() || one.actor == ids[person])
                    && (query.action.is_empty() || one.action == query.action)
                    && (query.store.is_empty() || one.store == query.store)
                    && (query.object.is_empty()
                        || one.kind == query.object
                        || one.object == query.object)
                    && (query.result.is_empty() || one.result == query.result)
                    && one.at >= since
            })
            .map(|one| one.seq)
            .collect();
        non_empty += usize::from(!expected.is_empty());
        assert_eq!(book.all(&query).await, expected, "{query:?}");
    }
    assert!(non_empty > 20, "{non_empty} queries found something");
}

async fn a_change_of_a_person_belongs_to_the_one_store_it_is_about(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let both = ["Downtown", "Airport"];
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    fixture.join(&ada, "Bo", &["Crew"], &both).await;
    let newest = newest_entry(kh).await;
    for name in ["Dana", "Bo"] {
        let id = id_of(&fixture, name).await;
        users::set_last_day(kh, &ada, &id, "2026-12-31")
            .await
            .expect("saves");
    }
    // A group for one store, one more store, and a group for all stores.
    set_access(&fixture, &ada, "Bo", &["Crew", "Sales@Airport"], &both).await;
    set_access(&fixture, &ada, "Dana", &["Crew"], &both).await;
    set_access(&fixture, &ada, "Bo", &["Sales@Airport"], &both).await;
    let entries = entries_after(kh, newest).await;
    let written: Vec<&str> = entries.iter().map(|entry| entry.store.as_str()).collect();
    let id = |name: &str| {
        let store = ada.stores.iter().find(|store| store.name == name);
        store.expect("a store").id.to_string()
    };
    let (downtown, airport) = (id("Downtown"), id("Airport"));
    let (downtown, airport) = (downtown.as_str(), airport.as_str());
    assert_eq!(written, [downtown, "", airport, airport, ""]);
}

async fn days_are_those_of_the_business(fixture: Fixture) {
    let book = book(fixture).await;
    let kh = &book.fixture.kh;
    // Now is 09:41 UTC on 4 December; in Auckland it is 22:41 of the same day, 13 hours ahead.
    write(kh, "UPDATE business SET time_zone = 'Pacific/Auckland'").await;
    let owner = book.fixture.sign_in("Ada").await;
    let ada = book.fixture.staff(&owner).await;
    let hour = 3_600_000;
    let midnight = kh.now().0 / 86_400_000 * 86_400_000 - 13 * hour;
    let all = stored(&book.fixture).await;
    let count = |from: i64, to: i64| {
        let between = all.iter().filter(|one| one.at >= from && one.at < to);
        between.count()
    };
    let ask = async |date: &str, from: &str, to: &str| {
        let query = AuditQuery {
            date: date.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            ..AuditQuery::default()
        };
        let mut found = 0;
        let mut query = query;
        loop {
            let view = audit::list(kh, &ada, query.clone()).await.expect("lists");
            found += view.entries.rows.len();
            let Some(older) = view.entries.older else {
                return (found, view.query);
            };
            query.before = older.to_string();
        }
    };
    let day = 24 * hour;
    let end = midnight + day;
    assert_eq!(ask("today", "", "").await.0, count(midnight, end));
    assert_eq!(ask("week", "", "").await.0, count(midnight - 6 * day, end));
    let two = count(midnight - 3 * day, midnight - day);
    assert!(two > 0);
    for (from, to) in [("2026-12-01", "2026-12-02"), ("2026-12-02", "2026-12-01")] {
        assert_eq!(ask("between", from, to).await.0, two, "{from} {to}");
    }
    let open = ask("between", "2026-12-04", "").await.0;
    assert_eq!(open, count(midnight, end));
    assert_eq!(
        ask("between", "", "2026-11-30").await.0,
        count(0, midnight - 3 * day)
    );
    // Days without the choice of days are none, and what is no day is none either.
    let (all_of_it, query) = ask("", "2026-12-01", "2026-12-02").await;
    assert_eq!(all_of_it, all.len());
    assert!(query.from.is_empty() && query.to.is_empty());
    let (_, query) = ask("between", "2026-13-45", "yesterday").await;
    assert!(query.from.is_empty() && query.to.is_empty());
}

async fn r63_odd_filters_harm_nothing(fixture: Fixture) {
    let book = book(fixture).await;
    let everything = book.ask(&AuditQuery::default()).await;
    let odd = [
        "",
        " ",
        "-1",
        "9223372036854775807",
        "-9223372036854775808",
        "'; DROP TABLE audit; --",
        "\u{202e}\u{0}\u{feff}\r\n",
        "%%__\\",
        "\"",
        "* OR NEAR(",
        "2026-02-30",
        "+262142-12-31",
        "01900000-0000-7000-8000-000000000000",
        &"x".repeat(5_000),
    ];
    let fields: [fn(&mut AuditQuery) -> &mut String; 11] = [
        |query| &mut query.q,
        |query| &mut query.date,
        |query| &mut query.from,
        |query| &mut query.to,
        |query| &mut query.person,
        |query| &mut query.action,
        |query| &mut query.store,
        |query| &mut query.object,
        |query| &mut query.result,
        |query| &mut query.before,
        |query| &mut query.entry,
    ];
    for field in fields {
        for value in odd {
            for date in ["", "between"] {
                let mut query = AuditQuery {
                    date: date.to_owned(),
                    ..AuditQuery::default()
                };
                value.clone_into(field(&mut query));
                let view = book.ask(&query).await;
                assert!(view.entries.rows.len() <= 50, "{query:?}");
                assert!(!field(&mut view.query.clone()).contains('\0'), "{query:?}");
            }
        }
    }
    let nonsense = AuditQuery {
        date: "for ever".to_owned(),
        action: "user.everything".to_owned(),
        store: "01900000-0000-7000-8000-000000000000".to_owned(),
        object: "person".to_owned(),
        result: "perhaps".to_owned(),
        before: "x".to_owned(),
        entry: "y".to_owned(),
        ..AuditQuery::default()
    };
    assert_eq!(book.ask(&nonsense).await, everything);
}
