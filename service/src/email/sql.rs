//! Statements about changes of address.

use access::{Instant, UserId};
use sqlx::{AnyConnection, AnyPool, Row};

use crate::failure::Failure;
use crate::people::sql::id;
use crate::tx::{EmailChanges, Write};

/// A change to write.
pub(super) struct New<'a> {
    pub id: &'a str,
    pub person: UserId,
    pub email: &'a str,
    pub token_hash: &'a str,
    pub asked_by: UserId,
    pub now: Instant,
    pub expires: Instant,
}

/// Writes a person's one change in place of an older one.
pub(super) async fn replace(
    write: &mut Write<'_, EmailChanges>,
    new: &New<'_>,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO email_changes (id, user_id, email, token_hash, asked_by, created, expires) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (user_id) DO UPDATE SET id = $1, email = $3, token_hash = $4, \
           asked_by = $5, created = $6, expires = $7",
    )
    .bind(new.id)
    .bind(new.person.to_string())
    .bind(new.email)
    .bind(new.token_hash)
    .bind(new.asked_by.to_string())
    .bind(new.now.0)
    .bind(new.expires.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Takes a person's change away: used up, withdrawn, or void.
pub(crate) async fn withdraw(
    write: &mut Write<'_, EmailChanges>,
    person: UserId,
) -> Result<(), Failure> {
    sqlx::query("DELETE FROM email_changes WHERE user_id = $1")
        .bind(person.to_string())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// A change that waits.
pub(super) struct Waiting {
    pub id: String,
    pub email: String,
    pub asked_by: UserId,
    pub asked_by_name: String,
    pub created: Instant,
    pub expires: Instant,
}

pub(super) async fn waiting(
    conn: &mut AnyConnection,
    person: UserId,
    now: Instant,
) -> Result<Option<Waiting>, Failure> {
    sqlx::query(
        "SELECT e.id, e.email, e.asked_by, u.name, e.created, e.expires \
         FROM email_changes e JOIN users u ON u.id = e.asked_by \
         WHERE e.user_id = $1 AND e.expires > $2",
    )
    .bind(person.to_string())
    .bind(now.0)
    .fetch_optional(conn)
    .await?
    .map(|row| {
        Ok(Waiting {
            id: row.try_get("id")?,
            email: row.try_get("email")?,
            asked_by: id(&row, "asked_by")?,
            asked_by_name: row.try_get("name")?,
            created: Instant(row.try_get("created")?),
            expires: Instant(row.try_get("expires")?),
        })
    })
    .transpose()
}

/// The change behind a link.
pub(super) struct Behind {
    pub person: UserId,
    pub asked_by: UserId,
    pub email: String,
}

pub(super) async fn behind(
    conn: &mut AnyConnection,
    token_hash: &str,
    now: Instant,
) -> Result<Option<Behind>, Failure> {
    sqlx::query(
        "SELECT user_id, asked_by, email FROM email_changes \
         WHERE token_hash = $1 AND expires > $2",
    )
    .bind(token_hash)
    .bind(now.0)
    .fetch_optional(conn)
    .await?
    .map(|row| {
        Ok(Behind {
            person: id(&row, "user_id")?,
            asked_by: id(&row, "asked_by")?,
            email: row.try_get("email")?,
        })
    })
    .transpose()
}

/// Whether a link is still good.
pub(crate) async fn is_open(
    conn: &mut AnyConnection,
    change: &str,
    now: Instant,
) -> Result<bool, Failure> {
    let n: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM email_changes WHERE id = $1 AND expires > $2")
            .bind(change)
            .bind(now.0)
            .fetch_one(conn)
            .await?;
    Ok(n > 0)
}

/// Name of the business, for whoever is not signed in.
pub(super) async fn business(conn: &mut AnyConnection) -> Result<String, Failure> {
    Ok(sqlx::query_scalar("SELECT name FROM business WHERE id = 1")
        .fetch_one(conn)
        .await?)
}

pub(super) async fn forget(pool: &AnyPool, now: Instant) -> Result<(), Failure> {
    sqlx::query("DELETE FROM email_changes WHERE expires <= $1")
        .bind(now.0)
        .execute(pool)
        .await?;
    Ok(())
}
