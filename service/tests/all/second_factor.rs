//! The second factor (product §6): set up, shown at sign-in, used once.

use std::time::Duration;

use access::{Due, Instant};
use domain::second_factor::{SecondStep, TwoFactorView};
use domain::{AppError, Done, EndedWhy, ProblemCode};
use service::testing::{Enrolled, Fixture, PASSWORD, Phone};
use service::{Keyholder, Visitor, second_factor};
use tower_sessions::Session;

use crate::support::{
    MOMENT, allow_many_sessions, at_once, entries_after, error, fact, id_of, newest_entry, number,
    texts, try_sign_in, write,
};

on_both! {
    r33_a_key_is_the_servers_and_opens_nothing_before_it_is_confirmed,
    r33_a_key_belongs_to_the_session_that_asked_for_it_and_to_its_hour,
    r33_setting_it_up_takes_a_code_of_the_key_and_a_new_session,
    r32_a_code_is_accepted_once_and_none_before_it_any_more,
    r32_two_uses_of_one_code_at_the_same_moment_let_one_in,
    r34_what_is_set_up_is_demanded_whatever_the_policy,
    r34_who_owes_a_code_sets_up_nothing_else,
    r35_a_recovery_code_is_good_once_and_for_its_owner_only,
    r35_two_uses_of_one_recovery_code_at_the_same_moment_let_one_in,
    r36_keys_that_were_swapped_or_changed_open_nothing,
    r15_wrong_codes_and_wrong_passwords_lock_the_same_account,
    r14_parallel_wrong_codes_are_five_tries,
    r17_wrong_codes_from_one_place_are_limited_together_with_wrong_passwords,
    r15_setting_it_up_in_an_open_session_forgives_no_wrong_tries,
    r35_who_signs_in_with_a_recovery_code_is_told_by_mail,
    r18_a_right_code_is_refused_like_a_wrong_one_while_locked,
    r45_a_completed_second_step_ends_the_older_session,
    r40_a_half_session_that_was_ended_is_not_completed,
    fresh_codes_are_shown_until_they_are_put_away_or_ten_minutes_are_over,
    r58_no_key_and_no_code_is_in_the_database_the_log_or_the_mails,
}

/// One time step.
const STEP: Duration = Duration::from_secs(30);
const DANA: &str = "dana@shop.example";

/// Dana works, and has a second factor. Everybody may have several sessions.
async fn dana(fixture: &Fixture) -> (Session, Enrolled) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(fixture).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let enrolled = fixture.enrol(&dana).await;
    // The code that confirmed it is over.
    fixture.clock.advance(STEP * 2);
    (dana, enrolled)
}

/// A right password at a node.
async fn half(kh: &Keyholder, fixture: &Fixture) -> Session {
    let browser = try_sign_in(kh, fixture, DANA, PASSWORD).await;
    browser.expect("the password is right")
}

fn code(code: &str) -> SecondStep {
    SecondStep {
        code: code.to_owned(),
        ..SecondStep::default()
    }
}

fn recovery(code: &str) -> SecondStep {
    SecondStep {
        recovery: Some(code.to_owned()),
        ..SecondStep::default()
    }
}

/// The second step in a browser.
async fn pass(fixture: &Fixture, browser: &Session, form: SecondStep) -> Result<Done, AppError> {
    let visitor = fixture.visitor(browser).await;
    Ok(second_factor::pass(&fixture.kh, &visitor, browser, form).await?)
}

/// Password, then this.
async fn sign_in(fixture: &Fixture, form: SecondStep) -> Result<Session, AppError> {
    let browser = half(&fixture.kh, fixture).await;
    pass(fixture, &browser, form).await?;
    Ok(browser)
}

fn wrong(field: &str) -> AppError {
    let code = match field {
        "code" => ProblemCode::CodeWrong,
        _ => ProblemCode::RecoveryWrong,
    };
    AppError::Invalid(domain::Problems::one(field, code))
}

async fn view(fixture: &Fixture, browser: &Session) -> Result<TwoFactorView, AppError> {
    let visitor = fixture.visitor(browser).await;
    Ok(second_factor::view(&fixture.kh, &visitor).await?)
}

async fn confirm(fixture: &Fixture, browser: &Session, code: &str) -> Result<Done, AppError> {
    let visitor = fixture.visitor(browser).await;
    Ok(second_factor::confirm(&fixture.kh, &visitor, browser, code).await?)
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

async fn r32_a_code_is_accepted_once_and_none_before_it_any_more(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(&fixture).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let phone = fixture.enrol(&dana).await.phone;
    let at = |steps: i64| Instant(fixture.kh.now().0 + steps * 30_000);
    let try_code = async |at: Instant| sign_in(&fixture, code(&phone.code(at))).await.err();
    // What confirmed the set-up was used by that.
    assert_eq!(try_code(at(0)).await, Some(wrong("code")));
    assert_eq!(
        try_code(at(-1)).await,
        Some(wrong("code")),
        "and one before it is over"
    );

    fixture.clock.advance(STEP * 3);
    assert_eq!(try_code(at(0)).await, None);
    assert_eq!(
        try_code(at(0)).await,
        Some(wrong("code")),
        "again in its step"
    );
    assert_eq!(
        try_code(at(-1)).await,
        Some(wrong("code")),
        "the step before"
    );
    fixture.clock.advance(STEP);
    assert_eq!(
        try_code(at(-1)).await,
        Some(wrong("code")),
        "again in the next step"
    );
    assert_eq!(try_code(at(0)).await, None);

    // One of the next step is accepted early; then the present one has passed.
    fixture.clock.advance(STEP * 3);
    assert_eq!(try_code(at(1)).await, None);
    assert_eq!(try_code(at(0)).await, Some(wrong("code")));
    assert_eq!(
        try_code(at(2)).await,
        Some(wrong("code")),
        "two steps ahead is too early"
    );
    fixture.clock.advance(STEP);
    assert_eq!(
        try_code(at(0)).await,
        Some(wrong("code")),
        "it was used a step ago"
    );
    fixture.clock.advance(STEP);
    assert_eq!(try_code(at(0)).await, None);
}

/// A second step at a node, as a task.
async fn attempt(
    kh: Keyholder,
    browser: Session,
    client: service::Client,
    form: SecondStep,
) -> Result<Done, AppError> {
    let visitor = service::sessions::resolve(&kh, browser.id(), client).await?;
    Ok(second_factor::pass(&kh, &visitor, &browser, form).await?)
}

/// Several half sessions, on these nodes by turns.
async fn halves(
    fixture: &Fixture,
    nodes: &[Keyholder; 2],
    count: usize,
) -> Vec<(Keyholder, Session)> {
    let mut found = Vec::new();
    for n in 0..count {
        let kh = nodes[n % 2].clone();
        let browser = half(&kh, fixture).await;
        found.push((kh, browser));
    }
    found
}

async fn r32_two_uses_of_one_code_at_the_same_moment_let_one_in(fixture: Fixture) {
    let (_, enrolled) = dana(&fixture).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    for _ in 0..5 {
        fixture.clock.advance(STEP * 2);
        let typed = enrolled.phone.code(fixture.kh.now());
        let tries = halves(&fixture, &nodes, 4).await.into_iter();
        let tries = tries.map(|(kh, browser)| attempt(kh, browser, fixture.client(), code(&typed)));
        let answers = at_once(tries.collect::<Vec<_>>()).await;
        let in_at_last = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(in_at_last, 1, "{answers:?}");
        write(
            &fixture.kh,
            "UPDATE users SET failed = 0, pending = 0, locked_until = 0",
        )
        .await;
    }
}

async fn r34_what_is_set_up_is_demanded_whatever_the_policy(fixture: Fixture) {
    let (open, enrolled) = dana(&fixture).await;
    for policy in ["off", "admins", "everyone"] {
        let sql = format!("UPDATE business SET require_two_factor = '{policy}'");
        write(&fixture.kh, &sql).await;
        fixture.clock.advance(STEP * 2);
        let browser = half(&fixture.kh, &fixture).await;
        let Visitor::Half(visitor) = fixture.visitor(&browser).await else {
            panic!("the password is not enough");
        };
        assert_eq!(visitor.due, Due::SecondFactor, "{policy}");
        let typed = enrolled.phone.code(fixture.kh.now());
        pass(&fixture, &browser, code(&typed))
            .await
            .expect("passes");
        fixture.staff(&browser).await;
        // Who was in already stays in: they have shown it.
        fixture.staff(&open).await;
    }
    // A code alone is no way in at all.
    let nobody = fixture.browser();
    let typed = enrolled.phone.code(Instant(fixture.kh.now().0 + 30_000));
    let refused = pass(&fixture, &nobody, code(&typed)).await;
    assert_eq!(refused, Err(AppError::SignedOut { ended: None }));
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

async fn r35_a_recovery_code_is_good_once_and_for_its_owner_only(fixture: Fixture) {
    let (_, enrolled) = dana(&fixture).await;
    let owner = fixture.sign_in("Ada").await;
    let of_ada = fixture.enrol(&owner).await;
    let [first, second, ..] = enrolled.codes.as_slice() else {
        panic!("ten codes");
    };
    let refused = sign_in(&fixture, recovery(&of_ada.codes[0])).await.err();
    assert_eq!(refused, Some(wrong("recovery")), "somebody else's");
    let typed = first.to_lowercase().replace('-', " ");
    let browser = sign_in(&fixture, recovery(&typed)).await.expect("is in");
    let on = view(&fixture, &browser).await.expect("looks").factor.on;
    assert_eq!(on.expect("is on").codes_left, 9);
    assert_eq!(
        sign_in(&fixture, recovery(first)).await.err(),
        Some(wrong("recovery")),
        "again"
    );
    for none in ["", "AAAA-AAAA-AAAA-AAAA", "UJZD", "not one at all"] {
        let answer = sign_in(
            &fixture,
            SecondStep {
                recovery: Some(none.to_owned()),
                ..code("")
            },
        )
        .await;
        assert!(answer.is_err(), "{none}");
        write(&fixture.kh, "UPDATE users SET failed = 0").await;
    }
    sign_in(&fixture, recovery(second)).await.expect("is in");
    // They are hashed, and all of a set under one salt.
    let kept = texts(&fixture.kh, "SELECT hash FROM recovery_codes").await;
    assert_eq!(kept.len(), 20);
    let bare: Vec<String> = enrolled
        .codes
        .iter()
        .map(|code| code.replace('-', ""))
        .collect();
    assert!(
        kept.iter()
            .all(|hash| hash.len() == 64 && !bare.contains(hash))
    );
    let settings = texts(&fixture.kh, "SELECT codes_setting FROM two_factor").await;
    assert_eq!(settings.len(), 2);
    assert_ne!(settings[0], settings[1]);
}

async fn r35_two_uses_of_one_recovery_code_at_the_same_moment_let_one_in(fixture: Fixture) {
    let (_, enrolled) = dana(&fixture).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    for one in &enrolled.codes[..5] {
        let tries = halves(&fixture, &nodes, 4).await.into_iter();
        let tries =
            tries.map(|(kh, browser)| attempt(kh, browser, fixture.client(), recovery(one)));
        let answers = at_once(tries.collect::<Vec<_>>()).await;
        let in_at_last = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(in_at_last, 1, "{answers:?}");
        write(
            &fixture.kh,
            "UPDATE users SET failed = 0, pending = 0, locked_until = 0",
        )
        .await;
    }
    let used = "SELECT COUNT(*) FROM recovery_codes WHERE used > 0";
    assert_eq!(number(&fixture.kh, used).await, 5);
}

async fn r36_keys_that_were_swapped_or_changed_open_nothing(fixture: Fixture) {
    let (_, of_dana) = dana(&fixture).await;
    let owner = fixture.sign_in("Ada").await;
    let of_ada = fixture.enrol(&owner).await;
    fixture.clock.advance(STEP * 2);
    let (ada, dana) = (id_of(&fixture, "Ada").await, id_of(&fixture, "Dana").await);
    let sealed = async |id: &str| {
        let sql = format!("SELECT secret_sealed FROM two_factor WHERE user_id = '{id}'");
        texts(&fixture.kh, &sql).await.remove(0)
    };
    let put = async |id: &str, sealed: &str| {
        let sql =
            format!("UPDATE two_factor SET secret_sealed = '{sealed}' WHERE user_id = '{id}'");
        assert_eq!(write(&fixture.kh, &sql).await, 1);
    };
    let (key_of_ada, key_of_dana) = (sealed(&ada).await, sealed(&dana).await);
    put(&ada, &key_of_dana).await;
    put(&dana, &key_of_ada).await;
    for phone in [&of_ada.phone, &of_dana.phone] {
        let typed = phone.code(fixture.kh.now());
        assert_eq!(
            sign_in(&fixture, code(&typed)).await.err(),
            Some(wrong("code"))
        );
        let browser = fixture.sign_in("Ada").await;
        let refused = pass(&fixture, &browser, code(&typed)).await;
        assert_eq!(refused, Err(wrong("code")));
    }
    put(&dana, "").await;
    let typed = of_dana.phone.code(fixture.kh.now());
    assert_eq!(
        sign_in(&fixture, code(&typed)).await.err(),
        Some(wrong("code"))
    );
    put(&dana, &key_of_dana).await;
    sign_in(&fixture, code(&typed))
        .await
        .expect("its own opens");
    // A key that waits is sealed to its place too.
    write(
        &fixture.kh,
        "UPDATE users SET two_factor = 0 WHERE first_name = 'Ada'",
    )
    .await;
    write(
        &fixture.kh,
        &format!("DELETE FROM two_factor WHERE user_id = '{ada}'"),
    )
    .await;
    let browser = fixture.sign_in("Ada").await;
    let phone = Phone::with(&fixture.key(&browser).await);
    let moved = format!("UPDATE two_factor_pending SET secret_sealed = '{key_of_ada}'");
    write(&fixture.kh, &moved).await;
    for phone in [&phone, &of_ada.phone] {
        let typed = phone.code(fixture.kh.now());
        assert!(confirm(&fixture, &browser, &typed).await.is_err());
    }
    assert_eq!(fact(&fixture, "Ada", "two_factor").await, "0");
}

async fn r15_wrong_codes_and_wrong_passwords_lock_the_same_account(fixture: Fixture) {
    let (_, enrolled) = dana(&fixture).await;
    let browser = half(&fixture.kh, &fixture).await;
    assert!(
        try_sign_in(&fixture.kh, &fixture, DANA, "wrong")
            .await
            .is_err()
    );
    assert_eq!(
        pass(&fixture, &browser, code("000000")).await,
        Err(wrong("code"))
    );
    let none = recovery("AAAA-AAAA-AAAA-AAAA");
    assert_eq!(pass(&fixture, &browser, none).await, Err(wrong("recovery")));
    // A right password in between sets nothing back.
    half(&fixture.kh, &fixture).await;
    assert_eq!(fact(&fixture, "Dana", "failed").await, "3");
    assert_eq!(
        pass(&fixture, &browser, code("000000")).await,
        Err(wrong("code"))
    );
    assert_eq!(fact(&fixture, "Dana", "locked_until").await, "0");
    let before = newest_entry(&fixture.kh).await;
    assert_eq!(
        pass(&fixture, &browser, code("000000")).await,
        Err(wrong("code"))
    );
    let until = (fixture.kh.now().0 + 15 * 60_000).to_string();
    assert_eq!(fact(&fixture, "Dana", "locked_until").await, until);
    let entries = entries_after(&fixture.kh, before).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].action, "user.lock");
    // The end of the lock sets the count back; a complete sign-in does so too.
    fixture.clock.advance(Duration::from_mins(15));
    let browser = half(&fixture.kh, &fixture).await;
    assert_eq!(
        pass(&fixture, &browser, code("000000")).await,
        Err(wrong("code"))
    );
    assert_eq!(fact(&fixture, "Dana", "failed").await, "1");
    let typed = enrolled.phone.code(fixture.kh.now());
    pass(&fixture, &browser, code(&typed)).await.expect("is in");
    assert_eq!(fact(&fixture, "Dana", "failed").await, "0");
    assert_eq!(fact(&fixture, "Dana", "pending").await, "0");
}

async fn r14_parallel_wrong_codes_are_five_tries(fixture: Fixture) {
    let (_, enrolled) = dana(&fixture).await;
    let right = enrolled.phone.code(fixture.kh.now());
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let tries = halves(&fixture, &nodes, 12).await.into_iter();
    let tries = tries.map(|(kh, browser)| {
        let guess = if right == "111111" {
            "222222"
        } else {
            "111111"
        };
        attempt(kh, browser, fixture.client(), code(guess))
    });
    for answer in at_once(tries.collect::<Vec<_>>()).await {
        assert_eq!(answer, Err(wrong("code")));
    }
    assert_eq!(fact(&fixture, "Dana", "failed").await, "5");
    assert_eq!(fact(&fixture, "Dana", "pending").await, "0");
    assert_ne!(fact(&fixture, "Dana", "locked_until").await, "0");
}

async fn r18_a_right_code_is_refused_like_a_wrong_one_while_locked(fixture: Fixture) {
    let (_, enrolled) = dana(&fixture).await;
    let browser = half(&fixture.kh, &fixture).await;
    for _ in 0..5 {
        assert_eq!(
            pass(&fixture, &browser, code("000000")).await,
            Err(wrong("code"))
        );
    }
    let typed = enrolled.phone.code(fixture.kh.now());
    assert_eq!(
        pass(&fixture, &browser, code(&typed)).await,
        Err(wrong("code"))
    );
    let one = recovery(&enrolled.codes[0]);
    assert_eq!(
        pass(&fixture, &browser, one.clone()).await,
        Err(wrong("recovery"))
    );
    assert_eq!(
        number(
            &fixture.kh,
            "SELECT COUNT(*) FROM recovery_codes WHERE used > 0"
        )
        .await,
        0,
        "nothing is used up"
    );
    fixture.clock.advance(Duration::from_mins(15));
    pass(&fixture, &browser, one)
        .await
        .expect("it is good again");
}

async fn r45_a_completed_second_step_ends_the_older_session(fixture: Fixture) {
    let (older, enrolled) = dana(&fixture).await;
    write(&fixture.kh, "UPDATE business SET one_session = 1").await;
    let browser = half(&fixture.kh, &fixture).await;
    fixture.staff(&older).await;
    let halfway = browser.id();
    let before = newest_entry(&fixture.kh).await;
    let typed = enrolled.phone.code(fixture.kh.now());
    let form = SecondStep {
        next: "/settings/users?q=a".to_owned(),
        ..code(&typed)
    };
    let done = pass(&fixture, &browser, form).await.expect("is in");
    assert_eq!(done.go.as_deref(), Some("/settings/users?q=a"));
    assert_ne!(browser.id(), halfway, "a new id at each stage");
    fixture.staff(&browser).await;
    let gone = fixture.visitor(&older).await;
    assert!(
        matches!(
            gone,
            Visitor::Nobody {
                ended: Some(EndedWhy::Elsewhere)
            }
        ),
        "{gone:?}"
    );
    let kept: Vec<(String, String)> = entries_after(&fixture.kh, before)
        .await
        .into_iter()
        .map(|entry| (entry.action, entry.after))
        .collect();
    assert_eq!(
        kept,
        [
            (
                "session.pass_second_factor".to_owned(),
                r#"{"by":"code","codes_left":10}"#.to_owned()
            ),
            (
                "session.sign_in".to_owned(),
                r#"{"sessions_ended":1,"stage":"full"}"#.to_owned()
            ),
        ]
    );
}

async fn r40_a_half_session_that_was_ended_is_not_completed(fixture: Fixture) {
    let (_, enrolled) = dana(&fixture).await;
    let browser = half(&fixture.kh, &fixture).await;
    // The request is under way when the session is ended.
    let visitor = fixture.visitor(&browser).await;
    write(
        &fixture.kh,
        "UPDATE sessions SET ended = 1, ended_why = 'by_admin' WHERE stage = 'half'",
    )
    .await;
    let typed = enrolled.phone.code(fixture.kh.now());
    let refused = second_factor::pass(&fixture.kh, &visitor, &browser, code(&typed)).await;
    assert_eq!(error(refused), AppError::SignedOut { ended: None });
    assert_eq!(
        number(
            &fixture.kh,
            "SELECT COUNT(*) FROM sessions WHERE ended = 0 AND stage = 'half'"
        )
        .await,
        0
    );
    // The code is not used up by that, and no try is lost.
    assert_eq!(fact(&fixture, "Dana", "pending").await, "0");
    sign_in(&fixture, code(&typed)).await.expect("is in");
}

async fn fresh_codes_are_shown_until_they_are_put_away_or_ten_minutes_are_over(fixture: Fixture) {
    let owner = fixture.found().await;
    let enrolled = fixture.enrol(&owner).await;
    let staff = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let mut file = second_factor::codes_file(kh, &staff)
        .await
        .expect("is there");
    assert_eq!(file.name, "recovery-codes.txt");
    let file = file.pieces.next().await.expect("comes").expect("a piece");
    let file = String::from_utf8(file).expect("text");
    assert!(enrolled.codes.iter().all(|code| file.contains(code)));
    assert!(file.starts_with("Ada's Hire\nada@shop.example\n"));
    let saved = second_factor::finish(kh, &staff, "").await;
    let problems = domain::Problems::one("saved", ProblemCode::NotTicked);
    assert_eq!(error(saved), AppError::Invalid(problems));
    second_factor::finish(kh, &staff, "on")
        .await
        .expect("puts them away");
    assert!(
        view(&fixture, &owner)
            .await
            .expect("looks")
            .codes
            .is_empty()
    );
    let gone = second_factor::codes_file(kh, &staff).await.map(drop);
    assert_eq!(error(gone), AppError::NotFound);
    assert_eq!(
        error(second_factor::finish(kh, &staff, "on").await),
        AppError::Conflict
    );
    assert_eq!(
        number(
            kh,
            "SELECT COUNT(*) FROM two_factor WHERE fresh_codes_sealed IS NOT NULL"
        )
        .await,
        0
    );

    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    fixture.enrol(&dana).await;
    fixture
        .clock
        .advance(Duration::from_mins(10).saturating_sub(MOMENT));
    assert_eq!(view(&fixture, &dana).await.expect("looks").codes.len(), 10);
    fixture.clock.advance(MOMENT);
    assert!(view(&fixture, &dana).await.expect("looks").codes.is_empty());
    second_factor::sweep(kh).await.expect("sweeps");
    assert_eq!(
        number(
            kh,
            "SELECT COUNT(*) FROM two_factor WHERE fresh_codes_sealed IS NOT NULL"
        )
        .await,
        0
    );
}

async fn r58_no_key_and_no_code_is_in_the_database_the_log_or_the_mails(fixture: Fixture) {
    let (_, enrolled) = dana(&fixture).await;
    let browser = half(&fixture.kh, &fixture).await;
    let typed = enrolled.phone.code(fixture.kh.now());
    pass(&fixture, &browser, code(&typed)).await.expect("is in");
    let again = half(&fixture.kh, &fixture).await;
    let one = &enrolled.codes[0];
    pass(&fixture, &again, recovery(one)).await.expect("is in");
    let all = crate::support::Snapshot::of(&fixture.kh).await;
    for needle in [one.as_str(), &one.replace('-', "")] {
        assert!(
            all.tables_with(needle).is_empty(),
            "{:?}",
            all.tables_with(needle)
        );
    }
    let codes = texts(
        &fixture.kh,
        "SELECT before_json || after_json || reason FROM audit",
    )
    .await;
    assert!(codes.iter().all(|entry| !entry.contains(&typed)));
    service::outbox::run_due(&fixture.kh).await.expect("sends");
    for mail in fixture.mails.sent() {
        assert!(!mail.text.contains(one.as_str()) && !mail.text.contains(&typed));
    }
}

async fn r17_wrong_codes_from_one_place_are_limited_together_with_wrong_passwords(
    fixture: Fixture,
) {
    let (_, enrolled) = dana(&fixture).await;
    let browser = half(&fixture.kh, &fixture).await;
    assert_eq!(
        pass(&fixture, &browser, code("000000")).await.err(),
        Some(wrong("code"))
    );
    // A right one is not counted, nor the password before it.
    sign_in(&fixture, code(&enrolled.phone.code(fixture.kh.now())))
        .await
        .expect("is in");
    let hits = "SELECT hits FROM limits WHERE bucket LIKE 'sign-in:%'";
    assert_eq!(number(&fixture.kh, hits).await, 1);
    fixture.clock.advance(STEP);
    let browser = half(&fixture.kh, &fixture).await;
    // The others of the 300 came from the same place, to other accounts.
    let filled = "UPDATE limits SET hits = hits + 299 WHERE bucket LIKE 'sign-in:%'";
    assert_eq!(write(&fixture.kh, filled).await, 1);
    let right = code(&enrolled.phone.code(fixture.kh.now()));
    let refused = pass(&fixture, &browser, right).await.err();
    assert_eq!(refused, Some(AppError::TooMany { retry_after: 870 }));
    let failed = fact(&fixture, "Dana", "failed").await;
    assert_eq!(failed, "0", "the account is not concerned");
}

async fn r15_setting_it_up_in_an_open_session_forgives_no_wrong_tries(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    for _ in 0..3 {
        let refused = try_sign_in(&fixture.kh, &fixture, DANA, "not hers at all").await;
        assert!(refused.is_err());
    }
    let signed_in = fact(&fixture, "Dana", "last_sign_in").await;
    fixture.clock.advance(STEP);
    fixture.enrol(&dana).await;
    assert_eq!(fact(&fixture, "Dana", "failed").await, "3");
    assert_eq!(fact(&fixture, "Dana", "last_sign_in").await, signed_in);
}

async fn r35_who_signs_in_with_a_recovery_code_is_told_by_mail(fixture: Fixture) {
    let (_, enrolled) = dana(&fixture).await;
    let told = async || {
        service::outbox::run_due(&fixture.kh).await.expect("sends");
        let sent = fixture.mails.sent().into_iter();
        sent.filter(|mail| mail.to == DANA && mail.subject.contains("recovery code was used"))
            .map(|mail| mail.text)
            .collect::<Vec<_>>()
    };
    let right = code(&enrolled.phone.code(fixture.kh.now()));
    sign_in(&fixture, right).await.expect("is in");
    assert_eq!(told().await, [] as [&str; 0]);
    sign_in(&fixture, recovery(&enrolled.codes[0]))
        .await
        .expect("is in");
    let [mail] = &*told().await else {
        panic!("one mail");
    };
    assert!(mail.contains("9 are left"), "{mail}");
    assert!(!mail.contains(&enrolled.codes[0]), "{mail}");
}
