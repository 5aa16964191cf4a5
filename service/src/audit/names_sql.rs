//! The statement that finds names for ids.

use sqlx::{AnyConnection, Row};

use super::difference::Names;
use crate::db::statement::{Statement, text};
use crate::failure::Failure;

/// The names that these ids have among people, groups and stores.
pub(super) async fn names(conn: &mut AnyConnection, ids: &[String]) -> Result<Names, Failure> {
    let mut statement = Statement::default();
    for (at, table) in ["users", "permission_groups", "stores"]
        .into_iter()
        .enumerate()
    {
        let union = if at == 0 { "" } else { " UNION ALL " };
        statement.push_list(
            &format!("{union}SELECT id, name FROM {table} WHERE id IN"),
            ids.iter().map(|id| text(id)).collect(),
        );
    }
    let mut names = Names::new();
    for row in statement.query().fetch_all(conn).await? {
        names.insert(row.try_get("id")?, row.try_get("name")?);
    }
    Ok(names)
}
