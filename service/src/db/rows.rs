//! Rows that come as one.
//!
//! SQLite works in a thread of its own, and each row that it hands over by itself wakes the thread
//! that waits for it: a page of 26 rows can send two threads to sleep and wake them 26 times, which
//! costs more than to read the page. So statements that make many rows for one answer put them into
//! one: a JSON array of rows, each an array of its columns (ADR 17).

use std::sync::Arc;

use serde::{Deserialize, Deserializer};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row};

use super::Dialect;
use crate::failure::Failure;

/// A fixed statement whose rows come as one.
pub(crate) struct AsOne {
    sqlite: Arc<str>,
    postgres: Arc<str>,
}

impl AsOne {
    /// The columns of a statement, in the order in which they are read.
    pub(crate) fn new(columns: &str, statement: &str) -> Self {
        let on = |dialect: Dialect| {
            let (before, after) = dialect.rows_as_one(columns);
            [&before, statement, after].concat().into()
        };
        Self {
            sqlite: on(Dialect::Sqlite),
            postgres: on(Dialect::Postgres),
        }
    }

    /// The statement in the words of the database that is asked; it has one row.
    pub(crate) fn on(&self, conn: &AnyConnection) -> Query<'static, Any, AnyArguments> {
        let text = match Dialect::of(conn) {
            Dialect::Sqlite => &self.sqlite,
            Dialect::Postgres => &self.postgres,
        };
        sqlx::query(AssertSqlSafe(Arc::clone(text)))
    }
}

/// The column of a statement whose rows come as one.
pub(crate) const ALL: &str = "all_rows";

/// The rows that came as one in that column; the fields of each are in the order of its columns.
///
/// # Errors
/// When a column does not hold what is expected of it.
pub(crate) fn rows<'row, T: Deserialize<'row>>(
    one: &'row AnyRow,
    column: &str,
) -> Result<Vec<T>, Failure> {
    Ok(serde_json::from_str(one.try_get(column)?)?)
}

/// Reads a flag, which both databases keep as a number.
pub(crate) fn flag<'row, D: Deserializer<'row>>(number: D) -> Result<bool, D::Error> {
    i64::deserialize(number).map(|number| number != 0)
}
