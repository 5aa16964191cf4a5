//! The handle that every use case gets: database, clock, randomness, hashing, mail, keys.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use access::{Instant, UserId};
use sqlx::AnyPool;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use uuid::Uuid;

use crate::audit::Chain;
use crate::clock::Clock;
use crate::crypto::{Crypto, SecretKey};
use crate::db::{self, Db, Reader};
use crate::hashing::{HashParams, Hasher};
use crate::mail::Mailer;
use crate::random::Randomness;
use crate::refusal::Refusals;

/// Sign-ins that are worked on at once; as many as two cores hash in two seconds.
const SIGN_INS: u32 = 64;
/// Passwords that are measured at once, for the meters of those who think one up.
const MEASURES: usize = 8;

/// Pictures that are worked on at once: each takes up to a few hundred megabytes.
const PICTURES: usize = 1;

/// What an installation is told from outside.
pub struct Config {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// Folder for what the program itself keeps.
    pub data_dir: PathBuf,
    /// Origin of every link in a mail (req. 24), without a slash at its end.
    pub public_url: String,
    /// Sender of every mail, `Name <address>` or an address.
    pub mail_from: String,
}

/// What is injected, so that tests hold it in their hands.
pub struct Parts {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Randomness>,
    /// Who carries the mails.
    pub mailer: Arc<dyn Mailer>,
    /// Cost of hashing a password.
    pub hashing: HashParams,
}

/// Why an installation can't be opened. Each is one sentence for the person who starts it.
#[derive(Debug)]
pub enum OpenError {
    /// The database can't be reached.
    Connect(sqlx::Error),
    /// The schema can't be brought up to date.
    Migrate(sqlx::migrate::MigrateError),
    /// The secret key is not the one that this database was made with.
    WrongKey,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(cause) => write!(f, "The database can't be opened: {cause}."),
            Self::Migrate(cause) => write!(f, "The database can't be brought up to date: {cause}."),
            Self::WrongKey => f.write_str(
                "The secret key is not the one this database was made with; point \
                 KEYHOLDER_SECRET_KEY_FILE at the right one.",
            ),
        }
    }
}

impl std::error::Error for OpenError {}

struct Inner {
    db: Db,
    config: Config,
    parts: Parts,
    hasher: Hasher,
    crypto: Crypto,
    chain: Chain,
    mail_waiting: tokio::sync::Notify,
    tries_noted: tokio::sync::Notify,
    sign_ins: Arc<Semaphore>,
    measures: Arc<Semaphore>,
    pictures: Semaphore,
    refusals: Refusals,
}

/// One opened installation. Cheap to clone.
#[derive(Clone)]
pub struct Keyholder(Arc<Inner>);

impl fmt::Debug for Keyholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyholder")
            .field("db", &self.0.db.dialect())
            .finish_non_exhaustive()
    }
}

impl Keyholder {
    /// Connects, brings the schema up to date, and checks the secret key, under which secrets are
    /// sealed and the audit log is chained: its check value is written on the first run and compared
    /// ever after (product §11).
    ///
    /// # Errors
    /// When one of the three fails.
    pub async fn open(config: Config, key: SecretKey, parts: Parts) -> Result<Self, OpenError> {
        let db = Db::connect(&config.database_url)
            .await
            .map_err(OpenError::Connect)?;
        db.migrate().await.map_err(OpenError::Migrate)?;
        let crypto = Crypto::new(key, Arc::clone(&parts.rng));
        let hasher = Hasher::new(parts.hashing.clone(), Arc::clone(&parts.rng));
        let check = crypto.check_value();
        let (kept, generation) = db::sql::keep_key_check(db.writer(), &check)
            .await
            .map_err(OpenError::Connect)?;
        if kept != check {
            db.close().await;
            return Err(OpenError::WrongKey);
        }
        let chain = Chain::of(&crypto, generation);
        Ok(Self(Arc::new(Inner {
            db,
            config,
            parts,
            hasher,
            crypto,
            chain,
            mail_waiting: tokio::sync::Notify::new(),
            tries_noted: tokio::sync::Notify::new(),
            sign_ins: Arc::new(Semaphore::new(SIGN_INS as usize)),
            measures: Arc::new(Semaphore::new(MEASURES)),
            pictures: Semaphore::new(PICTURES),
            refusals: Refusals::default(),
        })))
    }

    /// Lets go of the database.
    pub async fn close(&self) {
        self.0.db.close().await;
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// For statements that only read.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        self.0.db.reader()
    }

    /// For single statements that write outside a [`crate::tx::Tx`].
    #[must_use]
    pub fn writer(&self) -> &AnyPool {
        self.0.db.writer()
    }

    /// What the installation was told from outside.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Origin of every link, without a slash at its end.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.0.config.public_url
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.0.parts.clock.as_ref()
    }

    /// The time.
    pub fn now(&self) -> Instant {
        self.0.parts.clock.now()
    }

    /// Randomness.
    #[must_use]
    pub fn rng(&self) -> &dyn Randomness {
        self.0.parts.rng.as_ref()
    }

    /// A new id, in the order of time.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.rng().uuid_v7(self.now())
    }

    /// A new person's id.
    #[must_use]
    pub fn new_user_id(&self) -> UserId {
        UserId(self.new_id())
    }

    /// Who carries the mails.
    #[must_use]
    pub fn mailer(&self) -> &dyn Mailer {
        self.0.parts.mailer.as_ref()
    }

    /// A place among those at the doors, signing in or asking for a new password; none when there
    /// are too many (req. 8).
    #[must_use]
    pub fn sign_in_place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.sign_ins).try_acquire_owned().ok()
    }

    /// A place among the passwords being measured; none when there are too many.
    #[must_use]
    pub fn measuring_place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.measures).try_acquire_owned().ok()
    }

    /// A place among the pictures being worked on, once there is one.
    pub(crate) async fn picture_place(&self) -> Option<SemaphorePermit<'_>> {
        self.0.pictures.acquire().await.ok()
    }

    /// What was answered to refused requests.
    pub(crate) fn refusals(&self) -> &Refusals {
        &self.0.refusals
    }

    /// Waits until nothing is worked on at the doors any more, also what goes on after its answer
    /// was given.
    ///
    /// # Panics
    /// Never: the places are not taken away.
    #[cfg(any(test, feature = "testing"))]
    pub async fn settled(&self) {
        let all = self.0.sign_ins.acquire_many(SIGN_INS).await;
        drop(all.expect("the semaphore of sign-ins is never closed"));
    }

    /// Password hashing, bounded.
    #[must_use]
    pub fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    /// Sealing, and message authentication codes.
    #[must_use]
    pub fn crypto(&self) -> &Crypto {
        &self.0.crypto
    }

    /// The same with another key.
    pub(crate) fn crypto_with(&self, key: SecretKey) -> Crypto {
        Crypto::new(key, Arc::clone(&self.0.parts.rng))
    }

    /// What new entries of the audit log are chained with.
    pub(crate) fn chain(&self) -> &Chain {
        &self.0.chain
    }

    /// Whether the key was not replaced since this node was started.
    pub(crate) async fn has_the_key(&self) -> Result<bool, sqlx::Error> {
        Ok(
            db::sql::generation(&mut *self.reader().acquire().await?).await?
                == self.0.chain.generation,
        )
    }

    /// Rings when a mail was put into the outbox on this node.
    #[must_use]
    pub fn mail_waiting(&self) -> &tokio::sync::Notify {
        &self.0.mail_waiting
    }

    /// Rings when a wrong try was noted on this node, for the audit log to be told.
    #[must_use]
    pub fn tries_noted(&self) -> &tokio::sync::Notify {
        &self.0.tries_noted
    }
}
