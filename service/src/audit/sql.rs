//! Statements about the audit log.

use access::Instant;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Row};

use super::Entry;
use crate::db::statement::values;
use crate::failure::Failure;

/// How many entries one statement writes.
pub(super) const AT_ONCE: usize = 50;

/// Locks the head and takes so many numbers; answers the number and the code of the entry before
/// them, nothing when the secret key was replaced since.
pub(super) async fn advance_head(
    conn: &mut AnyConnection,
    entries: usize,
    generation: i64,
) -> Result<Option<(i64, String)>, Failure> {
    let entries = i64::try_from(entries).unwrap_or(i64::MAX);
    let row = sqlx::query(
        "UPDATE audit_head SET seq = seq + $1 WHERE id = 1 AND generation = $2 RETURNING seq, mac",
    )
    .bind(entries)
    .bind(generation)
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let last: i64 = row.try_get("seq")?;
        Ok((last - entries, row.try_get("mac")?))
    })
    .transpose()
}

/// The keys of entries before those of the present one, sealed, each with its last entry.
pub(super) async fn older_keys(conn: &mut AnyConnection) -> Result<Vec<(i64, String)>, Failure> {
    sqlx::query("SELECT last_seq, key_sealed FROM audit_keys ORDER BY last_seq")
        .fetch_all(conn)
        .await?
        .iter()
        .map(|row| Ok((row.try_get("last_seq")?, row.try_get("key_sealed")?)))
        .collect()
}

/// Writes the head's code.
pub(super) async fn seal_head(conn: &mut AnyConnection, mac: &str) -> Result<(), Failure> {
    sqlx::query("UPDATE audit_head SET mac = $1 WHERE id = 1")
        .bind(mac)
        .execute(conn)
        .await?;
    Ok(())
}

/// The head, and the first number beyond it that has an entry, 0 if there is none. One statement,
/// so that what others write meanwhile is in both or in neither.
pub(super) async fn head(conn: &mut AnyConnection) -> Result<(i64, String, i64), Failure> {
    let row = sqlx::query(
        "SELECT h.seq, h.mac, \
           COALESCE((SELECT MIN(a.seq) FROM audit a WHERE a.seq > h.seq), 0) AS beyond \
         FROM audit_head h WHERE h.id = 1",
    )
    .fetch_one(conn)
    .await?;
    Ok((
        row.try_get("seq")?,
        row.try_get("mac")?,
        row.try_get("beyond")?,
    ))
}

/// Writes entries, each with its number and code.
pub(super) async fn insert(
    conn: &mut AnyConnection,
    entries: &[(i64, &Entry, String)],
) -> Result<(), Failure> {
    let statement = format!(
        "INSERT INTO audit (seq, at, actor_id, actor_name, action, result, object_kind, object_id, \
           object_name, store_id, before_json, after_json, reason, ip, device, session_ref, \
           request_id, mac) VALUES {}",
        values(entries.len(), 18, "")
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for (seq, entry, mac) in entries {
        query = query
            .bind(seq)
            .bind(entry.at)
            .bind(&entry.actor_id)
            .bind(&entry.actor_name)
            .bind(&entry.action)
            .bind(&entry.result)
            .bind(&entry.object_kind)
            .bind(&entry.object_id)
            .bind(&entry.object_name)
            .bind(&entry.store_id)
            .bind(&entry.before_json)
            .bind(&entry.after_json)
            .bind(&entry.reason)
            .bind(&entry.ip)
            .bind(&entry.device)
            .bind(&entry.session_ref)
            .bind(&entry.request_id)
            .bind(mac);
    }
    query.execute(conn).await?;
    Ok(())
}

/// Writes what the free text search finds of entries.
pub(super) async fn insert_search(
    conn: &mut AnyConnection,
    texts: &[(i64, String)],
) -> Result<(), Failure> {
    let statement = format!(
        "INSERT INTO audit_search (rowid, search) VALUES {}",
        values(texts.len(), 2, "")
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for (seq, text) in texts {
        query = query.bind(seq).bind(text);
    }
    query.execute(conn).await?;
    Ok(())
}

/// The entries from a number on, in order, with their codes.
pub(super) async fn from(
    conn: &mut AnyConnection,
    seq: i64,
    limit: i64,
) -> Result<Vec<(i64, Entry, String)>, Failure> {
    sqlx::query(
        "SELECT seq, at, actor_id, actor_name, action, result, object_kind, object_id, object_name, \
           store_id, before_json, after_json, reason, ip, device, session_ref, request_id, mac \
         FROM audit WHERE seq >= $1 ORDER BY seq LIMIT $2",
    )
    .bind(seq)
    .bind(limit)
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| Ok((row.try_get("seq")?, entry(row)?, row.try_get("mac")?)))
    .collect()
}

pub(super) fn entry(row: &AnyRow) -> Result<Entry, sqlx::Error> {
    Ok(Entry {
        at: row.try_get("at")?,
        actor_id: row.try_get("actor_id")?,
        actor_name: row.try_get("actor_name")?,
        action: row.try_get("action")?,
        result: row.try_get("result")?,
        object_kind: row.try_get("object_kind")?,
        object_id: row.try_get("object_id")?,
        object_name: row.try_get("object_name")?,
        store_id: row.try_get("store_id")?,
        before_json: row.try_get("before_json")?,
        after_json: row.try_get("after_json")?,
        reason: row.try_get("reason")?,
        ip: row.try_get("ip")?,
        device: row.try_get("device")?,
        session_ref: row.try_get("session_ref")?,
        request_id: row.try_get("request_id")?,
    })
}

/// Whether this refusal is in the log for this minute already.
pub(super) async fn refusal_known(
    conn: &mut AnyConnection,
    session: &str,
    action: &str,
    minute: i64,
) -> Result<bool, Failure> {
    let row = sqlx::query(
        "SELECT 1 AS known FROM refusals WHERE session_ref = $1 AND action = $2 AND minute = $3",
    )
    .bind(session)
    .bind(action)
    .bind(minute)
    .fetch_optional(conn)
    .await?;
    Ok(row.is_some())
}

/// Notes a refusal; `false` when another request of the same minute was first.
pub(super) async fn note_refusal(
    conn: &mut AnyConnection,
    session: &str,
    action: &str,
    minute: i64,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "INSERT INTO refusals (session_ref, action, minute) VALUES ($1, $2, $3) \
         ON CONFLICT (session_ref, action, minute) DO NOTHING",
    )
    .bind(session)
    .bind(action)
    .bind(minute)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets which refusals of past minutes were noted.
pub(super) async fn forget_refusals(pool: &AnyPool, before_minute: i64) -> Result<(), Failure> {
    sqlx::query("DELETE FROM refusals WHERE minute < $1")
        .bind(before_minute)
        .execute(pool)
        .await?;
    Ok(())
}

/// Takes the look at the chain upon oneself, unless somebody did since an instant; `false` when
/// somebody did.
pub(super) async fn begin_check(
    pool: &AnyPool,
    now: Instant,
    unless_since: Instant,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "INSERT INTO meta (key, value) VALUES ('audit_check_begun', $1) \
         ON CONFLICT (key) DO UPDATE SET value = $1 WHERE CAST(meta.value AS BIGINT) <= $2",
    )
    .bind(now.0.to_string())
    .bind(unless_since.0)
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what the look at the chain found, as JSON.
pub(super) async fn keep_check(pool: &AnyPool, found: &str) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO meta (key, value) VALUES ('audit_check', $1) \
         ON CONFLICT (key) DO UPDATE SET value = $1",
    )
    .bind(found)
    .execute(pool)
    .await?;
    Ok(())
}

/// What the last look found.
pub(super) async fn last_check(conn: &mut AnyConnection) -> Result<Option<String>, Failure> {
    Ok(
        sqlx::query_scalar("SELECT value FROM meta WHERE key = 'audit_check'")
            .fetch_optional(conn)
            .await?,
    )
}

/// Time zone of the business, once there is one.
pub(super) async fn time_zone(conn: &mut AnyConnection) -> Result<Option<String>, Failure> {
    Ok(
        sqlx::query_scalar("SELECT time_zone FROM business WHERE id = 1")
            .fetch_optional(conn)
            .await?,
    )
}
