//! The list of people: search, filters, sort and cursors that cost the same for thirty people and
//! for a hundred thousand.

use access::actions::ListUsers;
use access::{Instant, Permission, Reach, SUPER_ADMIN, Visible};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::page::{Count, Page};
use domain::shell::StoreChoice;
use domain::users::{
    GroupChoice, Status, StoresLine, UserListQuery, UserListView, UserRow, UserSort,
    parse_membership,
};
use serde::{Deserialize, Serialize};

use super::list_sql::{self, Found, Want};
use super::view::status;
use crate::db::fold::fold;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people::{self, Group};
use crate::time::when;
use crate::visitor::Staff;

/// People on a page.
const PAGE: usize = 25;
/// Longest search that is looked at, in characters.
const SEARCH_MAX: usize = 80;

/// Where a page begins: the sort key and id of its neighbour, and its place in the list.
#[derive(Serialize, Deserialize)]
struct Cursor {
    /// The page lies before the neighbour rather than after it.
    #[serde(rename = "b")]
    back: bool,
    #[serde(rename = "k")]
    key: String,
    #[serde(rename = "i")]
    id: String,
    /// Place of the page's first row, from 1.
    #[serde(rename = "f")]
    first: u32,
}

impl Cursor {
    /// Reads a cursor; one with characters that no key has was not written by us.
    fn read(word: &str) -> Option<Self> {
        let cursor: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
        let plain = |text: &str| !text.chars().any(char::is_control);
        (plain(&cursor.key) && plain(&cursor.id)).then_some(cursor)
    }

    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }
}

/// The list, as far as the person who looks may see it.
///
/// # Errors
/// When they may not see people anywhere.
pub async fn list(
    kh: &Keyholder,
    staff: &Staff,
    query: UserListQuery,
) -> Result<UserListView, Failure> {
    kh.sees::<ListUsers>(staff, &()).await?;
    let visible = staff.caller.visible(Permission::SettingsUsers, None)?;
    let now = kh.now();
    let mut conn = kh.reader().acquire().await?;
    let groups = people::groups(&mut conn).await?;
    let query = understood(query, &groups, staff, &visible);
    let cursor = Cursor::read(&query.page);
    let (sort, descending) = UserSort::from_word(&query.sort);
    let text = fold(&query.q);
    let dialect = kh.db().dialect();
    let search = list_sql::search(&mut conn, dialect, &text).await?;
    let visible_stores = stores_word(&visible);
    let want = Want {
        search,
        group: &query.group,
        store: &query.store,
        status: Status::from_key(&query.status),
        two_factor: match query.two_factor.as_str() {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        },
        deactivated: query.deactivated == "on",
        visible_stores: (!visible.whole_business()).then_some(visible_stores.as_str()),
        super_admin: groups
            .iter()
            .find(|group| group.super_admin)
            .map(|group| group.id),
        sort,
        descending,
        back: cursor.as_ref().is_some_and(|cursor| cursor.back),
        from: cursor
            .as_ref()
            .map(|cursor| (cursor.key.as_str(), cursor.id.as_str())),
        limit: PAGE + 1,
        now,
    };
    let mut found = list_sql::rows(&mut conn, dialect, &want).await?;
    let beyond = found.len() > PAGE;
    found.truncate(PAGE);
    if want.back {
        found.reverse();
    }
    let first = cursor.as_ref().map_or(1, |cursor| cursor.first.max(1));
    let all_here = cursor.is_none() && !beyond;
    let total = if all_here {
        Count {
            n: u32::try_from(found.len()).unwrap_or(u32::MAX),
            more: false,
        }
    } else {
        list_sql::count(&mut conn, dialect, &want).await?
    };
    let (has_previous, has_next) = match &cursor {
        None => (false, beyond),
        Some(cursor) if cursor.back => (beyond, true),
        Some(_) => (true, beyond),
    };
    let page_len = u32::try_from(PAGE).unwrap_or(u32::MAX);
    let previous = found.first().filter(|_| has_previous).map(|row| {
        Cursor {
            back: true,
            key: row.sort_key.clone(),
            id: row.id.to_string(),
            first: first.saturating_sub(page_len).max(1),
        }
        .write()
    });
    let next = found.last().filter(|_| has_next).map(|row| {
        Cursor {
            back: false,
            key: row.sort_key.clone(),
            id: row.id.to_string(),
            first: first.saturating_add(u32::try_from(found.len()).unwrap_or(0)),
        }
        .write()
    });
    let rows = found
        .into_iter()
        .map(|row| shown(row, staff, &groups, now))
        .collect();
    Ok(UserListView {
        page: Page {
            rows,
            first,
            total,
            previous,
            next,
        },
        groups: groups.iter().map(choice).collect(),
        stores: filter_stores(staff, &visible),
        query,
    })
}

/// The query with unknown values left out, so that the page shows what was really asked.
fn understood(
    mut query: UserListQuery,
    groups: &[Group],
    staff: &Staff,
    visible: &Visible,
) -> UserListQuery {
    query.q = query
        .q
        .chars()
        .filter(|c| !c.is_control())
        .take(SEARCH_MAX)
        .collect();
    if !groups
        .iter()
        .any(|group| group.id.to_string() == query.group)
    {
        query.group.clear();
    }
    let store_known = staff
        .stores
        .iter()
        .any(|store| store.id.to_string() == query.store && visible.shows(store.id));
    if !store_known {
        query.store.clear();
    }
    if Status::from_key(&query.status).is_none() {
        query.status.clear();
    }
    query
}

/// Ids of the stores whose people may be seen, as one word to search in.
fn stores_word(visible: &Visible) -> String {
    visible
        .stores()
        .iter()
        .fold(String::new(), |word, store| word + &store.to_string() + " ")
}

fn filter_stores(staff: &Staff, visible: &Visible) -> Vec<StoreChoice> {
    if staff.one_store() {
        return Vec::new();
    }
    staff
        .stores
        .iter()
        .filter(|store| visible.shows(store.id))
        .map(|store| StoreChoice {
            id: store.id,
            name: store.name.clone(),
            code: store.code.clone(),
        })
        .collect()
}

fn choice(group: &Group) -> GroupChoice {
    GroupChoice {
        id: group.id,
        name: group.name.clone(),
        summary: group.summary.clone(),
        built_in: group.built_in.clone(),
        may_grant: false,
    }
}

/// A row as it is shown.
fn shown(row: Found, staff: &Staff, groups: &[Group], now: Instant) -> UserRow {
    let zone = &staff.business.time_zone;
    let memberships: Vec<(&Group, Option<&str>)> = row
        .memberships
        .split(' ')
        .filter_map(|word| parse_membership(word.strip_suffix('@').unwrap_or(word)))
        .filter_map(|(id, reach)| {
            let group = groups.iter().find(|group| group.id == id)?;
            let store = match reach {
                Reach::AllTheirStores => None,
                Reach::Store(store) => Some(staff.store_name(store).unwrap_or_default()),
            };
            Some((group, store))
        })
        .collect();
    let all = u32::try_from(staff.stores.len()).unwrap_or(u32::MAX);
    let everywhere = memberships
        .iter()
        .any(|(group, _)| group.built_in.as_deref() == Some(SUPER_ADMIN));
    let names: Vec<String> = staff
        .stores
        .iter()
        .filter(|store| row.stores.contains(&store.id.to_string()))
        .map(|store| store.name.clone())
        .collect();
    UserRow {
        groups: people::groups_line(
            memberships
                .iter()
                .map(|(g, store)| (g.name.as_str(), *store)),
        ),
        stores: if everywhere || names.len() == staff.stores.len() {
            StoresLine::All(all)
        } else {
            StoresLine::These(names)
        },
        two_factor: row.two_factor,
        last_sign_in: (row.last_sign_in > 0).then(|| when(Instant(row.last_sign_in), now, zone)),
        status: status(&row.state, row.ends_at, row.locked_until, now),
        invite_expired: row.state == "invited" && row.invite_expires <= now.0,
        me: row.id == staff.caller.person.id,
        id: row.id,
        name: row.name,
        email: row.email,
    }
}
