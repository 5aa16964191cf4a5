//! The statement that every request begins with.

use std::sync::LazyLock;

use access::{ADMIN, FactorDemand, Instant, Person, SessionRef, StoreId, TwoFactorPolicy};
use domain::EndedWhy;
use domain::shell::Theme;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::Stage;
use crate::db::rows::{ALL, AsOne, rows};
use crate::failure::Failure;
use crate::people::sql::{FACT, Fact, MEMBERSHIP, PersonRows, USER, known, maybe, standing};
use crate::visitor::{Business, Profile, StoreFact};

/// Everything a request needs to know of its person, in one round trip: the session, the user,
/// memberships, overrides, their stores, all stores, the business. Rows of one shape, told apart
/// by `kind`; the two texts differ only in how the session is found.
fn resolve(by: &str) -> AsOne {
    let session = format!(
        "WITH s AS (SELECT * FROM sessions WHERE {by} = $1) \
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
    );
    AsOne::new(&format!("{FACT}, f, k, l, m"), &session)
}
static RESOLVE_BY_HASH: LazyLock<AsOne> = LazyLock::new(|| resolve("id_hash"));
static RESOLVE_BY_REF: LazyLock<AsOne> = LazyLock::new(|| resolve("ref_id"));

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
    let query = RESOLVE_BY_HASH.on(conn).bind(id_hash.to_owned());
    read(&query.fetch_one(conn).await?)
}

pub(super) async fn resolve_by_ref(
    conn: &mut AnyConnection,
    session: SessionRef,
) -> Result<Option<Resolved>, Failure> {
    let query = RESOLVE_BY_REF.on(conn).bind(session.to_string());
    read(&query.fetch_one(conn).await?)
}

fn read(all: &AnyRow) -> Result<Option<Resolved>, Failure> {
    let (mut session, mut user, mut business) = (None, None, None);
    let mut stores = Vec::new();
    let mut person = PersonRows::default();
    let mut in_admin = false;
    for fact in rows::<Fact<'_>>(all, ALL)? {
        in_admin |= fact.kind == MEMBERSHIP && fact.e == ADMIN;
        match fact.kind {
            0 => session = Some(fact),
            USER => user = Some(fact),
            5 => stores.push(fact),
            6 => business = Some(fact),
            _ => person.take(fact)?,
        }
    }
    let (Some(session), Some(user), Some(business)) = (session, user, business) else {
        return Ok(None);
    };
    stores.sort_by(|one, other| one.e.cmp(&other.e));
    Ok(Some(Resolved {
        session: known(&session.a, "sessions.ref_id")?,
        stage: if session.b == "full" {
            Stage::Full
        } else {
            Stage::Half
        },
        chosen: maybe(&session.c, "sessions.store_id")?,
        started: Instant(session.i),
        seen: Instant(session.j),
        proved: Instant(session.l),
        ended: (session.k != 0)
            .then(|| EndedWhy::from_key(&session.d).unwrap_or(EndedWhy::ByAdmin)),
        idle_ms: business.j * 60_000,
        absolute_ms: business.k * 60_000,
        demand: FactorDemand {
            policy: policy_of(&business.c)?,
            in_admin,
        },
        person: person.person(known(&user.a, "users.id")?, standing(&user.b, user.i)),
        password_set: Instant(user.k),
        password_alone: user.l != 0,
        me: Profile {
            first_name: user.c.into_owned(),
            name: user.d.into_owned(),
            email: user.e.into_owned(),
            theme: Theme::from_key(&user.f).unwrap_or_default(),
            two_factor: user.j != 0,
            avatar: user.m,
        },
        business: Business {
            name: business.a.into_owned(),
            time_zone: business.b.into_owned(),
        },
        stores: stores.into_iter().map(store).collect::<Result<_, _>>()?,
    }))
}

/// Whom the business asks for a second factor.
pub(crate) fn policy(row: &AnyRow, column: &'static str) -> Result<TwoFactorPolicy, Failure> {
    policy_of(row.try_get(column)?)
}

fn policy_of(key: &str) -> Result<TwoFactorPolicy, Failure> {
    TwoFactorPolicy::from_key(key)
        .ok_or_else(|| Failure::inconsistent("business.require_two_factor"))
}

fn store(fact: Fact<'_>) -> Result<StoreFact, Failure> {
    Ok(StoreFact {
        id: known(&fact.a, "stores.id")?,
        name: fact.b.into_owned(),
        code: fact.c.into_owned(),
        time_zone: fact.d.into_owned(),
        active: fact.i != 0,
    })
}
