//! What the list of sessions shows, in its address.

use domain::sessions::SessionListQuery;
use leptos_router::params::ParamsMap;

use super::{LIST, OTHERS};
use crate::load::Args;
use crate::wire::{self, Fields};

/// Names of the parameters; those of the filters are the names of their controls too.
pub(super) mod name {
    pub(in super::super) const SEARCH: &str = "q";
    pub(in super::super) const STORE: &str = "store";
    pub(in super::super) const DEVICE: &str = "device";
    pub(in super::super) const PAGE: &str = "page";
    pub(in super::super) const CONFIRM: &str = "confirm";
    /// Not in the address of the page, where the question stands for it.
    pub(super) const OTHERS: &str = "others";
}

/// Each part of a query that the list is narrowed by, under its name, in the order of the address.
fn parts(query: SessionListQuery) -> [(&'static str, String); 4] {
    let SessionListQuery {
        q,
        store,
        device,
        page,
        others: _,
    } = query;
    [
        (name::SEARCH, q),
        (name::STORE, store),
        (name::DEVICE, device),
        (name::PAGE, page),
    ]
}

fn from_names(get: impl Fn(&str) -> String) -> SessionListQuery {
    SessionListQuery {
        q: get(name::SEARCH),
        store: get(name::STORE),
        device: get(name::DEVICE),
        page: get(name::PAGE),
        others: get(name::CONFIRM) == OTHERS,
    }
}

/// Reads the query out of the page's address.
pub(super) fn read(params: &ParamsMap) -> SessionListQuery {
    from_names(|name| params.get(name).unwrap_or_default())
}

/// The query as the server function takes it, whose arguments have the same names.
pub(super) fn arguments(query: SessionListQuery) -> Args {
    let others = query.others.then(|| (name::OTHERS, true.to_string()));
    parts(query).into_iter().chain(others).collect()
}

/// The address of what the filters hold.
pub(super) fn of_filters(fields: &Fields) -> String {
    let query = SessionListQuery {
        page: String::new(),
        ..from_names(|name| fields.one(name))
    };
    address(&query, "")
}

/// The list's address for a query, with nothing in it that goes without saying, and perhaps a
/// question over it.
pub(super) fn address(query: &SessionListQuery, confirm: &str) -> String {
    let parts = parts(query.clone());
    let parts = parts.iter().map(|(name, value)| (*name, value.as_str()));
    let parts: Vec<_> = parts.chain([(name::CONFIRM, confirm)]).collect();
    wire::address(LIST, &parts)
}

/// Whether the list is narrowed down at all.
pub(super) fn is_narrowed(query: &SessionListQuery) -> bool {
    [&query.q, &query.store, &query.device]
        .into_iter()
        .any(|part| !part.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_only_what_does_not_go_without_saying() {
        let query = SessionListQuery {
            q: " so fia ".into(),
            device: "phone".into(),
            ..SessionListQuery::default()
        };
        assert_eq!(
            address(&query, ""),
            "/settings/sessions?q=so+fia&device=phone"
        );
        assert_eq!(
            address(&SessionListQuery::default(), "others"),
            "/settings/sessions?confirm=others"
        );
        assert_eq!(address(&SessionListQuery::default(), ""), LIST);
        assert!(is_narrowed(&query) && !is_narrowed(&SessionListQuery::default()));
    }

    #[test]
    fn other_filters_begin_at_the_first_page() {
        let fields = Fields::parse("q=dana&store=1&page=cursor");
        assert_eq!(of_filters(&fields), "/settings/sessions?q=dana&store=1");
    }
}
