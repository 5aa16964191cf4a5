//! What happens to every request before and after its handler, one concern a file. Their order
//! stands in [`crate::router`].

pub mod body;
pub mod client;
pub mod cookies;
pub mod csrf;
pub mod error_status;
pub mod flash;
pub mod headers;
pub mod limits;
pub mod panics;
pub mod plain_form;
pub mod step_up;
pub mod trace;
pub mod visitor;
