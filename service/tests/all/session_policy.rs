//! Settings → Security, sessions: one for each person or several, and how long one lives
//! (product §7; req. 42, 45).

use domain::security::SecurityForm;
use domain::{AppError, Done, EndedWhy, ProblemCode, Problems};
use service::testing::Fixture;
use service::{Failure, Keyholder, Staff, Visitor, security};

use crate::sessions::{ended, pair, sign_in};
use crate::support::{
    MINUTE, MOMENT, Snapshot, at_once, entries_after, error, just_before, newest_entry, number,
    try_sign_in, write,
};

on_both! {
    r45_going_over_to_one_session_keeps_each_persons_newest_and_tells_the_others,
    r45_a_newer_session_that_the_clock_has_ended_is_not_kept_in_place_of_an_open_one,
    r45_signing_in_while_the_policy_is_turned_on_leaves_one,
    several_sessions_are_allowed_once_the_policy_is_off,
    r42_new_limits_hold_in_open_sessions_at_their_next_request_on_every_node,
    r42_limits_that_can_not_be_are_told_by_field_and_change_nothing,
    r58_the_log_says_what_was_and_what_is_of_what_differs,
}

/// Saves the page as it stands, but for what is changed.
async fn save(
    kh: &Keyholder,
    by: &Staff,
    change: impl FnOnce(&mut SecurityForm),
) -> Result<Done, Failure> {
    let view = security::view(kh, by).await?;
    let mut form = SecurityForm {
        require: view.policy.key().to_owned(),
        single: view.one_session,
        idle: view.idle_minutes.to_string(),
        absolute: view.absolute_hours.to_string(),
        revision: view.revision,
    };
    change(&mut form);
    security::update(kh, by, form).await
}

async fn allow_several(kh: &Keyholder, by: &Staff) {
    save(kh, by, |form| form.single = false)
        .await
        .expect("saves");
}

async fn turn_on(kh: &Keyholder, by: &Staff) {
    save(kh, by, |form| form.single = true)
        .await
        .expect("saves");
}

async fn r45_going_over_to_one_session_keeps_each_persons_newest_and_tells_the_others(
    fixture: Fixture,
) {
    let (owner, first) = pair(&fixture).await;
    let ada = fixture.staff(&owner).await;
    allow_several(&fixture.kh, &ada).await;
    fixture.clock.advance(MOMENT);
    let second = fixture.sign_in("Dana").await;
    fixture.clock.advance(MOMENT);
    let third = fixture.sign_in("Dana").await;
    for browser in [&first, &second, &third] {
        fixture.staff(browser).await;
    }
    turn_on(&fixture.kh, &ada).await;
    for older in [&first, &second] {
        assert_eq!(ended(&fixture, older).await, Some(EndedWhy::NotNewest));
    }
    fixture.staff(&third).await;
    fixture.staff(&owner).await;
    // Saving it again, with nothing to go over from, ends nobody.
    turn_on(&fixture.kh, &ada).await;
    fixture.staff(&third).await;
}

async fn r45_a_newer_session_that_the_clock_has_ended_is_not_kept_in_place_of_an_open_one(
    fixture: Fixture,
) {
    let (owner, older) = pair(&fixture).await;
    let ada = fixture.staff(&owner).await;
    allow_several(&fixture.kh, &ada).await;
    fixture.clock.advance(MOMENT);
    let newer = fixture.sign_in("Dana").await;
    let hour_ago = fixture.kh.now().0 - 3_600_000;
    let idle = newer.id().expect("it has an id").to_string();
    let sql = format!(
        "UPDATE sessions SET seen = {hour_ago} WHERE id_hash = '{}'",
        service::crypto::hash_token(&idle)
    );
    assert_eq!(write(&fixture.kh, &sql).await, 1);
    turn_on(&fixture.kh, &ada).await;
    fixture.staff(&older).await;
    assert_eq!(ended(&fixture, &newer).await, Some(EndedWhy::Idle));
}

async fn r45_signing_in_while_the_policy_is_turned_on_leaves_one(fixture: Fixture) {
    let (owner, _) = pair(&fixture).await;
    let ada = fixture.staff(&owner).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    for _ in 0..5 {
        allow_several(&fixture.kh, &ada).await;
        let tasks = (0..9).map(|n| {
            let (kh, ada, client) = (nodes[n % 2].clone(), ada.clone(), fixture.client());
            async move {
                if n == 4 {
                    turn_on(&kh, &ada).await;
                } else {
                    sign_in(kh, client).await.expect("signs in");
                }
            }
        });
        at_once(tasks).await;
        let open = "SELECT COUNT(*) FROM sessions s JOIN users u ON u.id = s.user_id \
                    WHERE u.first_name = 'Dana' AND s.ended = 0";
        assert_eq!(number(&fixture.kh, open).await, 1);
    }
}

async fn several_sessions_are_allowed_once_the_policy_is_off(fixture: Fixture) {
    let (owner, first) = pair(&fixture).await;
    let ada = fixture.staff(&owner).await;
    assert!(
        security::view(&fixture.kh, &ada)
            .await
            .expect("looks")
            .one_session,
        "one is the default"
    );
    allow_several(&fixture.kh, &ada).await;
    let second = fixture.sign_in("Dana").await;
    fixture.staff(&first).await;
    fixture.staff(&second).await;
    turn_on(&fixture.kh, &ada).await;
    let third = fixture.sign_in("Dana").await;
    fixture.staff(&third).await;
    for older in [&first, &second] {
        assert!(ended(&fixture, older).await.is_some());
    }
}

async fn r42_new_limits_hold_in_open_sessions_at_their_next_request_on_every_node(
    fixture: Fixture,
) {
    let (owner, dana) = pair(&fixture).await;
    let other = fixture.second_node().await;
    let ada = fixture.staff(&owner).await;
    let why = async |kh: &Keyholder| {
        let found = service::sessions::resolve(kh, dana.id(), fixture.client()).await;
        match found.expect("answers") {
            Visitor::Nobody { ended } => ended,
            _ => None,
        }
    };
    let view = security::view(&fixture.kh, &ada).await.expect("looks");
    assert_eq!((view.idle_minutes, view.absolute_hours), (60, 12));
    // Long before its end by the old limit, and over by the new one.
    fixture.clock.advance(MINUTE * 9);
    save(&fixture.kh, &ada, |form| "9".clone_into(&mut form.idle))
        .await
        .expect("saves");
    for kh in [&fixture.kh, &other] {
        assert_eq!(why(kh).await, Some(EndedWhy::Idle));
    }
    // And the other way round: a longer limit, and the session is open again, since nobody ended it.
    write(
        &fixture.kh,
        "UPDATE sessions SET seen = started, ended = 0, ended_why = ''",
    )
    .await;
    write(
        &fixture.kh,
        "UPDATE business SET idle_minutes = 60, absolute_minutes = 60",
    )
    .await;
    assert_eq!(why(&other).await, None);
    fixture.clock.advance(just_before(MINUTE * 51));
    write(
        &fixture.kh,
        &format!("UPDATE sessions SET seen = {}", fixture.kh.now().0),
    )
    .await;
    assert_eq!(why(&other).await, None);
    fixture.clock.advance(MOMENT);
    for kh in [&fixture.kh, &other] {
        assert_eq!(why(kh).await, Some(EndedWhy::TooOld));
    }
    let answer = try_sign_in(
        &fixture.kh,
        &fixture,
        "dana@shop.example",
        service::testing::PASSWORD,
    )
    .await;
    answer.expect("signs in again");
}

async fn r42_limits_that_can_not_be_are_told_by_field_and_change_nothing(fixture: Fixture) {
    let (owner, _) = pair(&fixture).await;
    let ada = fixture.staff(&owner).await;
    let before = Snapshot::of(&fixture.kh).await;
    let whole = |min, max| ProblemCode::Whole { min, max };
    for (idle, absolute, field, code) in [
        ("4", "12", "idle", whole(5, 43_200)),
        ("61", "1", "idle", ProblemCode::IdleTooLong),
        ("60", "721", "absolute", whole(1, 720)),
        ("60", "", "absolute", ProblemCode::Required),
    ] {
        let answer = save(&fixture.kh, &ada, |form| {
            idle.clone_into(&mut form.idle);
            absolute.clone_into(&mut form.absolute);
        });
        let problems = Problems::one(field, code);
        assert_eq!(error(answer.await), AppError::Invalid(problems));
    }
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
}

async fn r58_the_log_says_what_was_and_what_is_of_what_differs(fixture: Fixture) {
    let (owner, _) = pair(&fixture).await;
    let ada = fixture.staff(&owner).await;
    allow_several(&fixture.kh, &ada).await;
    fixture.clock.advance(MOMENT);
    fixture.sign_in("Dana").await;
    let before = newest_entry(&fixture.kh).await;
    save(&fixture.kh, &ada, |form| {
        form.single = true;
        "30".clone_into(&mut form.idle);
        "720".clone_into(&mut form.absolute);
    })
    .await
    .expect("saves");
    let entry = entries_after(&fixture.kh, before).await.remove(0);
    assert_eq!(entry.action, "security.update");
    assert_eq!(
        entry.before,
        r#"{"absolute_minutes":720,"idle_minutes":60,"one_session":false}"#
    );
    assert_eq!(
        entry.after,
        r#"{"absolute_minutes":43200,"idle_minutes":30,"one_session":true,"sessions_ended":1}"#
    );
}
