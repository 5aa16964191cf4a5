//! The list of people: search, filters, sort and cursors that cost the same for thirty people and
//! for a hundred thousand.

use access::actions::ListUsers;
use access::{Instant, Permission, Reach, StoreId, Visible};
use domain::users::{
    self, Status, StoresLine, UserListQuery, UserListView, UserRow, UserSort, parse_membership,
};

use sqlx::AnyConnection;

use super::list_sql::{self, Found, Want};
use super::many;
use super::view::status;
use crate::db::fold::fold;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::paging::{self, Cursor};
use crate::people::{self, GroupName};
use crate::time::when;
use crate::visitor::Staff;

/// People on a page.
const PAGE: usize = 25;
/// Longest search that is looked at, in characters.
const SEARCH_MAX: usize = 80;

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
    let query = understood(&mut conn, query, staff, &visible).await?;
    let cursor = Cursor::read(&query.page);
    let search = fold(&query.q);
    let want = Want {
        back: cursor.as_ref().is_some_and(|cursor| cursor.back),
        from: cursor
            .as_ref()
            .map(|cursor| (cursor.key.as_str(), cursor.id.as_str())),
        ..want(&query, &search, &visible, now)
    };
    let list_sql::Page {
        rows,
        total,
        groups,
    } = list_sql::page(&mut conn, &want).await?;
    let found = paging::Found::cut(rows, PAGE, cursor.as_ref());
    let question = many::question(&mut conn, staff, &query, now).await?;
    let beyond = beyond(staff);
    let sort = want.sort;
    let place = |row: &Found| {
        let key = match sort {
            // It is made of names of stores, which are not everybody's to know.
            UserSort::Stores => String::new(),
            _ => row.sort_key.clone(),
        };
        (key, row.id.to_string())
    };
    Ok(UserListView {
        page: found.page(total, place, |row| shown(row, staff, &groups, &beyond, now)),
        groups: groups
            .into_iter()
            .map(|GroupName { id, name, .. }| users::GroupName { id, name })
            .collect(),
        stores: staff.offered(&visible, query.store.parse().ok()),
        query,
        question,
    })
}

/// What the database is asked for: the first page of a query that [`understood`] made.
pub(super) fn want<'a>(
    query: &'a UserListQuery,
    search: &'a str,
    visible: &'a Visible,
    now: Instant,
) -> Want<'a> {
    let (sort, descending) = UserSort::from_word(&query.sort);
    Want {
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
        visible_stores: (!visible.whole_business()).then(|| visible.stores()),
        sort,
        descending,
        back: false,
        from: None,
        limit: PAGE + 1,
        now,
    }
}

/// The query with unknown values left out, so that the page shows what was really asked.
pub(super) async fn understood(
    conn: &mut AnyConnection,
    mut query: UserListQuery,
    staff: &Staff,
    visible: &Visible,
) -> Result<UserListQuery, Failure> {
    query.q = query
        .q
        .chars()
        .filter(|c| !c.is_control())
        .take(SEARCH_MAX)
        .collect();
    if !query.group.is_empty() && !people::is_group(conn, &query.group).await? {
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
    Ok(query)
}

/// A person's memberships, from the words that the database puts them into.
pub(super) fn memberships<'a>(words: &str, groups: &'a [GroupName]) -> Vec<(&'a GroupName, Reach)> {
    let mut words: Vec<&str> = words.split(' ').collect();
    // In an order that no database chooses.
    words.sort_unstable();
    words
        .into_iter()
        .filter_map(|word| parse_membership(word.strip_suffix('@').unwrap_or(word)))
        .filter_map(|(id, reach)| Some((groups.iter().find(|group| group.id == id)?, reach)))
        .collect()
}

/// The stores in which the person who looks manages nobody. Somebody who works there, or who waits
/// for any store, is not theirs to act on ([`access::guards::may_act_on`]).
fn beyond(staff: &Staff) -> Vec<String> {
    let manages = |store: StoreId| {
        let held = &staff.caller.effective;
        held.holds(Permission::SettingsUsers, store)
    };
    let stores = staff.stores.iter().filter(|store| !manages(store.id));
    stores.map(|store| store.id.to_string()).collect()
}

/// A row as it is shown.
fn shown(
    row: Found,
    staff: &Staff,
    groups: &[GroupName],
    beyond: &[String],
    now: Instant,
) -> UserRow {
    let zone = &staff.business.time_zone;
    let memberships: Vec<(&GroupName, Option<&str>)> = memberships(&row.memberships, groups)
        .into_iter()
        .map(|(group, reach)| {
            let store = match reach {
                Reach::AllTheirStores => None,
                Reach::Store(store) => Some(staff.told_store(store)),
            };
            (group, store)
        })
        .collect();
    let all = u32::try_from(staff.stores.len()).unwrap_or(u32::MAX);
    let everywhere = memberships.iter().any(|(group, _)| group.super_admin);
    let works_in = |id: StoreId| row.stores.contains(&id.to_string());
    let me = row.id == staff.caller.person.id;
    let within = beyond.is_empty()
        || !row.stores.is_empty() && !beyond.iter().any(|store| row.stores.contains(store));
    let below = !everywhere || staff.caller.effective.is_super_admin();
    let in_all = staff.stores.iter().all(|store| works_in(store.id));
    let status = status(&row.state, row.ends_at, row.locked_until, now);
    UserRow {
        groups: people::groups_line(
            memberships
                .iter()
                .map(|(g, store)| (g.name.as_str(), *store)),
        ),
        stores: if everywhere || in_all {
            StoresLine::All(all)
        } else {
            StoresLine::These(staff.told_stores(works_in))
        },
        two_factor: row.two_factor,
        last_sign_in: (row.last_sign_in > 0).then(|| when(Instant(row.last_sign_in), now, zone)),
        invite_expired: status == Status::Invited && row.invite_expires <= now.0,
        status,
        may_act: !me && within && below,
        me,
        id: row.id,
        name: row.name,
        avatar: row.avatar,
        email: row.email,
    }
}
