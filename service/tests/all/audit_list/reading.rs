//! Reading the log: page by page, an entry that is open, far back, and who may not.

use domain::AppError;
use domain::audit::{AuditQuery, Outcome};
use service::db::Dialect;
use service::testing::Fixture;
use service::{audit, users};

use super::{Book, book};
use crate::support::{MINUTE, access_form, error, id_of, newest_entry, write};

on_both! {
    the_log_is_newest_first_and_pages_back_over_each_entry_once,
    an_open_entry_tells_what_is_different_wherever_it_stands,
    r52_who_may_not_see_the_log_sees_none_of_it,
    looking_for_something_rare_in_a_long_log_ends_and_goes_on,
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
