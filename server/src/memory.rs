//! Gives memory back when it is done with it.
//!
//! Each password hashed takes 19 MiB for a moment. The GNU C library keeps as much for every
//! thread that ever freed a block of that size, since it learns from the first one to keep the
//! next (`mallopt(3)`, `M_MMAP_THRESHOLD`): a crowd at the sign-in page left 1.7 GB behind. It
//! learns nothing when it is told, and it is told by its environment only, read before `main`. So
//! the server replaces itself once by itself, with the same process id, told.

use std::ffi::OsString;
use std::process::Command;

/// What the C library is told: blocks of this size and more go back to the system when freed.
const TOLD: [(&str, &str); 2] = [
    ("MALLOC_MMAP_THRESHOLD_", "1048576"),
    ("MALLOC_ARENA_MAX", "2"),
];

/// Replaces the process by itself with the C library told, unless it is told already. Where that
/// can't be done the server goes on as it is: it only holds more memory.
pub fn give_back(environment: &[OsString]) {
    let told = TOLD
        .iter()
        .any(|(name, _)| environment.iter().any(|known| known == name));
    if told || !cfg!(all(target_os = "linux", target_env = "gnu")) {
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let mut again = Command::new(program);
    again.args(std::env::args_os().skip(1)).envs(TOLD);
    replace(&mut again);
}

#[cfg(unix)]
fn replace(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    let cause = command.exec();
    eprintln!("keyholder: memory is not given back: {cause}");
}

#[cfg(not(unix))]
fn replace(_: &mut Command) {}
