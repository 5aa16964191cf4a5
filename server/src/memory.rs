//! Gives memory back when it is done with it.
//!
//! Each password hashed takes 19 MiB for a moment. The allocator (mimalloc) keeps blocks of that
//! size in arenas, and purges those only while it is asked for more: a crowd at the sign-in page
//! left 89 MB behind instead of 30. Without arenas it gives such blocks back at once. The allocator is
//! told by its environment only, read before `main`. So the server replaces itself once by itself,
//! with the same process id, told.

use std::ffi::OsString;
use std::process::Command;

/// What the allocator is told: ask the system for each large block, and hand it back when freed.
const TOLD: (&str, &str) = ("MIMALLOC_DISALLOW_ARENA_ALLOC", "1");

/// Replaces the process by itself with the allocator told, unless it is told already. Where that
/// can't be done the server goes on as it is: it only holds more memory.
pub fn give_back(environment: &[OsString]) {
    if environment.iter().any(|known| known == TOLD.0) {
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let mut again = Command::new(program);
    again.args(std::env::args_os().skip(1)).env(TOLD.0, TOLD.1);
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
