//! How good a new password would be, for whoever thinks one up.

use domain::AppError;
use domain::form::PASSWORD_MIN_ALONE;
use domain::sign_in::PasswordStrength;

use super::{min_of, reset, rules, words};
use crate::failure::Failure;
use crate::invites;
use crate::keyholder::Keyholder;
use crate::visitor::Visitor;

/// How good a password would be, for who changes their own, and for whoever holds a link: of an
/// invitation, to a new password, or of the first run, where there are no names to know yet.
/// `token` is the link's secret, or empty.
///
/// # Errors
/// [`AppError::Busy`] when too many are measured at once; the meter is silent then.
pub async fn strength(
    kh: &Keyholder,
    visitor: &Visitor,
    password: String,
    token: &str,
) -> Result<PasswordStrength, Failure> {
    let (min, words) = context(kh, visitor, token).await?;
    let place = kh.measuring_place().ok_or(AppError::Busy)?;
    // Milliseconds of work, a few dozen for a text made for it: not on the async threads.
    let measured = tokio::task::spawn_blocking(move || {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let strength = rules::strength(&password, min, &words);
        drop(place);
        strength
    });
    measured
        .await
        .map_err(|broken| Failure::Internal(Box::new(broken)))
}

/// How long it must be, and the names that must not make it up. The connection is back before
/// anything is measured.
async fn context(
    kh: &Keyholder,
    visitor: &Visitor,
    token: &str,
) -> Result<(usize, Vec<String>), Failure> {
    let mut conn = kh.reader().acquire().await?;
    let now = kh.now();
    let (person, two_factor) = match visitor {
        _ if !token.is_empty() => match invites::person_behind(&mut conn, token, now).await? {
            Some(person) => (Some(person), false),
            None => match reset::account_behind(&mut conn, token, now).await? {
                Some(account) => (Some(account.id), account.two_factor),
                None => (None, false),
            },
        },
        Visitor::Staff(staff) => (Some(staff.caller.person.id), staff.me.two_factor),
        Visitor::Half(half) => (Some(half.person), false),
        Visitor::Nobody { .. } => (None, false),
    };
    Ok(match person {
        Some(person) => (min_of(two_factor), words(&mut conn, person).await?),
        None => (PASSWORD_MIN_ALONE, Vec::new()),
    })
}
