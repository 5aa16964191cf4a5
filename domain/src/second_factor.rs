//! The second factor: set it up, show it at sign-in, keep recovery codes (product §6).

use access::TwoFactorPolicy;
use serde::{Deserialize, Serialize};

use crate::form::{ProblemCode, Problems};
use crate::keys::keys;
use crate::when::When;

/// Digits of a code (RFC 6238, RFC 4226 §5.3).
pub const CODE_DIGITS: usize = 6;
/// Recovery codes in a set (product §6).
pub const RECOVERY_CODES: usize = 10;
/// Longest note on how somebody's identity was verified, in characters.
pub const NOTE_MAX: usize = 500;

/// How a person's second factor stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorView {
    /// Since when it is set up, and what is left; `None` when it is not.
    pub on: Option<FactorFacts>,
    /// The policy asks this person for one.
    pub required: bool,
    /// The policy.
    pub policy: TwoFactorPolicy,
}

/// A second factor that is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorFacts {
    /// Since when.
    pub since: When,
    /// Recovery codes that were not used yet, of [`RECOVERY_CODES`].
    pub codes_left: u32,
}

/// The page of one's own second factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoFactorView {
    /// Name of the business.
    pub business: String,
    /// Name of whose it is.
    pub name: String,
    /// How it stands.
    pub factor: FactorView,
    /// The key to add, while it waits for its first code.
    pub key: Option<KeyView>,
    /// Fresh recovery codes; none once they were put away.
    pub codes: Vec<String>,
}

/// A key that is shown to be added to an authenticator app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyView {
    /// The key to type, in groups of four.
    pub typed: String,
    /// Width of the QR code in modules, without its quiet zone.
    pub size: u32,
    /// Its dark modules as the data of an SVG path.
    pub path: String,
}

/// The second step of signing in: one of the two.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SecondStep {
    /// The code that the app shows.
    pub code: String,
    /// A recovery code; nothing where the form of the app's code was sent.
    pub recovery: Option<String>,
    /// Path to go to afterwards; own paths only.
    pub next: String,
}

impl SecondStep {
    /// Checks that something was typed; all else is the server's answer.
    ///
    /// # Errors
    /// The field left empty.
    pub fn check(&self) -> Result<(), Problems> {
        let (field, typed) = match &self.recovery {
            Some(recovery) => ("recovery", recovery),
            None => ("code", &self.code),
        };
        if typed.trim().is_empty() {
            return Err(Problems::one(field, ProblemCode::Required));
        }
        Ok(())
    }
}

/// Password and code again, before recovery codes are renewed or the second factor is turned off.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct ProveAgain {
    /// Password.
    pub password: String,
    /// The code that the app shows, or a recovery code.
    pub code: String,
}

impl ProveAgain {
    /// Checks that something was typed.
    ///
    /// # Errors
    /// The fields left empty.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::none();
        for (field, value) in [("password", &self.password), ("code", &self.code)] {
            if value.trim().is_empty() {
                problems.add(field, ProblemCode::Required);
            }
        }
        problems.into_result()
    }
}

keys! {
    /// How somebody's identity was verified; never by email alone (product §6).
    Verified {
        /// By phone.
        Phone = "phone",
        /// By video.
        Video = "video",
    }
}

/// Resets somebody's second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetTwoFactor {
    /// Id of the person.
    pub id: String,
    /// Key of [`Verified`].
    pub verified: String,
    /// What was asked and seen, in words.
    pub note: String,
}

impl ResetTwoFactor {
    /// Checks it, and answers how the identity was verified.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<Verified, Problems> {
        let mut problems = Problems::none();
        let verified = Verified::from_key(&self.verified);
        if verified.is_none() {
            problems.add("verified", ProblemCode::PickOne);
        }
        if self.note.trim().is_empty() {
            problems.add("note", ProblemCode::Required);
        } else {
            problems.line("note", &self.note, NOTE_MAX);
        }
        match verified {
            Some(verified) if problems.is_empty() => Ok(verified),
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_says_how_identity_was_verified_and_what_was_seen() {
        let reset = |verified: &str, note: &str| {
            ResetTwoFactor {
                id: String::new(),
                verified: verified.to_owned(),
                note: note.to_owned(),
            }
            .check()
        };
        assert_eq!(
            reset("phone", "Called the number on file"),
            Ok(Verified::Phone)
        );
        assert_eq!(reset("video", "x"), Ok(Verified::Video));
        let fields = |answer: Result<Verified, Problems>| -> Vec<String> {
            let problems = answer.expect_err("refused").0;
            problems.into_iter().map(|problem| problem.field).collect()
        };
        assert_eq!(fields(reset("email", "wrote to them")), ["verified"]);
        assert_eq!(fields(reset("", " ")), ["verified", "note"]);
        assert_eq!(fields(reset("phone", &"x".repeat(NOTE_MAX + 1))), ["note"]);
    }

    #[test]
    fn a_second_step_is_a_code_or_a_recovery_code() {
        let missing = |code: &str, recovery: Option<&str>| {
            let form = SecondStep {
                code: code.to_owned(),
                recovery: recovery.map(str::to_owned),
                next: String::new(),
            };
            form.check()
                .err()
                .map(|problems| problems.0[0].field.clone())
        };
        assert_eq!(missing("123456", None), None);
        assert_eq!(missing("", Some("x")), None);
        assert_eq!(missing(" ", None).as_deref(), Some("code"));
        assert_eq!(missing("", Some(" ")).as_deref(), Some("recovery"));
    }
}
