//! Statements of the list of entries, put together from fixed parts.
//!
//! Every filter alone is read from an index in the order of the list, so that a page costs the same
//! in a log of a million entries. Of several filters only one can lead; what it finds is held
//! against the others, newest first, and after [`BUDGET`] entries the page ends where it stands and
//! says so: whoever looks for something rare goes on from there.

use access::{Instant, Permission, UserId, Visible};
use domain::audit::{ObjectKind, Outcome};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::Entry;
use super::sql::entry;
use crate::db::dialect::Dialect;
use crate::db::statement::{Bind, Statement, text};
use crate::failure::Failure;

/// Numbers of entries that are looked through for one page before it ends as it is.
pub(super) const BUDGET: i64 = 100_000;
/// How many at first, since the newest are the likeliest; then this many times as many.
const FIRST_STEP: i64 = 5_000;
const STEPS_GROW: i64 = 4;

/// What an entry was done to, as the filter wants it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Object<'a> {
    /// To anything.
    #[default]
    Any,
    /// To something of a kind.
    Kind(ObjectKind),
    /// To one thing.
    One(&'a str),
}

/// What is wanted of the log.
#[derive(Clone, Debug, Default)]
pub(super) struct Want<'a> {
    /// Folded, and long enough for the index; empty for none.
    pub search: &'a str,
    /// Who did it: one of these.
    pub actors: Option<&'a [UserId]>,
    pub action: &'a str,
    pub store: &'a str,
    pub object: Object<'a>,
    pub outcome: Option<Outcome>,
    /// From this moment on.
    pub since: Option<Instant>,
    /// Before this moment.
    pub until: Option<Instant>,
    /// Entries with lower numbers.
    pub below: i64,
    pub limit: usize,
}

impl Want<'_> {
    /// Whether one index answers it in order, however few entries there are.
    fn is_led(&self) -> bool {
        let one_actor = self.actors.is_some_and(|actors| actors.len() == 1);
        let led = [
            !self.search.is_empty(),
            one_actor,
            !self.action.is_empty(),
            !self.store.is_empty(),
            matches!(self.object, Object::One(_)),
            self.outcome == Some(Outcome::Refused),
        ];
        // The dates narrow the numbers down, and most entries were done and not refused.
        let several_actors = self.actors.is_some() && !one_actor;
        led.into_iter().filter(|filter| *filter).count() <= 1
            && !several_actors
            && !matches!(self.object, Object::Kind(_))
    }
}

/// An entry with its place in the chain.
pub(super) struct Found {
    pub seq: i64,
    pub entry: Entry,
    pub mac: String,
}

/// Some entries, and where looking for them ended.
#[derive(Default)]
pub(super) struct Page {
    pub rows: Vec<Found>,
    /// Entries of this number and above were looked at; nothing when all were.
    pub reached: Option<i64>,
}

/// The newest entries that are wanted, at most `limit` of them.
pub(super) async fn page(
    conn: &mut AnyConnection,
    dialect: Dialect,
    visible: &Visible,
    want: &Want<'_>,
) -> Result<Page, Failure> {
    match bounds(conn, visible, want).await? {
        Some(bounds) => within(conn, dialect, visible, want, bounds).await,
        None => Ok(Page::default()),
    }
}

/// The same between bounds that were read before, for who reads many pages of one wish.
pub(super) async fn within(
    conn: &mut AnyConnection,
    dialect: Dialect,
    visible: &Visible,
    want: &Want<'_>,
    bounds: Bounds,
) -> Result<Page, Failure> {
    debug_assert_eq!(visible.permission(), Permission::SettingsAudit);
    let mut page = Page::default();
    let lowest = bounds.lowest;
    let highest = bounds.highest.min(want.below.saturating_sub(1));
    let mut top = highest;
    let mut step = FIRST_STEP;
    while top >= lowest && page.rows.len() < want.limit {
        let looked = highest - top;
        if looked >= BUDGET && !want.is_led() {
            page.reached = Some(top + 1);
            break;
        }
        let bottom = if want.is_led() && looked > 0 {
            lowest
        } else {
            lowest.max(top - step + 1)
        };
        let more = between(
            conn,
            dialect,
            want,
            bottom,
            top,
            want.limit - page.rows.len(),
        )
        .await?;
        page.rows.extend(more);
        top = bottom - 1;
        step = (step * STEPS_GROW).min(BUDGET - FIRST_STEP);
    }
    Ok(page)
}

/// Two statements, of which each is one look into an index.
const BOUNDS: &str = "SELECT COALESCE((SELECT MIN(seq) FROM audit), 0) AS low, \
  COALESCE((SELECT MAX(seq) FROM audit), 0) AS high";
/// Entries at either end of the dates whose numbers are looked at. Clocks are set, so numbers are
/// not quite in the order of time; that a clock was set back by more than so many entries is the
/// one thing that is not foreseen.
const OUT_OF_ORDER: i64 = 10_000;

/// Between which numbers the entries of some dates are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    lowest: i64,
    highest: i64,
}

/// The lowest and the highest number that an entry of these dates can have; nothing when there is
/// none. However long the log is, only the ends of the dates are looked at; the dates themselves
/// are asked of each entry too.
pub(super) async fn bounds(
    conn: &mut AnyConnection,
    visible: &Visible,
    want: &Want<'_>,
) -> Result<Option<Bounds>, Failure> {
    debug_assert_eq!(visible.permission(), Permission::SettingsAudit);
    let mut statement = Statement::default();
    if want.since.is_some() || want.until.is_some() {
        let (first, last) = (end_of_dates(want, "ASC"), end_of_dates(want, "DESC"));
        let head = "SELECT COALESCE((SELECT MIN(e.seq) FROM (";
        statement.nest(head, &first, ") AS e), 0) AS low, ");
        let head = "COALESCE((SELECT MAX(e.seq) FROM (";
        statement.nest(head, &last, ") AS e), 0) AS high");
    } else {
        statement.push(BOUNDS, []);
    }
    let row = statement.query().fetch_one(conn).await?;
    let (lowest, highest) = (row.try_get("low")?, row.try_get("high")?);
    Ok((lowest > 0).then_some(Bounds { lowest, highest }))
}

/// The entries at one end of the dates.
fn end_of_dates(want: &Want<'_>, order: &str) -> Statement {
    let mut statement = Statement::of("SELECT a.seq FROM audit a WHERE 1 = 1", []);
    dates(&mut statement, want);
    let tail = format!(" ORDER BY a.at {order}, a.seq {order} LIMIT ?");
    statement.push(&tail, [Bind::Number(OUT_OF_ORDER)]);
    statement
}

fn dates(statement: &mut Statement, want: &Want<'_>) {
    if let Some(since) = want.since {
        statement.push(" AND a.at >= ?", [Bind::Number(since.0)]);
    }
    if let Some(until) = want.until {
        statement.push(" AND a.at < ?", [Bind::Number(until.0)]);
    }
}

const COLUMNS: &str = "SELECT a.seq, a.at, a.actor_id, a.actor_name, a.action, a.result, \
  a.object_kind, a.object_id, a.object_name, a.store_id, a.before_json, a.after_json, a.reason, \
  a.ip, a.device, a.session_ref, a.request_id, a.mac";

/// The entries wanted among those of some numbers.
async fn between(
    conn: &mut AnyConnection,
    dialect: Dialect,
    want: &Want<'_>,
    bottom: i64,
    top: i64,
    limit: usize,
) -> Result<Vec<Found>, Failure> {
    let mut statement = Statement::default();
    statement.push(COLUMNS, []);
    let by = if want.search.is_empty() {
        statement.push(" FROM audit a WHERE 1 = 1", []);
        "a.seq"
    } else {
        // The order of a CROSS JOIN is kept on SQLite: matches first, then their rows.
        statement.push(
            " FROM audit_search s CROSS JOIN audit a WHERE a.seq = s.rowid AND ",
            [],
        );
        let pattern = dialect.text_pattern(want.search);
        statement.push(dialect.audit_match(), [Bind::Text(pattern)]);
        "s.rowid"
    };
    let numbers = [Bind::Number(bottom), Bind::Number(top)];
    statement.push(&format!(" AND {by} >= ? AND {by} <= ?"), numbers);
    filters(&mut statement, want);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    statement.push(
        &format!(" ORDER BY {by} DESC LIMIT ?"),
        [Bind::Number(limit)],
    );
    statement
        .query()
        .fetch_all(conn)
        .await?
        .iter()
        .map(found)
        .collect()
}

fn filters(statement: &mut Statement, want: &Want<'_>) {
    dates(statement, want);
    match want.actors {
        None => {}
        Some([one]) => statement.push(" AND a.actor_id = ?", [Bind::Text(one.to_string())]),
        Some(some) => statement.push_list(
            " AND a.actor_id IN",
            some.iter().map(|id| Bind::Text(id.to_string())).collect(),
        ),
    }
    if !want.action.is_empty() {
        statement.push(" AND a.action = ?", [text(want.action)]);
    }
    if !want.store.is_empty() {
        statement.push(" AND a.store_id = ?", [text(want.store)]);
    }
    match want.object {
        Object::Any => {}
        Object::Kind(kind) => {
            statement.push(" AND a.object_kind = ?", [text(kind.key())]);
        }
        Object::One(id) => statement.push(" AND a.object_id = ?", [text(id)]),
    }
    // Spelled out, so that it is the condition of the index of the refused.
    match want.outcome {
        None => {}
        Some(Outcome::Done) => statement.push(" AND a.result = 'done'", []),
        Some(Outcome::Refused) => statement.push(" AND a.result <> 'done'", []),
    }
}

fn found(row: &AnyRow) -> Result<Found, Failure> {
    Ok(Found {
        seq: row.try_get("seq")?,
        entry: entry(row)?,
        mac: row.try_get("mac")?,
    })
}

/// The newest entries of what was done by any of these operations. Each of them has its own look
/// into the index: however rare they all are, nothing else is read.
pub(super) async fn latest(
    conn: &mut AnyConnection,
    visible: &Visible,
    actions: &[&str],
    limit: usize,
) -> Result<Vec<Found>, Failure> {
    debug_assert_eq!(visible.permission(), Permission::SettingsAudit);
    let mut numbers = Statement::default();
    for action in actions {
        let union = if numbers.is_empty() {
            ""
        } else {
            " UNION ALL "
        };
        numbers.push(
            &format!(
                "{union}SELECT seq FROM (SELECT seq FROM audit WHERE action = ? \
                   AND result = 'done' ORDER BY seq DESC LIMIT {limit}) AS newest"
            ),
            [text(action)],
        );
    }
    let mut statement = Statement::default();
    statement.push(COLUMNS, []);
    statement.nest(
        " FROM (",
        &numbers,
        &format!(") AS k CROSS JOIN audit a WHERE a.seq = k.seq ORDER BY a.seq DESC LIMIT {limit}"),
    );
    let rows = statement.query().fetch_all(conn).await?;
    rows.iter().map(found).collect()
}

/// The entry of a number.
pub(super) async fn one(
    conn: &mut AnyConnection,
    visible: &Visible,
    seq: i64,
) -> Result<Option<Found>, Failure> {
    debug_assert_eq!(visible.permission(), Permission::SettingsAudit);
    let mut statement = Statement::default();
    statement.push(COLUMNS, []);
    statement.push(" FROM audit a WHERE a.seq = ?", [Bind::Number(seq)]);
    let row = statement.query().fetch_optional(conn).await?;
    row.as_ref().map(found).transpose()
}

/// The moment of an entry, or of the next one where there is none of this number.
pub(super) async fn moment(
    conn: &mut AnyConnection,
    visible: &Visible,
    seq: i64,
) -> Result<Option<Instant>, Failure> {
    debug_assert_eq!(visible.permission(), Permission::SettingsAudit);
    let at: Option<i64> =
        sqlx::query_scalar("SELECT at FROM audit WHERE seq >= $1 ORDER BY seq LIMIT 1")
            .bind(seq)
            .fetch_optional(conn)
            .await?;
    Ok(at.map(Instant))
}

/// The name of a thing, as its newest entry says.
pub(super) async fn newest_of(
    conn: &mut AnyConnection,
    visible: &Visible,
    object: &str,
) -> Result<Option<String>, Failure> {
    debug_assert_eq!(visible.permission(), Permission::SettingsAudit);
    let name = sqlx::query_scalar(
        "SELECT object_name FROM audit WHERE object_id = $1 ORDER BY seq DESC LIMIT 1",
    )
    .bind(object)
    .fetch_optional(conn)
    .await?;
    Ok(name)
}
