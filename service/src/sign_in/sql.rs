//! Statements of signing in.

use access::{Instant, UserId};
use sqlx::{AnyPool, Row};

use crate::db::flag;
use crate::failure::Failure;
use crate::people::sql::id;
use crate::tx::{Users, Write};

/// Name of the business, once it is set up.
pub(super) async fn business_name(pool: &AnyPool) -> Result<Option<String>, Failure> {
    Ok(sqlx::query_scalar("SELECT name FROM business WHERE id = 1")
        .fetch_optional(pool)
        .await?)
}

/// An account as signing in needs it.
pub(super) struct Account {
    pub id: UserId,
    pub name: String,
    pub state: String,
    pub ends_at: i64,
    pub password: Option<String>,
    pub two_factor: bool,
}

pub(super) async fn account(pool: &AnyPool, email_fold: &str) -> Result<Option<Account>, Failure> {
    sqlx::query(
        "SELECT id, name, state, ends_at, password, two_factor FROM users WHERE email_fold = $1",
    )
    .bind(email_fold)
    .fetch_optional(pool)
    .await?
    .map(|row| {
        Ok(Account {
            id: id(&row, "id")?,
            name: row.try_get("name")?,
            state: row.try_get("state")?,
            ends_at: row.try_get("ends_at")?,
            password: row.try_get("password")?,
            two_factor: flag(&row, "two_factor")?,
        })
    })
    .transpose()
}

/// What became of the wish for a slot.
pub(super) enum Taken {
    /// The try may go on.
    Yes,
    /// The account is locked.
    Locked,
    /// Tries under way hold what is left.
    AllUnderWay,
}

/// Takes a slot in one statement: check and count are one (req. 14). A lock that is over sets the
/// count back; slots of tries that never came to an end are let go.
pub(super) async fn take_slot(
    pool: &AnyPool,
    person: UserId,
    now: Instant,
    tries: i64,
    slot_ms: i64,
) -> Result<Taken, Failure> {
    let taken = sqlx::query(
        "UPDATE users SET \
           failed = CASE WHEN locked_until > 0 THEN 0 ELSE failed END, \
           locked_until = 0, \
           pending = CASE WHEN pending_until <= $2 THEN 1 ELSE pending + 1 END, \
           pending_until = $2 + $4 \
         WHERE id = $1 AND locked_until <= $2 \
           AND CASE WHEN locked_until > 0 THEN 0 ELSE failed END \
             + CASE WHEN pending_until <= $2 THEN 0 ELSE pending END < $3",
    )
    .bind(person.to_string())
    .bind(now.0)
    .bind(tries)
    .bind(slot_ms)
    .execute(pool)
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(Taken::Yes);
    }
    let locked: i64 = sqlx::query_scalar(
        "SELECT CASE WHEN locked_until > $2 OR failed >= $3 THEN 1 ELSE 0 END \
         FROM users WHERE id = $1",
    )
    .bind(person.to_string())
    .bind(now.0)
    .bind(tries)
    .fetch_one(pool)
    .await?;
    Ok(if locked == 1 {
        Taken::Locked
    } else {
        Taken::AllUnderWay
    })
}

/// Lets go of a slot without counting it.
pub(super) async fn give_back(pool: &AnyPool, person: UserId) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET pending = pending - 1 WHERE id = $1 AND pending > 0")
        .bind(person.to_string())
        .execute(pool)
        .await?;
    Ok(())
}

/// Turns a slot into a wrong try; `false` when this would be the last one and locks.
pub(super) async fn count_wrong(
    pool: &AnyPool,
    person: UserId,
    tries: i64,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE users SET failed = failed + 1, \
           pending = CASE WHEN pending > 0 THEN pending - 1 ELSE 0 END \
         WHERE id = $1 AND failed + 1 < $2",
    )
    .bind(person.to_string())
    .bind(tries)
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes as much as a real try does, for one that has no account (req. 11).
pub(super) async fn sham(pool: &AnyPool, bucket: &str, ends: Instant) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO limits (bucket, hits, ends) VALUES ($1, 1, $2) \
         ON CONFLICT (bucket) DO UPDATE SET hits = limits.hits + 1, ends = $2",
    )
    .bind(bucket)
    .bind(ends.0)
    .execute(pool)
    .await?;
    Ok(())
}

/// Counts the last wrong try and locks; `false` when it would not be the last one by now.
pub(super) async fn lock(
    write: &mut Write<'_, Users>,
    person: UserId,
    until: Instant,
    tries: i64,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE users SET failed = failed + 1, locked_until = $2, \
           pending = CASE WHEN pending > 0 THEN pending - 1 ELSE 0 END \
         WHERE id = $1 AND failed + 1 >= $3",
    )
    .bind(person.to_string())
    .bind(until.0)
    .bind(tries)
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Replaces a hash made with weaker parameters, unless the password was changed meanwhile.
pub(super) async fn rehash(
    pool: &AnyPool,
    person: UserId,
    old: &str,
    new: &str,
) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET password = $3 WHERE id = $1 AND password = $2")
        .bind(person.to_string())
        .bind(old)
        .bind(new)
        .execute(pool)
        .await?;
    Ok(())
}
