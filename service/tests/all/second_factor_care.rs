//! Looking after a second factor (product §6): new recovery codes, turning it off, resetting
//! somebody's.

use std::time::Duration;

use domain::second_factor::{ProveAgain, ResetTwoFactor, SecondStep};
use domain::{AppError, EndedWhy, ProblemCode, Problems, Toast};
use service::testing::{Fixture, PASSWORD};
use service::{Staff, Visitor, second_factor, users};
use tower_sessions::Session;

use access::{Due, Permission, Rule, TwoFactorPolicy};

use crate::support::{
    Entry, STEP, Snapshot, custom_group, enrolled_crew, enrolled_owner, entries_after, error, fact,
    id_of, newest_entry, number, save_policy, texts, try_sign_in,
};

on_both! {
    r38_new_recovery_codes_ask_for_password_and_code_and_void_the_older_ones,
    r38_turning_it_off_asks_for_password_and_code,
    r38_wrong_proofs_are_counted_in_the_session_and_leave_the_account_alone,
    r38_right_proofs_are_not_counted,
    r15_wrong_recovery_codes_count_like_wrong_codes,
    r37_what_the_policy_asks_for_is_not_turned_off,
    r38_a_reset_says_how_identity_was_verified_ends_sessions_and_is_told,
    r38_a_reset_needs_the_right_and_nobody_above,
    r27_a_reset_leaves_the_password_alone_and_asks_for_enrolment_again,
    a_persons_page_says_how_their_second_factor_stands,
}

fn proof(password: &str, code: &str) -> ProveAgain {
    ProveAgain {
        password: password.to_owned(),
        code: code.to_owned(),
    }
}

fn invalid(field: &str, code: ProblemCode) -> AppError {
    AppError::Invalid(Problems::one(field, code))
}

/// Subjects of the mails that came to somebody.
async fn subjects(fixture: &Fixture, to: &str) -> Vec<String> {
    service::outbox::run_due(&fixture.kh).await.expect("sends");
    let sent = fixture.mails.sent().into_iter();
    sent.filter(|mail| mail.to == to)
        .map(|mail| mail.subject)
        .collect()
}

/// A sign-in of Ada's by recovery code.
async fn by_recovery(fixture: &Fixture, code: &str) -> Option<AppError> {
    let browser = fixture.sign_in("Ada").await;
    let visitor = fixture.visitor(&browser).await;
    let form = SecondStep {
        recovery: Some(code.to_owned()),
        ..SecondStep::default()
    };
    let answer = second_factor::pass(&fixture.kh, &visitor, &browser, form).await;
    answer.err().map(AppError::from)
}

async fn r38_new_recovery_codes_ask_for_password_and_code_and_void_the_older_ones(
    fixture: Fixture,
) {
    let (owner, enrolled) = enrolled_owner(&fixture).await;
    let staff = fixture.staff(&owner).await;
    let renew = async |password: &str, code: &str| {
        second_factor::renew_codes(&fixture.kh, &staff, proof(password, code)).await
    };
    let code = enrolled.phone.code(fixture.kh.now());
    let before = Snapshot::but_for_refusals(&fixture.kh).await;
    assert_eq!(
        error(renew("", " ").await),
        AppError::Invalid(Problems(vec![
            domain::Problem {
                field: "password".to_owned(),
                code: ProblemCode::Required
            },
            domain::Problem {
                field: "code".to_owned(),
                code: ProblemCode::Required
            },
        ]))
    );
    let wrong = error(renew("wrong", &code).await);
    assert_eq!(wrong, invalid("password", ProblemCode::PasswordWrong));
    let wrong = error(renew(PASSWORD, "000000").await);
    assert_eq!(wrong, invalid("code", ProblemCode::CodeWrong));
    let kept = Snapshot::but_for_refusals(&fixture.kh).await;
    let changed = before.changes(&kept);
    // A wrong try is counted, and a session is written to be seen beside the requests.
    let counts = |line: &String| {
        ["limits:", "users:", "seen="]
            .iter()
            .any(|one| line.contains(one))
    };
    assert!(changed.iter().all(counts), "{changed:?}");

    renew(PASSWORD, &code).await.expect("makes new ones");
    let visitor = fixture.visitor(&owner).await;
    let view = second_factor::view(&fixture.kh, &visitor)
        .await
        .expect("looks");
    assert_eq!(view.codes.len(), 10);
    assert!(view.codes.iter().all(|code| !enrolled.codes.contains(code)));
    assert_eq!(
        by_recovery(&fixture, &enrolled.codes[0]).await,
        Some(invalid("recovery", ProblemCode::RecoveryWrong)),
        "the older set is void"
    );
    assert_eq!(by_recovery(&fixture, &view.codes[0]).await, None);
    assert_eq!(
        subjects(&fixture, "ada@shop.example").await,
        [
            "Two-factor is on for Ada's Hire",
            "New recovery codes for Ada's Hire",
            "A recovery code was used for Ada's Hire"
        ]
    );
    // The code is used up by it.
    let again = error(renew(PASSWORD, &code).await);
    assert_eq!(again, invalid("code", ProblemCode::CodeWrong));
    // A recovery code will do for whoever lost the phone.
    renew(PASSWORD, &view.codes[1])
        .await
        .expect("makes new ones");
    let done = second_factor::finish(&fixture.kh, &staff, "on", "/jobs")
        .await
        .expect("puts them away");
    assert_eq!(done.toast, Some(Toast::CodesSaved));
    assert_eq!(done.go.as_deref(), Some("/profile"));
}

async fn r38_turning_it_off_asks_for_password_and_code(fixture: Fixture) {
    let (owner, enrolled) = enrolled_owner(&fixture).await;
    let staff = fixture.staff(&owner).await;
    let off = async |password: &str, code: &str| {
        second_factor::turn_off(&fixture.kh, &staff, proof(password, code)).await
    };
    let code = enrolled.phone.code(fixture.kh.now());
    let wrong = error(off("wrong", &code).await);
    assert_eq!(wrong, invalid("password", ProblemCode::PasswordWrong));
    let wrong = error(off(PASSWORD, "AAAA-AAAA-AAAA-AAAA").await);
    assert_eq!(wrong, invalid("code", ProblemCode::CodeWrong));
    assert_eq!(fact(&fixture, "Ada", "two_factor").await, "1");

    let before = newest_entry(&fixture.kh).await;
    let done = off(PASSWORD, &code).await.expect("turns it off");
    assert_eq!(done.toast, Some(Toast::TwoFactorOff));
    assert_eq!(fact(&fixture, "Ada", "two_factor").await, "0");
    for table in ["two_factor", "recovery_codes", "two_factor_pending"] {
        let left = number(&fixture.kh, &format!("SELECT COUNT(*) FROM {table}")).await;
        assert_eq!(left, 0, "{table}");
    }
    let [entry]: [Entry; 1] = entries_after(&fixture.kh, before)
        .await
        .try_into()
        .expect("one");
    assert_eq!(
        (
            entry.action.as_str(),
            entry.before.as_str(),
            entry.after.as_str()
        ),
        (
            "two_factor.turn_off",
            r#"{"two_factor":true}"#,
            r#"{"two_factor":false}"#
        )
    );
    assert_eq!(
        subjects(&fixture, "ada@shop.example")
            .await
            .pop()
            .as_deref(),
        Some("Two-factor is off for Ada's Hire")
    );
    // The password alone opens everything again.
    let browser = fixture.sign_in("Ada").await;
    let staff = fixture.staff(&browser).await;
    let gone = second_factor::turn_off(&fixture.kh, &staff, proof(PASSWORD, &code)).await;
    assert_eq!(error(gone), AppError::Conflict);
}

async fn r38_wrong_proofs_are_counted_in_the_session_and_leave_the_account_alone(fixture: Fixture) {
    let (owner, enrolled) = enrolled_owner(&fixture).await;
    let other = fixture
        .session_for(fixture.staff(&owner).await.caller.person.id)
        .await;
    let staff = fixture.staff(&owner).await;
    let off = async |staff: &Staff, code: &str| {
        error(second_factor::turn_off(&fixture.kh, staff, proof(PASSWORD, code)).await)
    };
    for _ in 0..5 {
        assert_eq!(
            off(&staff, "000000").await,
            invalid("code", ProblemCode::CodeWrong)
        );
    }
    let right = enrolled.phone.code(fixture.kh.now());
    let refused = off(&staff, &right).await;
    assert!(matches!(refused, AppError::TooMany { .. }), "{refused:?}");
    for column in ["failed", "locked_until"] {
        assert_eq!(fact(&fixture, "Ada", column).await, "0", "{column}");
    }
    // Neither sign-in nor another session notices, and it is over after a while.
    let other = fixture.staff(&other).await;
    assert_eq!(
        off(&other, "000000").await,
        invalid("code", ProblemCode::CodeWrong)
    );
    fixture.clock.advance(Duration::from_mins(15));
    let right = enrolled.phone.code(fixture.kh.now());
    second_factor::turn_off(&fixture.kh, &staff, proof(PASSWORD, &right))
        .await
        .expect("turns it off");
}

async fn r37_what_the_policy_asks_for_is_not_turned_off(fixture: Fixture) {
    let (owner, enrolled) = enrolled_owner(&fixture).await;
    let under_way = fixture.staff(&owner).await;
    save_policy(&fixture.kh, &under_way, 1, "admins")
        .await
        .expect("saves");
    let refusal = AppError::Refused(Rule::TwoFactorRequired);
    let code = enrolled.phone.code(fixture.kh.now());
    // Also when the policy came while the request was under way.
    for staff in [&under_way, &fixture.staff(&owner).await] {
        let off = second_factor::turn_off(&fixture.kh, staff, proof(PASSWORD, &code)).await;
        assert_eq!(error(off), refusal);
    }
    assert_eq!(fact(&fixture, "Ada", "two_factor").await, "1");
    let refused = texts(
        &fixture.kh,
        "SELECT action FROM audit WHERE result = 'refused'",
    )
    .await;
    assert!(
        refused.contains(&"two_factor.turn_off".to_owned()),
        "{refused:?}"
    );
}

fn reset(id: &str) -> ResetTwoFactor {
    ResetTwoFactor {
        id: id.to_owned(),
        verified: "phone".to_owned(),
        note: "Called her on the number on file".to_owned(),
    }
}

async fn r38_a_reset_says_how_identity_was_verified_ends_sessions_and_is_told(fixture: Fixture) {
    let (owner, dana, _) = enrolled_crew(&fixture).await;
    let half = fixture.sign_in("Dana").await;
    let ada = fixture.staff(&owner).await;
    let id = id_of(&fixture, "Dana").await;
    for (verified, note, field, code) in [
        ("", "Called her", "verified", ProblemCode::PickOne),
        ("email", "Wrote to her", "verified", ProblemCode::PickOne),
        ("video", " ", "note", ProblemCode::Required),
    ] {
        let form = ResetTwoFactor {
            id: id.clone(),
            verified: verified.to_owned(),
            note: note.to_owned(),
        };
        let refused = error(second_factor::reset(&fixture.kh, &ada, form).await);
        assert_eq!(refused, invalid(field, code));
    }
    assert_eq!(fact(&fixture, "Dana", "two_factor").await, "1");

    let before = newest_entry(&fixture.kh).await;
    let done = second_factor::reset(&fixture.kh, &ada, reset(&id))
        .await
        .expect("resets");
    let said = Toast::TwoFactorReset {
        name: "Dana Tester".to_owned(),
        sessions: 2,
    };
    assert_eq!(done.toast, Some(said));
    for browser in [&dana, &half] {
        let gone = fixture.visitor(browser).await;
        let why = Some(EndedWhy::TwoFactorReset);
        assert!(
            matches!(gone, Visitor::Nobody { ended } if ended == why),
            "{gone:?}"
        );
    }
    let [entry]: [Entry; 1] = entries_after(&fixture.kh, before)
        .await
        .try_into()
        .expect("one");
    assert_eq!(entry.action, "user.reset_two_factor");
    assert_eq!(
        (entry.actor.as_str(), entry.object.as_str()),
        ("Ada Owner", "Dana Tester")
    );
    assert_eq!(entry.before, r#"{"two_factor":true}"#);
    let after = r#"{"sessions_ended":2,"two_factor":false,"verified":"phone"}"#;
    assert_eq!(entry.after, after);
    assert_eq!(entry.reason, "Called her on the number on file");
    let told = subjects(&fixture, "dana@shop.example").await;
    assert_eq!(
        told.last().map(String::as_str),
        Some("Two-factor was reset for Ada's Hire")
    );
    // There is nothing left to reset.
    let again = second_factor::reset(&fixture.kh, &ada, reset(&id)).await;
    assert_eq!(error(again), AppError::Conflict);
}

async fn r38_a_reset_needs_the_right_and_nobody_above(fixture: Fixture) {
    let (owner, dana, _) = enrolled_crew(&fixture).await;
    let ada = fixture.staff(&owner).await;
    custom_group(&fixture, "Counter", "customers.view settings.users").await;
    let manager = fixture
        .join(&ada, "Mona", &["Counter"], &["Downtown"])
        .await;
    let far = fixture.join(&ada, "Finn", &["Counter"], &["Airport"]).await;
    fixture.enrol(&owner).await;
    fixture.enrol(&manager).await;
    let before = Snapshot::but_for_refusals(&fixture.kh).await;
    let newest = newest_entry(&fixture.kh).await;
    let try_reset = async |by: &Session, whom: &str| {
        let staff = fixture.staff(by).await;
        let id = id_of(&fixture, whom).await;
        error(second_factor::reset(&fixture.kh, &staff, reset(&id)).await)
    };
    let above = try_reset(&manager, "Dana").await;
    assert_eq!(
        above,
        AppError::Refused(Rule::AboveYou),
        "crew holds jobs that she lacks"
    );
    assert!(matches!(
        try_reset(&manager, "Ada").await,
        AppError::Refused(Rule::AboveYou | Rule::NotTheirStore)
    ));
    assert_eq!(
        try_reset(&manager, "Mona").await,
        AppError::Refused(Rule::SelfChange)
    );
    assert_eq!(
        try_reset(&owner, "Ada").await,
        AppError::Refused(Rule::SelfChange)
    );
    assert_eq!(try_reset(&far, "Dana").await, AppError::NotFound);
    let missing = try_reset(&dana, "Mona").await;
    assert!(
        matches!(missing, AppError::Forbidden { missing, .. } if missing == Permission::SettingsUsers)
    );
    let after = Snapshot::but_for_refusals(&fixture.kh).await;
    let mut changed = before.changes(&after);
    changed.retain(|line| !line.contains("seen="));
    assert_eq!(changed, [""; 0]);
    let entries = entries_after(&fixture.kh, newest).await;
    assert!(entries.iter().all(|entry| entry.result == "refused"));
    assert!(entries.len() >= 4, "{entries:?}");
}

async fn r27_a_reset_leaves_the_password_alone_and_asks_for_enrolment_again(fixture: Fixture) {
    let (owner, _, _) = enrolled_crew(&fixture).await;
    fixture.enrol(&owner).await;
    let ada = fixture.staff(&owner).await;
    save_policy(&fixture.kh, &ada, 1, "everyone")
        .await
        .expect("saves");
    let id = id_of(&fixture, "Dana").await;
    second_factor::reset(&fixture.kh, &ada, reset(&id))
        .await
        .expect("resets");
    let browser = try_sign_in(&fixture.kh, &fixture, "dana@shop.example", PASSWORD)
        .await
        .expect("the password is as it was");
    let visitor = fixture.visitor(&browser).await;
    assert!(matches!(visitor, Visitor::Half(half) if half.due == Due::Enrolment));
    let again = fixture.enrol(&browser).await;
    assert_eq!(again.codes.len(), 10);
    fixture.staff(&browser).await;
}

async fn a_persons_page_says_how_their_second_factor_stands(fixture: Fixture) {
    let (owner, _, enrolled) = enrolled_crew(&fixture).await;
    let dana = id_of(&fixture, "Dana").await;
    let view = async || {
        let ada = fixture.staff(&owner).await;
        users::view(&fixture.kh, &ada, &dana)
            .await
            .expect("looks")
            .factor
    };
    let factor = view().await;
    assert_eq!(factor.on.expect("is on").codes_left, 10);
    assert!(!factor.required);
    assert_eq!(factor.policy, TwoFactorPolicy::Off);
    let browser = fixture.sign_in("Dana").await;
    let visitor = fixture.visitor(&browser).await;
    let form = SecondStep {
        recovery: Some(enrolled.codes[3].clone()),
        ..SecondStep::default()
    };
    second_factor::pass(&fixture.kh, &visitor, &browser, form)
        .await
        .expect("is in");
    assert_eq!(view().await.on.expect("is on").codes_left, 9);
    let own = second_factor::own(&fixture.kh, &*fixture.staff(&browser).await).await;
    assert_eq!(own.expect("looks").on.expect("is on").codes_left, 9);
    let ada = fixture.staff(&owner).await;
    fixture.enrol(&owner).await;
    save_policy(&fixture.kh, &ada, 1, "admins")
        .await
        .expect_err("the session went on");
    let ada = fixture.staff(&owner).await;
    save_policy(&fixture.kh, &ada, 1, "admins")
        .await
        .expect("saves");
    assert!(!view().await.required, "crew is no admin");
    crate::support::add_override(&fixture, "Dana", "settings.users", "allow", 0).await;
    assert!(view().await.required);
    second_factor::reset(&fixture.kh, &*fixture.staff(&owner).await, reset(&dana))
        .await
        .expect("resets");
    assert_eq!(view().await.on, None);
}

async fn r38_right_proofs_are_not_counted(fixture: Fixture) {
    let (owner, enrolled) = enrolled_owner(&fixture).await;
    let staff = fixture.staff(&owner).await;
    let renew = async |code: &str| {
        second_factor::renew_codes(&fixture.kh, &staff, proof(PASSWORD, code)).await
    };
    for round in 0..7 {
        let wrong = error(renew("000000").await);
        assert_eq!(wrong, invalid("code", ProblemCode::CodeWrong), "{round}");
        let code = enrolled.phone.code(fixture.kh.now());
        renew(&code).await.expect("a right one renews");
        fixture.clock.advance(STEP);
    }
}

async fn r15_wrong_recovery_codes_count_like_wrong_codes(fixture: Fixture) {
    const NONE_OF_HERS: &str = "AAAA-AAAA-AAAA-AAAA";
    let (owner, enrolled) = enrolled_owner(&fixture).await;
    let staff = fixture.staff(&owner).await;
    let off = async |code: &str| {
        error(second_factor::turn_off(&fixture.kh, &staff, proof(PASSWORD, code)).await)
    };
    for code in [NONE_OF_HERS, "000000", NONE_OF_HERS, "000000", NONE_OF_HERS] {
        assert_eq!(off(code).await, invalid("code", ProblemCode::CodeWrong));
    }
    for code in [&enrolled.codes[0], NONE_OF_HERS] {
        let refused = off(code).await;
        assert!(matches!(refused, AppError::TooMany { .. }), "{refused:?}");
    }
    let refused = texts(
        &fixture.kh,
        "SELECT action FROM audit WHERE result = 'refused'",
    )
    .await;
    assert_eq!(refused, ["two_factor.turn_off"]);
}
