//! Pictures of people: how one is cut, and what can be wrong with it.

use access::UserId;
use serde::{Deserialize, Serialize};

use crate::keys::keys;

/// Most bytes of a file that is sent.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

keys! {
    /// How a picture becomes a square.
    Fit {
        /// Its middle, and what stands over is cut off.
        Crop = "crop",
        /// All of it, with nothing around it.
        Whole = "whole",
    }
}

keys! {
    /// Why a file is not taken as a picture.
    PictureProblem {
        /// None was chosen.
        Missing = "missing",
        /// More than [`MAX_BYTES`].
        TooLarge = "too_large",
        /// Neither PNG nor JPEG nor WebP.
        Kind = "kind",
        /// It can't be read to its end.
        Broken = "broken",
        /// More pixels than are read.
        TooWide = "too_wide",
    }
}

/// The address of a person's picture of a version.
#[must_use]
pub fn address(person: UserId, version: i64) -> String {
    format!("/avatars/{person}/{version}")
}
