//! New passwords.

pub mod api;
