//! What a page without script remembers from a form post to the page that follows: ten minutes,
//! read once, never in the address (product §12).

mod sql;

use std::time::Duration;

use access::Instant;
use domain::Flash;

use crate::crypto::hash_token;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::limits::{self, Limit};
use crate::visitor::Client;

/// How long it is kept.
const KEPT_MS: i64 = 10 * 60_000;
/// Flashes of people who are not signed in, from one place: more would fill the disk, not a page.
const STRANGERS_FROM_ONE_PLACE: Limit = Limit {
    times: 60,
    within: Duration::from_mins(15),
};

/// Keeps a flash and answers the token under which it is read.
///
/// # Errors
/// When the database does not answer.
pub async fn put(kh: &Keyholder, flash: &Flash) -> Result<String, Failure> {
    let token = kh.rng().token();
    let expires = Instant(kh.now().0 + KEPT_MS);
    let payload = serde_json::to_string(flash)?;
    sql::insert(kh.writer(), &hash_token(&token), &payload, expires).await?;
    Ok(token)
}

/// Like [`put`], for somebody who is not signed in.
///
/// # Errors
/// [`AppError::TooMany`](domain::AppError::TooMany) when their place has left too many; when the
/// database does not answer.
pub async fn put_of_stranger(
    kh: &Keyholder,
    client: &Client,
    flash: &Flash,
) -> Result<String, Failure> {
    let place = format!("flash:{}", limits::place(&client.ip));
    limits::ask(kh, &place, STRANGERS_FROM_ONE_PLACE).await?;
    put(kh, flash).await
}

/// Reads a flash and forgets it.
///
/// # Errors
/// When the database does not answer.
pub async fn take(kh: &Keyholder, token: &str) -> Result<Option<Flash>, Failure> {
    let payload = sql::take(kh.writer(), &hash_token(token), kh.now()).await?;
    Ok(payload.and_then(|payload| serde_json::from_str(&payload).ok()))
}

/// Forgets what nobody came back for.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(kh: &Keyholder) -> Result<(), Failure> {
    sql::forget(kh.writer(), kh.now()).await
}
