//! What a form without script remembers: once, for ten minutes (product §12).

use domain::{AppError, Flash};
use service::flash::{put, sweep, take};
use service::testing::Fixture;

use crate::support::{MINUTE, MOMENT, Snapshot, at_once, just_before, number, write};

on_both! {
    a_flash_is_read_once,
    of_two_reads_at_once_one_gets_the_flash,
    a_flash_lives_ten_minutes,
    r21_a_flash_is_kept_under_the_hash_of_its_token,
    what_is_over_is_swept_away,
}

fn flash() -> Flash {
    Flash {
        form: "/api/users/invite".to_owned(),
        fields: vec![("first_name".to_owned(), "Zoë \"%_\\'".to_owned())],
        error: Some(AppError::NotFound),
        toast: None,
    }
}

async fn a_flash_is_read_once(fixture: Fixture) {
    let token = put(&fixture.kh, &flash()).await.expect("kept");
    assert_eq!(take(&fixture.kh, "another").await.expect("answers"), None);
    assert_eq!(
        take(&fixture.kh, &token).await.expect("answers"),
        Some(flash())
    );
    assert_eq!(take(&fixture.kh, &token).await.expect("answers"), None);
}

async fn of_two_reads_at_once_one_gets_the_flash(fixture: Fixture) {
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let token = put(&fixture.kh, &flash()).await.expect("kept");
    let reads = (0..6).map(|n| {
        let (kh, token) = (nodes[n % 2].clone(), token.clone());
        async move { take(&kh, &token).await.expect("answers") }
    });
    let got = at_once(reads).await.into_iter().flatten().count();
    assert_eq!(got, 1);
}

async fn a_flash_lives_ten_minutes(fixture: Fixture) {
    let one = put(&fixture.kh, &flash()).await.expect("kept");
    let other = put(&fixture.kh, &flash()).await.expect("kept");
    fixture.clock.advance(just_before(MINUTE * 10));
    assert!(take(&fixture.kh, &one).await.expect("answers").is_some());
    fixture.clock.advance(MOMENT);
    assert_eq!(take(&fixture.kh, &other).await.expect("answers"), None);
}

async fn r21_a_flash_is_kept_under_the_hash_of_its_token(fixture: Fixture) {
    let token = put(&fixture.kh, &flash()).await.expect("kept");
    let stored = Snapshot::of(&fixture.kh).await;
    assert_eq!(stored.tables_with(&token), [] as [&str; 0]);
    assert_eq!(
        stored.tables_with(&service::crypto::hash_token(&token)),
        ["flashes"]
    );
}

async fn what_is_over_is_swept_away(fixture: Fixture) {
    put(&fixture.kh, &flash()).await.expect("kept");
    let now = fixture.kh.now().0;
    let sql = format!(
        "INSERT INTO limits (bucket, hits, ends) VALUES ('a', 1, {})",
        now + 1_000
    );
    write(&fixture.kh, &sql).await;
    let minute = now / 60_000;
    let sql =
        format!("INSERT INTO refusals (session_ref, action, minute) VALUES ('s', 'a', {minute})");
    write(&fixture.kh, &sql).await;
    let left = async || {
        let mut left = Vec::new();
        for table in ["flashes", "limits", "refusals"] {
            left.push(number(&fixture.kh, &format!("SELECT COUNT(*) FROM {table}")).await);
        }
        left
    };
    sweep(&fixture.kh).await.expect("sweeps");
    assert_eq!(left().await, [1, 1, 1]);
    fixture.clock.advance(MINUTE * 10);
    sweep(&fixture.kh).await.expect("sweeps");
    assert_eq!(left().await, [0, 0, 0]);
}
