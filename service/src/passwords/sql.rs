//! Statements about passwords and the links to new ones.

use access::{Instant, UserId};
use sqlx::{AnyConnection, AnyPool, Row};

use super::Stored;
use crate::db::flag;
use crate::failure::Failure;
use crate::people::sql::{id, standing};
use crate::tx::{Resets, Users, Write};

/// Names around a person: their own, their address, the business, all stores.
pub(super) async fn words(
    conn: &mut AnyConnection,
    person: UserId,
) -> Result<Vec<String>, Failure> {
    let row = sqlx::query(
        "SELECT u.first_name, u.last_name, u.display_name, u.email, b.name \
         FROM users u CROSS JOIN business b WHERE u.id = $1",
    )
    .bind(person.to_string())
    .fetch_one(&mut *conn)
    .await?;
    let mut words = (0..row.len())
        .map(|column| row.try_get(column))
        .collect::<Result<Vec<String>, _>>()?;
    let stores = sqlx::query_scalar("SELECT name FROM stores ORDER BY name_fold")
        .fetch_all(conn)
        .await?;
    words.extend::<Vec<String>>(stores);
    Ok(words)
}

/// A person as a new password needs them.
pub(super) struct Account {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub business: String,
    pub two_factor: bool,
    pub password_set: Instant,
    pub locked_until: Instant,
    /// They have accepted, are active, and not past their last day.
    works: bool,
}

const ACCOUNT: &str = "\
SELECT u.id, u.name, u.email, u.state, u.ends_at, u.two_factor, u.password_set, u.locked_until, \
  b.name AS business, u.password FROM users u CROSS JOIN business b WHERE u.id = $1";
const ACCOUNT_BY_EMAIL: &str = "\
SELECT u.id, u.name, u.email, u.state, u.ends_at, u.two_factor, u.password_set, u.locked_until, \
  b.name AS business, u.password FROM users u CROSS JOIN business b WHERE u.email_fold = $1";
const ACCOUNT_BY_LINK: &str = "\
SELECT u.id, u.name, u.email, u.state, u.ends_at, u.two_factor, u.password_set, u.locked_until, \
  b.name AS business, u.password FROM password_resets r JOIN users u ON u.id = r.user_id \
  CROSS JOIN business b WHERE r.token_hash = $1 AND r.expires > $2";

/// A person who works here and has a password.
fn working(row: Option<sqlx::any::AnyRow>, now: Instant) -> Result<Option<Account>, Failure> {
    let Some(row) = row else { return Ok(None) };
    let standing = standing(row.try_get("state")?, row.try_get("ends_at")?);
    let has_password = row.try_get::<Option<String>, _>("password")?.is_some();
    let account = Account {
        id: id(&row, "id")?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        business: row.try_get("business")?,
        two_factor: flag(&row, "two_factor")?,
        password_set: Instant(row.try_get("password_set")?),
        locked_until: Instant(row.try_get("locked_until")?),
        works: standing.works(now) && has_password,
    };
    Ok(Some(account).filter(|account| account.works))
}

pub(super) async fn account(
    conn: &mut AnyConnection,
    person: UserId,
    now: Instant,
) -> Result<Option<Account>, Failure> {
    let row = sqlx::query(ACCOUNT)
        .bind(person.to_string())
        .fetch_optional(conn)
        .await?;
    working(row, now)
}

pub(super) async fn account_by_email(
    conn: &mut AnyConnection,
    email_fold: &str,
    now: Instant,
) -> Result<Option<Account>, Failure> {
    let row = sqlx::query(ACCOUNT_BY_EMAIL)
        .bind(email_fold)
        .fetch_optional(conn)
        .await?;
    working(row, now)
}

/// The person behind a link that is still good.
pub(super) async fn account_by_link(
    conn: &mut AnyConnection,
    token_hash: &str,
    now: Instant,
) -> Result<Option<Account>, Failure> {
    let row = sqlx::query(ACCOUNT_BY_LINK)
        .bind(token_hash)
        .bind(now.0)
        .fetch_optional(conn)
        .await?;
    working(row, now)
}

/// A link to write.
pub(super) struct New<'a> {
    pub id: &'a str,
    pub person: UserId,
    pub token_hash: &'a str,
    pub sender: Option<UserId>,
    pub now: Instant,
    pub expires: Instant,
}

/// Writes a person's one link in place of an older one.
pub(super) async fn insert(write: &mut Write<'_, Resets>, new: &New<'_>) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO password_resets (id, user_id, token_hash, sender_id, created, expires) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (user_id) DO UPDATE SET id = $1, token_hash = $3, sender_id = $4, \
           created = $5, expires = $6",
    )
    .bind(new.id)
    .bind(new.person.to_string())
    .bind(new.token_hash)
    .bind(new.sender.map(|id| id.to_string()).unwrap_or_default())
    .bind(new.now.0)
    .bind(new.expires.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Uses a link up; `false` when somebody was quicker, or it is over.
pub(super) async fn use_up(
    write: &mut Write<'_, Resets>,
    token_hash: &str,
    now: Instant,
) -> Result<bool, Failure> {
    let done = sqlx::query("DELETE FROM password_resets WHERE token_hash = $1 AND expires > $2")
        .bind(token_hash)
        .bind(now.0)
        .execute(write.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a person's link away: it is void from now on.
pub(crate) async fn withdraw(write: &mut Write<'_, Resets>, person: UserId) -> Result<(), Failure> {
    sqlx::query("DELETE FROM password_resets WHERE user_id = $1")
        .bind(person.to_string())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Whether a link is still good.
pub(super) async fn is_open(
    conn: &mut AnyConnection,
    id: &str,
    now: Instant,
) -> Result<bool, Failure> {
    let n: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM password_resets WHERE id = $1 AND expires > $2")
            .bind(id)
            .bind(now.0)
            .fetch_one(conn)
            .await?;
    Ok(n > 0)
}

pub(super) async fn forget(pool: &AnyPool, now: Instant) -> Result<(), Failure> {
    sqlx::query("DELETE FROM password_resets WHERE expires <= $1")
        .bind(now.0)
        .execute(pool)
        .await?;
    Ok(())
}

/// Writes a password over the one that was set at an instant, and sets the wrong tries in a row
/// back; `false` when it was another by now.
pub(super) async fn set_password(
    write: &mut Write<'_, Users>,
    person: UserId,
    stored: &Stored<'_>,
    instead_of: Instant,
    now: Instant,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE users SET password = $2, password_alone = $3, password_set = $4, failures = 0 \
         WHERE id = $1 AND password_set = $5 AND state = 'active'",
    )
    .bind(person.to_string())
    .bind(stored.phc)
    .bind(i64::from(stored.alone))
    .bind(now.0)
    .bind(instead_of.0)
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
