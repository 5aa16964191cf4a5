//! Five wrong tries lock an account for fifteen minutes (product §5).

use std::time::Duration;

use domain::users::{Status, UserListQuery};
use domain::{AppError, Done};
use service::testing::{Fixture, PASSWORD};
use service::{Keyholder, tries, users};

use crate::support::{
    MINUTE, MOMENT, allow_many_sessions, at_once, entries_after, fact, id_of, just_before,
    newest_entry, number, try_sign_in, write,
};

const DANA: &str = "dana@shop.example";

on_both! {
    r13_five_wrong_tries_lock_for_fifteen_minutes_however_the_address_is_written,
    r14_parallel_wrong_passwords_reach_the_verifier_at_most_five_times,
    r14_ten_parallel_right_passwords_lock_nobody_out,
    r14_right_passwords_among_wrong_ones_are_let_in_or_refused_never_lost,
    r14_hanging_up_neither_keeps_a_slot_nor_escapes_the_count,
    r17_a_lock_leaves_open_sessions_alone,
    r18_right_and_wrong_are_refused_alike_while_locked,
    r18_a_complete_sign_in_sets_the_count_back,
    the_end_of_a_lock_sets_the_count_back,
    tries_that_never_came_to_an_end_let_their_slots_go,
    r58_a_lock_is_written_down_once,
}

/// Dana works; everybody may sign in as often as they like.
async fn dana(fixture: &Fixture) -> tower_sessions::Session {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(fixture).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await
}

async fn wrong(fixture: &Fixture, times: usize) {
    for n in 0..times {
        let answer = try_sign_in(&fixture.kh, fixture, DANA, &format!("wrong {n}")).await;
        assert_eq!(answer.err(), Some(AppError::SignInFailed));
    }
}

async fn right(fixture: &Fixture) -> Option<AppError> {
    try_sign_in(&fixture.kh, fixture, DANA, PASSWORD)
        .await
        .err()
}

async fn r13_five_wrong_tries_lock_for_fifteen_minutes_however_the_address_is_written(
    fixture: Fixture,
) {
    dana(&fixture).await;
    for email in [
        DANA,
        " Dana@Shop.Example",
        "DANA@SHOP.EXAMPLE ",
        "ｄana@shop.example",
    ] {
        let answer = try_sign_in(&fixture.kh, &fixture, email, "wrong").await;
        assert_eq!(answer.err(), Some(AppError::SignInFailed));
        assert_eq!(fact(&fixture, "Dana", "locked_until").await, "0");
    }
    wrong(&fixture, 1).await;
    let until = fixture.kh.now().0 + 15 * 60_000;
    assert_eq!(
        fact(&fixture, "Dana", "locked_until").await,
        until.to_string()
    );
    assert_eq!(right(&fixture).await, Some(AppError::SignInFailed));
    let ada = fixture.sign_in("Ada").await;
    let ada = fixture.staff(&ada).await;
    let query = UserListQuery {
        status: "locked".to_owned(),
        ..UserListQuery::default()
    };
    let list = users::list(&fixture.kh, &ada, query).await.expect("lists");
    assert_eq!(list.page.rows.len(), 1);
    assert_eq!(
        (list.page.rows[0].name.as_str(), list.page.rows[0].status),
        ("Dana Tester", Status::Locked)
    );

    fixture.clock.advance(just_before(MINUTE * 15));
    assert_eq!(right(&fixture).await, Some(AppError::SignInFailed));
    fixture.clock.advance(MOMENT);
    assert_eq!(right(&fixture).await, None);
}

/// A try at a node, as a task.
async fn attempt(
    kh: Keyholder,
    client: service::Client,
    password: String,
) -> Result<Done, AppError> {
    let browser = crate::support::browser_at(&kh);
    let form = domain::sign_in::SignIn {
        email: DANA.to_owned(),
        password,
        next: String::new(),
    };
    Ok(service::sign_in::sign_in(&kh, &client, &browser, form).await?)
}

async fn r14_parallel_wrong_passwords_reach_the_verifier_at_most_five_times(fixture: Fixture) {
    dana(&fixture).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let before: u64 = nodes.iter().map(|kh| kh.hasher().compared()).sum();
    let tries =
        (0..100).map(|n| attempt(nodes[n % 2].clone(), fixture.client(), format!("wrong {n}")));
    for answer in at_once(tries).await {
        // Busy is the answer of a full line of hashes: nothing was compared for it either.
        assert!(
            matches!(answer, Err(AppError::SignInFailed | AppError::Busy)),
            "{answer:?}"
        );
    }
    let compared: u64 = nodes.iter().map(|kh| kh.hasher().compared()).sum::<u64>() - before;
    assert!((1..=5).contains(&compared), "{compared}");
    assert_eq!(
        right(&fixture).await,
        Some(AppError::SignInFailed),
        "it is locked"
    );
    assert_eq!(fact(&fixture, "Dana", "failed").await, "5");
    assert_eq!(fact(&fixture, "Dana", "pending").await, "0");
}

async fn r14_ten_parallel_right_passwords_lock_nobody_out(fixture: Fixture) {
    dana(&fixture).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let tries =
        (0..10).map(|n| attempt(nodes[n % 2].clone(), fixture.client(), PASSWORD.to_owned()));
    for answer in at_once(tries).await {
        assert!(answer.is_ok(), "{answer:?}");
    }
    for column in ["failed", "pending", "locked_until"] {
        assert_eq!(fact(&fixture, "Dana", column).await, "0", "{column}");
    }
    assert_eq!(right(&fixture).await, None);
}

async fn r14_right_passwords_among_wrong_ones_are_let_in_or_refused_never_lost(fixture: Fixture) {
    dana(&fixture).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let before: u64 = nodes.iter().map(|kh| kh.hasher().compared()).sum();
    let tries = (0..20).map(|n| {
        let password = if n % 5 == 0 {
            PASSWORD.to_owned()
        } else {
            format!("wrong {n}")
        };
        attempt(nodes[n % 2].clone(), fixture.client(), password)
    });
    let mut let_in = 0;
    for (n, answer) in at_once(tries).await.into_iter().enumerate() {
        match answer {
            Ok(_) => {
                assert_eq!(n % 5, 0, "a wrong password was let in");
                let_in += 1;
            }
            Err(answer) => assert_eq!(answer, AppError::SignInFailed),
        }
    }
    // Every right one sets the count back, so that at most five wrong ones stand between two.
    let compared: u64 = nodes.iter().map(|kh| kh.hasher().compared()).sum::<u64>() - before;
    assert!(compared <= 5 * (let_in + 1) + let_in, "{compared} {let_in}");
    assert_eq!(fact(&fixture, "Dana", "pending").await, "0");
}

async fn r14_hanging_up_neither_keeps_a_slot_nor_escapes_the_count(fixture: Fixture) {
    dana(&fixture).await;
    let taken = "SELECT failed + pending FROM users WHERE first_name = 'Dana'";
    for n in 1..=4 {
        let request = tokio::spawn(attempt(
            fixture.kh.clone(),
            fixture.client(),
            format!("wrong {n}"),
        ));
        while number(&fixture.kh, taken).await < n {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        request.abort();
    }
    let waiting = "SELECT pending FROM users WHERE first_name = 'Dana'";
    for _ in 0..500 {
        if number(&fixture.kh, waiting).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(fact(&fixture, "Dana", "pending").await, "0");
    assert_eq!(fact(&fixture, "Dana", "failed").await, "4");
}

async fn r17_a_lock_leaves_open_sessions_alone(fixture: Fixture) {
    let browser = dana(&fixture).await;
    wrong(&fixture, 5).await;
    let staff = fixture.staff(&browser).await;
    service::shell::view(&fixture.kh, &staff)
        .await
        .expect("she goes on working");
    service::profile::set_theme(&fixture.kh, &staff, "dark")
        .await
        .expect("and changing things");
}

async fn r18_right_and_wrong_are_refused_alike_while_locked(fixture: Fixture) {
    dana(&fixture).await;
    wrong(&fixture, 5).await;
    let until = fact(&fixture, "Dana", "locked_until").await;
    let compared = fixture.kh.hasher().compared();
    fixture.clock.advance(MINUTE);
    for password in [PASSWORD, "wrong"] {
        let answer = try_sign_in(&fixture.kh, &fixture, DANA, password).await;
        assert_eq!(answer.err(), Some(AppError::SignInFailed));
    }
    assert_eq!(
        fixture.kh.hasher().compared(),
        compared,
        "nothing was compared"
    );
    assert_eq!(
        fact(&fixture, "Dana", "locked_until").await,
        until,
        "nor the lock made longer"
    );
}

async fn r18_a_complete_sign_in_sets_the_count_back(fixture: Fixture) {
    dana(&fixture).await;
    for _ in 0..4 {
        wrong(&fixture, 4).await;
        assert_eq!(right(&fixture).await, None);
        assert_eq!(fact(&fixture, "Dana", "failed").await, "0");
    }
    // Half a sign-in does not: the second factor is still due.
    write(
        &fixture.kh,
        "UPDATE users SET two_factor = 1 WHERE first_name = 'Dana'",
    )
    .await;
    wrong(&fixture, 4).await;
    assert_eq!(right(&fixture).await, None);
    assert_eq!(fact(&fixture, "Dana", "failed").await, "4");
    wrong(&fixture, 1).await;
    assert_eq!(right(&fixture).await, Some(AppError::SignInFailed));
}

async fn the_end_of_a_lock_sets_the_count_back(fixture: Fixture) {
    dana(&fixture).await;
    for _ in 0..3 {
        wrong(&fixture, 5).await;
        assert_eq!(right(&fixture).await, Some(AppError::SignInFailed));
        fixture.clock.advance(MINUTE * 15);
    }
    wrong(&fixture, 4).await;
    assert_eq!(right(&fixture).await, None);
}

async fn tries_that_never_came_to_an_end_let_their_slots_go(fixture: Fixture) {
    dana(&fixture).await;
    // Five tries were under way when their node was killed.
    let until = fixture.kh.now().0 + 30_000;
    let sql =
        format!("UPDATE users SET pending = 5, pending_until = {until} WHERE first_name = 'Dana'");
    write(&fixture.kh, &sql).await;
    fixture.clock.advance(Duration::from_secs(30));
    assert_eq!(right(&fixture).await, None);
    assert_eq!(fact(&fixture, "Dana", "pending").await, "0");
}

async fn r58_a_lock_is_written_down_once(fixture: Fixture) {
    dana(&fixture).await;
    let before = newest_entry(&fixture.kh).await;
    wrong(&fixture, 8).await;
    let until = fixture.kh.now().0 + 15 * 60_000;
    fixture.clock.advance(MINUTE);
    for _ in 0..2 {
        tries::notes::write_down(&fixture.kh).await.expect("writes");
    }
    let mut entries = entries_after(&fixture.kh, before).await;
    assert_eq!(entries.len(), 5, "four tries and the lock: {entries:?}");
    entries.retain(|entry| entry.action != "session.fail");
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!(entries[0].action, "user.lock");
    assert_eq!(entries[0].actor, "Keyholder");
    assert_eq!(entries[0].object, "Dana Tester");
    assert_eq!(entries[0].reason, "five_wrong_tries");
    assert_eq!(entries[0].after, format!(r#"{{"locked_until":{until}}}"#));
    let id = id_of(&fixture, "Dana").await;
    let sql =
        format!("SELECT COUNT(*) FROM audit WHERE object_id = '{id}' AND action = 'user.lock'");
    assert_eq!(number(&fixture.kh, &sql).await, 1);
}
