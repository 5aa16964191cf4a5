//! The list of people once more, naively: everybody in memory, filtered and sorted one by one. What
//! the database answers must be the same.

use std::collections::{BTreeMap, BTreeSet};

use domain::users::{UserListQuery, UserListView, UserRow, UserSort};
use service::db::fold::{fold, fold_email};
use service::testing::Fixture;
use service::{Staff, users};
use sqlx::Row;

/// People on a page.
pub(crate) const PAGE: usize = 25;

/// Somebody, as they are stored.
pub(crate) struct Somebody {
    pub(crate) id: String,
    pub(crate) first: String,
    last: String,
    display: String,
    email: String,
    state: String,
    ends_at: i64,
    locked_until: i64,
    two_factor: i64,
    last_sign_in: i64,
    groups: BTreeSet<String>,
    pub(crate) stores: BTreeSet<String>,
}

/// Everybody.
pub(crate) struct Model {
    pub(crate) people: Vec<Somebody>,
    /// Name by id.
    pub(crate) groups: BTreeMap<String, String>,
    /// Name by id.
    pub(crate) stores: BTreeMap<String, String>,
    super_admin: String,
}

async fn pairs(fixture: &Fixture, sql: &'static str) -> Vec<(String, String)> {
    let rows = sqlx::query(sql).fetch_all(fixture.kh.reader()).await.expect("reads");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

impl Model {
    pub(crate) async fn of(fixture: &Fixture) -> Self {
        let memberships = pairs(fixture, "SELECT user_id, group_id FROM memberships").await;
        let workplaces = pairs(fixture, "SELECT user_id, store_id FROM user_stores").await;
        let of = |pairs: &[(String, String)], id: &str| -> BTreeSet<String> {
            pairs.iter().filter(|(user, _)| user == id).map(|(_, other)| other.clone()).collect()
        };
        let people = sqlx::query(
            "SELECT id, first_name, last_name, display_name, email, state, ends_at, locked_until, \
               two_factor, last_sign_in FROM users",
        )
        .fetch_all(fixture.kh.reader())
        .await
        .expect("reads")
        .iter()
        .map(|row| {
            let id: String = row.get("id");
            Somebody {
                first: row.get("first_name"),
                last: row.get("last_name"),
                display: row.get("display_name"),
                email: row.get("email"),
                state: row.get("state"),
                ends_at: row.get("ends_at"),
                locked_until: row.get("locked_until"),
                two_factor: row.get("two_factor"),
                last_sign_in: row.get("last_sign_in"),
                groups: of(&memberships, &id),
                stores: of(&workplaces, &id),
                id,
            }
        })
        .collect();
        let super_admin = "SELECT id, name FROM permission_groups WHERE super_admin = 1";
        Self {
            people,
            groups: pairs(fixture, "SELECT id, name FROM permission_groups").await.into_iter().collect(),
            stores: pairs(fixture, "SELECT id, name FROM stores").await.into_iter().collect(),
            super_admin: pairs(fixture, super_admin).await.remove(0).0,
        }
    }

    fn works_in(&self, person: &Somebody, store: &str) -> bool {
        person.stores.contains(store) || person.groups.contains(&self.super_admin)
    }

    fn matches(
        &self,
        person: &Somebody,
        query: &UserListQuery,
        sees: Option<&BTreeSet<String>>,
        now: i64,
    ) -> bool {
        let typed = fold(&query.q);
        let found = match typed.chars().count() {
            0 => true,
            1 | 2 => {
                fold(&person.first).starts_with(&typed)
                    || fold(&person.last).starts_with(&typed)
                    || fold_email(&person.email).starts_with(&typed)
            }
            _ => {
                let Somebody { first, last, display, email, .. } = person;
                fold(&format!("{first} {last} {display} {email}")).contains(&typed)
            }
        };
        let left = person.state == "deactivated";
        let over = person.ends_at != 0 && person.ends_at <= now;
        let locked = person.locked_until > now;
        let active = person.state == "active" && !over;
        let status = match query.status.as_str() {
            "invited" => person.state == "invited",
            "active" => active && !locked,
            "locked" => active && locked,
            "deactivated" => left || (person.state == "active" && over),
            _ => true,
        };
        found
            && status
            && (!left || query.deactivated == "on" || query.status == "deactivated")
            && (query.group.is_empty() || person.groups.contains(&query.group))
            && (query.store.is_empty() || self.works_in(person, &query.store))
            && (query.two_factor.is_empty() || (query.two_factor == "on") == (person.two_factor == 1))
            && sees.is_none_or(|stores| stores.iter().any(|store| self.works_in(person, store)))
    }

    fn names(ids: &BTreeSet<String>, names: &BTreeMap<String, String>) -> String {
        let mut names: Vec<String> = ids.iter().filter_map(|id| names.get(id)).map(|n| fold(n)).collect();
        names.sort();
        names.join(", ")
    }

    /// Ids of everybody whom the query wants, in its order; `sees` are the stores whose people the
    /// asker may see, `None` for all of the business.
    pub(crate) fn wanted(
        &self,
        query: &UserListQuery,
        sees: Option<&BTreeSet<String>>,
        now: i64,
    ) -> Vec<String> {
        let (sort, descending) = UserSort::from_word(&query.sort);
        // Numbers are padded, so that text sorts them.
        let key = |person: &Somebody| match sort {
            UserSort::Name => fold(&format!("{} {}", person.last, person.first)),
            UserSort::Groups => Self::names(&person.groups, &self.groups),
            UserSort::Stores => Self::names(&person.stores, &self.stores),
            UserSort::TwoFactor => person.two_factor.to_string(),
            UserSort::LastSignIn => format!("{:020}", person.last_sign_in),
            UserSort::Status => person.state.clone(),
        };
        let matching = self.people.iter().filter(|person| self.matches(person, query, sees, now));
        let mut order: Vec<(String, String)> =
            matching.map(|person| (key(person), person.id.clone())).collect();
        order.sort();
        if descending {
            order.reverse();
        }
        order.into_iter().map(|(_, id)| id).collect()
    }
}

async fn page(fixture: &Fixture, by: &Staff, query: &UserListQuery, cursor: &str) -> UserListView {
    let query = UserListQuery { page: cursor.to_owned(), ..query.clone() };
    users::list(&fixture.kh, by, query).await.expect("lists")
}

fn ids(rows: &[UserRow]) -> Vec<String> {
    rows.iter().map(|row| row.id.to_string()).collect()
}

/// Pages through the whole list, forth and back, and holds it against what is expected.
pub(crate) async fn walk(fixture: &Fixture, by: &Staff, query: &UserListQuery, expected: &[String]) {
    let what = format!("{query:?}");
    let mut forth = Vec::new();
    let mut view = page(fixture, by, query, "").await;
    assert_eq!(view.page.previous, None, "{what}: nothing is before the first page");
    loop {
        let page_ids = ids(&view.page.rows);
        let place = forth.iter().map(Vec::len).sum::<usize>() + 1;
        assert_eq!(view.page.first as usize, place, "{what}");
        let total = view.page.total;
        if total.more {
            assert!(expected.len() > total.n as usize, "{what}: {total:?} of {}", expected.len());
        } else {
            assert_eq!(total.n as usize, expected.len(), "{what}");
        }
        assert!(page_ids.len() == PAGE || view.page.next.is_none(), "{what}: a page is full");
        forth.push(page_ids);
        let Some(next) = view.page.next.clone() else { break };
        view = page(fixture, by, query, &next).await;
    }
    assert_eq!(forth.concat(), expected, "{what}");
    let mut back = vec![forth.last().cloned().unwrap_or_default()];
    while let Some(previous) = view.page.previous.clone() {
        view = page(fixture, by, query, &previous).await;
        let place = (forth.len() - back.len() - 1) * PAGE + 1;
        assert_eq!(view.page.first as usize, place, "{what}: on the way back");
        assert!(view.page.next.is_some(), "{what}: there was a page after this");
        back.push(ids(&view.page.rows));
    }
    back.reverse();
    assert_eq!(back, forth, "{what}: on the way back");
}
