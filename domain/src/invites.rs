//! Accepting an invitation.

use serde::{Deserialize, Serialize};

use crate::form::{PASSWORD_MIN_ALONE, ProblemCode, Problems};

/// Days an invitation lives (product §3).
pub const INVITE_DAYS: i64 = 7;

/// What the invited person sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteView {
    /// Name of the business.
    pub business: String,
    /// First name of the invited.
    pub first_name: String,
    /// Their sign-in address.
    pub email: String,
    /// Who invited them.
    pub inviter: String,
    /// Their groups in one line.
    pub groups: String,
    /// Their stores in one line; none in a one-store business.
    pub stores: Option<String>,
}

/// Setting the first password.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct AcceptInvite {
    /// Secret of the link.
    pub token: String,
    /// Password.
    pub password: String,
    /// The same again.
    pub again: String,
}

impl AcceptInvite {
    /// Checks what can be checked without the server.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::none();
        problems.new_password("password", &self.password, PASSWORD_MIN_ALONE);
        if problems.is_empty() && self.password != self.again {
            problems.add("again", ProblemCode::PasswordsDiffer);
        }
        problems.into_result()
    }
}
