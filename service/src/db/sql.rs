//! The database's own statements: its locks, its key, whether it answers.

use sqlx::{AnyConnection, AnyPool, Executor, Row as _};

use super::Dialect;

/// Asks for the one row that is always there.
pub(crate) async fn ping(conn: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT seq FROM audit_head WHERE id = 1")
        .fetch_one(conn)
        .await
        .map(|_| ())
}

/// The key's check value, once there is one.
pub(super) async fn key_check(conn: &mut AnyConnection) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT value FROM meta WHERE key = 'key_check'")
        .fetch_optional(conn)
        .await
}

/// Keeps the key's check value when there is none yet; answers the one that is kept, and how often
/// the key was replaced. Both in one statement, so that they belong together.
pub(crate) async fn keep_key_check(
    pool: &AnyPool,
    check: &str,
) -> Result<(String, i64), sqlx::Error> {
    let row = sqlx::query(
        "INSERT INTO meta (key, value) VALUES ('key_check', $1) \
         ON CONFLICT (key) DO UPDATE SET value = meta.value \
         RETURNING value, (SELECT generation FROM audit_head WHERE id = 1) AS generation",
    )
    .bind(check)
    .fetch_one(pool)
    .await?;
    Ok((row.try_get("value")?, row.try_get("generation")?))
}

/// How often the key was replaced.
pub(crate) async fn generation(conn: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT generation FROM audit_head WHERE id = 1")
        .fetch_one(conn)
        .await
}

/// Takes a named lock until the transaction ends: one row that every counting rule writes to, so
/// that two nodes never decide at once (product §2.4; locking the two people's rows would miss
/// two admins who demote each other).
pub(crate) async fn take_lock(conn: &mut AnyConnection, name: &str) -> Result<(), sqlx::Error> {
    let locked = sqlx::query("UPDATE locks SET taken = taken + 1 WHERE name = $1")
        .bind(name)
        .execute(conn)
        .await?;
    // A lock that is not there would let everybody through.
    if locked.rows_affected() == 1 {
        Ok(())
    } else {
        Err(sqlx::Error::RowNotFound)
    }
}

/// Counts anew what the tables hold, for the planner.
pub(super) async fn analyze(pool: &AnyPool, dialect: Dialect) -> Result<(), sqlx::Error> {
    pool.execute(dialect.analyze()).await.map(|_| ())
}
