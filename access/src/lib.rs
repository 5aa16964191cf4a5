//! Who may do what in Keyholder: pure rules, no clock, no database, no network.
//!
//! The server decides with this crate, the browser draws with it, and the
//! explanation a person reads comes from it, so that the three cannot differ
//! (product §2.3). Everything a decision depends on is an argument, the time
//! included.
//!
//! | part | what |
//! |---|---|
//! | [`ids`] | identifiers and instants |
//! | [`catalogue`] | the permissions, their modules and levels, the built-in groups |
//! | [`person`] | what evaluation needs to know of one user |
//! | [`evaluate`](mod@evaluate) | the one function that says what a person holds |
//! | [`explain`](mod@explain) | where one answer comes from |
//! | [`overrides`] | what the groups say alone, and the overrides that a picked level means |
//! | [`preview`] | who gains and loses what by a change |
//! | [`lookup`] | who holds a permission, and where |
//! | [`guards`] | nobody grants beyond themselves, nobody acts on those above |
//! | [`second_factor`] | whom the business asks for a second factor, and what a session owes |
//! | [`caller`], [`grant`], [`visible`] | the person who asks, and the proofs they are handed |
//! | [`actions`], [`operations`] | every operation, and what it needs |

pub mod actions;
pub mod caller;
pub mod catalogue;
pub mod denied;
pub mod evaluate;
pub mod explain;
pub mod grant;
pub mod guards;
pub mod ids;
pub mod lookup;
pub mod operations;
pub mod overrides;
pub mod person;
pub mod preview;
pub mod second_factor;
pub mod system;
pub mod visible;

#[cfg(test)]
mod sample;

pub use caller::Caller;
pub use catalogue::{
    ADMIN, BUILT_IN, BuiltInGroup, Level, Module, Permission, PermissionSet, RowLevel, SUPER_ADMIN,
    Scope, UnknownPermission, built_in, level_of, preset,
};
pub use denied::{Denied, Rule};
pub use evaluate::{Effective, evaluate, potential};
pub use explain::{Explanation, Nothing, Step, Verdict, explain};
pub use grant::{Action, Actor, Grant};
pub use guards::StoreStanding;
pub use ids::{
    AuditId, GroupId, ImportId, Instant, InviteId, MailId, OverrideId, SessionRef, StoreId, UserId,
    Uuid,
};
pub use lookup::{Answer, Question};
pub use operations::{Kind, Needs, OPERATIONS, Operation};
pub use overrides::ByGroups;
pub use person::{Effect, Membership, Override, Person, Reach, Standing};
pub use preview::{Change, diff};
pub use second_factor::{Due, FactorDemand, OF_ADMINS, Proof, TwoFactorPolicy};
pub use visible::Visible;
