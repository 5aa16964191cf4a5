//! Another secret key in the place of the one before (req. 36, 66; docs/adr/0011-key-rotation.md).
//!
//! The new key is written to its own file first. One transaction then seals everything anew, keeps
//! the key that the audit log was marked with, sealed, and changes the check value by which the
//! database knows its key; then the new file takes the place of the old one. Whenever that is cut
//! short, the database belongs to one of the two files, and [`pending`] finds it.

mod sql;

use std::path::{Path, PathBuf};

use access::Grant;
use access::actions::RotateKey;
use serde_json::json;
use sqlx::AnyConnection;

use crate::audit::{self, Chain};
use crate::crypto::{Crypto, KeyFileError, Place, Purpose, SEALED, SecretKey};
use crate::failure::Failure;
use crate::files;
use crate::keyholder::Keyholder;
use crate::setup;
use crate::tx::{By, Change, Object};
use crate::visitor::Client;

/// Why the key was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// A key file can't be read or written.
    #[error("{0}")]
    File(#[from] KeyFileError),
    /// Somebody else replaced the key meanwhile.
    #[error("the secret key was replaced by somebody else meanwhile")]
    Overtaken,
    /// The new key holds, but its file did not get its name.
    #[error(
        "the new secret key holds, but {path} can't be renamed: {cause}; the next command tries \
         again"
    )]
    Rename {
        /// File of the new key.
        path: PathBuf,
        /// What the operating system said.
        cause: std::io::Error,
    },
    /// The database failed; the key before still holds.
    #[error("it was tried and failed")]
    Failed(Failure),
}

impl From<Failure> for RotateError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<sqlx::Error> for RotateError {
    fn from(cause: sqlx::Error) -> Self {
        Self::Failed(cause.into())
    }
}

/// What was done.
#[derive(Debug)]
pub struct Rotated {
    /// Values that were sealed anew.
    pub resealed: u32,
    /// Values that did not open under the key before either: moved or changed by hand. They are as
    /// they were.
    pub left: u32,
    /// Where the key before is kept; older backups open with it.
    pub kept: Option<PathBuf>,
}

/// The file of a new key that has not got its name yet.
#[must_use]
pub fn pending_file(key_file: &Path) -> PathBuf {
    files::beside(key_file, ".new")
}

/// The key that waits beside a key file, where replacing it was cut short.
///
/// # Errors
/// When the file is there and can't be read.
pub fn pending(key_file: &Path) -> Result<Option<SecretKey>, KeyFileError> {
    match SecretKey::load(&pending_file(key_file)) {
        Ok(key) => Ok(Some(key)),
        Err(KeyFileError::Missing(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Replaces the secret key. No other node may be at work: what one seals with the key before would
/// open no more, so its changes are refused from then on.
///
/// # Errors
/// When a file can't be written or the database does not answer; then the key before holds, unless
/// the error says otherwise.
pub async fn rotate(kh: &Keyholder, key_file: &Path) -> Result<Rotated, RotateError> {
    let (resealed, left) = switch(kh, key_file).await?;
    let kept = put_in_place(key_file)?;
    Ok(Rotated {
        resealed,
        left,
        kept,
    })
}

/// Makes the new key, beside the file of the one before, the key of the database. A key that waits
/// there already is taken: another that was cut short, or is just at it, must not lose its file.
///
/// # Errors
/// As [`rotate`].
pub async fn switch(kh: &Keyholder, key_file: &Path) -> Result<(u32, u32), RotateError> {
    let key = SecretKey::load_or_create(&pending_file(key_file), kh.rng())?;
    let new = kh.crypto_with(key);
    let grant: Grant<RotateKey> = access::system::grant("rotate_command");
    let mut tx = kh.db().begin().await?;
    // The head first, not last as elsewhere: whoever is about to write waits here, and finds
    // another generation.
    let generation = kh.chain().generation;
    let seq = sql::next_generation(&mut tx, generation)
        .await?
        .ok_or(RotateError::Overtaken)?;
    let checks = (kh.crypto().check_value(), new.check_value());
    if !sql::switch_check(&mut tx, &checks.0, &checks.1).await? {
        return Err(RotateError::Overtaken);
    }
    let (resealed, left) = reseal(kh, &mut tx, &new).await?;
    let row = seq.to_string();
    let place = Place {
        table: "audit_keys",
        column: "key_sealed",
        row: &row,
    };
    let sealed = new.seal(Purpose::AUDIT_KEYS, place, kh.chain().key.bytes());
    sql::keep_chain_key(&mut tx, seq, &sealed).await?;
    let business = setup::sql::the_business(&mut tx).await?;
    let name = business.map(|business| business.name).unwrap_or_default();
    let change = Change::of(Object::business(&name))
        .after(&json!({ "resealed": resealed, "left": left }))
        .because("rotate_command");
    let by = By::system(Client::system());
    let entry = audit::Entry::of_change(grant.operation().name, kh.now(), &by, &change);
    let chain = Chain::of(&new, generation + 1);
    audit::append_with(&chain, &mut tx, &[entry]).await?;
    tx.commit().await?;
    Ok((resealed, left))
}

/// Seals every sealed value anew; answers how many, and how many did not open.
async fn reseal(
    kh: &Keyholder,
    conn: &mut AnyConnection,
    new: &Crypto,
) -> Result<(u32, u32), Failure> {
    let dialect = kh.db().dialect();
    let (mut resealed, mut left) = (0, 0);
    for what in &SEALED {
        for value in sql::values(conn, dialect, what).await? {
            let place = Place {
                table: what.table,
                column: what.column,
                row: &value.row,
            };
            if let Ok(plain) = kh.crypto().open(what.purpose, place, &value.sealed) {
                let sealed = new.seal(what.purpose, place, &plain);
                sql::write(conn, dialect, what, &value.at, &sealed).await?;
                resealed += 1;
            } else {
                tracing::warn!(
                    table = what.table,
                    row = value.row,
                    "a sealed value does not open"
                );
                left += 1;
            }
        }
    }
    Ok((resealed, left))
}

/// Gives the file of the new key its name, once the database belongs to it; the file before stays,
/// with `.old` behind its name, and a number where that name is taken. Answers where.
///
/// # Errors
/// When a file can't be renamed.
pub fn put_in_place(key_file: &Path) -> Result<Option<PathBuf>, RotateError> {
    let pending = pending_file(key_file);
    let failed = |cause| RotateError::Rename {
        path: pending.clone(),
        cause,
    };
    let mut n = 1;
    let kept = loop {
        let ending = if n == 1 {
            ".old".to_owned()
        } else {
            format!(".old{n}")
        };
        let old = files::beside(key_file, &ending);
        match std::fs::hard_link(key_file, &old) {
            Ok(()) => break Some(old),
            Err(error) if files::is_there_already(&error) => n += 1,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => break None,
            Err(error) => return Err(failed(error)),
        }
    };
    files::put_over(&pending, key_file).map_err(failed)?;
    Ok(kept)
}
