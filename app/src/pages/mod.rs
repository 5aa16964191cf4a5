//! The pages, by feature; each feature's server functions stand beside it in `api.rs`.

pub mod audit;
pub mod business;
pub mod email;
pub mod groups;
pub mod home;
pub mod imports;
pub mod invites;
pub mod modules;
pub mod passwords;
pub mod profile;
pub mod second_factor;
pub mod security;
pub mod sessions;
pub mod setup;
pub mod shell;
pub mod sign_in;
pub mod stores;
pub mod users;
pub mod who_can;
