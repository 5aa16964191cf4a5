//! Recovery codes: good once, told by mail, and shown until they are put away.

use std::time::Duration;

use domain::second_factor::SecondStep;
use domain::{AppError, ProblemCode, Toast};
use service::second_factor;
use service::testing::Fixture;

use super::{DANA, code, dana, one_of_four_gets_in, recovery, sign_in, view, wrong};
use crate::support::{MOMENT, error, number, texts, write};

on_both! {
    r35_a_recovery_code_is_good_once_and_for_its_owner_only,
    r35_two_uses_of_one_recovery_code_at_the_same_moment_let_one_in,
    r35_who_signs_in_with_a_recovery_code_is_told_by_mail,
    fresh_codes_are_shown_until_they_are_put_away_or_ten_minutes_are_over,
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
        one_of_four_gets_in(&fixture, &nodes, recovery(one)).await;
    }
    let used = "SELECT COUNT(*) FROM recovery_codes WHERE used > 0";
    assert_eq!(number(&fixture.kh, used).await, 5);
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
    let saved = second_factor::finish(kh, &staff, "", "").await;
    let problems = domain::Problems::one("saved", ProblemCode::NotTicked);
    assert_eq!(error(saved), AppError::Invalid(problems));
    let done = second_factor::finish(kh, &staff, "on", "")
        .await
        .expect("puts them away");
    assert_eq!(done.toast, Some(Toast::TwoFactorOn));
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
        error(second_factor::finish(kh, &staff, "on", "").await),
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
