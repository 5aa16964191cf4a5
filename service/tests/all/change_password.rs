//! Changing the own password, and the notices about one's account (product §5, §9).

use domain::passwords::{ChangePassword, NewPassword};
use domain::{AppError, EndedWhy, ProblemCode};
use service::mail::Message;
use service::testing::{Fixture, PASSWORD};
use service::{Client, Staff, Visitor, outbox, passwords, sign_in};

use crate::support::{
    MINUTE, allow_many_sessions, entries_after, error, fact, newest_entry, texts, try_sign_in,
    write,
};

on_both! {
    r5_a_change_needs_the_current_password,
    r5_a_change_offers_to_end_the_other_sessions,
    r1_a_change_asks_for_fifteen_characters_without_a_second_factor,
    a_change_is_told_by_mail_and_written_down,
    a_sign_in_from_a_device_and_place_not_seen_before_is_told_by_mail,
    the_first_sign_in_and_one_half_way_are_not_told,
    r1_a_password_too_short_for_use_alone_is_renewed_at_the_next_sign_in,
    r1_a_longer_password_is_chosen_in_good_time_and_by_nobody_else,
    r5_a_change_ends_what_is_half_way_in_with_the_old_password,
    r39_whoever_chooses_a_password_leaves_nobody_else_half_way_in,
    r16_a_change_sets_the_wrong_tries_in_a_row_back,
}

const DANA: &str = "dana@shop.example";
const NEW: &str = "violet anchor thunder mosaic";

async fn dana(fixture: &Fixture) -> tower_sessions::Session {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(fixture).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await
}

fn form(current: &str, new: &str, end_others: bool) -> ChangePassword {
    ChangePassword {
        current: current.to_owned(),
        new: NewPassword {
            password: new.to_owned(),
            again: new.to_owned(),
        },
        end_others,
    }
}

async fn problem(
    fixture: &Fixture,
    staff: &Staff,
    form: ChangePassword,
    field: &str,
) -> ProblemCode {
    match error(passwords::change(&fixture.kh, staff, form).await) {
        AppError::Invalid(problems) => problems.of(field).cloned().expect(field),
        other => panic!("{other:?}"),
    }
}

async fn mails(fixture: &Fixture) -> Vec<Message> {
    let before = fixture.mails.sent().len();
    outbox::run_due(&fixture.kh).await.expect("works");
    fixture.mails.sent().split_off(before)
}

async fn r5_a_change_needs_the_current_password(fixture: Fixture) {
    let browser = dana(&fixture).await;
    let staff = fixture.staff(&browser).await;
    let old = fact(&fixture, "Dana", "password").await;
    let field = "current_password";
    let missing = problem(&fixture, &staff, form("", NEW, false), field).await;
    assert_eq!(missing, ProblemCode::Required);
    let wrong = problem(&fixture, &staff, form("wrong", NEW, false), field).await;
    assert_eq!(wrong, ProblemCode::PasswordWrong);
    assert_eq!(fact(&fixture, "Dana", "password").await, old);
    passwords::change(&fixture.kh, &staff, form(PASSWORD, NEW, false))
        .await
        .expect("changes");
    fixture.staff(&browser).await;
    let kh = &fixture.kh;
    let answer = try_sign_in(kh, &fixture, DANA, PASSWORD).await;
    assert_eq!(answer.err(), Some(AppError::SignInFailed));
    try_sign_in(kh, &fixture, DANA, NEW)
        .await
        .expect("signs in");
}

async fn r5_a_change_offers_to_end_the_other_sessions(fixture: Fixture) {
    let browser = dana(&fixture).await;
    let other = fixture.sign_in("Dana").await;
    let staff = fixture.staff(&browser).await;
    let view = passwords::view(&fixture.kh, &staff).await.expect("a page");
    assert_eq!((view.others, view.min, &*view.email), (1, 15, DANA));
    passwords::change(&fixture.kh, &staff, form(PASSWORD, NEW, false))
        .await
        .expect("changes");
    fixture.staff(&other).await;
    passwords::change(&fixture.kh, &staff, form(NEW, PASSWORD, true))
        .await
        .expect("changes");
    fixture.staff(&browser).await;
    let visitor = fixture.visitor(&other).await;
    let Visitor::Nobody { ended } = visitor else {
        panic!("{visitor:?}")
    };
    assert_eq!(ended, Some(EndedWhy::PasswordReset));
}

async fn r1_a_change_asks_for_fifteen_characters_without_a_second_factor(fixture: Fixture) {
    let browser = dana(&fixture).await;
    let staff = fixture.staff(&browser).await;
    let short = problem(
        &fixture,
        &staff,
        form(PASSWORD, "quartz oak lam", false),
        "password",
    )
    .await;
    assert_eq!(short, ProblemCode::PasswordShort { min: 15 });
    let common = form(PASSWORD, "passwordpassword", false);
    let common = problem(&fixture, &staff, common, "password").await;
    assert_eq!(common, ProblemCode::PasswordCommon);
    let own = form(PASSWORD, "Dana at Ada's Hire", false);
    assert!(
        passwords::change(&fixture.kh, &staff, own).await.is_ok(),
        "names within a longer one are fine"
    );
}

async fn a_change_is_told_by_mail_and_written_down(fixture: Fixture) {
    let browser = dana(&fixture).await;
    let staff = fixture.staff(&browser).await;
    mails(&fixture).await;
    let before = newest_entry(&fixture.kh).await;
    passwords::change(&fixture.kh, &staff, form(PASSWORD, NEW, true))
        .await
        .expect("changes");
    let sent = mails(&fixture).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to, DANA);
    assert_eq!(sent[0].subject, "Your password for Ada's Hire was changed");
    assert!(
        sent[0]
            .text
            .contains("from Firefox on Linux, address 203.0.113.7")
    );
    let entries = entries_after(&fixture.kh, before).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (&*entries[0].action, &*entries[0].actor, &*entries[0].after),
        ("password.change", "Dana Tester", r#"{"sessions_ended":0}"#)
    );
}

/// Signs Dana in from somewhere.
async fn sign_in_from(fixture: &Fixture, ip: &str, user_agent: &str) {
    let form = domain::sign_in::SignIn {
        email: DANA.to_owned(),
        password: PASSWORD.to_owned(),
        next: String::new(),
    };
    let client = Client::new(ip, user_agent, "test");
    sign_in::sign_in(&fixture.kh, &client, &fixture.browser(), form)
        .await
        .expect("signs in");
}

async fn a_sign_in_from_a_device_and_place_not_seen_before_is_told_by_mail(fixture: Fixture) {
    dana(&fixture).await;
    mails(&fixture).await;
    let firefox = fixture.client().user_agent;
    let chrome = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 \
                  (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
    for (ip, agent, told) in [
        ("203.0.113.7", &*firefox, 0),
        ("198.51.100.4", &*firefox, 1),
        ("198.51.100.4", &*firefox, 0),
        ("198.51.100.4", chrome, 1),
        ("203.0.113.7", chrome, 1),
        ("2001:db8:1:2::3", chrome, 1),
        ("2001:db8:1:2:9::9", chrome, 0),
        ("2001:db8:1:3::3", chrome, 1),
    ] {
        sign_in_from(&fixture, ip, agent).await;
        let sent = mails(&fixture).await;
        assert_eq!(sent.len(), told, "{ip} {agent}");
        for mail in sent {
            assert_eq!(
                (&*mail.to, &*mail.subject),
                (DANA, "New sign-in to Ada's Hire")
            );
            assert!(mail.text.contains(ip), "{}", mail.text);
        }
    }
}

async fn the_first_sign_in_and_one_half_way_are_not_told(fixture: Fixture) {
    dana(&fixture).await;
    // She accepted, which was her first.
    let invitation = mails(&fixture).await;
    assert!(invitation.is_empty(), "{invitation:?}");
    write(
        &fixture.kh,
        "UPDATE users SET two_factor = 1 WHERE first_name = 'Dana'",
    )
    .await;
    fixture.clock.advance(MINUTE);
    sign_in_from(&fixture, "198.51.100.4", "").await;
    assert!(mails(&fixture).await.is_empty(), "not complete yet");
}

/// Dana has a password of ten characters, and no second factor any more.
async fn short(fixture: &Fixture) -> tower_sessions::Session {
    let browser = dana(fixture).await;
    write(
        &fixture.kh,
        "UPDATE users SET password_alone = 0 WHERE first_name = 'Dana'",
    )
    .await;
    browser
}

fn new(password: &str) -> NewPassword {
    NewPassword {
        password: password.to_owned(),
        again: password.to_owned(),
    }
}

async fn r1_a_password_too_short_for_use_alone_is_renewed_at_the_next_sign_in(fixture: Fixture) {
    let open = short(&fixture).await;
    fixture.staff(&open).await;
    let browser = fixture.sign_in("Dana").await;
    let visitor = fixture.visitor(&browser).await;
    let Visitor::Half(half) = &visitor else {
        panic!("{visitor:?}")
    };
    assert_eq!(half.due, access::Due::Password);
    let view = passwords::choose_view(&fixture.kh, &visitor).expect("a page");
    assert_eq!((view.min, &*view.email), (15, DANA));
    for (password, problem) in [
        ("quartz oak lam", ProblemCode::PasswordShort { min: 15 }),
        ("passwordpassword", ProblemCode::PasswordCommon),
    ] {
        let answer = passwords::choose(&fixture.kh, &visitor, &browser, new(password), "").await;
        let AppError::Invalid(problems) = error(answer) else {
            panic!("{password}")
        };
        assert_eq!(problems.of("password"), Some(&problem));
    }
    fixture.clock.advance(MINUTE);
    mails(&fixture).await;
    let done = passwords::choose(&fixture.kh, &visitor, &browser, new(NEW), "/profile")
        .await
        .expect("sets it");
    assert_eq!(done.go.as_deref(), Some("/profile"));
    fixture.staff(&browser).await;
    assert_eq!(fact(&fixture, "Dana", "password_alone").await, "1");
    let sent = mails(&fixture).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].subject, "Your password for Ada's Hire was changed");
    let again = try_sign_in(&fixture.kh, &fixture, DANA, NEW).await;
    fixture.staff(&again.expect("signs in")).await;
}

async fn r1_a_longer_password_is_chosen_in_good_time_and_by_nobody_else(fixture: Fixture) {
    let open = short(&fixture).await;
    let browser = fixture.sign_in("Dana").await;
    let visitor = fixture.visitor(&browser).await;
    let choose = async |visitor: &Visitor| {
        let answer = passwords::choose(&fixture.kh, visitor, &browser, new(NEW), "").await;
        error(answer)
    };
    let staff = fixture.visitor(&open).await;
    assert_eq!(choose(&staff).await, AppError::NotFound);
    let nobody = fixture.visitor(&fixture.browser()).await;
    assert_eq!(choose(&nobody).await, AppError::SignedOut { ended: None });
    // Ten minutes later somebody else may sit there.
    fixture.clock.advance(MINUTE * 10);
    assert_eq!(choose(&visitor).await, AppError::SignedOut { ended: None });
    let browser = fixture.sign_in("Dana").await;
    let visitor = fixture.visitor(&browser).await;
    // Their account was deactivated while they thought.
    let sql = "UPDATE users SET state = 'deactivated' WHERE first_name = 'Dana'";
    write(&fixture.kh, sql).await;
    let answer = passwords::choose(&fixture.kh, &visitor, &browser, new(NEW), "").await;
    assert_eq!(error(answer), AppError::SignedOut { ended: None });
    assert_eq!(fact(&fixture, "Dana", "password_alone").await, "0");
}

/// Nobody gets any further with a session, since the password that it began with is another now.
async fn assert_renewed(fixture: &Fixture, browser: &tower_sessions::Session) {
    let visitor = fixture.visitor(browser).await;
    let Visitor::Nobody { ended } = visitor else {
        panic!("{visitor:?}")
    };
    assert_eq!(ended, Some(EndedWhy::PasswordReset));
}

async fn r5_a_change_ends_what_is_half_way_in_with_the_old_password(fixture: Fixture) {
    let browser = dana(&fixture).await;
    fixture.enrol(&browser).await;
    let (first, second) = (fixture.sign_in("Dana").await, fixture.sign_in("Dana").await);
    let staff = fixture.staff(&browser).await;
    passwords::change(&fixture.kh, &staff, form(PASSWORD, NEW, false))
        .await
        .expect("changes");
    assert_renewed(&fixture, &first).await;
    assert_renewed(&fixture, &second).await;
    fixture.staff(&browser).await;
}

async fn r39_whoever_chooses_a_password_leaves_nobody_else_half_way_in(fixture: Fixture) {
    let open = short(&fixture).await;
    write(
        &fixture.kh,
        "UPDATE business SET require_two_factor = 'everyone'",
    )
    .await;
    let (browser, strangers) = (fixture.sign_in("Dana").await, fixture.sign_in("Dana").await);
    let visitor = fixture.visitor(&browser).await;
    let before = newest_entry(&fixture.kh).await;
    passwords::choose(&fixture.kh, &visitor, &browser, new(NEW), "")
        .await
        .expect("sets it");
    // The stranger goes on to no second factor of their own.
    assert_renewed(&fixture, &strangers).await;
    for (browser, whose) in [(&browser, "her new one"), (&open, "a complete one")] {
        let visitor = fixture.visitor(browser).await;
        let Visitor::Half(half) = visitor else {
            panic!("{whose}: {visitor:?}")
        };
        assert_eq!(half.due, access::Due::Enrolment, "{whose}");
    }
    let entries = entries_after(&fixture.kh, before).await;
    let actions: Vec<&str> = entries.iter().map(|entry| &*entry.action).collect();
    assert_eq!(actions, ["password.choose", "session.sign_in"]);
    assert_eq!(entries[0].after, r#"{"sessions_ended":1}"#);
    let why = "SELECT DISTINCT ended_why FROM sessions WHERE ended > 0 ORDER BY ended_why";
    assert_eq!(
        texts(&fixture.kh, why).await,
        ["next_stage", "password_reset"]
    );
}

async fn r16_a_change_sets_the_wrong_tries_in_a_row_back(fixture: Fixture) {
    let browser = dana(&fixture).await;
    let staff = fixture.staff(&browser).await;
    let sql = "UPDATE users SET failures = 98 WHERE first_name = 'Dana'";
    write(&fixture.kh, sql).await;
    passwords::change(&fixture.kh, &staff, form(PASSWORD, NEW, false))
        .await
        .expect("changes");
    assert_eq!(fact(&fixture, "Dana", "failures").await, "0");
}
