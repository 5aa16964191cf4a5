//! Statements about permission groups.

use access::{GroupId, Instant, PermissionSet, StoreId};
use domain::page::Count;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::db::flag;
use crate::db::fold::fold;
use crate::failure::Failure;
use crate::people::sql::id;
use crate::tx::{Access, Groups, Write};

/// A group as it is stored.
pub(super) struct Stored {
    pub id: GroupId,
    /// Key of a built-in group.
    pub built_in: Option<String>,
    pub name: String,
    pub summary: String,
    pub permissions: PermissionSet,
    pub locked: bool,
    pub revision: i64,
}

fn stored(row: &AnyRow) -> Result<Stored, Failure> {
    let built_in: String = row.try_get("built_in")?;
    Ok(Stored {
        id: id(row, "id")?,
        built_in: (!built_in.is_empty()).then_some(built_in),
        name: row.try_get("name")?,
        summary: row.try_get("summary")?,
        permissions: PermissionSet::from_keys(row.try_get("permissions")?)
            .map_err(|_| Failure::inconsistent("permission_groups.permissions"))?,
        locked: flag(row, "super_admin")?,
        revision: row.try_get("revision")?,
    })
}

/// One group.
pub(super) async fn one(
    conn: &mut AnyConnection,
    group: GroupId,
) -> Result<Option<Stored>, Failure> {
    sqlx::query(
        "SELECT id, COALESCE(built_in, '') AS built_in, name, summary, permissions, super_admin, \
           revision FROM permission_groups WHERE id = $1",
    )
    .bind(group.to_string())
    .fetch_optional(conn)
    .await?
    .map(|row| stored(&row))
    .transpose()
}

/// Whether a group other than this one has the name.
pub(super) async fn name_taken(
    conn: &mut AnyConnection,
    name: &str,
    except: GroupId,
) -> Result<bool, Failure> {
    let row =
        sqlx::query("SELECT 1 AS one FROM permission_groups WHERE name_fold = $1 AND id <> $2")
            .bind(fold(name))
            .bind(except.to_string())
            .fetch_optional(conn)
            .await?;
    Ok(row.is_some())
}

/// How many people of the whole business are in each group and have not left. Counting stops
/// where it would get slow, and reads nothing but the index: those who left are few, and are
/// counted by themselves.
pub(super) async fn members(conn: &mut AnyConnection) -> Result<Vec<(GroupId, Count)>, Failure> {
    let cap = i64::from(Count::CAP);
    sqlx::query(
        "SELECT g.id, (SELECT COUNT(*) FROM (SELECT DISTINCT m.user_id FROM memberships m \
             WHERE m.group_id = g.id LIMIT $1) AS capped) AS people, \
           COALESCE(l.people, 0) AS gone \
         FROM permission_groups g LEFT JOIN (SELECT m.group_id, COUNT(DISTINCT m.user_id) AS people \
           FROM users u CROSS JOIN memberships m WHERE u.state = 'deactivated' AND m.user_id = u.id \
           GROUP BY m.group_id) AS l ON l.group_id = g.id",
    )
    .bind(cap + 1)
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        let (people, gone): (i64, i64) = (row.try_get("people")?, row.try_get("gone")?);
        // Of more than are counted, nobody knows how many of the gone are among them.
        let here = if people > cap { people } else { people - gone };
        Ok((id(row, "id")?, Count::capped(u32::try_from(here).unwrap_or(0))))
    })
    .collect()
}

/// How many people in each group have not left and work in one of these stores; a Super Admin
/// works in all. Begins with the people of the stores, who are few beside those of the business.
pub(super) async fn members_in(
    conn: &mut AnyConnection,
    stores: &[StoreId],
) -> Result<Vec<(GroupId, Count)>, Failure> {
    let stores: Vec<String> = stores.iter().map(ToString::to_string).collect();
    sqlx::query(
        "SELECT m.group_id AS id, COUNT(DISTINCT m.user_id) AS people FROM ( \
             SELECT us.user_id FROM stores s CROSS JOIN user_stores us \
               WHERE $1 LIKE '%' || s.id || '%' AND us.store_id = s.id \
             UNION SELECT a.user_id FROM permission_groups g CROSS JOIN memberships a \
               WHERE g.super_admin = 1 AND a.group_id = g.id) AS seen \
           CROSS JOIN memberships m CROSS JOIN users u \
         WHERE m.user_id = seen.user_id AND u.id = seen.user_id \
           AND u.state IN ('invited', 'active') GROUP BY m.group_id",
    )
    .bind(stores.join(" "))
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        let people: i64 = row.try_get("people")?;
        Ok((
            id(row, "id")?,
            Count::capped(u32::try_from(people).unwrap_or(0)),
        ))
    })
    .collect()
}

/// Whether anybody is in the group, those who left included.
pub(super) async fn in_use(conn: &mut AnyConnection, group: GroupId) -> Result<bool, Failure> {
    let row = sqlx::query("SELECT 1 AS one FROM memberships WHERE group_id = $1 LIMIT 1")
        .bind(group.to_string())
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// A group to make.
pub(super) struct New<'a> {
    pub id: GroupId,
    pub name: &'a str,
    pub summary: &'a str,
    pub permissions: PermissionSet,
    pub now: Instant,
}

pub(super) async fn insert(write: &mut Write<'_, Groups>, new: &New<'_>) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO permission_groups (id, built_in, name, name_fold, summary, permissions, \
           super_admin, created, revision) VALUES ($1, NULL, $2, $3, $4, $5, 0, $6, 1)",
    )
    .bind(new.id.to_string())
    .bind(new.name)
    .bind(fold(new.name))
    .bind(new.summary)
    .bind(new.permissions.to_keys())
    .bind(new.now.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Writes a group of the given revision; `false` when somebody was quicker. Under another name its
/// members are sorted by it from then on.
pub(super) async fn update(
    write: &mut Write<'_, Groups>,
    before: &Stored,
    name: &str,
    summary: &str,
    permissions: PermissionSet,
    revision: i64,
) -> Result<bool, Failure> {
    let group = before.id.to_string();
    let done = sqlx::query(
        "UPDATE permission_groups SET name = $3, name_fold = $4, summary = $5, permissions = $6, \
           revision = revision + 1 WHERE id = $1 AND revision = $2",
    )
    .bind(&group)
    .bind(revision)
    .bind(name)
    .bind(fold(name))
    .bind(summary)
    .bind(permissions.to_keys())
    .execute(write.conn())
    .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    if fold(name) != fold(&before.name) {
        sqlx::query(
            "UPDATE users SET groups_sort = COALESCE((SELECT string_agg(g.name_fold, ', ' \
                 ORDER BY g.name_fold) FROM memberships m JOIN permission_groups g \
                   ON g.id = m.group_id WHERE m.user_id = users.id), '') \
             WHERE id IN (SELECT user_id FROM memberships WHERE group_id = $1)",
        )
        .bind(&group)
        .execute(write.conn())
        .await?;
    }
    Ok(true)
}

/// Puts the members of one group into another, for all their stores or for the same store; forms
/// of theirs that were made before no longer fit. Answers how many people that are.
pub(super) async fn move_members(
    write: &mut Write<'_, Access>,
    from: GroupId,
    to: GroupId,
) -> Result<u64, Failure> {
    let (from, to) = (from.to_string(), to.to_string());
    sqlx::query(
        "INSERT INTO memberships (user_id, group_id, store_id) \
         SELECT user_id, $2, store_id FROM memberships WHERE group_id = $1 \
         ON CONFLICT (user_id, group_id, store_id) DO NOTHING",
    )
    .bind(&from)
    .bind(&to)
    .execute(write.conn())
    .await?;
    let moved = sqlx::query(
        "UPDATE users SET revision = revision + 1, \
           groups_sort = COALESCE((SELECT string_agg(g.name_fold, ', ' ORDER BY g.name_fold) \
             FROM memberships m JOIN permission_groups g ON g.id = m.group_id \
             WHERE m.user_id = users.id AND m.group_id <> $1), '') \
         WHERE id IN (SELECT user_id FROM memberships WHERE group_id = $1)",
    )
    .bind(&from)
    .execute(write.conn())
    .await?;
    sqlx::query("DELETE FROM memberships WHERE group_id = $1")
        .bind(&from)
        .execute(write.conn())
        .await?;
    Ok(moved.rows_affected())
}

/// Deletes a group of the given revision; `false` when somebody was quicker.
pub(super) async fn delete(
    write: &mut Write<'_, Groups>,
    group: GroupId,
    revision: i64,
) -> Result<bool, Failure> {
    let done = sqlx::query("DELETE FROM permission_groups WHERE id = $1 AND revision = $2")
        .bind(group.to_string())
        .bind(revision)
        .execute(write.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}
