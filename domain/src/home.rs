//! Home: what needs me today.

use access::UserId;
use serde::{Deserialize, Serialize};

use crate::when::When;

/// The first page after sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    /// First name, for the greeting.
    pub first_name: String,
    /// Invitations that nobody has accepted yet and whose time is over, for those who may resend.
    pub expired_invites: Vec<ExpiredInvite>,
    /// Invitations still waiting, for those who may see them.
    pub waiting_invites: u32,
    /// The business has one store and the person may add another.
    pub may_add_store: bool,
    /// Nobody but the person is here yet, and they may invite.
    pub alone: bool,
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
