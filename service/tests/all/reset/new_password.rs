//! Setting the new password: what it must be, and what it ends and gives back.

use domain::passwords::NewPassword;
use domain::second_factor::SecondStep;
use domain::{AppError, EndedWhy, ProblemCode};
use service::testing::{Fixture, PASSWORD};
use service::{Visitor, passwords, tries, users};

use super::{DANA, NEW, link, lock, mails, people, reset, signs_in};
use crate::support::{
    MINUTE, STEP, entries_after, error, fact, id_of, newest_entry, number, text, try_sign_in, write,
};

on_both! {
    r16_a_reset_gives_a_switched_off_password_its_use_back,
    r17_a_stranger_who_locks_keeps_nobody_out_a_reset_opens,
    r18_a_reset_ends_a_lock_and_so_does_an_admin,
    r26_a_reset_signs_nobody_in_ends_every_session_and_leaves_two_factor_alone,
    r26_a_sign_in_under_way_with_the_old_password_opens_nothing,
    r1_beside_two_factor_ten_characters_do_and_it_is_remembered,
    r4_a_reset_refuses_what_an_invitation_refuses,
}

async fn r16_a_reset_gives_a_switched_off_password_its_use_back(fixture: Fixture) {
    let (ada, _) = people(&fixture).await;
    for n in 0..100 {
        // Past every lock: the count goes on.
        if n % 5 == 0 {
            fixture.clock.advance(MINUTE * 15);
        }
        assert!(!signs_in(&fixture, &format!("wrong {n}")).await);
    }
    assert_eq!(fact(&fixture, "Dana", "failures").await, "100");
    fixture.clock.advance(MINUTE * 60 * 24 * 30);
    let compared = fixture.kh.hasher().compared();
    assert!(!signs_in(&fixture, PASSWORD).await, "of no use any more");
    assert_eq!(
        fixture.kh.hasher().compared(),
        compared,
        "not even compared"
    );
    assert_eq!(fact(&fixture, "Dana", "failures").await, "100");
    // The last entry about it says so.
    tries::notes::write_down(&fixture.kh).await.expect("writes");
    let sql = "SELECT after_json FROM audit WHERE action = 'user.lock' ORDER BY seq DESC LIMIT 1";
    let last = text(&fixture.kh, sql).await;
    assert!(last.contains("\"password_disabled\":true"), "{last}");
    // Nor does an admin who unlocks give it back; a new one does.
    let ada_again = fixture.sign_in("Ada").await;
    let ada_again = fixture.staff(&ada_again).await;
    let id = id_of(&fixture, "Dana").await;
    let facts = users::view_sign_in(&fixture.kh, &ada_again, &id).await;
    assert!(facts.expect("a card").facts.password_disabled);
    drop(ada);
    let token = link(&fixture).await;
    reset(&fixture.kh, &fixture, &token, NEW)
        .await
        .expect("resets");
    assert!(signs_in(&fixture, NEW).await);
    assert_eq!(fact(&fixture, "Dana", "failures").await, "0");
}

async fn r17_a_stranger_who_locks_keeps_nobody_out_a_reset_opens(fixture: Fixture) {
    let (_, dana) = people(&fixture).await;
    lock(&fixture).await;
    fixture.staff(&dana).await;
    let token = link(&fixture).await;
    reset(&fixture.kh, &fixture, &token, NEW)
        .await
        .expect("resets");
    assert!(signs_in(&fixture, NEW).await);
    assert!(!signs_in(&fixture, PASSWORD).await);
}

async fn r18_a_reset_ends_a_lock_and_so_does_an_admin(fixture: Fixture) {
    let (ada, _) = people(&fixture).await;
    let id = id_of(&fixture, "Dana").await;
    let answer = users::unlock(&fixture.kh, &ada, &id).await;
    assert_eq!(error(answer), AppError::Conflict, "nothing to unlock");
    lock(&fixture).await;
    let before = newest_entry(&fixture.kh).await;
    users::unlock(&fixture.kh, &ada, &id)
        .await
        .expect("unlocks");
    let entries = entries_after(&fixture.kh, before).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (&*entries[0].action, &*entries[0].actor, &*entries[0].object),
        ("user.unlock", "Ada Owner", "Dana Tester")
    );
    assert!(signs_in(&fixture, PASSWORD).await);
    lock(&fixture).await;
    let token = link(&fixture).await;
    reset(&fixture.kh, &fixture, &token, NEW)
        .await
        .expect("resets");
    for column in ["failed", "failures", "locked_until"] {
        assert_eq!(fact(&fixture, "Dana", column).await, "0", "{column}");
    }
}

async fn r26_a_reset_signs_nobody_in_ends_every_session_and_leaves_two_factor_alone(
    fixture: Fixture,
) {
    let (_, first) = people(&fixture).await;
    let enrolled = fixture.enrol(&first).await;
    let second = fixture
        .session_for(fixture.staff(&first).await.caller.person.id)
        .await;
    let half = fixture.sign_in("Dana").await;
    let token = link(&fixture).await;
    mails(&fixture).await;
    let before = newest_entry(&fixture.kh).await;
    let done = reset(&fixture.kh, &fixture, &token, NEW)
        .await
        .expect("resets");
    assert_eq!((done.go.as_deref(), done.reload), (Some("/sign-in"), true));
    for browser in [&first, &second, &half] {
        let visitor = fixture.visitor(browser).await;
        let Visitor::Nobody { ended } = visitor else {
            panic!("{visitor:?}")
        };
        assert_eq!(ended, Some(EndedWhy::PasswordReset), "it says why");
    }
    assert_eq!(
        number(&fixture.kh, "SELECT COUNT(*) FROM sessions WHERE ended = 0").await,
        1,
        "Ada's"
    );
    assert_eq!(fact(&fixture, "Dana", "two_factor").await, "1");
    let entries = entries_after(&fixture.kh, before).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!(
        (&*entries[0].action, &*entries[0].actor, &*entries[0].after),
        ("password.reset", "Dana Tester", r#"{"sessions_ended":3}"#)
    );
    let notice = mails(&fixture).await;
    assert_eq!(notice.len(), 1);
    assert_eq!(
        notice[0].subject,
        "Your password for Ada's Hire was changed"
    );
    // The second factor is still asked for, and what showed it before does.
    fixture.clock.advance(STEP * 2);
    let code = SecondStep {
        code: enrolled.phone.code(fixture.kh.now()),
        ..SecondStep::default()
    };
    let recovery = SecondStep {
        recovery: Some(enrolled.codes[0].clone()),
        ..SecondStep::default()
    };
    for form in [code, recovery] {
        let half = try_sign_in(&fixture.kh, &fixture, DANA, NEW)
            .await
            .expect("half");
        let visitor = fixture.visitor(&half).await;
        assert!(matches!(visitor, Visitor::Half(_)), "{visitor:?}");
        service::second_factor::pass(&fixture.kh, &visitor, &half, form)
            .await
            .expect("is in");
        fixture.staff(&half).await;
    }
}

async fn r26_a_sign_in_under_way_with_the_old_password_opens_nothing(fixture: Fixture) {
    people(&fixture).await;
    // Compared with the old password, while a new one is being set.
    let set = fact(&fixture, "Dana", "password_set").await;
    fixture.clock.advance(MINUTE);
    let token = link(&fixture).await;
    reset(&fixture.kh, &fixture, &token, NEW)
        .await
        .expect("resets");
    let late = fixture.browser();
    let open = service::sessions::OpenSession {
        person: id_of(&fixture, "Dana").await.parse().expect("an id"),
        factor_shown: true,
        password_set: Some(access::Instant(set.parse().expect("a number"))),
        proved: None,
        signs_in: true,
        ip: String::new(),
        user_agent: String::new(),
        request_id: String::new(),
    };
    late.insert(service::sessions::OPEN, open)
        .await
        .expect("in memory");
    assert!(late.save().await.is_err());
    let visitor = fixture.visitor(&late).await;
    assert!(matches!(visitor, Visitor::Nobody { .. }), "{visitor:?}");
}

async fn r1_beside_two_factor_ten_characters_do_and_it_is_remembered(fixture: Fixture) {
    people(&fixture).await;
    let ten = "quartz oak";
    let short = AppError::Invalid(domain::Problems::one(
        "password",
        ProblemCode::PasswordShort { min: 15 },
    ));
    let token = link(&fixture).await;
    let answer = reset(&fixture.kh, &fixture, &token, ten).await;
    assert_eq!(answer, Err(short));
    let answer = reset(&fixture.kh, &fixture, &token, "quartz oak lam").await;
    assert!(matches!(answer, Err(AppError::Invalid(_))), "fourteen");
    write(
        &fixture.kh,
        "UPDATE users SET two_factor = 1 WHERE first_name = 'Dana'",
    )
    .await;
    let view = passwords::reset_view(&fixture.kh, &token)
        .await
        .expect("good");
    assert_eq!(view.min, 10);
    reset(&fixture.kh, &fixture, &token, ten)
        .await
        .expect("resets");
    assert_eq!(fact(&fixture, "Dana", "password_alone").await, "0");
    let token = link(&fixture).await;
    reset(&fixture.kh, &fixture, &token, "quartz oak lamp")
        .await
        .expect("resets");
    assert_eq!(fact(&fixture, "Dana", "password_alone").await, "1");
}

async fn r4_a_reset_refuses_what_an_invitation_refuses(fixture: Fixture) {
    people(&fixture).await;
    let token = link(&fixture).await;
    let refused = async |password: &str| match reset(&fixture.kh, &fixture, &token, password).await
    {
        Err(AppError::Invalid(problems)) => problems.of("password").cloned(),
        other => panic!("{password}: {other:?}"),
    };
    for (password, problem) in [
        ("passwordpassword2026", ProblemCode::PasswordCommon),
        ("Dana Tester 20262026", ProblemCode::PasswordFamiliar),
        ("adas hire adas hire", ProblemCode::PasswordFamiliar),
        ("Downtown Downtown 1", ProblemCode::PasswordFamiliar),
        ("airport ada's hire", ProblemCode::PasswordFamiliar),
        ("dana@shop.example", ProblemCode::PasswordFamiliar),
        ("Keyholder 20262026", ProblemCode::PasswordFamiliar),
        (&"x".repeat(1_025), ProblemCode::PasswordLong),
    ] {
        assert_eq!(refused(password).await, Some(problem), "{password}");
    }
    let differ = NewPassword {
        password: NEW.to_owned(),
        again: PASSWORD.to_owned(),
    };
    let answer = passwords::reset(&fixture.kh, &fixture.client(), &token, differ).await;
    let AppError::Invalid(problems) = error(answer) else {
        panic!("they differ")
    };
    assert_eq!(problems.of("again"), Some(&ProblemCode::PasswordsDiffer));
    reset(&fixture.kh, &fixture, &token, NEW)
        .await
        .expect("the link is still good");
}
