//! Statements that end sessions.

use access::{Instant, SessionRef, UserId};
use domain::EndedWhy;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::failure::Failure;
use crate::people::sql::id;
use crate::tx::{Sessions, Write};

/// Ends one session; `false` when it was over already.
pub(crate) async fn end(
    write: &mut Write<'_, Sessions>,
    session: SessionRef,
    why: EndedWhy,
    now: Instant,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE sessions SET ended = $2, ended_why = $3 WHERE ref_id = $1 AND ended = 0",
    )
    .bind(session.to_string())
    .bind(now.0)
    .bind(why.key())
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all sessions of a person and says how many there were.
pub(crate) async fn end_all(
    write: &mut Write<'_, Sessions>,
    person: UserId,
    why: EndedWhy,
    now: Instant,
) -> Result<u32, Failure> {
    let done = sqlx::query(
        "UPDATE sessions SET ended = $2, ended_why = $3 WHERE user_id = $1 AND ended = 0",
    )
    .bind(person.to_string())
    .bind(now.0)
    .bind(why.key())
    .execute(write.conn())
    .await?;
    Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
}

/// Ends all complete sessions but each person's newest that is still open at this moment, by
/// limits of so many milliseconds; says how many there were.
pub(crate) async fn end_older(
    write: &mut Write<'_, Sessions>,
    idle_ms: i64,
    absolute_ms: i64,
    now: Instant,
) -> Result<u32, Failure> {
    let done = sqlx::query(
        "UPDATE sessions SET ended = $1, ended_why = $2 \
         WHERE ended = 0 AND stage = 'full' AND EXISTS (SELECT 1 FROM sessions newer \
           WHERE newer.user_id = sessions.user_id AND newer.ended = 0 AND newer.stage = 'full' \
             AND newer.seen > $3 AND newer.started > $4 \
             AND (newer.started > sessions.started \
               OR newer.started = sessions.started AND newer.ref_id > sessions.ref_id))",
    )
    .bind(now.0)
    .bind(EndedWhy::NotNewest.key())
    .bind(now.0 - idle_ms)
    .bind(now.0 - absolute_ms)
    .execute(write.conn())
    .await?;
    Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
}

/// Ends all sessions of a person but one, and says how many there were.
pub(crate) async fn end_others(
    write: &mut Write<'_, Sessions>,
    person: UserId,
    but: SessionRef,
    why: EndedWhy,
    now: Instant,
) -> Result<u32, Failure> {
    let done = sqlx::query(
        "UPDATE sessions SET ended = $3, ended_why = $4 \
         WHERE user_id = $1 AND ref_id <> $2 AND ended = 0",
    )
    .bind(person.to_string())
    .bind(but.to_string())
    .bind(now.0)
    .bind(why.key())
    .execute(write.conn())
    .await?;
    Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
}

/// Ends the sessions of a person that are half-way in, but one, and says how many there were.
pub(crate) async fn end_half(
    write: &mut Write<'_, Sessions>,
    person: UserId,
    but: Option<SessionRef>,
    why: EndedWhy,
    now: Instant,
) -> Result<u32, Failure> {
    let done = sqlx::query(
        "UPDATE sessions SET ended = $3, ended_why = $4 \
         WHERE user_id = $1 AND ref_id <> $2 AND stage = 'half' AND ended = 0",
    )
    .bind(person.to_string())
    .bind(but.map(|session| session.to_string()).unwrap_or_default())
    .bind(now.0)
    .bind(why.key())
    .execute(write.conn())
    .await?;
    Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
}

/// A session that was just ended, for its entry.
pub(super) struct Ended {
    pub session: SessionRef,
    pub device: String,
    pub ip: String,
}

fn ended(row: &AnyRow) -> Result<Ended, Failure> {
    Ok(Ended {
        session: id(row, "ref_id")?,
        device: row.try_get("device")?,
        ip: row.try_get("ip")?,
    })
}

/// Ends one session and answers which; nothing when it was over already.
pub(super) async fn end_one(
    write: &mut Write<'_, Sessions>,
    session: SessionRef,
    why: EndedWhy,
    now: Instant,
) -> Result<Option<Ended>, Failure> {
    sqlx::query(
        "UPDATE sessions SET ended = $2, ended_why = $3 WHERE ref_id = $1 AND ended = 0 \
         RETURNING ref_id, device, ip",
    )
    .bind(session.to_string())
    .bind(now.0)
    .bind(why.key())
    .fetch_optional(write.conn())
    .await?
    .as_ref()
    .map(ended)
    .transpose()
}

/// Ends all sessions of a person but perhaps one, and answers which.
pub(super) async fn end_each(
    write: &mut Write<'_, Sessions>,
    person: UserId,
    but: Option<SessionRef>,
    why: EndedWhy,
    now: Instant,
) -> Result<Vec<Ended>, Failure> {
    sqlx::query(
        "UPDATE sessions SET ended = $3, ended_why = $4 \
         WHERE user_id = $1 AND ref_id <> $2 AND ended = 0 RETURNING ref_id, device, ip",
    )
    .bind(person.to_string())
    .bind(but.map(|but| but.to_string()).unwrap_or_default())
    .bind(now.0)
    .bind(why.key())
    .fetch_all(write.conn())
    .await?
    .iter()
    .map(ended)
    .collect()
}
