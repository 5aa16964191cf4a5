//! How a refusal is told: codes and data, never prose. The faces own the sentences.

use crate::{Permission, PermissionSet};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Denied {
    /// Not there, or not theirs to know: answers as not found (product §2.4).
    Hidden,
    /// A permission is missing: answers as forbidden, naming it (product §11, Addresses).
    Forbidden {
        /// The permission they lack.
        missing: Permission,
    },
    /// They hold what the operation asks, but a guard forbids it in this case (product §2.4).
    Rule(Rule),
}

/// The guard that refused (product §2.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Nobody changes their own groups, overrides, stores, active flag or last day.
    SelfChange,
    /// Nobody acts on a person who holds something they lack.
    AboveYou,
    /// Nobody grants what they do not hold, in a store they do not hold it in.
    BeyondYou {
        /// What they tried to give without holding it there.
        permissions: PermissionSet,
    },
    /// Only a Super Admin makes a Super Admin.
    NeedsSuperAdmin,
    /// A membership of Super Admin is always for all stores (product §2.2).
    SuperAdminReach,
    /// One Super Admin who has accepted, is active and has no last day always remains.
    LastSuperAdmin,
    /// One store always remains open: the last one is not deactivated.
    LastStore,
    /// Super Admin is locked: not edited, and no overrides on its members (product §2.2).
    GroupLocked,
    /// Built-in groups are not deleted (product §2.2).
    GroupBuiltIn,
    /// At least one group is needed, to be invited and for anything but the own profile (product §2.3).
    NeedsGroup,
    /// The business asks them for a second factor, so it can't be turned off (product §6).
    TwoFactorRequired,
    /// A store is concerned in which they may not manage users: one the person also works in,
    /// one they would be given, or one that does not exist (these look alike, product §2.4).
    NotTheirStore,
    /// Super Admin is given to one person at a time, not by an import.
    NotByImport,
    /// The session that asks ends by signing out only (product §7).
    ThisSession,
}

impl Denied {
    /// The refusal for a missing permission.
    pub const fn missing(permission: Permission) -> Self {
        Self::Forbidden {
            missing: permission,
        }
    }
}

impl Denied {
    /// The refusal behind a code, as [`fmt::Display`] writes it; `None` for one that this version
    /// does not know.
    pub fn from_code(code: &str) -> Option<Self> {
        if code == "hidden" {
            return Some(Self::Hidden);
        }
        let (word, with) = code.split_once(": ").unwrap_or((code, ""));
        match word {
            "forbidden" => Permission::from_key(with).map(Self::missing),
            "beyond_you" => PermissionSet::from_keys(with)
                .ok()
                .map(|permissions| Rule::BeyondYou { permissions }.into()),
            word => PLAIN_RULES
                .into_iter()
                .find(|rule| rule.to_string() == word)
                .map(Self::Rule),
        }
    }
}

/// The rules that carry nothing.
const PLAIN_RULES: [Rule; 13] = [
    Rule::SelfChange,
    Rule::AboveYou,
    Rule::NeedsSuperAdmin,
    Rule::SuperAdminReach,
    Rule::LastSuperAdmin,
    Rule::LastStore,
    Rule::GroupLocked,
    Rule::GroupBuiltIn,
    Rule::NeedsGroup,
    Rule::TwoFactorRequired,
    Rule::NotTheirStore,
    Rule::NotByImport,
    Rule::ThisSession,
];

impl From<Rule> for Denied {
    fn from(rule: Rule) -> Self {
        Self::Rule(rule)
    }
}

impl fmt::Display for Denied {
    /// The code, for logs and the audit entry of the refusal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => f.write_str("hidden"),
            Self::Forbidden { missing } => write!(f, "forbidden: {}", missing.key()),
            Self::Rule(rule) => rule.fmt(f),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SelfChange => "self_change",
            Self::AboveYou => "above_you",
            Self::BeyondYou { permissions } => {
                return write!(f, "beyond_you: {}", permissions.to_keys());
            }
            Self::NeedsSuperAdmin => "needs_super_admin",
            Self::SuperAdminReach => "super_admin_reach",
            Self::LastSuperAdmin => "last_super_admin",
            Self::LastStore => "last_store",
            Self::GroupLocked => "group_locked",
            Self::GroupBuiltIn => "group_built_in",
            Self::NeedsGroup => "needs_group",
            Self::TwoFactorRequired => "two_factor_required",
            Self::NotTheirStore => "not_their_store",
            Self::NotByImport => "not_by_import",
            Self::ThisSession => "this_session",
        })
    }
}

impl std::error::Error for Denied {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_code_and_data() {
        assert_eq!(Denied::Hidden.to_string(), "hidden");
        assert_eq!(
            Denied::missing(Permission::SettingsAudit).to_string(),
            "forbidden: settings.audit"
        );
        let beyond = Denied::from(Rule::BeyondYou {
            permissions: [Permission::InvoicesVoid, Permission::CostsView]
                .into_iter()
                .collect(),
        });
        assert_eq!(beyond.to_string(), "beyond_you: invoices.void costs.view");
        for rule in PLAIN_RULES {
            let json = serde_json::to_string(&rule).unwrap();
            assert_eq!(json, format!("\"{rule}\""), "the code is the wire's name");
            assert_eq!(serde_json::from_str::<Rule>(&json).unwrap(), rule);
        }
        let json = serde_json::to_string(&beyond).unwrap();
        assert_eq!(serde_json::from_str::<Denied>(&json).unwrap(), beyond);
    }

    #[test]
    fn a_code_leads_back_to_its_refusal() {
        let beyond = Rule::BeyondYou {
            permissions: [Permission::InvoicesVoid, Permission::CostsView]
                .into_iter()
                .collect(),
        };
        let rules = PLAIN_RULES.into_iter().chain([beyond]).map(Denied::Rule);
        let missing = Permission::ALL.map(Denied::missing);
        for denied in rules.chain(missing).chain([Denied::Hidden]) {
            assert_eq!(Denied::from_code(&denied.to_string()), Some(denied));
        }
        for code in [
            "",
            "forbidden",
            "forbidden: everything",
            "beyond_you: x",
            "nonsense",
        ] {
            assert_eq!(Denied::from_code(code), None, "{code}");
        }
    }

    /// A rule that is added is added to the list too: this does not compile without it.
    #[test]
    fn the_list_of_plain_rules_is_whole() {
        let place = |rule: &Rule| match rule {
            Rule::SelfChange => Some(0),
            Rule::AboveYou => Some(1),
            Rule::NeedsSuperAdmin => Some(2),
            Rule::SuperAdminReach => Some(3),
            Rule::LastSuperAdmin => Some(4),
            Rule::LastStore => Some(5),
            Rule::GroupLocked => Some(6),
            Rule::GroupBuiltIn => Some(7),
            Rule::NeedsGroup => Some(8),
            Rule::TwoFactorRequired => Some(9),
            Rule::NotTheirStore => Some(10),
            Rule::NotByImport => Some(11),
            Rule::ThisSession => Some(12),
            Rule::BeyondYou { .. } => None,
        };
        for (at, rule) in PLAIN_RULES.iter().enumerate() {
            assert_eq!(place(rule), Some(at));
        }
    }
}
