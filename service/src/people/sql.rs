//! Statements about people as the access rules see them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::LazyLock;

use access::{
    Effect, Instant, Membership, Override, Permission, PermissionSet, Person, Reach, Standing,
    StoreId, UserId,
};
use serde::Deserialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::Group;
use crate::db::Dialect;
use crate::db::rows::{ALL, AsOne, rows};
use crate::db::statement::Statement;
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
    maybe(row.try_get(column)?, column)
}

pub(crate) fn maybe<T: FromStr>(text: &str, what: &'static str) -> Result<Option<T>, Failure> {
    (!text.is_empty()).then(|| known(text, what)).transpose()
}

pub(crate) fn known<T: FromStr>(text: &str, what: &'static str) -> Result<T, Failure> {
    text.parse().map_err(|_| Failure::inconsistent(what))
}

/// A row of the statements that load people in one round trip. What its places hold depends on
/// the kind; those at the end are of some statements only.
#[derive(Deserialize)]
pub(crate) struct Fact<'row> {
    pub kind: i64,
    #[serde(borrow)]
    pub a: Cow<'row, str>,
    #[serde(borrow)]
    pub b: Cow<'row, str>,
    #[serde(borrow)]
    pub c: Cow<'row, str>,
    #[serde(borrow)]
    pub d: Cow<'row, str>,
    #[serde(borrow)]
    pub e: Cow<'row, str>,
    pub i: i64,
    pub j: i64,
    #[serde(borrow, default)]
    pub f: Cow<'row, str>,
    #[serde(default)]
    pub k: i64,
    #[serde(default)]
    pub l: i64,
    #[serde(default)]
    pub m: i64,
}

/// The places of a [`Fact`] that each statement has.
pub(crate) const FACT: &str = "kind, a, b, c, d, e, i, j";

/// Kinds of rows in the statements that load a person in one round trip.
pub(crate) const USER: i64 = 1;
/// A membership with its group.
pub(crate) const MEMBERSHIP: i64 = 2;
/// An override with its author.
pub(crate) const OVERRIDE: i64 = 3;
/// A store of theirs.
pub(crate) const OWN_STORE: i64 = 4;

/// One person: user, memberships, overrides and stores as rows of one shape.
static PERSON: LazyLock<AsOne> = LazyLock::new(|| {
    AsOne::new(
        FACT,
        "\
SELECT 1 AS kind, u.id AS a, u.state AS b, '' AS c, '' AS d, '' AS e, u.ends_at AS i, u.created AS j \
  FROM users u WHERE u.id = $1 \
UNION ALL \
SELECT 2, m.group_id, g.name, m.store_id, g.permissions, '', g.super_admin, 0 \
  FROM memberships m JOIN permission_groups g ON g.id = m.group_id WHERE m.user_id = $1 \
UNION ALL \
SELECT 3, o.permission, o.effect, o.author_id, by_user.name, o.reason, o.created, o.until_at \
  FROM overrides o JOIN users by_user ON by_user.id = o.author_id WHERE o.user_id = $1 \
UNION ALL \
SELECT 4, s.store_id, '', '', '', '', 0, 0 FROM user_stores s WHERE s.user_id = $1",
    )
});

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

/// Several people: the rows of [`PERSON`], each with whose it is (`f`). One text whatever their number,
/// so that it is prepared once.
static PEOPLE: LazyLock<AsOne> = LazyLock::new(|| {
    let ids = places(AT_ONCE);
    let people = format!(
        "SELECT 1 AS kind, u.id AS f, u.id AS a, u.state AS b, '' AS c, '' AS d, '' AS e, u.ends_at AS i, 0 AS j \
           FROM users u WHERE u.id IN ({ids}) \
         UNION ALL \
         SELECT 2, m.user_id, m.group_id, g.name, m.store_id, g.permissions, '', g.super_admin, 0 \
           FROM memberships m JOIN permission_groups g ON g.id = m.group_id WHERE m.user_id IN ({ids}) \
         UNION ALL \
         SELECT 3, o.user_id, o.permission, o.effect, o.author_id, by_user.name, o.reason, o.created, o.until_at \
           FROM overrides o JOIN users by_user ON by_user.id = o.author_id WHERE o.user_id IN ({ids}) \
         UNION ALL \
         SELECT 4, s.user_id, s.store_id, '', '', '', '', 0, 0 FROM user_stores s WHERE s.user_id IN ({ids})"
    );
    AsOne::new(&format!("{FACT}, f"), &people)
});

/// Several people by their ids, by id; ids of nobody are left out.
pub(super) async fn several(
    conn: &mut AnyConnection,
    ids: &[UserId],
) -> Result<Vec<Person>, Failure> {
    let mut found: BTreeMap<UserId, (Option<Standing>, PersonRows)> = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let mut query = PEOPLE.on(conn);
        for id in filled(some) {
            query = query.bind(id.to_string());
        }
        let people = query.fetch_one(&mut *conn).await?;
        for fact in rows::<Fact<'_>>(&people, ALL)? {
            let owner = known(&fact.f, "user_id")?;
            let (standing_of, rows) = found.entry(owner).or_default();
            match fact.kind {
                USER => *standing_of = Some(standing(&fact.b, fact.i)),
                _ => rows.take(fact)?,
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
    pub(crate) fn take(&mut self, fact: Fact<'_>) -> Result<(), Failure> {
        match fact.kind {
            MEMBERSHIP => self.memberships.push(Membership {
                group: known(&fact.a, "memberships.group_id")?,
                name: fact.b.into_owned(),
                super_admin: fact.i != 0,
                permissions: PermissionSet::from_keys(&fact.d)
                    .map_err(|_| Failure::inconsistent("permission_groups.permissions"))?,
                reach: maybe(&fact.c, "memberships.store_id")?
                    .map_or(Reach::AllTheirStores, Reach::Store),
            }),
            OVERRIDE => self.overrides.push(Override {
                permission: Permission::from_key(&fact.a)
                    .ok_or_else(|| Failure::inconsistent("overrides.permission"))?,
                effect: match fact.b.as_ref() {
                    "allow" => Effect::Allow,
                    "deny" => Effect::Deny,
                    _ => return Err(Failure::inconsistent("overrides.effect")),
                },
                author: known(&fact.c, "overrides.author_id")?,
                author_name: fact.d.into_owned(),
                reason: fact.e.into_owned(),
                at: Instant(fact.i),
                until: (fact.j != 0).then_some(Instant(fact.j)),
            }),
            OWN_STORE => self.stores.push(known(&fact.a, "user_stores.store_id")?),
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
    let mut gathered = PersonRows::default();
    let mut found = None;
    let query = PERSON.on(conn).bind(user.to_string());
    let person = query.fetch_one(conn).await?;
    for fact in rows::<Fact<'_>>(&person, ALL)? {
        match fact.kind {
            USER => found = Some(standing(&fact.b, fact.i)),
            _ => gathered.take(fact)?,
        }
    }
    Ok(found.map(|standing| gathered.person(user, standing)))
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
/// the others by name. They come as one.
pub(super) fn group_names(dialect: Dialect) -> Statement {
    let names = "SELECT id, name, super_admin FROM permission_groups \
         ORDER BY CASE WHEN built_in IS NULL THEN name_fold ELSE '' END, id";
    Statement::of(names, []).as_one(dialect, "id, name, super_admin")
}

/// The group whose members may do everything and work everywhere.
pub(crate) const SUPER_ADMINS: &str = "(SELECT id FROM permission_groups WHERE super_admin = 1)";

/// Whether there is a group of that id.
pub(super) async fn is_group(conn: &mut AnyConnection, id: &str) -> Result<bool, Failure> {
    let found = sqlx::query("SELECT 1 AS one FROM permission_groups WHERE id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await?;
    Ok(found.is_some())
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
