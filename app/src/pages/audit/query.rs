//! What the log shows, in its address: so that it can be linked, reloaded and gone back to.

use domain::audit::{AuditQuery, Span};
use leptos_router::params::ParamsMap;

use super::LIST;
use crate::load::Args;
use crate::wire::{self, Fields};

/// Where the whole list is a file.
const EXPORT: &str = "/exports/audit.csv";

/// Names of the parameters; those of the filters are the names of their controls too.
pub(super) mod name {
    pub(in super::super) const SEARCH: &str = "q";
    pub(in super::super) const DATE: &str = "date";
    pub(in super::super) const FROM: &str = "from";
    pub(in super::super) const TO: &str = "to";
    pub(in super::super) const PERSON: &str = "person";
    pub(in super::super) const ACTION: &str = "action";
    pub(in super::super) const STORE: &str = "store";
    pub(in super::super) const OBJECT: &str = "object";
    pub(in super::super) const RESULT: &str = "result";
    pub(in super::super) const BEFORE: &str = "before";
    pub(in super::super) const ENTRY: &str = "entry";
}

/// Each part of a query under its name, in the order of the address.
fn parts(query: AuditQuery) -> [(&'static str, String); 11] {
    let AuditQuery {
        q,
        date,
        from,
        to,
        person,
        action,
        store,
        object,
        result,
        before,
        entry,
    } = query;
    [
        (name::SEARCH, q),
        (name::DATE, date),
        (name::FROM, from),
        (name::TO, to),
        (name::PERSON, person),
        (name::ACTION, action),
        (name::STORE, store),
        (name::OBJECT, object),
        (name::RESULT, result),
        (name::BEFORE, before),
        (name::ENTRY, entry),
    ]
}

fn from_names(get: impl Fn(&str) -> String) -> AuditQuery {
    AuditQuery {
        q: get(name::SEARCH),
        date: get(name::DATE),
        from: get(name::FROM),
        to: get(name::TO),
        person: get(name::PERSON),
        action: get(name::ACTION),
        store: get(name::STORE),
        object: get(name::OBJECT),
        result: get(name::RESULT),
        before: get(name::BEFORE),
        entry: get(name::ENTRY),
    }
}

/// Reads the query out of the page's address.
pub(super) fn read(params: &ParamsMap) -> AuditQuery {
    from_names(|name| params.get(name).unwrap_or_default())
}

/// The query as the server function takes it, whose arguments have the same names.
pub(super) fn arguments(query: AuditQuery) -> Args {
    parts(query).into()
}

/// The address of what the filters hold.
pub(super) fn of_filters(fields: &Fields) -> String {
    address(&from_names(|name| fields.one(name)))
}

/// The log's address for a query, with nothing in it that goes without saying.
pub(super) fn address(query: &AuditQuery) -> String {
    at(LIST, query.clone())
}

/// The same with an entry open, or with none.
pub(super) fn opened(query: &AuditQuery, entry: Option<i64>) -> String {
    address(&AuditQuery {
        entry: number(entry),
        ..query.clone()
    })
}

/// The page that comes after an entry, or the newest.
pub(super) fn older(query: &AuditQuery, before: Option<i64>) -> String {
    address(&AuditQuery {
        before: number(before),
        entry: String::new(),
        ..query.clone()
    })
}

/// Only what one person did, or what was done to one thing.
pub(super) fn only(person: &str, object: &str) -> String {
    address(&AuditQuery {
        person: person.to_owned(),
        object: object.to_owned(),
        ..AuditQuery::default()
    })
}

/// The address of the whole list as a file.
pub(super) fn export(query: &AuditQuery) -> String {
    let whole = AuditQuery {
        before: String::new(),
        entry: String::new(),
        ..query.clone()
    };
    at(EXPORT, whole)
}

fn number(number: Option<i64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn at(place: &str, mut query: AuditQuery) -> String {
    if query.date != Span::Between.key() {
        query.from.clear();
        query.to.clear();
    }
    let parts = parts(query);
    wire::address(
        place,
        &parts
            .each_ref()
            .map(|(name, value)| (*name, value.as_str())),
    )
}

/// Whether the log is narrowed down at all.
pub(super) fn is_narrowed(query: &AuditQuery) -> bool {
    let filters = AuditQuery {
        before: String::new(),
        entry: String::new(),
        ..query.clone()
    };
    parts(filters)
        .into_iter()
        .any(|(_, value)| !value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query() -> AuditQuery {
        AuditQuery {
            q: " so fia ".into(),
            date: "week".into(),
            from: "2026-11-01".into(),
            before: "40".into(),
            entry: "39".into(),
            ..AuditQuery::default()
        }
    }

    #[test]
    fn an_address_holds_only_what_does_not_go_without_saying() {
        assert_eq!(
            address(&query()),
            "/settings/audit?q=so+fia&date=week&before=40&entry=39"
        );
        assert_eq!(address(&AuditQuery::default()), "/settings/audit");
        let between = AuditQuery {
            date: "between".into(),
            ..query()
        };
        assert!(address(&between).contains("from=2026-11-01"));
    }

    #[test]
    fn an_entry_opens_where_it_stands_and_another_page_opens_none() {
        assert_eq!(
            opened(&query(), None),
            "/settings/audit?q=so+fia&date=week&before=40"
        );
        assert_eq!(
            older(&query(), Some(12)),
            "/settings/audit?q=so+fia&date=week&before=12"
        );
        assert_eq!(older(&query(), None), "/settings/audit?q=so+fia&date=week");
    }

    #[test]
    fn the_file_holds_what_the_filters_show_on_all_pages() {
        assert_eq!(export(&query()), "/exports/audit.csv?q=so+fia&date=week");
    }

    #[test]
    fn a_page_and_an_open_entry_do_not_narrow_the_log() {
        let page = AuditQuery {
            before: "3".into(),
            entry: "2".into(),
            ..AuditQuery::default()
        };
        assert!(!is_narrowed(&page));
        assert!(is_narrowed(&query()));
    }
}
