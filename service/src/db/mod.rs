//! The database behind the use cases: SQLite or PostgreSQL through sqlx's `Any` driver.
//!
//! Statements are one text for both; what must differ stands in [`dialect`].

pub mod dialect;
pub mod fold;
pub mod reader;
pub(crate) mod rows;
pub(crate) mod sole;
pub(crate) mod sql;
pub(crate) mod statement;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::any::{AnyPoolOptions, AnyRow, install_default_drivers};
use sqlx::migrate::MigrateError;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, Row, Transaction};

use domain::AppError;

use crate::failure::Failure;

pub use dialect::Dialect;
pub use reader::{Reader, Reading};
pub use sole::is_in_use;
pub(crate) use sql::take_lock;

/// How long it waits for PostgreSQL, which may be gone altogether (req. 61).
const WAIT_FOR_POSTGRES: Duration = Duration::from_secs(3);
/// How long the start waits for it: nobody is kept waiting yet, and it may be starting too.
const WAIT_AT_START: Duration = Duration::from_secs(15);
/// How long the database may take for what every request asks first.
const IN_TIME: Duration = Duration::from_secs(4);
/// Connections to PostgreSQL of one node.
const POSTGRES_CONNECTIONS: u32 = 10;

/// Pools for reading and writing. On SQLite the writer is one connection, so that writers queue
/// here, in order, rather than poll for the file's lock (req. 60).
#[derive(Clone, Debug)]
pub struct Db {
    reader: Reader,
    writer: AnyPool,
    dialect: Dialect,
}

impl Db {
    /// Connects; on SQLite makes the file when it is not there.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn connect(url: &str) -> Result<Self, sqlx::Error> {
        install_default_drivers();
        let dialect = Dialect::of_url(url);
        match dialect {
            Dialect::Sqlite => {
                // A file that can't be written just now is opened for reading only, and stays so for
                // this connection when it can be written again: it serves once and is let go.
                let only_reads = Arc::new(AtomicBool::new(false));
                let found = Arc::clone(&only_reads);
                // A full disk or a broken one ends a transaction behind sqlx's back. The ping works
                // off the rollback that is still to be sent; a connection that believes to be
                // inside a transaction after it would refuse every further one (req. 61).
                let writer = AnyPoolOptions::new()
                    .max_connections(1)
                    .acquire_timeout(reader::WAIT)
                    .test_before_acquire(false)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .after_connect(move |conn, _| {
                        let found = Arc::clone(&found);
                        Box::pin(async move {
                            conn.execute(dialect::SQLITE_PRAGMAS).await?;
                            let writes = conn.execute(dialect::SQLITE_WRITES).await;
                            found.store(writes.is_err(), Ordering::Relaxed);
                            Ok(())
                        })
                    })
                    .after_release(move |conn, _| {
                        let only_reads = only_reads.load(Ordering::Relaxed);
                        Box::pin(async move {
                            if conn.is_in_transaction() {
                                conn.ping().await?;
                            }
                            Ok(!only_reads && !conn.is_in_transaction())
                        })
                    })
                    .connect(url)
                    .await?;
                let reader = Reader::of_file(url).await?;
                Ok(Self {
                    reader,
                    writer,
                    dialect,
                })
            }
            Dialect::Postgres => {
                // Once by hand: the pool would try for as long as it waits, and tell of that only.
                let tried = tokio::time::timeout(WAIT_AT_START, AnyConnection::connect(url));
                tried
                    .await
                    .map_err(|_| sqlx::Error::PoolTimedOut)??
                    .close()
                    .await?;
                let pool = AnyPoolOptions::new()
                    .max_connections(POSTGRES_CONNECTIONS)
                    .acquire_timeout(WAIT_FOR_POSTGRES)
                    .test_before_acquire(false)
                    .max_lifetime(Duration::from_mins(30))
                    .connect_lazy(url)?;
                Ok(Self {
                    reader: Reader::Server(pool.clone()),
                    writer: pool,
                    dialect,
                })
            }
        }
    }

    /// Brings the schema up to date; several nodes may try at once.
    ///
    /// # Errors
    /// When a migration fails or a shipped one was changed.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        match self.dialect {
            Dialect::Sqlite => {
                sqlx::migrate!("../migrations/sqlite")
                    .run(&self.writer)
                    .await
            }
            Dialect::Postgres => {
                sqlx::migrate!("../migrations/postgres")
                    .run(&self.writer)
                    .await
            }
        }
    }

    /// For statements that only read.
    #[must_use]
    pub const fn reader(&self) -> &Reader {
        &self.reader
    }

    /// For single statements that write outside a [`crate::tx::Tx`]: flashes, limits, the outbox.
    #[must_use]
    pub const fn writer(&self) -> &AnyPool {
        &self.writer
    }

    /// A transaction that holds the write lock from its first moment: check and act are one
    /// (req. 60).
    ///
    /// # Errors
    /// When no connection comes free in time.
    pub async fn begin(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        self.writer.begin_with(self.dialect.begin()).await
    }

    /// Lets the database count what it holds, after much was written at once.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn analyze(&self) -> Result<(), sqlx::Error> {
        sql::analyze(&self.writer, self.dialect).await
    }

    /// Which database it is.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Lets go of all connections.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// What is asked of the database before anything else, as long as it comes in time: of one that is
/// there but silent nobody would hear for hours (req. 61).
///
/// # Errors
/// As what is asked, or that we are busy.
pub(crate) async fn in_time<T>(
    asked: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let answer = tokio::time::timeout(IN_TIME, asked).await;
    answer.unwrap_or(Err(Failure::App(AppError::Busy)))
}

/// Whether an installation stands in the database: one that was opened once.
///
/// # Errors
/// When the database can't be reached.
pub async fn is_installed(url: &str) -> Result<bool, sqlx::Error> {
    install_default_drivers();
    let mut conn = AnyConnection::connect(url).await?;
    let kept = sql::key_check(&mut conn).await;
    conn.close().await?;
    match kept {
        Ok(kept) => Ok(kept.is_some()),
        // No table of that name, or no database at all in the file.
        Err(sqlx::Error::Database(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// The URL of a SQLite file.
#[must_use]
pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

/// A boolean out of a 0/1 column.
pub(crate) fn flag(row: &AnyRow, column: &str) -> Result<bool, sqlx::Error> {
    row.try_get::<i64, _>(column).map(|n| n != 0)
}
