//! Statements of replacing the secret key.

use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::crypto::Sealed;
use crate::db::Dialect;

/// Counts the generation up and locks the head; the number of the last entry, nothing when the
/// generation is another by now.
pub(super) async fn next_generation(
    conn: &mut AnyConnection,
    generation: i64,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE audit_head SET generation = generation + 1 WHERE id = 1 AND generation = $1 \
         RETURNING seq",
    )
    .bind(generation)
    .fetch_optional(conn)
    .await
}

/// Writes the check value of the new key over that of the key before; `false` when it was another.
pub(super) async fn switch_check(
    conn: &mut AnyConnection,
    before: &str,
    after: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE meta SET value = $2 WHERE key = 'key_check' AND value = $1")
        .bind(before)
        .bind(after)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps the key of the audit log's entries up to a number.
pub(super) async fn keep_chain_key(
    conn: &mut AnyConnection,
    last_seq: i64,
    key_sealed: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO audit_keys (last_seq, key_sealed) VALUES ($1, $2)")
        .bind(last_seq)
        .bind(key_sealed)
        .execute(conn)
        .await?;
    Ok(())
}

/// A sealed value: where the database keeps it, what of its row is part of the seal, itself.
pub(super) struct Value {
    pub at: String,
    pub row: String,
    pub sealed: String,
}

/// All values of a sealed column.
pub(super) async fn values(
    conn: &mut AnyConnection,
    dialect: Dialect,
    what: &Sealed,
) -> Result<Vec<Value>, sqlx::Error> {
    let Sealed {
        table, column, row, ..
    } = what;
    let at = dialect.row_place();
    let statement = format!(
        "SELECT {at} AS at, {row} AS place, {column} AS sealed FROM {table} \
         WHERE {column} IS NOT NULL"
    );
    sqlx::query(AssertSqlSafe(statement))
        .fetch_all(conn)
        .await?
        .iter()
        .map(|row| {
            Ok(Value {
                at: row.try_get("at")?,
                row: row.try_get("place")?,
                sealed: row.try_get("sealed")?,
            })
        })
        .collect()
}

/// Writes a value over the one that was read from a place.
pub(super) async fn write(
    conn: &mut AnyConnection,
    dialect: Dialect,
    what: &Sealed,
    at: &str,
    sealed: &str,
) -> Result<(), sqlx::Error> {
    let Sealed { table, column, .. } = what;
    let is_at = dialect.is_row_place();
    let statement = format!("UPDATE {table} SET {column} = $1 WHERE {is_at}");
    sqlx::query(AssertSqlSafe(statement))
        .bind(sealed)
        .bind(at)
        .execute(conn)
        .await?;
    Ok(())
}
