//! Statements about a copy of the database. SQLite alone has such copies.

use access::Instant;
use sqlx::{AnyConnection, AssertSqlSafe, Executor as _};

/// Tables whose rows open something by a secret that somebody holds: they are known by the hash of
/// it, whatever their feature.
const KEPT_BY_A_SECRET: &str = "\
SELECT DISTINCT CAST(m.name AS TEXT) FROM sqlite_master m JOIN pragma_table_info(m.name) p \
WHERE m.type = 'table' AND p.name IN ('id_hash', 'token_hash')";

/// Further tables that mean nothing without the sessions they belong to, or count what happened
/// just now.
const OF_THE_MOMENT: [&str; 3] = ["limits", "refusals", "two_factor_pending"];

/// Copies the database as it is at this moment into an empty file.
pub(super) async fn copy_into(conn: &mut AnyConnection, file: &str) -> Result<(), sqlx::Error> {
    sqlx::query("VACUUM INTO $1")
        .bind(file)
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes out of a copy what must not live twice, and leaves no trace of it in the file.
pub(super) async fn strip(
    conn: &mut AnyConnection,
    reason: &str,
    now: Instant,
) -> Result<(), sqlx::Error> {
    conn.execute("PRAGMA secure_delete = ON").await?;
    conn.execute("BEGIN IMMEDIATE").await?;
    let found: Vec<String> = sqlx::query_scalar(KEPT_BY_A_SECRET)
        .fetch_all(&mut *conn)
        .await?;
    let tables = found.iter().map(String::as_str).chain(OF_THE_MOMENT);
    for table in tables {
        conn.execute(AssertSqlSafe(format!("DELETE FROM {table}")))
            .await?;
    }
    // A mail that belongs to something carries the link to it; what it belonged to is gone.
    sqlx::query(
        "UPDATE outbox SET state = 'failed', body_sealed = NULL, leased_until = 0, \
           last_error = $1, finished = $2 WHERE state = 'queued' AND ref_id IS NOT NULL",
    )
    .bind(reason)
    .bind(now.0)
    .execute(&mut *conn)
    .await?;
    // Recovery codes that were being shown. Their hashes stay: they are good.
    sqlx::query(
        "UPDATE two_factor SET fresh_codes_sealed = NULL, fresh_until = 0 WHERE fresh_until <> 0",
    )
    .execute(&mut *conn)
    .await?;
    conn.execute("COMMIT").await?;
    conn.execute("VACUUM").await?;
    Ok(())
}

/// Whether the file is whole: each page and index, and whatever one row says of another.
pub(super) async fn is_whole(conn: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    let said: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_all(&mut *conn)
        .await?;
    if said != ["ok"] {
        return Ok(false);
    }
    let astray = conn.fetch_all("PRAGMA foreign_key_check").await?;
    Ok(astray.is_empty())
}
