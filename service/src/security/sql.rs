//! Statements of Settings → Security.

use access::{GroupId, Instant, Permission, TwoFactorPolicy, UserId};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::db::flag;
use crate::failure::Failure;
use crate::people::sql::id;
use crate::sessions::policy;
use crate::tx::{Settings, Write};

/// What is kept of it, under its names in the audit log.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Kept {
    #[serde(rename = "require_two_factor")]
    pub policy: TwoFactorPolicy,
    pub one_session: bool,
    pub idle_minutes: u32,
    pub absolute_minutes: u32,
    #[serde(skip)]
    pub revision: i64,
}

pub(super) async fn kept(conn: &mut AnyConnection) -> Result<Kept, Failure> {
    let row = sqlx::query(
        "SELECT require_two_factor, one_session, idle_minutes, absolute_minutes, revision \
         FROM business WHERE id = 1",
    )
    .fetch_one(conn)
    .await?;
    let minutes = |column: &str| -> Result<u32, Failure> {
        let minutes: i64 = row.try_get(column)?;
        u32::try_from(minutes).map_err(|_| Failure::inconsistent("limits of sessions"))
    };
    Ok(Kept {
        policy: policy(&row, "require_two_factor")?,
        one_session: flag(&row, "one_session")?,
        idle_minutes: minutes("idle_minutes")?,
        absolute_minutes: minutes("absolute_minutes")?,
        revision: row.try_get("revision")?,
    })
}

/// Writes it over its own revision; `false` when somebody was quicker.
pub(super) async fn save(write: &mut Write<'_, Settings>, new: &Kept) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE business SET require_two_factor = $1, one_session = $2, idle_minutes = $3, \
           absolute_minutes = $4, revision = revision + 1 WHERE id = 1 AND revision = $5",
    )
    .bind(new.policy.key())
    .bind(i64::from(new.one_session))
    .bind(i64::from(new.idle_minutes))
    .bind(i64::from(new.absolute_minutes))
    .bind(new.revision)
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many people work here, or only those without a second factor, `limit` at the most.
pub(super) async fn active(
    conn: &mut AnyConnection,
    now: Instant,
    limit: u32,
    without: bool,
) -> Result<u32, Failure> {
    let statement = if without {
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM users WHERE state = 'active' \
           AND two_factor = 0 AND ends_at NOT BETWEEN 1 AND $1 LIMIT $2) AS capped"
    } else {
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM users WHERE state = 'active' \
           AND ends_at NOT BETWEEN 1 AND $1 LIMIT $2) AS capped"
    };
    let n: i64 = sqlx::query_scalar(statement)
        .bind(now.0)
        .bind(i64::from(limit))
        .fetch_one(conn)
        .await?;
    Ok(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Somebody who may be an admin, and whether a second factor is set up.
type Candidate = (UserId, bool);

fn candidate(row: &AnyRow) -> Result<Candidate, Failure> {
    Ok((id(row, "id")?, flag(row, "two_factor")?))
}

/// People who work here and are in a group.
pub(super) async fn members(
    conn: &mut AnyConnection,
    group: GroupId,
    now: Instant,
    limit: i64,
) -> Result<Vec<Candidate>, Failure> {
    sqlx::query(
        "SELECT u.id, u.two_factor FROM memberships m CROSS JOIN users u \
         WHERE m.group_id = $1 AND u.id = m.user_id AND u.state = 'active' \
           AND u.ends_at NOT BETWEEN 1 AND $2 ORDER BY m.user_id LIMIT $3",
    )
    .bind(group.to_string())
    .bind(now.0)
    .bind(limit)
    .fetch_all(conn)
    .await?
    .iter()
    .map(candidate)
    .collect()
}

/// People who work here and have one of these permissions allowed by override.
pub(super) async fn allowed(
    conn: &mut AnyConnection,
    permissions: [Permission; 4],
    now: Instant,
    limit: i64,
) -> Result<Vec<Candidate>, Failure> {
    let [a, b, c, d] = permissions.map(Permission::key);
    sqlx::query(
        "SELECT u.id, u.two_factor FROM overrides o CROSS JOIN users u \
         WHERE o.permission IN ($1, $2, $3, $4) AND o.effect = 'allow' \
           AND (o.until_at = 0 OR o.until_at > $5) \
           AND u.id = o.user_id AND u.state = 'active' AND u.ends_at NOT BETWEEN 1 AND $5 \
         ORDER BY o.user_id LIMIT $6",
    )
    .bind(a)
    .bind(b)
    .bind(c)
    .bind(d)
    .bind(now.0)
    .bind(limit)
    .fetch_all(conn)
    .await?
    .iter()
    .map(candidate)
    .collect()
}
