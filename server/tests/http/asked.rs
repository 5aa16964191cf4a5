//! What can be asked, from the table of operations.

use access::{Kind, OPERATIONS};

use crate::world::NOBODY;

/// Every function that can be called, and how.
pub(crate) fn functions() -> impl Iterator<Item = &'static str> {
    let called = OPERATIONS
        .iter()
        .filter(|one| matches!(one.kind, Kind::Read | Kind::Change));
    called.map(|one| one.path)
}

/// Every address that answers GET: pages and plain routes, parameters filled in.
pub(crate) fn pages() -> impl Iterator<Item = String> {
    let shown = OPERATIONS
        .iter()
        .filter(|one| matches!(one.kind, Kind::Page | Kind::File));
    shown.map(|one| {
        one.path
            .replace("{token}", "unknown")
            .replace("{id}", NOBODY)
    })
}
