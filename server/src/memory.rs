//! Gives memory back when it is done with it.
//!
//! Each password hashed takes 19 MiB for a moment. The allocator (mimalloc) keeps blocks of that
//! size in arenas, and purges those only while it is asked for more: a crowd at the sign-in page
//! left 89 MB behind instead of 30. So blocks of that size stay out of arenas, and are given back at
//! once; without any arena every small piece would be asked of the system too, a quarter of what a
//! page costs. And its arenas ask for no huge pages, of which each holds 2 MiB for a few bytes. The
//! allocator is told by its environment only, read before `main`. So the server replaces itself once
//! by itself, with the same process id, told.

use std::ffi::OsString;
use std::process::Command;

/// What the allocator is told: ask the system for each block that is larger, and hand it back when
/// freed; hold memory in small pages.
const TOLD: [(&str, &str); 2] = [
    ("MIMALLOC_ARENA_MAX_OBJECT_SIZE", "4M"),
    ("MIMALLOC_ALLOW_THP", "0"),
];

/// Replaces the process by itself with the allocator told, unless it is told already. Where that
/// can't be done the server goes on as it is: it only holds more memory.
pub fn give_back(environment: &[OsString]) {
    let is_told = |(name, _): &(&str, &str)| environment.iter().any(|known| known == name);
    if TOLD.iter().all(is_told) {
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
