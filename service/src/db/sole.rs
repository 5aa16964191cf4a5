//! Being the only one at a database.

use std::path::Path;

use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};

use super::{Dialect, dialect, sqlite_url};

/// Result codes of SQLite (<https://sqlite.org/rescode.html>), without what stands above the lowest
/// eight bits.
const BUSY: u32 = 5;

/// A SQLite file that nobody else has open, and that nobody else opens as long as this stands. What
/// was in its journal is in the file itself.
pub(crate) struct Sole(AnyConnection);

impl Sole {
    /// Takes the file; nothing when somebody has it open.
    ///
    /// # Errors
    /// When it can't be opened, or holds no database.
    pub(crate) async fn take(file: &Path) -> Result<Option<Self>, sqlx::Error> {
        install_default_drivers();
        let mut conn = AnyConnection::connect(&sqlite_url(file)).await?;
        let locked = match Self::lock(&mut conn).await {
            Err(sqlx::Error::Database(cause)) if is_busy(cause.code().as_deref()) => Ok(false),
            locked => locked,
        };
        if let Ok(true) = locked {
            return Ok(Some(Self(conn)));
        }
        // One that is only dropped is closed some time later, and until then whoever looks next
        // finds the file in use.
        let closed = conn.close().await;
        locked.and_then(|_| closed.map(|()| None))
    }

    /// Whoever has a database open in WAL mode keeps it from leaving that mode.
    async fn lock(conn: &mut AnyConnection) -> Result<bool, sqlx::Error> {
        conn.execute("PRAGMA busy_timeout = 0").await?;
        let mode = conn.fetch_one("PRAGMA journal_mode = DELETE").await?;
        if mode.try_get::<String, _>(0)? != "delete" {
            return Ok(false);
        }
        conn.execute("BEGIN EXCLUSIVE").await?;
        Ok(true)
    }

    /// Lets go of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn release(self) -> Result<(), sqlx::Error> {
        self.0.close().await
    }
}

fn is_busy(code: Option<&str>) -> bool {
    let code = code.and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == BUSY)
}

/// Whether anybody has the database open: on SQLite a process, on PostgreSQL a connection.
///
/// # Errors
/// When the database does not answer.
pub async fn is_in_use(url: &str, file: Option<&Path>) -> Result<bool, sqlx::Error> {
    if let Some(file) = file {
        return match Sole::take(file).await? {
            Some(sole) => sole.release().await.map(|()| false),
            None => Ok(true),
        };
    }
    debug_assert_eq!(Dialect::of_url(url), Dialect::Postgres);
    install_default_drivers();
    let mut conn = AnyConnection::connect(url).await?;
    let others = sqlx::query_scalar::<_, i64>(dialect::OTHER_CLIENTS)
        .fetch_one(&mut conn)
        .await;
    conn.close().await?;
    Ok(others? > 0)
}
