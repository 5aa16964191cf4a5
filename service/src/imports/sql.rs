//! Statements about dry runs and their lines.

use access::{ImportId, Instant, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Row};

use crate::db::statement::values;
use crate::failure::Failure;
use crate::people::sql::id;
use crate::tx::{Imports, Write};

/// How many lines one statement writes.
const AT_ONCE: usize = 100;

/// A dry run to write.
pub(super) struct New<'a> {
    pub id: ImportId,
    pub by: UserId,
    pub file: &'a str,
    pub total: usize,
    pub wrong: usize,
    pub now: Instant,
}

/// A line to write, as it is stored.
pub(super) struct NewRow {
    pub n: i64,
    pub wrong: bool,
    pub body_sealed: String,
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(super) async fn insert(write: &mut Write<'_, Imports>, new: &New<'_>) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO imports (id, user_id, file_name, state, total, wrong, created) \
         VALUES ($1, $2, $3, 'checked', $4, $5, $6)",
    )
    .bind(new.id.to_string())
    .bind(new.by.to_string())
    .bind(new.file)
    .bind(count(new.total))
    .bind(count(new.wrong))
    .bind(new.now.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Writes the lines of a dry run in the place of those it had.
pub(super) async fn replace_rows(
    write: &mut Write<'_, Imports>,
    import: ImportId,
    rows: &[NewRow],
) -> Result<(), Failure> {
    forget_rows(write, import).await?;
    for some in rows.chunks(AT_ONCE) {
        let statement = format!(
            "INSERT INTO import_rows (import_id, n, wrong, body_sealed) VALUES {}",
            values(some.len(), 4, "")
        );
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for row in some {
            query = query
                .bind(import.to_string())
                .bind(row.n)
                .bind(i64::from(row.wrong))
                .bind(&row.body_sealed);
        }
        query.execute(write.conn()).await?;
    }
    Ok(())
}

pub(super) async fn forget_rows(
    write: &mut Write<'_, Imports>,
    import: ImportId,
) -> Result<(), Failure> {
    sqlx::query("DELETE FROM import_rows WHERE import_id = $1")
        .bind(import.to_string())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Writes how many lines are wrong by now.
pub(super) async fn set_wrong(
    write: &mut Write<'_, Imports>,
    import: ImportId,
    wrong: usize,
) -> Result<(), Failure> {
    sqlx::query("UPDATE imports SET wrong = $2 WHERE id = $1")
        .bind(import.to_string())
        .bind(count(wrong))
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Marks a dry run as applied; `false` when it is already, or gone.
pub(super) async fn set_applied(
    write: &mut Write<'_, Imports>,
    import: ImportId,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE imports SET state = 'applied', wrong = 0 WHERE id = $1 AND state = 'checked'",
    )
    .bind(import.to_string())
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A dry run.
pub(super) struct Run {
    pub id: ImportId,
    pub by: UserId,
    pub file: String,
    pub applied: bool,
    pub total: u32,
    pub wrong: u32,
}

pub(super) async fn find(
    conn: &mut AnyConnection,
    import: ImportId,
) -> Result<Option<Run>, Failure> {
    sqlx::query("SELECT user_id, file_name, state, total, wrong FROM imports WHERE id = $1")
        .bind(import.to_string())
        .fetch_optional(conn)
        .await?
        .map(|row| {
            let number = |column| {
                u32::try_from(row.try_get::<i64, _>(column)?)
                    .map_err(|_| Failure::inconsistent("imports"))
            };
            Ok(Run {
                id: import,
                by: id(&row, "user_id")?,
                file: row.try_get("file_name")?,
                applied: row.try_get::<&str, _>("state")? == "applied",
                total: number("total")?,
                wrong: number("wrong")?,
            })
        })
        .transpose()
}

/// A line as it is stored, with its place among the others.
pub(super) struct Stored {
    pub n: i64,
    pub body_sealed: String,
}

fn stored(row: &AnyRow) -> Result<Stored, Failure> {
    Ok(Stored {
        n: row.try_get("n")?,
        body_sealed: row.try_get("body_sealed")?,
    })
}

/// The lines of a dry run in the order of the file.
pub(super) async fn rows(
    conn: &mut AnyConnection,
    import: ImportId,
) -> Result<Vec<Stored>, Failure> {
    sqlx::query("SELECT n, body_sealed FROM import_rows WHERE import_id = $1 ORDER BY n")
        .bind(import.to_string())
        .fetch_all(conn)
        .await?
        .iter()
        .map(stored)
        .collect()
}

/// Some of them: the wrong ones alone, past so many, up to so many.
pub(super) async fn page(
    conn: &mut AnyConnection,
    import: ImportId,
    only_wrong: bool,
    past: u32,
    limit: u32,
) -> Result<Vec<Stored>, Failure> {
    sqlx::query(
        "SELECT n, body_sealed FROM import_rows WHERE import_id = $1 AND wrong >= $2 \
         ORDER BY n LIMIT $3 OFFSET $4",
    )
    .bind(import.to_string())
    .bind(i64::from(only_wrong))
    .bind(i64::from(limit))
    .bind(i64::from(past))
    .fetch_all(conn)
    .await?
    .iter()
    .map(stored)
    .collect()
}

/// The dry runs of a person that are not applied, but for the newest few.
pub(super) async fn beyond_newest(
    conn: &mut AnyConnection,
    by: UserId,
    newest: i64,
) -> Result<Vec<ImportId>, Failure> {
    sqlx::query(
        "SELECT id FROM imports WHERE user_id = $1 AND state = 'checked' \
         ORDER BY created DESC, id DESC LIMIT 100 OFFSET $2",
    )
    .bind(by.to_string())
    .bind(newest)
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| id(row, "id"))
    .collect()
}

/// Forgets a dry run.
pub(super) async fn forget_run(
    write: &mut Write<'_, Imports>,
    import: ImportId,
) -> Result<(), Failure> {
    forget_rows(write, import).await?;
    sqlx::query("DELETE FROM imports WHERE id = $1")
        .bind(import.to_string())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Forgets the dry runs, and what is known of the imports, from before a moment.
pub(super) async fn forget(pool: &AnyPool, before: Instant) -> Result<(), Failure> {
    sqlx::query(
        "DELETE FROM import_rows WHERE import_id IN (SELECT id FROM imports WHERE created < $1)",
    )
    .bind(before.0)
    .execute(pool)
    .await?;
    sqlx::query("DELETE FROM imports WHERE created < $1")
        .bind(before.0)
        .execute(pool)
        .await?;
    Ok(())
}

/// Which of these folded addresses somebody has, and who; a hundred at once.
pub(super) async fn holders(
    conn: &mut AnyConnection,
    emails: &[String],
) -> Result<Vec<(String, UserId)>, Failure> {
    let mut found = Vec::new();
    for some in emails.chunks(AT_ONCE) {
        // One text whatever their number: the places left over ask for the last one again.
        let statement = format!(
            "SELECT id, email_fold FROM users WHERE email_fold IN {}",
            values(1, AT_ONCE, "")
        );
        let mut query = sqlx::query(AssertSqlSafe(statement));
        let last = some.last().into_iter().cycle();
        for email in some.iter().chain(last).take(AT_ONCE) {
            query = query.bind(email);
        }
        for row in query.fetch_all(&mut *conn).await? {
            found.push((row.try_get("email_fold")?, id(&row, "id")?));
        }
    }
    Ok(found)
}
