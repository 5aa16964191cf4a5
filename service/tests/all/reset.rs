//! A new password by the link of a mail (product §5).

use std::sync::Arc;

use domain::mail::{MailKind, MailState, MailTrouble};
use domain::passwords::{ForgotPassword, NewPassword};
use domain::{AppError, Done, EndedWhy, ProblemCode};
use service::mail::{MailError, Message};
use service::testing::{Fixture, PASSWORD, PUBLIC_URL};
use service::{Keyholder, Staff, Visitor, outbox, passwords, users};
use tower_sessions::Session;

use crate::support::{
    MINUTE, Snapshot, allow_many_sessions, at_once, entries_after, error, fact, id_of, just_before,
    newest_entry, number, text, try_sign_in, write,
};

on_both! {
    r10_forgot_answers_every_address_alike,
    r12_forgot_answers_before_the_mail_server_is_asked_and_a_dead_one_shows_nothing,
    r16_a_reset_gives_a_switched_off_password_its_use_back,
    r17_a_stranger_who_locks_keeps_nobody_out_a_reset_opens,
    r18_a_reset_ends_a_lock_and_so_does_an_admin,
    r19_past_the_limit_of_an_address_the_answer_is_the_same_and_no_mail_goes_out,
    r19_past_the_limit_of_a_place_the_answer_is_the_same_and_no_mail_goes_out,
    r19_an_admin_who_sends_too_many_is_told,
    r19_past_the_limit_of_an_admins_place_no_link_is_mailed_to_anybody,
    r21_a_resets_token_is_stored_hashed_only,
    r22_a_link_lives_thirty_minutes_and_works_once_also_when_two_try_at_once,
    r22_a_newer_link_voids_the_older_one,
    r22_a_changed_password_and_a_deactivation_void_a_link,
    r23_looking_at_a_reset_uses_nothing_up,
    r25_a_reset_goes_to_the_one_stored_address,
    r26_a_reset_signs_nobody_in_ends_every_session_and_leaves_two_factor_alone,
    r26_a_sign_in_under_way_with_the_old_password_opens_nothing,
    r27_an_admin_starts_a_reset_and_learns_nothing_of_it,
    r1_beside_two_factor_ten_characters_do_and_it_is_remembered,
    r4_a_reset_refuses_what_an_invitation_refuses,
    r56_nobody_resets_or_unlocks_those_above_or_themselves,
    the_card_of_a_person_says_how_they_sign_in,
    a_mail_whose_link_is_void_does_not_go_out,
}

const DANA: &str = "dana@shop.example";
const NEW: &str = "violet anchor thunder mosaic";

async fn ada(fixture: &Fixture) -> Arc<Staff> {
    let owner = fixture.found().await;
    allow_many_sessions(fixture).await;
    fixture.staff(&owner).await
}

/// Ada, and Dana's browser.
async fn people(fixture: &Fixture) -> (Arc<Staff>, Session) {
    let ada = ada(fixture).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    (ada, dana)
}

async fn forgot(fixture: &Fixture, email: &str) -> Result<Done, AppError> {
    let form = ForgotPassword {
        email: email.to_owned(),
    };
    let done = passwords::forgot(&fixture.kh, &fixture.client(), form).await;
    fixture.kh.settled().await;
    Ok(done?)
}

/// The mails that go out now.
async fn mails(fixture: &Fixture) -> Vec<Message> {
    let before = fixture.mails.sent().len();
    outbox::run_due(&fixture.kh).await.expect("works");
    fixture.mails.sent().split_off(before)
}

/// Asks for a link and answers its secret.
async fn link(fixture: &Fixture) -> String {
    forgot(fixture, DANA).await.expect("answers");
    last_link(fixture).await
}

/// The secret of the link in the newest mail to a new password; notices may go out beside it.
async fn last_link(fixture: &Fixture) -> String {
    outbox::run_due(&fixture.kh).await.expect("works");
    let sent = fixture.mails.sent().into_iter().rev();
    let start = format!("{PUBLIC_URL}/reset-password/");
    let link = sent
        .filter_map(|mail| mail.link)
        .find(|link| link.starts_with(&start));
    link.expect("a mail").split_off(start.len())
}

async fn reset(
    kh: &Keyholder,
    fixture: &Fixture,
    token: &str,
    new: &str,
) -> Result<Done, AppError> {
    let form = NewPassword {
        password: new.to_owned(),
        again: new.to_owned(),
    };
    Ok(passwords::reset(kh, &fixture.client(), token, form).await?)
}

async fn signs_in(fixture: &Fixture, password: &str) -> bool {
    match try_sign_in(&fixture.kh, fixture, DANA, password).await {
        Ok(_) => true,
        Err(AppError::SignInFailed) => false,
        Err(other) => panic!("{other:?}"),
    }
}

async fn lock(fixture: &Fixture) {
    for n in 0..5 {
        assert!(!signs_in(fixture, &format!("wrong {n}")).await);
    }
    assert!(!signs_in(fixture, PASSWORD).await, "locked");
}

async fn r10_forgot_answers_every_address_alike(fixture: Fixture) {
    let (ada, _) = people(&fixture).await;
    fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    users::deactivate(&fixture.kh, &ada, &id_of(&fixture, "Dee").await)
        .await
        .expect("deactivates");
    fixture.invite(&ada, "Ivo", &["Crew"], &["Downtown"]).await;
    lock(&fixture).await;
    mails(&fixture).await;
    for (email, mailed) in [
        ("nobody@shop.example", 0),
        ("dee@shop.example", 0),
        ("ivo@shop.example", 0),
        (" Dana@Shop.Example", 1),
        ("ada@shop.example", 1),
    ] {
        let done = forgot(&fixture, email).await.expect("answers");
        assert_eq!(
            done,
            Done::quiet().go("/forgot-password?asked=1"),
            "{email}"
        );
        assert_eq!(mails(&fixture).await.len(), mailed, "{email}");
    }
}

async fn r12_forgot_answers_before_the_mail_server_is_asked_and_a_dead_one_shows_nothing(
    fixture: Fixture,
) {
    let (ada, _) = people(&fixture).await;
    mails(&fixture).await;
    fixture.mails.refuse(Some(MailError {
        trouble: MailTrouble::Unreachable,
        said: "connection refused".to_owned(),
        permanent: false,
    }));
    let known = forgot(&fixture, DANA).await;
    assert_eq!(known, forgot(&fixture, "nobody@shop.example").await);
    let dana = id_of(&fixture, "Dana").await;
    let state = async || {
        let view = users::view_sign_in(&fixture.kh, &ada, &dana).await;
        let mail = view.expect("a card").mails.remove(0);
        assert_eq!(mail.kind, MailKind::Reset);
        mail.state
    };
    assert_eq!(state().await, MailState::Queued, "nobody was asked yet");
    assert!(mails(&fixture).await.is_empty());
    assert!(matches!(state().await, MailState::Retrying { .. }));
    fixture.mails.refuse(None);
    fixture.clock.advance(MINUTE);
    assert_eq!(mails(&fixture).await.len(), 1, "nothing is lost");
    assert_eq!(state().await, MailState::Sent);
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

async fn r19_past_the_limit_of_an_address_the_answer_is_the_same_and_no_mail_goes_out(
    fixture: Fixture,
) {
    people(&fixture).await;
    mails(&fixture).await;
    let first = forgot(&fixture, DANA).await;
    for email in ["DANA@shop.example", DANA, DANA, DANA] {
        assert_eq!(forgot(&fixture, email).await, first);
    }
    // Each voided the one before, so that one mail is left to go.
    let token = last_link(&fixture).await;
    for _ in 0..5 {
        assert_eq!(forgot(&fixture, DANA).await, first);
        assert!(mails(&fixture).await.is_empty());
    }
    // The last link that went out is still good: nobody can keep her from it by asking.
    passwords::reset_view(&fixture.kh, &token)
        .await
        .expect("good");
    forgot(&fixture, "ada@shop.example").await.expect("answers");
    assert_eq!(mails(&fixture).await.len(), 1, "another address is another");
    fixture.clock.advance(MINUTE * 15);
    assert_eq!(forgot(&fixture, DANA).await, first);
    assert_eq!(mails(&fixture).await.len(), 1);
}

async fn r19_past_the_limit_of_a_place_the_answer_is_the_same_and_no_mail_goes_out(
    fixture: Fixture,
) {
    people(&fixture).await;
    mails(&fixture).await;
    for n in 0..60 {
        forgot(&fixture, &format!("nobody{n}@shop.example"))
            .await
            .expect("answers");
    }
    let answer = forgot(&fixture, DANA).await.expect("answers");
    assert_eq!(answer, Done::quiet().go("/forgot-password?asked=1"));
    assert!(mails(&fixture).await.is_empty());
    // Somebody elsewhere is not concerned.
    let elsewhere = service::Client::new("198.51.100.9", "", "test");
    let form = ForgotPassword {
        email: DANA.to_owned(),
    };
    passwords::forgot(&fixture.kh, &elsewhere, form)
        .await
        .expect("answers");
    fixture.kh.settled().await;
    assert_eq!(mails(&fixture).await.len(), 1);
}

async fn r19_an_admin_who_sends_too_many_is_told(fixture: Fixture) {
    let (ada, _) = people(&fixture).await;
    fixture.invite(&ada, "Ivo", &["Crew"], &["Downtown"]).await;
    let (dana, ivo) = (id_of(&fixture, "Dana").await, id_of(&fixture, "Ivo").await);
    for _ in 0..5 {
        users::send_reset(&fixture.kh, &ada, &dana)
            .await
            .expect("sends");
        users::resend_invite(&fixture.kh, &ada, &ivo)
            .await
            .expect("sends");
    }
    mails(&fixture).await;
    let before = Snapshot::of(&fixture.kh).await;
    let too_many = AppError::TooMany { retry_after: 900 };
    let answer = users::send_reset(&fixture.kh, &ada, &dana).await;
    assert_eq!(error(answer), too_many);
    let answer = users::resend_invite(&fixture.kh, &ada, &ivo).await;
    assert_eq!(error(answer), too_many);
    assert!(mails(&fixture).await.is_empty());
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
    // A stranger's asking does not use up what an admin may, nor the other way round.
    link(&fixture).await;
    fixture.clock.advance(MINUTE * 15);
    users::send_reset(&fixture.kh, &ada, &dana)
        .await
        .expect("sends");
}

async fn r19_past_the_limit_of_an_admins_place_no_link_is_mailed_to_anybody(fixture: Fixture) {
    let (ada, _) = people(&fixture).await;
    let resend = async |name: &str| {
        let id = id_of(&fixture, name).await;
        users::resend_invite(&fixture.kh, &ada, &id).await
    };
    for n in 0..12 {
        let name = format!("Ivo{n}");
        fixture.invite(&ada, &name, &["Crew"], &["Downtown"]).await;
        for _ in 0..5 {
            resend(&name).await.expect("sends");
        }
    }
    fixture.invite(&ada, "Ivo", &["Crew"], &["Downtown"]).await;
    mails(&fixture).await;
    let too_many = AppError::TooMany { retry_after: 900 };
    assert_eq!(error(resend("Ivo").await), too_many);
    let dana = id_of(&fixture, "Dana").await;
    let reset = async || users::send_reset(&fixture.kh, &ada, &dana).await;
    assert_eq!(error(reset().await), too_many);
    assert!(mails(&fixture).await.is_empty());
    fixture.clock.advance(MINUTE * 15);
    resend("Ivo").await.expect("sends");
    reset().await.expect("sends");
}

async fn r21_a_resets_token_is_stored_hashed_only(fixture: Fixture) {
    people(&fixture).await;
    forgot(&fixture, DANA).await.expect("answers");
    let waiting = Snapshot::of(&fixture.kh).await;
    let token = last_link(&fixture).await;
    assert!(token.len() >= 22, "128 bits and more: {token}");
    assert_eq!(
        waiting.tables_with(&token),
        [] as [&str; 0],
        "not in a waiting mail"
    );
    let sent = Snapshot::of(&fixture.kh).await;
    assert_eq!(sent.tables_with(&token), [] as [&str; 0]);
    assert_eq!(
        number(
            &fixture.kh,
            "SELECT LENGTH(token_hash) FROM password_resets"
        )
        .await,
        64
    );
}

async fn r22_a_link_lives_thirty_minutes_and_works_once_also_when_two_try_at_once(
    fixture: Fixture,
) {
    people(&fixture).await;
    let token = link(&fixture).await;
    fixture.clock.advance(MINUTE * 30);
    let answer = reset(&fixture.kh, &fixture, &token, NEW).await;
    assert_eq!(answer, Err(AppError::LinkOver));
    let token = link(&fixture).await;
    fixture.clock.advance(just_before(MINUTE * 30));
    passwords::reset_view(&fixture.kh, &token)
        .await
        .expect("good");
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let tries = (0..6).map(|n| {
        let (kh, client, token) = (nodes[n % 2].clone(), fixture.client(), token.clone());
        let password = format!("violet anchor thunder {n}");
        let form = NewPassword {
            again: password.clone(),
            password,
        };
        async move {
            let answer = passwords::reset(&kh, &client, &token, form).await;
            answer.map_err(AppError::from)
        }
    });
    let answers = at_once(tries).await;
    let won: Vec<usize> = (0..6).filter(|&n| answers[n].is_ok()).collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    for answer in &answers {
        assert!(
            matches!(answer, Ok(_) | Err(AppError::LinkOver)),
            "{answer:?}"
        );
    }
    assert!(signs_in(&fixture, &format!("violet anchor thunder {}", won[0])).await);
    let again = reset(&fixture.kh, &fixture, &token, NEW).await;
    assert_eq!(again, Err(AppError::LinkOver));
}

async fn r22_a_newer_link_voids_the_older_one(fixture: Fixture) {
    let (ada, _) = people(&fixture).await;
    let older = link(&fixture).await;
    // Whoever sent them.
    let id = id_of(&fixture, "Dana").await;
    users::send_reset(&fixture.kh, &ada, &id)
        .await
        .expect("sends");
    let newer = last_link(&fixture).await;
    assert_ne!(older, newer);
    let answer = reset(&fixture.kh, &fixture, &older, NEW).await;
    assert_eq!(answer, Err(AppError::LinkOver));
    reset(&fixture.kh, &fixture, &newer, NEW)
        .await
        .expect("resets");
}

async fn r22_a_changed_password_and_a_deactivation_void_a_link(fixture: Fixture) {
    let (ada, dana) = people(&fixture).await;
    let token = link(&fixture).await;
    let dana = fixture.staff(&dana).await;
    let form = domain::passwords::ChangePassword {
        current: PASSWORD.to_owned(),
        new: NewPassword {
            password: NEW.to_owned(),
            again: NEW.to_owned(),
        },
        end_others: false,
    };
    passwords::change(&fixture.kh, &dana, form)
        .await
        .expect("changes");
    let answer = reset(&fixture.kh, &fixture, &token, PASSWORD).await;
    assert_eq!(answer, Err(AppError::LinkOver));

    let token = link(&fixture).await;
    let id = id_of(&fixture, "Dana").await;
    users::deactivate(&fixture.kh, &ada, &id)
        .await
        .expect("may");
    let answer = reset(&fixture.kh, &fixture, &token, PASSWORD).await;
    assert_eq!(answer, Err(AppError::LinkOver));
    users::reactivate(&fixture.kh, &ada, &id)
        .await
        .expect("may");
    let answer = reset(&fixture.kh, &fixture, &token, PASSWORD).await;
    assert_eq!(answer, Err(AppError::LinkOver), "nor later");
}

async fn r23_looking_at_a_reset_uses_nothing_up(fixture: Fixture) {
    people(&fixture).await;
    let token = link(&fixture).await;
    let before = Snapshot::of(&fixture.kh).await;
    let nobody = Visitor::Nobody { ended: None };
    for _ in 0..3 {
        let view = passwords::reset_view(&fixture.kh, &token)
            .await
            .expect("good");
        assert_eq!((view.email.as_str(), view.min), (DANA, 15));
        let strength =
            passwords::strength(&fixture.kh, &nobody, "dana tester dana".to_owned(), &token);
        let problem = strength.await.expect("answers").problem;
        assert_eq!(problem, Some(ProblemCode::PasswordFamiliar), "it knows her");
    }
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
    reset(&fixture.kh, &fixture, &token, NEW)
        .await
        .expect("resets");
}

async fn r25_a_reset_goes_to_the_one_stored_address(fixture: Fixture) {
    people(&fixture).await;
    mails(&fixture).await;
    for many in [
        "dana@shop.example,eve@evil.example",
        "dana@shop.example\r\nBcc: eve@evil.example",
        "[\"dana@shop.example\"]",
    ] {
        let answer = forgot(&fixture, many).await;
        assert!(matches!(answer, Err(AppError::Invalid(_))), "{many}");
    }
    assert!(mails(&fixture).await.is_empty());
    forgot(&fixture, "ｄANA@shop.example")
        .await
        .expect("answers");
    let sent = mails(&fixture).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to, DANA, "as it is stored, not as it was typed");
    assert!(!sent[0].text.contains("ｄANA"));
}

async fn r26_a_reset_signs_nobody_in_ends_every_session_and_leaves_two_factor_alone(
    fixture: Fixture,
) {
    let (_, first) = people(&fixture).await;
    let second = fixture.sign_in("Dana").await;
    write(
        &fixture.kh,
        "UPDATE users SET two_factor = 1 WHERE first_name = 'Dana'",
    )
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
    // The second factor is still asked for.
    let half = try_sign_in(&fixture.kh, &fixture, DANA, NEW)
        .await
        .expect("half");
    let visitor = fixture.visitor(&half).await;
    assert!(matches!(visitor, Visitor::Half(_)), "{visitor:?}");
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
        stage: service::sessions::Stage::Full,
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

async fn r27_an_admin_starts_a_reset_and_learns_nothing_of_it(fixture: Fixture) {
    let (ada, dana) = people(&fixture).await;
    mails(&fixture).await;
    let id = id_of(&fixture, "Dana").await;
    let done = users::send_reset(&fixture.kh, &ada, &id)
        .await
        .expect("sends");
    let sent = mails(&fixture).await;
    let token = last_link(&fixture).await;
    assert_eq!((sent.len(), sent[0].to.as_str()), (1, DANA));
    // The same mail as she would have asked for herself.
    forgot(&fixture, DANA).await.expect("answers");
    let own = mails(&fixture).await;
    let other = last_link(&fixture).await;
    assert_eq!(own[0].text, sent[0].text.replace(&token, &other));
    let facts = users::view_sign_in(&fixture.kh, &ada, &id)
        .await
        .expect("a card");
    let shown = format!("{done:?} {facts:?}");
    for secret in [&*token, &*other, PASSWORD, "argon2"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    fixture.staff(&dana).await;
    assert!(
        signs_in(&fixture, PASSWORD).await,
        "nothing happened to her yet"
    );
    for (name, why) in [("Ivo", "invited"), ("Dee", "deactivated")] {
        fixture.invite(&ada, name, &["Crew"], &["Downtown"]).await;
        let person = id_of(&fixture, name).await;
        if why == "deactivated" {
            users::deactivate(&fixture.kh, &ada, &person)
                .await
                .expect("may");
        }
        let answer = users::send_reset(&fixture.kh, &ada, &person).await;
        assert_eq!(error(answer), AppError::Conflict, "{why}");
    }
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

async fn r56_nobody_resets_or_unlocks_those_above_or_themselves(fixture: Fixture) {
    let (ada, _) = people(&fixture).await;
    let mia = fixture.join(&ada, "Mia", &["Admin"], &["Downtown"]).await;
    let mia = fixture.staff(&mia).await;
    mails(&fixture).await;
    for target in ["Ada", "Mia"] {
        let id = id_of(&fixture, target).await;
        let before = Snapshot::but_for_refusals(&fixture.kh).await;
        for answer in [
            users::send_reset(&fixture.kh, &mia, &id).await,
            users::unlock(&fixture.kh, &mia, &id).await,
        ] {
            assert!(matches!(error(answer), AppError::Refused(_)), "{target}");
        }
        assert_eq!(Snapshot::but_for_refusals(&fixture.kh).await, before);
        fixture.clock.advance(MINUTE);
    }
    assert!(mails(&fixture).await.is_empty());
    fixture.join(&ada, "Finn", &["Crew"], &["Airport"]).await;
    let foreign = id_of(&fixture, "Finn").await;
    for answer in [
        users::send_reset(&fixture.kh, &mia, &foreign).await,
        users::unlock(&fixture.kh, &mia, &foreign).await,
    ] {
        assert_eq!(error(answer), AppError::NotFound);
    }
    let facts = users::view_sign_in(&fixture.kh, &mia, &foreign).await;
    assert_eq!(error(facts), AppError::NotFound);
}

async fn the_card_of_a_person_says_how_they_sign_in(fixture: Fixture) {
    let (ada, _) = people(&fixture).await;
    let id = id_of(&fixture, "Dana").await;
    let card = async || {
        let view = users::view_sign_in(&fixture.kh, &ada, &id).await;
        view.expect("a card")
    };
    let seen = card().await.facts;
    assert!(seen.password_set.is_some() && seen.last_sign_in.is_some());
    assert_eq!(seen.last_device.as_deref(), Some("Firefox on Linux"));
    assert_eq!((seen.wrong_tries, seen.locked_until), (0, None));
    assert!(!seen.password_disabled);
    lock(&fixture).await;
    users::send_reset(&fixture.kh, &ada, &id)
        .await
        .expect("sends");
    let seen = card().await;
    assert_eq!(seen.facts.wrong_tries, 5);
    assert_eq!(seen.facts.locked_until.expect("locked").time, "09:56");
    let mails = seen.mails.iter();
    let mails = mails.map(|mail| (mail.kind, mail.state.clone(), &*mail.written.time));
    assert_eq!(
        mails.collect::<Vec<_>>(),
        [
            (MailKind::Reset, MailState::Queued, "09:41"),
            (MailKind::Invite, MailState::Queued, "09:41"),
        ]
    );
}

async fn a_mail_whose_link_is_void_does_not_go_out(fixture: Fixture) {
    let (ada, _) = people(&fixture).await;
    mails(&fixture).await;
    let dana = id_of(&fixture, "Dana").await;
    // Of three links asked for, two are void by the time that mails go out.
    for _ in 0..2 {
        forgot(&fixture, DANA).await.expect("answers");
    }
    users::send_reset(&fixture.kh, &ada, &dana)
        .await
        .expect("sends");
    assert_eq!(mails(&fixture).await.len(), 1);
    let form = fixture
        .invitation(&ada, "Ivo", &["Crew"], &["Downtown"])
        .await;
    users::invite(&fixture.kh, &ada, form)
        .await
        .expect("invites");
    let ivo = id_of(&fixture, "Ivo").await;
    users::resend_invite(&fixture.kh, &ada, &ivo)
        .await
        .expect("again");
    assert_eq!(mails(&fixture).await.len(), 1);
    users::resend_invite(&fixture.kh, &ada, &ivo)
        .await
        .expect("again");
    users::withdraw_invite(&fixture.kh, &ada, &ivo)
        .await
        .expect("withdraws");
    assert!(mails(&fixture).await.is_empty());
    // Too old when the mail server is back.
    forgot(&fixture, DANA).await.expect("answers");
    fixture.clock.advance(MINUTE * 30);
    assert!(mails(&fixture).await.is_empty());
    let ada = fixture.sign_in("Ada").await;
    let ada = fixture.staff(&ada).await;
    let view = users::view_sign_in(&fixture.kh, &ada, &dana).await;
    let state = view.expect("a card").mails.remove(0).state;
    let MailState::Failed { trouble, said } = state else {
        panic!("{state:?}")
    };
    assert_eq!((trouble.key(), &*said), ("over", ""));
    let kept = "SELECT COUNT(*) FROM outbox WHERE body_sealed IS NOT NULL";
    assert_eq!(number(&fixture.kh, kept).await, 0);
}
