//! The list of the audit log: what its filters find, against a naive look at every entry; and how
//! far it looks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::AppError;
use domain::audit::{AuditQuery, AuditView, Outcome, Whom};
use domain::users::UserDetails;
use service::db::Dialect;
use service::db::fold::fold;
use service::random::{Randomness as _, SeededRandomness};
use service::testing::{Fixture, PASSWORD};
use service::{Staff, audit, profile, stores, tries, users};
use sqlx::Row;

use crate::support::{
    MINUTE, access_form, allow_many_sessions, error, id_of, newest_entry, number, try_sign_in,
    write,
};

on_both! {
    the_log_is_newest_first_and_pages_back_over_each_entry_once,
    random_filters_find_what_a_naive_look_finds,
    a_search_finds_names_values_reasons_and_addresses_however_they_are_written,
    the_person_filter_takes_a_name_an_address_or_an_id,
    days_are_those_of_the_business,
    an_open_entry_tells_what_is_different_wherever_it_stands,
    r63_odd_filters_harm_nothing,
    r52_who_may_not_see_the_log_sees_none_of_it,
    looking_for_something_rare_in_a_long_log_ends_and_goes_on,
}

const DAY: Duration = Duration::from_hours(24);

/// A business in which things happened for a fortnight.
struct Book {
    fixture: Fixture,
    ada: Arc<Staff>,
}

async fn book(fixture: Fixture) -> Book {
    let owner = fixture.found().await;
    allow_many_sessions(&fixture).await;
    write(
        &fixture.kh,
        "UPDATE business SET idle_minutes = 90000, absolute_minutes = 90000",
    )
    .await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    fixture
        .join(&ada, "Mia", &["Admin@Airport"], &["Airport"])
        .await;
    for round in 0..14 {
        fixture.clock.advance(DAY);
        let dana = fixture.sign_in("Dana").await;
        let dana = fixture.staff(&dana).await;
        let mia = fixture.sign_in("Mia").await;
        let mia = fixture.staff(&mia).await;
        for theme in ["dark", "light"] {
            profile::set_theme(kh, &dana, theme).await.expect("a theme");
        }
        let airport = ada.stores[0].id.to_string();
        stores::switch(kh, &ada, &airport).await.expect("switches");
        error(users::list(kh, &dana, domain::users::UserListQuery::default()).await);
        error(users::deactivate(kh, &mia, &id_of(&fixture, "Mia").await).await);
        let details = UserDetails {
            first_name: "Dana".to_owned(),
            last_name: "Tester".to_owned(),
            display_name: String::new(),
            phone: format!("01632 960 {round:03}"),
        };
        let id = id_of(&fixture, "Dana").await;
        let view = users::view(kh, &ada, &id).await.expect("page");
        users::update(kh, &ada, &id, view.revision, details)
            .await
            .expect("saves");
    }
    Book { fixture, ada }
}

impl Book {
    async fn ask(&self, query: &AuditQuery) -> AuditView {
        let kh = &self.fixture.kh;
        let asked = audit::list(kh, &self.ada, query.clone()).await;
        asked.unwrap_or_else(|failure| panic!("{query:?}: {failure:?}"))
    }

    /// Numbers of all entries that a query finds, page by page.
    async fn all(&self, query: &AuditQuery) -> Vec<i64> {
        let mut query = query.clone();
        let mut found = Vec::new();
        loop {
            let view = self.ask(&query).await;
            found.extend(view.entries.rows.iter().map(|row| row.seq));
            let Some(older) = view.entries.older else {
                return found;
            };
            query.before = older.to_string();
        }
    }
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
    .fetch_all(fixture.kh.reader())
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

async fn the_log_is_newest_first_and_pages_back_over_each_entry_once(fixture: Fixture) {
    let book = book(fixture).await;
    let newest = newest_entry(&book.fixture.kh).await;
    assert!(newest > 100, "more than two pages: {newest}");
    let expected: Vec<i64> = (1..=newest).rev().collect();
    assert_eq!(book.all(&AuditQuery::default()).await, expected);
    let first = book.ask(&AuditQuery::default()).await;
    assert_eq!(first.entries.rows.len(), 50);
    assert_eq!(first.entries.older, Some(newest - 49));
    let last = book
        .ask(&AuditQuery {
            before: "2".to_owned(),
            ..AuditQuery::default()
        })
        .await;
    let [row] = &last.entries.rows[..] else {
        panic!("{last:?}")
    };
    assert_eq!((row.seq, row.action.as_str()), (1, "business.create"));
    assert_eq!(last.entries.older, None);
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

async fn an_open_entry_tells_what_is_different_wherever_it_stands(fixture: Fixture) {
    let book = book(fixture).await;
    let kh = &book.fixture.kh;
    let groups = ["Sales@Downtown"];
    let ada = book.fixture.session_for(book.ada.caller.person.id).await;
    let ada = book.fixture.staff(&ada).await;
    let form = access_form(&book.fixture, &ada, "Dana", &groups, &["Downtown"]).await;
    users::set_access(kh, &ada, form).await.expect("saves");
    let newest = newest_entry(kh).await;
    let open = async |query: AuditQuery| book.ask(&query).await.entries.open;
    let entry = |seq: i64| AuditQuery {
        entry: seq.to_string(),
        ..AuditQuery::default()
    };
    let detail = open(entry(newest)).await.expect("it is there");
    assert_eq!(detail.row.action, "user.set_access");
    assert_eq!(detail.row.who, "Ada Owner");
    assert_eq!(detail.row.object, "Dana Tester");
    assert_eq!(detail.device, "Firefox on Linux");
    assert_eq!(detail.mac.len(), 8);
    assert_eq!(detail.changes.len(), 1, "{detail:?}");
    // Also one that is on another page, or that the filters leave out.
    let first = open(entry(1)).await.expect("it is there");
    assert_eq!(first.row.action, "business.create");
    let other = AuditQuery {
        action: "session.sign_in".to_owned(),
        ..entry(newest)
    };
    assert_eq!(open(other).await.expect("it is there"), detail);
    for seq in [0, -1, newest + 1, i64::MAX] {
        assert_eq!(open(entry(seq)).await, None, "{seq}");
    }
    // A refusal says what it was about, and in which store.
    let refused = AuditQuery {
        result: "refused".to_owned(),
        action: "user.deactivate".to_owned(),
        ..AuditQuery::default()
    };
    let view = book.ask(&refused).await;
    let row = &view.entries.rows[0];
    assert_eq!(row.outcome, Outcome::Refused);
    assert_eq!(
        (row.who.as_str(), row.object.as_str()),
        ("Mia Tester", "Mia Tester")
    );
    assert_eq!(row.reason, "self_change");
    assert_eq!(row.store.as_deref(), Some("Airport"));
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

async fn r52_who_may_not_see_the_log_sees_none_of_it(fixture: Fixture) {
    let book = book(fixture).await;
    let kh = &book.fixture.kh;
    for name in ["Dana", "Mia"] {
        let browser = book.fixture.sign_in(name).await;
        let staff = book.fixture.staff(&browser).await;
        book.fixture.clock.advance(MINUTE);
        let newest = newest_entry(kh).await;
        let answer = error(audit::list(kh, &staff, AuditQuery::default()).await);
        assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
        let id = id_of(&book.fixture, "Dana").await;
        let answer = error(users::activity(kh, &staff, &id, "", "").await);
        assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
        assert_eq!(newest_entry(kh).await - newest, 2, "each is written down");
    }
}

/// Many entries at once, as no use case writes them: the newest of one action in one store, and at
/// the very beginning a few that are both.
async fn long_log(book: &Book, entries: i64) {
    let kh = &book.fixture.kh;
    let series = match kh.db().dialect() {
        Dialect::Sqlite => format!(
            "WITH RECURSIVE g (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {entries}) \
             SELECT n FROM g"
        ),
        Dialect::Postgres => format!("SELECT n FROM generate_series(1, {entries}) AS g (n)"),
    };
    let newest = newest_entry(kh).await;
    let now = kh.now().0;
    let store = book.ada.stores[0].id;
    let sql = format!(
        "INSERT INTO audit (seq, at, actor_id, actor_name, action, result, object_kind, object_id, \
           object_name, store_id, before_json, after_json, reason, ip, device, session_ref, \
           request_id, mac) \
         SELECT {newest} + n, {now}, '', 'Keyholder', \
           CASE WHEN n < 4 OR n % 2 = 0 THEN 'session.expire' ELSE 'session.sign_in' END, 'done', \
           'user', '', 'Crowd', CASE WHEN n < 4 OR n % 2 = 1 THEN '{store}' ELSE '' END, '', '', \
           '', '', '', '', '', '' FROM ({series}) AS s"
    );
    write(kh, &sql).await;
    let sql = "INSERT INTO audit_search (rowid, search) SELECT seq, 'crowd' FROM audit \
               WHERE object_name = 'Crowd'";
    write(kh, sql).await;
}

async fn looking_for_something_rare_in_a_long_log_ends_and_goes_on(fixture: Fixture) {
    let book = book(fixture).await;
    let before = newest_entry(&book.fixture.kh).await;
    long_log(&book, 220_000).await;
    let store = book.ada.stores[0].id.to_string();
    let expire = AuditQuery {
        action: "session.expire".to_owned(),
        ..AuditQuery::default()
    };
    // By itself each filter is answered at once, whatever it takes.
    let rare = AuditQuery {
        action: "business.create".to_owned(),
        ..AuditQuery::default()
    };
    let view = book.ask(&rare).await;
    assert_eq!(view.entries.rows.len(), 1);
    assert_eq!((view.entries.older, &view.entries.reached), (None, &None));
    assert_eq!(book.ask(&expire).await.entries.rows.len(), 50);
    // Two that hardly meet: the page says how far it looked, and goes on from there.
    for q in ["", "crowd"] {
        let mut query = AuditQuery {
            store: store.clone(),
            q: q.to_owned(),
            ..expire.clone()
        };
        let mut pages = 0;
        let found = loop {
            let view = book.ask(&query).await;
            pages += 1;
            match view.entries.older {
                Some(older) if view.entries.rows.is_empty() => {
                    assert!(view.entries.reached.is_some());
                    assert!(older < query.before.parse().unwrap_or(i64::MAX));
                    query.before = older.to_string();
                }
                _ => break view.entries,
            }
        };
        assert!((3..=4).contains(&pages), "{pages}");
        let numbers: Vec<i64> = found.rows.iter().map(|row| row.seq).collect();
        assert_eq!(numbers, [before + 3, before + 2, before + 1], "{q}");
        assert_eq!((found.older, found.reached), (None, None));
    }
}

/// The doors leave notes, and these become entries.
async fn noted(fixture: &Fixture) {
    tries::notes::write_down(&fixture.kh).await.expect("writes");
}

on_both! {
    r58_a_failed_sign_in_of_a_known_account_is_written_down_once,
    r58_tries_at_unknown_and_locked_accounts_fill_no_log,
}

async fn r58_a_failed_sign_in_of_a_known_account_is_written_down_once(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let kh = &fixture.kh;
    let newest = newest_entry(kh).await;
    let tried = kh.now().0;
    let second = fixture.second_node().await;
    for node in [kh, &second] {
        try_sign_in(node, &fixture, "DANA@shop.example", "wrong")
            .await
            .expect_err("wrong");
    }
    assert_eq!(newest_entry(kh).await, newest, "the door writes no entry");
    fixture.clock.advance(MINUTE);
    let (one, other) = tokio::join!(
        tries::notes::write_down(kh),
        tries::notes::write_down(&second)
    );
    one.and(other).expect("writes");
    let dana = id_of(&fixture, "Dana").await;
    let sql = format!(
        "SELECT COUNT(*) FROM audit WHERE seq > {newest} AND action = 'session.fail' \
         AND result = 'refused' AND actor_id = '' AND actor_name = '' AND object_id = '{dana}' \
         AND object_name = 'Dana Tester' AND at = {tried} AND ip = '203.0.113.7' \
         AND device = 'Firefox on Linux' AND reason = 'wrong_try'"
    );
    assert_eq!(number(kh, &sql).await, 2);
    assert_eq!(newest_entry(kh).await, newest + 2, "each once");
    noted(&fixture).await;
    assert_eq!(newest_entry(kh).await, newest + 2);
    assert_eq!(number(kh, "SELECT COUNT(*) FROM failed_tries").await, 0);
}

async fn r58_tries_at_unknown_and_locked_accounts_fill_no_log(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let kh = &fixture.kh;
    let newest = newest_entry(kh).await;
    for _ in 0..9 {
        for email in ["dana@shop.example", "nobody@shop.example"] {
            try_sign_in(kh, &fixture, email, "wrong")
                .await
                .expect_err("wrong");
        }
    }
    noted(&fixture).await;
    // Four wrong tries and the lock; the others met a locked account, or none.
    assert_eq!(newest_entry(kh).await, newest + 5);
    assert_eq!(number(kh, "SELECT COUNT(*) FROM failed_tries").await, 0);
    fixture.clock.advance(MINUTE * 15);
    try_sign_in(kh, &fixture, "dana@shop.example", PASSWORD)
        .await
        .expect("the lock is over");
}
