//! A clock that is an hour off (req. 61): nothing that is over comes back, nothing that holds is
//! let go, and once it is right again all goes on without anybody's doing.

use std::time::Duration;

use access::Instant;
use domain::second_factor::SecondStep;
use domain::{AppError, EndedWhy};
use service::audit::{self, Verdict};
use service::sessions::{resolve, sign_out, sweep};
use service::testing::{Fixture, PASSWORD};
use service::{Visitor, second_factor};
use tower_sessions::Session;

use crate::support::{MINUTE, allow_many_sessions, try_sign_in};

on_both! {
    r61_a_clock_an_hour_behind_brings_nothing_back_and_recovers,
    r61_a_clock_an_hour_ahead_ends_what_is_idle_for_good_and_recovers,
}

const HOUR: i64 = 3_600_000;
const DANA: &str = "dana@shop.example";

/// What is behind a browser: somebody, or why nobody.
async fn behind(fixture: &Fixture, browser: &Session) -> Result<(), Option<EndedWhy>> {
    match fixture.visitor(browser).await {
        Visitor::Staff(_) => Ok(()),
        Visitor::Half(_) => panic!("half a session"),
        Visitor::Nobody { ended } => Err(ended),
    }
}

/// Signs Dana in with a code of her phone at an instant.
async fn with_code(fixture: &Fixture, code: &str) -> Result<Session, AppError> {
    let browser = try_sign_in(&fixture.kh, fixture, DANA, PASSWORD).await?;
    let visitor = fixture.visitor(&browser).await;
    let form = SecondStep {
        code: code.to_owned(),
        ..SecondStep::default()
    };
    second_factor::pass(&fixture.kh, &visitor, &browser, form).await?;
    Ok(browser)
}

async fn the_chain_is_whole(fixture: &Fixture) {
    let found = audit::verify(&fixture.kh).await.expect("answers");
    assert!(matches!(found, Verdict::Whole { .. }), "{found:?}");
}

async fn r61_a_clock_an_hour_behind_brings_nothing_back_and_recovers(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(&fixture).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let phone = fixture.enrol(&dana).await.phone;
    let bo = fixture.join(&ada, "Bo", &["Crew"], &["Downtown"]).await;
    let visitor = fixture.visitor(&bo).await;
    let gone = bo.id();
    sign_out(&fixture.kh, &bo, &visitor)
        .await
        .expect("signs out");
    for _ in 0..5 {
        let wrong = try_sign_in(&fixture.kh, &fixture, "bo@shop.example", "wrong").await;
        assert_eq!(wrong.err(), Some(AppError::SignInFailed));
    }
    let now = fixture.kh.now();
    let behind_by_an_hour = Instant(now.0 - HOUR);

    fixture.clock.set(behind_by_an_hour);
    let stolen = resolve(&fixture.kh, gone, fixture.client()).await;
    assert!(matches!(stolen, Ok(Visitor::Nobody { .. })), "signed out");
    assert_eq!(behind(&fixture, &owner).await, Ok(()), "still signed in");
    let locked = try_sign_in(&fixture.kh, &fixture, "bo@shop.example", PASSWORD).await;
    assert_eq!(locked.err(), Some(AppError::SignInFailed), "still locked");
    // Neither a code that was used, nor one of the hour that comes again.
    for at in [now, behind_by_an_hour] {
        let answer = with_code(&fixture, &phone.code(at)).await;
        assert!(matches!(answer, Err(AppError::Invalid(_))), "{answer:?}");
    }
    fixture.add_store(&ada, "Harbour", "HAR").await;
    the_chain_is_whole(&fixture).await;

    fixture.clock.set(Instant(now.0 + 60_000));
    with_code(&fixture, &phone.code(fixture.kh.now()))
        .await
        .expect("a new code opens");
    fixture.clock.advance(MINUTE * 15);
    try_sign_in(&fixture.kh, &fixture, "bo@shop.example", PASSWORD)
        .await
        .expect("the lock is over");
    the_chain_is_whole(&fixture).await;
}

async fn r61_a_clock_an_hour_ahead_ends_what_is_idle_for_good_and_recovers(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let now = fixture.kh.now();

    fixture.clock.advance(Duration::from_hours(1));
    for browser in [&owner, &dana] {
        assert_eq!(behind(&fixture, browser).await, Err(Some(EndedWhy::Idle)));
    }
    sweep(&fixture.kh).await.expect("sweeps");
    let ahead = fixture.sign_in("Ada").await;
    assert_eq!(behind(&fixture, &ahead).await, Ok(()));

    fixture.clock.set(now);
    for browser in [&owner, &dana] {
        assert_eq!(behind(&fixture, browser).await, Err(Some(EndedWhy::Idle)));
    }
    assert_eq!(behind(&fixture, &ahead).await, Ok(()), "goes on");
    let again = fixture.sign_in("Dana").await;
    assert_eq!(behind(&fixture, &again).await, Ok(()));
    // The hour that came twice does not lengthen what began in it beyond its twelve.
    fixture.clock.set(Instant(now.0 + 13 * HOUR + 1));
    assert!(behind(&fixture, &ahead).await.is_err());
}
