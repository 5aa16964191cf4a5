//! New passwords: forgotten, changed, and by the link of a mail.

use serde::{Deserialize, Serialize};

use crate::form::{ProblemCode, Problems};
use crate::when::When;

/// Minutes the link of a reset lives (product §5).
pub const RESET_MINUTES: i64 = 30;

/// Asking for a link to a new password.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ForgotPassword {
    /// Sign-in address.
    pub email: String,
}

impl ForgotPassword {
    /// Checks that it is one address (req. 25).
    ///
    /// # Errors
    /// The field to put right.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::none();
        problems.email("email", &self.email);
        problems.into_result()
    }
}

/// What whoever holds the link of a reset sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetView {
    /// Name of the business.
    pub business: String,
    /// Sign-in address, which password managers file the password under.
    pub email: String,
    /// Fewest characters.
    pub min: usize,
}

/// A new password, typed twice.
#[derive(Clone, Default)]
pub struct NewPassword {
    /// The password.
    pub password: String,
    /// The same again.
    pub again: String,
}

impl NewPassword {
    /// Checks what can be checked without the server; `min` is the fewest characters.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self, min: usize) -> Result<(), Problems> {
        let mut problems = Problems::none();
        problems.new_password("password", &self.password, min);
        if problems.is_empty() && self.password != self.again {
            problems.add("again", ProblemCode::PasswordsDiffer);
        }
        problems.into_result()
    }
}

/// What the page says that changes the own password, or that asks for a longer one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordView {
    /// Sign-in address, which password managers file the password under.
    pub email: String,
    /// Fewest characters.
    pub min: usize,
    /// How many other sessions of theirs are open.
    pub others: u32,
}

/// Changing the own password.
#[derive(Clone, Default)]
pub struct ChangePassword {
    /// The password as it is.
    pub current: String,
    /// As it shall be.
    pub new: NewPassword,
    /// End the other sessions too.
    pub end_others: bool,
}

impl ChangePassword {
    /// Checks what can be checked without the server; `min` is the fewest characters.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self, min: usize) -> Result<(), Problems> {
        let mut problems = Problems::none();
        if self.current.is_empty() {
            problems.add("current_password", ProblemCode::Required);
        }
        if let Err(new) = self.new.check(min) {
            problems.0.extend(new.0);
        }
        problems.into_result()
    }
}

/// How a person signs in, for who looks after them: nothing of the password itself, and no link
/// (req. 27).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInFacts {
    /// When the password was set; none before the invitation is accepted.
    pub password_set: Option<When>,
    /// It was tried so often that it is switched off until it is set anew (req. 16).
    pub password_disabled: bool,
    /// Codes were wrong so often that the second factor is switched off until it is reset.
    pub factor_disabled: bool,
    /// Last complete sign-in.
    pub last_sign_in: Option<When>,
    /// From which device, as far as it is remembered.
    pub last_device: Option<String>,
    /// Wrong tries since the last complete sign-in.
    pub wrong_tries: u32,
    /// Until when the account is locked.
    pub locked_until: Option<When>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::PASSWORD_MIN_ALONE;

    #[test]
    fn r25_only_one_address_is_taken() {
        let ask = |email: &str| {
            let email = email.to_owned();
            ForgotPassword { email }.check()
        };
        assert!(ask("dana@shop.example").is_ok());
        for more in [
            "",
            "dana@shop.example,eve@evil.example",
            "dana@shop.example;eve@evil.example",
            "dana@shop.example\r\nBcc: eve@evil.example",
            "[\"dana@shop.example\",\"eve@evil.example\"]",
        ] {
            assert!(ask(more).is_err(), "{more}");
        }
    }

    #[test]
    fn r5_everything_that_is_missing_is_told_at_once() {
        let form = ChangePassword {
            new: NewPassword {
                password: "plum gravel otter".to_owned(),
                again: "plum gravel".to_owned(),
            },
            ..ChangePassword::default()
        };
        let problems = form.check(PASSWORD_MIN_ALONE).expect_err("two fields");
        assert_eq!(
            problems.of("current_password"),
            Some(&ProblemCode::Required)
        );
        assert_eq!(problems.of("again"), Some(&ProblemCode::PasswordsDiffer));
        assert_eq!(problems.of("password"), None);
    }
}
