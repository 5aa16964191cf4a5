//! `keyholder`: see `keyholder --help`.

use std::process::ExitCode;

/// Gives memory back when it is done with it: each password hashed takes 19 MiB for a moment, and
/// the C library keeps as much for every thread that ever hashed one (req. 8).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::commands::run()
}
