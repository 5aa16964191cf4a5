//! The statement that every request begins with.

use access::{ADMIN, FactorDemand, Instant, Person, SessionRef, StoreId, TwoFactorPolicy};
use domain::EndedWhy;
use domain::shell::Theme;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::Stage;
use crate::db::flag;
use crate::failure::Failure;
use crate::people::sql::{MEMBERSHIP, PersonRows, USER, id, maybe_id, standing};
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
