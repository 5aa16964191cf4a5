//! The three doors of a server function (architecture.md, "Forgetting a check is impossible").
//! What stands behind a request was found out once, by the server's middleware; nothing here asks
//! the database.

use std::sync::Arc;

use domain::AppError;
use leptos::prelude::use_context;
use service::{Client, Failure, Keyholder, Staff, Visitor};
use tower_sessions::Session;

use crate::wire::Done;

/// For whom nobody needs to be signed in: sign-in, first run, accepting an invitation.
///
/// # Errors
/// Only when the server forgot to say who asks.
pub fn anyone() -> Result<(Keyholder, Visitor), AppError> {
    Ok((context()?, context()?))
}

/// For whom the password has passed, whatever is still due.
///
/// # Errors
/// [`AppError::SignedOut`] for everybody else.
pub fn half() -> Result<(Keyholder, Visitor), AppError> {
    match anyone()? {
        (_, Visitor::Nobody { ended }) => Err(AppError::SignedOut { ended }),
        (kh, visitor @ (Visitor::Half(_) | Visitor::Staff(_))) => Ok((kh, visitor)),
    }
}

/// For active people with a complete session. What they may do is decided behind it, for each
/// thing they ask.
///
/// # Errors
/// [`AppError::Due`] with what is due, [`AppError::SignedOut`] for everybody else.
pub fn staff() -> Result<(Keyholder, Arc<Staff>), AppError> {
    match anyone()? {
        (kh, Visitor::Staff(staff)) => Ok((kh, staff)),
        (_, Visitor::Half(half)) => Err(AppError::Due(half.due)),
        (_, Visitor::Nobody { ended }) => Err(AppError::SignedOut { ended }),
    }
}

/// Where the request comes from.
///
/// # Errors
/// Only when the server forgot to say.
pub fn client() -> Result<Client, AppError> {
    context()
}

/// The request's session, for signing in and out.
///
/// # Errors
/// Only when the server forgot to hand it over.
pub fn session() -> Result<Session, AppError> {
    context()
}

/// The way out of what changes something: what it answers, in words.
///
/// # Errors
/// Why it was refused.
pub fn told(done: Result<domain::Done, Failure>) -> Result<Done, AppError> {
    Ok(done?.into())
}

fn context<T: Clone + Send + Sync + 'static>() -> Result<T, AppError> {
    use_context().ok_or_else(|| AppError::Internal {
        incident: String::new(),
    })
}
