//! Permission groups: the list, the page of one, and its form.

use std::collections::BTreeMap;

use access::{GroupId, Level, Module, Permission, PermissionSet, preset};
use serde::{Deserialize, Serialize};

use crate::form::Problems;
use crate::page::Count;

/// Longest summary, in characters.
pub const SUMMARY_MAX: usize = 120;

/// Settings → Permission groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupListView {
    /// The built-in groups in their order, then the others by name.
    pub rows: Vec<GroupRow>,
    /// The person who looks may make and change groups.
    pub may_edit: bool,
}

/// A group in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// Id.
    pub id: GroupId,
    /// Name.
    pub name: String,
    /// What its people do, in one line.
    pub summary: String,
    /// Every business has it.
    pub built_in: bool,
    /// Super Admin.
    pub locked: bool,
    /// What it gives.
    pub permissions: PermissionSet,
    /// People in it who have not left, as far as the person who looks may know them.
    pub people: Count,
}

/// A group's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupView {
    /// Id.
    pub id: GroupId,
    /// Name.
    pub name: String,
    /// What its people do, in one line.
    pub summary: String,
    /// Key of a built-in group, which can be reset and is not deleted.
    pub built_in: Option<String>,
    /// Super Admin, which nobody changes.
    pub locked: bool,
    /// What it gives.
    pub permissions: PermissionSet,
    /// What the person who looks holds in every store, so that they may put it in and take it out;
    /// nothing for who may not change groups.
    pub held: PermissionSet,
    /// The person who looks may make and change groups.
    pub may_edit: bool,
    /// People in it who have not left, as far as the person who looks may know them.
    pub people: Count,
    /// The person who looks may open the list of people.
    pub may_list_people: bool,
    /// Somebody is in it, those who left included.
    pub in_use: bool,
    /// Groups its members could go to if it is deleted; empty for a built-in one.
    pub others: Vec<OtherGroup>,
    /// Counts up with each change, so that two editors at once are noticed.
    pub revision: i64,
}

/// A group that members of another could go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherGroup {
    /// Id.
    pub id: GroupId,
    /// Name.
    pub name: String,
}

/// What the form of a new group offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGroupView {
    /// What its maker holds in every store.
    pub held: PermissionSet,
}

/// What can be written about a group. A level that differs from the one the form was made with
/// wins for its module; else the ticks count (design "Without JavaScript").
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupForm {
    /// Name.
    pub name: String,
    /// What its people do, in one line.
    pub summary: String,
    /// Keys of what is ticked.
    pub permissions: Vec<String>,
    /// Key of a level by key of its module.
    pub level: BTreeMap<String, String>,
    /// The same as the form was made.
    pub was_level: BTreeMap<String, String>,
}

impl GroupForm {
    /// Checks what can be checked without the server.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::none();
        problems.name("name", &self.name);
        problems.line("summary", &self.summary, SUMMARY_MAX);
        problems.into_result()
    }

    /// What the group is to give that gives `before`. What the person who sends the form does not
    /// hold (`held`) they could not tick: it stays as it is, unless the form says to put it in.
    /// `None` for words that no form of ours has.
    #[must_use]
    pub fn wanted(&self, before: PermissionSet, held: PermissionSet) -> Option<PermissionSet> {
        let kept = before.minus(held);
        let ticked: Option<PermissionSet> = self
            .permissions
            .iter()
            .map(|key| Permission::from_key(key))
            .collect();
        let mut wanted = ticked?.union(kept);
        for (module, level) in &self.level {
            let module = Module::from_key(module)?;
            let level = Level::from_key(level)?;
            let was = self.was_level.get(module.key());
            if was.is_some_and(|was| was != level.key()) {
                let row = preset(module, level)
                    .intersect(held)
                    .union(kept.intersect(module.permissions()));
                wanted = wanted.minus(module.permissions()).union(row);
            }
        }
        Some(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission::{JobsCreate, JobsView, QuotesDelete, QuotesView, SettingsBilling};

    fn set<const N: usize>(permissions: [Permission; N]) -> PermissionSet {
        permissions.into_iter().collect()
    }

    fn form(ticks: &[Permission], levels: &[(&str, &str, &str)]) -> GroupForm {
        let words = |pick: fn(&(&str, &str, &str)) -> String| {
            let pairs = levels.iter().map(|row| (row.0.to_owned(), pick(row)));
            pairs.collect()
        };
        GroupForm {
            name: "Counter".to_owned(),
            permissions: ticks.iter().map(|p| p.key().to_owned()).collect(),
            was_level: words(|row| row.1.to_owned()),
            level: words(|row| row.2.to_owned()),
            ..GroupForm::default()
        }
    }

    #[test]
    fn the_ticks_count_where_the_level_was_left_alone() {
        let form = form(&[JobsView, QuotesDelete], &[("jobs", "read", "read")]);
        let wanted = form.wanted(set([QuotesView]), PermissionSet::ALL);
        assert_eq!(wanted, Some(set([JobsView, QuotesDelete])));
    }

    #[test]
    fn a_level_that_was_changed_wins_for_its_row() {
        let form = form(
            &[JobsView, QuotesDelete],
            &[("jobs", "read", "none"), ("quotes", "custom", "read")],
        );
        let wanted = form.wanted(PermissionSet::EMPTY, PermissionSet::ALL);
        assert_eq!(wanted, Some(set([QuotesView])));
    }

    #[test]
    fn what_its_editor_does_not_hold_stays_as_it_is() {
        let held = set([JobsView, QuotesView]);
        let before = set([SettingsBilling, JobsCreate, JobsView]);
        assert_eq!(
            form(&[QuotesView], &[]).wanted(before, held),
            Some(set([SettingsBilling, JobsCreate, QuotesView]))
        );
        assert_eq!(
            form(&[], &[("jobs", "custom", "manage")]).wanted(before, held),
            Some(before),
            "a level gives what its editor holds of it"
        );
        assert_eq!(
            form(&[QuotesDelete], &[]).wanted(before, held),
            Some(set([SettingsBilling, JobsCreate, QuotesDelete])),
            "for the guard to refuse"
        );
    }

    #[test]
    fn r54_words_that_no_form_has_are_noticed() {
        let mut unknown = form(&[], &[]);
        unknown.permissions.push("jobs.own".to_owned());
        for form in [
            unknown,
            form(&[], &[("jobs", "read", "custom")]),
            form(&[], &[("payroll", "read", "none")]),
        ] {
            assert_eq!(form.wanted(PermissionSet::EMPTY, PermissionSet::ALL), None);
        }
    }

    #[test]
    fn a_group_needs_a_name_and_a_short_summary() {
        let mut form = form(&[], &[]);
        assert_eq!(form.check(), Ok(()));
        form.name = " ".to_owned();
        form.summary = "x".repeat(SUMMARY_MAX + 1);
        let problems = form.check().expect_err("two things are wrong");
        assert!(problems.of("name").is_some() && problems.of("summary").is_some());
    }
}
