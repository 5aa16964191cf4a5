//! `keyholder backup` and `keyholder restore` (product §11).

use std::path::Path;

use service::backup::{self, BackupError};
use service::crypto::SecretKey;

use super::{fault, say};
use crate::cli::Restore;
use crate::config::{Database, Settings};
use crate::open::{self, Stop};

/// Writes a copy, beside a server that may be running.
///
/// # Errors
/// What stands against it, as a sentence.
pub(super) async fn write(settings: &Settings, file: &Path) -> Result<(), Stop> {
    on_sqlite(settings)?;
    let kh = open::existing(settings, &settings.public_url_at(settings.listen)).await?;
    let written = backup::write(&kh, file).await;
    kh.close().await;
    written.map_err(stopped)?;
    say(&format!(
        "The backup is in {}. It opens with the secret key of today, which is not in it: keep {} \
         too, and apart from it.",
        file.display(),
        settings.secret_key_file.display()
    ))
}

/// Puts a copy back, where no server runs.
///
/// # Errors
/// What stands against it, as a sentence.
pub(super) async fn restore(settings: &Settings, command: &Restore) -> Result<(), Stop> {
    let database = on_sqlite(settings)?;
    // Never a new one: nothing in the copy would open with it.
    let key = SecretKey::load(&settings.secret_key_file).map_err(Stop::wrong)?;
    let config = open::config(settings, &settings.public_url_at(settings.listen));
    let parts = open::parts(settings)?;
    let Restore { file, replace } = command;
    let restored = backup::restore(file, database, *replace, config, key, parts).await;
    let restored = restored.map_err(stopped)?;
    say(&format!(
        "The backup is restored, with {} entries in its audit log, which is whole. Everybody signs \
         in anew; links that were mailed before are dead.",
        restored.entries
    ))?;
    match restored.kept {
        Some(kept) => say(&format!(
            "The database that was there is kept as {}.",
            kept.display()
        )),
        None => Ok(()),
    }
}

/// The database's file, where it is one.
fn on_sqlite(settings: &Settings) -> Result<&Path, Stop> {
    match &settings.database {
        Database::File(file) => Ok(file),
        Database::Postgres(_) => Err(stopped(BackupError::Postgres)),
    }
}

fn stopped(error: BackupError) -> Stop {
    match error {
        BackupError::Failed(failure) => fault(failure),
        BackupError::Database(cause) => Stop::failed(BackupError::Database(cause)),
        other => Stop::wrong(other),
    }
}
