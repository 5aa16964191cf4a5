//! Statements about people as the access rules see them.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::LazyLock;

use access::{
    Effect, Instant, Membership, Override, Permission, PermissionSet, Person, Reach, Standing,
    StoreId, UserId,
};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{Group, GroupName};
use crate::failure::Failure;

/// Reads an id or says which column is broken.
pub(crate) fn id<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<T, Failure> {
    row.try_get::<&str, _>(column)?
        .parse()
        .map_err(|_| Failure::inconsistent(column))
}

/// Reads an id from a column that may be empty.
pub(crate) fn maybe_id<T: FromStr>(
    row: &AnyRow,
    column: &'static str,
) -> Result<Option<T>, Failure> {
    let text = row.try_get::<&str, _>(column)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|_| Failure::inconsistent(column))
}

/// Kinds of rows in the statements that load a person in one round trip.
pub(crate) const USER: i64 = 1;
/// A membership with its group.
pub(crate) const MEMBERSHIP: i64 = 2;
/// An override with its author.
pub(crate) const OVERRIDE: i64 = 3;
/// A store of theirs.
pub(crate) const OWN_STORE: i64 = 4;

/// One person: user, memberships, overrides and stores as rows of one shape.
const PERSON: &str = "\
SELECT 1 AS kind, u.id AS a, u.state AS b, '' AS c, '' AS d, '' AS e, u.ends_at AS i, u.created AS j \
  FROM users u WHERE u.id = $1 \
UNION ALL \
SELECT 2, m.group_id, g.name, m.store_id, g.permissions, '', g.super_admin, 0 \
  FROM memberships m JOIN permission_groups g ON g.id = m.group_id WHERE m.user_id = $1 \
UNION ALL \
SELECT 3, o.permission, o.effect, o.author_id, by_user.name, o.reason, o.created, o.until_at \
  FROM overrides o JOIN users by_user ON by_user.id = o.author_id WHERE o.user_id = $1 \
UNION ALL \
SELECT 4, s.store_id, '', '', '', '', 0, 0 FROM user_stores s WHERE s.user_id = $1";

/// How many people one statement reads.
pub(crate) const AT_ONCE: usize = 64;

/// `$1, $2, …`: places for so many values.
pub(crate) fn places(count: usize) -> String {
    let places: Vec<String> = (1..=count).map(|n| format!("${n}")).collect();
    places.join(", ")
}

/// The ids for [`AT_ONCE`] places. Those left over ask for the last one again, which changes
/// nothing.
pub(crate) fn filled(ids: &[UserId]) -> impl Iterator<Item = &UserId> {
    let last = ids.last().into_iter().cycle();
    ids.iter().chain(last).take(AT_ONCE)
}

/// Several people: the rows of [`PERSON`], each with whose it is. One text whatever their number,
/// so that it is prepared once.
static PEOPLE: LazyLock<String> = LazyLock::new(|| {
    let ids = places(AT_ONCE);
    format!(
        "SELECT 1 AS kind, u.id AS owner, u.id AS a, u.state AS b, '' AS c, '' AS d, '' AS e, u.ends_at AS i, 0 AS j \
           FROM users u WHERE u.id IN ({ids}) \
         UNION ALL \
         SELECT 2, m.user_id, m.group_id, g.name, m.store_id, g.permissions, '', g.super_admin, 0 \
           FROM memberships m JOIN permission_groups g ON g.id = m.group_id WHERE m.user_id IN ({ids}) \
         UNION ALL \
         SELECT 3, o.user_id, o.permission, o.effect, o.author_id, by_user.name, o.reason, o.created, o.until_at \
           FROM overrides o JOIN users by_user ON by_user.id = o.author_id WHERE o.user_id IN ({ids}) \
         UNION ALL \
         SELECT 4, s.user_id, s.store_id, '', '', '', '', 0, 0 FROM user_stores s WHERE s.user_id IN ({ids})"
    )
});

/// Several people by their ids, by id; ids of nobody are left out.
pub(super) async fn several(
    conn: &mut AnyConnection,
    ids: &[UserId],
) -> Result<Vec<Person>, Failure> {
    let mut found: BTreeMap<UserId, (Option<Standing>, PersonRows)> = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let mut query = sqlx::query(AssertSqlSafe(PEOPLE.as_str()));
        for id in filled(some) {
            query = query.bind(id.to_string());
        }
        for row in query.fetch_all(&mut *conn).await? {
            let (standing_of, rows) = found.entry(id(&row, "owner")?).or_default();
            match row.try_get::<i64, _>("kind")? {
                USER => *standing_of = Some(standing(row.try_get("b")?, row.try_get("i")?)),
                kind => rows.take(kind, &row)?,
            }
        }
    }
    Ok(found
        .into_iter()
        .filter_map(|(id, (standing, rows))| Some(rows.person(id, standing?)))
        .collect())
}

/// Gathers the rows of one person; the user's own row is the reader's affair.
#[derive(Default)]
pub(crate) struct PersonRows {
    memberships: Vec<Membership>,
    overrides: Vec<Override>,
    stores: Vec<StoreId>,
}

impl PersonRows {
    /// Takes a row of kind 2, 3 or 4.
    pub(crate) fn take(&mut self, kind: i64, row: &AnyRow) -> Result<(), Failure> {
        match kind {
            MEMBERSHIP => self.memberships.push(Membership {
                group: id(row, "a")?,
                name: row.try_get("b")?,
                super_admin: row.try_get::<i64, _>("i")? != 0,
                permissions: PermissionSet::from_keys(row.try_get("d")?)
                    .map_err(|_| Failure::inconsistent("permission_groups.permissions"))?,
                reach: maybe_id(row, "c")?.map_or(Reach::AllTheirStores, Reach::Store),
            }),
            OVERRIDE => self.overrides.push(Override {
                permission: Permission::from_key(row.try_get("a")?)
                    .ok_or_else(|| Failure::inconsistent("overrides.permission"))?,
                effect: match row.try_get("b")? {
                    "allow" => Effect::Allow,
                    "deny" => Effect::Deny,
                    _ => return Err(Failure::inconsistent("overrides.effect")),
                },
                author: id(row, "c")?,
                author_name: row.try_get("d")?,
                reason: row.try_get("e")?,
                at: Instant(row.try_get("i")?),
                until: match row.try_get("j")? {
                    0 => None,
                    at => Some(Instant(at)),
                },
            }),
            OWN_STORE => self.stores.push(id(row, "a")?),
            _ => return Err(Failure::inconsistent("kind of row")),
        }
        Ok(())
    }

    /// The person, once all rows are in; the groups in an order that no database chooses, the
    /// built-in ones first.
    pub(crate) fn person(mut self, id: UserId, standing: Standing) -> Person {
        self.memberships.sort_by_key(|membership| {
            let store = match membership.reach {
                Reach::AllTheirStores => None,
                Reach::Store(store) => Some(store),
            };
            (membership.group, store)
        });
        Person {
            id,
            standing,
            memberships: self.memberships,
            overrides: self.overrides,
            stores: self.stores,
        }
    }
}

/// The standing that a row's `state` and `ends_at` mean.
pub(crate) fn standing(state: &str, ends_at: i64) -> Standing {
    Standing {
        accepted: state != "invited",
        active: state != "deactivated",
        ends_at: (ends_at != 0).then_some(Instant(ends_at)),
    }
}

/// One person by id.
pub(super) async fn person(
    conn: &mut AnyConnection,
    user: UserId,
) -> Result<Option<Person>, Failure> {
    let mut rows = PersonRows::default();
    let mut found = None;
    for row in sqlx::query(PERSON)
        .bind(user.to_string())
        .fetch_all(conn)
        .await?
    {
        match row.try_get::<i64, _>("kind")? {
            USER => found = Some(standing(row.try_get("b")?, row.try_get("i")?)),
            kind => rows.take(kind, &row)?,
        }
    }
    Ok(found.map(|standing| rows.person(user, standing)))
}

/// Ids of all stores.
pub(super) async fn all_stores(conn: &mut AnyConnection) -> Result<Vec<StoreId>, Failure> {
    sqlx::query("SELECT id AS a FROM stores ORDER BY id")
        .fetch_all(conn)
        .await?
        .iter()
        .map(|row| id(row, "a"))
        .collect()
}

/// Ids and names of all groups: the built-in ones by their ids, which are in their order, then
/// the others by name.
pub(super) async fn group_names(conn: &mut AnyConnection) -> Result<Vec<GroupName>, Failure> {
    sqlx::query(
        "SELECT id, name, super_admin FROM permission_groups \
         ORDER BY CASE WHEN built_in IS NULL THEN name_fold ELSE '' END, id",
    )
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        Ok(GroupName {
            id: id(row, "id")?,
            name: row.try_get("name")?,
            super_admin: crate::db::flag(row, "super_admin")?,
        })
    })
    .collect()
}

/// All groups by name.
pub(super) async fn groups(conn: &mut AnyConnection) -> Result<Vec<Group>, Failure> {
    sqlx::query(
        "SELECT id, COALESCE(built_in, '') AS built_in, name, summary, permissions, super_admin \
         FROM permission_groups ORDER BY name_fold",
    )
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        let built_in: String = row.try_get("built_in")?;
        Ok(Group {
            id: id(row, "id")?,
            built_in: (!built_in.is_empty()).then_some(built_in),
            name: row.try_get("name")?,
            summary: row.try_get("summary")?,
            permissions: PermissionSet::from_keys(row.try_get("permissions")?)
                .map_err(|_| Failure::inconsistent("permission_groups.permissions"))?,
            super_admin: crate::db::flag(row, "super_admin")?,
        })
    })
    .collect()
}
