//! The log as a file: every entry once, and nothing more once the right is lost.

use std::sync::Arc;
use std::time::Duration;

use access::Instant;
use domain::AppError;
use domain::audit::AuditQuery;
use service::testing::Fixture;
use service::{Download, Staff, audit};

use crate::support::{allow_many_sessions, error, newest_entry, write};

on_both! {
    the_file_holds_every_entry_once_piece_by_piece,
    what_the_filters_of_a_file_mean_is_the_same_to_its_end,
    r44_a_file_of_the_log_breaks_off_when_the_right_is_lost,
}

async fn begin(fixture: &Fixture, by: &Arc<Staff>, query: AuditQuery) -> Download {
    audit::export(&fixture.kh, by, query)
        .await
        .expect("she may")
}

/// More entries than a piece holds, of a moment.
async fn crowd(fixture: &Fixture, at: Instant) {
    let at = at.0;
    let newest = newest_entry(&fixture.kh).await;
    let ten: Vec<String> = (0..10).map(|n| format!("SELECT {n} AS n")).collect();
    let ten = ten.join(" UNION ALL ");
    let sql = format!(
        "INSERT INTO audit (seq, at, actor_id, actor_name, action, result, object_kind, object_id, \
           object_name, store_id, before_json, after_json, reason, ip, device, session_ref, \
           request_id, mac) \
         SELECT {newest} + 1 + a.n + 10 * b.n + 100 * c.n, {at}, '', 'Crowd', 'session.expire', 'done', \
           '', '', '', '', '', '', '', '', '', '', '', '' \
         FROM ({ten}) AS a CROSS JOIN ({ten}) AS b CROSS JOIN ({ten}) AS c"
    );
    assert_eq!(write(&fixture.kh, &sql).await, 1_000);
}

async fn the_file_holds_every_entry_once_piece_by_piece(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    crowd(&fixture, Instant(0)).await;
    let entries = newest_entry(&fixture.kh).await + 1_000;
    let mut file = begin(&fixture, &ada, AuditQuery::default()).await;
    assert_eq!(file.name, "audit-2026-11-20.csv");
    let (mut text, mut pieces) = (String::new(), 0);
    while let Some(piece) = file.pieces.next().await.expect("it goes on") {
        text.push_str(&String::from_utf8(piece).expect("UTF-8"));
        pieces += 1;
    }
    assert!(pieces > 2, "{pieces}");
    let numbers: Vec<i64> = text
        .lines()
        .skip(1)
        .map(|line| {
            line.split(',')
                .next()
                .unwrap_or_default()
                .parse()
                .expect("a number")
        })
        .collect();
    let expected: Vec<i64> = (1..=entries).rev().collect();
    assert_eq!(numbers, expected);
}

/// The numbers of the entries in what is left of a file.
async fn rest_of(file: &mut Download) -> Vec<i64> {
    let mut text = String::new();
    while let Some(piece) = file.pieces.next().await.expect("it goes on") {
        text.push_str(&String::from_utf8(piece).expect("UTF-8"));
    }
    let lines = text.lines().filter(|line| !line.starts_with("entry,"));
    lines
        .map(|line| {
            let number = line.split(',').next().unwrap_or_default();
            number.parse().expect("a number")
        })
        .collect()
}

async fn what_the_filters_of_a_file_mean_is_the_same_to_its_end(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    crowd(&fixture, fixture.kh.now()).await;
    let query = AuditQuery {
        date: "today".to_owned(),
        ..AuditQuery::default()
    };
    let mut file = begin(&fixture, &ada, query).await;
    let first = file.pieces.next().await.expect("she may").expect("entries");
    assert_eq!(
        String::from_utf8(first).expect("UTF-8").lines().count(),
        501
    );
    // It is tomorrow before the rest is asked for; she was busy meanwhile.
    fixture.clock.advance(Duration::from_hours(24));
    let day = Duration::from_hours(24).as_millis();
    let awake = format!("UPDATE sessions SET seen = seen + {day}, started = started + {day}");
    write(&fixture.kh, &awake).await;
    let entries = newest_entry(&fixture.kh).await + 1_000;
    let rest: Vec<i64> = (1..=entries - 500).rev().collect();
    assert_eq!(rest_of(&mut file).await, rest);
}

async fn r44_a_file_of_the_log_breaks_off_when_the_right_is_lost(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(&fixture).await;
    let olga = fixture
        .join(&ada, "Olga", &["Super Admin"], &["Downtown", "Airport"])
        .await;
    let olga = fixture.staff(&olga).await;
    crowd(&fixture, Instant(0)).await;
    let mut file = begin(&fixture, &olga, AuditQuery::default()).await;
    assert!(file.pieces.next().await.expect("she may").is_some());
    write(
        &fixture.kh,
        "DELETE FROM memberships WHERE user_id = (SELECT id FROM users WHERE first_name = 'Olga')",
    )
    .await;
    let answer = error(file.pieces.next().await);
    assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
}
