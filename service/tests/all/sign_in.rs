//! Signing in: one answer and one amount of work for every failure (product §5).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::sign_in::SignIn;
use domain::{AppError, EndedWhy, ProblemCode};
use service::db::Dialect;
use service::hashing::HashParams;
use service::random::{Randomness, SeededRandomness};
use service::testing::{Fixture, PASSWORD};
use service::{Keyholder, Visitor, sign_in, tries, users};
use tower_sessions::Session;
use tower_sessions::session::Id;

use crate::support::{
    KEY_SEED, entries_after, fact, id_of, newest_entry, node, number, tables, try_sign_in, write,
};

on_both! {
    r10_unknown_wrong_locked_deactivated_and_invited_get_one_answer,
    r11_every_failure_hashes_once_and_writes_as_much,
    r11_the_try_that_locks_writes_no_more_than_one_at_an_address_that_nobody_has,
    r34_with_a_second_factor_the_password_opens_only_half_a_session,
    r39_signing_in_takes_a_new_id_and_the_planted_one_is_dead,
    after_signing_in_only_own_paths_are_gone_to,
    r17_too_many_wrong_tries_from_one_place_are_refused_there_and_nowhere_else,
    r17_a_shop_behind_one_address_signs_in_as_often_as_it_likes,
    empty_fields_are_named_and_cost_no_try,
    a_sign_in_is_written_down_with_its_device,
    the_door_says_why_the_last_session_ended,
}

/// Dana works, Lou is locked, Dee is deactivated, Ivo is invited.
async fn people(fixture: &Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    for name in ["Dana", "Lou", "Dee"] {
        fixture.join(&ada, name, &["Crew"], &["Downtown"]).await;
    }
    fixture.invite(&ada, "Ivo", &["Crew"], &["Downtown"]).await;
    users::deactivate(&fixture.kh, &ada, &id_of(fixture, "Dee").await)
        .await
        .expect("deactivates");
    for _ in 0..5 {
        let answer = try_sign_in(&fixture.kh, fixture, "lou@shop.example", "wrong").await;
        assert_eq!(answer.err(), Some(AppError::SignInFailed));
    }
}

/// Address and password of every way to fail.
const FAILURES: [(&str, &str); 9] = [
    ("nobody@shop.example", PASSWORD),
    ("nobody@shop.example", "wrong"),
    ("dana@shop.example", "wrong"),
    ("lou@shop.example", PASSWORD),
    ("lou@shop.example", "wrong"),
    ("dee@shop.example", PASSWORD),
    ("ivo@shop.example", PASSWORD),
    ("not even an address", PASSWORD),
    ("no\0body@shop.example", PASSWORD),
];

async fn r10_unknown_wrong_locked_deactivated_and_invited_get_one_answer(fixture: Fixture) {
    people(&fixture).await;
    let sessions = number(&fixture.kh, "SELECT COUNT(*) FROM sessions").await;
    for (email, password) in FAILURES {
        let answer = try_sign_in(&fixture.kh, &fixture, email, password).await;
        assert_eq!(
            answer.err(),
            Some(AppError::SignInFailed),
            "{email} {password}"
        );
    }
    assert_eq!(
        number(&fixture.kh, "SELECT COUNT(*) FROM sessions").await,
        sessions
    );
}

/// Randomness that counts the salts it gave.
struct Counting {
    inner: SeededRandomness,
    salts: AtomicU64,
}

impl Randomness for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        // Nothing else is 16 bytes long.
        self.salts
            .fetch_add(u64::from(bytes.len() == 16), Ordering::SeqCst);
        self.inner.fill(bytes);
    }
}

/// Notes every row that is written, whoever writes it.
async fn watch(kh: &Keyholder) {
    let tables = tables(kh).await;
    write(kh, "CREATE TABLE written (entry TEXT NOT NULL)").await;
    let postgres = kh.db().dialect() == Dialect::Postgres;
    if postgres {
        write(
            kh,
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN INSERT INTO written VALUES (TG_TABLE_NAME); RETURN NULL; END $$",
        )
        .await;
    }
    for table in tables.keys() {
        for event in ["INSERT", "UPDATE", "DELETE"] {
            let act = if postgres {
                "EXECUTE FUNCTION note()".to_owned()
            } else {
                format!("BEGIN INSERT INTO written VALUES ('{table}'); END")
            };
            let name = format!("note_{table}_{event}");
            write(
                kh,
                &format!("CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {act}"),
            )
            .await;
        }
    }
}

async fn r11_every_failure_hashes_once_and_writes_as_much(fixture: Fixture) {
    people(&fixture).await;
    let rng = Arc::new(Counting {
        inner: SeededRandomness::new(5),
        salts: AtomicU64::new(0),
    });
    let kh = node(
        &fixture,
        KEY_SEED,
        Arc::clone(&rng) as _,
        HashParams::cheap(),
    )
    .await
    .expect("opens");
    watch(&kh).await;
    let mut seen = Vec::new();
    for (email, password) in FAILURES {
        let before = (rng.salts.load(Ordering::SeqCst), kh.hasher().compared());
        write(&kh, "DELETE FROM written").await;
        let answer = try_sign_in(&kh, &fixture, email, password).await;
        assert_eq!(answer.err(), Some(AppError::SignInFailed));
        let dummies = rng.salts.load(Ordering::SeqCst) - before.0;
        let compared = kh.hasher().compared() - before.1;
        let written = number(&kh, "SELECT COUNT(*) FROM written").await;
        assert_eq!(dummies + compared, 1, "{email} {password}: one hash");
        assert_eq!(
            compared == 1,
            email.starts_with("dana"),
            "{email} {password}"
        );
        seen.push((email, password, written));
    }
    assert!(
        seen.iter().all(|(_, _, written)| *written == seen[0].2),
        "{seen:?}"
    );
}

async fn r11_the_try_that_locks_writes_no_more_than_one_at_an_address_that_nobody_has(
    fixture: Fixture,
) {
    people(&fixture).await;
    let kh = &fixture.kh;
    watch(kh).await;
    tries::notes::write_down(kh).await.expect("writes");
    let newest = newest_entry(kh).await;
    let mut seen = Vec::new();
    for email in [
        "nobody@shop.example",
        "dana@shop.example",
        "dana@shop.example",
        "dana@shop.example",
        "dana@shop.example",
        "dana@shop.example",
    ] {
        write(kh, "DELETE FROM written").await;
        let answer = try_sign_in(kh, &fixture, email, "wrong").await;
        assert_eq!(answer.err(), Some(AppError::SignInFailed));
        seen.push(number(kh, "SELECT COUNT(*) FROM written").await);
    }
    assert!(seen.iter().all(|written| *written == seen[0]), "{seen:?}");
    assert_ne!(fact(&fixture, "Dana", "locked_until").await, "0");
    assert_eq!(newest_entry(kh).await, newest, "it writes no entry");
    tries::notes::write_down(kh).await.expect("writes");
    let entries = entries_after(kh, newest).await;
    assert!(entries.iter().any(|entry| entry.action == "user.lock"));
}

async fn r34_with_a_second_factor_the_password_opens_only_half_a_session(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let complete = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let signed_in = fact(&fixture, "Dana", "last_sign_in").await;
    write(
        &fixture.kh,
        "UPDATE users SET two_factor = 1 WHERE first_name = 'Dana'",
    )
    .await;
    fixture.clock.advance(std::time::Duration::from_secs(5));
    let half = fixture.sign_in("Dana").await;
    let visitor = fixture.visitor(&half).await;
    assert!(matches!(visitor, Visitor::Half(_)), "{visitor:?}");
    // Not complete, so it neither counts as a sign-in nor ends the complete session.
    assert_eq!(fact(&fixture, "Dana", "last_sign_in").await, signed_in);
    fixture.staff(&complete).await;
    sign_in::sign_out(&fixture.kh, &half, &visitor)
        .await
        .expect("signs out");
    assert!(matches!(
        fixture.visitor(&half).await,
        Visitor::Nobody { .. }
    ));
    fixture.staff(&complete).await;
}

async fn r39_signing_in_takes_a_new_id_and_the_planted_one_is_dead(fixture: Fixture) {
    fixture.found().await;
    let planted = Id::default();
    let store = Arc::new(service::sessions::Store::new(fixture.kh.clone()));
    let browser = Session::new(Some(planted), store, None);
    let form = SignIn {
        email: "ada@shop.example".to_owned(),
        password: PASSWORD.to_owned(),
        next: String::new(),
    };
    sign_in::sign_in(&fixture.kh, &fixture.client(), &browser, form.clone())
        .await
        .expect("signs in");
    let first = browser.id().expect("it has an id");
    assert_ne!(first, planted);
    fixture.staff(&browser).await;
    let resolve = async |id| {
        service::sessions::resolve(&fixture.kh, Some(id), fixture.client())
            .await
            .expect("answers")
    };
    assert!(matches!(
        resolve(planted).await,
        Visitor::Nobody { ended: None }
    ));
    // Signing in again in the same browser: another id once more, and the older one is dead.
    let newest = newest_entry(&fixture.kh).await;
    sign_in::sign_in(&fixture.kh, &fixture.client(), &browser, form)
        .await
        .expect("signs in");
    assert_ne!(browser.id(), Some(first));
    assert!(matches!(
        resolve(first).await,
        Visitor::Nobody { ended: Some(_) }
    ));
    fixture.staff(&browser).await;
    let written: Vec<String> = entries_after(&fixture.kh, newest)
        .await
        .into_iter()
        .map(|entry| entry.action)
        .collect();
    assert_eq!(written, ["session.sign_out", "session.sign_in"]);
}

async fn after_signing_in_only_own_paths_are_gone_to(fixture: Fixture) {
    fixture.found().await;
    for (next, go) in [
        ("", "/"),
        ("/settings/users?q=a", "/settings/users?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
    ] {
        let form = SignIn {
            email: "ada@shop.example".to_owned(),
            password: PASSWORD.to_owned(),
            next: next.to_owned(),
        };
        let done = sign_in::sign_in(&fixture.kh, &fixture.client(), &fixture.browser(), form)
            .await
            .expect("signs in");
        assert_eq!(done.go.as_deref(), Some(go), "{next}");
    }
}

async fn empty_fields_are_named_and_cost_no_try(fixture: Fixture) {
    fixture.found().await;
    for _ in 0..6 {
        for (email, password, field) in [
            ("", PASSWORD, "email"),
            ("ada@shop.example", "", "password"),
        ] {
            let answer = try_sign_in(&fixture.kh, &fixture, email, password).await;
            let Err(AppError::Invalid(problems)) = answer else {
                panic!("{field} is empty")
            };
            assert_eq!(problems.of(field), Some(&ProblemCode::Required));
        }
    }
    try_sign_in(&fixture.kh, &fixture, "ada@shop.example", PASSWORD)
        .await
        .expect("not locked");
}

async fn a_sign_in_is_written_down_with_its_device(fixture: Fixture) {
    fixture.found().await;
    fixture.clock.advance(std::time::Duration::from_secs(5));
    let before = newest_entry(&fixture.kh).await;
    let browser = fixture.sign_in("Ada").await;
    let entries = entries_after(&fixture.kh, before).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    let entry = &entries[0];
    assert_eq!(
        (
            entry.action.as_str(),
            entry.actor.as_str(),
            entry.result.as_str()
        ),
        ("session.sign_in", "Ada Owner", "done")
    );
    assert_eq!(entry.after, r#"{"sessions_ended":1,"stage":"full"}"#);
    let session = fixture.staff(&browser).await.caller.session;
    let place = format!(
        "SELECT COUNT(*) FROM audit WHERE seq = {} AND at = {} AND ip = '203.0.113.7' \
         AND device = 'Firefox on Linux' AND request_id = 'test' AND session_ref = '{session}'",
        entry.seq,
        fixture.kh.now().0
    );
    assert_eq!(number(&fixture.kh, &place).await, 1);
    assert_eq!(
        fact(&fixture, "Ada", "last_sign_in").await,
        fixture.kh.now().0.to_string()
    );
}

async fn the_door_says_why_the_last_session_ended(fixture: Fixture) {
    let owner = fixture.found().await;
    let door = async |browser: &Session| {
        let visitor = fixture.visitor(browser).await;
        sign_in::door(&fixture.kh, &visitor)
            .await
            .expect("there is a door")
    };
    assert_eq!(door(&fixture.browser()).await.ended, None);
    let newer = fixture.sign_in("Ada").await;
    let seen = door(&owner).await;
    assert_eq!(
        (seen.business.as_str(), seen.ended),
        ("Ada's Hire", Some(EndedWhy::Elsewhere))
    );
    let visitor = fixture.visitor(&newer).await;
    let cookie = newer.id();
    sign_in::sign_out(&fixture.kh, &newer, &visitor)
        .await
        .expect("signs out");
    let again = Session::new(
        cookie,
        Arc::new(service::sessions::Store::new(fixture.kh.clone())),
        None,
    );
    assert_eq!(door(&again).await.ended, None, "who signed out knows it");
}

/// A try from an address.
async fn try_from(
    fixture: &Fixture,
    ip: &str,
    email: &str,
    password: &str,
) -> Result<(), AppError> {
    let client = service::Client::new(ip, "", "test");
    let form = SignIn {
        email: email.to_owned(),
        password: password.to_owned(),
        next: String::new(),
    };
    sign_in::sign_in(&fixture.kh, &client, &fixture.browser(), form).await?;
    Ok(())
}

async fn r17_too_many_wrong_tries_from_one_place_are_refused_there_and_nowhere_else(
    fixture: Fixture,
) {
    fixture.found().await;
    let place = "2001:db8:1:2::7";
    for n in 0..300 {
        // Each for another account, so that none is locked; from all over one network.
        let ip = format!("2001:db8:1:2::{n:x}");
        let email = format!("nobody{n}@shop.example");
        let answer = try_from(&fixture, &ip, &email, "wrong").await;
        assert_eq!(answer, Err(AppError::SignInFailed), "{n}");
    }
    let refused = Err(AppError::TooMany { retry_after: 900 });
    let (known, unknown) = ("ada@shop.example", "nobody@shop.example");
    assert_eq!(try_from(&fixture, place, known, PASSWORD).await, refused);
    assert_eq!(try_from(&fixture, place, unknown, PASSWORD).await, refused);
    let elsewhere = "2001:db8:1:3::7";
    assert_eq!(try_from(&fixture, elsewhere, known, PASSWORD).await, Ok(()));
    fixture.clock.advance(std::time::Duration::from_mins(15));
    assert_eq!(try_from(&fixture, place, known, PASSWORD).await, Ok(()));
}

async fn r17_a_shop_behind_one_address_signs_in_as_often_as_it_likes(fixture: Fixture) {
    fixture.found().await;
    for n in 0..350 {
        let answer = try_from(&fixture, "203.0.113.7", "ada@shop.example", PASSWORD).await;
        assert_eq!(answer, Ok(()), "{n}");
    }
    let counted = "SELECT hits FROM limits WHERE bucket = 'sign-in:203.0.113.7'";
    assert_eq!(number(&fixture.kh, counted).await, 0);
}
