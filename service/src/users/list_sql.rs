//! Statements of the list of people, put together from fixed parts.
//!
//! Few matches are gathered first and then sorted; of many matches, the list's own index is
//! walked until a page is full. So a page costs about the same however many people there are.

use access::{GroupId, Instant, UserId};
use domain::page::Count;
use domain::users::{Status, UserSort};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::db::dialect::{Dialect, like_escape};
use crate::db::flag;
use crate::db::statement::{Bind, Statement, text};
use crate::failure::Failure;
use crate::people::sql::id;

/// How many matches count as few.
const FEW: i64 = 400;

/// What was typed into the search, and how it is looked for.
pub(super) struct Search {
    text: String,
    many: bool,
}

/// What is wanted of the list.
pub(super) struct Want<'a> {
    pub search: Option<Search>,
    pub group: &'a str,
    pub store: &'a str,
    pub status: Option<Status>,
    pub two_factor: Option<bool>,
    pub deactivated: bool,
    /// Ids of the stores whose people may be seen; `None` for all of the business.
    pub visible_stores: Option<&'a str>,
    pub super_admin: Option<GroupId>,
    pub sort: UserSort,
    pub descending: bool,
    pub back: bool,
    pub from: Option<(&'a str, &'a str)>,
    pub limit: usize,
    pub now: Instant,
}

/// A row as the database has it.
pub(super) struct Found {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub state: String,
    pub ends_at: i64,
    pub locked_until: i64,
    pub two_factor: bool,
    pub last_sign_in: i64,
    pub invite_expires: i64,
    pub memberships: String,
    pub stores: String,
    pub sort_key: String,
}

/// The text that one or two characters begin names with, and the first text past all of them.
fn prefix_range(text: &str) -> (String, String) {
    (text.to_owned(), format!("{text}\u{10FFFF}"))
}

fn is_short(text: &str) -> bool {
    text.chars().count() < 3
}

/// The people that match, each once: one or two characters match beginnings of names and
/// addresses, three and more go to the trigram index. Nothing has to be gathered to tell who was
/// found before, so that whoever reads only some of them waits for no more.
fn candidates(dialect: Dialect, typed: &str) -> Statement {
    let mut statement = Statement::default();
    if !is_short(typed) {
        statement.push(
            dialect.text_search(),
            [Bind::Text(dialect.text_pattern(typed))],
        );
        return statement;
    }
    let (low, high) = prefix_range(typed);
    let mut before: Vec<&str> = Vec::new();
    for column in ["first_fold", "last_fold", "email_fold"] {
        let union = if before.is_empty() { "" } else { " UNION ALL " };
        let part = format!("{union}SELECT n FROM users WHERE {column} >= ? AND {column} < ?");
        statement.push(&part, [text(&low), text(&high)]);
        for found in &before {
            let part = format!(" AND NOT ({found} >= ? AND {found} < ?)");
            statement.push(&part, [text(&low), text(&high)]);
        }
        before.push(column);
    }
    statement
}

/// Decides how a search is carried out: by its matches when they are few, else by walking.
pub(super) async fn search(
    conn: &mut AnyConnection,
    dialect: Dialect,
    typed: &str,
) -> Result<Option<Search>, Failure> {
    if typed.is_empty() {
        return Ok(None);
    }
    let mut statement = Statement::default();
    let matches = candidates(dialect, typed);
    statement.sql = format!(
        "SELECT COUNT(*) AS n FROM (SELECT n FROM ({}) AS m LIMIT ",
        matches.sql
    );
    statement.binds = matches.binds;
    statement.push("?) AS capped", [Bind::Number(FEW + 1)]);
    let n: i64 = statement.query().fetch_one(conn).await?.try_get("n")?;
    Ok(Some(Search {
        text: typed.to_owned(),
        many: n > FEW,
    }))
}

/// Column of a sort, and whether it holds numbers.
const fn column(sort: UserSort) -> (&'static str, bool) {
    match sort {
        UserSort::Name => ("u.name_sort", false),
        UserSort::Groups => ("u.groups_sort", false),
        UserSort::Stores => ("u.stores_sort", false),
        UserSort::TwoFactor => ("u.two_factor", true),
        UserSort::LastSignIn => ("u.last_sign_in", true),
        UserSort::Status => ("u.state", false),
    }
}

/// `FROM … WHERE …` with everything but the cursor.
fn filtered(dialect: Dialect, want: &Want<'_>, select: &str) -> Statement {
    let mut statement = Statement::default();
    match &want.search {
        Some(search) if !search.many => {
            let matches = candidates(dialect, &search.text);
            statement.sql = format!("WITH c AS MATERIALIZED ({}) {select}", matches.sql);
            statement.binds = matches.binds;
            // The order of a CROSS JOIN is kept: matches first, then their rows.
            statement.push(" FROM c CROSS JOIN users u WHERE u.n = c.n", []);
        }
        Some(search) => {
            statement.push(select, []);
            let typed = like_escape(&search.text);
            if is_short(&search.text) {
                let start = format!("{typed}%");
                statement.push(
                    " FROM users u WHERE (u.first_fold LIKE ? ESCAPE '\\' \
                       OR u.last_fold LIKE ? ESCAPE '\\' OR u.email_fold LIKE ? ESCAPE '\\')",
                    [text(&start), text(&start), text(&start)],
                );
            } else {
                let part = Bind::Text(format!("%{typed}%"));
                statement.push(" FROM users u WHERE u.search LIKE ? ESCAPE '\\'", [part]);
            }
        }
        None => {
            statement.push(select, []);
            statement.push(" FROM users u WHERE 1 = 1", []);
        }
    }
    filters(&mut statement, want);
    statement
}

fn filters(statement: &mut Statement, want: &Want<'_>) {
    let now = || Bind::Number(want.now.0);
    if !want.deactivated && want.status != Some(Status::Deactivated) {
        // By the clock: whose last day is over is hidden before any sweep.
        statement.push(
            " AND u.state <> 'deactivated' AND (u.ends_at = 0 OR u.ends_at > ?)",
            [now()],
        );
    }
    match want.status {
        None => {}
        Some(Status::Invited) => statement.push(
            " AND u.state = 'invited' AND (u.ends_at = 0 OR u.ends_at > ?)",
            [now()],
        ),
        Some(Status::Active) => statement.push(
            " AND u.state = 'active' AND u.locked_until <= ? AND (u.ends_at = 0 OR u.ends_at > ?)",
            [now(), now()],
        ),
        Some(Status::Locked) => statement.push(
            " AND u.state = 'active' AND u.locked_until > ? AND (u.ends_at = 0 OR u.ends_at > ?)",
            [now(), now()],
        ),
        Some(Status::Deactivated) => statement.push(
            " AND (u.state = 'deactivated' OR (u.ends_at <> 0 AND u.ends_at <= ?))",
            [now()],
        ),
    }
    if let Some(on) = want.two_factor {
        statement.push(" AND u.two_factor = ?", [Bind::Number(i64::from(on))]);
    }
    if !want.group.is_empty() {
        statement.push(
            " AND EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.group_id = ?)",
            [text(want.group)],
        );
    }
    // Super Admins work in every store, whether it is written down for them or not.
    let admin = want
        .super_admin
        .map(|id| id.to_string())
        .unwrap_or_default();
    let mut works_in = |stores: &[&str]| {
        let places = vec!["?"; stores.len()].join(", ");
        let part = format!(
            " AND (EXISTS (SELECT 1 FROM user_stores us WHERE us.user_id = u.id \
               AND us.store_id IN ({places})) OR EXISTS (SELECT 1 FROM memberships a \
               WHERE a.user_id = u.id AND a.group_id = ?))"
        );
        statement.push(
            &part,
            stores.iter().copied().chain([admin.as_str()]).map(text),
        );
    };
    if !want.store.is_empty() {
        works_in(&[want.store]);
    }
    if let Some(stores) = want.visible_stores {
        works_in(&stores.split_whitespace().collect::<Vec<_>>());
    }
}

const COLUMNS: &str = "SELECT u.id, u.name, u.email, u.state, u.ends_at, u.locked_until, \
  u.two_factor, u.last_sign_in, \
  COALESCE((SELECT i.expires FROM invites i WHERE i.user_id = u.id), 0) AS invite_expires, \
  COALESCE((SELECT string_agg(m.group_id || '@' || m.store_id, ' ' \
    ORDER BY m.group_id, m.store_id) FROM memberships m \
    WHERE m.user_id = u.id), '') AS memberships, \
  COALESCE((SELECT string_agg(us.store_id, ' ') FROM user_stores us \
    WHERE us.user_id = u.id), '') AS stores";

/// A page and one row more, in the order wanted, or in the reverse when going back.
pub(super) async fn rows(
    conn: &mut AnyConnection,
    dialect: Dialect,
    want: &Want<'_>,
) -> Result<Vec<Found>, Failure> {
    let (by, numeric) = column(want.sort);
    let mut statement = filtered(dialect, want, &format!("{COLUMNS}, {by} AS sort_key"));
    let falling = want.descending != want.back;
    if let Some((key, last)) = want.from {
        let (place, key) = match want.sort {
            UserSort::Stores => (
                "(SELECT x.stores_sort FROM users x WHERE x.id = ?)",
                text(last),
            ),
            _ if numeric => ("?", Bind::Number(key.parse().unwrap_or(0))),
            _ => ("?", text(key)),
        };
        let sign = if falling { '<' } else { '>' };
        statement.push(
            &format!(" AND ({by}, u.id) {sign} ({place}, ?)"),
            [key, text(last)],
        );
    }
    let order = if falling { "DESC" } else { "ASC" };
    let limit = i64::try_from(want.limit).unwrap_or(i64::MAX);
    statement.push(
        &format!(" ORDER BY {by} {order}, u.id {order} LIMIT ?"),
        [Bind::Number(limit)],
    );
    statement
        .query()
        .fetch_all(conn)
        .await?
        .iter()
        .map(|row| found(row, numeric))
        .collect()
}

fn found(row: &AnyRow, numeric: bool) -> Result<Found, Failure> {
    Ok(Found {
        id: id(row, "id")?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        state: row.try_get("state")?,
        ends_at: row.try_get("ends_at")?,
        locked_until: row.try_get("locked_until")?,
        two_factor: flag(row, "two_factor")?,
        last_sign_in: row.try_get("last_sign_in")?,
        invite_expires: row.try_get("invite_expires")?,
        memberships: row.try_get("memberships")?,
        stores: row.try_get("stores")?,
        sort_key: if numeric {
            row.try_get::<i64, _>("sort_key")?.to_string()
        } else {
            row.try_get("sort_key")?
        },
    })
}

/// How many people the list has; counting stops where it would get slow, and among the matches of
/// a search as soon as they are many.
pub(super) async fn count(
    conn: &mut AnyConnection,
    dialect: Dialect,
    want: &Want<'_>,
) -> Result<Count, Failure> {
    let narrowed = !want.group.is_empty()
        || !want.store.is_empty()
        || want.status.is_some()
        || want.two_factor.is_some()
        || want.visible_stores.is_some();
    let (mut inner, cap) = match &want.search {
        Some(search) if search.many => (filtered_matches(dialect, want, search), FEW),
        None if !narrowed => return whole(conn, want).await,
        _ => (
            filtered(dialect, want, "SELECT 1 AS one"),
            i64::from(Count::CAP),
        ),
    };
    inner.push(" LIMIT ?", [Bind::Number(cap + 1)]);
    inner.sql = format!("SELECT COUNT(*) AS n FROM ({}) AS capped", inner.sql);
    let n: i64 = inner.query().fetch_one(conn).await?.try_get("n")?;
    Ok(Count {
        n: u32::try_from(n.min(cap)).unwrap_or(u32::MAX),
        more: n > cap,
    })
}

/// The matches of a search one by one, so that counting them can stop early.
fn filtered_matches(dialect: Dialect, want: &Want<'_>, search: &Search) -> Statement {
    let matches = candidates(dialect, &search.text);
    let mut statement = Statement {
        sql: format!(
            "SELECT 1 AS one FROM ({}) AS c CROSS JOIN users u WHERE u.n = c.n",
            matches.sql
        ),
        binds: matches.binds,
    };
    filters(&mut statement, want);
    statement
}

/// Everybody, by the counts that the database keeps; of those who are not deactivated, less the few
/// whose last day is over and who are still to be swept.
async fn whole(conn: &mut AnyConnection, want: &Want<'_>) -> Result<Count, Failure> {
    let mut n: i64 = 0;
    for row in sqlx::query("SELECT state, people FROM user_counts")
        .fetch_all(&mut *conn)
        .await?
    {
        if want.deactivated || row.try_get::<&str, _>("state")? != "deactivated" {
            n += row.try_get::<i64, _>("people")?;
        }
    }
    if !want.deactivated {
        let over: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM users \
             WHERE ends_at > 0 AND ends_at <= $1 AND state <> 'deactivated'",
        )
        .bind(want.now.0)
        .fetch_one(conn)
        .await?;
        n -= over;
    }
    Ok(Count::capped(u32::try_from(n).unwrap_or(u32::MAX)))
}
