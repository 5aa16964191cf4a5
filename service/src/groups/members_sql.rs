//! Statements about the members of a group, of whom there may be very many.

use access::{GroupId, Instant, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::db::statement::{Bind, Statement};
use crate::failure::Failure;
use crate::people::sql::id;

/// One of several members who are alike.
pub(super) struct Alike {
    /// One of them.
    pub id: UserId,
    /// How many there are.
    pub people: u32,
    /// All of them, where they are few.
    pub few: Vec<UserId>,
}

/// One of each kind of member, how many there are of it, and who they are where they are `few` at
/// the most: people alike in standing, groups, overrides and stores hold the same, so that a rule
/// that looks at one has looked at all. `apart` is a kind of their own.
pub(super) async fn kinds(
    conn: &mut AnyConnection,
    group: GroupId,
    apart: UserId,
    few: u32,
) -> Result<Vec<Alike>, Failure> {
    sqlx::query(
        "SELECT MIN(t.id) AS id, COUNT(*) AS people, \
           CASE WHEN COUNT(*) <= $3 THEN string_agg(t.id, ' ') ELSE '' END AS few \
         FROM (SELECT u.id, u.state, u.ends_at, \
           CASE WHEN u.id = $2 THEN 1 ELSE 0 END AS apart, \
           (SELECT string_agg(m.group_id || '@' || m.store_id, ' ' ORDER BY m.group_id, m.store_id) \
             FROM memberships m WHERE m.user_id = u.id) AS groups_held, \
           (SELECT string_agg(o.permission || o.effect || CAST(o.until_at AS TEXT), ' ' \
             ORDER BY o.permission) FROM overrides o WHERE o.user_id = u.id) AS exceptions, \
           (SELECT string_agg(us.store_id, ' ' ORDER BY us.store_id) \
             FROM user_stores us WHERE us.user_id = u.id) AS stores \
           FROM users u WHERE u.id IN (SELECT user_id FROM memberships WHERE group_id = $1)) AS t \
         GROUP BY t.state, t.apart, t.ends_at, t.groups_held, t.exceptions, t.stores ORDER BY 1",
    )
    .bind(group.to_string())
    .bind(apart.to_string())
    .bind(i64::from(few))
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        let people: i64 = row.try_get("people")?;
        let few: &str = row.try_get("few")?;
        let few = few.split_whitespace().map(str::parse::<UserId>);
        Ok(Alike {
            id: id(row, "id")?,
            people: u32::try_from(people).unwrap_or(u32::MAX),
            few: few
                .collect::<Result<_, _>>()
                .map_err(|_| Failure::inconsistent("memberships.user_id"))?,
        })
    })
    .collect()
}

/// A member by name.
pub(super) struct Named {
    pub id: UserId,
    pub name: String,
    pub sort: String,
}

fn named(row: &AnyRow) -> Result<Named, Failure> {
    Ok(Named {
        id: id(row, "id")?,
        name: row.try_get("name")?,
        sort: row.try_get("name_sort")?,
    })
}

/// These of the people who have not left, in no order; a few hundred at the most.
pub(super) async fn these(conn: &mut AnyConnection, ids: &[UserId]) -> Result<Vec<Named>, Failure> {
    let mut statement = Statement::of(
        "SELECT u.id, u.name, u.name_sort FROM users u WHERE u.state <> 'deactivated'",
        [],
    );
    let ids = ids.iter().map(|id| Bind::Text(id.to_string()));
    statement.push_list(" AND u.id IN", ids.collect());
    statement
        .query()
        .fetch_all(conn)
        .await?
        .iter()
        .map(named)
        .collect()
}

/// Members, those who left included: the first by id, at most `limit` of them.
pub(super) async fn first(
    conn: &mut AnyConnection,
    group: GroupId,
    limit: usize,
) -> Result<Vec<Named>, Failure> {
    sqlx::query(
        "SELECT DISTINCT u.id, u.name, u.name_sort FROM memberships m CROSS JOIN users u \
         WHERE m.group_id = $1 AND u.id = m.user_id ORDER BY u.id LIMIT $2",
    )
    .bind(group.to_string())
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?
    .iter()
    .map(named)
    .collect()
}

/// The first members who have not left and whom an override allows something, in the order of the
/// list of people.
pub(super) async fn with_allowances(
    conn: &mut AnyConnection,
    group: GroupId,
    now: Instant,
    limit: usize,
) -> Result<Vec<Named>, Failure> {
    sqlx::query(
        "SELECT DISTINCT u.id, u.name, u.name_sort FROM memberships m \
           CROSS JOIN overrides o CROSS JOIN users u \
         WHERE m.group_id = $1 AND o.user_id = m.user_id AND o.effect = 'allow' \
           AND (o.until_at = 0 OR o.until_at > $2) \
           AND u.id = m.user_id AND u.state <> 'deactivated' \
         ORDER BY u.name_sort, u.id LIMIT $3",
    )
    .bind(group.to_string())
    .bind(now.0)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?
    .iter()
    .map(named)
    .collect()
}

/// Members who have not left, in the order of the list of people, after one of them: for a group
/// of many, for whom the list's own index is walked.
pub(super) async fn by_name(
    conn: &mut AnyConnection,
    group: GroupId,
    after: Option<&Named>,
    limit: usize,
) -> Result<Vec<Named>, Failure> {
    let (sort, last) = after.map_or((String::new(), String::new()), |named| {
        (named.sort.clone(), named.id.to_string())
    });
    sqlx::query(
        "SELECT u.id, u.name, u.name_sort FROM users u \
         WHERE (u.name_sort, u.id) > ($2, $3) AND u.state <> 'deactivated' \
           AND EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.group_id = $1) \
         ORDER BY u.name_sort, u.id LIMIT $4",
    )
    .bind(group.to_string())
    .bind(sort)
    .bind(last)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?
    .iter()
    .map(named)
    .collect()
}
