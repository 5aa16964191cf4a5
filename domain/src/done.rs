//! What a successful change answers.

use serde::{Deserialize, Serialize};

use crate::when::Day;

/// The answer of every server function that changes something. The browser's form component and
/// the server's plain-form adaptor both understand it, so that a form works alike with and
/// without script.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What to say about it.
    pub toast: Option<Toast>,
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

/// A short notice of what was done; the app has the sentence for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "toast", rename_all = "snake_case")]
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
    pub toast: Option<Toast>,
}
