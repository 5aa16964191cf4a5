//! How often somebody may be wrong (product §5).
//!
//! Two counts, so that a lock keeps strangers out and nobody who is in:
//!
//! - [`Slot`], for every door of signing in (password, code, recovery code): five wrong tries lock
//!   the account for 15 minutes, whichever doors they came through.
//! - [`own_password`], for who is signed in and asked again: five wrong tries in a session, which
//!   leave the account and other sessions alone.
//!
//! Both add to the wrong tries in a row, of passwords and of codes each for itself ([`Tried`]). The
//! hundredth switches off what was tried: the password until it is set anew, the second factor
//! until somebody takes it away (req. 16; NIST SP 800-63B-4 §3.2.2). So nobody who can set a new
//! password, as whoever reads the mailbox can, gets more than a hundred codes out of it.

pub mod notes;
mod sql;

use std::time::Duration;

use access::actions::LockAccount;
use access::{Action, Grant, Instant, UserId};
use domain::form::PASSWORD_MAX_BYTES;
use domain::{AppError, ProblemCode};

use crate::audit;
use crate::failure::Failure;
use crate::hashing::Phc;
use crate::keyholder::Keyholder;
use crate::limits::{self, Limit};
use crate::sessions;
use crate::tx::{Change, Object, Tx, Users};
use crate::visitor::{Client, Staff};

pub(crate) use sql::{counts, forgive, locked_out, unlock};

/// Wrong tries that lock an account (product §5).
const TRIES: i64 = 5;
/// How long it stays locked (product §5, both seeds).
const LOCK_MS: i64 = 15 * 60_000;
/// Wrong tries in a row after which what was tried is of no use any more (req. 16).
pub(crate) const MOST_IN_A_ROW: i64 = 100;
/// How long a try may take before its slot counts as abandoned.
const SLOT_MS: i64 = 30_000;
/// How long a try waits for a slot while others are under way, and between two looks.
const WAIT_MS: u64 = 5_000;
const LOOK_MS: u64 = 25;
/// Wrong tries in a session to give one's own password, or a code, again.
pub(crate) const IN_A_SESSION: Limit = Limit {
    times: TRIES,
    within: Duration::from_mins(15),
};

/// Wrong tries from one place, whichever accounts they were for. Right ones do not count, so that
/// no shop behind one address ever comes near it; and who guesses gets no further with 60 accounts
/// than with one (req. 17, 19).
const FROM_ONE_PLACE: Limit = Limit {
    times: 300,
    within: Duration::from_mins(15),
};

/// What somebody tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    /// A password.
    Password,
    /// A code of the second factor, or a recovery code.
    Code,
}

/// A try's place among the five of an account (req. 14, 18) and the many of where it comes from.
/// Tries under way count as if they were wrong, so that no more than five are ever compared with
/// what is stored; right ones are given back.
///
/// Whoever takes a slot ends with [`Self::give_back`] or [`Self::count_wrong`]; the account's slot
/// of one that does neither is let go after 30 seconds, and its place counts it for a quarter of an
/// hour.
pub(crate) struct Slot {
    /// The bucket of where the try comes from.
    place: String,
    account: Account,
}

enum Account {
    /// The account took the try.
    Real { person: UserId, tried: Tried },
    /// There is no such account, or it takes no tries now. As much is written as for a real one.
    Sham { bucket: String },
}

impl Slot {
    /// Takes a slot of an account, if there is one; waits for one while tries under way hold them
    /// all, so that right ones at the same moment lock nobody out. `key` stands for what was typed
    /// to find the account.
    ///
    /// # Errors
    /// [`AppError::TooMany`] after too many wrong tries from one place.
    pub(crate) async fn take(
        kh: &Keyholder,
        client: &Client,
        tried: Tried,
        account: Option<UserId>,
        key: &str,
    ) -> Result<Self, Failure> {
        let place = format!("sign-in:{}", limits::place(&client.ip));
        let mut looks = WAIT_MS / LOOK_MS;
        loop {
            // The account before the place, as in giving back: a whole shop shares the place, and
            // no two tries wait for each other.
            let mut tx = kh.db().begin().await?;
            let taken = match account {
                Some(person) => sql::take_slot(&mut tx, person, tried, kh.now(), SLOT_MS).await?,
                None => sql::Taken::Locked,
            };
            let account = match (taken, account) {
                (sql::Taken::AllUnderWay, _) if looks > 0 => {
                    tx.rollback().await?;
                    tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
                    looks -= 1;
                    continue;
                }
                (sql::Taken::Yes, Some(person)) => Account::Real { person, tried },
                // Refused like any other, so that neither a lock nor a crowd at one account tells
                // that there is one.
                _ => {
                    let bucket = format!("sham:{}", crate::crypto::hash_token(key));
                    sql::sham(&mut tx, &bucket, Instant(kh.now().0 + LOCK_MS)).await?;
                    Account::Sham { bucket }
                }
            };
            let counted = limits::count(&mut tx, kh.now(), &place, FROM_ONE_PLACE).await?;
            if let Err(retry_after) = counted {
                tx.rollback().await?;
                return Err(AppError::TooMany { retry_after }.into());
            }
            tx.commit().await?;
            return Ok(Self { place, account });
        }
    }

    /// Whether the try may be compared with anything. If not, it is as wrong as any other.
    pub(crate) const fn is_real(&self) -> bool {
        matches!(self.account, Account::Real { .. })
    }

    /// The try was right, or nothing was compared.
    pub(crate) async fn give_back(&self, kh: &Keyholder) -> Result<(), Failure> {
        let mut tx = kh.db().begin().await?;
        if let Account::Real { person, .. } = &self.account {
            sql::give_back(&mut tx, *person).await?;
        }
        limits::give_back(&mut *tx, &self.place).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The try was wrong; the fifth locks the account for 15 minutes, the hundredth in a row
    /// switches off what was tried. Whichever it was, and whether there is an account or none, as
    /// much is written before the answer (req. 11).
    pub(crate) async fn count_wrong(&self, kh: &Keyholder, client: &Client) -> Result<(), Failure> {
        let mut tx = kh.db().begin().await?;
        let until = Instant(kh.now().0 + LOCK_MS);
        let wrong = match &self.account {
            Account::Real { person, tried } => {
                Some(sql::count_wrong(&mut tx, *person, *tried, until).await?)
            }
            Account::Sham { bucket } => {
                sql::sham(&mut tx, bucket, until).await?;
                None
            }
        };
        notes::note(kh, &mut tx, client, wrong).await?;
        tx.commit().await?;
        kh.tries_noted().notify_one();
        Ok(())
    }
}

/// A wrong try at an account, and what it brought about.
#[derive(Clone, Copy)]
struct Wrong {
    person: UserId,
    /// Until when it locked the account, if it did.
    locked_until: Option<Instant>,
    /// What it switched off.
    off: Option<Tried>,
}

impl Wrong {
    /// Why the account takes fewer tries than before; nothing when it takes as many.
    const fn why(&self) -> Option<&'static str> {
        match (self.locked_until, self.off) {
            (Some(_), _) => Some("five_wrong_tries"),
            (None, Some(_)) => Some("hundred_wrong_tries"),
            (None, None) => None,
        }
    }

    /// What the audit log keeps of that.
    fn change(&self, name: &str) -> Change {
        let mut after = serde_json::Map::new();
        if let Some(until) = self.locked_until {
            after.insert("locked_until".to_owned(), until.0.into());
        }
        if let Some(off) = self.off {
            let what = match off {
                Tried::Password => "password_disabled",
                Tried::Code => "two_factor_disabled",
            };
            after.insert(what.to_owned(), true.into());
        }
        Change::of(Object::user(self.person, name)).after(&after)
    }
}

/// Asks a signed-in person for their own password again, before `A`, whose form asks for it each
/// time. `field` is the form's field that holds it.
///
/// # Errors
/// As [`given_again`].
pub async fn own_password<A: Action>(
    kh: &Keyholder,
    staff: &Staff,
    field: &str,
    password: &str,
) -> Result<(), Failure> {
    given_again(kh, staff, A::OPERATION.name, field, password).await
}

/// Compares what a signed-in person gave as their own password, before an operation that wants
/// more than an open session.
///
/// Right or wrong it is counted before it is compared. Five wrong ones in a row in a session, and
/// it is asked no more for 15 minutes: the session goes on, and neither the account nor any other
/// session notices (product §5). A right one sets the session's count back, and is remembered as
/// the proof of who sits there (product §7). A wrong one is a refusal of the operation in the
/// audit log.
///
/// # Errors
/// [`ProblemCode::PasswordWrong`] or [`ProblemCode::PasswordDisabled`] of `field`, what else is
/// wrong with it, or [`AppError::TooMany`].
pub(crate) async fn given_again(
    kh: &Keyholder,
    staff: &Staff,
    operation: &'static str,
    field: &str,
    password: &str,
) -> Result<(), Failure> {
    if password.is_empty() {
        return Err(Failure::field(field, ProblemCode::Required));
    }
    if password.len() > PASSWORD_MAX_BYTES {
        return Err(Failure::field(field, ProblemCode::PasswordWrong));
    }
    let bucket = format!("own-password:{}", staff.caller.session);
    limits::ask(kh, &bucket, IN_A_SESSION).await?;
    let person = staff.caller.person.id;
    let stored = sql::stored(&mut *kh.reader().acquire().await?, person).await?;
    if stored.failures >= MOST_IN_A_ROW {
        return Err(Failure::field(field, ProblemCode::PasswordDisabled));
    }
    let phc = stored.password.map(Phc::from);
    let verified = match kh.hasher().verify(password, phc.as_ref()).await {
        Ok(verified) => verified,
        Err(error) => {
            limits::give_back(kh.writer(), &bucket).await?;
            return Err(error.into());
        }
    };
    if verified.matches {
        limits::forget(kh, &bucket).await?;
        return sessions::prove(kh, staff.caller.session).await;
    }
    limits::begin_anew(kh, &bucket, IN_A_SESSION).await?;
    count_in_a_row(kh, staff, Tried::Password).await?;
    audit::record_refused(kh, staff, operation, "wrong_password".to_owned()).await?;
    Err(Failure::field(field, ProblemCode::PasswordWrong))
}

/// Counts a wrong try of a signed-in person among those in a row (req. 16).
pub(crate) async fn count_in_a_row(
    kh: &Keyholder,
    staff: &Staff,
    tried: Tried,
) -> Result<(), Failure> {
    if sql::count_failure(kh.writer(), staff.caller.person.id, tried).await? {
        return Ok(());
    }
    disable(kh, staff, tried).await
}

/// Counts the hundredth wrong try in a row, of a signed-in person.
async fn disable(kh: &Keyholder, staff: &Staff, tried: Tried) -> Result<(), Failure> {
    let grant: Grant<LockAccount> = access::system::grant("hundred_wrong_tries");
    let mut tx = Tx::system(kh, grant, staff.client.clone()).await?;
    let wrong = Wrong {
        person: staff.caller.person.id,
        locked_until: None,
        off: Some(tried),
    };
    if sql::disable(&mut tx.write::<Users>(), wrong.person, tried).await? {
        tx.commit(wrong.change(&staff.me.name)).await?;
    }
    Ok(())
}
