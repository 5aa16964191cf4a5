//! Files that must be whole or absent at every moment, whenever the power goes, and that nobody
//! else on the machine may read.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use crate::random::Randomness;

/// A name beside a file for writing it before it is put in its place.
pub(crate) fn draft_of(file: &Path, rng: &dyn Randomness) -> PathBuf {
    beside(file, &format!(".new-{:016x}", rng.below(u64::MAX)))
}

/// The file's name with something behind it.
pub(crate) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Makes an empty file that only its owner may read and write.
pub(crate) fn make_private(file: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Gives a written draft its name, unless something of that name is there; the draft goes in any
/// case.
pub(crate) fn put_new(draft: &Path, file: &Path) -> Result<()> {
    let put = File::open(draft)
        .and_then(|written| written.sync_all())
        .and_then(|()| std::fs::hard_link(draft, file));
    let removed = std::fs::remove_file(draft);
    put.and(removed)?;
    sync_folder_of(file)
}

/// Gives a written draft its name in the place of what has it.
pub(crate) fn put_over(draft: &Path, file: &Path) -> Result<()> {
    File::open(draft)?.sync_all()?;
    std::fs::rename(draft, file)?;
    sync_folder_of(file)
}

/// Makes sure that names in the file's folder outlive a power cut.
pub(crate) fn sync_folder_of(file: &Path) -> Result<()> {
    let folder = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

/// Removes a file; one that is not there is as good.
pub(crate) fn remove(file: &Path) -> Result<()> {
    gone_is_fine(std::fs::remove_file(file))
}

/// Renames a file over what has the name; one that is not there is left so.
pub(crate) fn rename_if_there(from: &Path, to: &Path) -> Result<()> {
    gone_is_fine(std::fs::rename(from, to))
}

fn gone_is_fine(done: Result<()>) -> Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Whether the error says that something of that name is there.
pub(crate) fn is_there_already(error: &Error) -> bool {
    error.kind() == ErrorKind::AlreadyExists
}
