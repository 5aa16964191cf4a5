//! People as the access rules see them.

pub(crate) mod brief_sql;
mod helpers;
mod helpers_sql;
pub(crate) mod sql;

use access::{GroupId, PermissionSet, Person, Reach, StoreId, UserId};
use serde::Deserialize;
use sqlx::AnyConnection;

use crate::db::Dialect;
use crate::db::rows::flag;
use crate::db::statement::Statement;
use crate::failure::Failure;

pub(crate) use helpers::who_can_help;

/// One person by id, with memberships, overrides and stores: one statement.
pub(crate) async fn load(conn: &mut AnyConnection, id: UserId) -> Result<Option<Person>, Failure> {
    sql::person(conn, id).await
}

/// Several people by id, in the order of their ids: a statement for every few dozen.
pub(crate) async fn several(
    conn: &mut AnyConnection,
    ids: &[UserId],
) -> Result<Vec<Person>, Failure> {
    sql::several(conn, ids).await
}

/// All stores of the business.
pub(crate) async fn all_stores(conn: &mut AnyConnection) -> Result<Vec<StoreId>, Failure> {
    sql::all_stores(conn).await
}

/// A group as a membership needs it.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Id.
    pub id: GroupId,
    /// Key of a built-in group.
    pub built_in: Option<String>,
    /// Name.
    pub name: String,
    /// What it is for.
    pub summary: String,
    /// What it gives.
    pub permissions: PermissionSet,
    /// The locked group that gives everything.
    pub super_admin: bool,
}

impl Group {
    /// This group as a membership.
    pub(crate) fn membership(&self, reach: Reach) -> access::Membership {
        access::Membership {
            group: self.id,
            name: self.name.clone(),
            super_admin: self.super_admin,
            permissions: self.permissions,
            reach,
        }
    }
}

/// A group as a list names it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct GroupName {
    /// Id.
    pub id: GroupId,
    /// Name.
    pub name: String,
    /// The locked group that gives everything.
    #[serde(deserialize_with = "flag")]
    pub super_admin: bool,
}

/// The names of all groups, in the order of [`groups`], as one column of a statement.
pub(crate) fn group_names(dialect: Dialect) -> Statement {
    sql::group_names(dialect)
}

/// Whether there is a group of that id.
pub(crate) async fn is_group(conn: &mut AnyConnection, id: &str) -> Result<bool, Failure> {
    sql::is_group(conn, id).await
}

/// All groups: the built-in ones in their order, then the others by name.
pub(crate) async fn groups(conn: &mut AnyConnection) -> Result<Vec<Group>, Failure> {
    let mut groups = sql::groups(conn).await?;
    let rank = |group: &Group| {
        group
            .built_in
            .as_deref()
            .and_then(|key| {
                access::BUILT_IN
                    .iter()
                    .position(|built_in| built_in.key == key)
            })
            .unwrap_or(usize::MAX)
    };
    groups.sort_by_key(rank);
    Ok(groups)
}

/// Memberships in one line, such as *Sales, Operations at Oxford*.
pub(crate) fn groups_line<'a>(
    memberships: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> String {
    let words: Vec<String> = memberships
        .map(|(group, store)| {
            store.map_or_else(|| group.to_owned(), |at| format!("{group} at {at}"))
        })
        .collect();
    words.join(", ")
}
