//! The one binary: what it is told ([`cli`], [`config`]), what it does ([`commands`]), every
//! address ([`router`]) and what happens to every request around its handler ([`layers`]).

pub mod answers;
pub mod background;
pub mod cli;
pub mod commands;
pub mod config;
pub mod downloads;
pub mod health;
pub mod layers;
pub mod logs;
pub mod memory;
pub mod net;
pub mod open;
pub mod pictures;
pub mod public_url;
pub mod router;
pub mod serve;
pub mod shared;
pub mod site;
pub mod sweep;
pub mod uploads;
