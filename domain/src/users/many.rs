//! What is done to several people at once, and the question before it (ADR 13).

use ::access::{Rule, UserId};
use serde::{Deserialize, Serialize};

use crate::keys::keys;

/// The most people that one act takes.
pub const MANY_MAX: usize = 100;

keys! {
    /// What can be done to several people at once.
    ManyAct {
        /// End all their sessions.
        SignOut = "sign-out",
        /// End their access.
        Deactivate = "deactivate",
    }
}

/// What is asked before something is done to those who were ticked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManyQuestion {
    /// Whom it can be done to.
    pub people: Vec<Ticked>,
    /// Whom it can't be done to.
    pub others: Vec<Unfit>,
}

/// Somebody whom it can be done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticked {
    /// Id.
    pub id: UserId,
    /// Display name.
    pub name: String,
    /// Open sessions, which it ends.
    pub sessions: u32,
}

/// Somebody whom it can't be done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfit {
    /// Display name.
    pub name: String,
    /// The rule that stands against it; `None` where there is nothing to do.
    pub because: Option<Rule>,
}
