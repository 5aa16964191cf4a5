//! The link: how it is kept, how long it lives, and what voids it.

use domain::mail::MailState;
use domain::passwords::NewPassword;
use domain::{AppError, ProblemCode};
use service::testing::{Fixture, PASSWORD};
use service::{Visitor, passwords, users};

use super::{DANA, NEW, forgot, last_link, link, mails, people, reset, signs_in};
use crate::support::{MINUTE, Snapshot, at_once, id_of, just_before, number};

on_both! {
    r21_a_resets_token_is_stored_hashed_only,
    r22_a_link_lives_thirty_minutes_and_works_once_also_when_two_try_at_once,
    r22_a_newer_link_voids_the_older_one,
    r22_a_changed_password_and_a_deactivation_void_a_link,
    r23_looking_at_a_reset_uses_nothing_up,
    a_mail_whose_link_is_void_does_not_go_out,
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
