//! Password hashing: Argon2id, bounded, off the async threads (product §5; req. 7, 8, 11).

mod line;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use self::line::{Line, Memory};
use crate::crypto::hex;
use crate::random::Randomness;

/// Bytes of salt, as the PHC specification advises; req. 7 asks for 4 at least.
const SALT_LEN: usize = 16;
/// Bytes of a hash in a set; as many as Argon2 gives a password by default.
const HASH_LEN: usize = 32;
/// How many wait for each core. At 50 ms a hash the last in line is answered after about 1.6 s;
/// whoever comes later is told to come back.
const WAITING_PER_CORE: usize = 32;

/// How much work a hash is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashParams(Params);

impl HashParams {
    /// Memory in KiB, passes over it, lanes.
    ///
    /// # Errors
    /// When Argon2 does not know such parameters.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, argon2::Error> {
        Params::new(memory_kib, passes, lanes, None).map(Self)
    }

    /// As little work as Argon2 allows, for tests that do not look at time.
    ///
    /// # Panics
    /// Never: the parameters are Argon2's own minimum.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn cheap() -> Self {
        Self::new(Params::MIN_M_COST, Params::MIN_T_COST, Params::MIN_P_COST)
            .expect("Argon2 takes its own minimum")
    }

    /// Whether a hash with these parameters should be made anew with `wanted`.
    fn weaker_than(&self, wanted: &Self) -> bool {
        self.0.m_cost() < wanted.0.m_cost()
            || self.0.t_cost() < wanted.0.t_cost()
            || self.0.p_cost() < wanted.0.p_cost()
    }
}

impl Default for HashParams {
    /// m = 19,456 KiB, t = 2, p = 1: the least that OWASP and req. 7 ask for, about 50 ms.
    fn default() -> Self {
        Self(Params::DEFAULT)
    }
}

/// A password hash as the database keeps it: a PHC string with algorithm, parameters and salt.
#[derive(Clone, PartialEq, Eq)]
pub struct Phc(String);

impl Phc {
    /// The string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Phc {
    fn from(stored: String) -> Self {
        Self(stored)
    }
}

impl From<Phc> for String {
    fn from(phc: Phc) -> Self {
        phc.0
    }
}

impl std::fmt::Debug for Phc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phc(…)")
    }
}

/// Salt and cost that the hashes of a set share, so that a try costs one hash however many there
/// are (product §6): parameters as in a PHC string, and the salt in base64.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting(String);

impl Setting {
    /// As the database keeps it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> Option<(Params, Vec<u8>)> {
        let (cost, salt) = self.0.split_once('$')?;
        let mut numbers = cost.split(',').map(|part| {
            let (_, number) = part.split_once('=')?;
            number.parse::<u32>().ok()
        });
        let (memory, passes, lanes) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let params = Params::new(memory, passes, lanes, None).ok()?;
        Some((params, STANDARD.decode(salt).ok()?))
    }
}

impl From<String> for Setting {
    fn from(stored: String) -> Self {
        Self(stored)
    }
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Setting(…)")
    }
}

/// Outcome of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The password is the one that was hashed.
    pub matches: bool,
    /// It is, and the hash was made with weaker parameters than today's: time for a new one.
    pub needs_rehash: bool,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// The line is full; nothing was hashed.
    #[error("more passwords wait to be hashed than are taken on")]
    Busy,
    /// Argon2 or its thread failed.
    #[error("hashing failed: {0}")]
    Failed(String),
}

/// Hashes passwords, as many at a time as there are cores, so that memory stays bounded and
/// everything else keeps moving however many sign in at once (req. 8).
///
/// Passwords are brought to Unicode's normal form C before hashing (req. 2, NIST SP 800-63B-4
/// §3.1.1.2), so that an é typed as one character or as e and accent is the same; this is the one
/// change made to them, they are never cut.
pub struct Hasher {
    params: HashParams,
    rng: Arc<dyn Randomness>,
    line: Line,
    compared: AtomicU64,
}

impl Hasher {
    /// Hashes with these parameters, on as many threads as the machine has cores.
    #[must_use]
    pub fn new(params: HashParams, rng: Arc<dyn Randomness>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::bounded(params, rng, cores, cores * WAITING_PER_CORE)
    }

    fn bounded(
        params: HashParams,
        rng: Arc<dyn Randomness>,
        at_once: usize,
        waiting: usize,
    ) -> Self {
        Self {
            params,
            rng,
            line: Line::new(at_once, waiting),
            compared: AtomicU64::new(0),
        }
    }

    /// Hashes a password with today's parameters and a new salt.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the line is full.
    pub async fn hash(&self, password: &str) -> Result<Phc, HashError> {
        let (password, salt, argon) = (normal_form(password), self.salt(), self.argon());
        self.line
            .run(move |_| {
                argon
                    .hash_password_with_salt(password.as_bytes(), &salt)
                    .map(|hash| Phc(hash.to_string()))
                    .map_err(|error| HashError::Failed(error.to_string()))
            })
            .await?
    }

    /// Compares a password with a stored hash. Where there is none (nobody of that name, no
    /// password yet, locked), as much work is done as a comparison takes, and the answer is no, so
    /// that time tells nothing (req. 11).
    ///
    /// # Errors
    /// [`HashError::Busy`] when the line is full.
    pub async fn verify(
        &self,
        password: &str,
        stored: Option<&Phc>,
    ) -> Result<Verified, HashError> {
        let password = normal_form(password);
        let stored = stored.and_then(readable);
        let is_real = stored.is_some();
        // In the place of a hash that is not there: no password has it, and it is as much work.
        let stored = stored.unwrap_or_else(|| Comparable {
            params: self.params.0.clone(),
            salt: self.salt().to_vec(),
            hash: vec![0; HASH_LEN],
        });
        let weaker = HashParams(stored.params.clone()).weaker_than(&self.params);
        let same = self
            .line
            .run(move |memory| stored.is_of(&password, memory))
            .await?;
        if is_real {
            self.compared.fetch_add(1, Ordering::Relaxed);
        }
        let matches = is_real && same;
        Ok(Verified {
            matches,
            needs_rehash: matches && weaker,
        })
    }

    /// A new salt and today's cost, for a set of secrets.
    pub fn setting(&self) -> Setting {
        let cost = &self.params.0;
        let (memory, passes, lanes) = (cost.m_cost(), cost.t_cost(), cost.p_cost());
        let salt = STANDARD.encode(self.salt());
        Setting(format!("m={memory},t={passes},p={lanes}${salt}"))
    }

    /// Hashes one secret of a set; the same secret under the same setting has the same hash.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the line is full, [`HashError::Failed`] for what is no setting.
    pub async fn hash_under(&self, setting: &Setting, secret: &str) -> Result<String, HashError> {
        let (params, salt) = setting
            .parts()
            .ok_or_else(|| HashError::Failed("a setting can't be read".to_owned()))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let secret = normal_form(secret);
        self.line
            .run(move |memory| {
                let mut hash = [0; HASH_LEN];
                let blocks = memory.blocks(argon.params().block_count());
                argon
                    .hash_password_into_with_memory(secret.as_bytes(), &salt, &mut hash, blocks)
                    .map(|()| hex(&hash))
                    .map_err(|error| HashError::Failed(error.to_string()))
            })
            .await?
    }

    /// How many passwords were compared with a real hash since the start. What never got that far
    /// is not counted: that is how tests of req. 14 and 18 see that nobody guessed behind a lock.
    pub fn compared(&self) -> u64 {
        self.compared.load(Ordering::Relaxed)
    }

    fn argon(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.0.clone())
    }

    fn salt(&self) -> [u8; SALT_LEN] {
        let mut salt = [0; SALT_LEN];
        self.rng.fill(&mut salt);
        salt
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher")
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

/// Normal form C, in memory that is erased.
fn normal_form(password: &str) -> Zeroizing<String> {
    // Composing shrinks or keeps most texts; the few that grow do so at most threefold, and memory
    // that is never moved leaves no copy behind.
    let mut normal = Zeroizing::new(String::with_capacity(password.len() * 3));
    normal.extend(password.nfc());
    normal
}

/// A stored hash, taken apart.
struct Comparable {
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Comparable {
    /// Whether it was made of this password. Takes the same time whatever the answer.
    fn is_of(&self, password: &str, memory: &mut Memory) -> bool {
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone());
        let mut hash = Zeroizing::new(vec![0; self.hash.len()]);
        let blocks = memory.blocks(self.params.block_count());
        let done = argon.hash_password_into_with_memory(
            password.as_bytes(),
            &self.salt,
            &mut hash,
            blocks,
        );
        if let Err(error) = &done {
            tracing::error!(%error, "a stored password hash can't be compared");
        }
        done.is_ok() && bool::from(hash.ct_eq(&self.hash))
    }
}

/// The stored hash, if it was made as ours are. One that is not a hash opens to nobody.
fn readable(stored: &Phc) -> Option<Comparable> {
    let parsed = PasswordHash::new(&stored.0)
        .inspect_err(|error| tracing::error!(%error, "a stored password hash can't be read"))
        .ok()?;
    Some(Comparable {
        params: params_of(&parsed)?.0,
        salt: parsed.salt?.to_vec(),
        hash: parsed.hash?.as_bytes().to_vec(),
    })
}

/// Parameters of a hash made by Argon2id.
fn params_of(stored: &PasswordHash) -> Option<HashParams> {
    let current =
        stored.algorithm == argon2::ARGON2ID_IDENT && stored.version == Some(Version::V0x13.into());
    current
        .then(|| Params::try_from(stored).ok().map(HashParams))
        .flatten()
}
