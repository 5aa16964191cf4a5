//! Changing a sign-in address: asked for, and confirmed from the new one (product §3).

use serde::{Deserialize, Serialize};

use crate::form::{ProblemCode, Problems};
use crate::mail::MailState;
use crate::when::When;

/// Minutes the link to a new address lives.
pub const EMAIL_MINUTES: i64 = 60;

/// A change of address that waits to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailChange {
    /// The new address.
    pub email: String,
    /// Who asked for it; nothing where it was the person who looks.
    pub by: Option<String>,
    /// When.
    pub asked: When,
    /// When the link in the mail is over.
    pub ends: When,
    /// What became of the mail.
    pub mail: MailState,
}

/// What whoever holds the link sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmEmailView {
    /// Name of the business.
    pub business: String,
    /// The new address.
    pub email: String,
}

/// Asking for another address for oneself.
#[derive(Clone, Default)]
pub struct ChangeOwnEmail {
    /// The new address.
    pub email: String,
    /// One's own password.
    pub current: String,
}

impl ChangeOwnEmail {
    /// Checks what can be checked without the server.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::none();
        problems.email("email", &self.email);
        if self.current.is_empty() {
            problems.add("current_password", ProblemCode::Required);
        }
        problems.into_result()
    }
}
