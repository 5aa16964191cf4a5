//! What is said when something did not go through (design "Forms and errors").

use access::{PermissionSet, Rule};
use domain::avatars::PictureProblem;
use domain::form::PASSWORD_AGAIN;
use domain::{AppError, EndedWhy, Problem, ProblemCode};

use super::preview::permission;
use super::{label, plural};

/// What is said about an error: a headline, and what to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The headline.
    pub title: String,
    /// What to do now.
    pub text: String,
    /// Number of the incident, where there is one.
    pub incident: Option<String>,
}

impl Said {
    fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
            incident: None,
        }
    }
}

/// What is said above a form that was refused.
#[must_use]
pub fn refused(error: &AppError) -> Said {
    match error {
        AppError::Invalid(problems) => Said::new(
            plural(
                problems.0.len(),
                "thing to put right",
                "things to put right",
            ),
            "",
        ),
        AppError::SignInFailed => Said::new(
            "Email or password is not right",
            "Check both and try again. After 5 wrong tries the account is locked for 15 minutes.",
        ),
        AppError::TooMany { retry_after } => Said::new(
            "Too many tries",
            format!("Try again in {}.", duration(*retry_after)),
        ),
        AppError::Refused(why) => Said::new(rule(why), ""),
        AppError::Forbidden { missing, .. } => Said::new(
            "You may not do that",
            format!("It needs the permission {}.", missing.title()),
        ),
        AppError::NoGroup => Said::new("You may not do that", NO_GROUP),
        AppError::NotFound => Said::new(
            "It is not there any more",
            "Somebody may have changed or moved it meanwhile. Nothing was changed.",
        ),
        AppError::LinkOver => Said::new(
            "This link is over",
            "It has been used or is too old. Ask for a new one.",
        ),
        AppError::Conflict => Said::new(
            "Somebody changed this meanwhile",
            "Nothing of yours is saved yet. Open the page again to see their change, then make yours.",
        ),
        AppError::SignedOut { .. } => Said::new("You are signed out", "Sign in and try again."),
        AppError::Due(_) => Said::new(
            "One more step",
            "Your sign-in is not complete yet. Load the page again to go on with it.",
        ),
        AppError::PasswordAgain => Said::new(
            "Type your password again to go on",
            "You last typed it more than 10 minutes ago. Nothing is saved yet, and what you filled in is kept.",
        ),
        AppError::Offline => Said::new(
            "Not saved yet",
            "Check the connection and press the button again.",
        ),
        AppError::Busy => Said::new(
            "Not saved yet",
            "The server has too much to do just now. Press the button again in a moment.",
        ),
        AppError::BadRequest => Said::new(
            "That could not be read",
            "Nothing was changed. Load the page again and repeat it.",
        ),
        AppError::Internal { incident } => Said {
            incident: (!incident.is_empty()).then(|| incident.clone()),
            ..Said::new(
                "Something went wrong on our side",
                "Try again. If it goes on, give this number to whoever runs Keyholder:",
            )
        },
    }
}

/// What is said in the place of a page that could not be shown.
#[must_use]
pub fn no_page(error: &AppError) -> Said {
    match error {
        AppError::NotFound => Said::new(
            "There is nothing here",
            "The address may be mistyped, or what it pointed to is not in your stores. Nothing was changed.",
        ),
        AppError::NoGroup => Said::new("Nothing is open to you yet", NO_GROUP),
        AppError::Refused(why) => Said::new("You can't open this page", rule(why)),
        AppError::LinkOver => Said::new("This link is over", LINK_OVER),
        AppError::Offline => Said::new(
            "The page could not be loaded",
            "The server did not answer. Check the connection.",
        ),
        AppError::Busy => Said::new(
            "The page could not be loaded",
            "The server has too much to do just now. Try again in a moment.",
        ),
        AppError::BadRequest => Said::new(
            "The page could not be loaded",
            "Keyholder may have been renewed meanwhile. Load the page again.",
        ),
        AppError::Internal { incident } => Said {
            incident: (!incident.is_empty()).then(|| incident.clone()),
            ..Said::new(
                "The page could not be loaded",
                "Nothing was changed. If it goes on, give this number to whoever runs Keyholder:",
            )
        },
        other => refused(other),
    }
}

/// For somebody without a group.
const NO_GROUP: &str =
    "You are in no permission group. Ask whoever invited you to put you into one.";

/// For a link that is used, withdrawn or too old.
const LINK_OVER: &str = "This link has been used or is older than 7 days. Ask for a new invite.";

/// What is wrong, with the name before it that the field has in the form that posts to `form`.
#[must_use]
pub fn named_problem(form: &str, problem: &Problem) -> String {
    let what = self::problem(&problem.code);
    match field(form, &problem.field) {
        Some(field) => format!("{field}: {what}"),
        None => what,
    }
}

/// A field by its label; nothing for one that its message names well enough.
fn field(form: &str, name: &str) -> Option<&'static str> {
    let new_password = form.starts_with("/api/passwords/");
    let new_email = form.ends_with("/change-email") || form == "/api/emails/confirm";
    Some(match name {
        "again" if new_password => label::NEW_PASSWORD_AGAIN,
        "email" if new_email => label::NEW_EMAIL,
        "password" if new_password => label::NEW_PASSWORD,
        "again" => label::PASSWORD_AGAIN,
        "business" => label::BUSINESS_NAME,
        "company_number" => label::COMPANY_NUMBER,
        "current_password" => label::CURRENT_PASSWORD,
        "day" => label::LAST_DAY,
        "display_name" => label::DISPLAY_NAME,
        "email" => label::EMAIL,
        "first_name" => label::FIRST_NAME,
        "last_name" => label::LAST_NAME,
        "name" => label::NAME,
        "note" => label::NOTE,
        "password" => label::PASSWORD,
        "payment_days" => label::PAYMENT_DAYS,
        "phone" => label::PHONE,
        "reason" => label::REASON,
        "store" => label::FIRST_STORE,
        "tax_number" => label::TAX_NUMBER,
        "tax_rate" => label::TAX_RATE,
        "verified" => label::VERIFIED,
        "idle" => label::SIGN_OUT_IDLE,
        "absolute" => label::SIGN_OUT_ANYWAY,
        PASSWORD_AGAIN => label::YOUR_PASSWORD,
        place if place.starts_with("at[") => label::WHERE,
        _ => return None,
    })
}

/// What is wrong with a field.
#[must_use]
pub fn problem(code: &ProblemCode) -> String {
    match code {
        ProblemCode::Required => "Fill this in".to_owned(),
        ProblemCode::TooLong { max } => format!("Use at most {max} characters"),
        ProblemCode::Unprintable => "Use letters, digits and signs only, on one line".to_owned(),
        ProblemCode::Email => "Write the whole address, such as name@shop.example".to_owned(),
        ProblemCode::EmailTaken { .. } => "Somebody here already uses this email".to_owned(),
        ProblemCode::SameEmail => "This is the email already in use here".to_owned(),
        ProblemCode::AddressUnusable => "This address can't be used".to_owned(),
        ProblemCode::NotTicked => "Tick this once it is done".to_owned(),
        ProblemCode::PickOne => "Pick one".to_owned(),
        ProblemCode::CodeWrong => {
            "That code is not right or has passed. Type the one the app shows now".to_owned()
        }
        ProblemCode::RecoveryWrong => {
            "That recovery code is not right, or was used before".to_owned()
        }
        ProblemCode::PickGroup => "Pick at least one group".to_owned(),
        ProblemCode::PickStore => "Pick at least one store".to_owned(),
        ProblemCode::NotOffered => "This choice is not offered any more. Pick another".to_owned(),
        ProblemCode::StoreNotTicked => "Tick this store below too, or pick another".to_owned(),
        ProblemCode::PasswordShort { min } => format!("Use at least {min} characters"),
        ProblemCode::PasswordLong => "This is longer than can be taken".to_owned(),
        ProblemCode::PasswordCommon => {
            "Too easy to guess. It is on the list of common passwords".to_owned()
        }
        ProblemCode::PasswordFamiliar => {
            "Too easy to guess. It is made of your name or the name of the business or store"
                .to_owned()
        }
        ProblemCode::PasswordsDiffer => "The two passwords differ".to_owned(),
        ProblemCode::PasswordWrong => "This is not your password".to_owned(),
        ProblemCode::PasswordDisabled => {
            "This password was tried too often. Sign out and use Forgot password?".to_owned()
        }
        ProblemCode::GroupTaken => "Another group has this name already".to_owned(),
        ProblemCode::StoreTaken => "Another store has this already".to_owned(),
        ProblemCode::StoreCode => "Use 2 to 6 capital letters or digits".to_owned(),
        ProblemCode::File { why } => super::imports::file(*why),
        ProblemCode::Whole { min, max } => format!("Write a whole number from {min} to {max}"),
        ProblemCode::IdleTooLong => "This can't be longer than signing out in any case".to_owned(),
        ProblemCode::TimeZone => "Pick a time zone of the list".to_owned(),
        ProblemCode::Picture { why } => picture(*why).to_owned(),
        ProblemCode::Percent => "Write a percentage from 0 to 100, such as 20 or 17.5".to_owned(),
        ProblemCode::Days { max } => format!("Write a number of days from 0 to {max}"),
        ProblemCode::Day => "Pick a day of the calendar".to_owned(),
        ProblemCode::DayOver => "Pick today or a later day".to_owned(),
    }
}

/// Why a file is not taken as a picture.
const fn picture(why: PictureProblem) -> &'static str {
    match why {
        PictureProblem::Missing => "Choose a picture",
        PictureProblem::TooLarge => "The picture is larger than 2 MB. Choose a smaller one",
        PictureProblem::Kind => "Choose a PNG, JPEG or WebP",
        PictureProblem::Broken => "This picture can't be read. Save it anew or choose another",
        PictureProblem::TooWide => "The picture has too many pixels. Choose a smaller one",
    }
}

/// How long a new password must be, and how to make a good one.
#[must_use]
pub fn password_rule(min: usize) -> String {
    format!(
        "At least {min} characters. Three or four unrelated words are easy to \
         remember and hard to guess."
    )
}

/// How good a password would be: the verdict, and why.
#[must_use]
pub fn strength(score: u8, problem_code: Option<&ProblemCode>) -> (&'static str, String) {
    match (score, problem_code) {
        (_, Some(ProblemCode::PasswordCommon)) => (
            "Too easy to guess.",
            "It is on the list of common passwords.".to_owned(),
        ),
        (_, Some(ProblemCode::PasswordFamiliar)) => (
            "Too easy to guess.",
            "It is made of your name or the name of the business or store.".to_owned(),
        ),
        (_, Some(ProblemCode::PasswordShort { min })) => {
            ("Too short.", format!("It needs at least {min} characters."))
        }
        (_, Some(other)) => ("Can't be taken.", format!("{}.", problem(other))),
        (0 | 1, None) => ("Easy to guess.", "Another word makes it better.".to_owned()),
        (2, None) => ("Fair.", "Another word makes it better.".to_owned()),
        (3, None) => ("Good.", String::new()),
        (_, None) => ("Very good.", String::new()),
    }
}

/// A rule of product §2.4 that stands against something.
#[must_use]
pub fn rule(rule: &Rule) -> String {
    match rule {
        Rule::SelfChange => {
            "This is you. Your own groups, stores and status are changed by somebody else."
                .to_owned()
        }
        Rule::AboveYou => {
            "They hold a permission that you do not, so only somebody who holds it can change them."
                .to_owned()
        }
        Rule::BeyondYou { permissions } => format!(
            "You can't give what you do not hold in every store concerned: {}.",
            labels(*permissions)
        ),
        Rule::NeedsSuperAdmin => "Only a Super Admin makes a Super Admin.".to_owned(),
        Rule::SuperAdminReach => "Super Admin is always for all stores.".to_owned(),
        Rule::LastStore => "This is the last open store. One always stays open.".to_owned(),
        Rule::LastSuperAdmin => "At least one active Super Admin must remain.".to_owned(),
        Rule::GroupLocked => "Super Admin is locked. It always gives everything.".to_owned(),
        Rule::GroupBuiltIn => "Groups that came with Keyholder can't be deleted.".to_owned(),
        Rule::NeedsGroup => "At least one group is needed.".to_owned(),
        Rule::TwoFactorRequired => {
            "The business asks you for two-factor, so it can't be turned off.".to_owned()
        }
        Rule::NotTheirStore => {
            "A store is concerned in which you may not manage people.".to_owned()
        }
        Rule::NotByImport => {
            "Super Admin is given to one person at a time, not by an import.".to_owned()
        }
        Rule::ThisSession => "This is the session you are in. Sign out to end it.".to_owned(),
    }
}

/// Permissions in a row; of many, the first and how many more.
pub(super) fn labels(permissions: PermissionSet) -> String {
    const SHOWN: usize = 4;
    let mut labels: Vec<String> = permissions.iter().take(SHOWN).map(permission).collect();
    if permissions.len() > SHOWN {
        labels.push(format!("and {} more", permissions.len() - SHOWN));
    }
    labels.join(", ")
}

/// Why the session that this device had is over; nothing where they ended it themselves.
#[must_use]
pub fn ended(why: EndedWhy) -> Option<&'static str> {
    match why {
        EndedWhy::SignedOut | EndedWhy::NextStage => None,
        EndedWhy::Elsewhere => {
            Some("You were signed out because your account was used on another device.")
        }
        EndedWhy::NotNewest => Some(
            "You were signed out because only your newest session stays: the business now allows one for each person.",
        ),
        EndedWhy::Idle => Some("You were signed out because nothing was done here for a while."),
        EndedWhy::TooOld => {
            Some("You were signed out because your session was open for very long.")
        }
        EndedWhy::ByAdmin => Some("You were signed out by an admin."),
        EndedWhy::ByYourself => Some("You signed this device out from another one."),
        EndedWhy::Deactivated => Some("You were signed out because your account was deactivated."),
        EndedWhy::TwoFactorOn => {
            Some("You were signed out because two-factor was set up on another device.")
        }
        EndedWhy::TwoFactorDue => {
            Some("Two-factor is required by now. Sign in again to set it up.")
        }
        EndedWhy::TwoFactorReset => Some(
            "You were signed out because your two-factor was reset. Sign in and set it up again.",
        ),
        EndedWhy::PasswordReset => Some(
            "You were signed out because your password was set anew. Sign in with the new one.",
        ),
    }
}

fn duration(seconds: u32) -> String {
    if seconds < 90 {
        plural(seconds.max(1) as usize, "second", "seconds")
    } else {
        plural(seconds.div_ceil(60) as usize, "minute", "minutes")
    }
}

#[cfg(test)]
mod tests {
    use access::Permission;

    use super::*;

    #[test]
    fn a_wait_is_told_in_seconds_or_whole_minutes() {
        assert_eq!(duration(0), "1 second");
        assert_eq!(duration(89), "89 seconds");
        assert_eq!(duration(90), "2 minutes");
        assert_eq!(duration(900), "15 minutes");
    }

    #[test]
    fn of_many_permissions_the_first_are_named() {
        assert_eq!(
            rule(&Rule::BeyondYou {
                permissions: PermissionSet::from_iter([Permission::InvoicesVoidPayment])
            }),
            "You can't give what you do not hold in every store concerned: Invoices: Void payment."
        );
        let all = rule(&Rule::BeyondYou {
            permissions: PermissionSet::ALL,
        });
        assert!(
            all.ends_with(&format!("and {} more.", PermissionSet::ALL.len() - 4)),
            "{all}"
        );
    }

    #[test]
    fn a_field_is_called_as_in_its_form() {
        let named = |form, field: &str| {
            let problem = Problem {
                field: field.to_owned(),
                code: ProblemCode::Required,
            };
            named_problem(form, &problem)
        };
        let reset = "/api/passwords/reset";
        for (form, field, label) in [
            ("/api/invites/accept", "password", "Password"),
            ("/api/invites/accept", "again", "Password again"),
            (reset, "password", "New password"),
            (reset, "again", "New password again"),
            ("/api/passwords/forgot", "email", "Email"),
            ("/api/users/change-email", "email", "New email"),
        ] {
            assert_eq!(named(form, field), format!("{label}: Fill this in"));
        }
    }

    #[test]
    fn the_headline_counts_what_is_to_be_put_right() {
        let mut problems = domain::Problems::one("email", ProblemCode::Email);
        assert_eq!(
            refused(&AppError::Invalid(problems.clone())).title,
            "1 thing to put right"
        );
        problems.add("groups", ProblemCode::PickGroup);
        assert_eq!(
            refused(&AppError::Invalid(problems)).title,
            "2 things to put right"
        );
    }
}
