//! Mails to people, as whoever looks after them sees them: what they tell, and what became of them.

use serde::{Deserialize, Serialize};

use crate::keys::keys;
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

keys! {
    /// What a mail tells (product §9).
    MailKind {
        /// The link to join.
        Invite = "invite",
        /// The link to a new password.
        Reset = "reset",
        /// The password was changed.
        PasswordChanged = "password_changed",
        /// The link that confirms a new address.
        EmailLink = "email_link",
        /// Another address was asked for.
        EmailAsked = "email_asked",
        /// Another address signs in from now on.
        EmailChanged = "email_changed",
        /// A sign-in from a device or place not seen before.
        NewDevice = "new_device",
        /// Two-factor was turned on.
        TwoFactorOn = "two_factor_on",
        /// Two-factor was turned off.
        TwoFactorOff = "two_factor_off",
        /// There are new recovery codes.
        RecoveryCodesRenewed = "recovery_codes_renewed",
        /// A recovery code was used.
        RecoveryCodeUsed = "recovery_code_used",
        /// Somebody reset two-factor.
        TwoFactorReset = "two_factor_reset",
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

keys! {
    /// What stood against a mail (product §9).
    MailTrouble {
        /// The mail server can't be reached.
        Unreachable = "unreachable",
        /// It does not answer, or takes too long.
        Slow = "slow",
        /// No secure connection to it.
        Insecure = "insecure",
        /// It refused.
        Refused = "refused",
        /// The configured sender can't be read.
        Sender = "sender",
        /// The receiver is not one mail address.
        Receiver = "receiver",
        /// The mail can't be put together.
        Shape = "shape",
        /// The mail was sealed under another secret key.
        Sealed = "sealed",
        /// The folder of mails can't be written to.
        Folder = "folder",
        /// The link in it was over before a mail server took it.
        Over = "over",
    }
}
