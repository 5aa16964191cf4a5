//! Statements about noted tries.

use access::Instant;
use sqlx::{AnyConnection, AnyPool, Row};

use crate::db::flag;
use crate::failure::Failure;
use crate::people::sql::id;
use crate::tries::{Tried, Wrong};
use crate::tx::{Tries, Write};
use crate::visitor::Client;

/// Notes that are written down before the next ones are read.
const SOME: i64 = 100;

pub(super) async fn insert(
    conn: &mut AnyConnection,
    id: &str,
    wrong: Option<Wrong>,
    at: Instant,
    client: &Client,
) -> Result<(), Failure> {
    let off = wrong.and_then(|wrong| wrong.off);
    let locked = wrong.and_then(|wrong| wrong.locked_until);
    sqlx::query(
        "INSERT INTO failed_tries (id, user_id, at, ip, user_agent, request_id, locked_until, \
           password_off, factor_off) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id)
    .bind(wrong.map_or_else(String::new, |wrong| wrong.person.to_string()))
    .bind(at.0)
    .bind(&client.ip)
    .bind(&client.user_agent)
    .bind(&client.request_id)
    .bind(locked.map_or(0, |until| until.0))
    .bind(i64::from(off == Some(Tried::Password)))
    .bind(i64::from(off == Some(Tried::Code)))
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
    pub wrong: Wrong,
    pub name: String,
    pub at: Instant,
    pub client: Client,
}

/// The oldest notes.
pub(super) async fn some(conn: &mut AnyConnection) -> Result<Vec<Note>, Failure> {
    sqlx::query(
        "SELECT t.id, t.user_id, u.name, t.at, t.ip, t.user_agent, t.request_id, \
           t.locked_until, t.password_off, t.factor_off \
         FROM failed_tries t JOIN users u ON u.id = t.user_id ORDER BY t.id LIMIT $1",
    )
    .bind(SOME)
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        let until: i64 = row.try_get("locked_until")?;
        let off = match (flag(row, "password_off")?, flag(row, "factor_off")?) {
            (true, _) => Some(Tried::Password),
            (false, true) => Some(Tried::Code),
            (false, false) => None,
        };
        Ok(Note {
            id: row.try_get("id")?,
            wrong: Wrong {
                person: id(row, "user_id")?,
                locked_until: (until > 0).then_some(Instant(until)),
                off,
            },
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
