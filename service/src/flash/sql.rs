//! Statements about flashes, and about counters whose time is over.

use access::Instant;
use sqlx::AnyPool;

use crate::failure::Failure;

pub(super) async fn insert(
    pool: &AnyPool,
    id_hash: &str,
    payload: &str,
    expires: Instant,
) -> Result<(), Failure> {
    sqlx::query("INSERT INTO flashes (id_hash, payload, expires) VALUES ($1, $2, $3)")
        .bind(id_hash)
        .bind(payload)
        .bind(expires.0)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn take(
    pool: &AnyPool,
    id_hash: &str,
    now: Instant,
) -> Result<Option<String>, Failure> {
    Ok(sqlx::query_scalar(
        "DELETE FROM flashes WHERE id_hash = $1 AND expires > $2 RETURNING payload",
    )
    .bind(id_hash)
    .bind(now.0)
    .fetch_optional(pool)
    .await?)
}

pub(super) async fn forget(pool: &AnyPool, now: Instant) -> Result<(), Failure> {
    sqlx::query("DELETE FROM flashes WHERE expires <= $1")
        .bind(now.0)
        .execute(pool)
        .await?;
    // One kind after the other: a try holds the first while it waits for the second.
    for over in [
        "DELETE FROM limits WHERE ends <= $1 AND bucket LIKE 'sham:%'",
        "DELETE FROM limits WHERE ends <= $1 AND bucket NOT LIKE 'sham:%'",
    ] {
        sqlx::query(over).bind(now.0).execute(pool).await?;
    }
    sqlx::query("DELETE FROM refusals WHERE minute < $1")
        .bind(now.0.div_euclid(60_000) - 1)
        .execute(pool)
        .await?;
    Ok(())
}
