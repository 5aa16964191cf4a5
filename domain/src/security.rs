//! Settings → Security: whom the business asks for a second factor, and how long sessions live
//! (product §6, §7).

use access::{GroupId, TwoFactorPolicy};
use serde::{Deserialize, Serialize};

use crate::form::{ProblemCode, Problems};
use crate::page::Count;

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityView {
    /// Whom the business asks for a second factor.
    pub policy: TwoFactorPolicy,
    /// Who has none yet, and how many there are: among everybody, and among admins.
    pub everyone: Enrolment,
    /// Among those whom [`TwoFactorPolicy::Admins`] concerns.
    pub admins: Enrolment,
    /// The group whose members without a second factor are just the admins without one, where there
    /// is such a group.
    pub admins_in: Option<GroupId>,
    /// Signing in elsewhere ends the older session.
    pub one_session: bool,
    /// How long a session lives in which nothing is done, in minutes.
    pub idle_minutes: u32,
    /// How long a session lives whatever is done, in hours.
    pub absolute_hours: u32,
    /// The person who looks may change it.
    pub may_edit: bool,
    /// The person who looks sees everybody in the list of people.
    pub may_list: bool,
    /// Counts up with each change, so that two editors at once are noticed.
    pub revision: i64,
}

/// How many people a policy concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// People.
    pub people: Count,
    /// Of them without a second factor.
    pub missing: Count,
}

/// Minutes in an hour.
pub const MINUTES_OF_HOUR: u32 = 60;
/// Shortest idle limit, in minutes: when somebody was last seen is written once a minute, and
/// whoever mistypes must still get back to this page.
pub const IDLE_MIN: u32 = 5;
/// Longest absolute limit, in hours: 30 days (product §7).
pub const ABSOLUTE_MAX: u32 = 30 * 24;

/// The form, its numbers as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityForm {
    /// Key of whom a second factor is asked.
    pub require: String,
    /// Signing in elsewhere ends the older session.
    pub single: bool,
    /// The idle limit, in minutes.
    pub idle: String,
    /// The absolute limit, in hours.
    pub absolute: String,
    /// The revision that the form was made from.
    pub revision: i64,
}

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Without anything being done, in minutes.
    pub idle_minutes: u32,
    /// Whatever is done, in minutes.
    pub absolute_minutes: u32,
}

impl SecurityForm {
    /// Checks the limits: the idle one is never longer than the absolute one.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<Limits, Problems> {
        let mut problems = Problems::none();
        let longest = ABSOLUTE_MAX * MINUTES_OF_HOUR;
        let idle = whole(&mut problems, "idle", &self.idle, IDLE_MIN, longest);
        let hours = whole(&mut problems, "absolute", &self.absolute, 1, ABSOLUTE_MAX);
        let (Some(idle_minutes), Some(hours)) = (idle, hours) else {
            return Err(problems);
        };
        let absolute_minutes = hours * MINUTES_OF_HOUR;
        if idle_minutes > absolute_minutes {
            return Err(Problems::one("idle", ProblemCode::IdleTooLong));
        }
        Ok(Limits {
            idle_minutes,
            absolute_minutes,
        })
    }
}

/// A whole number between two others, both included.
fn whole(problems: &mut Problems, field: &str, typed: &str, min: u32, max: u32) -> Option<u32> {
    let typed = typed.trim();
    let is_number = typed.bytes().all(|byte| byte.is_ascii_digit());
    let number = typed.parse::<u32>().ok().filter(|_| is_number);
    let number = number.filter(|number| (min..=max).contains(number));
    if typed.is_empty() {
        problems.add(field, ProblemCode::Required);
    } else if number.is_none() {
        problems.add(field, ProblemCode::Whole { min, max });
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(idle: &str, absolute: &str) -> Result<(u32, u32), Vec<(String, ProblemCode)>> {
        let form = SecurityForm {
            idle: idle.to_owned(),
            absolute: absolute.to_owned(),
            ..SecurityForm::default()
        };
        match form.check() {
            Ok(limits) => Ok((limits.idle_minutes, limits.absolute_minutes)),
            Err(Problems(problems)) => Err(problems
                .into_iter()
                .map(|problem| (problem.field, problem.code))
                .collect()),
        }
    }

    #[test]
    fn r42_limits_are_whole_numbers_up_to_thirty_days_and_idle_is_the_shorter() {
        assert_eq!(check("60", "12"), Ok((60, 720)));
        assert_eq!(check(" 5 ", "1"), Ok((5, 60)));
        assert_eq!(check("60", "1"), Ok((60, 60)));
        assert_eq!(check("43200", "720"), Ok((43_200, 43_200)));
        let wrong = |field: &str, code| Err(vec![(field.to_owned(), code)]);
        assert_eq!(check("61", "1"), wrong("idle", ProblemCode::IdleTooLong));
        assert_eq!(check("", "1"), wrong("idle", ProblemCode::Required));
        let minutes = ProblemCode::Whole {
            min: 5,
            max: 43_200,
        };
        for typed in [
            "4",
            "0",
            "-60",
            "+60",
            "6.5",
            "an hour",
            "43201",
            "99999999999",
        ] {
            assert_eq!(
                check(typed, "720"),
                wrong("idle", minutes.clone()),
                "{typed}"
            );
        }
        let hours = ProblemCode::Whole { min: 1, max: 720 };
        for typed in ["0", "721", "1e2", "١٢"] {
            assert_eq!(
                check("5", typed),
                wrong("absolute", hours.clone()),
                "{typed}"
            );
        }
        assert_eq!(check("", "").expect_err("both").len(), 2);
    }
}
