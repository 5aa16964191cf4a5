//! The secret key and what is done with it: sealing values at rest, marking rows, and the hashes
//! of tokens. The key itself is used for nothing; each purpose has a key derived from it.

mod key;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub use key::{KeyFileError, SecretKey};

use crate::random::Randomness;

/// Bytes of the secret key and of every key derived from it.
const KEY_LEN: usize = 32;
/// Bytes of an `XChaCha20` nonce: long enough to be drawn at random for each value.
const NONCE_LEN: usize = 24;

/// What a derived key is for. Values sealed or marked for one purpose mean nothing to another.
/// The words are part of the data at rest: they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose(&'static str);

impl Purpose {
    /// Addresses and bodies in the outbox.
    pub const OUTBOX: Self = Self("outbox");
    /// Lines of imports that are not applied yet.
    pub const IMPORT: Self = Self("import");
    /// Keys of second factors, and fresh recovery codes.
    pub const TWO_FACTOR: Self = Self("two factor");
    /// The audit log's chain.
    pub const AUDIT_CHAIN: Self = Self("audit chain");
    /// The keys of the audit log's chain that are no longer in use.
    pub const AUDIT_KEYS: Self = Self("audit keys");
    /// The secret of the one-time setup link.
    pub const SETUP_LINK: Self = Self("setup link");
    /// The value in the database that tells whether this is its key.
    pub const KEY_CHECK: Self = Self("key check");
}

/// Where a sealed value stands. It opens nowhere else, so that rows can't be swapped (req. 36).
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Id of the row.
    pub row: &'a str,
}

impl Place<'_> {
    /// `table:column:row`, the associated data of the seal.
    fn to_aad(self) -> String {
        format!("{}:{}:{}", self.table, self.column, self.row)
    }
}

/// A column of sealed values, and what of its row is part of the seal.
#[derive(Clone, Copy, Debug)]
pub struct Sealed {
    /// Table.
    pub table: &'static str,
    /// Column of the sealed values.
    pub column: &'static str,
    /// What [`Place::row`] is, in SQL.
    pub row: &'static str,
    /// What they are sealed for.
    pub purpose: Purpose,
}

/// Every column of sealed values, by table and column: what a new key has to seal anew.
pub const SEALED: [Sealed; 6] = [
    Sealed {
        table: "audit_keys",
        column: "key_sealed",
        row: "CAST(last_seq AS TEXT)",
        purpose: Purpose::AUDIT_KEYS,
    },
    Sealed {
        table: "import_rows",
        column: "body_sealed",
        row: "import_id || ':' || n",
        purpose: Purpose::IMPORT,
    },
    Sealed {
        table: "outbox",
        column: "body_sealed",
        row: "id",
        purpose: Purpose::OUTBOX,
    },
    Sealed {
        table: "two_factor",
        column: "secret_sealed",
        row: "user_id",
        purpose: Purpose::TWO_FACTOR,
    },
    Sealed {
        table: "two_factor",
        column: "fresh_codes_sealed",
        row: "user_id",
        purpose: Purpose::TWO_FACTOR,
    },
    Sealed {
        table: "two_factor_pending",
        column: "secret_sealed",
        row: "user_id",
        purpose: Purpose::TWO_FACTOR,
    },
];

/// A sealed value does not open: another key, another place, or it was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open: another key, another place, or it was changed")]
pub struct Unopenable;

/// Everything that is done with the secret key.
pub struct Crypto {
    key: SecretKey,
    rng: Arc<dyn Randomness>,
}

impl Crypto {
    /// Works with this key; nonces come from the generator.
    #[must_use]
    pub fn new(key: SecretKey, rng: Arc<dyn Randomness>) -> Self {
        Self { key, rng }
    }

    /// The key of a purpose: HMAC-SHA-256 of its word under the secret key, as in the expand step
    /// of HKDF (RFC 5869); the secret key is uniformly random already, so that there is nothing to
    /// extract.
    pub(crate) fn derived(&self, purpose: Purpose) -> DerivedKey {
        let mut mac = keyed(self.key.0.as_ref());
        mac.update(b"keyholder 1 ");
        mac.update(purpose.0.as_bytes());
        DerivedKey(Zeroizing::new(mac.finalize().into_bytes().into()))
    }

    fn cipher(&self, purpose: Purpose) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.derived(purpose).0).into())
    }

    /// The value by which a database knows its key.
    pub(crate) fn check_value(&self) -> String {
        hex(&self.mac(Purpose::KEY_CHECK, b"keyholder"))
    }

    /// Encrypts a value for one place in the database (`XChaCha20`-Poly1305); base64 of nonce and
    /// ciphertext.
    ///
    /// # Panics
    /// When the value is longer than 256 GiB.
    pub fn seal(&self, purpose: Purpose, place: Place<'_>, plaintext: &[u8]) -> String {
        let mut nonce = [0; NONCE_LEN];
        self.rng.fill(&mut nonce);
        let aad = place.to_aad();
        let sealed = self
            .cipher(purpose)
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plaintext,
                    aad: aad.as_bytes(),
                },
            )
            .expect("a value of the database is far shorter than the 256 GiB that a seal can hold");
        STANDARD.encode([&nonce[..], &sealed].concat())
    }

    /// Decrypts what [`Crypto::seal`] made, for the same purpose and place.
    ///
    /// # Errors
    /// When it was made with another key, for another purpose or place, or changed since.
    pub fn open(
        &self,
        purpose: Purpose,
        place: Place<'_>,
        sealed: &str,
    ) -> Result<Zeroizing<Vec<u8>>, Unopenable> {
        let bytes = STANDARD.decode(sealed).map_err(|_| Unopenable)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_LEN>().ok_or(Unopenable)?;
        let aad = place.to_aad();
        self.cipher(purpose)
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: ciphertext,
                    aad: aad.as_bytes(),
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| Unopenable)
    }

    /// A mark that only the holder of the secret key can make: HMAC-SHA-256. Whoever marks several
    /// values at once must join them so that no two lists look alike.
    pub fn mac(&self, purpose: Purpose, bytes: &[u8]) -> [u8; 32] {
        self.derived(purpose).mac(bytes)
    }
}

/// The key of one purpose.
pub(crate) struct DerivedKey(Zeroizing<[u8; KEY_LEN]>);

impl DerivedKey {
    /// A key that was kept; nothing when it is none.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|key| Self(Zeroizing::new(key)))
    }

    /// The key itself, for keeping it sealed.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// As [`Crypto::mac`].
    pub(crate) fn mac(&self, bytes: &[u8]) -> [u8; 32] {
        let mut mac = keyed(self.0.as_ref());
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for Crypto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Crypto(…)")
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of every length")
}

/// What is kept of a token: its SHA-256 as 64 hexadecimal digits (req. 21). A token carries 256
/// random bits, so that a slow hash would add nothing.
#[must_use]
pub fn hash_token(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a String never fails");
            text
        })
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandomness;

    const HERE: Place<'static> = Place {
        table: "outbox",
        column: "body_sealed",
        row: "1",
    };

    fn crypto(seed: u64) -> Crypto {
        let rng = Arc::new(SeededRandomness::new(seed));
        Crypto::new(SecretKey::generate(&*rng), rng)
    }

    #[test]
    fn r36_a_sealed_value_opens_only_where_it_was_sealed() {
        let crypto = crypto(1);
        let sealed = crypto.seal(Purpose::OUTBOX, HERE, b"to Dana");
        assert_eq!(
            crypto
                .open(Purpose::OUTBOX, HERE, &sealed)
                .unwrap()
                .as_slice(),
            b"to Dana"
        );
        for elsewhere in [
            Place { row: "2", ..HERE },
            Place {
                column: "last_error",
                ..HERE
            },
            Place {
                table: "users",
                ..HERE
            },
        ] {
            assert_eq!(
                crypto.open(Purpose::OUTBOX, elsewhere, &sealed),
                Err(Unopenable)
            );
        }
        assert_eq!(
            crypto.open(Purpose::KEY_CHECK, HERE, &sealed),
            Err(Unopenable)
        );
    }

    #[test]
    fn r36_a_changed_cut_or_foreign_value_does_not_open() {
        let crypto = crypto(1);
        let sealed = crypto.seal(Purpose::OUTBOX, HERE, b"to Dana");
        let mut bytes = STANDARD.decode(&sealed).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            let changed = STANDARD.encode(&bytes);
            assert_eq!(
                crypto.open(Purpose::OUTBOX, HERE, &changed),
                Err(Unopenable),
                "{at}"
            );
            bytes[at] ^= 1;
        }
        for cut in ["", "AAAA", "not base64 at all", &sealed[..sealed.len() - 4]] {
            assert_eq!(
                crypto.open(Purpose::OUTBOX, HERE, cut),
                Err(Unopenable),
                "{cut}"
            );
        }
        assert_eq!(
            super::tests::crypto(2).open(Purpose::OUTBOX, HERE, &sealed),
            Err(Unopenable)
        );
    }

    #[test]
    fn the_same_value_never_looks_the_same_sealed_twice() {
        let crypto = crypto(1);
        let seal = || crypto.seal(Purpose::OUTBOX, HERE, b"to Dana");
        assert_ne!(seal(), seal());
    }

    #[test]
    fn marks_differ_by_purpose_and_by_key() {
        let mark = |seed, purpose| crypto(seed).mac(purpose, b"entry");
        let one = mark(1, Purpose::AUDIT_CHAIN);
        assert_eq!(one, mark(1, Purpose::AUDIT_CHAIN));
        assert_ne!(one, mark(1, Purpose::KEY_CHECK));
        assert_ne!(one, mark(2, Purpose::AUDIT_CHAIN));
    }

    #[test]
    fn r21_a_kept_hash_is_the_sha_256_of_the_token() {
        assert_eq!(
            hash_token("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "FIPS 180-2 appendix B.1"
        );
    }

    #[test]
    fn secrets_of_other_length_are_not_the_same() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"abc", b"abd"));
        assert!(!same(b"abc", b"ab"));
    }

    #[test]
    fn nothing_of_the_key_is_printed() {
        let key = SecretKey(Zeroizing::new([0xAB; KEY_LEN]));
        assert_eq!(format!("{key:?}"), "SecretKey(…)");
        let crypto = Crypto::new(key, Arc::new(SeededRandomness::new(1)));
        assert_eq!(format!("{crypto:?}"), "Crypto(…)");
    }
}
