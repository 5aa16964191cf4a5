//! Changing an email: asked for, confirmed from the new one, told to the old one (product §3;
//! req. 22, 23, 25, 30).

use std::sync::Arc;

use domain::email::ChangeOwnEmail;
use domain::mail::{MailFacts, MailKind, MailState, MailTrouble};
use domain::passwords::{ChangePassword, ForgotPassword, NewPassword};
use domain::{AppError, Done, ProblemCode, Problems};
use service::mail::{MailError, Message};
use service::testing::{Fixture, PASSWORD, PUBLIC_URL};
use service::{Keyholder, Staff, Visitor, email, outbox, passwords, profile, users};
use tower_sessions::Session;

use crate::support::{
    MINUTE, Snapshot, allow_many_sessions, at_once, entries_after, error, fact, id_of, just_before,
    newest_entry, set_access, try_accept, try_sign_in, write,
};

on_both! {
    r30_nothing_changes_before_it_is_confirmed_and_both_mailboxes_hold_a_mail,
    r30_ones_own_change_asks_for_the_password,
    r30_an_address_that_is_taken_meanwhile_is_refused_without_a_name,
    r30_an_address_of_somebody_unknown_cant_be_used_and_one_known_is_named,
    r30_a_change_voids_links_to_new_passwords_that_went_to_the_old_address,
    r30_a_new_password_and_a_deactivation_void_a_change_that_waits,
    r22_a_link_lives_an_hour_and_works_once_also_when_two_try_at_once,
    r22_a_newer_link_voids_the_older_one_and_a_withdrawn_one_is_over,
    r23_looking_at_a_link_uses_nothing_up,
    r25_one_plain_address_is_taken_and_nothing_else,
    r19_too_many_are_refused,
    r21_the_links_token_is_stored_hashed_only,
    r29_the_link_of_somebody_who_may_no_longer_is_over,
    r56_nobody_changes_the_email_of_those_above_or_of_themselves_as_an_admin,
    who_is_only_invited_is_invited_at_the_new_address,
    what_waits_is_shown_with_who_asked,
    an_admin_reads_what_became_of_a_persons_mails_and_not_what_was_said_of_another_address,
}

const OLD: &str = "dana@shop.example";
const NEW: &str = "dana@new.example";

/// Ada, and Dana's browser.
async fn people(fixture: &Fixture) -> (Arc<Staff>, Session) {
    let owner = fixture.found().await;
    allow_many_sessions(fixture).await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    mails(fixture).await;
    (ada, dana)
}

/// The mails that go out now.
async fn mails(fixture: &Fixture) -> Vec<Message> {
    let before = fixture.mails.sent().len();
    outbox::run_due(&fixture.kh).await.expect("works");
    fixture.mails.sent().split_off(before)
}

async fn ask(fixture: &Fixture, browser: &Session, address: &str) -> Result<Done, AppError> {
    let staff = fixture.staff(browser).await;
    let form = ChangeOwnEmail {
        email: address.to_owned(),
        current: PASSWORD.to_owned(),
    };
    Ok(email::change_own(&fixture.kh, &staff, form).await?)
}

/// The secret of the newest link to a new address.
pub(crate) async fn link(fixture: &Fixture) -> String {
    mails(fixture).await;
    let start = format!("{PUBLIC_URL}/confirm-email/");
    let sent = fixture.mails.sent().into_iter().rev();
    let mut links = sent.filter_map(|mail| mail.link);
    let link = links.find(|link| link.starts_with(&start));
    link.expect("a mail").split_off(start.len())
}

async fn confirm(kh: &Keyholder, fixture: &Fixture, token: &str) -> Result<Done, AppError> {
    let nobody = Visitor::Nobody { ended: None };
    Ok(email::confirm(kh, &fixture.client(), &nobody, token).await?)
}

fn beside(code: ProblemCode) -> AppError {
    AppError::Invalid(Problems::one("email", code))
}

async fn r30_nothing_changes_before_it_is_confirmed_and_both_mailboxes_hold_a_mail(
    fixture: Fixture,
) {
    let (_, dana) = people(&fixture).await;
    let newest = newest_entry(&fixture.kh).await;
    ask(&fixture, &dana, " Dana@New.example")
        .await
        .expect("asks");
    let mut sent = mails(&fixture).await;
    sent.sort_by(|one, other| one.to.cmp(&other.to));
    let to: Vec<_> = sent.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["Dana@New.example", OLD]);
    assert!(
        sent[1]
            .link
            .as_ref()
            .is_none_or(|link| !link.contains("confirm"))
    );
    assert_eq!(fact(&fixture, "Dana", "email").await, OLD);
    let old = try_sign_in(&fixture.kh, &fixture, OLD, PASSWORD).await;
    old.expect("the old address signs in until then");

    let token = link(&fixture).await;
    let done = confirm(&fixture.kh, &fixture, &token)
        .await
        .expect("confirms");
    assert_eq!(done.go.as_deref(), Some("/sign-in"));
    let [told] = mails(&fixture).await.try_into().expect("one mail");
    assert_eq!(told.to, OLD);
    assert!(told.text.contains("Dana@New.example"));
    let old = try_sign_in(&fixture.kh, &fixture, OLD, PASSWORD).await;
    assert_eq!(old.err(), Some(AppError::SignInFailed));
    let new = try_sign_in(&fixture.kh, &fixture, NEW, PASSWORD).await;
    new.expect("however it is written");
    let found = fact(&fixture, "Dana", "search").await;
    assert!(found.contains("new.example") && !found.contains("shop.example"));
    assert_eq!(fixture.staff(&dana).await.me.email, "Dana@New.example");

    let actions: Vec<_> = entries_after(&fixture.kh, newest)
        .await
        .into_iter()
        .filter(|entry| !entry.action.starts_with("session"))
        .map(|entry| (entry.action, entry.before, entry.after))
        .collect();
    let entry = |action: &str, before: &str, after: &str| {
        (action.to_owned(), before.to_owned(), after.to_owned())
    };
    assert_eq!(
        actions,
        [
            entry(
                "profile.change_email",
                r#"{"new_email":null}"#,
                r#"{"new_email":"Dana@New.example"}"#
            ),
            entry(
                "email.confirm",
                r#"{"email":"dana@shop.example"}"#,
                r#"{"email":"Dana@New.example"}"#
            ),
        ]
    );
}

async fn r30_ones_own_change_asks_for_the_password(fixture: Fixture) {
    let (_, dana) = people(&fixture).await;
    let staff = fixture.staff(&dana).await;
    let before = Snapshot::but_for_refusals(&fixture.kh).await;
    for (current, code) in [
        ("", ProblemCode::Required),
        ("wrong", ProblemCode::PasswordWrong),
    ] {
        let form = ChangeOwnEmail {
            email: NEW.to_owned(),
            current: current.to_owned(),
        };
        let answer = error(email::change_own(&fixture.kh, &staff, form).await);
        let problem = Problems::one("current_password", code);
        assert_eq!(answer, AppError::Invalid(problem));
    }
    let after = Snapshot::but_for_refusals(&fixture.kh).await;
    let changes = before.changes(&after);
    let counts = ["limits", "failures"];
    let counted = |line: &String| counts.iter().any(|word| line.contains(word));
    assert!(changes.iter().all(counted), "{changes:?}");
    assert!(mails(&fixture).await.is_empty());
}

async fn r30_an_address_that_is_taken_meanwhile_is_refused_without_a_name(fixture: Fixture) {
    let (ada, dana) = people(&fixture).await;
    ask(&fixture, &dana, "erin@shop.example")
        .await
        .expect("asks");
    let token = link(&fixture).await;
    fixture.invite(&ada, "Erin", &["Crew"], &["Downtown"]).await;
    let answer = confirm(&fixture.kh, &fixture, &token).await;
    assert_eq!(answer.err(), Some(beside(ProblemCode::AddressUnusable)));
    assert_eq!(fact(&fixture, "Dana", "email").await, OLD);
}

async fn r30_an_address_of_somebody_unknown_cant_be_used_and_one_known_is_named(fixture: Fixture) {
    let (ada, dana) = people(&fixture).await;
    let answer = ask(&fixture, &dana, "Ada@shop.example").await;
    assert_eq!(answer.err(), Some(beside(ProblemCode::AddressUnusable)));
    let answer = ask(&fixture, &dana, "DANA@shop.example").await;
    assert_eq!(answer.err(), Some(beside(ProblemCode::SameEmail)));
    let id = id_of(&fixture, "Dana").await;
    let answer = email::change(&fixture.kh, &ada, &id, "ada@shop.example").await;
    let AppError::Invalid(problems) = error(answer) else {
        panic!("it is taken")
    };
    let named = problems.of("email");
    assert!(matches!(named, Some(ProblemCode::EmailTaken { name, .. }) if name == "Ada Owner"));
}

async fn r30_a_change_voids_links_to_new_passwords_that_went_to_the_old_address(fixture: Fixture) {
    let (_, dana) = people(&fixture).await;
    let form = ForgotPassword {
        email: OLD.to_owned(),
    };
    passwords::forgot(&fixture.kh, &fixture.client(), form)
        .await
        .expect("answers");
    fixture.kh.settled().await;
    let reset = fixture.last_link().await;
    ask(&fixture, &dana, NEW).await.expect("asks");
    let token = link(&fixture).await;
    confirm(&fixture.kh, &fixture, &token)
        .await
        .expect("confirms");
    let answer = passwords::reset_view(&fixture.kh, &reset).await;
    assert_eq!(error(answer), AppError::LinkOver);
}

async fn r30_a_new_password_and_a_deactivation_void_a_change_that_waits(fixture: Fixture) {
    let (ada, dana) = people(&fixture).await;
    ask(&fixture, &dana, NEW).await.expect("asks");
    let token = link(&fixture).await;
    let form = ChangePassword {
        current: PASSWORD.to_owned(),
        new: NewPassword {
            password: "violet anchor thunder mosaic".to_owned(),
            again: "violet anchor thunder mosaic".to_owned(),
        },
        end_others: false,
    };
    let staff = fixture.staff(&dana).await;
    passwords::change(&fixture.kh, &staff, form)
        .await
        .expect("changes");
    let answer = confirm(&fixture.kh, &fixture, &token).await;
    assert_eq!(answer.err(), Some(AppError::LinkOver));

    let id = id_of(&fixture, "Dana").await;
    email::change(&fixture.kh, &ada, &id, NEW)
        .await
        .expect("asks");
    let token = link(&fixture).await;
    users::deactivate(&fixture.kh, &ada, &id)
        .await
        .expect("ends");
    users::reactivate(&fixture.kh, &ada, &id)
        .await
        .expect("begins");
    let answer = confirm(&fixture.kh, &fixture, &token).await;
    assert_eq!(answer.err(), Some(AppError::LinkOver));
}

async fn r22_a_link_lives_an_hour_and_works_once_also_when_two_try_at_once(fixture: Fixture) {
    let (_, dana) = people(&fixture).await;
    ask(&fixture, &dana, NEW).await.expect("asks");
    let token = link(&fixture).await;
    fixture.clock.advance(just_before(60 * MINUTE));
    email::view(&fixture.kh, &token).await.expect("still good");
    let fixture = Arc::new(fixture);
    let two = (0..2).map(|_| {
        let (fixture, token) = (Arc::clone(&fixture), token.clone());
        async move { confirm(&fixture.kh, &fixture, &token).await }
    });
    let answers = at_once(two).await;
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(done, 1, "{answers:?}");
    let again = confirm(&fixture.kh, &fixture, &token).await;
    assert_eq!(again.err(), Some(AppError::LinkOver));

    let browser = fixture.session_for(id_of(&fixture, "Dana").await.parse().expect("an id"));
    let browser = browser.await;
    ask(&fixture, &browser, OLD).await.expect("asks");
    let token = link(&fixture).await;
    fixture.clock.advance(60 * MINUTE);
    let answer = confirm(&fixture.kh, &fixture, &token).await;
    assert_eq!(answer.err(), Some(AppError::LinkOver));
    email::sweep(&fixture.kh).await.expect("forgets it");
    let stored = Snapshot::of(&fixture.kh).await;
    assert!(!stored.tables_with(OLD).contains(&"email_changes"));
}

async fn r22_a_newer_link_voids_the_older_one_and_a_withdrawn_one_is_over(fixture: Fixture) {
    let (ada, dana) = people(&fixture).await;
    ask(&fixture, &dana, "first@new.example")
        .await
        .expect("asks");
    let first = link(&fixture).await;
    let id = id_of(&fixture, "Dana").await;
    email::change(&fixture.kh, &ada, &id, NEW)
        .await
        .expect("asks");
    let second = link(&fixture).await;
    let answer = confirm(&fixture.kh, &fixture, &first).await;
    assert_eq!(answer.err(), Some(AppError::LinkOver));
    let staff = fixture.staff(&dana).await;
    email::withdraw_own(&fixture.kh, &staff)
        .await
        .expect("hers");
    let answer = confirm(&fixture.kh, &fixture, &second).await;
    assert_eq!(answer.err(), Some(AppError::LinkOver));
    let answer = email::withdraw(&fixture.kh, &ada, &id).await;
    assert_eq!(error(answer), AppError::Conflict, "nothing waits any more");

    // A mail whose link is void does not go out.
    ask(&fixture, &dana, NEW).await.expect("asks");
    email::withdraw(&fixture.kh, &ada, &id)
        .await
        .expect("withdraws");
    let to: Vec<_> = mails(&fixture)
        .await
        .into_iter()
        .map(|mail| mail.to)
        .collect();
    assert_eq!(to, [OLD]);
}

async fn r23_looking_at_a_link_uses_nothing_up(fixture: Fixture) {
    let (_, dana) = people(&fixture).await;
    ask(&fixture, &dana, NEW).await.expect("asks");
    let token = link(&fixture).await;
    let before = Snapshot::of(&fixture.kh).await;
    for _ in 0..3 {
        let view = email::view(&fixture.kh, &token).await.expect("shows");
        assert_eq!(
            (view.email.as_str(), view.business.as_str()),
            (NEW, "Ada's Hire")
        );
    }
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
    for other in ["", "x", "00000000000000000000000000"] {
        let answer = email::view(&fixture.kh, other).await;
        assert_eq!(error(answer), AppError::LinkOver);
    }
    confirm(&fixture.kh, &fixture, &token)
        .await
        .expect("confirms");
}

async fn r25_one_plain_address_is_taken_and_nothing_else(fixture: Fixture) {
    let (ada, dana) = people(&fixture).await;
    let id = id_of(&fixture, "Dana").await;
    for (wrong, code) in [
        ("", ProblemCode::Required),
        ("a@x.example,b@x.example", ProblemCode::Email),
        ("a@x.example b@x.example", ProblemCode::Email),
        ("a@x.example\r\nBcc: b@x.example", ProblemCode::Email),
        ("[\"a@x.example\"]", ProblemCode::Email),
        ("a@x", ProblemCode::Email),
    ] {
        let answer = ask(&fixture, &dana, wrong).await;
        assert_eq!(answer.err(), Some(beside(code.clone())), "{wrong}");
        let answer = email::change(&fixture.kh, &ada, &id, wrong).await;
        assert_eq!(error(answer), beside(code), "{wrong}");
    }
    assert!(mails(&fixture).await.is_empty());
}

async fn r19_too_many_are_refused(fixture: Fixture) {
    let (ada, dana) = people(&fixture).await;
    for n in 0..5 {
        let address = format!("dana{n}@new.example");
        ask(&fixture, &dana, &address).await.expect("asks");
    }
    let answer = ask(&fixture, &dana, NEW).await;
    assert!(
        matches!(answer, Err(AppError::TooMany { .. })),
        "{answer:?}"
    );
    let id = id_of(&fixture, "Dana").await;
    let answer = email::change(&fixture.kh, &ada, &id, NEW).await;
    assert!(matches!(error(answer), AppError::TooMany { .. }));
    fixture.clock.advance(15 * MINUTE);
    ask(&fixture, &dana, NEW).await.expect("asks again");
}

async fn r21_the_links_token_is_stored_hashed_only(fixture: Fixture) {
    let (_, dana) = people(&fixture).await;
    ask(&fixture, &dana, NEW).await.expect("asks");
    let queued = Snapshot::of(&fixture.kh).await;
    let token = link(&fixture).await;
    assert!(token.len() >= 22, "128 bits in base64 are 22 characters");
    for stored in [queued, Snapshot::of(&fixture.kh).await] {
        assert_eq!(stored.tables_with(&token), [] as [&str; 0]);
        let hash = service::crypto::hash_token(&token);
        assert_eq!(stored.tables_with(&hash), ["email_changes"]);
    }
}

async fn r29_the_link_of_somebody_who_may_no_longer_is_over(fixture: Fixture) {
    let (ada, _) = people(&fixture).await;
    let both = ["Downtown", "Airport"];
    let browser = fixture.join(&ada, "Al", &["Admin"], &both).await;
    let al = fixture.staff(&browser).await;
    let id = id_of(&fixture, "Dana").await;
    email::change(&fixture.kh, &al, &id, "al@evil.example")
        .await
        .expect("asks");
    let token = link(&fixture).await;
    email::view(&fixture.kh, &token).await.expect("good so far");
    set_access(&fixture, &ada, "Al", &["Crew"], &["Downtown"]).await;
    assert_eq!(
        error(email::view(&fixture.kh, &token).await),
        AppError::LinkOver
    );
    let answer = confirm(&fixture.kh, &fixture, &token).await;
    assert_eq!(answer.err(), Some(AppError::LinkOver));
    assert_eq!(fact(&fixture, "Dana", "email").await, OLD);
}

async fn r56_nobody_changes_the_email_of_those_above_or_of_themselves_as_an_admin(
    fixture: Fixture,
) {
    let (ada, dana) = people(&fixture).await;
    let both = ["Downtown", "Airport"];
    let browser = fixture.join(&ada, "Al", &["Admin"], &both).await;
    let al = fixture.staff(&browser).await;
    for (name, rule) in [
        ("Ada", access::Rule::AboveYou),
        ("Al", access::Rule::SelfChange),
    ] {
        let id = id_of(&fixture, name).await;
        for answer in [
            email::change(&fixture.kh, &al, &id, NEW).await,
            email::withdraw(&fixture.kh, &al, &id).await,
        ] {
            assert_eq!(error(answer), AppError::Refused(rule.clone()), "{name}");
        }
    }
    let crew = fixture.staff(&dana).await;
    for id in [
        id_of(&fixture, "Al").await,
        "00000000-0000-7000-8000-000000000000".to_owned(),
    ] {
        let answer = error(email::change(&fixture.kh, &crew, &id, NEW).await);
        assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
    }
    let manager = fixture.join(&ada, "Mia", &["Admin"], &["Airport"]).await;
    let mia = fixture.staff(&manager).await;
    let answers = [id_of(&fixture, "Dana").await, "x".to_owned()].map(|id| {
        let (kh, mia) = (fixture.kh.clone(), Arc::clone(&mia));
        async move { error(email::change(&kh, &mia, &id, NEW).await) }
    });
    for answer in answers {
        assert_eq!(answer.await, AppError::NotFound, "not hers to know");
    }
}

async fn who_is_only_invited_is_invited_at_the_new_address(fixture: Fixture) {
    let (ada, _) = people(&fixture).await;
    let old = fixture.invite(&ada, "Erin", &["Crew"], &["Downtown"]).await;
    let id = id_of(&fixture, "Erin").await;
    email::change(&fixture.kh, &ada, &id, "erin@new.example")
        .await
        .expect("changes");
    let [invite] = mails(&fixture).await.try_into().expect("one mail");
    assert_eq!(invite.to, "erin@new.example");
    assert_eq!(fact(&fixture, "Erin", "email").await, "erin@new.example");
    let answer = try_accept(&fixture, &old).await;
    assert_eq!(answer.err(), Some(AppError::LinkOver));
    let new = fixture.last_link().await;
    try_accept(&fixture, &new).await.expect("accepts");
}

async fn what_waits_is_shown_with_who_asked(fixture: Fixture) {
    let (ada, dana) = people(&fixture).await;
    let id = id_of(&fixture, "Dana").await;
    email::change(&fixture.kh, &ada, &id, NEW)
        .await
        .expect("asks");
    let staff = fixture.staff(&dana).await;
    let view = profile::view(&fixture.kh, &staff).await.expect("shows");
    let waits = view.email_change.expect("it waits");
    assert_eq!(waits.email, NEW);
    assert_eq!(waits.by.as_deref(), Some("Ada Owner"));
    let view = users::view(&fixture.kh, &ada, &id).await.expect("shows");
    assert_eq!(view.email, OLD);
    let waits = view.email_change.expect("it waits");
    assert_eq!(waits.by, None, "she asked herself");
    fixture.clock.advance(60 * MINUTE);
    let view = users::view(&fixture.kh, &ada, &id).await.expect("shows");
    assert_eq!(view.email_change, None, "it is over");
}

async fn an_admin_reads_what_became_of_a_persons_mails_and_not_what_was_said_of_another_address(
    fixture: Fixture,
) {
    let (ada, dana) = people(&fixture).await;
    let said = format!("550 no mailbox, also not {NEW}");
    fixture.mails.refuse(Some(MailError {
        trouble: MailTrouble::Refused,
        said: said.clone(),
        permanent: false,
    }));
    ask(&fixture, &dana, NEW).await.expect("asks");
    outbox::run_due(&fixture.kh).await.expect("works");
    // The link went to the new address; the notice to the one they sign in with.
    let waiting = |said: &str| MailState::Retrying {
        trouble: MailTrouble::Refused,
        said: said.to_owned(),
    };
    let of = |mails: &[MailFacts], kind| {
        let mail = mails.iter().find(|mail| mail.kind == kind);
        mail.map(|mail| mail.state.clone())
    };
    let id = id_of(&fixture, "Dana").await;
    let view = users::view_sign_in(&fixture.kh, &ada, &id).await;
    let mails = view.expect("page").mails;
    assert_eq!(of(&mails, MailKind::EmailLink), Some(waiting("")));
    assert_eq!(of(&mails, MailKind::EmailAsked), Some(waiting(&said)));
    assert_eq!(of(&mails, MailKind::Invite), Some(MailState::Sent));

    // What a newer version beside this one wrote is left to it.
    let newer = "UPDATE outbox SET kind = 'of_a_newer_version' WHERE kind = 'email_asked'";
    write(&fixture.kh, newer).await;
    let view = users::view_sign_in(&fixture.kh, &ada, &id).await;
    let fewer = view.expect("page").mails;
    assert_eq!(of(&fewer, MailKind::EmailAsked), None);
    assert_eq!(fewer.len(), mails.len() - 1);
}
