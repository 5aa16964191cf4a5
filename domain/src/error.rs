//! The one error that a face ever sees.

use access::{Denied, Due, Permission, Rule, UserId};
use serde::{Deserialize, Serialize};

use crate::form::Problems;
use crate::keys::keys;

/// Everything that can go wrong for a person at the screen: codes and data, never prose and never
/// a source chain (architecture "Errors"). What went wrong inside is logged once, under the
/// incident id that [`AppError::Internal`] carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "with", rename_all = "snake_case")]
pub enum AppError {
    /// The request is not of the form it should have: 400.
    BadRequest,
    /// There is no live session behind the request: 401.
    SignedOut {
        /// Why the session that the browser still names has ended.
        ended: Option<EndedWhy>,
    },
    /// The password has passed, this is still due before anything else opens: 401.
    Due(Due),
    /// It is sensitive, and who sits there has not proved for a while who they are: their password
    /// is asked for again, in the same form ([`crate::form::PASSWORD_AGAIN`]): 401.
    PasswordAgain,
    /// A permission is missing: 403.
    Forbidden {
        /// The permission that would open it.
        missing: Permission,
        /// People who can give it, for the "ask one of these" list.
        ask: Vec<Contact>,
    },
    /// The person has no group at all, so nothing but their own account opens: 403.
    NoGroup,
    /// A rule of product §2.4 stands against it, whatever the permissions: 403.
    Refused(Rule),
    /// Not there, or not theirs to know: 404.
    NotFound,
    /// The link is used, withdrawn, or too old: 410.
    LinkOver,
    /// Somebody changed the same thing meanwhile: 409.
    Conflict,
    /// What was typed needs putting right, field by field: 422.
    Invalid(Problems),
    /// Email or password is not right, for whatever reason (req. 10): 401.
    SignInFailed,
    /// Too many tries from there: 429.
    TooMany {
        /// Seconds until it makes sense to try again.
        retry_after: u32,
    },
    /// The server has more to do than it takes on: 503.
    Busy,
    /// The request did not reach the server. Only the browser makes this one.
    Offline,
    /// Our fault: 500. The id finds the log line.
    Internal {
        /// Id of the incident, shown to the person and logged with the cause.
        incident: String,
    },
}

impl AppError {
    /// HTTP status of the error.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::SignedOut { .. } | Self::Due(_) | Self::PasswordAgain | Self::SignInFailed => 401,
            Self::Forbidden { .. } | Self::NoGroup | Self::Refused(_) => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::LinkOver => 410,
            Self::Invalid(_) => 422,
            Self::TooMany { .. } => 429,
            Self::Busy | Self::Offline => 503,
            Self::Internal { .. } => 500,
        }
    }
}

impl From<Denied> for AppError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Hidden => Self::NotFound,
            Denied::Forbidden { missing } => Self::Forbidden {
                missing,
                ask: Vec::new(),
            },
            Denied::Rule(rule) => Self::Refused(rule),
        }
    }
}

impl From<Problems> for AppError {
    fn from(problems: Problems) -> Self {
        Self::Invalid(problems)
    }
}

/// Somebody to write to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Who.
    pub id: UserId,
    /// Display name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
}

keys! {
    /// Why a session is over; the device is told (product §7).
    EndedWhy {
        /// They signed out themselves.
        SignedOut = "signed_out",
        /// The account was used on another device (one-session policy).
        Elsewhere = "elsewhere",
        /// The business went over to one session a person, and they have a newer one.
        NotNewest = "not_newest",
        /// Nothing was done for longer than the idle limit.
        Idle = "idle",
        /// The absolute limit is reached.
        TooOld = "too_old",
        /// An admin ended it.
        ByAdmin = "by_admin",
        /// They ended it themselves, from another device.
        ByYourself = "by_yourself",
        /// The account was deactivated.
        Deactivated = "deactivated",
        /// The password was set anew.
        PasswordReset = "password_reset",
        /// The second factor was reset.
        TwoFactorReset = "two_factor_reset",
        /// A second factor was set up, on another device.
        TwoFactorOn = "two_factor_on",
        /// A second factor is asked for by now, and who sits there has not proved for a while that they
        /// are the one to set it up.
        TwoFactorDue = "two_factor_due",
        /// The next stage of signing in took its place.
        NextStage = "next_stage",
    }
}
