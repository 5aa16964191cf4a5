//! A new password by the link of a mail (product §5).

mod asking;
mod by_admin;
mod links;
mod new_password;

use std::sync::Arc;

use domain::passwords::{ForgotPassword, NewPassword};
use domain::{AppError, Done};
use service::mail::Message;
use service::testing::{Fixture, PASSWORD, PUBLIC_URL};
use service::{Keyholder, Staff, outbox, passwords};
use tower_sessions::Session;

use crate::support::{allow_many_sessions, try_sign_in};

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
