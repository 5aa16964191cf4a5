//! Identifiers and instants: what is named and when it happened.
//!
//! Each kind of thing has its own type, so that a store's id cannot be handed
//! over where a person's is asked for. All are UUIDs (version 7, made by the
//! service, which has the clock and the randomness); on the wire and in the
//! database they are their hyphenated text.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

pub use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id that nothing has: for tests, and where a value is asked for that is never looked up.
            pub const fn nil() -> Self {
                Self(Uuid::nil())
            }

            /// The UUID inside.
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

id! {
    /// A staff account.
    UserId;
    /// A store of the business.
    StoreId;
    /// A permission group, built-in or custom.
    GroupId;
    /// A session as others may see it: never the cookie's value, nor its hash (security r46).
    SessionRef;
    /// An invitation.
    InviteId;
    /// An override of one permission of one user.
    OverrideId;
    /// A dry run of an import, and the import itself.
    ImportId;
    /// A mail in the outbox.
    MailId;
    /// An entry of the audit log.
    AuditId;
}

/// A moment: milliseconds since 1 January 1970, UTC.
///
/// The rules never ask what time it is; they are told.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
#[must_use]
pub struct Instant(pub i64);

impl Instant {
    /// The last moment there is.
    pub const MAX: Self = Self(i64::MAX);

    /// The moment `millis` milliseconds later; stops at the ends of the scale.
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// How many milliseconds `self` is after `earlier`; negative when before it.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_travels_as_its_hyphenated_text() {
        let id = StoreId(Uuid::from_u128(0x1234));
        let text = "00000000-0000-0000-0000-000000001234";
        assert_eq!(id.to_string(), text);
        assert_eq!(text.parse::<StoreId>().unwrap(), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
        assert_eq!(
            serde_json::from_str::<StoreId>(&format!("\"{text}\"")).unwrap(),
            id
        );
        assert_eq!(StoreId::from(*id.as_uuid()), id);
        assert!("not an id".parse::<UserId>().is_err());
        assert_eq!(UserId::nil().as_uuid(), &Uuid::nil());
    }

    #[test]
    fn instants_count_milliseconds_and_stop_at_the_ends() {
        let noon = Instant(1_000);
        assert_eq!(noon.plus_millis(500), Instant(1_500));
        assert_eq!(noon.plus_millis(500).millis_since(noon), 500);
        assert_eq!(Instant::MAX.plus_millis(1), Instant::MAX);
        assert_eq!(serde_json::to_string(&noon).unwrap(), "1000");
    }
}
