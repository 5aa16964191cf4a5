//! What the list shows, in its address: so that it can be linked, reloaded and gone back to.

use domain::users::{UserListQuery, UserSort};
use leptos_router::params::ParamsMap;

use super::LIST;
use crate::wire::{self, Fields};

/// Where the list is a file.
const EXPORT: &str = "/exports/users.csv";

/// Names of the parameters; those of the filters are the names of their controls too.
pub(super) mod name {
    pub(in super::super) const SEARCH: &str = "q";
    pub(in super::super) const GROUP: &str = "group";
    pub(in super::super) const STORE: &str = "store";
    pub(in super::super) const STATUS: &str = "status";
    pub(in super::super) const TWO_FACTOR: &str = "two-factor";
    pub(in super::super) const DEACTIVATED: &str = "deactivated";
    pub(in super::super) const SORT: &str = "sort";
    pub(in super::super) const PAGE: &str = "page";
    pub(in super::super) const BULK: &str = "bulk";
    pub(in super::super) const USER: &str = "user";
}

/// Reads the query out of the page's address. What it does not know it leaves out.
pub(super) fn read(params: &ParamsMap) -> UserListQuery {
    let get = |name: &str| params.get(name).unwrap_or_default();
    UserListQuery {
        q: get(name::SEARCH),
        group: get(name::GROUP),
        store: get(name::STORE),
        status: get(name::STATUS),
        two_factor: get(name::TWO_FACTOR),
        deactivated: get(name::DEACTIVATED),
        sort: get(name::SORT),
        page: get(name::PAGE),
        bulk: get(name::BULK),
        users: params.get_all(name::USER).unwrap_or_default(),
    }
}

/// The address of what the filters hold.
pub(super) fn of_filters(fields: &Fields) -> String {
    address(&UserListQuery {
        q: fields.one(name::SEARCH),
        group: fields.one(name::GROUP),
        store: fields.one(name::STORE),
        status: fields.one(name::STATUS),
        two_factor: fields.one(name::TWO_FACTOR),
        deactivated: fields.one(name::DEACTIVATED),
        sort: fields.one(name::SORT),
        ..UserListQuery::default()
    })
}

/// The list's address for a query, with nothing in it that goes without saying.
pub(super) fn address(query: &UserListQuery) -> String {
    at(LIST, query)
}

/// The address of the whole list as a file.
pub(super) fn export(query: &UserListQuery) -> String {
    at(
        EXPORT,
        &UserListQuery {
            page: String::new(),
            ..query.clone()
        },
    )
}

/// Where the address of a question begins that is asked over the list; what it asks follows.
pub(super) fn asking(query: &UserListQuery) -> String {
    let list = address(query);
    let mark = if list.contains('?') { '&' } else { '?' };
    format!("{list}{mark}")
}

/// What the list's address says, as fields of a form.
pub(super) fn fields(query: &UserListQuery) -> impl Iterator<Item = (&'static str, String)> {
    let said = parts(query).map(|(name, value)| (name, value.trim().to_owned()));
    said.into_iter().filter(|(_, value)| !value.is_empty())
}

fn at(place: &str, query: &UserListQuery) -> String {
    wire::address(place, &parts(query))
}

/// What the address says, with its names.
fn parts(query: &UserListQuery) -> [(&'static str, &str); 8] {
    let by_name = query.sort == UserSort::Name.key();
    let sort = if by_name { "" } else { &query.sort };
    [
        (name::SEARCH, &query.q),
        (name::GROUP, &query.group),
        (name::STORE, &query.store),
        (name::STATUS, &query.status),
        (name::TWO_FACTOR, &query.two_factor),
        (name::DEACTIVATED, &query.deactivated),
        (name::SORT, sort),
        (name::PAGE, &query.page),
    ]
}

/// The address of the list sorted by a column: the other way round if it is sorted by it already.
pub(super) fn sorted_by(query: &UserListQuery, column: UserSort) -> String {
    let (sort, descending) = UserSort::from_word(&query.sort);
    let turn = sort == column && !descending;
    let word = if turn {
        format!("-{}", column.key())
    } else {
        column.key().to_owned()
    };
    address(&UserListQuery {
        sort: word,
        page: String::new(),
        ..query.clone()
    })
}

/// Whether the list is narrowed down at all.
pub(super) fn is_narrowed(query: &UserListQuery) -> bool {
    let UserListQuery {
        q,
        group,
        store,
        status,
        two_factor,
        ..
    } = query;
    [q, group, store, status, two_factor]
        .into_iter()
        .any(|part| !part.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_only_what_does_not_go_without_saying() {
        let query = UserListQuery {
            q: " so fia ".into(),
            sort: "name".into(),
            ..UserListQuery::default()
        };
        assert_eq!(address(&query), "/settings/users?q=so+fia");
        assert_eq!(address(&UserListQuery::default()), "/settings/users");
    }

    #[test]
    fn a_question_stands_behind_what_the_list_shows_and_a_form_says_the_same() {
        let query = UserListQuery {
            q: " sofia ".into(),
            page: "cursor".into(),
            bulk: "deactivate".into(),
            users: vec!["1".into()],
            ..UserListQuery::default()
        };
        assert_eq!(asking(&query), "/settings/users?q=sofia&page=cursor&");
        assert_eq!(asking(&UserListQuery::default()), "/settings/users?");
        let said: Vec<_> = fields(&query).collect();
        assert_eq!(
            said,
            [("q", "sofia".to_owned()), ("page", "cursor".to_owned())]
        );
    }

    #[test]
    fn the_file_holds_what_the_list_shows_on_all_its_pages() {
        let query = UserListQuery {
            store: "1".into(),
            two_factor: "off".into(),
            sort: "-status".into(),
            page: "cursor".into(),
            ..UserListQuery::default()
        };
        assert_eq!(
            export(&query),
            "/exports/users.csv?store=1&two-factor=off&sort=-status"
        );
        assert_eq!(export(&UserListQuery::default()), "/exports/users.csv");
    }

    #[test]
    fn a_column_turns_round_when_the_list_is_sorted_by_it_and_starts_at_the_first_page() {
        let query = UserListQuery {
            page: "cursor".into(),
            ..UserListQuery::default()
        };
        assert_eq!(
            sorted_by(&query, UserSort::Name),
            "/settings/users?sort=-name"
        );
        assert_eq!(
            sorted_by(&query, UserSort::TwoFactor),
            "/settings/users?sort=2fa"
        );
        let turned = UserListQuery {
            sort: "-name".into(),
            ..UserListQuery::default()
        };
        assert_eq!(sorted_by(&turned, UserSort::Name), "/settings/users");
    }

    #[test]
    fn what_is_hidden_by_default_does_not_narrow_the_list() {
        assert!(!is_narrowed(&UserListQuery {
            deactivated: "on".into(),
            ..UserListQuery::default()
        }));
        assert!(is_narrowed(&UserListQuery {
            status: "active".into(),
            ..UserListQuery::default()
        }));
    }
}
