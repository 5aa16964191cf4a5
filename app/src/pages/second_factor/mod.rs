//! The second factor: the second step of signing in, and the page of one's own.

pub mod api;
pub mod card;
mod codes;
mod key;
mod manage;
pub mod own;
pub mod sign_in;

/// The page of one's own second factor.
const PAGE: &str = "/profile/two-factor";
