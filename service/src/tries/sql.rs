//! Statements of counting wrong tries.

use access::{Instant, UserId};
use sqlx::{AnyConnection, AnyPool, Row};

use super::{LOCK_MS, MOST_IN_A_ROW, TRIES, Tried, Wrong};
use crate::failure::Failure;
use crate::people::sql::id;
use crate::tx::{Users, Write};

/// What became of the wish for a slot.
pub(super) enum Taken {
    /// The try may go on.
    Yes,
    /// The account is locked, or what is tried is switched off.
    Locked,
    /// Tries under way hold what is left.
    AllUnderWay,
}

impl Tried {
    /// What a try adds to the wrong codes in a row; to the wrong passwords it adds the rest of one.
    const fn codes(self) -> i64 {
        match self {
            Self::Password => 0,
            Self::Code => 1,
        }
    }
}

/// Takes a slot in one statement: check and count are one (req. 14). A lock that is over sets the
/// count back; slots of tries that never came to an end are let go. Where the password is switched
/// off, so is the step after it.
pub(super) async fn take_slot(
    conn: &mut AnyConnection,
    person: UserId,
    tried: Tried,
    now: Instant,
    slot_ms: i64,
) -> Result<Taken, Failure> {
    let taken = sqlx::query(
        "UPDATE users SET \
           failed = CASE WHEN locked_until > 0 THEN 0 ELSE failed END, \
           locked_until = 0, \
           pending = CASE WHEN pending_until <= $2 THEN 1 ELSE pending + 1 END, \
           pending_until = $2 + $4 \
         WHERE id = $1 AND locked_until <= $2 AND failures < $5 AND factor_failures * $6 < $5 \
           AND CASE WHEN locked_until > 0 THEN 0 ELSE failed END \
             + CASE WHEN pending_until <= $2 THEN 0 ELSE pending END < $3",
    )
    .bind(person.to_string())
    .bind(now.0)
    .bind(TRIES)
    .bind(slot_ms)
    .bind(MOST_IN_A_ROW)
    .bind(tried.codes())
    .execute(&mut *conn)
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(Taken::Yes);
    }
    let locked: i64 = sqlx::query_scalar(
        "SELECT CASE WHEN locked_until > $2 OR failed >= $3 OR failures >= $4 \
           OR factor_failures * $5 >= $4 THEN 1 ELSE 0 END \
         FROM users WHERE id = $1",
    )
    .bind(person.to_string())
    .bind(now.0)
    .bind(TRIES)
    .bind(MOST_IN_A_ROW)
    .bind(tried.codes())
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

/// Turns a slot into a wrong try, and answers what that brought about.
pub(super) async fn count_wrong(
    conn: &mut AnyConnection,
    person: UserId,
    tried: Tried,
    until: Instant,
) -> Result<Wrong, Failure> {
    let row = sqlx::query(
        "UPDATE users SET failed = failed + 1, \
           failures = failures + 1 - $4, factor_failures = factor_failures + $4, \
           locked_until = CASE WHEN failed + 1 >= $3 THEN $2 ELSE locked_until END, \
           pending = CASE WHEN pending > 0 THEN pending - 1 ELSE 0 END \
         WHERE id = $1 RETURNING failed, failures, factor_failures",
    )
    .bind(person.to_string())
    .bind(until.0)
    .bind(TRIES)
    .bind(tried.codes())
    .fetch_one(conn)
    .await?;
    let in_a_row: i64 = row.try_get(match tried {
        Tried::Password => "failures",
        Tried::Code => "factor_failures",
    })?;
    Ok(Wrong {
        person,
        locked_until: (row.try_get::<i64, _>("failed")? >= TRIES).then_some(until),
        off: (in_a_row >= MOST_IN_A_ROW).then_some(tried),
    })
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

/// Counts a wrong try outside the doors of signing in; `false` when it would be the hundredth.
pub(super) async fn count_failure(
    pool: &AnyPool,
    person: UserId,
    tried: Tried,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE users SET failures = failures + 1 - $3, factor_failures = factor_failures + $3 \
         WHERE id = $1 AND CASE WHEN $3 = 1 THEN factor_failures ELSE failures END + 1 < $2",
    )
    .bind(person.to_string())
    .bind(MOST_IN_A_ROW)
    .bind(tried.codes())
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts the hundredth; `false` when somebody else did.
pub(super) async fn disable(
    write: &mut Write<'_, Users>,
    person: UserId,
    tried: Tried,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE users SET failures = failures + 1 - $3, factor_failures = factor_failures + $3 \
         WHERE id = $1 AND CASE WHEN $3 = 1 THEN factor_failures ELSE failures END = $2 - 1",
    )
    .bind(person.to_string())
    .bind(MOST_IN_A_ROW)
    .bind(tried.codes())
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How often somebody was wrong, for who looks after them.
pub(crate) struct Counts {
    pub password_set: i64,
    /// Wrong passwords in a row.
    pub failures: i64,
    /// Wrong codes and recovery codes in a row.
    pub factor_failures: i64,
}

pub(crate) async fn counts(conn: &mut AnyConnection, person: UserId) -> Result<Counts, Failure> {
    let row =
        sqlx::query("SELECT password_set, failures, factor_failures FROM users WHERE id = $1")
            .bind(person.to_string())
            .fetch_one(conn)
            .await?;
    Ok(Counts {
        password_set: row.try_get("password_set")?,
        failures: row.try_get("failures")?,
        factor_failures: row.try_get("factor_failures")?,
    })
}

/// Somebody who is locked out.
pub(crate) struct LockedOut {
    pub person: UserId,
    pub name: String,
    /// Wrong tries that locked the account.
    pub tries: u32,
    /// When the last of them was.
    pub at: Instant,
    pub until: Instant,
    /// Where it came from; empty until the log says so.
    pub ip: String,
}

/// People whose account is locked, the latest five; all of them, or those who work in one of the
/// stores. The few who are locked come first, from their own index.
pub(crate) async fn locked_out(
    conn: &mut AnyConnection,
    now: Instant,
    stores: &str,
    everybody: bool,
) -> Result<Vec<LockedOut>, Failure> {
    sqlx::query(
        "SELECT u.id, u.name, u.failed, u.locked_until, \
           COALESCE((SELECT a.ip FROM audit a WHERE a.object_id = u.id \
             AND a.action = 'user.lock' AND a.at >= u.locked_until - $4 \
             ORDER BY a.seq DESC LIMIT 1), '') AS ip \
         FROM (SELECT id, locked_until FROM users \
           WHERE locked_until > 0 AND locked_until > $1) AS k CROSS JOIN users u \
         WHERE u.id = k.id AND u.state = 'active' AND u.ends_at NOT BETWEEN 1 AND $1 \
           AND (CAST($2 AS BIGINT) = 1 OR EXISTS (SELECT 1 FROM user_stores us \
             WHERE us.user_id = u.id AND $3 LIKE '%' || us.store_id || '%') \
           OR EXISTS (SELECT 1 FROM memberships m JOIN permission_groups g ON g.id = m.group_id \
             WHERE m.user_id = u.id AND g.super_admin = 1)) \
         ORDER BY k.locked_until DESC, k.id DESC LIMIT 5",
    )
    .bind(now.0)
    .bind(i64::from(everybody))
    .bind(stores)
    .bind(LOCK_MS)
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        let until = Instant(row.try_get("locked_until")?);
        Ok(LockedOut {
            person: id(row, "id")?,
            name: row.try_get("name")?,
            tries: u32::try_from(row.try_get::<i64, _>("failed")?).unwrap_or(0),
            at: until.plus_millis(-LOCK_MS),
            until,
            ip: row.try_get("ip")?,
        })
    })
    .collect()
}

/// A password was set anew: the wrong ones before it no longer count, and a lock ends. Wrong codes
/// stay counted, since a new password says nothing of the second factor.
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

/// A person's password, and how often it was wrong in a row.
pub(super) struct Stored {
    pub password: Option<String>,
    pub failures: i64,
}

pub(super) async fn stored(conn: &mut AnyConnection, person: UserId) -> Result<Stored, Failure> {
    let row = sqlx::query("SELECT password, failures FROM users WHERE id = $1")
        .bind(person.to_string())
        .fetch_one(conn)
        .await?;
    Ok(Stored {
        password: row.try_get("password")?,
        failures: row.try_get("failures")?,
    })
}
