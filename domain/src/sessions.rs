//! Sessions as they are shown: where somebody is signed in, since when, and from what.

use access::{Rule, SessionRef, UserId};
use serde::{Deserialize, Serialize};

use crate::error::EndedWhy;
use crate::keys::keys;
use crate::mail::MailFacts;
use crate::page::{Count, Page};
use crate::passwords::SignInFacts;
use crate::shell::StoreChoice;
use crate::users::UserView;
use crate::when::When;

/// What is asked of the list of sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionListQuery {
    /// Part of a name or email, or the beginning of an address; empty for everybody.
    pub q: String,
    /// Id of the store that they are in; empty for any.
    pub store: String,
    /// Key of a [`DeviceKind`]; empty for any.
    pub device: String,
    /// Cursor of a page.
    pub page: String,
    /// Whether the others are counted, to ask before all of them are signed out.
    pub others: bool,
}

/// Everybody's open sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionListView {
    /// The page, whoever was seen last first.
    pub page: Page<SessionRow>,
    /// Stores to filter by; none in a one-store business.
    pub stores: Vec<StoreChoice>,
    /// What was asked, as it was understood.
    pub query: SessionListQuery,
    /// How many sessions would end if all others were signed out, whatever the filters leave.
    pub others: Option<Count>,
}

/// A session in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Whose.
    pub person: UserId,
    /// Their display name.
    pub name: String,
    /// How many open sessions they have, this one among them.
    pub of_person: u32,
    /// The session.
    pub facts: SessionFacts,
    /// The rule that stands against ending it.
    pub locked_because: Option<Rule>,
}

/// What is known of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFacts {
    /// Its name, which opens nothing (req. 46).
    pub session: SessionRef,
    /// Browser and system, *Chrome on macOS*; empty when it is not known.
    pub device: String,
    /// What kind of device that is.
    pub kind: DeviceKind,
    /// Address that it began from.
    pub ip: String,
    /// When it began.
    pub started: When,
    /// When it was last seen, to the minute.
    pub seen: When,
    /// How many minutes ago that was, where it is less than an hour.
    pub minutes: Option<u32>,
    /// The store it is in; nothing for all of the person's.
    pub store: Option<String>,
    /// It is the one that asks.
    pub current: bool,
    /// Everything is done that signing in asks; else the second step is still due.
    pub complete: bool,
}

/// A session of one person: open, or over not long ago.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSession {
    /// The session.
    pub facts: SessionFacts,
    /// Why it is over; nothing while it is open.
    pub ended: Option<EndedWhy>,
}

/// How a person signs in, and where they are signed in, for who looks after them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInView {
    /// What stands around it.
    pub user: UserView,
    /// Password, tries and lock.
    pub facts: SignInFacts,
    /// The last mails to them.
    pub mails: Vec<MailFacts>,
    /// Their sessions: the open ones, then those that ended last.
    pub sessions: Vec<PersonSession>,
    /// Signing in elsewhere ends the older session.
    pub one_at_a_time: bool,
    /// The business has one store, so none is named.
    pub one_store: bool,
}

/// One's own open sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSessionsView {
    /// The sessions, the one that asks first.
    pub sessions: Vec<SessionFacts>,
    /// Signing in elsewhere ends the older session.
    pub one_at_a_time: bool,
    /// The business has one store, so none is named.
    pub one_store: bool,
}

keys! {
    /// Kinds of devices, as far as a browser tells.
    DeviceKind {
        /// Whatever is none of the others.
        Computer = "computer",
        /// An iPad; other tablets say that they are phones.
        Tablet = "tablet",
        /// A phone.
        Phone = "phone",
    }
}

impl DeviceKind {
    /// The systems, as a device names them, that make it one of this kind; a computer is what has
    /// none of them.
    #[must_use]
    pub const fn systems(self) -> &'static [&'static str] {
        match self {
            Self::Computer => &[],
            Self::Tablet => &["iPad"],
            Self::Phone => &["iPhone", "iPod", "Android", "BlackBerry"],
        }
    }

    /// The kind of a device by its name, *Safari on iPad*.
    #[must_use]
    pub fn of(device: &str) -> Self {
        let named = |kind: &Self| kind.systems().iter().any(|system| device.contains(system));
        Self::ALL.into_iter().find(named).unwrap_or(Self::Computer)
    }
}

#[cfg(test)]
mod tests {
    use super::DeviceKind;

    #[test]
    fn a_device_is_of_the_kind_of_its_system() {
        for (device, kind) in [
            ("Chrome on macOS", DeviceKind::Computer),
            ("Edge on Windows", DeviceKind::Computer),
            ("", DeviceKind::Computer),
            ("Safari on iPad", DeviceKind::Tablet),
            ("Safari on iPhone", DeviceKind::Phone),
            ("Chrome on Android", DeviceKind::Phone),
            ("Android", DeviceKind::Phone),
        ] {
            assert_eq!(DeviceKind::of(device), kind, "{device}");
        }
        for kind in DeviceKind::ALL {
            assert_eq!(DeviceKind::from_key(kind.key()), Some(kind));
        }
        assert_eq!(DeviceKind::from_key("toaster"), None);
    }
}
