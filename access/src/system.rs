//! What Keyholder does by itself: no person asks, so no person is checked.
//!
//! One function, named so that a search finds every use of it, and only for the actions that are
//! listed here (architecture.md, "Forgetting a check is impossible").

use crate::actions::{
    AcceptInvite, BeginTwoFactor, ChoosePassword, ConfirmEmail, ConfirmTwoFactor, CreateBusiness,
    CreateOwner, EndAccess, ExpireSession, FailSignIn, FillSample, ForgotPassword, LockAccount,
    PassSecondFactor, RecordRefusal, RescueReset, RescueTwoFactor, RescueUnlock, ResetPassword,
    RestoreBackup, RotateKey, SignIn, SignOut,
};
use crate::{Action, Actor, Grant};

mod sealed {
    pub trait SystemAction {}
}

/// An action that the system may do without a caller. Nothing that a person decides is one:
///
/// ```
/// let grant = access::system::grant::<access::actions::SignIn>("password was right");
/// ```
/// ```compile_fail,E0277
/// let grant = access::system::grant::<access::actions::DeactivateUser>("password was right");
/// ```
pub trait SystemAction: Action + sealed::SystemAction {}

impl<A: Action + sealed::SystemAction> SystemAction for A {}

macro_rules! by_the_system {
    ($($action:ty),+ $(,)?) => {$(impl sealed::SystemAction for $action {})+};
}

by_the_system!(
    SignIn,
    SignOut,
    PassSecondFactor,
    BeginTwoFactor,
    ConfirmTwoFactor,
    AcceptInvite,
    ConfirmEmail,
    ForgotPassword,
    ResetPassword,
    ChoosePassword,
    CreateBusiness,
    RecordRefusal,
    ExpireSession,
    EndAccess,
    FailSignIn,
    LockAccount,
    FillSample,
    CreateOwner,
    RescueTwoFactor,
    RescueUnlock,
    RescueReset,
    RestoreBackup,
    RotateKey,
);

/// A grant without a caller; `why` goes into the audit entry.
pub fn grant<A: SystemAction>(why: &'static str) -> Grant<A> {
    Grant::new(Actor::System(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_of_the_system_says_why() {
        let grant = grant::<SignIn>("password was right");
        assert_eq!(grant.by(), Actor::System("password was right"));
        assert_eq!(grant.operation().name, "session.sign_in");
    }
}
