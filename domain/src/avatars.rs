//! Pictures of people: how one is cut, and what can be wrong with it.

use access::UserId;
use serde::{Deserialize, Serialize};

/// Most bytes of a file that is sent.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

/// How a picture becomes a square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Its middle, and what stands over is cut off.
    Crop,
    /// All of it, with nothing around it.
    Whole,
}

impl Fit {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Crop, Self::Whole];

    /// The word in the form.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Crop => "crop",
            Self::Whole => "whole",
        }
    }

    /// The way behind a word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fit| fit.key() == key)
    }
}

/// Why a file is not taken as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureProblem {
    /// None was chosen.
    Missing,
    /// More than [`MAX_BYTES`].
    TooLarge,
    /// Neither PNG nor JPEG nor WebP.
    Kind,
    /// It can't be read to its end.
    Broken,
    /// More pixels than are read.
    TooWide,
}

impl PictureProblem {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Missing,
        Self::TooLarge,
        Self::Kind,
        Self::Broken,
        Self::TooWide,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooLarge => "too_large",
            Self::Kind => "kind",
            Self::Broken => "broken",
            Self::TooWide => "too_wide",
        }
    }

    /// The problem behind a word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.key() == key)
    }
}

/// The address of a person's picture of a version.
#[must_use]
pub fn address(person: UserId, version: i64) -> String {
    format!("/avatars/{person}/{version}")
}
