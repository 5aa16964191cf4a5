//! What an admin does about how somebody signs in: sending a link, unlocking, and looking.

use domain::AppError;
use domain::mail::{MailKind, MailState};
use service::testing::{Fixture, PASSWORD};
use service::users;

use super::{DANA, forgot, last_link, link, lock, mails, people, signs_in};
use crate::support::{MINUTE, Snapshot, error, id_of};

on_both! {
    r19_an_admin_who_sends_too_many_is_told,
    r19_past_the_limit_of_an_admins_place_no_link_is_mailed_to_anybody,
    r27_an_admin_starts_a_reset_and_learns_nothing_of_it,
    r56_nobody_resets_or_unlocks_those_above_or_themselves,
    the_card_of_a_person_says_how_they_sign_in,
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
    fixture.clock.advance(MINUTE);
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
            (MailKind::Reset, MailState::Queued, "09:42"),
            (MailKind::Invite, MailState::Sent, "09:41"),
        ]
    );
}
