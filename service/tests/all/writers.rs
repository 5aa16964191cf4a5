//! Many writers at once: none fails, nothing is lost (req. 60).

use domain::AppError;
use domain::users::UserDetails;
use service::audit::{Verdict, verify};
use service::testing::Fixture;
use service::{profile, stores, users};

use crate::support::{at_once, fact, id_of, newest_entry, number};

on_both! {
    r60_fifty_writers_at_once_lose_no_update_and_fail_none,
    r60_two_people_invited_at_once_to_one_address_are_one,
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
    let writers = (0..50).map(|n| {
        let (kh, by, dana) = (nodes[n % 2].clone(), ada.clone(), dana.clone());
        async move {
            // Each changes the same person once, however often somebody else is quicker; and
            // something of their own meanwhile.
            let mut tries = 0;
            loop {
                tries += 1;
                let view = users::view(&kh, &by, &dana).await.map_err(AppError::from)?;
                let details = UserDetails {
                    phone: n.to_string(),
                    ..view.details
                };
                match users::update(&kh, &by, &dana, view.revision, details).await {
                    Ok(_) => break,
                    Err(failure) => match AppError::from(failure) {
                        AppError::Conflict => {}
                        other => return Err(other),
                    },
                }
            }
            profile::set_theme(&kh, &by, "dark")
                .await
                .map_err(AppError::from)?;
            stores::switch(&kh, &by, "all")
                .await
                .map_err(AppError::from)?;
            Ok(tries)
        }
    });
    for answer in at_once(writers).await {
        assert!(answer.is_ok(), "{answer:?}");
    }
    assert_eq!(
        fact(&fixture, "Dana", "revision").await,
        (revision + 50).to_string()
    );
    let entries = newest + 150;
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
