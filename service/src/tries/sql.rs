//! Statements of counting wrong tries.

use access::{Instant, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, Row};

use super::MOST_IN_A_ROW;
use crate::failure::Failure;
use crate::tx::{Users, Write};

/// What became of the wish for a slot.
pub(super) enum Taken {
    /// The try may go on.
    Yes,
    /// The account is locked, or its password is switched off.
    Locked,
    /// Tries under way hold what is left.
    AllUnderWay,
}

/// Takes a slot in one statement: check and count are one (req. 14). A lock that is over sets the
/// count back; slots of tries that never came to an end are let go.
pub(super) async fn take_slot(
    conn: &mut AnyConnection,
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
         WHERE id = $1 AND locked_until <= $2 AND failures < $5 \
           AND CASE WHEN locked_until > 0 THEN 0 ELSE failed END \
             + CASE WHEN pending_until <= $2 THEN 0 ELSE pending END < $3",
    )
    .bind(person.to_string())
    .bind(now.0)
    .bind(tries)
    .bind(slot_ms)
    .bind(MOST_IN_A_ROW)
    .execute(&mut *conn)
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(Taken::Yes);
    }
    let locked: i64 = sqlx::query_scalar(
        "SELECT CASE WHEN locked_until > $2 OR failed >= $3 OR failures >= $4 THEN 1 ELSE 0 END \
         FROM users WHERE id = $1",
    )
    .bind(person.to_string())
    .bind(now.0)
    .bind(tries)
    .bind(MOST_IN_A_ROW)
    .fetch_one(conn)
    .await?;
    Ok(if locked == 1 {
        Taken::Locked
    } else {
        Taken::AllUnderWay
    })
}

/// Lets go of a slot without counting it.
pub(super) async fn give_back(conn: &mut AnyConnection, person: UserId) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET pending = pending - 1 WHERE id = $1 AND pending > 0")
        .bind(person.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Turns a slot into a wrong try; `false` when this would be the last one.
pub(super) async fn count_wrong(
    conn: &mut AnyConnection,
    person: UserId,
    tries: i64,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE users SET failed = failed + 1, failures = failures + 1, \
           pending = CASE WHEN pending > 0 THEN pending - 1 ELSE 0 END \
         WHERE id = $1 AND failed + 1 < $2 AND failures + 1 < $3",
    )
    .bind(person.to_string())
    .bind(tries)
    .bind(MOST_IN_A_ROW)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes as much as a real try does, for one that has no account (req. 11).
pub(super) async fn sham(
    conn: &mut AnyConnection,
    bucket: &str,
    ends: Instant,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO limits (bucket, hits, ends) VALUES ($1, 1, $2) \
         ON CONFLICT (bucket) DO UPDATE SET hits = limits.hits + 1, ends = $2",
    )
    .bind(bucket)
    .bind(ends.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// What a last wrong try left behind.
pub(super) struct Locked {
    pub until: Instant,
    pub failures: i64,
}

/// Counts the last wrong try: the last of five locks. Nothing when it would not be the last one
/// by now.
pub(super) async fn lock(
    write: &mut Write<'_, Users>,
    person: UserId,
    until: Instant,
    tries: i64,
) -> Result<Option<Locked>, Failure> {
    let row = sqlx::query(
        "UPDATE users SET failed = failed + 1, failures = failures + 1, \
           locked_until = CASE WHEN failed + 1 >= $3 THEN $2 ELSE locked_until END, \
           pending = CASE WHEN pending > 0 THEN pending - 1 ELSE 0 END \
         WHERE id = $1 AND (failed + 1 >= $3 OR failures + 1 >= $4) \
         RETURNING locked_until, failures",
    )
    .bind(person.to_string())
    .bind(until.0)
    .bind(tries)
    .bind(MOST_IN_A_ROW)
    .fetch_optional(write.conn())
    .await?;
    row.map(|row| read_locked(&row)).transpose()
}

/// Counts a wrong try outside the doors of signing in; `false` when it would be the hundredth.
pub(super) async fn count_failure(pool: &AnyPool, person: UserId) -> Result<bool, Failure> {
    let done =
        sqlx::query("UPDATE users SET failures = failures + 1 WHERE id = $1 AND failures + 1 < $2")
            .bind(person.to_string())
            .bind(MOST_IN_A_ROW)
            .execute(pool)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts the hundredth; nothing when somebody else did.
pub(super) async fn disable(
    write: &mut Write<'_, Users>,
    person: UserId,
) -> Result<Option<Locked>, Failure> {
    let row = sqlx::query(
        "UPDATE users SET failures = failures + 1 WHERE id = $1 AND failures = $2 - 1 \
         RETURNING locked_until, failures",
    )
    .bind(person.to_string())
    .bind(MOST_IN_A_ROW)
    .fetch_optional(write.conn())
    .await?;
    row.map(|row| read_locked(&row)).transpose()
}

/// How often somebody was wrong, for who looks after them.
pub(crate) struct Counts {
    pub password_set: i64,
    /// Wrong tries in a row.
    pub failures: i64,
}

pub(crate) async fn counts(conn: &mut AnyConnection, person: UserId) -> Result<Counts, Failure> {
    let row = sqlx::query("SELECT password_set, failures FROM users WHERE id = $1")
        .bind(person.to_string())
        .fetch_one(conn)
        .await?;
    Ok(Counts {
        password_set: row.try_get("password_set")?,
        failures: row.try_get("failures")?,
    })
}

/// A password was set anew: the wrong tries before it no longer count, and a lock ends.
pub(crate) async fn forgive(write: &mut Write<'_, Users>, person: UserId) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET failed = 0, failures = 0, locked_until = 0 WHERE id = $1")
        .bind(person.to_string())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Ends a lock; the wrong tries in a row stay counted. `false` when there was none.
pub(crate) async fn unlock(
    write: &mut Write<'_, Users>,
    person: UserId,
    now: Instant,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE users SET failed = 0, locked_until = 0 WHERE id = $1 AND locked_until > $2",
    )
    .bind(person.to_string())
    .bind(now.0)
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

fn read_locked(row: &AnyRow) -> Result<Locked, Failure> {
    Ok(Locked {
        until: Instant(row.try_get("locked_until")?),
        failures: row.try_get("failures")?,
    })
}

/// A person's password, and how often it was wrong in a row.
pub(super) struct Stored {
    pub password: Option<String>,
    pub failures: i64,
}

pub(super) async fn stored(pool: &AnyPool, person: UserId) -> Result<Stored, Failure> {
    let row = sqlx::query("SELECT password, failures FROM users WHERE id = $1")
        .bind(person.to_string())
        .fetch_one(pool)
        .await?;
    Ok(Stored {
        password: row.try_get("password")?,
        failures: row.try_get("failures")?,
    })
}
