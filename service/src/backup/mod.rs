//! Copies of a SQLite database: made while the server works, put back when it does not (product
//! §11). PostgreSQL has its own tools.
//!
//! A copy keeps people, passwords, second factors and the audit log. What somebody could come in
//! with is left out, so that no copy revives it: sessions, half sign-ins, the links of mails, and
//! the mails that carry them (req. 62). The audit log is not touched, so its chain stays whole.

mod restore;
mod sql;

use std::path::{Path, PathBuf};

use domain::mail::MailTrouble;
use sqlx::{AnyConnection, Connection as _};

use crate::db::{Dialect, sqlite_url};
use crate::files;
use crate::keyholder::{Keyholder, OpenError};

pub use restore::{Restored, restore};

/// Why there is no copy, or why it was not put back; a sentence for whoever runs the command.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database is on a PostgreSQL server.
    #[error(
        "backups of PostgreSQL are made with pg_dump and put back with pg_restore; \
         docs/operations.md says what to leave out"
    )]
    Postgres,
    /// A backup overwrites nothing.
    #[error("{0} is there already, and a backup overwrites nothing")]
    IsThere(PathBuf),
    /// There is a database where the copy would go.
    #[error("there is a database at {0} already; --replace puts the backup in its place")]
    NotEmpty(PathBuf),
    /// Somebody has the database open.
    #[error("the database {0} is in use; stop the server first")]
    InUse(PathBuf),
    /// A file can't be read or written.
    #[error("{path} can't be {verb}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried: `read` or `written`.
        verb: &'static str,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// The database did not answer.
    #[error("the database can't be copied: {0}")]
    Database(#[from] sqlx::Error),
    /// The file is no database of ours.
    #[error("{0} is no backup of Keyholder")]
    NotOurs(PathBuf),
    /// The file is damaged.
    #[error("{0} is damaged, and was not put back")]
    Damaged(PathBuf),
    /// The audit log of the copy was changed by hand.
    #[error("the audit log in {path} is broken at entry {seq}, and the file was not put back")]
    Broken {
        /// The file.
        path: PathBuf,
        /// The first broken entry.
        seq: i64,
    },
    /// It can't be opened: the key is another, or the version is newer.
    #[error("{0}")]
    Open(OpenError),
    /// A use case failed.
    #[error("it was tried and failed")]
    Failed(crate::Failure),
}

impl BackupError {
    fn file(path: &Path, verb: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |cause| Self::File { path, verb, cause }
    }
}

/// Writes a copy of the database as it is at this moment, for its owner's eyes alone, while others
/// go on writing. The file is whole or absent, and never written over.
///
/// # Errors
/// When something of that name is there, or can't be written; when the database does not answer, or
/// is PostgreSQL.
pub async fn write(kh: &Keyholder, file: &Path) -> Result<(), BackupError> {
    if kh.db().dialect() == Dialect::Postgres {
        return Err(BackupError::Postgres);
    }
    if file.symlink_metadata().is_ok() {
        return Err(BackupError::IsThere(file.to_owned()));
    }
    let unwritable = || BackupError::file(file, "written");
    let draft = files::draft_of(file, kh.rng());
    // SQLite copies into an empty file, whose permissions stay.
    files::make_private(&draft).map_err(unwritable())?;
    let copied = match copy(kh, &draft).await {
        Ok(()) => files::put_new(&draft, file).map_err(|cause| {
            if files::is_there_already(&cause) {
                BackupError::IsThere(file.to_owned())
            } else {
                unwritable()(cause)
            }
        }),
        Err(error) => Err(error),
    };
    if copied.is_err() {
        remove_draft(&draft);
    }
    copied
}

async fn copy(kh: &Keyholder, draft: &Path) -> Result<(), BackupError> {
    let mut conn = kh.reader().acquire().await?;
    sql::copy_into(&mut conn, &draft.to_string_lossy()).await?;
    drop(conn);
    strip(kh, draft).await
}

/// Takes out of a copy what must not live twice.
async fn strip(kh: &Keyholder, copy: &Path) -> Result<(), BackupError> {
    let mut conn = AnyConnection::connect(&sqlite_url(copy)).await?;
    let stripped = sql::strip(&mut conn, MailTrouble::Over.key(), kh.now()).await;
    conn.close().await?;
    Ok(stripped?)
}

/// Removes a draft and what SQLite may have left beside it. One that stays harms nobody, and the
/// first error is the one to tell.
fn remove_draft(draft: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        drop(files::remove(&files::beside(draft, ending)));
    }
}
