//! The second step of a sign-in: a code of the phone, good once and of its own key only, and
//! the session that it completes.

use access::{Due, Instant};
use domain::second_factor::SecondStep;
use domain::{AppError, EndedWhy};
use service::testing::{Fixture, Phone};
use service::{Visitor, second_factor};

use super::{code, confirm, dana, half, one_of_four_gets_in, pass, recovery, sign_in, wrong};
use crate::support::{
    STEP, allow_many_sessions, entries_after, error, fact, id_of, newest_entry, number, texts,
    write,
};

on_both! {
    r32_a_code_is_accepted_once_and_none_before_it_any_more,
    r32_two_uses_of_one_code_at_the_same_moment_let_one_in,
    r34_what_is_set_up_is_demanded_whatever_the_policy,
    r36_keys_that_were_swapped_or_changed_open_nothing,
    r45_a_completed_second_step_ends_the_older_session,
    r40_a_half_session_that_was_ended_is_not_completed,
    r58_no_key_and_no_code_is_in_the_database_the_log_or_the_mails,
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

async fn r32_two_uses_of_one_code_at_the_same_moment_let_one_in(fixture: Fixture) {
    let (_, enrolled) = dana(&fixture).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    for _ in 0..5 {
        fixture.clock.advance(STEP * 2);
        let typed = enrolled.phone.code(fixture.kh.now());
        one_of_four_gets_in(&fixture, &nodes, code(&typed)).await;
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
