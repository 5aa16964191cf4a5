//! How a use case fails: with an answer for the person, or with a fault of ours.

use std::error::Error;

use access::Denied;
use domain::{AppError, ProblemCode, Problems};
use sqlx::Error as SqlError;

/// Why a use case did not go through.
#[derive(Debug)]
pub enum Failure {
    /// An answer for the person.
    App(AppError),
    /// A fault of ours; logged once, where it turns into an [`AppError`].
    Internal(Box<dyn Error + Send + Sync>),
}

impl Failure {
    /// One field of a form is wrong.
    #[must_use]
    pub fn field(field: &str, code: ProblemCode) -> Self {
        Self::App(AppError::Invalid(Problems::one(field, code)))
    }

    /// The stored data contradict themselves; `what` names the place.
    #[must_use]
    pub fn inconsistent(what: &'static str) -> Self {
        Self::Internal(format!("inconsistent data: {what}").into())
    }
}

impl From<Failure> for AppError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::App(error) => error,
            Failure::Internal(cause) if is_overload(cause.as_ref()) => {
                tracing::warn!(cause = cause.to_string(), "the database is busy");
                Self::Busy
            }
            Failure::Internal(cause) => {
                let incident = incident_id();
                tracing::error!(incident, cause = chain(cause.as_ref()), "internal fault");
                Self::Internal { incident }
            }
        }
    }
}

/// Whether the database only had too much to do, or was gone for a moment.
fn is_overload(cause: &(dyn Error + 'static)) -> bool {
    matches!(
        cause.downcast_ref::<SqlError>(),
        Some(SqlError::PoolTimedOut | SqlError::PoolClosed | SqlError::Io(_))
    )
}

/// Eight characters that tell one incident from another in a log; no secret, and never repeated in
/// a test, so the injected randomness is not asked.
fn incident_id() -> String {
    let mut bytes = [0_u8; 4];
    crate::random::Randomness::fill(&crate::random::SystemRandomness, &mut bytes);
    crate::crypto::hex(&bytes)
}

/// The error and its sources in one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line.push_str(": ");
        line.push_str(&cause.to_string());
        source = cause.source();
    }
    line
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Self::App(denied.into())
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::App(problems.into())
    }
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<crate::hashing::HashError> for Failure {
    fn from(error: crate::hashing::HashError) -> Self {
        match error {
            crate::hashing::HashError::Busy => Self::App(AppError::Busy),
            error @ crate::hashing::HashError::Failed(_) => Self::Internal(Box::new(error)),
        }
    }
}
