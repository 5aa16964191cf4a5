//! Statements about noted tries.

use access::{Instant, UserId};
use sqlx::{AnyConnection, AnyPool, Row};

use crate::failure::Failure;
use crate::people::sql::id;
use crate::tx::{Tries, Write};
use crate::visitor::Client;

/// Notes that are written down before the next ones are read.
const SOME: i64 = 100;

pub(super) async fn insert(
    conn: &mut AnyConnection,
    id: &str,
    person: Option<UserId>,
    at: Instant,
    client: &Client,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO failed_tries (id, user_id, at, ip, user_agent, request_id) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(person.map(|person| person.to_string()).unwrap_or_default())
    .bind(at.0)
    .bind(&client.ip)
    .bind(&client.user_agent)
    .bind(&client.request_id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets the notes that concern nobody.
pub(super) async fn forget_nobodys(pool: &AnyPool) -> Result<(), Failure> {
    sqlx::query("DELETE FROM failed_tries WHERE user_id = ''")
        .execute(pool)
        .await?;
    Ok(())
}

/// A wrong try at an account.
pub(super) struct Note {
    pub id: String,
    pub person: UserId,
    pub name: String,
    pub at: Instant,
    pub client: Client,
}

/// The oldest notes.
pub(super) async fn some(pool: &AnyPool) -> Result<Vec<Note>, Failure> {
    sqlx::query(
        "SELECT t.id, t.user_id, u.name, t.at, t.ip, t.user_agent, t.request_id \
         FROM failed_tries t JOIN users u ON u.id = t.user_id ORDER BY t.id LIMIT $1",
    )
    .bind(SOME)
    .fetch_all(pool)
    .await?
    .iter()
    .map(|row| {
        Ok(Note {
            id: row.try_get("id")?,
            person: id(row, "user_id")?,
            name: row.try_get("name")?,
            at: Instant(row.try_get("at")?),
            client: Client {
                ip: row.try_get("ip")?,
                user_agent: row.try_get("user_agent")?,
                request_id: row.try_get("request_id")?,
            },
        })
    })
    .collect()
}

/// Takes a note away; `false` when somebody else did.
pub(super) async fn take(write: &mut Write<'_, Tries>, id: &str) -> Result<bool, Failure> {
    let done = sqlx::query("DELETE FROM failed_tries WHERE id = $1")
        .bind(id)
        .execute(write.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}
