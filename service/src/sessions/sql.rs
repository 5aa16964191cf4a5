//! Statements about sessions.

use access::{ADMIN, FactorDemand, Instant, Person, SessionRef, StoreId, TwoFactorPolicy, UserId};
use domain::EndedWhy;
use domain::profile::ALL_STORES;
use domain::shell::Theme;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, Row};

use super::Stage;
use crate::db::{Dialect, flag};
use crate::failure::Failure;
use crate::limits::place;
use crate::people::sql::{MEMBERSHIP, PersonRows, USER, id, maybe_id, standing};
use crate::tx::{Sessions, Write};
use crate::visitor::{Business, Profile, StoreFact};

/// Everything a request needs to know of its person, in one round trip: the session, the user,
/// memberships, overrides, their stores, all stores, the business. Rows of one shape, told apart
/// by `kind`; the two texts differ only in how the session is found.
macro_rules! resolve {
    ($by:literal) => {
        concat!(
            "WITH s AS (SELECT * FROM sessions WHERE ",
            $by,
            " = $1) \
SELECT 0 AS kind, s.ref_id AS a, s.stage AS b, s.store_id AS c, s.ended_why AS d, '' AS e, \
  '' AS f, s.started AS i, s.seen AS j, s.ended AS k, s.proved AS l, 0 AS m FROM s \
UNION ALL \
SELECT 1, u.id, u.state, u.first_name, u.name, u.email, u.theme, u.ends_at, u.two_factor, \
  u.password_set, u.password_alone, u.avatar \
  FROM s JOIN users u ON u.id = s.user_id \
UNION ALL \
SELECT 2, m.group_id, g.name, m.store_id, g.permissions, COALESCE(g.built_in, ''), '', \
  g.super_admin, 0, 0, 0, 0 \
  FROM s JOIN memberships m ON m.user_id = s.user_id \
  JOIN permission_groups g ON g.id = m.group_id \
UNION ALL \
SELECT 3, o.permission, o.effect, o.author_id, by_user.name, o.reason, '', o.created, o.until_at, 0, 0, 0 \
  FROM s JOIN overrides o ON o.user_id = s.user_id JOIN users by_user ON by_user.id = o.author_id \
UNION ALL \
SELECT 4, us.store_id, '', '', '', '', '', 0, 0, 0, 0, 0 \
  FROM s JOIN user_stores us ON us.user_id = s.user_id \
UNION ALL \
SELECT 5, st.id, st.name, st.code, st.time_zone, st.name_fold, '', st.active, 0, 0, 0, 0 \
  FROM s CROSS JOIN stores st \
UNION ALL \
SELECT 6, b.name, b.time_zone, b.require_two_factor, '', '', '', b.one_session, \
  b.idle_minutes, b.absolute_minutes, 0, 0 FROM s CROSS JOIN business b"
        )
    };
}
const RESOLVE_BY_HASH: &str = resolve!("id_hash");
const RESOLVE_BY_REF: &str = resolve!("ref_id");

/// A session with everything a request needs to know of its person.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub session: SessionRef,
    pub stage: Stage,
    pub chosen: Option<StoreId>,
    pub started: Instant,
    pub seen: Instant,
    pub proved: Instant,
    pub ended: Option<EndedWhy>,
    pub idle_ms: i64,
    pub absolute_ms: i64,
    pub demand: FactorDemand,
    pub person: Person,
    pub password_set: Instant,
    pub password_alone: bool,
    pub me: Profile,
    pub business: Business,
    pub stores: Vec<StoreFact>,
}

pub(super) async fn resolve_by_hash(
    conn: &mut AnyConnection,
    id_hash: &str,
) -> Result<Option<Resolved>, Failure> {
    read(
        &sqlx::query(RESOLVE_BY_HASH)
            .bind(id_hash)
            .fetch_all(conn)
            .await?,
    )
}

pub(super) async fn resolve_by_ref(
    conn: &mut AnyConnection,
    session: SessionRef,
) -> Result<Option<Resolved>, Failure> {
    read(
        &sqlx::query(RESOLVE_BY_REF)
            .bind(session.to_string())
            .fetch_all(conn)
            .await?,
    )
}

fn read(rows: &[AnyRow]) -> Result<Option<Resolved>, Failure> {
    let (mut session, mut user, mut business) = (None, None, None);
    let mut stores = Vec::new();
    let mut person = PersonRows::default();
    let mut in_admin = false;
    for row in rows {
        let kind = row.try_get::<i64, _>("kind")?;
        in_admin |= kind == MEMBERSHIP && row.try_get::<&str, _>("e")? == ADMIN;
        match kind {
            0 => session = Some(row),
            USER => user = Some(row),
            5 => stores.push((row.try_get::<String, _>("e")?, store(row)?)),
            6 => business = Some(row),
            kind => person.take(kind, row)?,
        }
    }
    let (Some(session), Some(user), Some(business)) = (session, user, business) else {
        return Ok(None);
    };
    stores.sort_by(|a, b| a.0.cmp(&b.0));
    let minutes = |row: &AnyRow, column: &str| row.try_get::<i64, _>(column).map(|n| n * 60_000);
    let ended = if session.try_get::<i64, _>("k")? == 0 {
        None
    } else {
        Some(EndedWhy::from_key(session.try_get("d")?).unwrap_or(EndedWhy::ByAdmin))
    };
    Ok(Some(Resolved {
        session: id(session, "a")?,
        stage: if session.try_get::<&str, _>("b")? == "full" {
            Stage::Full
        } else {
            Stage::Half
        },
        chosen: maybe_id(session, "c")?,
        started: Instant(session.try_get("i")?),
        seen: Instant(session.try_get("j")?),
        proved: Instant(session.try_get("l")?),
        ended,
        idle_ms: minutes(business, "j")?,
        absolute_ms: minutes(business, "k")?,
        demand: FactorDemand {
            policy: policy(business, "c")?,
            in_admin,
        },
        person: person.person(
            id(user, "a")?,
            standing(user.try_get("b")?, user.try_get("i")?),
        ),
        password_set: Instant(user.try_get("k")?),
        password_alone: flag(user, "l")?,
        me: Profile {
            first_name: user.try_get("c")?,
            name: user.try_get("d")?,
            email: user.try_get("e")?,
            theme: Theme::from_key(user.try_get("f")?).unwrap_or_default(),
            two_factor: flag(user, "j")?,
            avatar: user.try_get("m")?,
        },
        business: Business {
            name: business.try_get("a")?,
            time_zone: business.try_get("b")?,
        },
        stores: stores.into_iter().map(|(_, store)| store).collect(),
    }))
}

/// Whom the business asks for a second factor.
pub(crate) fn policy(row: &AnyRow, column: &'static str) -> Result<TwoFactorPolicy, Failure> {
    TwoFactorPolicy::from_key(row.try_get(column)?)
        .ok_or_else(|| Failure::inconsistent("business.require_two_factor"))
}

fn store(row: &AnyRow) -> Result<StoreFact, Failure> {
    Ok(StoreFact {
        id: id(row, "a")?,
        name: row.try_get("b")?,
        code: row.try_get("c")?,
        time_zone: row.try_get("d")?,
        active: flag(row, "i")?,
    })
}

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

/// Ends one session; `false` when it was over already.
pub(crate) async fn end(
    write: &mut Write<'_, Sessions>,
    session: SessionRef,
    why: EndedWhy,
    now: Instant,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE sessions SET ended = $2, ended_why = $3 WHERE ref_id = $1 AND ended = 0",
    )
    .bind(session.to_string())
    .bind(now.0)
    .bind(why.key())
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all sessions of a person and says how many there were.
pub(crate) async fn end_all(
    write: &mut Write<'_, Sessions>,
    person: UserId,
    why: EndedWhy,
    now: Instant,
) -> Result<u32, Failure> {
    let done = sqlx::query(
        "UPDATE sessions SET ended = $2, ended_why = $3 WHERE user_id = $1 AND ended = 0",
    )
    .bind(person.to_string())
    .bind(now.0)
    .bind(why.key())
    .execute(write.conn())
    .await?;
    Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
}

/// Ends all complete sessions but each person's newest that is still open at this moment, by
/// limits of so many milliseconds; says how many there were.
pub(crate) async fn end_older(
    write: &mut Write<'_, Sessions>,
    idle_ms: i64,
    absolute_ms: i64,
    now: Instant,
) -> Result<u32, Failure> {
    let done = sqlx::query(
        "UPDATE sessions SET ended = $1, ended_why = $2 \
         WHERE ended = 0 AND stage = 'full' AND EXISTS (SELECT 1 FROM sessions newer \
           WHERE newer.user_id = sessions.user_id AND newer.ended = 0 AND newer.stage = 'full' \
             AND newer.seen > $3 AND newer.started > $4 \
             AND (newer.started > sessions.started \
               OR newer.started = sessions.started AND newer.ref_id > sessions.ref_id))",
    )
    .bind(now.0)
    .bind(EndedWhy::NotNewest.key())
    .bind(now.0 - idle_ms)
    .bind(now.0 - absolute_ms)
    .execute(write.conn())
    .await?;
    Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
}

/// Ends all sessions of a person but one, and says how many there were.
pub(crate) async fn end_others(
    write: &mut Write<'_, Sessions>,
    person: UserId,
    but: SessionRef,
    why: EndedWhy,
    now: Instant,
) -> Result<u32, Failure> {
    let done = sqlx::query(
        "UPDATE sessions SET ended = $3, ended_why = $4 \
         WHERE user_id = $1 AND ref_id <> $2 AND ended = 0",
    )
    .bind(person.to_string())
    .bind(but.to_string())
    .bind(now.0)
    .bind(why.key())
    .execute(write.conn())
    .await?;
    Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
}

/// Ends the sessions of a person that are half-way in, but one, and says how many there were.
pub(crate) async fn end_half(
    write: &mut Write<'_, Sessions>,
    person: UserId,
    but: Option<SessionRef>,
    why: EndedWhy,
    now: Instant,
) -> Result<u32, Failure> {
    let done = sqlx::query(
        "UPDATE sessions SET ended = $3, ended_why = $4 \
         WHERE user_id = $1 AND ref_id <> $2 AND stage = 'half' AND ended = 0",
    )
    .bind(person.to_string())
    .bind(but.map(|session| session.to_string()).unwrap_or_default())
    .bind(now.0)
    .bind(why.key())
    .execute(write.conn())
    .await?;
    Ok(u32::try_from(done.rows_affected()).unwrap_or(u32::MAX))
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
pub(super) async fn live(pool: &AnyPool, id_hash: &str) -> Result<Option<Live>, Failure> {
    sqlx::query(
        "SELECT s.ref_id, s.user_id, u.name FROM sessions s JOIN users u ON u.id = s.user_id \
         WHERE s.id_hash = $1 AND s.ended = 0",
    )
    .bind(id_hash)
    .fetch_optional(pool)
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

/// A session that was just ended, for its entry.
pub(super) struct Ended {
    pub session: SessionRef,
    pub device: String,
    pub ip: String,
}

fn ended(row: &AnyRow) -> Result<Ended, Failure> {
    Ok(Ended {
        session: id(row, "ref_id")?,
        device: row.try_get("device")?,
        ip: row.try_get("ip")?,
    })
}

/// Ends one session and answers which; nothing when it was over already.
pub(super) async fn end_one(
    write: &mut Write<'_, Sessions>,
    session: SessionRef,
    why: EndedWhy,
    now: Instant,
) -> Result<Option<Ended>, Failure> {
    sqlx::query(
        "UPDATE sessions SET ended = $2, ended_why = $3 WHERE ref_id = $1 AND ended = 0 \
         RETURNING ref_id, device, ip",
    )
    .bind(session.to_string())
    .bind(now.0)
    .bind(why.key())
    .fetch_optional(write.conn())
    .await?
    .as_ref()
    .map(ended)
    .transpose()
}

/// Ends all sessions of a person but perhaps one, and answers which.
pub(super) async fn end_each(
    write: &mut Write<'_, Sessions>,
    person: UserId,
    but: Option<SessionRef>,
    why: EndedWhy,
    now: Instant,
) -> Result<Vec<Ended>, Failure> {
    sqlx::query(
        "UPDATE sessions SET ended = $3, ended_why = $4 \
         WHERE user_id = $1 AND ref_id <> $2 AND ended = 0 RETURNING ref_id, device, ip",
    )
    .bind(person.to_string())
    .bind(but.map(|but| but.to_string()).unwrap_or_default())
    .bind(now.0)
    .bind(why.key())
    .fetch_all(write.conn())
    .await?
    .iter()
    .map(ended)
    .collect()
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

pub(super) async fn timed_out(pool: &AnyPool, now: Instant) -> Result<Vec<TimedOut>, Failure> {
    sqlx::query(
        "SELECT s.ref_id, s.user_id, u.name, \
           CASE WHEN s.started + b.absolute_minutes * 60000 <= $1 THEN 'too_old' ELSE 'idle' END AS why \
         FROM sessions s JOIN users u ON u.id = s.user_id CROSS JOIN business b \
         WHERE s.ended = 0 AND (s.started + b.absolute_minutes * 60000 <= $1 \
           OR s.seen + b.idle_minutes * 60000 <= $1) LIMIT 500",
    )
    .bind(now.0)
    .fetch_all(pool)
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
