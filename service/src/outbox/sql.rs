//! Statements about the outbox.

use access::{ImportId, Instant, MailId, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Row as _};

use crate::db::statement::values;
use crate::failure::Failure;

/// A mail to be written.
pub(super) struct New<'a> {
    pub id: MailId,
    pub kind: &'a str,
    pub user: Option<UserId>,
    pub reference: Option<&'a str>,
    pub body_sealed: String,
    pub now: Instant,
}

/// Writes mails, and to which import they belong.
pub(super) async fn insert(
    conn: &mut AnyConnection,
    mails: &[New<'_>],
    import: Option<ImportId>,
) -> Result<(), Failure> {
    let import = import.map(|import| import.to_string());
    let statement = format!(
        "INSERT INTO outbox (id, kind, user_id, ref_id, import_id, body_sealed, created, next_at, \
           state, attempts, leased_until, last_error) VALUES {}",
        values(mails.len(), 8, ", 'queued', 0, 0, ''")
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for mail in mails {
        query = query
            .bind(mail.id.to_string())
            .bind(mail.kind)
            .bind(mail.user.map(|user| user.to_string()))
            .bind(mail.reference)
            .bind(import.clone())
            .bind(&mail.body_sealed)
            .bind(mail.now.0)
            .bind(mail.now.0);
    }
    query.execute(conn).await?;
    Ok(())
}

/// How many mails of an import are in a state, and what the mail server said of one of them.
pub(super) struct Tally {
    pub state: String,
    pub n: i64,
    pub reason: String,
}

pub(super) async fn of_import(
    conn: &mut AnyConnection,
    import: ImportId,
) -> Result<Vec<Tally>, Failure> {
    sqlx::query(
        "SELECT state, COUNT(*) AS n, MAX(last_error) AS reason FROM outbox WHERE import_id = $1 \
         GROUP BY state ORDER BY state",
    )
    .bind(import.to_string())
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        Ok(Tally {
            state: row.try_get("state")?,
            n: row.try_get("n")?,
            reason: row.try_get("reason")?,
        })
    })
    .collect()
}

/// A claimed mail.
pub(super) struct Due {
    pub id: String,
    pub kind: String,
    /// What it belongs to, if to anything.
    pub reference: Option<String>,
    pub body_sealed: String,
    /// How often it was tried, this time included.
    pub tries: i64,
    pub created: Instant,
}

/// Claims the mail that has been due longest. The condition stands twice: on PostgreSQL, of two
/// workers that chose the same row, the second waits for the first and then looks at the outer
/// condition only, which no longer holds.
pub(super) async fn claim(
    pool: &AnyPool,
    now: Instant,
    lease: Instant,
) -> Result<Option<Due>, Failure> {
    let row = sqlx::query(
        "UPDATE outbox SET leased_until = $1, attempts = attempts + 1 WHERE id = (SELECT id FROM \
         outbox WHERE state = 'queued' AND next_at <= $2 AND leased_until <= $2 ORDER BY next_at, \
         id LIMIT 1) AND state = 'queued' AND next_at <= $2 AND leased_until <= $2 RETURNING id, \
         kind, ref_id, body_sealed, attempts, created",
    )
    .bind(lease.0)
    .bind(now.0)
    .fetch_optional(pool)
    .await?;
    row.as_ref().map(due).transpose().map_err(Into::into)
}

fn due(row: &AnyRow) -> Result<Due, sqlx::Error> {
    Ok(Due {
        id: row.try_get("id")?,
        kind: row.try_get("kind")?,
        reference: row.try_get("ref_id")?,
        body_sealed: row.try_get("body_sealed")?,
        tries: row.try_get("attempts")?,
        created: Instant(row.try_get("created")?),
    })
}

/// It is sent, whoever holds the lease by now: nobody needs to try again. Its body is erased.
pub(super) async fn sent(pool: &AnyPool, id: &str, now: Instant) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE outbox SET state = 'sent', body_sealed = NULL, last_error = '', leased_until = 0, \
         finished = $1 WHERE id = $2 AND state = 'queued'",
    )
    .bind(now.0)
    .bind(id)
    .execute(pool)
    .await?;
    Ok(())
}

/// It will be tried again, unless somebody else holds it by now.
pub(super) async fn put_off(
    pool: &AnyPool,
    id: &str,
    lease: Instant,
    reason: &str,
    next: Instant,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE outbox SET next_at = $1, leased_until = 0, last_error = $2 WHERE id = $3 AND state \
         = 'queued' AND leased_until = $4",
    )
    .bind(next.0)
    .bind(reason)
    .bind(id)
    .bind(lease.0)
    .execute(pool)
    .await?;
    Ok(())
}

/// It will not be tried again, unless somebody else holds it by now. Its body is erased.
pub(super) async fn gave_up(
    pool: &AnyPool,
    id: &str,
    lease: Instant,
    reason: &str,
    now: Instant,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE outbox SET state = 'failed', body_sealed = NULL, last_error = $1, leased_until = \
         0, finished = $2 WHERE id = $3 AND state = 'queued' AND leased_until = $4",
    )
    .bind(reason)
    .bind(now.0)
    .bind(id)
    .bind(lease.0)
    .execute(pool)
    .await?;
    Ok(())
}

/// How a mail stands.
pub(super) struct Found {
    pub state: String,
    pub reason: String,
}

pub(super) async fn newest(
    conn: &mut AnyConnection,
    reference: &str,
) -> Result<Option<Found>, Failure> {
    let row = sqlx::query(
        "SELECT state, last_error FROM outbox WHERE ref_id = $1 ORDER BY created DESC, id DESC \
         LIMIT 1",
    )
    .bind(reference)
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Found {
            state: row.try_get("state")?,
            reason: row.try_get("last_error")?,
        })
    })
    .transpose()
}

/// A mail to a person.
pub(super) struct LastMail {
    pub kind: String,
    pub created: Instant,
    pub found: Found,
}

/// The last mails to a person, the newest first.
pub(super) async fn last_to(
    conn: &mut AnyConnection,
    person: UserId,
    most: i64,
) -> Result<Vec<LastMail>, Failure> {
    let rows = sqlx::query(
        "SELECT kind, state, last_error, created FROM outbox WHERE user_id = $1 \
         ORDER BY created DESC, id DESC LIMIT $2",
    )
    .bind(person.to_string())
    .bind(most)
    .fetch_all(conn)
    .await?;
    let mail = |row: &AnyRow| {
        Ok(LastMail {
            kind: row.try_get("kind")?,
            created: Instant(row.try_get("created")?),
            found: Found {
                state: row.try_get("state")?,
                reason: row.try_get("last_error")?,
            },
        })
    };
    rows.iter().map(mail).collect()
}
