//! Who is signed in gives their own password again: counted in their session, and nowhere else
//! (product §5).

use access::actions::SetTheme;
use domain::{AppError, ProblemCode};
use service::testing::{Fixture, PASSWORD};
use service::tries::own_password;
use service::{Keyholder, Staff};

use crate::support::{
    MINUTE, allow_many_sessions, at_once, entries_after, fact, just_before, newest_entry,
    try_sign_in, write,
};

on_both! {
    r15_five_wrong_tries_in_a_session_close_this_door_there_and_no_other,
    r15_the_door_opens_again_after_fifteen_minutes_and_a_right_one_sets_the_count_back,
    r14_parallel_wrong_ones_are_compared_five_times_at_most,
    r16_a_hundred_wrong_tries_in_a_row_switch_the_password_off,
    r18_while_the_door_is_closed_right_and_wrong_are_told_alike,
    r58_a_wrong_password_is_a_refusal_in_the_audit_log,
}

const DANA: &str = "dana@shop.example";

/// Gives the password again as who wants to change the theme would have to.
async fn give(kh: &Keyholder, staff: &Staff, password: &str) -> Result<(), AppError> {
    Ok(own_password::<SetTheme>(kh, staff, "current_password", password).await?)
}

fn wrong() -> Result<(), AppError> {
    let problems = domain::Problems::one("current_password", ProblemCode::PasswordWrong);
    Err(AppError::Invalid(problems))
}

async fn dana(fixture: &Fixture) -> tower_sessions::Session {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(fixture).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await
}

async fn r15_five_wrong_tries_in_a_session_close_this_door_there_and_no_other(fixture: Fixture) {
    let first = dana(&fixture).await;
    let second = fixture.sign_in("Dana").await;
    let (first, second) = (fixture.staff(&first).await, fixture.staff(&second).await);
    for n in 0..5 {
        assert_eq!(give(&fixture.kh, &first, &format!("no {n}")).await, wrong());
    }
    let answer = give(&fixture.kh, &first, PASSWORD).await;
    assert_eq!(answer, Err(AppError::TooMany { retry_after: 900 }));
    assert_eq!(give(&fixture.kh, &second, PASSWORD).await, Ok(()));
    assert_eq!(fact(&fixture, "Dana", "failed").await, "0");
    try_sign_in(&fixture.kh, &fixture, DANA, PASSWORD)
        .await
        .expect("the account is not locked");
    service::profile::set_theme(&fixture.kh, &first, "dark")
        .await
        .expect("the session goes on");
}

async fn r15_the_door_opens_again_after_fifteen_minutes_and_a_right_one_sets_the_count_back(
    fixture: Fixture,
) {
    let staff = dana(&fixture).await;
    let staff = fixture.staff(&staff).await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(give(&fixture.kh, &staff, "no").await, wrong());
        }
        assert_eq!(give(&fixture.kh, &staff, PASSWORD).await, Ok(()));
    }
    for _ in 0..5 {
        assert_eq!(give(&fixture.kh, &staff, "no").await, wrong());
    }
    fixture.clock.advance(just_before(MINUTE * 15));
    let answer = give(&fixture.kh, &staff, PASSWORD).await;
    assert_eq!(answer, Err(AppError::TooMany { retry_after: 1 }));
    fixture.clock.advance(MINUTE);
    assert_eq!(give(&fixture.kh, &staff, PASSWORD).await, Ok(()));
}

async fn r14_parallel_wrong_ones_are_compared_five_times_at_most(fixture: Fixture) {
    let staff = dana(&fixture).await;
    let staff = fixture.staff(&staff).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let before: u64 = nodes.iter().map(|kh| kh.hasher().compared()).sum();
    let tries = (0..40).map(|n| {
        let (kh, staff) = (nodes[n % 2].clone(), staff.clone());
        async move { give(&kh, &staff, &format!("no {n}")).await }
    });
    for answer in at_once(tries).await {
        assert!(answer.is_err());
    }
    let compared: u64 = nodes.iter().map(|kh| kh.hasher().compared()).sum::<u64>() - before;
    assert_eq!(compared, 5);
}

async fn r16_a_hundred_wrong_tries_in_a_row_switch_the_password_off(fixture: Fixture) {
    let staff = dana(&fixture).await;
    let staff = fixture.staff(&staff).await;
    write(
        &fixture.kh,
        "UPDATE users SET failures = 98 WHERE first_name = 'Dana'",
    )
    .await;
    assert_eq!(give(&fixture.kh, &staff, "no").await, wrong());
    let before = newest_entry(&fixture.kh).await;
    assert_eq!(give(&fixture.kh, &staff, "no").await, wrong());
    assert_eq!(fact(&fixture, "Dana", "failures").await, "100");
    let entries = entries_after(&fixture.kh, before).await;
    assert_eq!(entries[0].action, "user.lock");
    assert_eq!(entries[0].after, r#"{"password_disabled":true}"#);
    let problems = domain::Problems::one("current_password", ProblemCode::PasswordDisabled);
    let answer = give(&fixture.kh, &staff, PASSWORD).await;
    assert_eq!(answer, Err(AppError::Invalid(problems)));
    let answer = try_sign_in(&fixture.kh, &fixture, DANA, PASSWORD).await;
    assert_eq!(answer.err(), Some(AppError::SignInFailed));
    service::profile::set_theme(&fixture.kh, &staff, "dark")
        .await
        .expect("the session goes on");
}

async fn r18_while_the_door_is_closed_right_and_wrong_are_told_alike(fixture: Fixture) {
    let staff = dana(&fixture).await;
    let staff = fixture.staff(&staff).await;
    for _ in 0..5 {
        assert_eq!(give(&fixture.kh, &staff, "no").await, wrong());
    }
    let compared = fixture.kh.hasher().compared();
    for password in [PASSWORD, "no"] {
        let answer = give(&fixture.kh, &staff, password).await;
        assert_eq!(answer, Err(AppError::TooMany { retry_after: 900 }));
    }
    assert_eq!(fixture.kh.hasher().compared(), compared);
}

async fn r58_a_wrong_password_is_a_refusal_in_the_audit_log(fixture: Fixture) {
    let staff = dana(&fixture).await;
    let staff = fixture.staff(&staff).await;
    let before = newest_entry(&fixture.kh).await;
    for _ in 0..3 {
        assert_eq!(give(&fixture.kh, &staff, "hunter2").await, wrong());
    }
    let entries = entries_after(&fixture.kh, before).await;
    assert_eq!(entries.len(), 1, "one for a session, operation and minute");
    let entry = &entries[0];
    assert_eq!(
        (
            &*entry.action,
            &*entry.result,
            &*entry.reason,
            &*entry.actor
        ),
        (
            "profile.set_theme",
            "refused",
            "wrong_password",
            "Dana Tester"
        )
    );
}
