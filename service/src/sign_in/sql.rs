//! Statements of signing in.

use access::{Instant, UserId};
use sqlx::{AnyConnection, AnyPool, Row};

use crate::failure::Failure;
use crate::people::sql::id;

/// Name of the business, once it is set up.
pub(super) async fn business_name(conn: &mut AnyConnection) -> Result<Option<String>, Failure> {
    Ok(sqlx::query_scalar("SELECT name FROM business WHERE id = 1")
        .fetch_optional(conn)
        .await?)
}

/// An account as signing in needs it.
pub(super) struct Account {
    pub id: UserId,
    pub state: String,
    pub ends_at: i64,
    pub password: Option<String>,
    pub password_set: Instant,
}

pub(super) async fn account(
    conn: &mut AnyConnection,
    email_fold: &str,
) -> Result<Option<Account>, Failure> {
    sqlx::query(
        "SELECT id, state, ends_at, password, password_set FROM users WHERE email_fold = $1",
    )
    .bind(email_fold)
    .fetch_optional(conn)
    .await?
    .map(|row| {
        Ok(Account {
            id: id(&row, "id")?,
            state: row.try_get("state")?,
            ends_at: row.try_get("ends_at")?,
            password: row.try_get("password")?,
            password_set: Instant(row.try_get("password_set")?),
        })
    })
    .transpose()
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
