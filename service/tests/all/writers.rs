//! Many writers at once: none fails, nothing is lost (req. 60).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::AppError;
use domain::users::UserDetails;
use service::audit::{Verdict, verify};
use service::testing::Fixture;
use service::{Keyholder, Staff, profile, stores, users};

use crate::support::{at_once, fact, id_of, newest_entry, number};

on_both! {
    r60_fifty_writers_at_once_lose_no_update_and_fail_none,
    r60_two_people_invited_at_once_to_one_address_are_one,
}

/// How long they go on writing: one round, unless told; `make soak` asks for a minute.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by the environment, as where PostgreSQL is"
)]
fn going_on() -> Duration {
    let told = std::env::var("KEYHOLDER_TEST_SECONDS");
    Duration::from_secs(told.map_or(0, |n| n.parse().expect("a number of seconds")))
}

/// Changes a person that all others change too, however often somebody else is quicker, and
/// something of their own meanwhile.
async fn write_once(kh: &Keyholder, by: &Staff, person: &str, phone: &str) -> Result<(), AppError> {
    loop {
        let view = users::view(kh, by, person).await?;
        let details = UserDetails {
            phone: phone.to_owned(),
            ..view.details
        };
        match users::update(kh, by, person, view.revision, details).await {
            Ok(_) => break,
            Err(failure) => match AppError::from(failure) {
                AppError::Conflict => {}
                other => return Err(other),
            },
        }
    }
    profile::set_theme(kh, by, "dark").await?;
    stores::switch(kh, by, "all").await?;
    Ok(())
}

async fn r60_fifty_writers_at_once_lose_no_update_and_fail_none(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let dana = id_of(&fixture, "Dana").await;
    let revision: i64 = fact(&fixture, "Dana", "revision")
        .await
        .parse()
        .expect("a number");
    let newest = newest_entry(&fixture.kh).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let going_on = going_on();
    let over = Arc::new(AtomicBool::new(going_on.is_zero()));
    tokio::spawn({
        let over = Arc::clone(&over);
        async move {
            tokio::time::sleep(going_on).await;
            over.store(true, Ordering::Relaxed);
        }
    });
    let writers = (0..50).map(|n| {
        let (kh, by, dana) = (nodes[n % 2].clone(), ada.clone(), dana.clone());
        let over = Arc::clone(&over);
        async move {
            let mut rounds = 0;
            loop {
                write_once(&kh, &by, &dana, &format!("{n} {rounds}")).await?;
                rounds += 1;
                if over.load(Ordering::Relaxed) {
                    return Ok::<i64, AppError>(rounds);
                }
            }
        }
    });
    let answers = at_once(writers).await;
    let rounds: Result<Vec<i64>, AppError> = answers.into_iter().collect();
    let rounds: i64 = rounds.expect("no writer fails").iter().sum();
    assert!(rounds >= 50, "{rounds}");
    assert_eq!(
        fact(&fixture, "Dana", "revision").await,
        (revision + rounds).to_string()
    );
    let entries = newest + 3 * rounds;
    assert_eq!(
        verify(&fixture.kh).await.expect("verifies"),
        Verdict::Whole { entries }
    );
}

async fn r60_two_people_invited_at_once_to_one_address_are_one(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let mut invitations = Vec::new();
    for n in 0..6 {
        let mut form = fixture
            .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
            .await;
        if n % 2 == 1 {
            form.email = form.email.to_uppercase();
        }
        let (kh, by) = (nodes[n % 2].clone(), ada.clone());
        invitations.push(async move {
            users::invite(&kh, &by, form)
                .await
                .map(drop)
                .map_err(AppError::from)
        });
    }
    let answers = at_once(invitations).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    assert!(
        refused
            .iter()
            .all(|answer| matches!(answer, Err(AppError::Invalid(_)))),
        "{refused:?}"
    );
    assert_eq!(number(&fixture.kh, "SELECT COUNT(*) FROM users").await, 2);
    assert_eq!(number(&fixture.kh, "SELECT COUNT(*) FROM outbox").await, 1);
}
