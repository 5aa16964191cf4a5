//! Statements of look-ups: who might hold a permission. They leave out who can't, and decide
//! nothing.
//!
//! Few that come into question are gathered first and then sorted; of many, the index by name is
//! walked until there are enough. So a page costs about the same however many people there are.

use access::{Permission, PermissionSet, Person, Question, Scope, StoreId, Visible};
use sqlx::{AnyConnection, Row};

use super::LookUp;
use crate::db::statement::{Bind, Statement, marks, text};
use crate::failure::Failure;
use crate::people::Group;
use crate::people::brief_sql::{COLUMNS, read};

/// How many count as few.
const FEW: i64 = 2_000;

/// What is shown of somebody, beside what evaluation needs.
const SHOWN: &str = "u.name, u.email, u.name_sort, u.locked_until";

/// Somebody who might hold it.
pub(super) struct Candidate {
    pub person: Person,
    pub name: String,
    pub email: String,
    pub name_sort: String,
    pub locked_until: i64,
}

/// Where it is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// With the members of the groups that give it, and those to whom it is allowed.
    Giving,
    /// With the people of the stores concerned.
    Stores,
    /// With everybody, by name.
    Everybody,
}

/// What is wanted of the candidates.
#[derive(Clone, Copy)]
pub(super) struct Want<'a> {
    /// Those who work, or those who are invited, deactivated or past their last day.
    pub working: bool,
    /// Sort key and id of the one to go on from.
    pub from: Option<(&'a str, &'a str)>,
    /// Against the order of names.
    pub back: bool,
    pub limit: usize,
}

/// Everybody who could be asked about, one after the other, by name.
pub(super) async fn candidates(
    conn: &mut AnyConnection,
    look_up: &LookUp,
    want: Want<'_>,
) -> Result<Vec<Candidate>, Failure> {
    let now = || Bind::Number(look_up.now.0);
    let mut statement = Statement::default();
    let select = format!("SELECT {COLUMNS}, {SHOWN}");
    match look_up.source {
        Source::Everybody if want.working => {
            statement.push(&format!("{select} FROM users u WHERE 1 = 1"), []);
        }
        Source::Everybody => {
            // Few are not at work, and each state has its index.
            let part = format!(
                "{select} FROM (SELECT id AS user_id FROM users \
                   WHERE state IN ('invited', 'deactivated') \
                 UNION ALL SELECT id FROM users \
                   WHERE ends_at <> 0 AND ends_at <= ? AND state = 'active') AS c \
                 CROSS JOIN users u WHERE u.id = c.user_id"
            );
            statement.push(&part, [now()]);
        }
        source => {
            statement.push("WITH c AS MATERIALIZED (", []);
            gather(&mut statement, look_up, source, "UNION");
            // The order of a CROSS JOIN is kept: those gathered first, then their rows.
            let part = format!(") {select} FROM c CROSS JOIN users u WHERE u.id = c.user_id");
            statement.push(&part, []);
        }
    }
    if want.working {
        statement.push(
            " AND u.state = 'active' AND u.ends_at NOT BETWEEN 1 AND ?",
            [now()],
        );
    } else if look_up.source != Source::Everybody {
        statement.push(
            " AND (u.state <> 'active' OR u.ends_at BETWEEN 1 AND ?)",
            [now()],
        );
    }
    filters(&mut statement, look_up);
    if let Some((key, id)) = want.from {
        let sign = if want.back { '<' } else { '>' };
        let part = format!(" AND (u.name_sort, u.id) {sign} (?, ?)");
        statement.push(&part, [text(key), text(id)]);
    }
    if want.working {
        let order = if want.back { "DESC" } else { "ASC" };
        let part = format!(" ORDER BY u.name_sort {order}, u.id {order}");
        statement.push(&part, []);
    }
    let limit = i64::try_from(want.limit).unwrap_or(i64::MAX);
    statement.push(" LIMIT ?", [Bind::Number(limit)]);
    found(conn, statement, &look_up.groups).await
}

/// How the look-up begins: with whom there are few of.
pub(super) async fn source(conn: &mut AnyConnection, look_up: &LookUp) -> Result<Source, Failure> {
    for source in [Source::Giving, Source::Stores] {
        if source == Source::Stores && stores_concerned(look_up).is_none() {
            break;
        }
        let mut statement = Statement::default();
        statement.push("SELECT COUNT(*) AS n FROM (", []);
        // Somebody counted twice does no harm, and counting can stop early.
        gather(&mut statement, look_up, source, "UNION ALL");
        statement.push(" LIMIT ?) AS capped", [Bind::Number(FEW + 1)]);
        let n: i64 = statement
            .query()
            .fetch_one(&mut *conn)
            .await?
            .try_get("n")?;
        if n <= FEW {
            return Ok(source);
        }
    }
    Ok(Source::Everybody)
}

/// Ids of those with whom the look-up begins.
fn gather(statement: &mut Statement, look_up: &LookUp, source: Source, union: &str) {
    if source == Source::Stores {
        let stores = stores_concerned(look_up).unwrap_or_default();
        let part = format!(
            "SELECT us.user_id FROM user_stores us WHERE us.store_id IN ({}) \
             {union} SELECT m.user_id FROM memberships m WHERE m.group_id IN ({})",
            marks(stores.len()),
            marks(super_admins(&look_up.groups).count())
        );
        let stores = stores.iter().map(|store| text(&store.to_string()));
        statement.push(&part, stores.chain(super_admins(&look_up.groups)));
    } else {
        let permission = look_up.question.permission;
        let part = format!(
            "SELECT m.user_id FROM memberships m WHERE m.group_id IN ({}) \
             {union} SELECT o.user_id FROM overrides o \
             WHERE o.permission = ? AND o.effect = 'allow'",
            marks(giving(&look_up.groups, permission).count())
        );
        let allowed = [text(permission.key())];
        statement.push(&part, giving(&look_up.groups, permission).chain(allowed));
    }
}

/// The stores in whose people the answer lies, if it does in those of some: of the store that was
/// asked about, unless it may be seen from elsewhere, and of those whose people may be seen.
fn stores_concerned(look_up: &LookUp) -> Option<Vec<StoreId>> {
    let Question { permission, store } = look_up.question;
    let stores = match store {
        Some(store) if is_bound(permission) => vec![store],
        _ if look_up.visible.whole_business() => return None,
        _ => look_up.visible.stores().to_vec(),
    };
    Some(stores)
}

/// Whether the permission holds only where somebody works; the `view` of a module may be left to
/// them in other stores too (product §2.3, step 5).
fn is_bound(permission: Permission) -> bool {
    permission.scope() == Scope::Store && !PermissionSet::VIEWS.contains(permission)
}

/// Leaves out who can't hold it, and who may not be seen.
fn filters(statement: &mut Statement, look_up: &LookUp) {
    let Question { permission, store } = look_up.question;
    let at = match (permission.scope(), store) {
        (Scope::Business, _) => At::AllTheirStores,
        (Scope::Store, Some(store)) => At::Store(store.to_string()),
        (Scope::Store, None) => At::Anywhere,
    };
    statement.push(" AND ", []);
    given(statement, look_up, permission, &at);
    if let (Scope::Store, Some(store)) = (permission.scope(), store) {
        statement.push(" AND (", []);
        works_in(statement, &look_up.groups, &[store]);
        if !is_bound(permission) {
            statement.push(" OR ", []);
            given(
                statement,
                look_up,
                Permission::StoresViewAll,
                &At::AllTheirStores,
            );
        }
        statement.push(")", []);
    }
    seen(statement, &look_up.groups, &look_up.visible);
}

/// Leaves out who may not be seen.
fn seen(statement: &mut Statement, groups: &[Group], visible: &Visible) {
    if !visible.whole_business() {
        statement.push(" AND ", []);
        works_in(statement, groups, visible.stores());
    }
}

/// For which stores a membership must be, to matter.
enum At {
    Anywhere,
    AllTheirStores,
    Store(String),
}

/// A group gives the permission there, or it is allowed.
fn given(statement: &mut Statement, look_up: &LookUp, permission: Permission, at: &At) {
    let part = format!(
        "(EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.group_id IN ({})",
        marks(giving(&look_up.groups, permission).count())
    );
    statement.push(&part, giving(&look_up.groups, permission));
    match at {
        At::Anywhere => {}
        At::AllTheirStores => statement.push(" AND m.store_id = ''", []),
        At::Store(store) => {
            statement.push(" AND (m.store_id = '' OR m.store_id = ?)", [text(store)]);
        }
    }
    statement.push(
        ") OR EXISTS (SELECT 1 FROM overrides o WHERE o.user_id = u.id AND o.permission = ? \
           AND o.effect = 'allow' AND (o.until_at = 0 OR o.until_at > ?)))",
        [text(permission.key()), Bind::Number(look_up.now.0)],
    );
}

/// They work in one of these stores; Super Admins do in every one.
fn works_in(statement: &mut Statement, groups: &[Group], stores: &[StoreId]) {
    let part = format!(
        "(EXISTS (SELECT 1 FROM user_stores us WHERE us.user_id = u.id AND us.store_id IN ({})) \
           OR EXISTS (SELECT 1 FROM memberships a WHERE a.user_id = u.id AND a.group_id IN ({})))",
        marks(stores.len()),
        marks(super_admins(groups).count())
    );
    let stores = stores.iter().map(|store| text(&store.to_string()));
    statement.push(&part, stores.chain(super_admins(groups)));
}

/// Ids of the groups that give a permission.
fn giving(groups: &[Group], permission: Permission) -> impl Iterator<Item = Bind> + '_ {
    groups
        .iter()
        .filter(move |group| group.super_admin || group.permissions.contains(permission))
        .map(|group| text(&group.id.to_string()))
}

/// Ids of the groups that give everything.
fn super_admins(groups: &[Group]) -> impl Iterator<Item = Bind> + '_ {
    groups
        .iter()
        .filter(|group| group.super_admin)
        .map(|group| text(&group.id.to_string()))
}

/// The people who may be seen, by name, but for those who have left; after one of them, given by
/// sort key and id.
pub(super) async fn everybody(
    conn: &mut AnyConnection,
    groups: &[Group],
    visible: &Visible,
    from: Option<(&str, &str)>,
    limit: usize,
) -> Result<Vec<Candidate>, Failure> {
    let mut statement = Statement::default();
    let part = format!("SELECT {COLUMNS}, {SHOWN} FROM users u WHERE u.state <> 'deactivated'");
    statement.push(&part, []);
    seen(&mut statement, groups, visible);
    if let Some((key, id)) = from {
        statement.push(" AND (u.name_sort, u.id) > (?, ?)", [text(key), text(id)]);
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let part = " ORDER BY u.name_sort, u.id LIMIT ?";
    statement.push(part, [Bind::Number(limit)]);
    found(conn, statement, groups).await
}

async fn found(
    conn: &mut AnyConnection,
    statement: Statement,
    groups: &[Group],
) -> Result<Vec<Candidate>, Failure> {
    let rows = statement.query().fetch_all(conn).await?;
    rows.iter()
        .map(|row| {
            Ok(Candidate {
                person: read(row, groups)?,
                name: row.try_get("name")?,
                email: row.try_get("email")?,
                name_sort: row.try_get("name_sort")?,
                locked_until: row.try_get("locked_until")?,
            })
        })
        .collect()
}
