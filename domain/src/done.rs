//! What a successful change answers.

use access::Action as _;
use access::actions::{ReactivateStore, ReactivateUser, SetLastDay};
use serde::{Deserialize, Serialize};

use crate::keys::keys;
use crate::when::Day;

/// What every use case answers that changes something. The app sends it on in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// What to say about it.
    pub toast: Option<Toast>,
    /// What takes it back, where something does.
    pub undo: Option<Undo>,
    /// Where to go; the same page again when absent. Always a path of this site.
    pub go: Option<String>,
    /// Load the next page whole, because the session or the language of the shell is another.
    pub reload: bool,
    /// Nothing is saved yet: what was typed goes along to the page that follows, which asks
    /// before it is (product §2.5, *Preview*).
    pub keep: bool,
}

impl Done {
    /// Done, with nothing to say: the page itself shows it.
    #[must_use]
    pub fn quiet() -> Self {
        Self::default()
    }

    /// Done, and said so.
    #[must_use]
    pub fn say(toast: Toast) -> Self {
        Self {
            toast: Some(toast),
            ..Self::default()
        }
    }

    /// And this takes it back.
    #[must_use]
    pub fn undo(mut self, undo: Option<Undo>) -> Self {
        self.undo = undo;
        self
    }

    /// Then go to this path.
    #[must_use]
    pub fn go(mut self, path: impl Into<String>) -> Self {
        self.go = Some(path.into());
        self
    }

    /// Checked and not saved yet: then ask at this path, with what was typed.
    #[must_use]
    pub fn ask(path: impl Into<String>) -> Self {
        Self {
            go: Some(path.into()),
            keep: true,
            ..Self::default()
        }
    }

    /// Then load a whole new page at this path.
    #[must_use]
    pub fn reload(mut self, path: impl Into<String>) -> Self {
        self.go = Some(path.into());
        self.reload = true;
        self
    }
}

/// A short notice of what was done; the app has the sentence for each, and says it on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Toast {
    /// An invitation is on its way.
    Invited {
        /// To whom.
        name: String,
    },
    /// A fresh invitation is on its way, the older link is dead.
    InviteResent {
        /// To whom.
        name: String,
    },
    /// The invitation is withdrawn.
    InviteWithdrawn {
        /// Whose.
        name: String,
    },
    /// Details were saved.
    DetailsSaved {
        /// Whose.
        name: String,
    },
    /// Groups and stores were saved.
    AccessSaved {
        /// Whose.
        name: String,
    },
    /// Somebody can no longer sign in.
    Deactivated {
        /// Who.
        name: String,
        /// How many sessions that ended.
        sessions: u32,
    },
    /// Several people can no longer sign in.
    DeactivatedMany {
        /// How many they are.
        people: u32,
        /// How many sessions that ended.
        sessions: u32,
    },
    /// Somebody may sign in again.
    Reactivated {
        /// Who.
        name: String,
    },
    /// A link to a new password is on its way.
    ResetSent {
        /// To whom.
        name: String,
    },
    /// A lock ended before its time.
    Unlocked {
        /// Whose.
        name: String,
    },
    /// Somebody was signed out by somebody else.
    SignedOut {
        /// Who.
        name: String,
        /// How many sessions that ended.
        sessions: u32,
    },
    /// Several people were signed out by somebody else.
    SignedOutMany {
        /// How many had been signed in.
        people: u32,
    },
    /// Sessions of nobody in particular, or of one's own, were ended.
    SessionsEnded {
        /// How many.
        sessions: u32,
    },
    /// The own password was changed.
    PasswordChanged {
        /// How many other sessions that ended.
        sessions: u32,
    },
    /// The password was set anew by the link of a mail; now for signing in with it.
    PasswordSet,
    /// The second factor is set up, and the recovery codes are put away.
    TwoFactorOn,
    /// New recovery codes are put away.
    CodesSaved,
    /// One's own second factor is turned off.
    TwoFactorOff,
    /// Somebody's second factor is taken away.
    TwoFactorReset {
        /// Whose.
        name: String,
        /// How many sessions that ended.
        sessions: u32,
    },
    /// What the business asks of sign-ins was changed.
    SecuritySaved,
    /// A picture was saved.
    PictureSaved,
    /// A picture was taken away.
    PictureRemoved,
    /// A link is on its way to a new address.
    EmailAsked {
        /// The new address.
        email: String,
    },
    /// The address stays as it is.
    EmailWithdrawn,
    /// The new address is the one that signs in.
    EmailChanged {
        /// The new address.
        email: String,
    },
    /// One's own details were saved.
    ProfileSaved,
    /// The business's name and time zone were saved.
    BusinessSaved,
    /// The business's billing part was saved.
    BillingSaved,
    /// Everybody of a file is invited.
    Imported {
        /// How many they are.
        people: u32,
    },
    /// A permission group was made.
    GroupCreated {
        /// Its name.
        name: String,
    },
    /// A permission group was changed.
    GroupSaved {
        /// Its name.
        name: String,
    },
    /// A permission group was deleted.
    GroupDeleted {
        /// Its name.
        name: String,
    },
    /// Somebody's last day was set.
    LastDaySet {
        /// Whose.
        name: String,
        /// The day.
        day: Day,
    },
    /// Somebody has no last day any more.
    LastDayCleared {
        /// Who.
        name: String,
    },
    /// A store was added.
    StoreCreated {
        /// Its name.
        name: String,
    },
    /// A store was changed.
    StoreSaved {
        /// Its name.
        name: String,
    },
    /// A store is offered nowhere from now on.
    StoreDeactivated {
        /// Its name.
        name: String,
    },
    /// A store is open again.
    StoreReactivated {
        /// Its name.
        name: String,
    },
    /// First sign-in after setting the business up.
    SetUp {
        /// The business.
        name: String,
    },
}

/// A [`Toast`] in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it says.
    pub text: String,
    /// What takes back what was done, where something does.
    pub undo: Option<Undo>,
}

/// What takes back what was done: an operation that is there anyway, so that this is decided, held
/// and written down like anything else that is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The operation.
    pub by: UndoBy,
    /// Id of whom or what it is about.
    pub id: String,
    /// The day that is set again, empty for none; absent where the operation takes none.
    pub day: Option<String>,
}

impl Undo {
    /// By an operation that takes an id alone.
    #[must_use]
    pub fn of(by: UndoBy, id: impl Into<String>) -> Self {
        Self {
            by,
            id: id.into(),
            day: None,
        }
    }
}

keys! {
    /// Operations that take something back. There are no others, so a notice leads nowhere else.
    UndoBy {
        /// Lets somebody who was deactivated sign in again.
        ReactivateUser = "reactivate_user",
        /// Opens a store that was closed.
        ReactivateStore = "reactivate_store",
        /// Sets the last day that was before.
        SetLastDay = "set_last_day",
    }
}

impl UndoBy {
    /// Address of the operation.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::ReactivateUser => ReactivateUser::OPERATION.path,
            Self::ReactivateStore => ReactivateStore::OPERATION.path,
            Self::SetLastDay => SetLastDay::OPERATION.path,
        }
    }
}

/// What a page without script remembers from a form post to the page that follows (product §12):
/// kept on the server for ten minutes, read once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Path that the form was posted to; empty when only a toast is carried. With neither error
    /// nor toast it is a draft ([`Done::keep`]).
    pub form: String,
    /// What was typed, secrets left out.
    pub fields: Vec<(String, String)>,
    /// Why it was refused.
    pub error: Option<crate::error::AppError>,
    /// What was done.
    pub toast: Option<Notice>,
}

#[cfg(test)]
mod tests {
    use access::{Kind, OPERATIONS};

    use super::*;

    #[test]
    fn what_takes_something_back_is_a_change_that_a_button_alone_can_ask_for() {
        for by in UndoBy::ALL {
            let operation = OPERATIONS.iter().find(|one| one.path == by.path());
            let operation = operation.expect("an operation");
            assert_eq!(operation.kind, Kind::Change, "{by:?}");
            assert!(
                !operation.sensitive,
                "a notice asks for no password: {by:?}"
            );
            assert_eq!(UndoBy::from_key(by.key()), Some(by));
        }
    }
}
