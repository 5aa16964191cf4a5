//! Home: what needs me today.

use access::{Module, TwoFactorPolicy, UserId};
use serde::{Deserialize, Serialize};

use crate::page::Count;
use crate::when::{Day, When};

/// The first page after sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    /// First name, for the greeting.
    pub first_name: String,
    /// What day it is, and in which store.
    pub today: Today,
    /// The person may invite somebody.
    pub may_invite: bool,
    /// Modules to go on with, for who looks after nobody.
    pub modules: Vec<Module>,
    /// People who are locked out, the latest first, for those who may see them.
    pub locked: Vec<LockedOut>,
    /// Invitations that nobody has accepted yet and whose time is over, for those who may resend.
    pub expired_invites: Vec<ExpiredInvite>,
    /// Invitations still waiting, for those who may see them.
    pub waiting_invites: u32,
    /// People without a second factor, for those who may see what is asked of it.
    pub no_factor: Option<NoFactor>,
    /// The business has one store and the person may add another.
    pub may_add_store: bool,
    /// Nobody but the person is here yet, and they may invite.
    pub alone: bool,
    /// How many are signed in, store by store, for those who may see sessions.
    pub signed_in: Vec<SignedIn>,
    /// The newest changes of who may do what, for those who may see the audit log.
    pub changes: Vec<LatestChange>,
}

/// What day it is, by the clock of the business, and in which store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    /// The hour that has begun, from 0 to 23.
    pub hour: i8,
    /// The day of the week, 0 for Monday.
    pub weekday: i8,
    /// The day by its date.
    pub date: Day,
    /// The chosen store; nothing for all of the person's.
    pub store: Option<String>,
    /// The business has one store, so none is named.
    pub one_store: bool,
}

/// Somebody who is locked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedOut {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// How many wrong tries locked the account.
    pub tries: u32,
    /// When the last of them was.
    pub at: When,
    /// Where it came from; empty where nobody knows.
    pub ip: String,
    /// When the lock ends by itself.
    pub until: When,
    /// The person who looks may end it.
    pub may_unlock: bool,
}

/// An invitation to send again or withdraw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpiredInvite {
    /// Whose.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// When it ran out.
    pub expired: When,
}

/// People who work here without a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoFactor {
    /// How many.
    pub people: Count,
    /// Whom the business asks for one.
    pub policy: TwoFactorPolicy,
}

/// How many are signed in at a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Name of the store; nothing for those who see all of theirs, and where there is but one.
    pub store: Option<String>,
    /// How many people.
    pub people: Count,
}

/// A change of who may do what, as the audit log tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestChange {
    /// Who made it.
    pub who: String,
    /// All of it in a sentence.
    pub said: String,
    /// When.
    pub when: When,
}
