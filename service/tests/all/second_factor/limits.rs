//! Wrong codes: they are counted together with wrong passwords, of an account and of a place.

use std::time::Duration;

use domain::AppError;
use domain::passwords::{ForgotPassword, NewPassword};
use domain::second_factor::{ProveAgain, ResetTwoFactor};
use service::testing::{Fixture, PASSWORD};
use service::{passwords, second_factor, tries, users};

use super::{DANA, STEP, attempt, code, dana, half, halves, pass, recovery, sign_in, wrong};
use crate::support::{
    at_once, entries_after, error, fact, id_of, newest_entry, number, try_sign_in, write,
};

on_both! {
    r15_wrong_codes_and_wrong_passwords_lock_the_same_account,
    r14_parallel_wrong_codes_are_five_tries,
    r17_wrong_codes_from_one_place_are_limited_together_with_wrong_passwords,
    r15_setting_it_up_in_an_open_session_forgives_no_wrong_tries,
    r18_a_right_code_is_refused_like_a_wrong_one_while_locked,
    r16_wrong_codes_of_who_is_signed_in_count_among_the_hundred,
    r16_a_hundred_wrong_codes_in_a_row_switch_the_second_factor_off_until_it_is_reset,
    r16_a_new_password_gives_back_no_codes,
    r16_a_right_code_and_a_new_second_factor_set_the_wrong_codes_in_a_row_back,
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
    tries::notes::write_down(&fixture.kh).await.expect("writes");
    let before = newest_entry(&fixture.kh).await;
    assert_eq!(
        pass(&fixture, &browser, code("000000")).await,
        Err(wrong("code"))
    );
    let until = (fixture.kh.now().0 + 15 * 60_000).to_string();
    assert_eq!(fact(&fixture, "Dana", "locked_until").await, until);
    tries::notes::write_down(&fixture.kh).await.expect("writes");
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

async fn r16_wrong_codes_of_who_is_signed_in_count_among_the_hundred(fixture: Fixture) {
    let (dana, enrolled) = dana(&fixture).await;
    let staff = fixture.staff(&dana).await;
    let turn_off = async |code: &str| {
        let form = ProveAgain {
            password: PASSWORD.to_owned(),
            code: code.to_owned(),
        };
        second_factor::turn_off(&fixture.kh, &staff, form)
            .await
            .map_err(AppError::from)
    };
    let nearly = "UPDATE users SET factor_failures = 99 WHERE first_name = 'Dana'";
    write(&fixture.kh, nearly).await;
    let before = newest_entry(&fixture.kh).await;
    assert_eq!(turn_off("000000").await, Err(wrong("code")));
    assert_eq!(fact(&fixture, "Dana", "factor_failures").await, "100");
    assert_eq!(fact(&fixture, "Dana", "failures").await, "0", "hers alone");
    let entries = entries_after(&fixture.kh, before).await;
    assert_eq!(entries[0].action, "user.lock");
    assert_eq!(entries[0].after, r#"{"two_factor_disabled":true}"#);
    // Neither a right code nor a recovery code does it any more, nor a right one at the door.
    let right = enrolled.phone.code(fixture.kh.now());
    assert_eq!(turn_off(&right).await, Err(wrong("code")));
    assert_eq!(turn_off(&enrolled.codes[0]).await, Err(wrong("code")));
    let refused = sign_in(&fixture, code(&right)).await.err();
    assert_eq!(refused, Some(wrong("code")));
    service::profile::set_theme(&fixture.kh, &staff, "dark")
        .await
        .expect("the session goes on");
}

/// Resets Dana's second factor, as the owner does who has called her.
async fn taken_away(fixture: &Fixture, ada: &service::Staff) {
    let form = ResetTwoFactor {
        id: id_of(fixture, "Dana").await,
        verified: "phone".to_owned(),
        note: "Called her".to_owned(),
    };
    second_factor::reset(&fixture.kh, ada, form)
        .await
        .expect("resets");
}

async fn r16_a_hundred_wrong_codes_in_a_row_switch_the_second_factor_off_until_it_is_reset(
    fixture: Fixture,
) {
    let (_, enrolled) = dana(&fixture).await;
    for n in 0..100 {
        // Past every lock: the count goes on.
        if n % 5 == 0 {
            fixture.clock.advance(Duration::from_mins(15));
        }
        let browser = half(&fixture.kh, &fixture).await;
        let (form, field) = if n % 2 == 0 {
            (code("000000"), "code")
        } else {
            (recovery("AAAA-AAAA-AAAA-AAAA"), "recovery")
        };
        assert_eq!(pass(&fixture, &browser, form).await, Err(wrong(field)));
    }
    assert_eq!(fact(&fixture, "Dana", "factor_failures").await, "100");
    assert_eq!(fact(&fixture, "Dana", "failures").await, "0");
    tries::notes::write_down(&fixture.kh).await.expect("writes");
    let sql = "SELECT COUNT(*) FROM audit WHERE action = 'user.lock' \
        AND after_json LIKE '%\"two_factor_disabled\":true%'";
    assert_eq!(number(&fixture.kh, sql).await, 1);
    // Right ones are told nothing else, and count for nothing.
    fixture.clock.advance(Duration::from_hours(24));
    let browser = half(&fixture.kh, &fixture).await;
    let typed = enrolled.phone.code(fixture.kh.now());
    let refused = pass(&fixture, &browser, code(&typed)).await;
    assert_eq!(refused, Err(wrong("code")));
    let refused = pass(&fixture, &browser, recovery(&enrolled.codes[0])).await;
    assert_eq!(refused, Err(wrong("recovery")));
    assert_eq!(fact(&fixture, "Dana", "factor_failures").await, "100");
    let used = "SELECT COUNT(*) FROM recovery_codes WHERE used > 0";
    assert_eq!(number(&fixture.kh, used).await, 0);
    // Whoever looks after her sees it, and a reset lets her set it up anew.
    let owner = fixture.sign_in("Ada").await;
    let ada = fixture.staff(&owner).await;
    let id = id_of(&fixture, "Dana").await;
    let seen = users::view_sign_in(&fixture.kh, &ada, &id).await;
    let seen = seen.expect("a card").facts;
    assert!(seen.factor_disabled && !seen.password_disabled);
    taken_away(&fixture, &ada).await;
    let browser = half(&fixture.kh, &fixture).await;
    fixture.enrol(&browser).await;
    assert_eq!(fact(&fixture, "Dana", "factor_failures").await, "0");
}

async fn r16_a_new_password_gives_back_no_codes(fixture: Fixture) {
    const NEW: &str = "violet anchor thunder mosaic";
    let (_, enrolled) = dana(&fixture).await;
    let counted = "UPDATE users SET failures = 7, factor_failures = 98 WHERE first_name = 'Dana'";
    write(&fixture.kh, counted).await;
    let form = ForgotPassword {
        email: DANA.to_owned(),
    };
    passwords::forgot(&fixture.kh, &fixture.client(), form)
        .await
        .expect("answers");
    fixture.kh.settled().await;
    let link = fixture.last_link().await;
    let form = NewPassword {
        password: NEW.to_owned(),
        again: NEW.to_owned(),
    };
    passwords::reset(&fixture.kh, &fixture.client(), &link, form)
        .await
        .expect("resets");
    assert_eq!(fact(&fixture, "Dana", "failures").await, "0");
    assert_eq!(fact(&fixture, "Dana", "factor_failures").await, "98");
    let browser = try_sign_in(&fixture.kh, &fixture, DANA, NEW).await;
    let browser = browser.expect("the password is right");
    for _ in 0..2 {
        let refused = pass(&fixture, &browser, code("000000")).await;
        assert_eq!(refused, Err(wrong("code")));
    }
    let right = recovery(&enrolled.codes[0]);
    let refused = pass(&fixture, &browser, right).await;
    assert_eq!(refused, Err(wrong("recovery")));
}

async fn r16_a_right_code_and_a_new_second_factor_set_the_wrong_codes_in_a_row_back(
    fixture: Fixture,
) {
    let (dana, enrolled) = dana(&fixture).await;
    let counted = "UPDATE users SET factor_failures = 98 WHERE first_name = 'Dana'";
    let back = async |what: &str| {
        let count = fact(&fixture, "Dana", "factor_failures").await;
        assert_eq!(count, "0", "{what}");
        write(&fixture.kh, counted).await;
    };
    write(&fixture.kh, counted).await;
    let typed = enrolled.phone.code(fixture.kh.now());
    sign_in(&fixture, code(&typed)).await.expect("is in");
    back("a code").await;
    let one = recovery(&enrolled.codes[0]);
    sign_in(&fixture, one).await.expect("is in");
    back("a recovery code").await;
    let staff = fixture.staff(&dana).await;
    let form = |n: usize| ProveAgain {
        password: PASSWORD.to_owned(),
        code: enrolled.codes[n].clone(),
    };
    // One that was used says nothing.
    let again = second_factor::turn_off(&fixture.kh, &staff, form(0)).await;
    assert_eq!(error(again), wrong("code"));
    assert_eq!(fact(&fixture, "Dana", "factor_failures").await, "99");
    second_factor::turn_off(&fixture.kh, &staff, form(1))
        .await
        .expect("turns it off");
    back("it is turned off").await;
    fixture.clock.advance(STEP * 2);
    fixture.enrol(&dana).await;
    back("it is set up anew").await;
}
