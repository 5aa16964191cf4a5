//! Mails to people, as whoever looks after them sees them: what they tell, and what became of them.

use serde::{Deserialize, Serialize};

use crate::when::When;

/// A mail to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailFacts {
    /// What it tells.
    pub kind: MailKind,
    /// When it was written.
    pub written: When,
    /// What became of it.
    pub state: MailState,
}

/// What a mail tells (product §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// The link to join.
    Invite,
    /// The link to a new password.
    Reset,
    /// The password was changed.
    PasswordChanged,
    /// The link that confirms a new address.
    EmailLink,
    /// Another address was asked for.
    EmailAsked,
    /// Another address signs in from now on.
    EmailChanged,
    /// A sign-in from a device or place not seen before.
    NewDevice,
    /// Two-factor was turned on.
    TwoFactorOn,
    /// Two-factor was turned off.
    TwoFactorOff,
    /// There are new recovery codes.
    RecoveryCodesRenewed,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// Somebody reset two-factor.
    TwoFactorReset,
}

impl MailKind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Invite,
        Self::Reset,
        Self::PasswordChanged,
        Self::EmailLink,
        Self::EmailAsked,
        Self::EmailChanged,
        Self::NewDevice,
        Self::TwoFactorOn,
        Self::TwoFactorOff,
        Self::RecoveryCodesRenewed,
        Self::RecoveryCodeUsed,
        Self::TwoFactorReset,
    ];

    /// The word in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Reset => "reset",
            Self::PasswordChanged => "password_changed",
            Self::EmailLink => "email_link",
            Self::EmailAsked => "email_asked",
            Self::EmailChanged => "email_changed",
            Self::NewDevice => "new_device",
            Self::TwoFactorOn => "two_factor_on",
            Self::TwoFactorOff => "two_factor_off",
            Self::RecoveryCodesRenewed => "recovery_codes_renewed",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::TwoFactorReset => "two_factor_reset",
        }
    }

    /// The kind behind a word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// What became of a mail (product §9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum MailState {
    /// Waiting in the outbox.
    Queued,
    /// Handed to the mail server.
    Sent,
    /// Not delivered so far, will be tried again.
    Retrying {
        /// What stood against it.
        trouble: MailTrouble,
        /// What the mail server or the machine said, in its own words; may be empty.
        said: String,
    },
    /// Given up.
    Failed {
        /// What stood against it.
        trouble: MailTrouble,
        /// What the mail server or the machine said, in its own words; may be empty.
        said: String,
    },
}

/// What stood against a mail (product §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTrouble {
    /// The mail server can't be reached.
    Unreachable,
    /// It does not answer, or takes too long.
    Slow,
    /// No secure connection to it.
    Insecure,
    /// It refused.
    Refused,
    /// The configured sender can't be read.
    Sender,
    /// The receiver is not one mail address.
    Receiver,
    /// The mail can't be put together.
    Shape,
    /// The mail was sealed under another secret key.
    Sealed,
    /// The folder of mails can't be written to.
    Folder,
    /// The link in it was over before a mail server took it.
    Over,
}

impl MailTrouble {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Unreachable,
        Self::Slow,
        Self::Insecure,
        Self::Refused,
        Self::Sender,
        Self::Receiver,
        Self::Shape,
        Self::Sealed,
        Self::Folder,
        Self::Over,
    ];

    /// The word in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Slow => "slow",
            Self::Insecure => "insecure",
            Self::Refused => "refused",
            Self::Sender => "sender",
            Self::Receiver => "receiver",
            Self::Shape => "shape",
            Self::Sealed => "sealed",
            Self::Folder => "folder",
            Self::Over => "over",
        }
    }

    /// The trouble behind a word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trouble| trouble.key() == key)
    }
}
