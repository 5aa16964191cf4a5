//! Statements that find people by what was typed: name and id of each.

use access::UserId;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::db::dialect::Dialect;
use crate::db::statement::Statement;
use crate::failure::Failure;
use crate::people::sql::id;
use crate::users::found_by;

type Named = (String, UserId);

fn named(row: &AnyRow) -> Result<Named, Failure> {
    Ok((row.try_get("name")?, id(row, "id")?))
}

/// The person of an id.
pub(super) async fn of_id(conn: &mut AnyConnection, person: UserId) -> Result<Vec<Named>, Failure> {
    let rows = sqlx::query("SELECT id, name FROM users WHERE id = $1")
        .bind(person.to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(named).collect()
}

/// People whose folded name or address is exactly this.
pub(super) async fn called(
    conn: &mut AnyConnection,
    folded: &str,
    limit: usize,
) -> Result<Vec<Named>, Failure> {
    let rows =
        sqlx::query("SELECT id, name FROM users WHERE name_sort = $1 OR email_fold = $1 LIMIT $2")
            .bind(folded)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(conn)
            .await?;
    rows.iter().map(named).collect()
}

/// People whose names or address begin with one or two characters, or hold three and more.
pub(super) async fn matching(
    conn: &mut AnyConnection,
    folded: &str,
    limit: usize,
) -> Result<Vec<Named>, Failure> {
    let mut statement = Statement::default();
    statement.nest(
        "SELECT u.id, u.name FROM (",
        &found_by(Dialect::of(conn), folded),
        &format!(") AS c CROSS JOIN users u WHERE u.n = c.n LIMIT {limit}"),
    );
    let rows = statement.query().fetch_all(conn).await?;
    rows.iter().map(named).collect()
}
