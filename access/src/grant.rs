//! Grants: the proof, in the type, that a check was made.

use crate::{Caller, Denied, Operation, SessionRef, UserId};
use std::marker::PhantomData;

/// An operation as a type, so that a right to do it cannot be taken for a right to do another.
///
/// Only this crate makes actions: who could write their own would write their own check.
///
/// ```compile_fail,E0277
/// use access::{Action, Caller, Denied, Kind, Needs, Operation};
/// struct DoAsILike;
/// impl Action for DoAsILike {
///     const OPERATION: Operation = Operation {
///         name: "do.as_i_like", path: "", kind: Kind::Change, needs: Needs::Staff,
///         sensitive: false,
///     };
///     type Target = ();
///     fn decide(_: &Caller, _: &()) -> Result<(), Denied> { Ok(()) }
/// }
/// ```
pub trait Action: crate::actions::sealed::Action + Sized {
    /// Its line in the table of operations, with what it needs.
    const OPERATION: Operation;

    /// What it is done to: the record as the decision must see it.
    type Target;

    /// Whether the caller may do it to this target. What [`Self::OPERATION`] says it needs has
    /// been asked before ([`Caller::may`]).
    ///
    /// # Errors
    /// [`Denied`], with the permission that is missing or the rule that forbids it.
    fn decide(caller: &Caller, target: &Self::Target) -> Result<(), Denied>;
}

/// Permission to do `A` once. Made by [`Caller::may`], and for the system's own work by
/// [`crate::system::grant`]; by nothing else.
///
/// It can be neither copied nor cloned: whoever takes it has used it up.
///
/// A grant that fits is accepted:
/// ```
/// use access::{Denied, Grant, Caller, Person, actions::{DeactivateUser, InviteUser}};
/// fn deactivate(_: Grant<DeactivateUser>) {}
/// fn ask(caller: &Caller, person: &Person) -> Result<(), Denied> {
///     deactivate(caller.may::<DeactivateUser>(person)?);
///     Ok(())
/// }
/// ```
/// The grant of another action is not:
/// ```compile_fail,E0308
/// use access::{Denied, Grant, Caller, Person, actions::{DeactivateUser, InviteUser}};
/// fn deactivate(_: Grant<DeactivateUser>) {}
/// fn ask(caller: &Caller, person: &Person) -> Result<(), Denied> {
///     deactivate(caller.may::<InviteUser>(person)?);
///     Ok(())
/// }
/// ```
/// Nobody else makes one:
/// ```compile_fail,E0451
/// use access::{Actor, Grant, actions::DeactivateUser};
/// let forged: Grant<DeactivateUser> = Grant {
///     actor: Actor::System("because"),
///     action: std::marker::PhantomData,
/// };
/// ```
/// Nor uses it twice:
/// ```compile_fail,E0382
/// use access::{Denied, Grant, Caller, Person, actions::{DeactivateUser, InviteUser}};
/// fn deactivate(_: Grant<DeactivateUser>) {}
/// fn ask(caller: &Caller, person: &Person) -> Result<(), Denied> {
///     let grant = caller.may::<DeactivateUser>(person)?;
///     deactivate(grant);
///     deactivate(grant);
///     Ok(())
/// }
/// ```
/// Nor has a second one made of it:
/// ```compile_fail,E0277
/// fn two_of<T: Clone>() {}
/// two_of::<access::Grant<access::actions::DeactivateUser>>();
/// ```
#[derive(Debug)]
#[must_use = "a grant that is not used has changed nothing"]
pub struct Grant<A: Action> {
    actor: Actor,
    action: PhantomData<fn() -> A>,
}

impl<A: Action> Grant<A> {
    pub(crate) fn new(actor: Actor) -> Self {
        Self {
            actor,
            action: PhantomData,
        }
    }

    /// Who does it: for the audit entry.
    pub fn by(&self) -> Actor {
        self.actor
    }

    /// What is done: for the audit entry.
    pub fn operation(&self) -> Operation {
        A::OPERATION
    }
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A user, in a session of theirs.
    User(UserId, SessionRef),
    /// Keyholder itself, and why.
    System(&'static str),
}
