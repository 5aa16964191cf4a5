//! Opening the installation that the settings describe.

use std::fmt;
use std::fs::DirBuilder;
use std::path::Path;
use std::sync::Arc;

use service::clock::SystemClock;
use service::crypto::SecretKey;
use service::hashing::HashParams;
use service::mail::{FileMailer, Mailer, SmtpMailer};
use service::random::SystemRandomness;
use service::rotation;
use service::{Config, Keyholder, OpenError, Parts};

use crate::config::{Database, MailTo, Settings};
use crate::public_url::PublicUrl;

/// Why a command ends early, as a sentence for whoever started it.
#[derive(Debug)]
pub enum Stop {
    /// A setting is wrong, or what it points to: exit code 2.
    Wrong(String),
    /// It was tried and failed: exit code 1.
    Failed(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(sentence) | Self::Failed(sentence) => f.write_str(sentence),
        }
    }
}

impl Stop {
    /// Something that a setting points to is not as it should be.
    pub(crate) fn wrong(cause: impl fmt::Display) -> Self {
        Self::Wrong(sentence(&cause.to_string()))
    }

    /// Something that was tried failed.
    pub(crate) fn failed(cause: impl fmt::Display) -> Self {
        Self::Failed(sentence(&cause.to_string()))
    }
}

/// One line with a full stop at its end; causes come in all shapes.
fn sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.ends_with(['.', '!', '?']) {
        line
    } else {
        line + "."
    }
}

/// Opens the database, and makes on a first run what is not there yet.
///
/// A key that was made is only kept when the database had none: a lost key is told as lost, and
/// nodes that share a PostgreSQL share the file of the first (product §11).
///
/// # Errors
/// When a setting points to something that is not there or not right.
pub async fn keyholder(settings: &Settings, public_url: &PublicUrl) -> Result<Keyholder, Stop> {
    // Judged before anything is made.
    let parts = parts(settings)?;
    make_folder(&settings.data_dir)?;
    if let Database::File(file) = &settings.database {
        make_database_file(file)?;
    }
    let config = config(settings, public_url);
    let file = &settings.secret_key_file;
    let is_new = !file.exists();
    make_folder(file.parent().unwrap_or(Path::new("")))?;
    let key = SecretKey::load_or_create(file, &SystemRandomness).map_err(Stop::wrong)?;
    let opened = Keyholder::open(config, key, parts).await;
    // Only then is it certain that nothing was made with it.
    if is_new && matches!(opened, Err(OpenError::WrongKey)) {
        std::fs::remove_file(file).map_err(Stop::failed)?;
    }
    if !is_new && matches!(opened, Err(OpenError::WrongKey)) {
        let key = rotation::pending(file).map_err(Stop::wrong)?;
        if let Some(kh) = pending(settings, public_url, key).await? {
            return Ok(kh);
        }
    }
    opened.map_err(|cause| match cause {
        OpenError::WrongKey if is_new => Stop::wrong(format_args!(
            "the secret key file {} (KEYHOLDER_SECRET_KEY_FILE) is not there, and the database was \
             made with one",
            file.display()
        )),
        cause => Stop::wrong(cause),
    })
}

/// Opens the installation with the key that waits beside the key file, if the database belongs to
/// it: replacing the key was cut short, and is finished.
async fn pending(
    settings: &Settings,
    public_url: &PublicUrl,
    key: Option<SecretKey>,
) -> Result<Option<Keyholder>, Stop> {
    let Some(key) = key else { return Ok(None) };
    let opened = Keyholder::open(config(settings, public_url), key, parts(settings)?).await;
    let Ok(kh) = opened else { return Ok(None) };
    rotation::put_in_place(&settings.secret_key_file).map_err(Stop::failed)?;
    tracing::warn!("replacing the secret key had been cut short, and is finished");
    Ok(Some(kh))
}

/// What an installation is told from outside.
pub(crate) fn config(settings: &Settings, public_url: &PublicUrl) -> Config {
    Config {
        database_url: settings.database.url(),
        data_dir: settings.data_dir.clone(),
        public_url: public_url.origin().to_owned(),
        mail_from: settings.mail_from.clone(),
    }
}

/// What an installation gets from this machine.
pub(crate) fn parts(settings: &Settings) -> Result<Parts, Stop> {
    Ok(Parts {
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRandomness),
        mailer: mailer(settings)?,
        hashing: HashParams::default(),
    })
}

/// Opens an installation that must be there already: nothing is made where there is none.
///
/// # Errors
/// When there is none, or as [`keyholder`].
pub async fn existing(settings: &Settings, public_url: &PublicUrl) -> Result<Keyholder, Stop> {
    let is_there = match &settings.database {
        Database::File(file) => file.is_file(),
        Database::Postgres(_) => true,
    };
    let is_ours = is_there
        && service::db::is_installed(&settings.database.url())
            .await
            .map_err(|cause| Stop::wrong(OpenError::Connect(cause)))?;
    if !is_ours {
        return Err(match &settings.database {
            Database::File(file) => Stop::wrong(format_args!(
                "there is no database of Keyholder at {}",
                file.display()
            )),
            Database::Postgres(_) => Stop::wrong(
                "there is no database of Keyholder where KEYHOLDER_DATABASE_URL points to",
            ),
        });
    }
    keyholder(settings, public_url).await
}

fn mailer(settings: &Settings) -> Result<Arc<dyn Mailer>, Stop> {
    Ok(match &settings.mail {
        MailTo::Smtp(url) => {
            let authority = settings
                .mail_ca_file
                .as_deref()
                .map(authority)
                .transpose()?;
            let mailer = SmtpMailer::new(url, authority.as_deref()).map_err(Stop::wrong)?;
            Arc::new(mailer)
        }
        MailTo::Folder(folder) => Arc::new(FileMailer::new(folder.clone())),
    })
}

/// The file of a certificate authority that the mail server's certificate may come from.
fn authority(file: &Path) -> Result<Vec<u8>, Stop> {
    std::fs::read(file).map_err(|cause| {
        Stop::wrong(format_args!(
            "--mail-ca-file (KEYHOLDER_MAIL_CA_FILE): {} can't be read: {cause}",
            file.display()
        ))
    })
}

/// Makes an empty file that nobody else on the machine may read; SQLite gives its other files the
/// same permissions. One that is there stays as it is.
fn make_database_file(file: &Path) -> Result<(), Stop> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = options.open(file).map(drop);
    made.map_err(|cause| Stop::wrong(format_args!("{} can't be opened: {cause}", file.display())))
}

/// Makes a folder that nobody else on the machine may look into; one that is there stays as it is.
fn make_folder(folder: &Path) -> Result<(), Stop> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|cause| Stop::wrong(format_args!("{} can't be made: {cause}", folder.display())))
}
