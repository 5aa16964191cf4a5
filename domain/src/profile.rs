//! One's own account: the details, and what their form offers.

use access::UserId;
use serde::{Deserialize, Serialize};

use crate::email::EmailChange;
use crate::form::Problems;
use crate::shell::{StoreChoice, Theme};
use crate::users::{StoresLine, UserDetails};
use crate::when::When;

/// In the place of a store: all of one's own.
pub const ALL_STORES: &str = "all";

/// My profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileView {
    /// Id.
    pub id: UserId,
    /// The name that shows.
    pub name: String,
    /// Groups in one line.
    pub groups: String,
    /// The stores that are theirs; nothing with none, and where the business has one only.
    pub reach: Option<StoresLine>,
    /// Version of the picture; 0 for none.
    pub avatar: i64,
    /// Names and phone.
    pub details: UserDetails,
    /// Sign-in address.
    pub email: String,
    /// Another address that waits to be confirmed.
    pub email_change: Option<EmailChange>,
    /// When the password was set; none where that is not known.
    pub password_set: Option<When>,
    /// Chosen theme.
    pub theme: Theme,
    /// In which store a new session begins: an id, [`ALL_STORES`], or nothing for the one that was
    /// chosen last.
    pub default_store: String,
    /// The stores to choose from; empty when there is nothing to choose.
    pub stores: Vec<StoreChoice>,
    /// Counts up with each change, so that two editors at once are noticed.
    pub revision: i64,
}

/// What one may write about oneself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileForm {
    /// Names and phone.
    pub details: UserDetails,
    /// Key of a theme.
    pub theme: String,
    /// In which store a new session begins, as in [`ProfileView::default_store`].
    pub default_store: String,
}

impl ProfileForm {
    /// Checks what can be checked without the server.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<(), Problems> {
        self.details.check()
    }
}
