//! Randomness: ids, tokens, salts, nonces. Injected, so that tests repeat exactly.

use access::Instant;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// A source of random bytes that nobody can foresee.
pub trait Randomness: Send + Sync {
    /// Fills the bytes.
    fn fill(&self, bytes: &mut [u8]);

    /// A new id (UUID version 7, RFC 9562): its first 48 bits are the time, so that rows stay in
    /// the order in which they came; 74 bits are random.
    fn uuid_v7(&self, now: Instant) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        // A clock before 1970 is wrong anyway; ids only have to stay unique then.
        let ms = u64::try_from(now.0).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }

    /// A secret for a link: 256 random bits as 43 characters that need no escaping in a URL
    /// (req. 21). Only its hash is kept, see [`crate::crypto::hash_token`].
    fn token(&self) -> String {
        let mut random = zeroize::Zeroizing::new([0; 32]);
        self.fill(random.as_mut());
        URL_SAFE_NO_PAD.encode(random.as_ref())
    }

    /// A number from 0 up to, not including, `end`; 0 if `end` is 0. For spreading things out,
    /// not for secrets: numbers that do not divide 2⁶⁴ come out slightly uneven.
    fn below(&self, end: u64) -> u64 {
        let mut random = [0; 8];
        self.fill(&mut random);
        u64::from_le_bytes(random).checked_rem(end).unwrap_or(0)
    }
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done without.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where randomness is fetched"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// Bytes that look random and are the same in each run.
#[cfg(any(test, feature = "testing"))]
pub struct SeededRandomness(std::sync::Mutex<rand_chacha::ChaCha20Rng>);

#[cfg(any(test, feature = "testing"))]
impl SeededRandomness {
    /// The sequence of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        use rand_core::SeedableRng as _;
        Self(std::sync::Mutex::new(
            rand_chacha::ChaCha20Rng::seed_from_u64(seed),
        ))
    }
}

#[cfg(any(test, feature = "testing"))]
impl Randomness for SeededRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        use rand_core::Rng as _;
        // A test that panicked elsewhere leaves the generator itself whole.
        let mut rng = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        rng.fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r21_a_token_carries_256_random_bits_and_fits_into_a_url_as_it_is() {
        let (one, other) = (SystemRandomness.token(), SystemRandomness.token());
        assert_ne!(one, other);
        assert_eq!(one.len(), 43);
        assert!(
            one.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
        assert_eq!(URL_SAFE_NO_PAD.decode(one).map(|bytes| bytes.len()), Ok(32));
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let rng = SeededRandomness::new(1);
        let (earlier, later) = (rng.uuid_v7(Instant(1_000)), rng.uuid_v7(Instant(1_001)));
        assert!(earlier < later);
        assert!(earlier.to_string() < later.to_string());
        assert_eq!(earlier.get_version_num(), 7);
        assert_ne!(rng.uuid_v7(Instant(-1)), rng.uuid_v7(Instant(-1)));
    }

    #[test]
    fn a_seed_gives_the_same_sequence_again() {
        assert_eq!(
            SeededRandomness::new(7).token(),
            SeededRandomness::new(7).token()
        );
        assert_ne!(
            SeededRandomness::new(7).token(),
            SeededRandomness::new(8).token()
        );
    }

    #[test]
    fn below_stays_below() {
        let rng = SeededRandomness::new(3);
        assert!((0..200).all(|_| rng.below(7) < 7));
        assert_eq!(rng.below(0), 0);
    }
}
