//! What travels between browser and server: forms with their validation, views, errors.
//!
//! Pure and small, since all of it is compiled into the browser too. There is no prose here:
//! errors and views carry codes and data, the faces (`app`, mails) own the sentences.

pub mod audit;
pub mod avatars;
pub mod business;
pub mod currency;
pub mod done;
pub mod email;
pub mod error;
pub mod form;
pub mod groups;
pub mod home;
pub mod imports;
pub mod invites;
mod keys;
pub mod mail;
pub mod modules;
pub mod page;
pub mod passwords;
pub mod preview;
pub mod profile;
pub mod second_factor;
pub mod security;
pub mod sessions;
pub mod shell;
pub mod sign_in;
pub mod stores;
pub mod users;
pub mod when;
pub mod who_can;
mod wire;

pub use access::{Due, StoreId, UserId};
pub use done::{Done, Flash, Toast};
pub use error::{AppError, Contact, EndedWhy};
pub use form::{Problem, ProblemCode, Problems};
pub use page::{Count, Page};
pub use when::When;
