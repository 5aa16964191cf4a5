//! Statements that are put together from fixed parts, where one text can't serve every case.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};

/// A value of a statement.
pub(crate) enum Bind {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
}

/// A statement under construction: its parts are fixed texts, its values are bound.
#[derive(Default)]
pub(crate) struct Statement {
    /// Its text so far.
    pub sql: String,
    /// The values of its places, in their order.
    pub binds: Vec<Bind>,
}

impl Statement {
    /// Adds fixed text; each `?` in it stands for the next of the values.
    pub(crate) fn push(&mut self, text: &str, binds: impl IntoIterator<Item = Bind>) {
        let mut binds = binds.into_iter();
        let mut parts = text.split('?');
        self.sql.push_str(parts.next().unwrap_or_default());
        for part in parts {
            self.binds.extend(binds.next());
            self.sql.push('$');
            self.sql.push_str(&self.binds.len().to_string());
            self.sql.push_str(part);
        }
    }

    /// Adds a list of values in brackets, as `IN` takes it.
    pub(crate) fn push_list(&mut self, text: &str, binds: Vec<Bind>) {
        let places = vec!["?"; binds.len()].join(", ");
        self.push(&format!("{text} ({places})"), binds);
    }

    /// The statement with its values.
    pub(crate) fn query(self) -> Query<'static, Any, AnyArguments> {
        let mut query = sqlx::query(AssertSqlSafe(self.sql));
        for bind in self.binds {
            query = match bind {
                Bind::Text(text) => query.bind(text),
                Bind::Number(number) => query.bind(number),
            };
        }
        query
    }
}

/// A text.
pub(crate) fn text(value: &str) -> Bind {
    Bind::Text(value.to_owned())
}
