//! Validation shared by browser and server: the same function runs on both sides.

use serde::{Deserialize, Serialize};

use access::UserId;

use crate::avatars::PictureProblem;
use crate::imports::FileProblem;

/// Longest name of a person, store or business, in characters.
pub const NAME_MAX: usize = 80;
/// Longest address that can receive mail (RFC 5321 §4.5.3.1.3, less the angle brackets).
pub const EMAIL_MAX: usize = 254;
/// Longest phone number, in characters.
pub const PHONE_MAX: usize = 40;
/// Shortest password where no second factor is set up, in characters (product §5, req. 1).
pub const PASSWORD_MIN_ALONE: usize = 15;
/// Shortest password beside a second factor, in characters (product §5).
pub const PASSWORD_MIN: usize = 10;
/// Longest password, in bytes (product §5, req. 2).
pub const PASSWORD_MAX_BYTES: usize = 1024;

/// The field of a form in which one's own password is given again, before what is sensitive
/// (product §7). It is for the server, and no argument of any function.
pub const PASSWORD_AGAIN: &str = "password_again";

/// One thing to put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Name of the field as in the form.
    pub field: String,
    /// What is wrong with it.
    #[serde(flatten)]
    pub code: ProblemCode,
}

/// What can be wrong with a field; the app has the sentence for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum ProblemCode {
    /// Nothing was typed.
    Required,
    /// More characters than fit.
    TooLong {
        /// How many fit.
        max: usize,
    },
    /// Control characters, which no name has.
    Unprintable,
    /// Not a whole mail address.
    Email,
    /// Somebody whom the asker may see has this address already.
    EmailTaken {
        /// Who.
        user: UserId,
        /// Their name.
        name: String,
        /// They are deactivated, so could be reactivated instead.
        deactivated: bool,
    },
    /// It is the address that they have.
    SameEmail,
    /// The address can't be used, for a reason that is not the asker's to know (product §2.4).
    AddressUnusable,
    /// No group was picked.
    PickGroup,
    /// No store was picked.
    PickStore,
    /// The choice is not (or no longer) among those offered.
    NotOffered,
    /// A store that they are not to work in.
    StoreNotTicked,
    /// Not ticked, though it has to be done first.
    NotTicked,
    /// None of several answers was picked.
    PickOne,
    /// Not the code that the app shows, or one that was used.
    CodeWrong,
    /// No recovery code of theirs, or one that was used.
    RecoveryWrong,
    /// Fewer characters than needed.
    PasswordShort {
        /// How many are needed.
        min: usize,
    },
    /// More bytes than can be taken.
    PasswordLong,
    /// On the list of common passwords, as it is, repeated or with digits appended.
    PasswordCommon,
    /// Made of the person's, store's or business's name.
    PasswordFamiliar,
    /// The two passwords differ.
    PasswordsDiffer,
    /// Not the person's own password.
    PasswordWrong,
    /// Tried too often: of no use until it is set anew (req. 16).
    PasswordDisabled,
    /// Another group has this name.
    GroupTaken,
    /// Another store has this code or name.
    StoreTaken,
    /// Not 2 to 6 capital letters or digits.
    StoreCode,
    /// Not a whole number between two others.
    Whole {
        /// The smallest that is taken.
        min: u32,
        /// The largest.
        max: u32,
    },
    /// Sessions would live longer without anything being done than with it.
    IdleTooLong,
    /// Not a time zone of the world's list.
    TimeZone,
    /// The file of an import can't be taken.
    File {
        /// Why.
        why: FileProblem,
    },
    /// The file can't be taken as a picture.
    Picture {
        /// Why.
        why: PictureProblem,
    },
    /// Not a percentage from 0 to 100 with up to two digits behind the point.
    Percent,
    /// Not a whole number of days.
    Days {
        /// The most.
        max: i64,
    },
    /// Not a day of the calendar.
    Day,
    /// A day that is over.
    DayOver,
}

/// All that is to be put right in a form; never empty inside an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Nothing wrong so far.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// One problem alone.
    #[must_use]
    pub fn one(field: &str, code: ProblemCode) -> Self {
        let mut problems = Self::none();
        problems.add(field, code);
        problems
    }

    /// Adds a problem of a field.
    pub fn add(&mut self, field: &str, code: ProblemCode) {
        self.0.push(Problem {
            field: field.to_owned(),
            code,
        });
    }

    /// The first problem of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&ProblemCode> {
        self.0
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| &problem.code)
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` when nothing is wrong.
    ///
    /// # Errors
    /// The problems themselves, when there are any.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    /// Checks a line that must be filled in: a name of a person, store or business.
    pub fn name(&mut self, field: &str, value: &str) {
        if value.trim().is_empty() {
            self.add(field, ProblemCode::Required);
        } else {
            self.line(field, value, NAME_MAX);
        }
    }

    /// Checks a line that may stay empty.
    pub fn line(&mut self, field: &str, value: &str, max: usize) {
        if value.trim().chars().count() > max {
            self.add(field, ProblemCode::TooLong { max });
        } else if value.chars().any(char::is_control) {
            self.add(field, ProblemCode::Unprintable);
        }
    }

    /// Checks a text of several lines that may stay empty.
    pub fn text(&mut self, field: &str, value: &str, max: usize) {
        if value.trim().chars().count() > max {
            self.add(field, ProblemCode::TooLong { max });
        } else if value.chars().any(|c| c.is_control() && c != '\n') {
            self.add(field, ProblemCode::Unprintable);
        }
    }

    /// Checks a mail address: one address, no list, no line breaks (req. 25).
    pub fn email(&mut self, field: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            self.add(field, ProblemCode::Required);
        } else if value.chars().count() > EMAIL_MAX {
            self.add(field, ProblemCode::TooLong { max: EMAIL_MAX });
        } else if !is_email(value) {
            self.add(field, ProblemCode::Email);
        }
    }

    /// Checks the length of a new password, by code points as NIST SP 800-63B-4 §3.1.1.2 counts.
    /// The rest (common, familiar) needs the server.
    pub fn new_password(&mut self, field: &str, value: &str, min: usize) {
        if value.is_empty() {
            self.add(field, ProblemCode::Required);
        } else if value.len() > PASSWORD_MAX_BYTES {
            self.add(field, ProblemCode::PasswordLong);
        } else if value.chars().count() < min {
            self.add(field, ProblemCode::PasswordShort { min });
        }
    }
}

/// Whether this is one whole mail address that a mail server can be given as it stands.
///
/// Deliberately narrower than RFC 5322: no quotes, comments, lists, spaces or control characters.
#[must_use]
pub fn is_email(value: &str) -> bool {
    let Some((local, host)) = value.split_once('@') else {
        return false;
    };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .chars()
            .all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    let host_ok = host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
    local_ok && host_ok
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r25_only_one_plain_address_passes() {
        for good in [
            "dana@shop.example",
            "o'neil+x@a-b.example",
            "jürgen@schmück.example",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "dana",
            "dana@",
            "@shop.example",
            "a@b",
            "a@b.example,c@d.example",
            "a@b.example\r\nBcc: x@y.example",
            "a b@c.example",
            "a@b@c.example",
            "<a@b.example>",
            "a@b..example",
            ".a@b.example",
            "a@-b.example",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn r1_fourteen_characters_are_too_few_alone_and_fifteen_are_enough() {
        let mut problems = Problems::none();
        problems.new_password("password", &"é".repeat(14), PASSWORD_MIN_ALONE);
        assert_eq!(
            problems.of("password"),
            Some(&ProblemCode::PasswordShort { min: 15 })
        );
        let mut problems = Problems::none();
        problems.new_password("password", &"é".repeat(15), PASSWORD_MIN_ALONE);
        assert!(problems.is_empty());
    }

    #[test]
    fn r2_sixty_four_emoji_pass_and_more_than_1024_bytes_are_refused_not_cut() {
        let mut problems = Problems::none();
        problems.new_password("password", &"🔑".repeat(64), PASSWORD_MIN_ALONE);
        assert!(problems.is_empty());
        problems.new_password("password", &"a".repeat(1025), PASSWORD_MIN_ALONE);
        assert_eq!(problems.of("password"), Some(&ProblemCode::PasswordLong));
    }

    #[test]
    fn a_name_of_spaces_is_missing_and_one_with_a_line_break_is_refused() {
        let mut problems = Problems::none();
        problems.name("first_name", "   ");
        problems.name("last_name", "Mar\nlow");
        assert_eq!(problems.of("first_name"), Some(&ProblemCode::Required));
        assert_eq!(problems.of("last_name"), Some(&ProblemCode::Unprintable));
    }
}
