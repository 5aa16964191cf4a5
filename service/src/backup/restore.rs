//! Putting a copy back.

use std::path::{Path, PathBuf};

use access::Grant;
use access::actions::RestoreBackup;
use domain::mail::MailTrouble;
use serde_json::json;
use sqlx::{AnyConnection, Connection as _};

use super::{BackupError, remove_draft, sql};
use crate::audit::{self, Verdict};
use crate::crypto::SecretKey;
use crate::db::sole::Sole;
use crate::db::{is_installed, sqlite_url};
use crate::files;
use crate::keyholder::{Config, Keyholder, Parts};
use crate::random::SystemRandomness;
use crate::setup;
use crate::tx::{Change, Object, Tx};
use crate::visitor::Client;

/// What was put back.
#[derive(Debug)]
pub struct Restored {
    /// Entries of its audit log.
    pub entries: i64,
    /// Where the database is that was there before.
    pub kept: Option<PathBuf>,
}

/// Puts a copy in the place of the database, which nobody may have open. The copy is checked before
/// anything is changed: that it is whole, of this version or an older one, of this secret key, and
/// its audit log unbroken. Whatever somebody could come in with is taken out of it once more, since
/// it may be a plain copy of the file. `database_url` of the configuration is not looked at.
///
/// # Errors
/// What stands against it; then nothing has changed.
pub async fn restore(
    from: &Path,
    database: &Path,
    replace: bool,
    config: Config,
    key: SecretKey,
    parts: Parts,
) -> Result<Restored, BackupError> {
    let mut source = std::fs::File::open(from).map_err(BackupError::file(from, "read"))?;
    let is_there = database.metadata().is_ok_and(|facts| facts.len() > 0);
    if is_there && !replace {
        return Err(BackupError::NotEmpty(database.to_owned()));
    }
    let sole = if is_there {
        hold(database).await?
    } else {
        None
    };

    let draft = files::draft_of(database, &SystemRandomness);
    let copied = files::make_private(&draft)
        .and_then(|mut copy| std::io::copy(&mut source, &mut copy).map(drop))
        .map_err(BackupError::file(&draft, "written"));
    let checked = match copied {
        Ok(()) => check(from, &draft, config, key, parts).await,
        Err(error) => Err(error),
    };
    let placed = checked.and_then(|entries| {
        let kept =
            put(&draft, database, is_there).map_err(BackupError::file(database, "written"))?;
        Ok(Restored { entries, kept })
    });
    if placed.is_err() {
        remove_draft(&draft);
    }
    if let Some(sole) = sole {
        sole.release().await?;
    }
    placed
}

/// Keeps everybody else from a database. One that is damaged can be open nowhere.
async fn hold(database: &Path) -> Result<Option<Sole>, BackupError> {
    match Sole::take(database).await {
        Ok(None) => Err(BackupError::InUse(database.to_owned())),
        Ok(sole) => Ok(sole),
        Err(sqlx::Error::Database(cause)) => {
            tracing::warn!(%cause, "the database that is replaced can't be read");
            Ok(None)
        }
        Err(other) => Err(other.into()),
    }
}

/// Looks whether a copy is good, brings it to this version and writes into its log that it was put
/// back; answers how many entries that has.
async fn check(
    from: &Path,
    draft: &Path,
    config: Config,
    key: SecretKey,
    parts: Parts,
) -> Result<i64, BackupError> {
    let url = sqlite_url(draft);
    if !is_installed(&url).await? {
        return Err(BackupError::NotOurs(from.to_owned()));
    }
    let mut conn = AnyConnection::connect(&url).await?;
    let whole = sql::is_whole(&mut conn).await;
    conn.close().await?;
    // A damaged page is an error as often as an answer.
    if !whole.unwrap_or(false) {
        return Err(BackupError::Damaged(from.to_owned()));
    }
    let config = Config {
        database_url: url,
        ..config
    };
    let kh = Keyholder::open(config, key, parts)
        .await
        .map_err(BackupError::Open)?;
    let written = write_down(&kh, from).await;
    kh.close().await;
    let entries = written?;
    let copy = Sole::take(draft).await?;
    let copy = copy.ok_or_else(|| BackupError::InUse(draft.to_owned()))?;
    copy.release().await?;
    Ok(entries)
}

async fn write_down(kh: &Keyholder, from: &Path) -> Result<i64, BackupError> {
    let entries = match audit::verify(kh).await.map_err(BackupError::Failed)? {
        Verdict::Whole { entries } => entries,
        Verdict::Broken { seq } => {
            let path = from.to_owned();
            return Err(BackupError::Broken { path, seq });
        }
    };
    sql::strip(
        &mut *kh.writer().acquire().await?,
        MailTrouble::Over.key(),
        kh.now(),
    )
    .await?;
    let mut conn = kh.reader().acquire().await?;
    let business = setup::sql::the_business(&mut conn)
        .await
        .map_err(BackupError::Failed)?;
    drop(conn);
    let Some(business) = business else {
        return Ok(entries);
    };
    let grant: Grant<RestoreBackup> = access::system::grant("restore_command");
    let change = Change::of(Object::business(&business.name)).after(&json!({ "entries": entries }));
    let tx = Tx::system(kh, grant, Client::system()).await;
    let tx = tx.map_err(BackupError::Failed)?;
    tx.commit(change).await.map_err(BackupError::Failed)?;
    Ok(entries + 1)
}

/// Puts the copy in its place; the database that was there keeps its name with `.old` behind it.
fn put(draft: &Path, database: &Path, is_there: bool) -> std::io::Result<Option<PathBuf>> {
    let old = files::beside(database, ".old");
    // A journal that lies beside no database, or a damaged one, would be played into the copy.
    for ending in ["-wal", "-shm", "-journal"] {
        let journal = files::beside(database, ending);
        files::rename_if_there(&journal, &files::beside(&old, ending))?;
    }
    if is_there {
        files::remove(&old)?;
        std::fs::hard_link(database, &old)?;
    }
    files::put_over(draft, database)?;
    Ok(is_there.then_some(old))
}
