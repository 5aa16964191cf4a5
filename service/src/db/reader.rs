//! Connections that only read.
//!
//! sqlx's own pool asks each connection that comes back whether it is still there. A server may be
//! gone; the thread that reads a file is not, and to be asked costs it and the one who asks as much
//! as a short statement. So connections to a file are kept by a pool that does not ask, and gives
//! away the one that came back last, which has the file's pages at hand.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{
    Manager, Metrics, Object, Pool, PoolError, QueueMode, RecycleResult, Timeouts,
};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor};

use super::dialect::{SQLITE_PRAGMAS, SQLITE_READS};

/// How long a request waits for its turn at the SQLite file before it is told that we are busy.
pub(super) const WAIT: Duration = Duration::from_secs(10);
/// Connections that read a SQLite file; more would only wait for the same two cores.
const CONNECTIONS: usize = 4;

/// Where connections that only read are taken from.
#[derive(Clone, Debug)]
pub enum Reader {
    /// To a SQLite file.
    File(Pool<File>),
    /// To PostgreSQL.
    Server(AnyPool),
}

/// A connection to read with.
#[derive(Debug)]
pub enum Reading {
    /// Of a SQLite file.
    File(Object<File>),
    /// Of PostgreSQL.
    Server(PoolConnection<Any>),
}

/// Opens connections to a SQLite file.
#[derive(Debug)]
pub struct File(String);

impl Reader {
    /// Of a SQLite file.
    ///
    /// # Errors
    /// When it can't be opened.
    pub(super) async fn of_file(url: &str) -> Result<Self, sqlx::Error> {
        let wait = Timeouts {
            wait: Some(WAIT),
            create: Some(WAIT),
            recycle: None,
        };
        let reader = Pool::builder(File(url.to_owned()))
            .max_size(CONNECTIONS)
            .queue_mode(QueueMode::Lifo)
            .timeouts(wait)
            .runtime(Runtime::Tokio1)
            .build()
            .map(Self::File)
            .map_err(|cause| sqlx::Error::Configuration(cause.into()))?;
        drop(reader.acquire().await?);
        Ok(reader)
    }

    /// A connection, as soon as one is free.
    ///
    /// # Errors
    /// When none comes free in time, or none can be opened.
    pub async fn acquire(&self) -> Result<Reading, sqlx::Error> {
        match self {
            Self::File(pool) => match pool.get().await {
                Ok(conn) => Ok(Reading::File(conn)),
                Err(PoolError::Backend(cause)) => Err(cause),
                Err(PoolError::Closed) => Err(sqlx::Error::PoolClosed),
                Err(_) => Err(sqlx::Error::PoolTimedOut),
            },
            Self::Server(pool) => Ok(Reading::Server(pool.acquire().await?)),
        }
    }

    /// Lets go of the connections that nobody reads with.
    pub(super) async fn close(&self) {
        match self {
            Self::File(pool) => {
                let idle = pool.retain(|_, _| false).removed;
                pool.close();
                for conn in idle {
                    // The file is closed either way.
                    conn.close().await.ok();
                }
            }
            Self::Server(pool) => pool.close().await,
        }
    }
}

impl Manager for File {
    type Type = AnyConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<AnyConnection, sqlx::Error> {
        let mut conn = AnyConnection::connect(&self.0).await?;
        conn.execute(SQLITE_PRAGMAS).await?;
        conn.execute(SQLITE_READS).await?;
        Ok(conn)
    }

    async fn recycle(&self, _: &mut AnyConnection, _: &Metrics) -> RecycleResult<sqlx::Error> {
        Ok(())
    }
}

impl Deref for Reading {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match self {
            Self::File(conn) => conn,
            Self::Server(conn) => conn,
        }
    }
}

impl DerefMut for Reading {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match self {
            Self::File(conn) => conn,
            Self::Server(conn) => conn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 10000000) \
         SELECT n FROM c";

    #[tokio::test]
    async fn who_hangs_up_in_the_middle_leaves_a_connection_that_answers() {
        sqlx::any::install_default_drivers();
        let folder = std::env::temp_dir().join(format!("keyholder-reader-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("made");
        let url = super::super::sqlite_url(&folder.join("keyholder.db"));
        let reader = Reader::of_file(&url).await.expect("opens");
        for _ in 0..2 * CONNECTIONS {
            let mut conn = reader.acquire().await.expect("is free");
            let read = sqlx::query(LONG).fetch_all(&mut *conn);
            let hung_up = tokio::time::timeout(Duration::from_millis(5), read).await;
            assert!(hung_up.is_err(), "it takes longer");
        }
        let mut all = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut conn = reader.acquire().await.expect("is free");
            let one: i64 = sqlx::query_scalar("SELECT 1")
                .fetch_one(&mut *conn)
                .await
                .expect("answers");
            assert_eq!(one, 1);
            all.push(conn);
        }
        drop(all);
        reader.close().await;
        let closed = reader.acquire().await;
        assert!(matches!(closed, Err(sqlx::Error::PoolClosed)), "{closed:?}");
        std::fs::remove_dir_all(folder).expect("was there");
    }
}
