//! `keyholder key rotate` (docs/adr/0011-key-rotation.md).

use service::rotation::{self, RotateError};

use super::{fault, say};
use crate::config::{Database, Settings};
use crate::open::{self, Stop};

/// Replaces the secret key, where no server runs.
///
/// # Errors
/// What stands against it, as a sentence.
pub(super) async fn rotate(settings: &Settings) -> Result<(), Stop> {
    let file = match &settings.database {
        Database::File(file) if file.is_file() => Some(file.as_path()),
        Database::File(_) | Database::Postgres(_) => None,
    };
    let is_there = file.is_some() || matches!(settings.database, Database::Postgres(_));
    // What can't be asked is told by opening it.
    let in_use = is_there
        && service::db::is_in_use(&settings.database.url(), file)
            .await
            .unwrap_or(false);
    if in_use {
        return Err(Stop::Wrong(
            "The database is in use; stop every server of it first, since each holds the key that \
             is replaced."
                .to_owned(),
        ));
    }
    let kh = open::existing(settings, &settings.public_url_at(settings.listen)).await?;
    let rotated = rotation::rotate(&kh, &settings.secret_key_file).await;
    kh.close().await;
    let rotated = rotated.map_err(stopped)?;
    say(&format!(
        "{} holds a new key; values sealed anew: {}. Every node needs this file.",
        settings.secret_key_file.display(),
        rotated.resealed
    ))?;
    if rotated.left > 0 {
        say(&format!(
            "Values that did not open under the key before either, and are as they were: {}.",
            rotated.left
        ))?;
    }
    match rotated.kept {
        Some(kept) => say(&format!(
            "The key before is kept as {}: backups of its time open with it.",
            kept.display()
        )),
        None => Ok(()),
    }
}

fn stopped(error: RotateError) -> Stop {
    match error {
        RotateError::Failed(failure) => fault(failure),
        RotateError::File(cause) => Stop::wrong(cause),
        other => Stop::failed(other),
    }
}
