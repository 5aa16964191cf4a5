//! Asking for a link, as anybody may who forgot a password: the answer, the limits, and where the
//! mail goes.

use domain::mail::{MailKind, MailState, MailTrouble};
use domain::passwords::ForgotPassword;
use domain::{AppError, Done};
use service::mail::MailError;
use service::testing::Fixture;
use service::{passwords, users};

use super::{DANA, forgot, last_link, lock, mails, people};
use crate::support::{MINUTE, id_of};

on_both! {
    r10_forgot_answers_every_address_alike,
    r12_forgot_answers_before_the_mail_server_is_asked_and_a_dead_one_shows_nothing,
    r19_past_the_limit_of_an_address_the_answer_is_the_same_and_no_mail_goes_out,
    r19_past_the_limit_of_a_place_the_answer_is_the_same_and_no_mail_goes_out,
    r25_a_reset_goes_to_the_one_stored_address,
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
