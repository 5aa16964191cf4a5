//! Paging by cursor.

use serde::{Deserialize, Serialize};

/// How many rows there are; counting stops at [`Count::CAP`], so that no count gets slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Rows counted.
    pub n: u32,
    /// There are more than were counted.
    pub more: bool,
}

impl Count {
    /// Where counting stops (architecture "SQL").
    pub const CAP: u32 = 10_000;

    /// From a count that stopped one past the cap.
    #[must_use]
    pub fn capped(n: u32) -> Self {
        Self {
            n: n.min(Self::CAP),
            more: n > Self::CAP,
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Position of the first row in the whole list, from 1.
    pub first: u32,
    /// Rows in the whole list.
    pub total: Count,
    /// Cursor of the page before, if there is one.
    pub previous: Option<String>,
    /// Cursor of the page after, if there is one.
    pub next: Option<String>,
}
