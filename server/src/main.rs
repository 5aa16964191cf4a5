//! `keyholder`: see `keyholder --help`.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A page is thousands of small pieces of memory: the C library's allocator took a third of its time.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    server::commands::run()
}
