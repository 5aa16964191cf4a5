//! Passwords (product §5): what a new one must be, changing one's own, and the link of a mail to a
//! new one for who has forgotten theirs.

mod change;
mod common;
mod familiar;
mod reset;
mod rules;
mod sql;
mod strength;

use access::{Instant, SessionRef, UserId};
use domain::EndedWhy;
use domain::form::{PASSWORD_MIN, PASSWORD_MIN_ALONE};
use sqlx::AnyConnection;

use crate::email;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::sessions;
use crate::tx::{EmailChanges, Guarded, Resets, Sessions, Tx, Users, Writes};

pub use change::{change, choose, choose_view, view};
pub use reset::{forgot, reset, view as reset_view};
pub(crate) use reset::{is_open, send};
pub use rules::check;
pub(crate) use sql::withdraw;
pub use strength::strength;

/// Fewest characters of a new password (product §5).
const fn min_of(two_factor: bool) -> usize {
    if two_factor {
        PASSWORD_MIN
    } else {
        PASSWORD_MIN_ALONE
    }
}

/// Words that must not make up a person's password: their names and address, the stores', the
/// business's (req. 4).
pub(crate) async fn words(
    conn: &mut AnyConnection,
    person: UserId,
) -> Result<Vec<String>, Failure> {
    sql::words(conn, person).await
}

/// Refuses a new password that the rules stand against.
pub(crate) fn must_be_good(password: &str, min: usize, words: &[String]) -> Result<(), Failure> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match check(password, min, &words) {
        Some(problem) => Err(Failure::field("password", problem)),
        None => Ok(()),
    }
}

/// A new password, as it is stored.
struct Stored<'a> {
    phc: &'a str,
    /// Long enough for use without a second factor.
    alone: bool,
}

impl<'a> Stored<'a> {
    fn new(phc: &'a crate::hashing::Phc, password: &str) -> Self {
        Self {
            phc: phc.as_str(),
            alone: rules::characters(password) >= PASSWORD_MIN_ALONE,
        }
    }
}

/// Writes a password over the one that was set at `instead_of`. From then on links to new ones are
/// void, and so is a change of address that waits, which whoever knew the old one may have asked
/// for; the wrong tries in a row no longer count, and nobody gets any further with a session that
/// began with the older one and is not complete: all of them end, but the one (`inside`) in which
/// it was set. Answers how many ended; nothing when the password was another by now.
async fn replace<A>(
    tx: &mut Tx<A>,
    person: UserId,
    stored: &Stored<'_>,
    instead_of: Instant,
    inside: Option<SessionRef>,
) -> Result<Option<u32>, Failure>
where
    A: Guarded + Writes<Users> + Writes<Resets> + Writes<EmailChanges> + Writes<Sessions>,
{
    let now = tx.now();
    let write = &mut tx.write::<Users>();
    if !sql::set_password(write, person, stored, instead_of, now).await? {
        return Ok(None);
    }
    sql::withdraw(&mut tx.write::<Resets>(), person).await?;
    email::void(&mut tx.write::<EmailChanges>(), person).await?;
    let write = &mut tx.write::<Sessions>();
    let ended = sessions::end_half(write, person, inside, EndedWhy::PasswordReset, now).await?;
    Ok(Some(ended))
}

/// Forgets links that are over.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(kh: &Keyholder) -> Result<(), Failure> {
    sql::forget(kh.writer(), kh.now()).await
}
