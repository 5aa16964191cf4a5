//! Undo: what a notice offers to take back, and that it does.

use std::time::Duration;

use domain::done::{Undo, UndoBy};
use service::testing::Fixture;
use service::{stores, users};

use crate::shop::shop;
use crate::support::{fact, number};

on_both! {
    a_deactivation_is_taken_back_where_that_restores_what_was,
    a_last_day_is_taken_back_by_the_one_before,
    a_closed_store_is_opened_again,
}

async fn a_deactivation_is_taken_back_where_that_restores_what_was(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let dee = shop.id("Dee").await;
    let done = users::deactivate(kh, &shop.al, &dee).await.expect("may");
    let undo = Undo::of(UndoBy::ReactivateUser, &*dee);
    assert_eq!(done.undo, Some(undo));
    let done = users::reactivate(kh, &shop.al, &dee).await.expect("may");
    assert_eq!(done.undo, None, "ending access is asked about first");
    assert_eq!(fact(fixture, "Dee", "state").await, "active");

    let ivo = shop.id("Ivo").await;
    let done = users::deactivate(kh, &shop.al, &ivo).await.expect("may");
    assert_eq!(done.undo, None, "another mail with another link");

    let art = shop.id("Art").await;
    users::set_last_day(kh, &shop.al, &art, "2026-11-20")
        .await
        .expect("may");
    fixture.clock.advance(Duration::from_hours(15));
    let ada = fixture.staff(&fixture.sign_in("Ada").await).await;
    let done = users::deactivate(kh, &ada, &art).await.expect("may");
    assert_eq!(done.undo, None, "they would stay longer than before");
}

async fn a_last_day_is_taken_back_by_the_one_before(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let dee = shop.id("Dee").await;
    let undo = |day: &str| {
        Some(Undo {
            by: UndoBy::SetLastDay,
            id: dee.clone(),
            day: Some(day.to_owned()),
        })
    };
    for (day, expected) in [
        ("2026-12-31", undo("")),
        ("2027-01-31", undo("2026-12-31")),
        ("2027-01-31", None),
        ("", undo("2027-01-31")),
        ("2026-11-20", undo("")),
    ] {
        let done = users::set_last_day(kh, &shop.al, &dee, day).await;
        assert_eq!(done.expect("may").undo, expected, "{day}");
    }

    fixture.clock.advance(Duration::from_hours(15));
    let ada = fixture.staff(&fixture.sign_in("Ada").await).await;
    let done = users::set_last_day(kh, &ada, &dee, "2026-12-31").await;
    assert_eq!(done.expect("may").undo, None, "a day that is over is none");
}

async fn a_closed_store_is_opened_again(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let id = ada.stores[0].id.to_string();
    let done = stores::deactivate(kh, &ada, &id).await.expect("she may");
    assert_eq!(done.undo, Some(Undo::of(UndoBy::ReactivateStore, &*id)));
    let ada = fixture.staff(&owner).await;
    let done = stores::reactivate(kh, &ada, &id).await.expect("she may");
    assert_eq!(done.undo, None, "closing is asked about first");
    let closed = number(kh, "SELECT COUNT(*) FROM stores WHERE active = 0").await;
    assert_eq!(closed, 0);
}
