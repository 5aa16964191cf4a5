//! The site over HTTP, through the real router, on a real database.

mod asked;
mod audit;
mod browser;
mod contents;
mod coverage;
mod downloads;
mod drafts;
mod email;
mod headers;
mod hostile;
mod invites;
mod matrix;
mod origin;
mod passwords;
mod personas;
mod pictures;
mod plain_forms;
mod refusals;
mod second_factor;
mod session_pages;
mod session_policy;
mod sessions;
mod step_up;
mod trust;
mod uploads;
mod world;
