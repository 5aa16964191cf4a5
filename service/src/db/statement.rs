//! Statements that are put together from fixed parts, where one text can't serve every case.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};

use super::Dialect;

/// A value of a statement.
#[derive(Clone)]
pub(crate) enum Bind {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
}

/// A statement under construction: its parts are fixed texts, its values are bound; each `?` in
/// the text stands for the next of the values.
#[derive(Clone, Default)]
pub(crate) struct Statement {
    sql: String,
    binds: Vec<Bind>,
}

impl Statement {
    /// From fixed text and its values.
    pub(crate) fn of(text: &str, binds: impl IntoIterator<Item = Bind>) -> Self {
        let mut statement = Self::default();
        statement.push(text, binds);
        statement
    }

    /// Adds fixed text and its values.
    pub(crate) fn push(&mut self, text: &str, binds: impl IntoIterator<Item = Bind>) {
        self.sql.push_str(text);
        self.binds.extend(binds);
    }

    /// Adds a list of values in brackets, as `IN` takes it.
    pub(crate) fn push_list(&mut self, text: &str, binds: Vec<Bind>) {
        let places = marks(binds.len());
        self.push(&format!("{text} ({places})"), binds);
    }

    /// Adds a statement that stands within this one.
    pub(crate) fn nest(&mut self, before: &str, inner: &Self, after: &str) {
        self.sql.push_str(before);
        self.push(&inner.sql, inner.binds.iter().cloned());
        self.sql.push_str(after);
    }

    /// The statement whose rows come as one, in the order of these columns ([`super::rows`]).
    pub(crate) fn as_one(&self, dialect: Dialect, columns: &str) -> Self {
        let (before, after) = dialect.rows_as_one(columns);
        let mut one = Self::default();
        one.nest(&before, self, after);
        one
    }

    /// Whether nothing was added yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.sql.is_empty()
    }

    /// The statement with its values, in the way of both databases: `$1, $2, …`.
    pub(crate) fn query(self) -> Query<'static, Any, AnyArguments> {
        let mut sql = String::with_capacity(self.sql.len() + 2 * self.binds.len());
        let mut parts = self.sql.split('?');
        sql.push_str(parts.next().unwrap_or_default());
        for (at, part) in parts.enumerate() {
            sql.push('$');
            sql.push_str(&(at + 1).to_string());
            sql.push_str(part);
        }
        let mut query = sqlx::query(AssertSqlSafe(sql));
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

/// Marks for so many values: `?, ?, ?`.
pub(crate) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// `($1, $2), ($3, $4), …`: rows of so many values each, and what all rows have alike.
pub(crate) fn values(rows: usize, own: usize, alike: &str) -> String {
    let row = |n: usize| {
        let places: Vec<String> = (1..=own)
            .map(|place| format!("${}", n * own + place))
            .collect();
        places.join(", ")
    };
    let rows: Vec<String> = (0..rows).map(|n| format!("({}{alike})", row(n))).collect();
    rows.join(", ")
}
