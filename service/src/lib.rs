//! The use cases: load, decide (`access`), apply, audit. SQL, crypto, mail and the clock live
//! here and nowhere else.
//!
//! A feature is a folder: `mod.rs` holds its use cases, `sql.rs` its statements and rows. Writing
//! needs a [`tx::Tx`], which only a grant opens and which only leaves with an audit entry.

pub mod audit;
pub mod avatars;
pub mod backup;
pub mod business;
mod change;
pub mod clock;
pub mod crypto;
pub mod csv;
pub mod db;
pub mod demo;
pub mod download;
pub mod email;
pub mod failure;
mod files;
pub mod flash;
pub mod groups;
pub mod hashing;
pub mod health;
pub mod home;
pub mod imports;
pub mod invites;
pub mod keyholder;
mod limits;
pub mod mail;
pub mod modules;
mod notices;
pub mod outbox;
mod paging;
pub mod passwords;
pub mod people;
pub mod profile;
pub mod random;
mod refusal;
mod reload;
pub mod rescue;
pub mod rotation;
pub mod second_factor;
pub mod security;
pub mod sessions;
pub mod setup;
pub mod shell;
pub mod sign_in;
pub mod step_up;
pub mod stores;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod time;
pub mod tries;
pub mod tx;
pub mod users;
pub mod visitor;
pub mod who_can;

pub use download::Download;
pub use failure::Failure;
pub use keyholder::{Config, Keyholder, OpenError, Parts};
pub use visitor::{Business, Client, Half, Profile, Staff, StoreFact, Visitor};
