//! What a person may do and why, in words (design "The permission grid").

use access::{Effect, Nothing, Permission, Scope};
use domain::users::{
    AccessView, CellState, CellView, GroupSays, OverrideChoice, OverrideView, Works,
};
use domain::when::Day;

use super::preview::listed;
use super::{date, label, lower_first, plural};

/// Names of stores told in a row; of more, how many they are.
const NAMED: usize = 3;

/// Heading of the grid.
#[must_use]
pub fn what_they_may_do(first: &str) -> String {
    format!("What {first} may do")
}

/// A cell said aloud, after its label.
#[must_use]
pub fn said(permission: Permission, state: CellState) -> String {
    let module = permission
        .module()
        .map_or(label::EXTRA_PERMISSIONS, access::Module::label);
    let state = match state {
        CellState::Yes => "allowed",
        CellState::No => "not allowed",
        CellState::Some => "allowed in some stores",
        CellState::Allowed => "allowed by override",
        CellState::Denied => "denied by override",
        CellState::Away => "not their store",
    };
    format!(", {module}: {state}. Why?")
}

/// A permission inside a sentence: *void payments*.
fn act(permission: Permission) -> String {
    lower_first(permission.title())
}

/// Stores in a sentence.
fn in_stores(names: &[String]) -> String {
    if names.len() > NAMED {
        format!(" in {}", plural(names.len(), "store", "stores"))
    } else if names.is_empty() {
        String::new()
    } else {
        format!(" in {}", listed(names))
    }
}

/// The verdict: the first line of a card. `store` is the one that the grid is for.
#[must_use]
pub fn verdict(first: &str, cell: &CellView, view: &AccessView, store: Option<&str>) -> String {
    let act = act(cell.permission);
    let business = cell.permission.scope() == Scope::Business;
    let place = match (store, &view.where_they_work) {
        _ if business => String::new(),
        (Some(store), _) => format!(" in {store}"),
        (None, Some(works)) if cell.state != CellState::Some => in_stores(&works.theirs),
        (None, _) => String::new(),
    };
    match cell.state {
        CellState::Yes | CellState::Allowed => format!("{first} may {act}{place}"),
        CellState::Some => format!("{first} may {act}{} only", in_stores(&cell.only_in)),
        CellState::No | CellState::Denied | CellState::Away => {
            format!("{first} may not {act}{place}")
        }
    }
}

/// What the groups say: head and text.
#[must_use]
pub fn groups_say(cell: &CellView) -> (&'static str, String) {
    let giving: Vec<String> = told(cell, |group| group.gives);
    let head = match (giving.is_empty(), cell.state == CellState::Some) {
        (true, _) => "Groups: not given",
        (false, true) => "Groups: in some stores",
        (false, false) => "Groups: allowed",
    };
    if !giving.is_empty() {
        return (head, format!("From {}.", listed(&giving)));
    }
    let elsewhere = told(cell, |group| group.includes);
    let text = match (elsewhere.as_slice(), cell.groups.as_slice()) {
        ([_, ..], _) if cell.permission.scope() == Scope::Business => format!(
            "{} would, but a group for one store gives nothing that holds for the whole business.",
            listed(&elsewhere)
        ),
        ([_, ..], _) => format!("{} would, and not here.", listed(&elsewhere)),
        ([], []) => "They are in no group.".to_owned(),
        ([], [one]) => format!("{} does not include it.", group(one)),
        ([], _) => "None of their groups includes it.".to_owned(),
    };
    (head, text)
}

fn told(cell: &CellView, which: impl Fn(&GroupSays) -> bool) -> Vec<String> {
    cell.groups
        .iter()
        .filter(|says| which(says))
        .map(group)
        .collect()
}

fn group(says: &GroupSays) -> String {
    match &says.store {
        Some(store) => format!("{} at {store}", says.name),
        None => says.name.clone(),
    }
}

/// What an override says: head and text.
#[must_use]
pub fn override_says(exception: &OverrideView) -> (&'static str, String) {
    let head = match (exception.ended, exception.choice) {
        (true, _) => "Override: ended",
        (false, OverrideChoice::Deny) => "Override: denied",
        (false, _) => "Override: allowed",
    };
    let until = exception.until.as_ref().map_or_else(
        || "without end".to_owned(),
        |until| format!("until {}", day(until.day)),
    );
    let mut text = format!(
        "By {} {}, {until}.",
        exception.author,
        on_day(exception.made)
    );
    if !exception.reason.is_empty() {
        text = format!("{text} “{}”", exception.reason);
    }
    (head, text)
}

/// A day inside a sentence: *today*, *20 November 2026*.
#[must_use]
pub fn day(day: Day) -> String {
    match day {
        Day::Date(..) => date(day),
        Day::Today | Day::Yesterday | Day::Tomorrow => lower_first(&date(day)),
    }
}

/// When, inside a sentence: *today*, *on 20 November 2026*.
fn on_day(when: Day) -> String {
    match when {
        Day::Date(..) => format!("on {}", day(when)),
        Day::Today | Day::Yesterday | Day::Tomorrow => day(when),
    }
}

/// Where they work and where not: head and text. What they may look at there is told beside it.
#[must_use]
pub fn stores_say(works: &Works, by_view_all: bool) -> (String, String) {
    let head = if works.theirs.is_empty() {
        "Stores: none".to_owned()
    } else {
        format!("Stores: {}", works.theirs.join(", "))
    };
    let so = if by_view_all {
        ""
    } else {
        ", so nothing there"
    };
    let text = match works.not_theirs.as_slice() {
        [] => String::new(),
        [one] => format!("{one} is not theirs{so}."),
        several if several.len() > NAMED => format!(
            "{} are not theirs{so}.",
            plural(several.len(), "other store", "other stores")
        ),
        several => format!("{} are not theirs{so}.", listed(several)),
    };
    (head, text)
}

/// Why somebody holds nothing at all.
#[must_use]
pub const fn nothing(why: Nothing) -> &'static str {
    match why {
        Nothing::Inactive => "They are deactivated, so nothing counts until they are reactivated.",
        Nothing::LastDayOver => "Their last day is over, so nothing counts any more.",
        Nothing::NotAccepted => "They have not accepted the invite, so nothing counts yet.",
        Nothing::NoGroup => "They are in no group, so nothing counts.",
    }
}

/// A choice of a cell.
#[must_use]
pub const fn choice(choice: OverrideChoice) -> &'static str {
    match choice {
        OverrideChoice::AsGroupsSay => "As groups say",
        OverrideChoice::Allow => "Allow",
        OverrideChoice::Deny => "Deny",
    }
}

/// Aloud, for the control of a cell.
#[must_use]
pub fn override_for(permission: Permission) -> String {
    format!("Override for {}", permission.label())
}

/// How many overrides a row has.
#[must_use]
pub fn overrides(n: usize) -> String {
    plural(n, "override", "overrides")
}

/// The levels of a row where stores differ: *Read in Bath, Manage in Oxford*.
#[must_use]
pub fn level_by_store(levels: &[(String, Option<access::Level>)]) -> String {
    let words: Vec<String> = levels
        .iter()
        .map(|(store, level)| {
            format!(
                "{} in {store}",
                level.map_or("Custom", access::Level::label)
            )
        })
        .collect();
    words.join(", ")
}

/// The button that clears overrides: all there are, or those that one may clear.
#[must_use]
pub fn clear(n: u32, of: u32) -> String {
    let what = plural(n as usize, "override", "overrides");
    match (n, of) {
        (1, 1) => format!("Clear {what}"),
        (n, of) if n == of => format!("Clear all {what}"),
        _ => format!("Clear {what}"),
    }
}

/// What is different, for the save bar: how many changes, and the first of them.
#[must_use]
pub fn changes(
    overrides: &[(Permission, OverrideChoice)],
    groups: bool,
    stores: bool,
) -> Option<(String, String)> {
    let cells = overrides.iter().take(NAMED).map(|(permission, choice)| {
        let what = super::permission(*permission);
        match choice.effect() {
            None => format!("{what} as groups say"),
            Some(Effect::Allow) => format!("{what} allowed"),
            Some(Effect::Deny) => format!("{what} denied"),
        }
    });
    let mut words: Vec<String> = [(groups, "groups"), (stores, "stores")]
        .into_iter()
        .filter(|(changed, _)| *changed)
        .map(|(_, word)| word.to_owned())
        .chain(cells)
        .collect();
    if overrides.len() > NAMED {
        words.push(format!("{} more", overrides.len() - NAMED));
    }
    let n = overrides.len() + usize::from(groups) + usize::from(stores);
    (n > 0).then(|| {
        (
            format!("{}:", plural(n, "change", "changes")),
            listed(&words),
        )
    })
}

/// The title of the question before access is saved.
#[must_use]
pub fn save_question(name: &str) -> String {
    format!("Save access of {name}?")
}

/// Stores of theirs whose names are not told.
#[must_use]
pub fn other_stores(n: u32) -> String {
    format!(
        "And {} of theirs.",
        plural(n as usize, "other store", "other stores")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(name: &str, store: Option<&str>, includes: bool, gives: bool) -> GroupSays {
        GroupSays {
            name: name.to_owned(),
            store: store.map(str::to_owned),
            includes,
            gives,
        }
    }

    fn cell(permission: Permission, state: CellState, groups: Vec<GroupSays>) -> CellView {
        CellView {
            permission,
            state,
            only_in: vec!["Oxford".to_owned()],
            groups,
            exception: None,
            by_view_all: false,
            by_groups: access::ByGroups::Nowhere,
            may_change: true,
        }
    }

    #[test]
    fn a_cell_is_said_aloud_with_module_and_state() {
        assert_eq!(
            said(Permission::InvoicesVoidPayment, CellState::Allowed),
            ", Invoices: allowed by override. Why?"
        );
        assert_eq!(
            said(Permission::CostsView, CellState::Some),
            ", Extra permissions: allowed in some stores. Why?"
        );
    }

    #[test]
    fn groups_say_where_a_permission_comes_from() {
        let text = |permission, state, groups| {
            let (head, text) = groups_say(&cell(permission, state, groups));
            format!("{head}. {text}")
        };
        let sales = |includes, gives| says("Sales", None, includes, gives);
        let at_oxford = |includes, gives| says("Operations", Some("Oxford"), includes, gives);
        assert_eq!(
            text(
                Permission::QuotesSend,
                CellState::Yes,
                vec![sales(true, true), at_oxford(false, false)]
            ),
            "Groups: allowed. From Sales."
        );
        assert_eq!(
            text(
                Permission::JobsEdit,
                CellState::Some,
                vec![sales(false, false), at_oxford(true, true)]
            ),
            "Groups: in some stores. From Operations at Oxford."
        );
        assert_eq!(
            text(
                Permission::JobsEdit,
                CellState::No,
                vec![sales(false, false), at_oxford(true, false)]
            ),
            "Groups: not given. Operations at Oxford would, and not here."
        );
        assert_eq!(
            text(
                Permission::InvoicesVoid,
                CellState::No,
                vec![sales(false, false)]
            ),
            "Groups: not given. Sales does not include it."
        );
        assert_eq!(
            text(Permission::InvoicesVoid, CellState::No, Vec::new()),
            "Groups: not given. They are in no group."
        );
    }

    #[test]
    fn an_override_says_who_made_it_when_why_and_until_when() {
        let exception = OverrideView {
            choice: OverrideChoice::Deny,
            author: "Eleanor Marlow".to_owned(),
            reason: "Quotes are kept for the auditors.".to_owned(),
            made: Day::Date(2026, 10, 2),
            until: None,
            ended: false,
        };
        let (head, text) = override_says(&exception);
        assert_eq!(head, "Override: denied");
        assert_eq!(
            text,
            "By Eleanor Marlow on 2 October 2026, without end. “Quotes are kept for the auditors.”"
        );
        let ended = OverrideView {
            made: Day::Yesterday,
            until: Some(domain::when::OnDay {
                day: Day::Yesterday,
                iso: "2026-10-01".to_owned(),
            }),
            reason: String::new(),
            ended: true,
            ..exception
        };
        let (head, text) = override_says(&ended);
        assert_eq!(head, "Override: ended");
        assert_eq!(text, "By Eleanor Marlow yesterday, until yesterday.");
    }

    #[test]
    fn changes_are_counted_and_the_first_of_them_named() {
        assert_eq!(changes(&[], false, false), None);
        let void = (Permission::InvoicesVoidPayment, OverrideChoice::Allow);
        assert_eq!(
            changes(&[void], true, false),
            Some((
                "2 changes:".to_owned(),
                "groups and Invoices: Void payment allowed".to_owned()
            ))
        );
        let delete = (Permission::QuotesDelete, OverrideChoice::AsGroupsSay);
        let many = [void, delete, void, void];
        let (count, what) = changes(&many, false, false).expect("there are some");
        assert_eq!(count, "4 changes:");
        assert!(what.ends_with("and 1 more"), "{what}");
        assert!(what.contains("Quotes: Delete as groups say"), "{what}");
    }

    #[test]
    fn stores_that_are_not_theirs_are_told_too() {
        let works = |theirs: &[&str], not: &[&str]| Works {
            theirs: theirs.iter().map(ToString::to_string).collect(),
            not_theirs: not.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(
            stores_say(
                &works(&["Bath", "Oxford"], &["Marlow", "Heathrow T5"]),
                false
            ),
            (
                "Stores: Bath, Oxford".to_owned(),
                "Marlow and Heathrow T5 are not theirs, so nothing there.".to_owned()
            )
        );
        assert_eq!(
            stores_say(&works(&[], &["Bath"]), false).0,
            "Stores: none".to_owned()
        );
        assert_eq!(
            stores_say(&works(&["Bath"], &["Oxford"]), true).1,
            "Oxford is not theirs."
        );
        assert_eq!(clear(2, 2), "Clear all 2 overrides");
        assert_eq!(clear(1, 3), "Clear 1 override");
    }
}
