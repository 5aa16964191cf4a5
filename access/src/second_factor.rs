//! The second factor: whom the business asks for one, and what a session still owes
//! (product §6).

use crate::{Effective, Permission};
use serde::{Deserialize, Serialize};

/// Who holds one of these counts as an admin for [`TwoFactorPolicy::Admins`] (product §6).
pub const OF_ADMINS: [Permission; 4] = [
    Permission::SettingsUsers,
    Permission::SettingsEdit,
    Permission::SettingsGroups,
    Permission::SettingsBilling,
];

/// Whom the business asks for a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TwoFactorPolicy {
    /// Nobody: each person decides for themselves.
    #[default]
    Off,
    /// Admin, Super Admin, and whoever holds one of [`OF_ADMINS`].
    Admins,
    /// Everybody.
    Everyone,
}

impl TwoFactorPolicy {
    /// All of them, from the weakest to the strictest.
    pub const ALL: [Self; 3] = [Self::Off, Self::Admins, Self::Everyone];

    /// The word in the form, the database and the audit log.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Admins => "admins",
            Self::Everyone => "everyone",
        }
    }

    /// The policy behind a word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.key() == key)
    }
}

/// What the policy looks at beside what a person holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactorDemand {
    /// The business's policy.
    pub policy: TwoFactorPolicy,
    /// They are in the built-in group [`crate::ADMIN`], whatever it gives by now.
    pub in_admin: bool,
}

impl FactorDemand {
    /// Whether a person who holds this is asked for a second factor (product §6).
    pub fn asks(self, held: &Effective) -> bool {
        match self.policy {
            TwoFactorPolicy::Off => false,
            TwoFactorPolicy::Everyone => true,
            TwoFactorPolicy::Admins => {
                self.in_admin
                    || held.is_super_admin()
                    || OF_ADMINS.iter().any(|&p| held.holds_anywhere(p))
            }
        }
    }
}

/// What a session still owes before it opens anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// A code of the second factor that is set up: always, whatever the policy (req. 34).
    SecondFactor,
    /// Setting one up, since the policy asks for it: also in sessions that are open already
    /// (req. 37).
    Enrolment,
    /// A new password: the one there is was not long enough for use alone (product §5).
    Password,
}

impl Due {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::SecondFactor, Self::Enrolment, Self::Password];

    /// The word on the wire.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::Enrolment => "enrolment",
            Self::Password => "password",
        }
    }

    /// What is due, behind a word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|due| due.key() == key)
    }
}

/// What a session has proved, and how the account behind it stands at this moment.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts, each true or not whatever the others are"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// All that was due at the sign-in was shown; otherwise the password alone.
    pub complete: bool,
    /// A second factor is set up.
    pub enrolled: bool,
    /// The policy asks the person for one.
    pub asked: bool,
    /// The password is long enough for use without one.
    pub alone: bool,
}

impl Proof {
    /// What is due; `None` when nothing is.
    pub const fn due(self) -> Option<Due> {
        match self {
            Self {
                complete: false,
                enrolled: true,
                ..
            } => Some(Due::SecondFactor),
            // First of all that is asked for on the way in (product §5); who is in stays in.
            Self {
                complete: false,
                enrolled: false,
                alone: false,
                ..
            } => Some(Due::Password),
            Self {
                enrolled: false,
                asked: true,
                ..
            } => Some(Due::Enrolment),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{ALL_STORES, BATH, BEFORE, NOW, OXFORD, person, set};
    use crate::{Person, Reach, evaluate};

    fn asks(policy: TwoFactorPolicy, person: &Person) -> bool {
        let in_admin = person.memberships.iter().any(|m| m.name == "Admin");
        FactorDemand { policy, in_admin }.asks(&evaluate(person, &ALL_STORES, NOW))
    }

    #[test]
    fn words_read_back() {
        for policy in TwoFactorPolicy::ALL {
            assert_eq!(TwoFactorPolicy::from_key(policy.key()), Some(policy));
            let json = serde_json::to_string(&policy).unwrap();
            assert_eq!(json, format!("\"{}\"", policy.key()));
        }
        for due in Due::ALL {
            assert_eq!(Due::from_key(due.key()), Some(due));
            assert_eq!(
                serde_json::to_string(&due).unwrap(),
                format!("\"{}\"", due.key())
            );
        }
        assert_eq!(TwoFactorPolicy::from_key("Off"), None);
        assert_eq!(Due::from_key(""), None);
    }

    #[test]
    fn r37_required_for_admins_concerns_who_is_one_and_whoever_can_do_what_they_do() {
        let admins = |person: &Person| asks(TwoFactorPolicy::Admins, person);
        let at_bath = || person(1, &[BATH]);
        for calm in ["crew", "sales", "billing", "operations"] {
            assert!(!admins(&at_bath().with(calm)), "{calm}");
        }
        assert!(!admins(&at_bath()));
        assert!(admins(&at_bath().with("super_admin")));
        assert!(admins(&at_bath().with("admin")));
        assert!(admins(&at_bath().with_at("admin", BATH)));
        for one in OF_ADMINS {
            assert!(
                admins(&at_bath().holding(set([one]), Reach::AllTheirStores)),
                "{one:?}"
            );
            assert!(admins(&at_bath().with("crew").allow(one)), "{one:?}");
            assert!(
                !admins(&at_bath().with("crew").allow(one).until(BEFORE)),
                "{one:?}"
            );
        }
        for other in [Permission::SettingsView, Permission::SettingsAudit] {
            assert!(
                !admins(&at_bath().holding(set([other]), Reach::AllTheirStores)),
                "{other:?}"
            );
        }
    }

    #[test]
    fn r37_what_counts_is_what_they_hold_not_what_their_groups_list() {
        let admins = |person: &Person| asks(TwoFactorPolicy::Admins, person);
        let manager = |reach| person(1, &[BATH]).holding(set([Permission::SettingsUsers]), reach);
        assert!(admins(&manager(Reach::Store(BATH))));
        assert!(
            !admins(&manager(Reach::Store(OXFORD))),
            "a store that is not theirs"
        );
        let denied = manager(Reach::AllTheirStores).deny(Permission::SettingsUsers);
        assert!(!admins(&denied));
        // Business scope comes from all-stores memberships only.
        let editor =
            person(1, &[BATH]).holding(set([Permission::SettingsEdit]), Reach::Store(BATH));
        assert!(!admins(&editor));
        // Admin is Admin, also with all four denied, or when the group gives none of them any more.
        let mut bare = person(1, &[BATH]).with("admin");
        for one in OF_ADMINS {
            bare = bare.deny(one);
        }
        assert!(admins(&bare));
    }

    #[test]
    fn off_asks_nobody_and_everyone_asks_everybody() {
        let crew = person(1, &[BATH]).with("crew");
        let owner = person(2, &[]).with("super_admin");
        assert!(!asks(TwoFactorPolicy::Off, &owner));
        assert!(asks(TwoFactorPolicy::Everyone, &crew));
        assert!(asks(TwoFactorPolicy::Everyone, &person(3, &[])));
    }

    #[test]
    fn r34_what_is_due_follows_from_what_was_proved_and_what_is_set_up() {
        let due = |complete, enrolled, asked| {
            let alone = true;
            Proof {
                complete,
                enrolled,
                asked,
                alone,
            }
            .due()
        };
        for asked in [false, true] {
            assert_eq!(due(false, true, asked), Some(Due::SecondFactor));
            assert_eq!(due(true, true, asked), None);
        }
        assert_eq!(due(true, false, true), Some(Due::Enrolment));
        assert_eq!(due(false, false, true), Some(Due::Enrolment));
        assert_eq!(due(true, false, false), None);
    }

    #[test]
    fn r1_a_password_too_short_for_use_alone_owes_a_longer_one_at_the_next_sign_in() {
        let due = |complete, enrolled, asked| {
            let alone = false;
            Proof {
                complete,
                enrolled,
                asked,
                alone,
            }
            .due()
        };
        for asked in [false, true] {
            assert_eq!(
                due(false, false, asked),
                Some(Due::Password),
                "first of all"
            );
            assert_eq!(due(false, true, asked), Some(Due::SecondFactor));
            assert_eq!(due(true, true, asked), None);
        }
        assert_eq!(due(true, false, false), None, "who is in stays in");
        assert_eq!(due(true, false, true), Some(Due::Enrolment));
    }
}
