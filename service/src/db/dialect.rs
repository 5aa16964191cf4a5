//! The few places where SQLite and PostgreSQL differ.

use sqlx::AnyConnection;

/// Which database stands behind the `Any` driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A file beside the program.
    Sqlite,
    /// A server, for several nodes.
    Postgres,
}

/// Set on every SQLite connection. `synchronous = FULL`, so that what was acknowledged survives a
/// power cut too.
pub(super) const SQLITE_PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; \
     PRAGMA cache_size = -4000; PRAGMA journal_size_limit = 16777216;";
/// Set on those that only read. Walking a list of 100,000 people looks at 8 MB of pages, and to
/// fetch them anew from the file costs three times as much as to look at them.
pub(super) const SQLITE_READS: &str = "PRAGMA cache_size = -16000;";
/// Writes, and changes nothing: a connection that only reads fails at it. To begin a transaction
/// would not do, since SQLite begins one for reading then.
pub(super) const SQLITE_WRITES: &str = "PRAGMA user_version = 0;";

/// Connections of others to this PostgreSQL database.
pub(super) const OTHER_CLIENTS: &str = "\
SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
  AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

impl Dialect {
    /// The database that a URL names.
    #[must_use]
    pub fn of_url(url: &str) -> Self {
        if url.starts_with("sqlite") {
            Self::Sqlite
        } else {
            Self::Postgres
        }
    }

    /// The database behind a connection.
    pub(crate) fn of(conn: &AnyConnection) -> Self {
        if conn.backend_name() == "SQLite" {
            Self::Sqlite
        } else {
            Self::Postgres
        }
    }

    /// What stands before and after a statement, so that its rows come as one JSON text,
    /// `all_rows`, in the order of the statement: for each row an array of these columns.
    pub(super) fn rows_as_one(self, columns: &str) -> (String, &'static str) {
        let rows = match self {
            Self::Sqlite => format!("json_group_array(json_array({columns}))"),
            Self::Postgres => {
                format!("CAST(COALESCE(json_agg(json_build_array({columns})), '[]') AS TEXT)")
            }
        };
        (format!("SELECT {rows} AS all_rows FROM ("), ") AS each_row")
    }

    /// Opens a writing transaction. SQLite must take the write lock at once: a deferred read that
    /// turns into a write fails with `BUSY_SNAPSHOT` whatever the timeout (req. 60).
    pub(super) const fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// Holds the business's settings as they are to the end of the transaction, beside others who
    /// do the same. SQLite has one writer, so they stay anyway.
    pub(crate) const fn hold_settings(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT id FROM business FOR SHARE"),
        }
    }

    /// Counts anew what the tables hold, for the planner. SQLite counts a sample of each index: a
    /// whole count also keeps which values are frequent, and whatever compares a column with a
    /// bound value is then planned anew each time (the text index's own statements among them, a
    /// few dozen of them in each search). The text index is merged into one piece.
    pub(super) const fn analyze(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "PRAGMA analysis_limit = 1000; ANALYZE; \
                 INSERT INTO users_search (users_search) VALUES ('optimize');"
            }
            Self::Postgres => "ANALYZE",
        }
    }

    /// At the end of a subquery: it is planned by itself, as it stands. PostgreSQL takes subqueries
    /// apart, and reads a hundred thousand rows at once to answer a question that is asked of thirty.
    pub(crate) const fn planned_alone(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " OFFSET 0",
        }
    }

    /// The people (`n`) in whose search column the folded text occurs, with one value `?`. At
    /// least three characters, which is what both trigram indexes need.
    pub(crate) const fn text_search(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT rowid AS n FROM users_search WHERE users_search MATCH ?",
            Self::Postgres => "SELECT n FROM users WHERE search LIKE ? OFFSET 0",
        }
    }

    /// The condition on an entry of the audit log's search, `s`, that the folded text occurs in it,
    /// with one value `?`. At least three characters, as above.
    pub(crate) const fn audit_match(self) -> &'static str {
        match self {
            Self::Sqlite => "s.search MATCH ?",
            Self::Postgres => "s.search LIKE ?",
        }
    }

    /// Where the database keeps a row, as text: the same until the row is written.
    pub(crate) const fn row_place(self) -> &'static str {
        match self {
            Self::Sqlite => "CAST(rowid AS TEXT)",
            Self::Postgres => "CAST(ctid AS TEXT)",
        }
    }

    /// The condition that a row is kept at [`Self::row_place`], with the value `$2`.
    pub(crate) const fn is_row_place(self) -> &'static str {
        match self {
            Self::Sqlite => "rowid = CAST($2 AS BIGINT)",
            Self::Postgres => "ctid = CAST($2 AS tid)",
        }
    }

    /// The value of [`Self::text_search`] and [`Self::audit_match`].
    pub(crate) fn text_pattern(self, folded: &str) -> String {
        match self {
            Self::Sqlite => format!("\"{}\"", folded.replace('"', "\"\"")),
            Self::Postgres => format!("%{}%", like_escape(folded)),
        }
    }
}

/// Takes their meaning from the wildcards of LIKE, for use with the default escape on PostgreSQL
/// and `ESCAPE '\'` on both.
pub(crate) fn like_escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}
