//! People: the list, the page of one, and their forms.

mod access;
mod many;

use std::collections::BTreeMap;

use ::access::{GroupId, Level, Module, Rule, UserId};
use serde::{Deserialize, Serialize};

pub use self::access::{
    AccessPreview, AccessView, CellState, CellView, GroupSays, MembershipView, OverrideChoice,
    OverrideView, REASON_MAX, RowView, SetAccess, Works, membership_value, parse_membership,
    picked_level,
};
pub use self::many::{MANY_MAX, ManyAct, ManyQuestion, Ticked, Unfit};
use crate::email::EmailChange;
use crate::form::{PHONE_MAX, ProblemCode, Problems};
use crate::keys::keys;
use crate::mail::MailState;
use crate::page::Page;
use crate::second_factor::FactorView;
use crate::shell::StoreChoice;
use crate::when::{OnDay, When};

keys! {
    /// Where a person stands (product §3).
    Status {
        /// Has an invitation and has not accepted it.
        Invited = "invited",
        /// May sign in.
        Active = "active",
        /// Too many wrong tries; may sign in again later.
        Locked = "locked",
        /// May not sign in: deactivated, withdrawn, or past the last day.
        Deactivated = "deactivated",
    }
}

/// What the address of the users list says: all of it optional, all of it text, as in a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserListQuery {
    /// Part of a name or address.
    pub q: String,
    /// Id of a group.
    pub group: String,
    /// Id of a store.
    pub store: String,
    /// Key of a [`Status`].
    pub status: String,
    /// `on` or `off`.
    pub two_factor: String,
    /// `on` shows deactivated people too.
    pub deactivated: String,
    /// A sort key of [`UserSort`], with `-` before it for the other way round.
    pub sort: String,
    /// Cursor of the page; empty for the first.
    pub page: String,
    /// Key of a [`ManyAct`] that is asked about; empty for none.
    pub bulk: String,
    /// Ids of those who were ticked for it.
    pub users: Vec<String>,
}

keys! {
    /// What the list can be sorted by.
    UserSort {
        /// The name that shows.
        Name = "name",
        /// Groups, in the order of their names.
        Groups = "groups",
        /// Stores, in the order of their names.
        Stores = "stores",
        /// Two-factor.
        TwoFactor = "2fa",
        /// Last sign-in, newest first.
        LastSignIn = "last-sign-in",
        /// Status.
        Status = "status",
    }
}

impl UserSort {
    /// Sort and direction (`true` is descending) of a word; by name when the word is unknown.
    #[must_use]
    pub fn from_word(word: &str) -> (Self, bool) {
        let (key, descending) = word
            .strip_prefix('-')
            .map_or((word, false), |key| (key, true));
        Self::from_key(key).map_or((Self::Name, false), |sort| (sort, descending))
    }
}

/// A person in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRow {
    /// Id.
    pub id: UserId,
    /// Display name.
    pub name: String,
    /// Version of the picture; 0 for none.
    pub avatar: i64,
    /// Sign-in address.
    pub email: String,
    /// Groups in one line, such as *Sales, Operations at Oxford*.
    pub groups: String,
    /// Stores in one line; *All 4* is `StoresLine::All(4)`.
    pub stores: StoresLine,
    /// A second factor is set up.
    pub two_factor: bool,
    /// Last complete sign-in.
    pub last_sign_in: Option<When>,
    /// Status.
    pub status: Status,
    /// Invited, and the link's time is over.
    pub invite_expired: bool,
    /// The person who looks.
    pub me: bool,
    /// The person who looks may act on this one, as far as a list knows: that they hold nothing
    /// more is asked at the act.
    pub may_act: bool,
}

/// A person's stores in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoresLine {
    /// All stores of the business, and how many that is.
    All(u32),
    /// These, by name.
    These(Vec<String>),
}

/// Settings → Users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserListView {
    /// The page.
    pub page: Page<UserRow>,
    /// Groups to filter by.
    pub groups: Vec<GroupName>,
    /// Stores to filter by; empty in a one-store business.
    pub stores: Vec<StoreChoice>,
    /// The query as understood, unknown values left out.
    pub query: UserListQuery,
    /// What is asked before something is done to several people.
    pub question: Option<ManyQuestion>,
}

/// A group to filter by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupName {
    /// Id.
    pub id: GroupId,
    /// Name.
    pub name: String,
}

/// A group to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupChoice {
    /// Id.
    pub id: GroupId,
    /// Name.
    pub name: String,
    /// What it is for, one line.
    pub summary: String,
    /// Key of the built-in group, for its own words.
    pub built_in: Option<String>,
    /// The person who looks may give it in every store they hold Users in.
    pub may_grant: bool,
}

/// What New user offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUserView {
    /// Groups; those that may not be given are shown, disabled.
    pub groups: Vec<GroupChoice>,
    /// Stores the inviter may put people in; empty in a one-store business.
    pub stores: Vec<StoreChoice>,
    /// Modules with the levels that the inviter may give to one person.
    pub levels: Vec<(Module, Vec<Level>)>,
}

/// Settings → Users → + New.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteUser {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Sign-in address.
    pub email: String,
    /// Ids of groups.
    pub groups: Vec<String>,
    /// Id of the one store that a group is for, by the group's id; nothing or empty for all their
    /// stores. Of a group that is not picked, and in a one-store business, it says nothing.
    pub at: BTreeMap<String, String>,
    /// Ids of stores; ignored in a one-store business.
    pub stores: Vec<String>,
    /// A level for each module that is not to be as the groups say; it becomes overrides.
    pub level: BTreeMap<String, String>,
    /// Why, for those overrides.
    pub reason: String,
}

impl InviteUser {
    /// Checks what can be checked without the server; `one_store` when there is nothing to pick.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self, one_store: bool) -> Result<(), Problems> {
        let mut problems = Problems::none();
        problems.name("first_name", &self.first_name);
        problems.name("last_name", &self.last_name);
        problems.email("email", &self.email);
        if self.groups.is_empty() {
            problems.add("groups", ProblemCode::PickGroup);
        }
        if !one_store && self.stores.is_empty() {
            problems.add("stores", ProblemCode::PickStore);
        } else if !one_store {
            for group in &self.groups {
                let elsewhere = |store: &String| !self.stores.contains(store);
                if self.only_at(group).is_some_and(elsewhere) {
                    problems.add(&format!("at[{group}]"), ProblemCode::StoreNotTicked);
                }
            }
        }
        problems.line("reason", &self.reason, REASON_MAX);
        problems.into_result()
    }

    /// The groups with where they hold, each as [`membership_value`] writes it; `one_store` when
    /// there is nothing to pick.
    #[must_use]
    pub fn memberships(&self, one_store: bool) -> Vec<String> {
        let word = |group: &String| match self.only_at(group) {
            Some(store) if !one_store => format!("{group}@{store}"),
            _ => group.clone(),
        };
        self.groups.iter().map(word).collect()
    }

    /// The one store that a group is for.
    fn only_at(&self, group: &str) -> Option<&String> {
        self.at.get(group).filter(|store| !store.is_empty())
    }
}

/// Names and phone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDetails {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// What shows in lists, records and the audit log; first and last name when empty.
    pub display_name: String,
    /// Phone.
    pub phone: String,
}

impl UserDetails {
    /// Checks what can be checked without the server.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::none();
        problems.name("first_name", &self.first_name);
        problems.name("last_name", &self.last_name);
        problems.line("display_name", &self.display_name, crate::form::NAME_MAX);
        problems.line("phone", &self.phone, PHONE_MAX);
        problems.into_result()
    }
}

/// An invitation as its sender sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteState {
    /// When it was sent last.
    pub sent: When,
    /// When its link ends, or ended.
    pub expires: When,
    /// Its time is over.
    pub expired: bool,
    /// What became of the mail.
    pub mail: MailState,
}

/// A person's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserView {
    /// Id.
    pub id: UserId,
    /// Display name.
    pub name: String,
    /// Version of the picture; 0 for none.
    pub avatar: i64,
    /// Names and phone, as the form shows them.
    pub details: UserDetails,
    /// Sign-in address.
    pub email: String,
    /// Another address that waits to be confirmed.
    pub email_change: Option<EmailChange>,
    /// Status.
    pub status: Status,
    /// The invitation, while it is not accepted.
    pub invite: Option<InviteState>,
    /// How the second factor stands.
    pub factor: FactorView,
    /// Last complete sign-in.
    pub last_sign_in: Option<When>,
    /// When the account was made.
    pub created: When,
    /// Who made it.
    pub created_by: Option<String>,
    /// Open sessions.
    pub sessions: u32,
    /// Names of their groups in one line.
    pub groups: String,
    /// Their last day, past or to come.
    pub last_day: Option<OnDay>,
    /// Why the person who looks may not act on this one; `None` when they may.
    pub locked_because: Option<Rule>,
    /// The person who looks may also see what this one did (tab Activity).
    pub may_see_activity: bool,
    /// Counts up with each change, so that two editors at once are noticed.
    pub revision: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_of_somebody_new_is_for_all_their_stores_or_for_one_of_them() {
        let texts = |all: &[&str]| all.iter().map(|&text| text.to_owned()).collect();
        let form = |stores: &[&str]| InviteUser {
            first_name: "Dana".to_owned(),
            last_name: "Reed".to_owned(),
            email: "dana@shop.example".to_owned(),
            groups: texts(&["crew", "sales"]),
            at: [("crew", "bath"), ("sales", ""), ("billing", "oxford")]
                .map(|(group, store)| (group.to_owned(), store.to_owned()))
                .into(),
            stores: texts(stores),
            ..InviteUser::default()
        };
        let both = form(&["bath", "oxford"]);
        assert_eq!(both.memberships(false), ["crew@bath", "sales"]);
        assert_eq!(both.memberships(true), ["crew", "sales"]);
        assert_eq!(both.check(false), Ok(()));
        let elsewhere = Problems::one("at[crew]", ProblemCode::StoreNotTicked);
        assert_eq!(form(&["oxford"]).check(false), Err(elsewhere));
        let nowhere = Problems::one("stores", ProblemCode::PickStore);
        assert_eq!(form(&[]).check(false), Err(nowhere));
        assert_eq!(form(&[]).check(true), Ok(()));
    }

    #[test]
    fn sort_words_read_both_ways_and_fall_back_to_name() {
        for sort in UserSort::ALL {
            assert_eq!(UserSort::from_word(sort.key()), (sort, false));
            assert_eq!(
                UserSort::from_word(&format!("-{}", sort.key())),
                (sort, true)
            );
        }
        assert_eq!(
            UserSort::from_word("'; drop table"),
            (UserSort::Name, false)
        );
    }
}
