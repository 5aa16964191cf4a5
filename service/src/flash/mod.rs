//! What a page without script remembers from a form post to the page that follows: ten minutes,
//! read once, never in the address (product §12).

mod sql;

use access::Instant;
use domain::Flash;

use crate::crypto::hash_token;
use crate::failure::Failure;
use crate::keyholder::Keyholder;

/// How long it is kept.
const KEPT_MS: i64 = 10 * 60_000;

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
