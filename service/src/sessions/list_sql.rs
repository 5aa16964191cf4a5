//! Statements of the lists of sessions, put together from fixed parts.
//!
//! A wish that leaves few people is gathered first, and then their sessions; otherwise the index of
//! open sessions is walked in the order of the list until a page is full.

use access::{Instant, SessionRef, UserId, Visible};
use domain::EndedWhy;
use domain::sessions::DeviceKind;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::db::dialect::{Dialect, like_escape};
use crate::db::flag;
use crate::db::statement::{Bind, Statement, text};
use crate::failure::Failure;
use crate::people::sql::id;
use crate::users::{found_by, name_contains};

/// How many people count as few.
const FEW: i64 = 1_000;
/// Where counting stops.
pub(super) const COUNTED: u32 = 1_000;

/// When sessions end by themselves, and whether there may be several.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub one_session: bool,
    idle_ms: i64,
    absolute_ms: i64,
}

/// The business's limits.
pub(super) async fn limits(conn: &mut AnyConnection) -> Result<Limits, Failure> {
    let row = sqlx::query("SELECT one_session, idle_minutes, absolute_minutes FROM business")
        .fetch_one(conn)
        .await?;
    let ms = |column| {
        row.try_get::<i64, _>(column)
            .map(|minutes| minutes * 60_000)
    };
    Ok(Limits {
        one_session: flag(&row, "one_session")?,
        idle_ms: ms("idle_minutes")?,
        absolute_ms: ms("absolute_minutes")?,
    })
}

/// Sessions that are open at a moment, by what is written and by the clock.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub now: Instant,
    pub limits: Limits,
}

impl Open {
    /// What must hold of sessions `s` of people `u` that are listed. Whose last day is over is
    /// signed in nowhere, whether that is written down already or not.
    fn is_listed(self, statement: &mut Statement) {
        statement.nest("", &self.columns("s"), "");
        statement.push(
            " AND u.state = 'active' AND u.ends_at NOT BETWEEN 1 AND ?",
            [Bind::Number(self.now.0)],
        );
    }

    /// What must hold of the columns of `sessions` under a name.
    fn columns(self, of: &str) -> Statement {
        Statement::of(
            &format!(" AND {of}.ended = 0 AND {of}.seen > ? AND {of}.started > ?"),
            [
                Bind::Number(self.now.0 - self.limits.idle_ms),
                Bind::Number(self.now.0 - self.limits.absolute_ms),
            ],
        )
    }
}

/// What is typed into the search.
#[derive(Clone, Copy)]
pub(super) enum Typed<'a> {
    Nothing,
    /// Part of a name or email, folded.
    Name(&'a str),
    /// The beginning of an address.
    Address(&'a str),
}

/// What is wanted of the list.
pub(super) struct Want<'a> {
    pub open: Open,
    pub typed: Typed<'a>,
    /// Id of the store that the session is in; empty for any.
    pub store: &'a str,
    pub device: Option<DeviceKind>,
    /// The people whose sessions may be seen.
    pub visible: &'a Visible,
    pub back: bool,
    /// When the neighbour was seen, and its name.
    pub from: Option<(i64, &'a str)>,
    pub limit: usize,
}

/// A session as the database has it.
pub(super) struct Found {
    pub session: SessionRef,
    pub person: UserId,
    pub name: String,
    pub complete: bool,
    pub device: String,
    pub ip: String,
    pub started: Instant,
    pub seen: Instant,
    /// Id of the store it is in; empty for all of the person's.
    pub store: String,
    pub ended: Option<EndedWhy>,
    /// Open sessions of the person.
    pub of_person: u32,
}

/// How the sessions that match are found.
pub(super) enum Way {
    /// Open sessions are walked in the order of the list.
    Walk,
    /// These few people leave no others.
    Gather(Statement),
}

/// The open stores of a session's person, as a table `st`.
const OWN: &str = "FROM stores st WHERE st.active = 1 AND (EXISTS (SELECT 1 FROM user_stores us \
    WHERE us.user_id = s.user_id AND us.store_id = st.id) OR EXISTS (SELECT 1 FROM memberships a \
    JOIN permission_groups g ON g.id = a.group_id \
    WHERE a.user_id = s.user_id AND g.super_admin = 1))";

/// The store that a session is in, worked out as each request works it out: who has one store is
/// in it, and who lost the chosen one is in the first of those that are left (product §4).
fn current() -> String {
    format!(
        "CASE WHEN s.store_id <> '' AND EXISTS (SELECT 1 {OWN} AND st.id = s.store_id) \
           THEN s.store_id \
         WHEN s.store_id <> '' OR (SELECT COUNT(*) {OWN}) = 1 \
           THEN COALESCE((SELECT st.id {OWN} ORDER BY st.name_fold LIMIT 1), '') \
         ELSE '' END"
    )
}

/// The people who work in one of these stores, by id.
fn working_in(stores: Vec<Bind>) -> Statement {
    let mut people = Statement::default();
    people.push_list(
        "SELECT user_id AS id FROM user_stores WHERE store_id IN",
        stores,
    );
    people.push(
        " UNION ALL SELECT a.user_id FROM memberships a \
         JOIN permission_groups g ON g.id = a.group_id WHERE g.super_admin = 1",
        [],
    );
    people
}

/// The same, asked of a session.
fn works_in(statement: &mut Statement, stores: Vec<Bind>) {
    statement.push_list(
        " AND (EXISTS (SELECT 1 FROM user_stores w WHERE w.user_id = s.user_id AND w.store_id IN",
        stores,
    );
    statement.push(
        ") OR EXISTS (SELECT 1 FROM memberships a JOIN permission_groups g ON g.id = a.group_id \
         WHERE a.user_id = s.user_id AND g.super_admin = 1))",
        [],
    );
}

/// The stores of the people who may be seen; nothing where that is everybody.
fn scope(visible: &Visible) -> Option<Vec<Bind>> {
    let stores = visible.stores().iter();
    (!visible.whole_business()).then(|| stores.map(|store| Bind::Text(store.to_string())).collect())
}

/// The people whom a wish leaves, by id; for each wish that leaves some out.
fn sources(dialect: Dialect, want: &Want<'_>) -> Vec<Statement> {
    let mut sources = Vec::new();
    if let Typed::Name(part) = want.typed {
        let mut named = Statement::default();
        named.nest(
            "SELECT p.id FROM (",
            &found_by(dialect, part),
            ") AS f CROSS JOIN users p WHERE p.n = f.n",
        );
        sources.push(named);
    }
    if !want.store.is_empty() {
        sources.push(working_in(vec![text(want.store)]));
    }
    sources.extend(scope(want.visible).map(working_in));
    sources
}

/// Decides how the sessions are found: by the wish that leaves the fewest people, when these are
/// few, else by walking.
pub(super) async fn way(
    conn: &mut AnyConnection,
    dialect: Dialect,
    want: &Want<'_>,
) -> Result<Way, Failure> {
    let mut fewest: Option<(i64, Statement)> = None;
    for source in sources(dialect, want) {
        let mut count = Statement::default();
        count.nest(
            "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM (",
            &source,
            &format!(") AS k LIMIT {}) AS capped", FEW + 1),
        );
        let n: i64 = count.query().fetch_one(&mut *conn).await?.try_get("n")?;
        if n <= fewest.as_ref().map_or(FEW, |(n, _)| *n) {
            fewest = Some((n, source));
        }
    }
    Ok(fewest.map_or(Way::Walk, |(_, people)| Way::Gather(people)))
}

/// `SELECT … FROM … WHERE …` with everything but the cursor.
fn filtered(want: &Want<'_>, way: &Way, select: &Statement) -> Statement {
    let mut statement = Statement::default();
    if let Way::Gather(people) = way {
        statement.nest(
            "WITH k AS MATERIALIZED (SELECT DISTINCT id FROM (",
            people,
            ") AS x) ",
        );
        // The order of a CROSS JOIN is kept.
        statement.nest(
            "",
            select,
            " FROM k CROSS JOIN sessions s CROSS JOIN users u WHERE s.user_id = k.id \
             AND u.id = k.id",
        );
    } else {
        statement.nest(
            "",
            select,
            " FROM sessions s CROSS JOIN users u WHERE u.id = s.user_id",
        );
    }
    want.open.is_listed(&mut statement);
    match want.typed {
        Typed::Nothing => {}
        Typed::Name(part) => statement.nest("", &name_contains(part), ""),
        Typed::Address(start) => statement.push(
            " AND s.ip LIKE CAST(? AS TEXT) ESCAPE '\\'",
            [Bind::Text(format!("{}%", like_escape(start)))],
        ),
    }
    if let Some(kind) = want.device {
        of_kind(&mut statement, kind);
    }
    if let Some(stores) = scope(want.visible) {
        works_in(&mut statement, stores);
    }
    if !want.store.is_empty() {
        works_in(&mut statement, vec![text(want.store)]);
        statement.push(&format!(" AND {} = ?", current()), [text(want.store)]);
    }
    statement
}

/// Devices of a kind; computers are what is none of the others.
fn of_kind(statement: &mut Statement, kind: DeviceKind) {
    let all = DeviceKind::ALL.iter().flat_map(|kind| kind.systems());
    let (word, systems): (_, Vec<&str>) = match kind.systems() {
        [] => ("NOT LIKE", all.copied().collect()),
        some => ("LIKE", some.to_vec()),
    };
    let join = if word == "LIKE" { " OR " } else { " AND " };
    let each = vec![format!("s.device {word} CAST(? AS TEXT)"); systems.len()].join(join);
    let patterns = systems
        .iter()
        .map(|system| Bind::Text(format!("%{system}%")));
    statement.push(&format!(" AND ({each})"), patterns);
}

/// What is read of each session, in a list of those that are open now.
fn columns(open: Open) -> Statement {
    let mut columns = Statement::of(
        "SELECT s.ref_id, s.user_id, u.name, s.stage, s.device, s.ip, s.started, s.seen, \
         s.ended_why, ",
        [],
    );
    columns.nest(
        "(SELECT COUNT(*) FROM sessions o WHERE o.user_id = s.user_id",
        &open.columns("o"),
        ") AS of_person, ",
    );
    columns.push(&format!("{} AS store", current()), []);
    columns
}

/// A page and one row more, whoever was seen last first; in the reverse when going back.
pub(super) async fn rows(
    conn: &mut AnyConnection,
    want: &Want<'_>,
    way: &Way,
) -> Result<Vec<Found>, Failure> {
    let mut statement = filtered(want, way, &columns(want.open));
    let (sign, order) = if want.back {
        ('>', "ASC")
    } else {
        ('<', "DESC")
    };
    if let Some((seen, session)) = want.from {
        statement.push(
            &format!(" AND (s.seen, s.ref_id) {sign} (?, ?)"),
            [Bind::Number(seen), text(session)],
        );
    }
    let limit = want.limit;
    statement.push(
        &format!(" ORDER BY s.seen {order}, s.ref_id {order} LIMIT {limit}"),
        [],
    );
    fetched(conn, statement).await
}

/// How many sessions match; counting stops as soon as they are many.
pub(super) async fn count(
    conn: &mut AnyConnection,
    want: &Want<'_>,
    way: &Way,
) -> Result<usize, Failure> {
    let mut matches = filtered(want, way, &Statement::of("SELECT 1 AS one", []));
    matches.push(&format!(" LIMIT {}", COUNTED + 1), []);
    let mut count = Statement::default();
    count.nest("SELECT COUNT(*) AS n FROM (", &matches, ") AS capped");
    let n: i64 = count.query().fetch_one(conn).await?.try_get("n")?;
    Ok(usize::try_from(n).unwrap_or_default())
}

/// Who is signed in at a store.
pub(super) struct AtStore {
    /// Id of the store; empty for all of the person's.
    pub store: String,
    pub people: i64,
    pub sessions: i64,
}

/// How many people are signed in at each store where anybody is, as far as they may be seen. No
/// more than so many sessions are looked at.
pub(super) async fn by_store(
    conn: &mut AnyConnection,
    visible: &Visible,
    open: Open,
    limit: i64,
) -> Result<Vec<AtStore>, Failure> {
    let mut statement = Statement::of(
        "SELECT k.store, COUNT(DISTINCT k.user_id) AS people, COUNT(*) AS sessions \
         FROM (SELECT s.user_id, ",
        [],
    );
    statement.push(&current(), []);
    statement.push(
        " AS store FROM sessions s CROSS JOIN users u \
         WHERE u.id = s.user_id AND s.stage = 'full'",
        [],
    );
    open.is_listed(&mut statement);
    if let Some(stores) = scope(visible) {
        works_in(&mut statement, stores);
    }
    statement.push(&format!(" LIMIT {limit}) AS k GROUP BY k.store"), []);
    let rows = statement.query().fetch_all(conn).await?;
    rows.iter()
        .map(|row| {
            Ok(AtStore {
                store: row.try_get("store")?,
                people: row.try_get("people")?,
                sessions: row.try_get("sessions")?,
            })
        })
        .collect()
}

/// The open sessions of one person, whichever was seen last first.
pub(super) async fn open_of(
    conn: &mut AnyConnection,
    person: UserId,
    open: Open,
    limit: usize,
) -> Result<Vec<Found>, Failure> {
    let mut statement = of_person(person, open);
    open.is_listed(&mut statement);
    statement.push(
        &format!(" ORDER BY s.seen DESC, s.ref_id DESC LIMIT {limit}"),
        [],
    );
    fetched(conn, statement).await
}

/// The sessions of one person that ended last; steps of signing in are none.
pub(super) async fn ended_of(
    conn: &mut AnyConnection,
    person: UserId,
    open: Open,
    limit: usize,
) -> Result<Vec<Found>, Failure> {
    let mut statement = of_person(person, open);
    statement.push(
        &format!(
            " AND s.ended > 0 AND s.stage = 'full' AND s.ended_why <> 'next_stage' \
             ORDER BY s.ended DESC, s.ref_id DESC LIMIT {limit}"
        ),
        [],
    );
    fetched(conn, statement).await
}

fn of_person(person: UserId, open: Open) -> Statement {
    let mut statement = columns(open);
    statement.push(
        " FROM sessions s CROSS JOIN users u WHERE u.id = s.user_id AND s.user_id = ?",
        [Bind::Text(person.to_string())],
    );
    statement
}

async fn fetched(conn: &mut AnyConnection, statement: Statement) -> Result<Vec<Found>, Failure> {
    let rows = statement.query().fetch_all(conn).await?;
    rows.iter().map(found).collect()
}

fn found(row: &AnyRow) -> Result<Found, Failure> {
    let of_person: i64 = row.try_get("of_person")?;
    Ok(Found {
        session: id(row, "ref_id")?,
        person: id(row, "user_id")?,
        name: row.try_get("name")?,
        complete: row.try_get::<&str, _>("stage")? == "full",
        device: row.try_get("device")?,
        ip: row.try_get("ip")?,
        started: Instant(row.try_get("started")?),
        seen: Instant(row.try_get("seen")?),
        store: row.try_get("store")?,
        ended: EndedWhy::from_key(row.try_get("ended_why")?),
        of_person: u32::try_from(of_person).unwrap_or(u32::MAX),
    })
}

/// A session that is still open, for whoever ends several.
pub(super) struct Other {
    pub session: SessionRef,
    pub person: UserId,
    pub name: String,
}

/// Sessions that nobody ended and that began before a moment, person by person, after one of them;
/// as far as their people may be seen, and only those that the list shows (`listed`) if that is
/// asked.
pub(super) async fn others(
    conn: &mut AnyConnection,
    visible: &Visible,
    listed: Option<Open>,
    before: Instant,
    after: (UserId, SessionRef),
    limit: usize,
) -> Result<Vec<Other>, Failure> {
    let mut statement = Statement::of(
        "SELECT s.ref_id, s.user_id, u.name FROM sessions s CROSS JOIN users u \
         WHERE u.id = s.user_id AND s.ended = 0 AND s.started <= ? \
           AND (s.user_id, s.ref_id) > (?, ?)",
        [
            Bind::Number(before.0),
            Bind::Text(after.0.to_string()),
            Bind::Text(after.1.to_string()),
        ],
    );
    if let Some(open) = listed {
        open.is_listed(&mut statement);
    }
    if let Some(stores) = scope(visible) {
        works_in(&mut statement, stores);
    }
    statement.push(&format!(" ORDER BY s.user_id, s.ref_id LIMIT {limit}"), []);
    let rows = statement.query().fetch_all(conn).await?;
    rows.iter()
        .map(|row| {
            Ok(Other {
                session: id(row, "ref_id")?,
                person: id(row, "user_id")?,
                name: row.try_get("name")?,
            })
        })
        .collect()
}
