//! The list of people once more, naively: everybody in memory, filtered and sorted one by one. What
//! the database answers must be the same.

use std::collections::{BTreeMap, BTreeSet};

use domain::UserId;
use domain::users::{UserDetails, UserListQuery, UserListView, UserRow, UserSort};
use service::db::fold::fold;
use service::testing::Fixture;
use service::{Staff, demo, users};
use sqlx::Row;

use crate::support::{id_of, texts, write};

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
    /// One for each membership, so that a group held in two stores stands twice.
    groups: Vec<String>,
    stores: Vec<String>,
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
    let rows = sqlx::query(sql)
        .fetch_all(fixture.kh.writer())
        .await
        .expect("reads");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

impl Model {
    pub(crate) async fn of(fixture: &Fixture) -> Self {
        let memberships = pairs(fixture, "SELECT user_id, group_id FROM memberships").await;
        let workplaces = pairs(fixture, "SELECT user_id, store_id FROM user_stores").await;
        let of = |pairs: &[(String, String)], id: &str| -> Vec<String> {
            pairs
                .iter()
                .filter(|(user, _)| user == id)
                .map(|(_, other)| other.clone())
                .collect()
        };
        let people = sqlx::query(
            "SELECT id, first_name, last_name, display_name, email, state, ends_at, locked_until, \
               two_factor, last_sign_in FROM users",
        )
        .fetch_all(fixture.kh.writer())
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
            groups: pairs(fixture, "SELECT id, name FROM permission_groups")
                .await
                .into_iter()
                .collect(),
            stores: pairs(fixture, "SELECT id, name FROM stores")
                .await
                .into_iter()
                .collect(),
            super_admin: pairs(fixture, super_admin).await.remove(0).0,
        }
    }

    fn works_in(&self, person: &Somebody, store: &str) -> bool {
        person.stores.iter().any(|own| own == store) || person.groups.contains(&self.super_admin)
    }

    fn matches(
        &self,
        person: &Somebody,
        query: &UserListQuery,
        sees: Option<&BTreeSet<String>>,
        now: i64,
    ) -> bool {
        let typed = fold(&query.q);
        let Somebody {
            first,
            last,
            display,
            email,
            ..
        } = person;
        let found = match typed.chars().count() {
            0 => true,
            1 | 2 => [first, last, display, email]
                .into_iter()
                .any(|word| fold(word).starts_with(&typed)),
            _ => fold(&format!("{first} {last} {display} {email}")).contains(&typed),
        };
        let left = person.state == "deactivated";
        let over = person.ends_at != 0 && person.ends_at <= now;
        let locked = person.locked_until > now;
        let gone = left || over;
        let active = person.state == "active" && !gone;
        let status = match query.status.as_str() {
            "invited" => person.state == "invited" && !gone,
            "active" => active && !locked,
            "locked" => active && locked,
            "deactivated" => gone,
            _ => true,
        };
        found
            && status
            && (!gone || query.deactivated == "on" || query.status == "deactivated")
            && (query.group.is_empty() || person.groups.contains(&query.group))
            && (query.store.is_empty() || self.works_in(person, &query.store))
            && (query.two_factor.is_empty()
                || (query.two_factor == "on") == (person.two_factor == 1))
            && sees.is_none_or(|stores| stores.iter().any(|store| self.works_in(person, store)))
    }

    fn names(ids: &[String], names: &BTreeMap<String, String>) -> String {
        let mut names: Vec<String> = ids
            .iter()
            .filter_map(|id| names.get(id))
            .map(|n| fold(n))
            .collect();
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
            UserSort::Name if person.display.is_empty() => {
                fold(&format!("{} {}", person.first, person.last))
            }
            UserSort::Name => fold(&person.display),
            UserSort::Groups => Self::names(&person.groups, &self.groups),
            UserSort::Stores => Self::names(&person.stores, &self.stores),
            UserSort::TwoFactor => person.two_factor.to_string(),
            UserSort::LastSignIn => format!("{:020}", person.last_sign_in),
            UserSort::Status => person.state.clone(),
        };
        let matching = self
            .people
            .iter()
            .filter(|person| self.matches(person, query, sees, now));
        let mut order: Vec<(String, String)> = matching
            .map(|person| (key(person), person.id.clone()))
            .collect();
        order.sort();
        if descending {
            order.reverse();
        }
        order.into_iter().map(|(_, id)| id).collect()
    }
}

async fn page(fixture: &Fixture, by: &Staff, query: &UserListQuery, cursor: &str) -> UserListView {
    let query = UserListQuery {
        page: cursor.to_owned(),
        ..query.clone()
    };
    users::list(&fixture.kh, by, query).await.expect("lists")
}

fn ids(rows: &[UserRow]) -> Vec<String> {
    rows.iter().map(|row| row.id.to_string()).collect()
}

/// Pages through the whole list, forth and back, and holds it against what is expected.
pub(crate) async fn walk(
    fixture: &Fixture,
    by: &Staff,
    query: &UserListQuery,
    expected: &[String],
) {
    let what = format!("{query:?}");
    let mut forth = Vec::new();
    let mut view = page(fixture, by, query, "").await;
    assert_eq!(
        view.page.previous, None,
        "{what}: nothing is before the first page"
    );
    loop {
        let page_ids = ids(&view.page.rows);
        let place = forth.iter().map(Vec::len).sum::<usize>() + 1;
        assert_eq!(view.page.first as usize, place, "{what}");
        let total = view.page.total;
        if total.more {
            assert!(
                expected.len() > total.n as usize,
                "{what}: {total:?} of {}",
                expected.len()
            );
        } else {
            assert_eq!(total.n as usize, expected.len(), "{what}");
        }
        assert!(
            page_ids.len() == PAGE || view.page.next.is_none(),
            "{what}: a page is full"
        );
        forth.push(page_ids);
        let Some(next) = view.page.next.clone() else {
            break;
        };
        view = page(fixture, by, query, &next).await;
    }
    assert_eq!(forth.concat(), expected, "{what}");
    let mut back = vec![forth.last().cloned().unwrap_or_default()];
    while let Some(previous) = view.page.previous.clone() {
        view = page(fixture, by, query, &previous).await;
        let place = (forth.len() - back.len() - 1) * PAGE + 1;
        assert_eq!(view.page.first as usize, place, "{what}: on the way back");
        assert!(
            view.page.next.is_some(),
            "{what}: there was a page after this"
        );
        back.push(ids(&view.page.rows));
    }
    back.reverse();
    assert_eq!(back, forth, "{what}: on the way back");
}

/// The sample with so many people, and somebody of it who is signed in.
pub(crate) async fn sample(
    fixture: &Fixture,
    people: u32,
    first_name: &str,
) -> std::sync::Arc<Staff> {
    demo::fill(&fixture.kh, people).await.expect("fills");
    signed_in(fixture, first_name).await
}

pub(crate) async fn signed_in(fixture: &Fixture, first_name: &str) -> std::sync::Arc<Staff> {
    let person: UserId = id_of(fixture, first_name).await.parse().expect("an id");
    let browser = fixture.session_for(person).await;
    fixture.staff(&browser).await
}

/// Gives somebody another name, through the use case that writes the columns behind the search.
pub(crate) async fn rename(
    fixture: &Fixture,
    by: &Staff,
    id: &str,
    first: &str,
    last: &str,
    display: &str,
) {
    let revision = texts(
        &fixture.kh,
        &format!("SELECT CAST(revision AS TEXT) FROM users WHERE id = '{id}'"),
    )
    .await;
    let details = UserDetails {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        display_name: display.to_owned(),
        phone: String::new(),
    };
    let revision = revision[0].parse().expect("a number");
    users::update(&fixture.kh, by, id, revision, details)
        .await
        .expect("saves");
}

/// Makes the sample as uneven as people are.
pub(crate) async fn shake(fixture: &Fixture, by: &Staff) {
    let now = fixture.kh.now().0;
    let ids = texts(
        &fixture.kh,
        "SELECT id FROM users WHERE email LIKE '%.%@%' ORDER BY id",
    )
    .await;
    let names = [
        ("Zoë", "Ängström", ""),
        ("Łukasz", "Żółć", ""),
        ("İpek", "Straße", "Ipek S."),
        ("ﬁnn", "Ναυς Οδυσσεύς", ""),
        ("小龙", "李", "李小龙"),
        ("Owl", "🦉🦉🦉🦉", ""),
        ("Ann", "Twin", ""),
        ("Ann", "Twin", ""),
        ("ann", "twin", ""),
        ("Jean-Luc", "de la  Tour", "JL"),
    ];
    for (id, (first, last, display)) in ids.iter().zip(names) {
        rename(fixture, by, id, first, last, display).await;
    }
    for (n, id) in ids.iter().enumerate().skip(names.len()) {
        let change = match n % 9 {
            0 => "two_factor = 1".to_owned(),
            1 => format!("two_factor = 1, locked_until = {}", now + 60_000),
            2 => format!("locked_until = {}", now - 60_000),
            3 => "state = 'deactivated'".to_owned(),
            4 => "state = 'invited', password = NULL, last_sign_in = 0".to_owned(),
            5 => format!("ends_at = {}", now - 1),
            6 => format!("ends_at = {}, locked_until = {}", now - 1, now + 60_000),
            7 => format!("ends_at = {}", now + 60_000),
            8 if n % 2 == 0 => format!(
                "state = 'invited', password = NULL, last_sign_in = 0, ends_at = {}",
                now - 1
            ),
            _ => "last_sign_in = 7".to_owned(),
        };
        write(
            &fixture.kh,
            &format!("UPDATE users SET {change} WHERE id = '{id}'"),
        )
        .await;
    }
}
