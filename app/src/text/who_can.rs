//! How Who can asks and answers.

use access::{Module, Permission};
use domain::page::Count;
use domain::who_can::{Exception, Giving};

use super::{count, date, label, lower_first, phrase};

/// What somebody may do, as it goes on after *Who can*: *void payments*.
fn may_do(permission: Permission) -> String {
    lower_first(permission.title())
}

/// The same with its module, for a list to pick from: *void payments (Invoices)*.
#[must_use]
pub fn may_do_where(permission: Permission) -> String {
    let module = permission.module().map(Module::label);
    let module = module.map(|module| format!(" ({module})"));
    may_do(permission) + &module.unwrap_or_default()
}

/// The answer: *5 people can void payments at Bath*.
#[must_use]
pub fn so_many_can(people: Count, permission: Permission, place: Option<&str>) -> String {
    let who = match people {
        Count { n: 0, more: false } => "Nobody".to_owned(),
        Count { n: 1, more: false } => "1 person".to_owned(),
        many => format!("{} people", count(many)),
    };
    let place = place.map(|place| format!(" at {place}"));
    format!(
        "{who} can {}{}",
        may_do(permission),
        place.unwrap_or_default()
    )
}

/// People who would hold it but are not at work, if there are any.
#[must_use]
pub fn not_counted(invited: Count, gone: Count) -> Option<String> {
    let part = |people: Count, but: &str| match people {
        Count { n: 0, more: false } => None,
        Count { n: 1, more: false } => Some(format!("1 person who would hold it {but}")),
        many => Some(format!("{} people who would hold it {but}", count(many))),
    };
    let parts: Vec<String> = [
        part(invited, "once the invite is accepted"),
        part(gone, "but can't sign in any more"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| format!("Not counted: {}.", parts.join("; ")))
}

/// The groups that give it: *Billing, all their stores*.
#[must_use]
pub fn giving(groups: &[Giving], one_store: bool) -> String {
    let words = groups.iter().map(|giving| match &giving.store {
        Some(store) => format!("{}, {}", giving.group, phrase::only_at(store)),
        None if one_store => giving.group.clone(),
        None => format!("{}, {}", giving.group, lower_first(label::ALL_THEIR_STORES)),
    });
    words.collect::<Vec<_>>().join("; ")
}

/// Who made an override, and how long it holds.
#[must_use]
pub fn made_by(exception: &Exception) -> String {
    let until = exception.until.map(|day| format!(", until {}", date(day)));
    format!("by {}{}", exception.by, until.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use domain::when::Day;

    use super::*;

    fn few(n: u32) -> Count {
        Count::capped(n)
    }

    #[test]
    fn the_answer_is_a_sentence() {
        let void = Permission::InvoicesVoidPayment;
        assert_eq!(may_do_where(void), "void payments (Invoices)");
        assert_eq!(may_do_where(Permission::CostsView), "see costs");
        let at = Some("Bath");
        assert_eq!(
            so_many_can(few(5), void, at),
            "5 people can void payments at Bath"
        );
        assert_eq!(
            so_many_can(few(1), void, None),
            "1 person can void payments"
        );
        assert_eq!(
            so_many_can(few(0), void, at),
            "Nobody can void payments at Bath"
        );
        let many = Count { n: 400, more: true };
        assert_eq!(
            so_many_can(many, void, None),
            "400+ people can void payments"
        );
    }

    #[test]
    fn who_is_not_counted_is_told_with_why() {
        assert_eq!(not_counted(few(0), few(0)), None);
        assert_eq!(
            not_counted(few(1), few(2)).as_deref(),
            Some(
                "Not counted: 1 person who would hold it once the invite is accepted; \
                 2 people who would hold it but can't sign in any more."
            )
        );
    }

    #[test]
    fn where_it_comes_from_is_said_in_short() {
        let groups = [
            Giving {
                group: "Billing".into(),
                store: None,
            },
            Giving {
                group: "Sales".into(),
                store: Some("Oxford".into()),
            },
        ];
        assert_eq!(
            giving(&groups, false),
            "Billing, all their stores; Sales, at Oxford only"
        );
        assert_eq!(giving(&groups[..1], true), "Billing");
        let exception = Exception {
            by: "Theo Finch".into(),
            until: Some(Day::Date(2026, 12, 31)),
        };
        assert_eq!(made_by(&exception), "by Theo Finch, until 31 December 2026");
    }
}
