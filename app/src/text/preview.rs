//! What a change of rights does, in words.

use access::{Module, Permission, PermissionSet};
use domain::preview::{Anyway, How};

use super::{number, plural};

/// How many permissions are named in a row.
const NAMED: usize = 3;

/// A permission by module and label: *Invoices: Void payment*.
#[must_use]
pub fn permission(permission: Permission) -> String {
    match permission.module().map(Module::label) {
        Some(module) => format!("{module}: {}", permission.label()),
        None => permission.label().to_owned(),
    }
}

/// Permissions in a row; of many, the first and how many more.
#[must_use]
pub fn permissions(set: PermissionSet) -> String {
    let mut words: Vec<String> = set.iter().take(NAMED).map(permission).collect();
    if set.len() > NAMED {
        words.push(format!("{} more", set.len() - NAMED));
    }
    listed(&words)
}

/// Words with commas, and *and* before the last.
#[must_use]
pub fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// How many people gain or lose what.
#[must_use]
pub fn people(n: u32, gain: bool, what: PermissionSet) -> String {
    let verb = match (gain, n) {
        (true, 1) => "gains",
        (true, _) => "gain",
        (false, 1) => "loses",
        (false, _) => "lose",
    };
    format!(
        "{} {verb} {}",
        plural(n as usize, "person", "people"),
        permissions(what)
    )
}

/// How much one person gains or loses.
#[must_use]
pub fn person(name: &str, gain: bool, n: usize) -> String {
    let verb = if gain { "gains" } else { "loses" };
    format!("{name} {verb} {}", plural(n, "permission", "permissions"))
}

/// One person gains and loses nothing.
#[must_use]
pub fn nothing_changes(name: &str) -> String {
    format!("{name} gains and loses nothing")
}

/// How many more there are.
#[must_use]
pub fn more(n: usize) -> String {
    format!("{} more", number(n))
}

/// Names in a row, and how many more there are whose names are not told.
#[must_use]
pub fn names(names: &[String], more: usize) -> String {
    let told = names.join(", ");
    match (told.is_empty(), more) {
        (_, 0) => told,
        (true, more) => plural(more, "person", "people"),
        (false, more) => format!("{told} and {} more", number(more)),
    }
}

/// For whom it makes no difference, and why; `one` when the change is of one permission, which
/// need not be named again.
#[must_use]
pub fn anyway_all(all: &[Anyway], more: u32, one: bool) -> String {
    let mut sentences: Vec<String> = all.iter().map(|of| anyway(of, one)).collect();
    if more > 0 {
        sentences.push(format!(
            "For {} it makes no difference either.",
            plural(more as usize, "more person", "more people")
        ));
    }
    sentences.join(" ")
}

/// Offers to take away overrides that are then no longer needed.
#[must_use]
pub fn remove_overrides(of: &[String]) -> String {
    match of {
        [one] => format!("Remove the override of {one}, too"),
        [one, other] => format!("Remove the overrides of {one} and {other}, too"),
        all => format!("Remove the overrides of {} people, too", all.len()),
    }
}

fn anyway(of: &Anyway, one: bool) -> String {
    let name = &of.name;
    let what = if one {
        "it".to_owned()
    } else {
        permissions(of.permissions)
    };
    let has = if of.added {
        format!("{name} has {what} already")
    } else {
        format!("{name} keeps {what}")
    };
    match &of.how {
        How::Groups(groups) => format!("{has} through {}.", listed(groups)),
        How::Override => format!("{has} by an override."),
        How::NeedlessOverride => {
            format!("{has} by an override, which is then no longer needed.")
        }
        How::SuperAdmin => format!("{has} as a Super Admin."),
        How::Denied => format!("{name} does not get {what}: an override denies it."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn giulia(how: How, added: bool) -> Anyway {
        Anyway {
            name: "Giulia Bianchi".to_owned(),
            permissions: PermissionSet::of(Permission::QuotesDelete),
            added,
            how,
        }
    }

    #[test]
    fn a_permission_is_told_with_its_module_if_it_is_of_one() {
        assert_eq!(
            permission(Permission::InvoicesVoidPayment),
            "Invoices: Void payment"
        );
        assert_eq!(permission(Permission::QuotesDelete), "Quotes: Delete");
        assert_eq!(permission(Permission::CostsView), "See costs");
    }

    #[test]
    fn who_gains_what_is_one_line() {
        let void = PermissionSet::of(Permission::InvoicesVoidPayment);
        assert_eq!(
            people(8, true, void),
            "8 people gain Invoices: Void payment"
        );
        assert_eq!(
            people(1, false, void),
            "1 person loses Invoices: Void payment"
        );
        assert_eq!(
            people(40_000, true, Module::Jobs.permissions()),
            "40,000 people gain Jobs: View, Jobs: Create, Jobs: Edit and 4 more"
        );
        assert_eq!(person("Sofia", true, 2), "Sofia gains 2 permissions");
    }

    #[test]
    fn why_it_makes_no_difference_is_told_by_name() {
        let through = How::Groups(vec!["Billing".to_owned(), "Admin".to_owned()]);
        assert_eq!(
            anyway_all(
                &[
                    giulia(through.clone(), true),
                    giulia(How::NeedlessOverride, true)
                ],
                0,
                true
            ),
            "Giulia Bianchi has it already through Billing and Admin. Giulia Bianchi has it already \
             by an override, which is then no longer needed."
        );
        assert_eq!(
            anyway_all(&[giulia(through, false)], 1_200, false),
            "Giulia Bianchi keeps Quotes: Delete through Billing and Admin. For 1,200 more people it \
             makes no difference either."
        );
        assert_eq!(
            anyway_all(&[giulia(How::Denied, true)], 0, true),
            "Giulia Bianchi does not get it: an override denies it."
        );
    }

    #[test]
    fn names_that_are_not_told_are_counted() {
        let two = ["Leo Martin".to_owned(), "Ada Fox".to_owned()];
        assert_eq!(names(&two, 0), "Leo Martin, Ada Fox");
        assert_eq!(names(&two, 39_948), "Leo Martin, Ada Fox and 39,948 more");
        assert_eq!(names(&[], 1), "1 person");
    }
}
