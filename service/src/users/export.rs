//! The list of people as a file, by the same filters and in the same order.

use std::sync::Arc;

use access::actions::ExportUsers;
use access::{Instant, Permission, Reach, Visible};
use async_trait::async_trait;
use domain::users::{Status, UserListQuery};

use super::list::{memberships, understood, want};
use super::list_sql::{self, Found, Want};
use super::sql;
use super::view::status;
use crate::csv::Csv;
use crate::db::fold::fold;
use crate::download::{Download, Pieces, still};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people::GroupName;
use crate::time::iso;
use crate::visitor::Staff;

/// People read at once.
const AT_ONCE: usize = 500;
/// The columns; the first five are those that the import reads (product §3).
const COLUMNS: [&str; 8] = [
    "first_name",
    "last_name",
    "email",
    "groups",
    "stores",
    "status",
    "two_factor",
    "last_sign_in",
];
/// Place of the column that a one-store business does not have.
const STORES: usize = 4;

/// The people of the list as a file, as far as the person who asks may see them.
///
/// # Errors
/// When they may not see people anywhere.
pub async fn export(
    kh: &Keyholder,
    staff: &Arc<Staff>,
    query: UserListQuery,
) -> Result<Download, Failure> {
    kh.sees::<ExportUsers>(staff, &()).await?;
    let people = People {
        kh: kh.clone(),
        staff: Arc::clone(staff),
        query,
        from: None,
        begun: false,
        over: false,
    };
    Ok(Download::new(kh, staff, "users", people))
}

/// The file's content.
struct People {
    kh: Keyholder,
    staff: Arc<Staff>,
    query: UserListQuery,
    /// Sort key and id of the last person written.
    from: Option<(String, String)>,
    begun: bool,
    over: bool,
}

#[async_trait]
impl Pieces for People {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.over {
            return Ok(None);
        }
        self.staff = still::<ExportUsers>(&self.kh, &self.staff, &()).await?;
        let staff = &self.staff;
        let visible = staff.caller.visible(Permission::SettingsUsers, None)?;
        let now = self.kh.now();
        let mut conn = self.kh.reader().acquire().await?;
        let query = understood(&mut conn, self.query.clone(), staff, &visible).await?;
        let search = fold(&query.q);
        let wanted = Want {
            from: self
                .from
                .as_ref()
                .map(|(key, id)| (key.as_str(), id.as_str())),
            limit: AT_ONCE,
            ..want(&query, &search, &visible, now)
        };
        let list_sql::Page {
            rows: found,
            groups,
            ..
        } = list_sql::page(&mut conn, &wanted).await?;
        let ids: Vec<_> = found.iter().map(|row| row.id).collect();
        let names = sql::full_names(&mut conn, &ids).await?;
        drop(conn);

        let mut csv = Csv::without(staff.one_store().then_some(STORES));
        if !self.begun {
            csv.row(COLUMNS)?;
        }
        for row in &found {
            let (first, last) = names.get(&row.id).cloned().unwrap_or_default();
            csv.row(cells(row, (first, last), staff, &groups, &visible, now))?;
        }
        self.begun = true;
        self.over = found.len() < AT_ONCE;
        self.from = found
            .last()
            .map(|row| (row.sort_key.clone(), row.id.to_string()));
        csv.into_bytes().map(Some)
    }
}

/// A person as a row. Stores whose people the person who asks may not see are not told.
fn cells(
    row: &Found,
    (first, last): (String, String),
    staff: &Staff,
    groups: &[GroupName],
    visible: &Visible,
    now: Instant,
) -> [String; COLUMNS.len()] {
    let memberships = memberships(&row.memberships, groups);
    let everywhere = memberships.iter().any(|(group, _)| group.super_admin);
    let in_groups: Vec<String> = memberships
        .into_iter()
        .filter_map(|(group, reach)| match reach {
            Reach::AllTheirStores => Some(group.name.clone()),
            Reach::Store(store) if visible.shows(store) => {
                Some(format!("{}@{}", group.name, staff.store_name(store)?))
            }
            Reach::Store(_) => None,
        })
        .collect();
    let in_stores: Vec<&str> = staff
        .stores
        .iter()
        .filter(|store| visible.shows(store.id))
        .filter(|store| everywhere || row.stores.contains(&store.id.to_string()))
        .map(|store| store.name.as_str())
        .collect();
    let stands = status(&row.state, row.ends_at, row.locked_until, now);
    [
        first,
        last,
        row.email.clone(),
        in_groups.join(";"),
        in_stores.join(";"),
        Status::key(stands).to_owned(),
        if row.two_factor { "on" } else { "off" }.to_owned(),
        if row.last_sign_in > 0 {
            iso(Instant(row.last_sign_in))
        } else {
            String::new()
        },
    ]
}
