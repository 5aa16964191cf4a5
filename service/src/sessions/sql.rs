//! Statements about sessions: how one begins, what is known of it, what it remembers.

use access::{ADMIN, FactorDemand, Instant, SessionRef, StoreId, UserId};
use domain::EndedWhy;
use domain::profile::ALL_STORES;
use sqlx::{AnyConnection, AnyPool, Row};

use super::{Stage, policy};
use crate::db::{Dialect, flag};
use crate::failure::Failure;
use crate::limits::place;
use crate::people::sql::{id, maybe_id};
use crate::tx::{Sessions, Write};

pub(super) async fn touch(
    pool: &AnyPool,
    session: SessionRef,
    now: Instant,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET seen = $2 WHERE ref_id = $1 AND ended = 0 AND seen < $2")
        .bind(session.to_string())
        .bind(now.0)
        .execute(pool)
        .await
        .map(|_| ())
}

/// Remembers a proof of who sits there.
pub(super) async fn prove(
    pool: &AnyPool,
    session: SessionRef,
    now: Instant,
) -> Result<(), Failure> {
    sqlx::query("UPDATE sessions SET proved = $2 WHERE ref_id = $1 AND ended = 0 AND proved < $2")
        .bind(session.to_string())
        .bind(now.0)
        .execute(pool)
        .await?;
    Ok(())
}

/// A session to begin.
pub(super) struct New<'a> {
    pub id_hash: &'a str,
    pub session: SessionRef,
    pub person: UserId,
    pub stage: Stage,
    pub store: Option<StoreId>,
    pub device: &'a str,
    pub ip: &'a str,
    pub now: Instant,
    pub proved: Instant,
}

pub(super) async fn insert(write: &mut Write<'_, Sessions>, new: &New<'_>) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO sessions \
         (id_hash, ref_id, user_id, stage, store_id, device, ip, started, seen, ended, ended_why, \
          proved) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 0, '', $9)",
    )
    .bind(new.id_hash)
    .bind(new.session.to_string())
    .bind(new.person.to_string())
    .bind(new.stage.key())
    .bind(new.store.map(|store| store.to_string()).unwrap_or_default())
    .bind(new.device)
    .bind(new.ip)
    .bind(new.now.0)
    .bind(new.proved.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Whether a person has never signed in from this device at this place, as far as sessions are
/// remembered. Places are compared as limits count them.
pub(super) async fn is_new_place(
    conn: &mut AnyConnection,
    person: UserId,
    device: &str,
    ip: &str,
) -> Result<bool, Failure> {
    let seen: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT ip FROM sessions WHERE user_id = $1 AND stage = 'full' AND device = $2",
    )
    .bind(person.to_string())
    .bind(device)
    .fetch_all(conn)
    .await?;
    let here = place(ip);
    Ok(!seen.iter().any(|ip| place(ip) == here))
}

/// A session that nobody has ended.
pub(super) struct Live {
    pub session: SessionRef,
    pub person: UserId,
    pub name: String,
}

/// The session behind a cookie's id, unless it has ended.
pub(super) async fn live(conn: &mut AnyConnection, id_hash: &str) -> Result<Option<Live>, Failure> {
    sqlx::query(
        "SELECT s.ref_id, s.user_id, u.name FROM sessions s JOIN users u ON u.id = s.user_id \
         WHERE s.id_hash = $1 AND s.ended = 0",
    )
    .bind(id_hash)
    .fetch_optional(conn)
    .await?
    .map(|row| {
        Ok(Live {
            session: id(&row, "ref_id")?,
            person: id(&row, "user_id")?,
            name: row.try_get("name")?,
        })
    })
    .transpose()
}

/// Sessions of a person that are open at a moment, by what is written and by the clock.
pub(crate) async fn live_count(
    conn: &mut AnyConnection,
    person: UserId,
    now: Instant,
) -> Result<u32, sqlx::Error> {
    let n: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM sessions s CROSS JOIN business b \
         WHERE s.user_id = $1 AND s.ended = 0 AND s.seen > $2 - b.idle_minutes * 60000 \
           AND s.started > $2 - b.absolute_minutes * 60000",
    )
    .bind(person.to_string())
    .bind(now.0)
    .fetch_one(conn)
    .await?;
    Ok(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Whose a session is.
pub(super) struct Owner {
    pub person: UserId,
    pub name: String,
}

/// Whose a session is, open or over.
pub(super) async fn owner(
    conn: &mut AnyConnection,
    session: SessionRef,
) -> Result<Option<Owner>, Failure> {
    sqlx::query(
        "SELECT s.user_id, u.name FROM sessions s JOIN users u ON u.id = s.user_id \
         WHERE s.ref_id = $1",
    )
    .bind(session.to_string())
    .fetch_optional(conn)
    .await?
    .map(|row| {
        Ok(Owner {
            person: id(&row, "user_id")?,
            name: row.try_get("name")?,
        })
    })
    .transpose()
}

/// The device of a person's newest complete session, as far as it is remembered.
pub(crate) async fn last_device(
    conn: &mut AnyConnection,
    person: UserId,
) -> Result<Option<String>, Failure> {
    let device: Option<String> = sqlx::query_scalar(
        "SELECT device FROM sessions WHERE user_id = $1 AND stage = 'full' \
         ORDER BY started DESC LIMIT 1",
    )
    .bind(person.to_string())
    .fetch_optional(conn)
    .await?;
    Ok(device.filter(|device| !device.is_empty()))
}

/// What beginning a session must know of its person, read under the write lock.
pub(super) struct Opening {
    pub one_session: bool,
    pub enrolled: bool,
    pub demand: FactorDemand,
    pub name: String,
    pub store: Option<StoreId>,
    pub password_set: Instant,
    pub password_alone: bool,
    /// Zero before the first time.
    pub last_sign_in: Instant,
}

pub(super) async fn opening(
    conn: &mut AnyConnection,
    person: UserId,
) -> Result<Option<Opening>, Failure> {
    let row = sqlx::query(
        "SELECT b.one_session, b.require_two_factor, u.two_factor, u.name, u.default_store, \
           u.last_store, u.password_set, u.password_alone, u.last_sign_in, \
           CASE WHEN EXISTS (SELECT 1 FROM memberships m \
             JOIN permission_groups g ON g.id = m.group_id \
             WHERE m.user_id = u.id AND g.built_in = $2) THEN 1 ELSE 0 END AS in_admin \
         FROM users u CROSS JOIN business b WHERE u.id = $1",
    )
    .bind(person.to_string())
    .bind(ADMIN)
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Opening {
            one_session: flag(&row, "one_session")?,
            enrolled: flag(&row, "two_factor")?,
            demand: FactorDemand {
                policy: policy(&row, "require_two_factor")?,
                in_admin: flag(&row, "in_admin")?,
            },
            name: row.try_get("name")?,
            store: match row.try_get("default_store")? {
                "" => maybe_id(&row, "last_store")?,
                ALL_STORES => None,
                _ => maybe_id(&row, "default_store")?,
            },
            password_set: Instant(row.try_get("password_set")?),
            password_alone: flag(&row, "password_alone")?,
            last_sign_in: Instant(row.try_get("last_sign_in")?),
        })
    })
    .transpose()
}

/// Takes the person's row, so that whoever sets their password anew or deactivates them comes
/// before or after.
pub(super) async fn hold(write: &mut Write<'_, Sessions>, person: UserId) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET last_sign_in = last_sign_in WHERE id = $1")
        .bind(person.to_string())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Holds the policy that a sign-in goes by until it is done.
pub(super) async fn hold_settings(
    write: &mut Write<'_, Sessions>,
    dialect: Dialect,
) -> Result<(), Failure> {
    if let Some(statement) = dialect.hold_settings() {
        sqlx::query(statement).execute(write.conn()).await?;
    }
    Ok(())
}

/// A complete sign-in: the wrong tries before it no longer count.
pub(super) async fn signed_in(
    write: &mut Write<'_, Sessions>,
    person: UserId,
    now: Instant,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE users SET last_sign_in = $2, failed = 0, failures = 0, locked_until = 0 \
         WHERE id = $1",
    )
    .bind(person.to_string())
    .bind(now.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

pub(super) async fn choose_store(
    write: &mut Write<'_, Sessions>,
    session: SessionRef,
    person: UserId,
    store: Option<StoreId>,
) -> Result<(), Failure> {
    let store = store.map(|store| store.to_string()).unwrap_or_default();
    // The person's row before their sessions, as everywhere, so that no two wait for each other.
    sqlx::query("UPDATE users SET last_store = $2 WHERE id = $1")
        .bind(person.to_string())
        .bind(&store)
        .execute(write.conn())
        .await?;
    sqlx::query("UPDATE sessions SET store_id = $2 WHERE ref_id = $1 AND ended = 0")
        .bind(session.to_string())
        .bind(&store)
        .execute(write.conn())
        .await?;
    Ok(())
}

/// A session that the clock has ended and nobody has written down yet.
pub(super) struct TimedOut {
    pub session: SessionRef,
    pub person: UserId,
    pub name: String,
    pub why: EndedWhy,
}

pub(super) async fn timed_out(
    conn: &mut AnyConnection,
    now: Instant,
) -> Result<Vec<TimedOut>, Failure> {
    sqlx::query(
        "SELECT s.ref_id, s.user_id, u.name, \
           CASE WHEN s.started + b.absolute_minutes * 60000 <= $1 THEN 'too_old' ELSE 'idle' END AS why \
         FROM sessions s JOIN users u ON u.id = s.user_id CROSS JOIN business b \
         WHERE s.ended = 0 AND (s.started + b.absolute_minutes * 60000 <= $1 \
           OR s.seen + b.idle_minutes * 60000 <= $1) LIMIT 500",
    )
    .bind(now.0)
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        Ok(TimedOut {
            session: id(row, "ref_id")?,
            person: id(row, "user_id")?,
            name: row.try_get("name")?,
            why: EndedWhy::from_key(row.try_get("why")?)
                .ok_or_else(|| Failure::inconsistent("sessions.why"))?,
        })
    })
    .collect()
}

/// Deletes sessions that ended before an instant.
pub(super) async fn forget(pool: &AnyPool, before: Instant) -> Result<(), Failure> {
    sqlx::query("DELETE FROM sessions WHERE ended > 0 AND ended < $1")
        .bind(before.0)
        .execute(pool)
        .await?;
    Ok(())
}
