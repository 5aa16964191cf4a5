//! Files for people to keep: whole when many, and broken off when the right is lost.

use std::collections::BTreeSet;

use domain::AppError;
use domain::users::UserListQuery;
use service::testing::Fixture;
use service::{Download, users};

use crate::list_model::{sample, signed_in};
use crate::support::{error, texts, write};

on_both! {
    a_file_of_many_people_holds_each_of_them_once,
    r44_a_file_breaks_off_when_the_right_is_lost_meanwhile,
}

/// The next piece of a file, as text.
pub(crate) async fn piece(file: &mut Download) -> Option<String> {
    let piece = file.pieces.next().await.expect("the person may have it");
    piece.map(|bytes| String::from_utf8(bytes).expect("UTF-8"))
}

/// A whole file, as text.
pub(crate) async fn whole(mut file: Download) -> String {
    let mut text = String::new();
    while let Some(piece) = piece(&mut file).await {
        text += &piece;
    }
    assert_eq!(piece(&mut file).await, None, "the end stays the end");
    text
}

async fn a_file_of_many_people_holds_each_of_them_once(fixture: Fixture) {
    let eleanor = sample(&fixture, 1_203, "Eleanor").await;
    let query = UserListQuery {
        deactivated: "on".to_owned(),
        sort: "-last-sign-in".to_owned(),
        ..UserListQuery::default()
    };
    let file = users::export(&fixture.kh, &eleanor, query).await;
    let text = whole(file.expect("she may")).await;
    let emails: Vec<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(2))
        .collect();
    assert_eq!(emails.len(), 1_203);
    let written: BTreeSet<String> = emails.iter().map(|email| (*email).to_owned()).collect();
    let stored = texts(&fixture.kh, "SELECT email FROM users").await;
    assert_eq!(written, stored.into_iter().collect());
}

async fn r44_a_file_breaks_off_when_the_right_is_lost_meanwhile(fixture: Fixture) {
    sample(&fixture, 1_100, "Eleanor").await;
    let theo = signed_in(&fixture, "Theo").await;
    let kh = &fixture.kh;
    let file = users::export(kh, &theo, UserListQuery::default()).await;
    let mut file = file.expect("he may");
    assert!(
        piece(&mut file)
            .await
            .is_some_and(|text| text.lines().count() == 501)
    );
    let theirs = format!("user_id = '{}'", theo.caller.person.id);
    write(kh, &format!("DELETE FROM memberships WHERE {theirs}")).await;
    let answer = error(file.pieces.next().await);
    assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
    write(kh, &format!("UPDATE sessions SET ended = 1 WHERE {theirs}")).await;
    let answer = error(file.pieces.next().await);
    assert!(matches!(answer, AppError::SignedOut { .. }), "{answer:?}");
}
