//! What the pages of permission groups show.

use access::actions::{ListGroups, ListUsers, NewGroup, ViewGroup};
use access::{Action as _, GroupId, Permission, PermissionSet};
use domain::groups::{GroupListView, GroupRow, GroupView, NewGroupView, OtherGroup};
use domain::page::Count;
use sqlx::AnyConnection;

use super::{held_everywhere, known, sql};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people;
use crate::visitor::Staff;

/// All groups, with how many people are in each.
///
/// # Errors
/// When they may not see groups.
pub async fn list(kh: &Keyholder, staff: &Staff) -> Result<GroupListView, Failure> {
    kh.sees::<ListGroups>(staff, &()).await?;
    let mut conn = kh.reader().acquire().await?;
    let counts = members(&mut conn, staff).await?;
    let groups = people::groups(&mut conn).await?;
    let rows = groups.into_iter().map(|group| GroupRow {
        people: count_of(&counts, group.id),
        id: group.id,
        name: group.name,
        summary: group.summary,
        built_in: group.built_in.is_some(),
        locked: group.super_admin,
        permissions: group.permissions,
    });
    Ok(GroupListView {
        rows: rows.collect(),
        may_edit: may_edit(staff),
    })
}

fn may_edit(staff: &Staff) -> bool {
    let held = &staff.caller.effective;
    held.holds_business(Permission::SettingsGroups)
}

/// How many people are in each group: all of them for who changes groups, which is for all of
/// them, or sees the whole business; else those whom they see.
async fn members(
    conn: &mut AnyConnection,
    staff: &Staff,
) -> Result<Vec<(GroupId, Count)>, Failure> {
    match staff.caller.visible(Permission::SettingsUsers, None) {
        Ok(visible) if !visible.whole_business() && !may_edit(staff) => {
            sql::members_in(conn, visible.stores()).await
        }
        _ => sql::members(conn).await,
    }
}

fn count_of(counts: &[(GroupId, Count)], group: GroupId) -> Count {
    counts
        .iter()
        .find(|(id, _)| *id == group)
        .map_or_else(|| Count::capped(0), |(_, count)| *count)
}

/// A group's page.
///
/// # Errors
/// Not found for a group that is not there.
pub async fn view(kh: &Keyholder, staff: &Staff, id: &str) -> Result<GroupView, Failure> {
    kh.sees::<ViewGroup>(staff, &()).await?;
    let group = known::<ViewGroup>(kh, staff, id).await?;
    let mut conn = kh.reader().acquire().await?;
    let counts = members(&mut conn, staff).await?;
    let others = if group.built_in.is_some() {
        Vec::new()
    } else {
        others(&mut conn, group.id).await?
    };
    let may_edit = may_edit(staff);
    Ok(GroupView {
        people: count_of(&counts, group.id),
        in_use: sql::in_use(&mut conn, group.id).await?,
        held: if may_edit {
            held_everywhere(&staff.caller)
        } else {
            PermissionSet::EMPTY
        },
        id: group.id,
        name: group.name,
        summary: group.summary,
        built_in: group.built_in,
        locked: group.locked,
        permissions: group.permissions,
        may_edit,
        may_list_people: staff.caller.meets(ListUsers::OPERATION.needs).is_ok(),
        others,
        revision: group.revision,
    })
}

/// Groups that members of this one could go to.
async fn others(conn: &mut AnyConnection, group: GroupId) -> Result<Vec<OtherGroup>, Failure> {
    let groups = people::groups(conn).await?;
    let others = groups
        .into_iter()
        .filter(|other| other.id != group && !other.super_admin);
    Ok(others
        .map(|other| OtherGroup {
            id: other.id,
            name: other.name,
        })
        .collect())
}

/// What the form of a new group offers.
///
/// # Errors
/// When they may not make groups.
pub async fn new(kh: &Keyholder, staff: &Staff) -> Result<NewGroupView, Failure> {
    kh.sees::<NewGroup>(staff, &()).await?;
    Ok(NewGroupView {
        held: held_everywhere(&staff.caller),
    })
}
