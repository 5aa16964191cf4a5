//! The secret key and the file that holds it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::KEY_LEN;
use crate::random::Randomness;

/// The installation's secret key (product §11 `KEYHOLDER_SECRET_KEY_FILE`): 32 random bytes,
/// erased from memory when dropped, never printed.
#[derive(Clone)]
pub struct SecretKey(pub(super) Zeroizing<[u8; KEY_LEN]>);

/// Why there is no secret key. The sentences are shown to whoever starts the program.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file is not there.
    #[error("the secret key file {0} is not there")]
    Missing(PathBuf),
    /// The file can't be read or made.
    #[error("the secret key file {path} can't be {verb}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried: `read` or `made`.
        verb: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Everybody on the machine may read the file, or others than its owner may write it.
    #[error(
        "the secret key file {path} is open to others (mode {mode:04o}); run: chmod 600 {path}"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file holds something else.
    #[error("the secret key file {0} does not hold a key: 32 bytes in base64, 44 characters")]
    Malformed(PathBuf),
}

impl SecretKey {
    /// A new key.
    #[must_use]
    pub fn generate(rng: &dyn Randomness) -> Self {
        let mut key = Zeroizing::new([0; KEY_LEN]);
        rng.fill(key.as_mut());
        Self(key)
    }

    /// Reads the key from its file: 32 bytes in base64 on one line, as
    /// `openssl rand -base64 32` writes them.
    ///
    /// # Errors
    /// When the file is missing, unreadable, holds something else, may be read by everybody or
    /// written by others. (The group may read it: so do mounted container secrets come.)
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let unreadable = |source| KeyFileError::Io {
            path: path.to_owned(),
            verb: "read",
            source,
        };
        let text = match std::fs::read(path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(KeyFileError::Missing(path.to_owned()));
            }
            Err(error) => return Err(unreadable(error)),
        };
        check_mode(path, &std::fs::metadata(path).map_err(unreadable)?)?;
        let malformed = || KeyFileError::Malformed(path.to_owned());
        let bytes = STANDARD.decode(text.trim_ascii()).map(Zeroizing::new);
        let bytes = bytes.map_err(|_| malformed())?;
        let key: [u8; KEY_LEN] = bytes.as_slice().try_into().map_err(|_| malformed())?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// Reads the key from its file, and makes one first if there is none. When two processes
    /// start at once, both end with the same key.
    ///
    /// # Errors
    /// As [`SecretKey::load`], and when the file can't be made.
    pub fn load_or_create(path: &Path, rng: &dyn Randomness) -> Result<Self, KeyFileError> {
        match Self::load(path) {
            Err(KeyFileError::Missing(_)) => {}
            other => return other,
        }
        Self::generate(rng)
            .write_new(path, rng)
            .map_err(|source| KeyFileError::Io {
                path: path.to_owned(),
                verb: "made",
                source,
            })?;
        Self::load(path)
    }

    /// Writes the key to a file that is not there yet. It is whole or absent at every moment,
    /// whenever the power goes: written and synced under another name first. A file that somebody
    /// else made meanwhile stays.
    fn write_new(&self, path: &Path, rng: &dyn Randomness) -> std::io::Result<()> {
        let folder = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let draft = path.with_extension(format!("new-{:016x}", rng.below(u64::MAX)));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&draft).and_then(|mut file| {
            let text = Zeroizing::new(STANDARD.encode(self.0.as_ref()) + "\n");
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            match std::fs::hard_link(&draft, path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
                other => other,
            }
        });
        // The draft goes in any case; where it never came to be, the first error is the one to tell.
        let removed = std::fs::remove_file(&draft);
        written.and(removed)?;
        std::fs::File::open(folder)?.sync_all()
    }
}

/// Nobody beyond the owner may write the file, nobody beyond the group may read it.
#[cfg(unix)]
fn check_mode(path: &Path, facts: &std::fs::Metadata) -> Result<(), KeyFileError> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&facts.permissions()) & 0o777;
    if mode & 0o027 == 0 {
        Ok(())
    } else {
        Err(KeyFileError::Open {
            path: path.to_owned(),
            mode,
        })
    }
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &std::fs::Metadata) -> Result<(), KeyFileError> {
    Ok(())
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandomness;

    /// A folder of this test's own, gone at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let name = format!("keyholder-key-{:016x}", SystemRandomness.below(u64::MAX));
            let path = std::env::temp_dir().join(name);
            std::fs::create_dir(&path).unwrap();
            Self(path)
        }

        fn file(&self) -> PathBuf {
            self.0.join("secret.key")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let folder = Folder::new();
        let missing = SecretKey::load(&folder.file()).unwrap_err();
        assert!(matches!(missing, KeyFileError::Missing(_)), "{missing}");
        let made = SecretKey::load_or_create(&folder.file(), &SystemRandomness).unwrap();
        let found = SecretKey::load_or_create(&folder.file(), &SystemRandomness).unwrap();
        assert_eq!(made.0, found.0);
        assert_eq!(
            std::fs::read_dir(&folder.0).unwrap().count(),
            1,
            "no draft is left"
        );
    }

    #[test]
    fn processes_that_start_at_once_end_with_one_key() {
        let folder = Folder::new();
        let file = folder.file();
        let make = || SecretKey::load_or_create(&file, &SystemRandomness).unwrap();
        let keys: Vec<SecretKey> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(keys.iter().all(|key| key.0 == keys[0].0));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_is_made_for_its_owner_alone_and_refused_when_others_can_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = Folder::new();
        SecretKey::load_or_create(&folder.file(), &SystemRandomness).unwrap();
        let load_with = |bits| {
            let rights = std::fs::Permissions::from_mode(bits);
            std::fs::set_permissions(folder.file(), rights).unwrap();
            SecretKey::load(&folder.file())
        };
        let made = std::fs::metadata(folder.file())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(made & 0o777, 0o600);
        for bits in [0o644, 0o604, 0o660, 0o620, 0o602] {
            let refused = load_with(bits).unwrap_err().to_string();
            assert!(refused.contains(&format!("mode {bits:04o}")), "{refused}");
        }
        for bits in [0o600, 0o400, 0o440] {
            load_with(bits).unwrap();
        }
    }

    #[test]
    fn a_file_that_holds_no_key_is_told_apart() {
        use std::fmt::Write as _;
        let folder = Folder::new();
        SecretKey::load_or_create(&folder.file(), &SystemRandomness).unwrap();
        let mut short = STANDARD.encode([1; 31]);
        writeln!(short).unwrap();
        for text in ["", "hello", &short] {
            std::fs::write(folder.file(), text).unwrap();
            let refused = SecretKey::load(&folder.file()).unwrap_err();
            assert!(matches!(refused, KeyFileError::Malformed(_)), "{refused}");
        }
    }
}
