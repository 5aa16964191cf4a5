//! Statements about invitations.

use access::{Instant, StoreId, UserId};
use sqlx::{AnyConnection, Row};

use crate::failure::Failure;
use crate::people::sql::id;
use crate::tx::{Invites, Write};

/// An invitation to write.
pub(super) struct New<'a> {
    pub id: &'a str,
    pub person: UserId,
    pub token_hash: &'a str,
    pub sender: Option<UserId>,
    pub now: Instant,
    pub expires: Instant,
}

/// Writes a person's one invitation in place of an older one.
pub(super) async fn replace(write: &mut Write<'_, Invites>, new: &New<'_>) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO invites (id, user_id, token_hash, sender_id, created, expires) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (user_id) DO UPDATE SET id = $1, token_hash = $3, sender_id = $4, \
           created = $5, expires = $6",
    )
    .bind(new.id)
    .bind(new.person.to_string())
    .bind(new.token_hash)
    .bind(new.sender.map(|id| id.to_string()))
    .bind(new.now.0)
    .bind(new.expires.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Takes a person's invitation away: used up, or withdrawn.
pub(crate) async fn withdraw(
    write: &mut Write<'_, Invites>,
    person: UserId,
) -> Result<(), Failure> {
    sqlx::query("DELETE FROM invites WHERE user_id = $1")
        .bind(person.to_string())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// An invitation found by its link.
pub(super) struct Found {
    pub person: UserId,
    /// Who sent it last; nobody when it was a command.
    pub sender: Option<UserId>,
}

pub(super) async fn find(
    conn: &mut AnyConnection,
    token_hash: &str,
    now: Instant,
) -> Result<Option<Found>, Failure> {
    sqlx::query("SELECT user_id, sender_id FROM invites WHERE token_hash = $1 AND expires > $2")
        .bind(token_hash)
        .bind(now.0)
        .fetch_optional(conn)
        .await?
        .map(|row| {
            Ok(Found {
                person: id(&row, "user_id")?,
                sender: match row.try_get::<Option<String>, _>("sender_id")? {
                    Some(_) => Some(id(&row, "sender_id")?),
                    None => None,
                },
            })
        })
        .transpose()
}

/// Whether an invitation can still be accepted.
pub(crate) async fn is_open(
    conn: &mut AnyConnection,
    invite: &str,
    now: Instant,
) -> Result<bool, Failure> {
    let n: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM invites WHERE id = $1 AND expires > $2")
        .bind(invite)
        .bind(now.0)
        .fetch_one(conn)
        .await?;
    Ok(n > 0)
}

/// What stands around an invitation.
pub(super) struct Around {
    pub business: String,
    pub sender: Option<String>,
    pub stores: Vec<(StoreId, String)>,
}

pub(super) async fn around(
    conn: &mut AnyConnection,
    sender: Option<UserId>,
) -> Result<Around, Failure> {
    let row = sqlx::query(
        "SELECT b.name AS business, u.name AS sender FROM business b \
         LEFT JOIN users u ON u.id = $1",
    )
    .bind(sender.map(|id| id.to_string()))
    .fetch_one(&mut *conn)
    .await?;
    Ok(Around {
        business: row.try_get("business")?,
        sender: row.try_get("sender")?,
        stores: store_names(conn).await?,
    })
}

/// Every store by its name.
pub(crate) async fn store_names(
    conn: &mut AnyConnection,
) -> Result<Vec<(StoreId, String)>, Failure> {
    sqlx::query("SELECT id, name FROM stores ORDER BY name_fold")
        .fetch_all(conn)
        .await?
        .iter()
        .map(|row| Ok((id(row, "id")?, row.try_get("name")?)))
        .collect()
}

/// An invitation whose time is over.
pub(crate) struct Expired {
    pub person: UserId,
    pub name: String,
    pub expires: Instant,
}

/// Invitations whose time is over, the latest first; only people who work in one of the stores.
pub(crate) async fn expired(
    conn: &mut AnyConnection,
    now: Instant,
    stores: &str,
    limit: i64,
) -> Result<Vec<Expired>, Failure> {
    sqlx::query(
        "SELECT i.user_id, u.name, i.expires FROM invites i JOIN users u ON u.id = i.user_id \
         WHERE i.expires <= $1 AND u.state = 'invited' AND EXISTS (SELECT 1 FROM user_stores us \
           WHERE us.user_id = u.id AND $2 LIKE '%' || us.store_id || '%') \
         ORDER BY i.expires DESC LIMIT $3",
    )
    .bind(now.0)
    .bind(stores)
    .bind(limit)
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        Ok(Expired {
            person: id(row, "user_id")?,
            name: row.try_get("name")?,
            expires: Instant(row.try_get("expires")?),
        })
    })
    .collect()
}

/// Who is still to come.
pub(crate) struct Waiting {
    /// Invitations that wait to be accepted, a hundred at the most.
    pub invites: u32,
    /// The business has one account so far.
    pub alone: bool,
}

/// How many invitations wait, of people who work in one of the stores; and whether nobody was
/// invited yet.
pub(crate) async fn waiting(
    conn: &mut AnyConnection,
    now: Instant,
    stores: &str,
) -> Result<Waiting, Failure> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM (SELECT 1 AS one FROM invites i WHERE i.expires > $1 \
           AND EXISTS (SELECT 1 FROM user_stores us WHERE us.user_id = i.user_id \
             AND $2 LIKE '%' || us.store_id || '%') LIMIT 100) AS capped) AS waiting, \
           (SELECT COUNT(*) FROM (SELECT 1 AS one FROM users LIMIT 2) AS few) AS people",
    )
    .bind(now.0)
    .bind(stores)
    .fetch_one(conn)
    .await?;
    Ok(Waiting {
        invites: u32::try_from(row.try_get::<i64, _>("waiting")?).unwrap_or(0),
        alone: row.try_get::<i64, _>("people")? < 2,
    })
}
