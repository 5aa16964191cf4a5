//! Statements about limits.

use access::Instant;
use sqlx::{AnyConnection, AnyExecutor, AnyPool, Row};

use crate::failure::Failure;

/// Counts one more, from one on where the last time is over; answers the count and when it ends.
pub(super) async fn count(
    conn: &mut AnyConnection,
    bucket: &str,
    now: Instant,
    within_ms: i64,
) -> Result<(i64, Instant), Failure> {
    let row = sqlx::query(
        "INSERT INTO limits (bucket, hits, ends) VALUES ($1, 1, $3) \
         ON CONFLICT (bucket) DO UPDATE SET \
           hits = CASE WHEN limits.ends <= $2 THEN 1 ELSE limits.hits + 1 END, \
           ends = CASE WHEN limits.ends <= $2 THEN $3 ELSE limits.ends END \
         RETURNING hits, ends",
    )
    .bind(bucket)
    .bind(now.0)
    .bind(now.0 + within_ms)
    .fetch_one(conn)
    .await?;
    Ok((row.try_get("hits")?, Instant(row.try_get("ends")?)))
}

pub(super) async fn give_back<'e>(on: impl AnyExecutor<'e>, bucket: &str) -> Result<(), Failure> {
    sqlx::query("UPDATE limits SET hits = hits - 1 WHERE bucket = $1 AND hits > 0")
        .bind(bucket)
        .execute(on)
        .await?;
    Ok(())
}

pub(super) async fn set_end(pool: &AnyPool, bucket: &str, ends: Instant) -> Result<(), Failure> {
    sqlx::query("UPDATE limits SET ends = $2 WHERE bucket = $1")
        .bind(bucket)
        .bind(ends.0)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn forget(pool: &AnyPool, bucket: &str) -> Result<(), Failure> {
    sqlx::query("DELETE FROM limits WHERE bucket = $1")
        .bind(bucket)
        .execute(pool)
        .await?;
    Ok(())
}
