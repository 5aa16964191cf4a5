//! Signing in, and the doors before it.

use serde::{Deserialize, Serialize};

use crate::error::EndedWhy;
use crate::form::Problems;

/// Email and password.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SignIn {
    /// Sign-in address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Path to go to afterwards; own paths only.
    pub next: String,
}

impl SignIn {
    /// Checks that something was typed; all else is the server's answer.
    ///
    /// # Errors
    /// The fields left empty.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::none();
        for (field, value) in [("email", &self.email), ("password", &self.password)] {
            if value.is_empty() {
                problems.add(field, crate::form::ProblemCode::Required);
            }
        }
        problems.into_result()
    }
}

/// What the sign-in page shows beside its form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorView {
    /// Name of the business.
    pub business: String,
    /// Why the session that this browser had is over, if it had one.
    pub ended: Option<EndedWhy>,
}

/// The path to go to after signing in, if it is one of this site's own (product §11 *Addresses*).
///
/// A second slash or backslash would make a browser read a host name.
#[must_use]
pub fn own_path(path: &str) -> Option<&str> {
    let rest = path.strip_prefix('/')?;
    let plain = !rest.starts_with(['/', '\\'])
        && !path.chars().any(|c| c.is_control() || c == '\\')
        && path.len() <= 2048;
    plain.then_some(path)
}

/// First run (product §11).
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct CreateBusiness {
    /// Secret of the one-time setup link.
    pub token: String,
    /// Explore the sample business instead of setting up one's own.
    pub sample: bool,
    /// Business name; only for one's own.
    pub business: String,
    /// First store; only for one's own.
    pub store: String,
    /// Owner's first name.
    pub first_name: String,
    /// Owner's last name.
    pub last_name: String,
    /// Owner's sign-in address.
    pub email: String,
    /// Owner's password.
    pub password: String,
}

impl CreateBusiness {
    /// Checks what can be checked without the server.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::none();
        if !self.sample {
            problems.name("business", &self.business);
            problems.name("store", &self.store);
        }
        problems.name("first_name", &self.first_name);
        problems.name("last_name", &self.last_name);
        problems.email("email", &self.email);
        problems.new_password("password", &self.password, crate::form::PASSWORD_MIN_ALONE);
        problems.into_result()
    }
}

/// How good a password would be, and why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordStrength {
    /// 0 (at once guessed) to 4 (very hard to guess).
    pub score: u8,
    /// What stands against taking it at all.
    pub problem: Option<crate::form::ProblemCode>,
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_own_paths_are_gone_to_after_sign_in() {
        for own in ["/", "/settings/users?q=a&sort=name", "/quotes/1#lines"] {
            assert_eq!(own_path(own), Some(own));
        }
        for foreign in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil",
            "x",
            "/a\n/b",
        ] {
            assert_eq!(own_path(foreign), None, "{foreign:?}");
        }
    }
}
