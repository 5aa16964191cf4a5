//! Setting a second factor up: the key, the session that asked for it, and the code that
//! confirms it.

use std::time::Duration;

use access::{Due, Instant};
use domain::{AppError, EndedWhy, ProblemCode};
use service::testing::{Fixture, PASSWORD, Phone};
use service::{Visitor, second_factor};
use tower_sessions::Session;

use super::{code, confirm, dana, half, pass, view, wrong};
use crate::support::{
    MOMENT, allow_many_sessions, entries_after, error, fact, newest_entry, number, write,
};

on_both! {
    r33_a_key_is_the_servers_and_opens_nothing_before_it_is_confirmed,
    r33_a_key_belongs_to_the_session_that_asked_for_it_and_to_its_hour,
    r33_setting_it_up_takes_a_code_of_the_key_and_a_new_session,
    r34_who_owes_a_code_sets_up_nothing_else,
    r34_setting_it_up_ends_the_sessions_that_the_password_alone_opened,
    r34_a_sign_in_under_way_while_it_is_set_up_still_owes_the_code,
}

async fn r33_a_key_is_the_servers_and_opens_nothing_before_it_is_confirmed(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let before = view(&fixture, &dana).await.expect("looks");
    assert!(before.factor.on.is_none() && before.key.is_none());
    assert_eq!(
        number(&fixture.kh, "SELECT COUNT(*) FROM two_factor_pending").await,
        0
    );

    let key = fixture.key(&dana).await;
    assert_eq!(key.replace(' ', "").len(), 32, "160 bits in base32");
    assert_eq!(fixture.key(&dana).await, key, "asked again, it is the same");
    let phone = Phone::with(&key);
    assert_eq!(fact(&fixture, "Dana", "two_factor").await, "0");
    assert_eq!(
        number(&fixture.kh, "SELECT COUNT(*) FROM two_factor").await,
        0
    );
    // Abandoned: a sign-in asks for nothing, and the code of the key is no way in.
    let complete = half(&fixture.kh, &fixture).await;
    fixture.staff(&complete).await;
    let typed = phone.code(fixture.kh.now());
    let refused = pass(&fixture, &complete, code(&typed)).await;
    assert_eq!(refused, Err(AppError::Conflict));
    assert_eq!(fact(&fixture, "Dana", "two_factor").await, "0");
}

async fn r33_a_key_belongs_to_the_session_that_asked_for_it_and_to_its_hour(fixture: Fixture) {
    fixture.found().await;
    allow_many_sessions(&fixture).await;
    let (mine, other) = (fixture.sign_in("Ada").await, fixture.sign_in("Ada").await);
    let key = fixture.key(&mine).await;
    // Whoever has the password alone sees another key, and can't confirm with the code of mine.
    assert!(view(&fixture, &other).await.expect("looks").key.is_none());
    let code_of_mine = Phone::with(&key).code(fixture.kh.now());
    assert_eq!(
        confirm(&fixture, &other, &code_of_mine).await,
        Err(AppError::Conflict)
    );
    assert_ne!(fixture.key(&other).await, key);
    assert_eq!(
        confirm(&fixture, &other, &code_of_mine).await,
        Err(wrong("code"))
    );

    fixture.clock.advance(Duration::from_mins(59));
    fixture.staff(&mine).await;
    // Still there just before its hour is over, and another one after.
    fixture
        .clock
        .advance(Duration::from_mins(1).saturating_sub(MOMENT));
    let seen = "UPDATE sessions SET seen = started + 3500000";
    write(&fixture.kh, seen).await;
    prove_again(&fixture, &mine).await;
    assert_eq!(fixture.key(&mine).await, key);
    fixture.clock.advance(MOMENT);
    let late = Phone::with(&key).code(fixture.kh.now());
    assert_eq!(
        confirm(&fixture, &mine, &late).await,
        Err(AppError::Conflict)
    );
    assert_ne!(fixture.key(&mine).await, key);
    second_factor::sweep(&fixture.kh).await.expect("sweeps");
    let waiting = number(&fixture.kh, "SELECT COUNT(*) FROM two_factor_pending").await;
    assert_eq!(waiting, 1, "the other session's is forgotten");
}

/// Gives the password again, which is asked for before a key is shown.
async fn prove_again(fixture: &Fixture, browser: &Session) {
    let operation = access::Operation::named("two_factor.begin").expect("it is one");
    let staff = fixture.staff(browser).await;
    service::step_up::prove(&fixture.kh, &staff, operation, PASSWORD)
        .await
        .expect("it is theirs");
}

async fn r33_setting_it_up_takes_a_code_of_the_key_and_a_new_session(fixture: Fixture) {
    let owner = fixture.found().await;
    let phone = Phone::with(&fixture.key(&owner).await);
    let old = owner.id();
    for (typed, why) in [
        ("", ProblemCode::Required),
        ("000000", ProblemCode::CodeWrong),
        ("not a code", ProblemCode::CodeWrong),
    ] {
        let refused = confirm(&fixture, &owner, typed).await;
        let problems = domain::Problems::one("code", why);
        assert_eq!(refused, Err(AppError::Invalid(problems)), "{typed}");
    }
    // A code of the far past or future is none, whatever time the browser believes it is.
    let far = Instant(fixture.kh.now().0 + 90_000);
    assert_eq!(
        confirm(&fixture, &owner, &phone.code(far)).await,
        Err(wrong("code"))
    );
    assert_eq!(fact(&fixture, "Ada", "two_factor").await, "0");

    let typed = phone.code(fixture.kh.now());
    confirm(&fixture, &owner, &typed).await.expect("confirms");
    assert_ne!(owner.id(), old, "a new id");
    let staff = fixture.staff(&owner).await;
    assert!(staff.me.two_factor);
    let gone = service::sessions::resolve(&fixture.kh, old, fixture.client()).await;
    assert!(matches!(
        gone.expect("answers"),
        Visitor::Nobody {
            ended: Some(EndedWhy::NextStage)
        }
    ));
    let shown = view(&fixture, &owner).await.expect("looks");
    assert_eq!(shown.codes.len(), 10);
    assert_eq!(shown.factor.on.expect("is on").codes_left, 10);
    assert!(shown.key.is_none(), "the key is shown no more");
    // Set up once, until it is turned off.
    let visitor = fixture.visitor(&owner).await;
    let again = second_factor::begin(&fixture.kh, &visitor).await;
    assert_eq!(error(again), AppError::Conflict);
}

async fn r34_who_owes_a_code_sets_up_nothing_else(fixture: Fixture) {
    let (_, enrolled) = dana(&fixture).await;
    let browser = half(&fixture.kh, &fixture).await;
    let visitor = fixture.visitor(&browser).await;
    let due = AppError::Due(Due::SecondFactor);
    let kh = &fixture.kh;
    assert_eq!(error(second_factor::begin(kh, &visitor).await), due);
    assert_eq!(error(second_factor::view(kh, &visitor).await), due);
    let typed = enrolled.phone.code(kh.now());
    let confirmed = second_factor::confirm(kh, &visitor, &browser, &typed).await;
    assert_eq!(error(confirmed), due);
    // And who owes the set-up passes no second step.
    write(kh, "UPDATE business SET require_two_factor = 'everyone'").await;
    let ada = fixture.sign_in("Ada").await;
    let refused = pass(&fixture, &ada, code("123456")).await;
    assert_eq!(refused, Err(AppError::Due(Due::Enrolment)));
}

async fn r34_setting_it_up_ends_the_sessions_that_the_password_alone_opened(fixture: Fixture) {
    fixture.found().await;
    allow_many_sessions(&fixture).await;
    let (mine, other) = (fixture.sign_in("Ada").await, fixture.sign_in("Ada").await);
    let newest = newest_entry(&fixture.kh).await;
    assert_eq!(fixture.enrol(&mine).await.codes.len(), 10);
    let entries = entries_after(&fixture.kh, newest).await;
    // The other one, and that in which the business was set up.
    let after = r#"{"sessions_ended":2,"two_factor":true}"#;
    assert!(
        entries.iter().any(|entry| entry.after == after),
        "{entries:?}"
    );
    let there = fixture.visitor(&other).await;
    assert!(
        matches!(
            there,
            Visitor::Nobody {
                ended: Some(EndedWhy::TwoFactorOn)
            }
        ),
        "{there:?}"
    );
    fixture.staff(&mine).await;
}

async fn r34_a_sign_in_under_way_while_it_is_set_up_still_owes_the_code(fixture: Fixture) {
    fixture.found().await;
    allow_many_sessions(&fixture).await;
    let ada = fixture.sign_in("Ada").await;
    let person = fixture.staff(&ada).await.caller.person.id;
    // The door looked before there was a second factor, and compares the password meanwhile.
    let open = service::sessions::OpenSession {
        person,
        factor_shown: false,
        password_set: None,
        proved: None,
        signs_in: true,
        ip: String::new(),
        user_agent: String::new(),
        request_id: String::new(),
    };
    fixture.enrol(&ada).await;
    let late = fixture.browser();
    late.insert(service::sessions::OPEN, open)
        .await
        .expect("in memory");
    late.save().await.expect("begins");
    let visitor = fixture.visitor(&late).await;
    assert!(
        matches!(&visitor, Visitor::Half(half) if half.due == Due::SecondFactor),
        "{visitor:?}"
    );
}
