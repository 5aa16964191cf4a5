//! Password hashing: Argon2id, bounded, off the async threads (product §5; req. 7, 8, 11).

mod memory;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use self::memory::Memory;
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
    places: Arc<Places>,
    compared: AtomicU64,
}

/// Where hashes run and wait, and the memory that they hand on.
struct Places {
    /// One permit for each hash under way.
    slots: Arc<Semaphore>,
    /// One permit for each hash under way or waiting.
    line: Arc<Semaphore>,
    /// Permits of the slots and of the line when nobody is there.
    at_once: usize,
    most: usize,
    memory: Memory,
}

impl Places {
    fn new(at_once: usize, waiting: usize) -> Self {
        let most = at_once + waiting;
        Self {
            slots: Arc::new(Semaphore::new(at_once)),
            line: Arc::new(Semaphore::new(most)),
            at_once,
            most,
            memory: Memory::default(),
        }
    }

    fn somebody_waits(&self) -> bool {
        let under_way = self.at_once - self.slots.available_permits();
        self.most - self.line.available_permits() > under_way
    }
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
            places: Arc::new(Places::new(at_once, waiting)),
            compared: AtomicU64::new(0),
        }
    }

    /// Hashes a password with today's parameters and a new salt.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the line is full.
    pub async fn hash(&self, password: &str) -> Result<Phc, HashError> {
        let (password, salt, argon) = (normal_form(password), self.salt(), self.argon());
        self.in_line(move |_| {
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
            .in_line(move |memory| stored.is_of(&password, memory))
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
        self.in_line(move |memory| {
            let mut hash = [0; HASH_LEN];
            let blocks = argon.params().block_count();
            memory
                .lend(blocks, |blocks| {
                    argon.hash_password_into_with_memory(
                        secret.as_bytes(),
                        &salt,
                        &mut hash,
                        blocks,
                    )
                })
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

    /// Waits for a slot and works on a thread of its own. Both permits go with the work, not with
    /// the request: who hangs up early does not let in another while their hash is still under way.
    async fn in_line<T, F>(&self, work: F) -> Result<T, HashError>
    where
        T: Send + 'static,
        F: FnOnce(&Memory) -> T + Send + 'static,
    {
        let place = Arc::clone(&self.places.line)
            .try_acquire_owned()
            .map_err(|_| HashError::Busy)?;
        let slot = Arc::clone(&self.places.slots)
            .acquire_owned()
            .await
            .map_err(|closed| HashError::Failed(closed.to_string()))?;
        let places = Arc::clone(&self.places);
        tokio::task::spawn_blocking(move || {
            let done = work(&places.memory);
            if !places.somebody_waits() {
                places.memory.give_back();
            }
            // The place first: whoever takes the slot must not count this one as waiting.
            drop(place);
            drop(slot);
            done
        })
        .await
        .map_err(|broken| HashError::Failed(broken.to_string()))
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
    fn is_of(&self, password: &str, memory: &Memory) -> bool {
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone());
        let mut hash = Zeroizing::new(vec![0; self.hash.len()]);
        let done = memory.lend(self.params.block_count(), |blocks| {
            argon.hash_password_into_with_memory(password.as_bytes(), &self.salt, &mut hash, blocks)
        });
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
