//! A person's access: groups, stores and overrides, and the grid of what comes out of them.

use std::collections::BTreeMap;

use access::{ByGroups, Effect, GroupId, Level, Module, Nothing, Permission, Reach, StoreId};
use serde::{Deserialize, Serialize};

use super::{GroupChoice, UserView};
use crate::form::{ProblemCode, Problems};
use crate::keys::keys;
use crate::preview::PersonPreview;
use crate::shell::StoreChoice;
use crate::when::{Day, OnDay};

/// Longest reason of an override, in characters.
pub const REASON_MAX: usize = 200;

/// One membership of a person, as shown and as sent back by the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipView {
    /// Group.
    pub group: GroupId,
    /// Its name.
    pub name: String,
    /// For all their stores, or one.
    pub reach: Reach,
    /// That one store's name, as far as it is the caller's to know.
    pub store: Option<String>,
}

impl MembershipView {
    /// The value of its tick box: `group` or `group@store`.
    #[must_use]
    pub fn value(&self) -> String {
        membership_value(self.group, self.reach)
    }
}

/// A membership as one word of a form: `group` for all their stores, `group@store` for one.
#[must_use]
pub fn membership_value(group: GroupId, reach: Reach) -> String {
    match reach {
        Reach::AllTheirStores => group.to_string(),
        Reach::Store(store) => format!("{group}@{store}"),
    }
}

/// Reads a membership from the word of a form.
#[must_use]
pub fn parse_membership(word: &str) -> Option<(GroupId, Reach)> {
    match word.split_once('@') {
        None => Some((word.parse().ok()?, Reach::AllTheirStores)),
        Some((group, store)) => Some((group.parse().ok()?, Reach::Store(store.parse().ok()?))),
    }
}

keys! {
    /// What is chosen in a cell of a person's grid.
    OverrideChoice {
        /// No override.
        #[serde(rename = "groups")]
        AsGroupsSay = "groups",
        /// Given to this one person.
        Allow = "allow",
        /// Taken from this one person.
        Deny = "deny",
    }
}

impl OverrideChoice {
    /// What it does.
    #[must_use]
    pub const fn effect(self) -> Option<Effect> {
        match self {
            Self::AsGroupsSay => None,
            Self::Allow => Some(Effect::Allow),
            Self::Deny => Some(Effect::Deny),
        }
    }
}

impl From<Option<Effect>> for OverrideChoice {
    fn from(effect: Option<Effect>) -> Self {
        match effect {
            None => Self::AsGroupsSay,
            Some(Effect::Allow) => Self::Allow,
            Some(Effect::Deny) => Self::Deny,
        }
    }
}

/// Groups, stores and overrides of a person, as the Access tab sends them.
///
/// Overrides that are not named stay as they are. A level that is not the one that was shown wins
/// over its row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAccess {
    /// Id of the person.
    pub user: String,
    /// Memberships, each as [`membership_value`] writes it.
    pub memberships: Vec<String>,
    /// Id of a group to add, or empty.
    pub add_group: String,
    /// Id of the store the added group is for, or empty for all their stores.
    pub add_store: String,
    /// Ids of stores; ignored in a one-store business.
    pub stores: Vec<String>,
    /// The key of an [`OverrideChoice`] for each permission.
    pub overrides: BTreeMap<String, String>,
    /// Why, for each permission that has an override.
    pub reasons: BTreeMap<String, String>,
    /// The last day of each override, `2026-12-31`, or empty.
    pub until: BTreeMap<String, String>,
    /// The level picked for each module.
    pub level: BTreeMap<String, String>,
    /// The level that was shown for each module.
    pub was_level: BTreeMap<String, String>,
    /// Not empty: all overrides go.
    pub clear: String,
    /// Why, for all new overrides that have no reason of their own.
    pub reason: String,
    /// The revision that the form was made from.
    pub revision: i64,
}

impl SetAccess {
    /// Checks the reasons, which alone can be checked without the server.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::none();
        problems.line("reason", &self.reason, REASON_MAX);
        for (permission, reason) in &self.reasons {
            problems.line(&format!("reasons[{permission}]"), reason, REASON_MAX);
        }
        problems.into_result()
    }
}

/// Puts a level of the form New user into what it means; empty is *As groups say*.
///
/// # Errors
/// [`ProblemCode::NotOffered`] for a word that is no level's.
pub fn picked_level(word: &str) -> Result<Option<Level>, ProblemCode> {
    match word {
        "" => Ok(None),
        word => Level::from_key(word)
            .map(Some)
            .ok_or(ProblemCode::NotOffered),
    }
}

/// Tab Access of a person's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessView {
    /// The person, as the head of the page shows them.
    pub person: UserView,
    /// Group memberships.
    pub memberships: Vec<MembershipView>,
    /// Stores they work in; for a Super Admin, what is written down for them.
    pub stores: Vec<StoreId>,
    /// How many more stores they work in, whose names are not the caller's to know.
    pub other_stores: u32,
    /// Stores to offer; empty in a one-store business.
    pub store_choices: Vec<StoreChoice>,
    /// Groups to offer.
    pub group_choices: Vec<GroupChoice>,
    /// The store that the grid is for; `None` is all their stores.
    pub store: Option<StoreId>,
    /// Stores that the grid can be shown for.
    pub places: Vec<StoreChoice>,
    /// Rows of the grid: modules in their order.
    pub rows: Vec<RowView>,
    /// Cells of the grid: every permission in its order.
    pub cells: Vec<CellView>,
    /// Why they hold nothing at all.
    pub nothing: Option<Nothing>,
    /// They are a Super Admin, so that overrides do not apply.
    pub super_admin: bool,
    /// Where they work, as the cards say it; nothing in a one-store business.
    pub where_they_work: Option<Works>,
    /// Overrides that count.
    pub overrides: u32,
    /// Overrides that count and that the caller may clear.
    pub clearable: u32,
}

/// The stores of a person beside the others of the business, by the names that the caller may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Works {
    /// Theirs.
    pub theirs: Vec<String>,
    /// The others.
    pub not_theirs: Vec<String>,
}

/// A module's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowView {
    /// Which.
    pub module: Module,
    /// The level of what is shown; nothing is Custom.
    pub level: Option<Level>,
    /// The level in each store, where they differ; nothing is Custom.
    pub by_store: Vec<(String, Option<Level>)>,
}

keys! {
    /// What a cell shows (design, "The permission grid").
    CellState {
        /// From a group.
        Yes = "yes",
        /// Not given.
        No = "no",
        /// In some of their stores.
        Some = "some",
        /// Allowed by override.
        Allowed = "allowed",
        /// Denied by override.
        Denied = "denied",
        /// The store is not theirs.
        Away = "away",
    }
}

impl CellState {
    /// Whether an override decides: these cells are amber.
    #[must_use]
    pub const fn is_override(self) -> bool {
        matches!(self, Self::Allowed | Self::Denied)
    }
}

/// A permission of a person, and where the answer comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellView {
    /// Which.
    pub permission: Permission,
    /// The answer.
    pub state: CellState,
    /// Where it holds, of [`CellState::Some`], by the names that the caller may know.
    pub only_in: Vec<String>,
    /// What each group says, Super Admin aside.
    pub groups: Vec<GroupSays>,
    /// The override, also one that has ended.
    pub exception: Option<OverrideView>,
    /// `stores.view_all` leaves it to them in this store, which is not theirs.
    pub by_view_all: bool,
    /// What the groups alone give, in all their stores.
    pub by_groups: ByGroups,
    /// The caller may set and clear an override here.
    pub may_change: bool,
}

/// What one of a person's groups says of a permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSays {
    /// Its name.
    pub name: String,
    /// The one store it is for.
    pub store: Option<String>,
    /// It includes the permission.
    pub includes: bool,
    /// It gives it where it was asked.
    pub gives: bool,
}

/// An override as its card tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideView {
    /// Allow or deny.
    pub choice: OverrideChoice,
    /// Who made it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When.
    pub made: Day,
    /// Its last day.
    pub until: Option<OnDay>,
    /// It has ended, so that it does not count.
    pub ended: bool,
}

/// What a change of somebody's access would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPreview {
    /// Whose access.
    pub name: String,
    /// What they gain and lose.
    pub felt: PersonPreview,
    /// There are new overrides without a reason.
    pub asks_reason: bool,
    /// It counts only once they work: they are invited or deactivated.
    pub later: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_membership_word_reads_back_as_it_was_written() {
        let group = GroupId::nil();
        for reach in [Reach::AllTheirStores, Reach::Store(StoreId::nil())] {
            assert_eq!(
                parse_membership(&membership_value(group, reach)),
                Some((group, reach))
            );
        }
        assert_eq!(parse_membership("nonsense"), None);
        assert_eq!(parse_membership("@"), None);
    }

    #[test]
    fn words_of_cells_read_back() {
        for choice in OverrideChoice::ALL {
            assert_eq!(OverrideChoice::from_key(choice.key()), Some(choice));
            assert_eq!(OverrideChoice::from(choice.effect()), choice);
            assert_eq!(
                serde_json::to_string(&choice).unwrap(),
                format!("\"{}\"", choice.key())
            );
        }
        assert_eq!(OverrideChoice::from_key("maybe"), None);
        for state in CellState::ALL {
            assert_eq!(CellState::from_key(state.key()), Some(state));
            assert_eq!(
                serde_json::to_string(&state).unwrap(),
                format!("\"{}\"", state.key())
            );
        }
    }

    #[test]
    fn a_level_of_the_form_is_one_of_the_four_or_as_groups_say() {
        assert_eq!(picked_level(""), Ok(None));
        assert_eq!(picked_level("write"), Ok(Some(Level::Write)));
        for word in ["custom", "Write", "all"] {
            assert_eq!(picked_level(word), Err(ProblemCode::NotOffered));
        }
    }

    #[test]
    fn reasons_are_one_line_of_some_length() {
        let long = "x".repeat(REASON_MAX + 1);
        let form = SetAccess {
            reason: "two\nlines".to_owned(),
            reasons: BTreeMap::from([
                ("jobs.pick".to_owned(), long),
                ("jobs.edit".to_owned(), "Covers Marcus".to_owned()),
            ]),
            ..SetAccess::default()
        };
        let problems = form.check().unwrap_err();
        assert_eq!(problems.of("reason"), Some(&ProblemCode::Unprintable));
        assert_eq!(
            problems.of("reasons[jobs.pick]"),
            Some(&ProblemCode::TooLong { max: REASON_MAX })
        );
        assert_eq!(problems.0.len(), 2);
    }
}
