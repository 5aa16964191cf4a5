//! Statements of the list of people, put together from fixed parts.
//!
//! Few matches are gathered first and then sorted; of many matches, the list's own index is
//! walked until a page is full. So a page costs about the same however many people there are.
//!
//! SQLite plans a statement anew each time that a limit is bound to it, or what a text is to be
//! like, or a value that is compared in the way of a partial index (`ends_at > 0`). So limits stand
//! in the statements as they are, whose last day is over is asked for by `BETWEEN`, and the others
//! of a `CAST`, into which it does not look.

use access::{Instant, StoreId, UserId};
use domain::page::Count;
use domain::users::{Status, UserSort};
use serde::Deserialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::db::dialect::{Dialect, like_escape};
use crate::db::rows::{flag, rows};
use crate::db::statement::{Bind, Statement, marks, text};
use crate::failure::Failure;
use crate::people::sql::SUPER_ADMINS;
use crate::people::{GroupName, group_names};

/// How many matches count as few. Of a hundred thousand people, gathering so many costs as much
/// as walking past all the others to find a page of them.
const FEW: i64 = 1_000;

/// What is wanted of the list.
pub(super) struct Want<'a> {
    /// Part of a name or address, folded; empty for none.
    pub search: &'a str,
    /// Id of a group; empty for any.
    pub group: &'a str,
    /// Id of a store; empty for any.
    pub store: &'a str,
    pub status: Option<Status>,
    pub two_factor: Option<bool>,
    pub deactivated: bool,
    /// The stores whose people may be seen; `None` for all of the business.
    pub visible_stores: Option<&'a [StoreId]>,
    pub sort: UserSort,
    pub descending: bool,
    pub back: bool,
    pub from: Option<(&'a str, &'a str)>,
    pub limit: usize,
    pub now: Instant,
}

/// The people of whom one wish leaves no others: their keys, some perhaps twice.
struct Source {
    /// Column of `users` that the keys are of.
    key: &'static str,
    keys: Statement,
}

/// How the people who match are found.
enum Way {
    /// There is no wish: everybody is listed.
    Everybody,
    /// The people of a wish that leaves few are gathered, as `k`, and sorted.
    Gather(Source),
    /// The list's index is walked, since each of the wishes leaves many.
    Walk(Source),
}

/// A row as the database has it, its fields in the order of [`COLUMNS`].
#[derive(Deserialize)]
pub(super) struct Found {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub state: String,
    pub ends_at: i64,
    pub locked_until: i64,
    pub avatar: i64,
    #[serde(deserialize_with = "flag")]
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

/// The people in whose name or address something stands: one or two characters match beginnings
/// of names and addresses, three and more go to the trigram index.
pub(crate) fn found_by(dialect: Dialect, typed: &str) -> Statement {
    if !is_short(typed) {
        let pattern = Bind::Text(dialect.text_pattern(typed));
        return Statement::of(dialect.text_search(), [pattern]);
    }
    let (low, high) = prefix_range(typed);
    let mut found = Statement::default();
    for column in ["first_fold", "last_fold", "email_fold"] {
        let union = if found.is_empty() { "" } else { " UNION ALL " };
        let part = format!("{union}SELECT n FROM users WHERE {column} >= ? AND {column} < ?");
        found.push(&part, [text(&low), text(&high)]);
    }
    found
}

/// A source for each wish that leaves some people out.
fn sources(dialect: Dialect, want: &Want<'_>) -> Vec<Source> {
    let mut sources = Vec::new();
    if !want.search.is_empty() {
        sources.push(Source {
            key: "n",
            keys: found_by(dialect, want.search),
        });
    }
    let mut by_id = |keys| sources.push(Source { key: "id", keys });
    if !want.group.is_empty() {
        by_id(Statement::of(
            "SELECT user_id AS id FROM memberships WHERE group_id = ?",
            [text(want.group)],
        ));
    }
    for stores in want.places() {
        let places = marks(stores.len());
        let sql = format!(
            "SELECT user_id AS id FROM user_stores WHERE store_id IN ({places}) \
             UNION ALL SELECT user_id FROM memberships WHERE group_id = {SUPER_ADMINS}"
        );
        by_id(Statement::of(&sql, stores));
    }
    match want.status {
        None => {}
        Some(Status::Invited) => by_id(Statement::of(
            "SELECT id FROM users WHERE state = 'invited'",
            [],
        )),
        Some(Status::Active) => by_id(Statement::of(
            "SELECT id FROM users WHERE state = 'active'",
            [],
        )),
        Some(Status::Locked) => by_id(Statement::of(
            "SELECT id FROM users WHERE locked_until > 0 AND locked_until > ?",
            [Bind::Number(want.now.0)],
        )),
        Some(Status::Deactivated) => by_id(Statement::of(
            "SELECT id FROM users WHERE state = 'deactivated' \
             UNION ALL SELECT id FROM users WHERE ends_at > 0 AND ends_at <= ?",
            [Bind::Number(want.now.0)],
        )),
    }
    if let Some(on) = want.two_factor {
        by_id(Statement::of(
            "SELECT id FROM users WHERE two_factor = ?",
            [Bind::Number(i64::from(on))],
        ));
    }
    sources
}

impl Want<'_> {
    /// The stores that people must work in: in one of each of these.
    fn places(&self) -> impl Iterator<Item = Vec<Bind>> {
        let one = (!self.store.is_empty()).then(|| vec![text(self.store)]);
        let visible = self.visible_stores.map(|stores| {
            let ids = stores.iter().map(|store| Bind::Text(store.to_string()));
            ids.collect()
        });
        one.into_iter().chain(visible)
    }
}

/// Decides how the people who match are found: by the wish that leaves the fewest, when these are
/// few, else by walking. Counting stops as soon as they are many; where there is one wish only, it
/// is hoped that they are few.
async fn way(conn: &mut AnyConnection, want: &Want<'_>) -> Result<Way, Failure> {
    let mut sources = sources(Dialect::of(conn), want);
    if sources.len() < 2 {
        return Ok(sources.pop().map_or(Way::Everybody, Way::Gather));
    }
    let mut counts = Statement::default();
    for (at, source) in sources.iter().enumerate() {
        let before = if at == 0 { "SELECT" } else { "," };
        counts.nest(
            &format!("{before} (SELECT COUNT(*) FROM (SELECT 1 AS one FROM ("),
            &source.keys,
            &format!(") AS k LIMIT {}) AS capped) AS n{at}", FEW + 1),
        );
    }
    let counts = counts.query().fetch_one(conn).await?;
    let mut fewest = (i64::MAX, 0);
    for at in 0..sources.len() {
        fewest = fewest.min((counts.try_get(at)?, at));
    }
    let (n, at) = fewest;
    let source = sources.swap_remove(at);
    Ok(if n > FEW {
        Way::Walk(source)
    } else {
        Way::Gather(source)
    })
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

/// `SELECT … FROM … WHERE …` with everything but the cursor.
fn filtered(want: &Want<'_>, way: &Way, select: &str) -> Statement {
    let mut statement = Statement::default();
    if let Way::Gather(Source { key, .. }) = way {
        // The order of a CROSS JOIN is kept: keys first, then their rows. None of them, when they
        // turn out to be many.
        let gathered = format!(
            "{select} FROM k CROSS JOIN users u \
             WHERE (SELECT COUNT(*) FROM k) <= {FEW} AND u.{key} = k.{key}"
        );
        statement.push(&gathered, []);
        if *key == "n" {
            filters(&mut statement, want);
            return statement;
        }
    } else {
        statement.push(&format!("{select} FROM users u WHERE 1 = 1"), []);
    }
    contains(&mut statement, want.search);
    filters(&mut statement, want);
    statement
}

/// What was typed stands in the name or address, seen from the person's row.
pub(crate) fn contains(statement: &mut Statement, typed: &str) {
    if typed.is_empty() {
        return;
    }
    let part = like_escape(typed);
    if is_short(typed) {
        let start = format!("{part}%");
        statement.push(
            " AND (u.first_fold LIKE CAST(? AS TEXT) ESCAPE '\\' \
               OR u.last_fold LIKE CAST(? AS TEXT) ESCAPE '\\' \
               OR u.email_fold LIKE CAST(? AS TEXT) ESCAPE '\\')",
            [text(&start), text(&start), text(&start)],
        );
    } else {
        let part = Bind::Text(format!("%{part}%"));
        statement.push(" AND u.search LIKE CAST(? AS TEXT) ESCAPE '\\'", [part]);
    }
}

fn filters(statement: &mut Statement, want: &Want<'_>) {
    let now = || Bind::Number(want.now.0);
    if !want.deactivated && want.status != Some(Status::Deactivated) {
        // By the clock: whose last day is over is hidden before any sweep.
        statement.push(
            " AND u.state <> 'deactivated' AND u.ends_at NOT BETWEEN 1 AND ?",
            [now()],
        );
    }
    match want.status {
        None => {}
        Some(Status::Invited) => statement.push(
            " AND u.state = 'invited' AND u.ends_at NOT BETWEEN 1 AND ?",
            [now()],
        ),
        Some(Status::Active) => statement.push(
            " AND u.state = 'active' AND u.locked_until <= ? AND u.ends_at NOT BETWEEN 1 AND ?",
            [now(), now()],
        ),
        Some(Status::Locked) => statement.push(
            " AND u.state = 'active' AND u.locked_until > ? AND u.ends_at NOT BETWEEN 1 AND ?",
            [now(), now()],
        ),
        Some(Status::Deactivated) => statement.push(
            " AND (u.state = 'deactivated' OR u.ends_at BETWEEN 1 AND ?)",
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
    for stores in want.places() {
        let places = marks(stores.len());
        let part = format!(
            " AND (EXISTS (SELECT 1 FROM user_stores us WHERE us.user_id = u.id \
               AND us.store_id IN ({places})) OR EXISTS (SELECT 1 FROM memberships a \
               WHERE a.user_id = u.id AND a.group_id = {SUPER_ADMINS}))"
        );
        statement.push(&part, stores);
    }
}

const COLUMNS: &str = "id, name, email, state, ends_at, locked_until, avatar, two_factor, \
  last_sign_in, invite_expires, memberships, stores, sort_key";
const SELECT: &str = "SELECT u.id, u.name, u.avatar, u.email, u.state, u.ends_at, u.locked_until, \
  u.two_factor, u.last_sign_in, \
  COALESCE((SELECT i.expires FROM invites i WHERE i.user_id = u.id), 0) AS invite_expires, \
  COALESCE((SELECT string_agg(m.group_id || '@' || m.store_id, ' ') FROM memberships m \
    WHERE m.user_id = u.id), '') AS memberships, \
  COALESCE((SELECT string_agg(us.store_id, ' ') FROM user_stores us \
    WHERE us.user_id = u.id), '') AS stores";

/// What a page shows.
pub(super) struct Page {
    /// The page and one row more.
    pub rows: Vec<Found>,
    /// How many people the list has.
    pub total: Count,
    /// All groups.
    pub groups: Vec<GroupName>,
}

/// All that a page shows, as a rule in one statement.
pub(super) async fn page(conn: &mut AnyConnection, want: &Want<'_>) -> Result<Page, Failure> {
    let (one, way) = asked(conn, want, |way| Some(counted(want, way))).await?;
    let n: i64 = one.try_get("n")?;
    Ok(Page {
        rows: rows(&one, "people")?,
        total: match way {
            Way::Everybody => Count::capped(u32::try_from(n).unwrap_or(u32::MAX)),
            Way::Gather(_) | Way::Walk(_) => Count {
                n: u32::try_from(n.min(FEW)).unwrap_or(u32::MAX),
                more: n > FEW,
            },
        },
        groups: rows(&one, "in_groups")?,
    })
}

/// Some people and all groups, for a file that has no pages.
pub(super) async fn people(
    conn: &mut AnyConnection,
    want: &Want<'_>,
) -> Result<(Vec<Found>, Vec<GroupName>), Failure> {
    let (one, _) = asked(conn, want, |_| None).await?;
    Ok((rows(&one, "people")?, rows(&one, "in_groups")?))
}

/// The people wanted, how many they are where that is asked for, and all groups; and how they were
/// found.
async fn asked(
    conn: &mut AnyConnection,
    want: &Want<'_>,
    count: impl Fn(&Way) -> Option<Statement>,
) -> Result<(AnyRow, Way), Failure> {
    let dialect = Dialect::of(conn);
    let mut way = way(conn, want).await?;
    loop {
        let mut all = Statement::default();
        let mut keys = "CAST(0 AS BIGINT)";
        if let Way::Gather(Source { key, keys: found }) = &way {
            all.nest(
                &format!("WITH k AS MATERIALIZED (SELECT DISTINCT {key} FROM ("),
                found,
                &format!(") AS s LIMIT {}) ", FEW + 1),
            );
            keys = "(SELECT COUNT(*) FROM k)";
        }
        all.push(&format!("SELECT {keys} AS keys, ("), []);
        all.nest(
            "",
            &listed(want, &way).as_one(dialect, COLUMNS),
            ") AS people, (",
        );
        if let Some(count) = count(&way) {
            all.nest("", &count, ") AS n, (");
        }
        all.nest("", &group_names(dialect), ") AS in_groups");
        let one = all.query().fetch_one(&mut *conn).await?;
        way = match way {
            Way::Gather(source) if one.try_get::<i64, _>("keys")? > FEW => Way::Walk(source),
            found => return Ok((one, found)),
        };
    }
}

/// A page and one row more, in the order wanted, or in the reverse when going back.
fn listed(want: &Want<'_>, way: &Way) -> Statement {
    let (by, numeric) = column(want.sort);
    let mut statement = filtered(
        want,
        way,
        &format!("{SELECT}, CAST({by} AS TEXT) AS sort_key"),
    );
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
    let limit = want.limit;
    statement.push(
        &format!(" ORDER BY {by} {order}, u.id {order} LIMIT {limit}"),
        [],
    );
    statement
}

/// How many people the list has; counting stops as soon as they are many, since then each has to
/// be looked at.
fn counted(want: &Want<'_>, way: &Way) -> Statement {
    let mut matches = match way {
        Way::Everybody => return everybody(want),
        Way::Gather(_) => filtered(want, way, "SELECT 1 AS one"),
        Way::Walk(source) => {
            let key = source.key;
            let mut matches = Statement::default();
            matches.nest(
                &format!("SELECT DISTINCT k.{key} FROM ("),
                &source.keys,
                &format!(") AS k CROSS JOIN users u WHERE u.{key} = k.{key}"),
            );
            if key != "n" {
                contains(&mut matches, want.search);
            }
            filters(&mut matches, want);
            matches
        }
    };
    matches.push(&format!(" LIMIT {}", FEW + 1), []);
    let mut count = Statement::default();
    count.nest("SELECT COUNT(*) AS n FROM (", &matches, ") AS capped");
    count
}

/// Everybody, by the counts that the database keeps; of those who are not deactivated, less the few
/// whose last day is over and who are still to be swept.
fn everybody(want: &Want<'_>) -> Statement {
    if want.deactivated {
        return Statement::of(
            "SELECT CAST(SUM(people) AS BIGINT) AS n FROM user_counts",
            [],
        );
    }
    Statement::of(
        "SELECT CAST(SUM(people) AS BIGINT) - (SELECT COUNT(*) FROM users WHERE ends_at > 0 \
           AND ends_at <= CAST(? AS BIGINT) AND state <> 'deactivated') AS n \
         FROM user_counts WHERE state <> 'deactivated'",
        [Bind::Number(want.now.0)],
    )
}
