//! What the tests share: answers as a face would see them, looks into the database, and people to
//! begin with.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::home::HomeView;
use domain::invites::AcceptInvite;
use domain::security::SecurityForm;
use domain::sign_in::SignIn;
use domain::users::{AccessView, MembershipView, SetAccess};
use domain::{AppError, Done};
use futures::future::join_all;
use service::crypto::SecretKey;
use service::db::{Db, Dialect};
use service::hashing::HashParams;
use service::random::{Randomness, SeededRandomness};
use service::sessions::Store;
use service::testing::{Enrolled, Fixture, PASSWORD, PUBLIC_URL};
use service::{Config, Failure, Keyholder, OpenError, Parts, Staff};
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::Barrier;
use tower_sessions::Session;

/// Names of what is in a folder, in order.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<_> = entries
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// One minute.
pub(crate) const MINUTE: Duration = Duration::from_mins(1);
/// The shortest time that the clock tells apart.
pub(crate) const MOMENT: Duration = Duration::from_millis(1);

/// So long, but for a moment.
pub(crate) fn just_before(wait: Duration) -> Duration {
    wait.saturating_sub(MOMENT)
}

/// What the face gets of a use case that must not go through.
#[track_caller]
pub(crate) fn error<T: Debug>(answer: Result<T, Failure>) -> AppError {
    match answer {
        Ok(done) => panic!("it went through: {done:?}"),
        Err(failure) => failure.into(),
    }
}

/// Begins all of these at the same moment, each as a task of its own, and answers in their order.
pub(crate) async fn at_once<F>(tasks: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let tasks: Vec<F> = tasks.into_iter().collect();
    let start = Arc::new(Barrier::new(tasks.len()));
    let running = tasks.into_iter().map(|task| {
        let start = Arc::clone(&start);
        tokio::spawn(async move {
            start.wait().await;
            task.await
        })
    });
    join_all(running)
        .await
        .into_iter()
        .map(|done| done.expect("the task does not panic"))
        .collect()
}

/// The one number that a statement answers.
pub(crate) async fn number(kh: &Keyholder, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_one(kh.writer())
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// The one column of text that a statement answers.
pub(crate) async fn texts(kh: &Keyholder, sql: &str) -> Vec<String> {
    texts_of(kh.db(), sql).await
}

/// The same of a database that the program may not have opened yet.
pub(crate) async fn texts_of(db: &Db, sql: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_all(db.writer())
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// The one text that a statement answers.
pub(crate) async fn text(kh: &Keyholder, sql: &str) -> String {
    texts(kh, sql)
        .await
        .pop()
        .unwrap_or_else(|| panic!("{sql}: nothing"))
}

/// Writes past the use cases, as no part of the program does; answers how many rows.
pub(crate) async fn write(kh: &Keyholder, sql: &str) -> u64 {
    sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(kh.writer())
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
        .rows_affected()
}

/// Id of the person with this first name.
pub(crate) async fn id_of(fixture: &Fixture, first_name: &str) -> String {
    text(
        &fixture.kh,
        &format!("SELECT id FROM users WHERE first_name = '{first_name}'"),
    )
    .await
}

/// One column of the person with this first name, as text.
pub(crate) async fn fact(fixture: &Fixture, first_name: &str, column: &str) -> String {
    let sql = format!("SELECT CAST({column} AS TEXT) FROM users WHERE first_name = '{first_name}'");
    text(&fixture.kh, &sql).await
}

/// The form that gives the person with this first name these groups and stores, by their names.
pub(crate) async fn access_form(
    fixture: &Fixture,
    by: &Staff,
    first_name: &str,
    groups: &[&str],
    stores: &[&str],
) -> SetAccess {
    let picked = fixture.invitation(by, "nobody", groups, stores).await;
    let revision = fact(fixture, first_name, "revision").await;
    SetAccess {
        user: id_of(fixture, first_name).await,
        memberships: picked.groups,
        stores: picked.stores,
        revision: revision.parse().expect("a revision is a number"),
        ..SetAccess::default()
    }
}

/// The form that changes nothing of the access that a page shows.
pub(crate) fn unchanged(view: &AccessView) -> SetAccess {
    SetAccess {
        user: view.person.id.to_string(),
        memberships: view.memberships.iter().map(MembershipView::value).collect(),
        stores: view.stores.iter().map(ToString::to_string).collect(),
        revision: view.person.revision,
        ..SetAccess::default()
    }
}

/// Gives somebody groups and stores.
pub(crate) async fn set_access(
    fixture: &Fixture,
    by: &Staff,
    first_name: &str,
    groups: &[&str],
    stores: &[&str],
) {
    let form = access_form(fixture, by, first_name, groups, stores).await;
    service::users::set_access(&fixture.kh, by, form)
        .await
        .expect("saves");
}

/// A group that the business made itself, written as it is stored, for tests that are not about
/// making one.
pub(crate) async fn custom_group(fixture: &Fixture, name: &str, permissions: &str) {
    let id = fixture.kh.new_id();
    let fold = name.to_lowercase();
    let sql = format!(
        "INSERT INTO permission_groups (id, built_in, name, name_fold, summary, permissions, \
           super_admin, created, revision) \
         VALUES ('{id}', NULL, '{name}', '{fold}', '', '{permissions}', 0, 0, 1)"
    );
    write(&fixture.kh, &sql).await;
}

/// An override, written as it is stored: of a moment, an author or a person that the use case would
/// not take.
pub(crate) async fn add_override(
    fixture: &Fixture,
    first_name: &str,
    permission: &str,
    effect: &str,
    until: i64,
) {
    let sql = format!(
        "INSERT INTO overrides (user_id, permission, effect, author_id, reason, created, until_at) \
         SELECT id, '{permission}', '{effect}', id, '', 0, {until} FROM users \
         WHERE first_name = '{first_name}'"
    );
    write(&fixture.kh, &sql).await;
}

/// Lets everybody be signed in on as many devices as they like.
pub(crate) async fn allow_many_sessions(fixture: &Fixture) {
    write(&fixture.kh, "UPDATE business SET one_session = 0").await;
}

/// How long a code of an authenticator app is shown.
pub(crate) const STEP: Duration = Duration::from_secs(30);

/// The owner with a second factor.
pub(crate) async fn enrolled_owner(fixture: &Fixture) -> (Session, Enrolled) {
    let owner = fixture.found().await;
    allow_many_sessions(fixture).await;
    let enrolled = fixture.enrol(&owner).await;
    fixture.clock.advance(STEP * 2);
    (owner, enrolled)
}

/// The owner, and Dana of the crew with a second factor. Everybody may have several sessions.
pub(crate) async fn enrolled_crew(fixture: &Fixture) -> (Session, Session, Enrolled) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(fixture).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let enrolled = fixture.enrol(&dana).await;
    // The code that confirmed it is over.
    fixture.clock.advance(STEP * 2);
    (owner, dana, enrolled)
}

/// Saves whom the business asks for a second factor, and nothing else of the page.
pub(crate) async fn save_policy(
    kh: &Keyholder,
    by: &Staff,
    revision: i64,
    require: &str,
) -> Result<Done, Failure> {
    let form = SecurityForm {
        require: require.to_owned(),
        single: number(kh, "SELECT one_session FROM business").await == 1,
        idle: "60".to_owned(),
        absolute: "12".to_owned(),
        revision,
    };
    service::security::update(kh, by, form).await
}

/// A browser without a cookie, at one of several nodes.
pub(crate) fn browser_at(kh: &Keyholder) -> Session {
    Session::new(None, Arc::new(Store::new(kh.clone())), None)
}

/// A try to sign in at a node.
pub(crate) async fn try_sign_in(
    kh: &Keyholder,
    fixture: &Fixture,
    email: &str,
    password: &str,
) -> Result<Session, AppError> {
    let browser = browser_at(kh);
    let form = SignIn {
        email: email.to_owned(),
        password: password.to_owned(),
        next: String::new(),
    };
    service::sign_in::sign_in(kh, &fixture.client(), &browser, form).await?;
    Ok(browser)
}

/// The form that accepts an invitation.
pub(crate) fn acceptance(token: &str) -> AcceptInvite {
    AcceptInvite {
        token: token.to_owned(),
        password: PASSWORD.to_owned(),
        again: PASSWORD.to_owned(),
    }
}

/// A try to accept an invitation.
pub(crate) async fn try_accept(fixture: &Fixture, token: &str) -> Result<Session, AppError> {
    let browser = fixture.browser();
    let form = acceptance(token);
    service::invites::accept(&fixture.kh, &fixture.client(), &browser, form).await?;
    Ok(browser)
}

/// One more node on the fixture's database, with parts of its own.
pub(crate) async fn node(
    fixture: &Fixture,
    key_seed: u64,
    rng: Arc<dyn Randomness>,
    hashing: HashParams,
) -> Result<Keyholder, OpenError> {
    let config = Config {
        database_url: fixture.database_url.clone(),
        data_dir: std::env::temp_dir(),
        public_url: PUBLIC_URL.to_owned(),
        mail_from: "keyholder@shop.example".to_owned(),
    };
    let key = SecretKey::generate(&SeededRandomness::new(key_seed));
    let parts = Parts {
        clock: Arc::clone(&fixture.clock) as _,
        rng,
        mailer: Arc::clone(&fixture.mails) as _,
        hashing,
    };
    Keyholder::open(config, key, parts).await
}

/// The seed of the key that fixtures have.
pub(crate) const KEY_SEED: u64 = 7;

/// An entry of the audit log.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) seq: i64,
    pub(crate) action: String,
    pub(crate) result: String,
    pub(crate) actor: String,
    pub(crate) object: String,
    pub(crate) store: String,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) reason: String,
}

/// Home as somebody sees it, with names of operations in the place of sentences.
pub(crate) async fn home(kh: &Keyholder, by: &Staff) -> Result<HomeView, Failure> {
    service::home::view(kh, by, |row| row.action.clone()).await
}

/// The number of the newest entry.
pub(crate) async fn newest_entry(kh: &Keyholder) -> i64 {
    number(kh, "SELECT seq FROM audit_head").await
}

/// The entries after a number.
pub(crate) async fn entries_after(kh: &Keyholder, seq: i64) -> Vec<Entry> {
    let sql = format!(
        "SELECT seq, action, result, actor_name, object_name, store_id, before_json, after_json, reason \
         FROM audit WHERE seq > {seq} ORDER BY seq"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .fetch_all(kh.writer())
        .await
        .expect("reads");
    rows.iter()
        .map(|row| Entry {
            seq: row.get("seq"),
            action: row.get("action"),
            result: row.get("result"),
            actor: row.get("actor_name"),
            object: row.get("object_name"),
            store: row.get("store_id"),
            before: row.get("before_json"),
            after: row.get("after_json"),
            reason: row.get("reason"),
        })
        .collect()
}

/// Columns of every table of ours, in their order; without the searches, which hold nothing that
/// their tables do not.
pub(crate) async fn tables(kh: &Keyholder) -> BTreeMap<String, Vec<String>> {
    tables_of(kh.db()).await
}

/// The same of a database that the program may not have opened yet.
pub(crate) async fn tables_of(db: &Db) -> BTreeMap<String, Vec<String>> {
    let sql = match db.dialect() {
        Dialect::Sqlite => {
            "SELECT CAST(m.name AS TEXT) AS tbl, CAST(p.name AS TEXT) AS col \
             FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' \
               AND m.name NOT LIKE 'users_search%' AND m.name NOT LIKE 'audit_search%' \
               AND m.name <> '_sqlx_migrations' \
             ORDER BY m.name, p.cid"
        }
        Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT) AS tbl, CAST(column_name AS TEXT) AS col \
             FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations' \
               AND table_name <> 'audit_search' \
             ORDER BY table_name, ordinal_position"
        }
    };
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in sqlx::query(sql)
        .fetch_all(db.writer())
        .await
        .expect("reads")
    {
        tables
            .entry(row.get("tbl"))
            .or_default()
            .push(row.get("col"));
    }
    tables
}

/// Everything that is in the database, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot(BTreeMap<String, Vec<String>>);

impl Snapshot {
    pub(crate) async fn of(kh: &Keyholder) -> Self {
        Self::of_columns(kh.db(), &tables(kh).await).await
    }

    /// What is in these columns of a database.
    pub(crate) async fn of_columns(db: &Db, tables: &BTreeMap<String, Vec<String>>) -> Self {
        let mut rows = BTreeMap::new();
        for (table, columns) in tables {
            let line: Vec<String> = columns
                .iter()
                .map(|column| format!("'{column}=' || COALESCE(CAST({column} AS TEXT), 'NULL')"))
                .collect();
            let sql = format!("SELECT {} FROM {table}", line.join(" || ', ' || "));
            let mut lines = texts_of(db, &sql).await;
            lines.sort();
            rows.insert(table.clone(), lines);
        }
        Self(rows)
    }

    /// All but what a refusal writes: its audit entry, and that it is written for this minute.
    pub(crate) async fn but_for_refusals(kh: &Keyholder) -> Self {
        let mut all = Self::of(kh).await;
        for table in ["audit", "audit_head", "refusals"] {
            all.0.remove(table);
        }
        all
    }

    /// What stands in one and not in the other.
    pub(crate) fn changes(&self, later: &Self) -> Vec<String> {
        let lines = |of: &Self| -> Vec<String> {
            let tables = of.0.iter();
            tables
                .flat_map(|(t, lines)| lines.iter().map(move |line| format!("{t}: {line}")))
                .collect()
        };
        let (before, after) = (lines(self), lines(later));
        let gone = before
            .iter()
            .filter(|line| !after.contains(line))
            .map(|line| format!("- {line}"));
        let new = after
            .iter()
            .filter(|line| !before.contains(line))
            .map(|line| format!("+ {line}"));
        gone.chain(new).collect()
    }

    /// The tables in which a text occurs.
    pub(crate) fn tables_with(&self, needle: &str) -> Vec<&str> {
        let tables = self.0.iter();
        tables
            .filter(|(_, lines)| lines.iter().any(|line| line.contains(needle)))
            .map(|(table, _)| table.as_str())
            .collect()
    }
}
