//! Statements of the list of people, put together from fixed parts.
//!
//! The people who match are gathered, up to five hundred, and then sorted; of more, the list's own
//! index is walked until a page is full. So a page costs about the same however many people there
//! are.
//!
//! SQLite plans a statement anew each time that a limit is bound to it, or what a text is to be
//! like, or a value that is compared in the way of a partial index (`ends_at > 0`). So limits stand
//! in the statements as they are, whose last day is over is asked for by `BETWEEN`, and the others
//! of a `CAST`, into which it does not look.

use access::{Instant, StoreId, UserId};
use domain::page::Count;
use domain::users::{Status, UserSort};
use serde::Deserialize;
use sqlx::{AnyConnection, Row};

use crate::db::dialect::{Dialect, like_escape};
use crate::db::fold::sought;
use crate::db::rows::{flag, rows};
use crate::db::statement::{Bind, Statement, marks, text};
use crate::failure::Failure;
use crate::people::sql::SUPER_ADMINS;
use crate::people::{GroupName, group_names};

/// How many matches count as few. Of a hundred thousand people, gathering so many costs as much
/// as walking past all the others to find a page of them.
const FEW: i64 = 500;

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

/// Something that leaves some people out.
struct Wish {
    /// Column of `users` that the keys are of.
    key: &'static str,
    /// Those whom it leaves in, by key.
    keys: Statement,
    /// How many times the keys name the same person at most.
    times: usize,
    /// The same, seen from somebody's row; nothing where [`standing`] says it.
    holds: Statement,
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

/// The people in whose name or address something stands, or begins, when it is one or two
/// characters.
pub(crate) fn found_by(dialect: Dialect, typed: &str) -> Statement {
    let pattern = Bind::Text(dialect.text_pattern(&sought(typed)));
    Statement::of(dialect.text_search(), [pattern])
}

/// All wishes.
fn wishes(dialect: Dialect, want: &Want<'_>) -> Vec<Wish> {
    let mut wishes = Vec::new();
    if !want.search.is_empty() {
        wishes.push(Wish {
            key: "n",
            keys: found_by(dialect, want.search),
            times: 1,
            holds: contains(want.search),
        });
    }
    let mut by_id = |keys, times, holds| {
        wishes.push(Wish {
            key: "id",
            keys,
            times,
            holds,
        });
    };
    let alone = dialect.planned_alone();
    if !want.group.is_empty() {
        let holds = format!(
            " AND EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id \
               AND m.group_id = ?{alone})"
        );
        by_id(
            Statement::of(
                "SELECT DISTINCT user_id AS id FROM memberships WHERE group_id = ?",
                [text(want.group)],
            ),
            1,
            Statement::of(&holds, [text(want.group)]),
        );
    }
    for stores in want.places() {
        let places = marks(stores.len());
        let keys = format!(
            "SELECT user_id AS id FROM user_stores WHERE store_id IN ({places}) \
             UNION ALL SELECT DISTINCT user_id FROM memberships WHERE group_id = {SUPER_ADMINS}"
        );
        let holds = format!(
            " AND (EXISTS (SELECT 1 FROM user_stores us WHERE us.user_id = u.id \
               AND us.store_id IN ({places}){alone}) OR EXISTS (SELECT 1 FROM memberships a \
               WHERE a.user_id = u.id AND a.group_id = {SUPER_ADMINS}{alone}))"
        );
        by_id(
            Statement::of(&keys, stores.clone()),
            stores.len() + 1,
            Statement::of(&holds, stores),
        );
    }
    if let Some(status) = want.status {
        let times = if status == Status::Deactivated { 2 } else { 1 };
        by_id(in_state(status, want.now), times, Statement::default());
    }
    if let Some(on) = want.two_factor {
        let on = Bind::Number(i64::from(on));
        by_id(
            Statement::of("SELECT id FROM users WHERE two_factor = ?", [on.clone()]),
            1,
            Statement::of(" AND CAST(u.two_factor AS BIGINT) = ?", [on]),
        );
    }
    wishes
}

/// Those among whom all of a status are.
fn in_state(status: Status, now: Instant) -> Statement {
    let now = [Bind::Number(now.0)];
    match status {
        Status::Invited => Statement::of("SELECT id FROM users WHERE state = 'invited'", []),
        Status::Active => Statement::of("SELECT id FROM users WHERE state = 'active'", []),
        Status::Locked => Statement::of(
            "SELECT id FROM users WHERE locked_until > 0 AND locked_until > ?",
            now,
        ),
        Status::Deactivated => Statement::of(
            "SELECT id FROM users WHERE state = 'deactivated' \
             UNION ALL SELECT id FROM users WHERE ends_at > 0 AND ends_at <= ?",
            now,
        ),
    }
}

impl Want<'_> {
    /// Whether the order is the reverse of the index's.
    const fn falls(&self) -> bool {
        self.descending != self.back
    }

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

/// Which wish leaves the fewest. Counting stops as soon as they are many.
async fn narrowest(conn: &mut AnyConnection, wishes: &[Wish]) -> Result<Option<usize>, Failure> {
    if wishes.len() < 2 {
        return Ok(wishes.len().checked_sub(1));
    }
    let mut counts = Statement::default();
    for (at, wish) in wishes.iter().enumerate() {
        let before = if at == 0 { "SELECT" } else { "," };
        counts.nest(
            &format!("{before} (SELECT COUNT(*) FROM (SELECT 1 AS one FROM ("),
            &wish.keys,
            &format!(") AS k LIMIT {}) AS capped) AS n{at}", FEW + 1),
        );
    }
    let counts = counts.query().fetch_one(conn).await?;
    let mut fewest = (i64::MAX, 0);
    for at in 0..wishes.len() {
        fewest = fewest.min((counts.try_get(at)?, at));
    }
    Ok(Some(fewest.1))
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

/// Who match, by number, up to the first past few: the people of one wish, of whom the others hold.
/// The order of a CROSS JOIN is kept: keys first, then their rows. So many keys are read that enough
/// people are among them however often each is named: to tell people apart, PostgreSQL would read
/// all keys there are.
fn gathered(want: &Want<'_>, wishes: &[Wish], narrowest: usize) -> Statement {
    let Wish {
        key, keys, times, ..
    } = &wishes[narrowest];
    let mut matches = Statement::default();
    matches.nest(
        "SELECT u.n FROM (",
        keys,
        &format!(") AS s CROSS JOIN users u WHERE u.{key} = s.{key}"),
    );
    standing(&mut matches, want);
    for (at, wish) in wishes.iter().enumerate() {
        if at != narrowest {
            matches.nest("", &wish.holds, "");
        }
    }
    if *times == 1 {
        matches.push(&format!(" LIMIT {}", FEW + 1), []);
        return matches;
    }
    matches.push(&format!(" LIMIT {FEW} * {times} + 1"), []);
    let mut people = Statement::default();
    people.nest(
        "SELECT DISTINCT n FROM (",
        &matches,
        &format!(") AS named LIMIT {}", FEW + 1),
    );
    people
}

/// What was typed stands in the name or address, seen from the person's row.
pub(crate) fn contains(typed: &str) -> Statement {
    let part = format!("%{}%", like_escape(&sought(typed)));
    Statement::of(
        " AND u.search LIKE CAST(? AS TEXT) ESCAPE '\\'",
        [Bind::Text(part)],
    )
}

/// Whether somebody is listed, as far as their own row says it. Without an index of states: who
/// walks in the order of another would be sent through all who are active.
fn standing(statement: &mut Statement, want: &Want<'_>) {
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
            " AND CAST(u.state AS TEXT) = 'invited' AND u.ends_at NOT BETWEEN 1 AND ?",
            [now()],
        ),
        Some(Status::Active) => statement.push(
            " AND CAST(u.state AS TEXT) = 'active' AND u.locked_until <= ? \
               AND u.ends_at NOT BETWEEN 1 AND ?",
            [now(), now()],
        ),
        Some(Status::Locked) => statement.push(
            " AND CAST(u.state AS TEXT) = 'active' AND u.locked_until > ? \
               AND u.ends_at NOT BETWEEN 1 AND ?",
            [now(), now()],
        ),
        Some(Status::Deactivated) => statement.push(
            " AND (u.state = 'deactivated' OR u.ends_at BETWEEN 1 AND ?)",
            [now()],
        ),
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

/// All that a page shows: in one statement, unless several wishes have to be counted first.
pub(super) async fn page(conn: &mut AnyConnection, want: &Want<'_>) -> Result<Page, Failure> {
    let dialect = Dialect::of(conn);
    let wishes = wishes(dialect, want);
    let narrowest = narrowest(conn, &wishes).await?;
    let mut all = Statement::default();
    let walked = walked(want, &wishes).as_one(dialect, COLUMNS);
    if let Some(narrowest) = narrowest {
        all.nest(
            "WITH k AS MATERIALIZED (",
            &gathered(want, &wishes, narrowest),
            "), counted AS MATERIALIZED (SELECT COUNT(*) AS n FROM k) \
             SELECT (SELECT n FROM counted) AS n, ",
        );
        all.nest(
            &format!("CASE WHEN (SELECT n FROM counted) <= {FEW} THEN ("),
            &sorted(want).as_one(dialect, COLUMNS),
            ") ELSE (",
        );
        all.nest("", &walked, ") END AS people, (");
    } else {
        all.nest("SELECT (", &everybody(want), ") AS n, (");
        all.nest("", &walked, ") AS people, (");
    }
    all.nest("", &group_names(dialect), ") AS in_groups");
    let one = all.query().fetch_one(&mut *conn).await?;
    let n: i64 = one.try_get("n")?;
    Ok(Page {
        rows: rows(&one, "people")?,
        total: if narrowest.is_none() {
            Count::capped(u32::try_from(n).unwrap_or(u32::MAX))
        } else {
            Count {
                n: u32::try_from(n.min(FEW)).unwrap_or(u32::MAX),
                more: n > FEW,
            }
        },
        groups: rows(&one, "in_groups")?,
    })
}

/// The page, by walking the index of its order.
fn walked(want: &Want<'_>, wishes: &[Wish]) -> Statement {
    let mut page = Statement::of(&format!("{} FROM users u WHERE 1 = 1", shown(want)), []);
    standing(&mut page, want);
    for wish in wishes {
        page.nest("", &wish.holds, "");
    }
    cut(&mut page, want);
    page
}

/// The page, by sorting those who were gathered. It is cut before its people's rows are put
/// together, since those of the others are not wanted.
fn sorted(want: &Want<'_>) -> Statement {
    let mut people = Statement::of("SELECT u.n FROM k CROSS JOIN users u WHERE u.n = k.n", []);
    cut(&mut people, want);
    let mut page = Statement::default();
    page.nest(
        &format!("{} FROM (", shown(want)),
        &people,
        &format!(") AS p CROSS JOIN users u WHERE u.n = p.n{}", ordered(want)),
    );
    page
}

/// `SELECT …`, what is shown of somebody.
fn shown(want: &Want<'_>) -> String {
    let (by, _) = column(want.sort);
    format!("{SELECT}, CAST({by} AS TEXT) AS sort_key")
}

/// The order wanted, or its reverse when going back.
fn ordered(want: &Want<'_>) -> String {
    let (by, _) = column(want.sort);
    let order = if want.falls() { "DESC" } else { "ASC" };
    format!(" ORDER BY {by} {order}, u.id {order}")
}

/// Leaves a page and one row more, after the last that was seen.
fn cut(people: &mut Statement, want: &Want<'_>) {
    let (by, numeric) = column(want.sort);
    if let Some((key, last)) = want.from {
        let (place, key) = match want.sort {
            UserSort::Stores => (
                "(SELECT x.stores_sort FROM users x WHERE x.id = ?)",
                text(last),
            ),
            _ if numeric => ("?", Bind::Number(key.parse().unwrap_or(0))),
            _ => ("?", text(key)),
        };
        let sign = if want.falls() { '<' } else { '>' };
        people.push(
            &format!(" AND ({by}, u.id) {sign} ({place}, ?)"),
            [key, text(last)],
        );
    }
    people.push(&format!("{} LIMIT {}", ordered(want), want.limit), []);
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
