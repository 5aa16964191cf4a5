//! A database of an older version: its tables become what they are in a new one, and what was in
//! them is still there and good (req. 62).

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::audit::AuditQuery;
use domain::email::ChangeOwnEmail;
use domain::imports::HEADER;
use domain::passwords::ForgotPassword;
use domain::second_factor::SecondStep;
use domain::users::{UserDetails, UserListQuery};
use service::audit::{self, Verdict};
use service::avatars::{self, Sent};
use service::crypto::SecretKey;
use service::db::fold::fold;
use service::db::{Db, Dialect, sqlite_url};
use service::hashing::HashParams;
use service::random::SeededRandomness;
use service::testing::{Enrolled, Fixture, PASSWORD, PNG};
use service::{
    Config, Keyholder, Parts, Visitor, email, flash, imports, invites, passwords, second_factor,
    sessions, users,
};
use sqlx::any::AnyRow;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Row as _};
use tower_sessions::Session;
use url::Url;

use crate::support::{
    KEY_SEED, MINUTE, Snapshot, acceptance, add_override, browser_at, error, id_of, tables_of,
    texts_of, try_sign_in, write,
};

on_both! {
    r62_a_database_of_any_older_version_is_upgraded_and_loses_nothing,
}

/// A business in which everything happened that leaves a row somewhere.
struct Business {
    fixture: Fixture,
    /// Ada's browser.
    owner: Session,
    ada: Enrolled,
    /// The links that Ben and Ada have in their mailboxes.
    invitation: String,
    reset: String,
}

async fn business(fixture: Fixture) -> Business {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let enrolled = fixture.enrol(&owner).await;
    let ada = fixture.staff(&owner).await;
    let browser = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let id = id_of(&fixture, "Dana").await;
    let view = users::view(kh, &ada, &id).await.expect("shows");
    let details = UserDetails {
        last_name: "Ó Briain".to_owned(),
        display_name: "🦉 d'Owl".to_owned(),
        ..view.details
    };
    users::update(kh, &ada, &id, view.revision, details)
        .await
        .expect("saves");
    fixture.key(&browser).await;
    let dana = fixture.staff(&browser).await;
    error(users::list(kh, &dana, UserListQuery::default()).await);
    let picture = Sent {
        fit: "crop",
        name: "me.png",
        content: PNG,
    };
    avatars::set_own(kh, &dana, picture).await.expect("taken");
    let change = ChangeOwnEmail {
        email: "dana@new.example".to_owned(),
        current: PASSWORD.to_owned(),
    };
    email::change_own(kh, &dana, change).await.expect("asked");
    add_override(&fixture, "Dana", "settings.billing", "allow", 0).await;
    let file = format!("{HEADER}\nIna,Tester,ina@shop.example,Crew,Downtown\n");
    imports::check(kh, &ada, "people.csv", file.as_bytes())
        .await
        .expect("it is read");
    flash::put(kh, &domain::Flash::default())
        .await
        .expect("kept");
    try_sign_in(kh, &fixture, "dana@shop.example", "wrong")
        .await
        .expect_err("a wrong try");
    let invitation = fixture.invite(&ada, "Ben", &["Crew"], &["Airport"]).await;
    let forgot = ForgotPassword {
        email: "ada@shop.example".to_owned(),
    };
    passwords::forgot(kh, &fixture.client(), forgot)
        .await
        .expect("answers");
    kh.settled().await;
    let reset = fixture.last_link().await;
    // The phone's next code is a new one.
    fixture.clock.advance(MINUTE);
    Business {
        fixture,
        owner,
        ada: enrolled,
        invitation,
        reset,
    }
}

/// All versions of the schema.
fn migrations(dialect: Dialect) -> Migrator {
    match dialect {
        Dialect::Sqlite => sqlx::migrate!("../migrations/sqlite"),
        Dialect::Postgres => sqlx::migrate!("../migrations/postgres"),
    }
}

/// Where a database of this version goes, which is not there yet.
async fn place(fixture: &Fixture, version: i64) -> String {
    match fixture.kh.db().dialect() {
        Dialect::Sqlite => {
            let file = format!("version{version}.db");
            sqlite_url(&fixture.kh.config().data_dir.join(file))
        }
        Dialect::Postgres => {
            let mut url = Url::parse(&fixture.database_url).expect("a fixture's URL is one");
            let name = format!("{}_version{version}", url.path().trim_start_matches('/'));
            write(&fixture.kh, &format!("CREATE DATABASE {name}")).await;
            url.set_path(&name);
            url.into()
        }
    }
}

/// Runs statements past the use cases, all or none.
async fn run(db: &Db, statements: &[String]) {
    let script = format!("BEGIN; {}; COMMIT", statements.join("; "));
    sqlx::raw_sql(AssertSqlSafe(script))
        .execute(db.writer())
        .await
        .expect("the tables take rows of their version");
}

/// Tables that others refer to, in the order in which they are filled.
const FIRST: [&str; 4] = ["stores", "permission_groups", "users", "imports"];

/// The search of the log keeps no text that could be copied. It is there since the second version.
const SEARCH_SINCE: i64 = 2;
const SEARCH: &str = "INSERT INTO audit_search (rowid, search) \
    SELECT seq, lower(actor_name || ' ' || object_name || ' ' || before_json || ' ' || after_json) FROM audit";

/// Columns that are no more, since the beginnings of names stand in the search.
const GONE: [&str; 2] = ["first_fold", "last_fold"];

/// What stood in the columns that are no more, and in the search when they were there.
async fn former_search(from: &Db) -> Vec<String> {
    let people = "SELECT id, first_name, last_name, search FROM users";
    let people = sqlx::query(people).fetch_all(from.writer()).await;
    let text = |person: &AnyRow, column: &str| person.get::<String, _>(column).replace('\'', "''");
    let statement = |person: &AnyRow| {
        let [first, last] = ["first_name", "last_name"].map(|name| fold(&text(person, name)));
        let (id, search) = (text(person, "id"), text(person, "search"));
        let (search, _) = search.split_once('ª').expect("beginnings");
        format!(
            "UPDATE users SET first_fold = '{first}', last_fold = '{last}', search = '{search}' \
             WHERE id = '{id}'"
        )
    };
    people.expect("answers").iter().map(statement).collect()
}

/// What is to stay as it was.
fn kept(columns: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let mut kept = columns.clone();
    let users = kept.get_mut("users").expect("a table");
    if users.iter().any(|column| GONE.contains(&column.as_str())) {
        users.retain(|column| !GONE.contains(&column.as_str()) && column != "search");
    }
    kept
}

/// Writes what is in one database into another of this version, as far as that has columns for it.
async fn copy(from: &Db, to: &Db, version: i64, columns: &BTreeMap<String, Vec<String>>) {
    let quote = match from.dialect() {
        Dialect::Sqlite => "quote",
        Dialect::Postgres => "quote_nullable",
    };
    let first = FIRST
        .iter()
        .filter_map(|table| columns.get_key_value(*table));
    let rest = columns
        .iter()
        .filter(|(table, _)| !FIRST.contains(&table.as_str()));
    let mut statements = Vec::new();
    for (table, columns) in first.chain(rest) {
        // The database numbers people by itself, and goes on from its own last number.
        let columns: Vec<&str> = columns
            .iter()
            .map(String::as_str)
            .filter(|column| (table.as_str(), *column) != ("users", "n"))
            .collect();
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                let gone = GONE.contains(column);
                let value = if gone { "''" } else { column };
                format!("{quote}({value})")
            })
            .collect();
        let rows = format!("SELECT {} FROM {table}", values.join(" || ', ' || "));
        let rows = texts_of(from, &rows).await;
        // What the migrations put there themselves is among what is copied.
        statements.push(format!("DELETE FROM {table}"));
        let into = format!("INSERT INTO {table} ({})", columns.join(", "));
        let inserts = rows.iter().map(|row| format!("{into} VALUES ({row})"));
        statements.extend(inserts);
    }
    if kept(columns) != *columns {
        statements.extend(former_search(from).await);
    }
    // Before there was a second factor nobody had one.
    if !columns.contains_key("two_factor") {
        statements.push("UPDATE users SET two_factor = 0".to_owned());
    }
    if version >= SEARCH_SINCE {
        statements.push(SEARCH.to_owned());
    }
    run(to, &statements).await;
}

/// Everything that a schema is made of, word by word.
async fn schema(db: &Db) -> Vec<String> {
    let sql = match db.dialect() {
        Dialect::Sqlite => {
            "SELECT type || ' ' || name || ': ' || COALESCE(sql, '') FROM sqlite_master ORDER BY 1"
        }
        Dialect::Postgres => {
            "SELECT table_name || '.' || column_name || ' ' || ordinal_position || ' ' || data_type \
               || ' ' || is_nullable || ' ' || COALESCE(collation_name, '') \
               || ' ' || COALESCE(column_default, '') \
               FROM information_schema.columns WHERE table_schema = 'public' \
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' \
             UNION ALL SELECT CAST(conrelid AS regclass) || ' ' || conname || ' ' \
               || pg_get_constraintdef(oid) FROM pg_constraint \
               WHERE connamespace = CAST('public' AS regnamespace) \
             UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal \
             UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p \
               WHERE p.pronamespace = CAST('public' AS regnamespace) \
                 AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') \
             ORDER BY 1"
        }
    };
    texts_of(db, sql).await
}

/// The program, on a database of its own choice.
async fn open(fixture: &Fixture, database_url: &str) -> Keyholder {
    let own = fixture.kh.config();
    let config = Config {
        database_url: database_url.to_owned(),
        data_dir: own.data_dir.clone(),
        public_url: own.public_url.clone(),
        mail_from: own.mail_from.clone(),
    };
    let key = SecretKey::generate(&SeededRandomness::new(KEY_SEED));
    let parts = Parts {
        clock: Arc::clone(&fixture.clock) as _,
        rng: Arc::new(SeededRandomness::new(97)),
        mailer: Arc::clone(&fixture.mails) as _,
        hashing: HashParams::cheap(),
    };
    Keyholder::open(config, key, parts)
        .await
        .expect("an older database opens")
}

/// What people are found by.
const SEARCHED: &str = "SELECT search FROM users ORDER BY id";

/// The only tables that stay empty here: a log that several keys marked is the rotation's matter.
const EMPTY: [&str; 1] = ["audit_keys"];

async fn r62_a_database_of_any_older_version_is_upgraded_and_loses_nothing(fixture: Fixture) {
    let business = business(fixture).await;
    let fresh = business.fixture.kh.db();
    let entries = match audit::verify(&business.fixture.kh).await.expect("answers") {
        Verdict::Whole { entries } => entries,
        broken @ Verdict::Broken { .. } => panic!("{broken:?}"),
    };
    let schema_now = schema(fresh).await;
    let searched_now = texts_of(fresh, SEARCHED).await;
    let migrations = migrations(fresh.dialect());
    let newest = migrations.iter().map(|m| m.version).max().expect("some");
    for version in migrations.iter().map(|m| m.version) {
        let database = place(&business.fixture, version).await;
        let old = Db::connect(&database).await.expect("it is made");
        migrations
            .run_to(version, old.writer())
            .await
            .expect("older versions can still be made");
        let columns = tables_of(&old).await;
        copy(fresh, &old, version, &columns).await;
        let kept = kept(&columns);
        let before = Snapshot::of_columns(&old, &kept).await;
        let filled = before.tables_with("");
        for table in columns.keys() {
            let is_filled = filled.contains(&table.as_str());
            assert_ne!(is_filled, EMPTY.contains(&table.as_str()), "{table}");
        }
        // In between a migration may change rows alone.
        if version == 1 || version == newest {
            assert_eq!(schema(&old).await == schema_now, version == newest);
        }
        old.close().await;

        let kh = open(&business.fixture, &database).await;
        assert_eq!(schema(kh.db()).await, schema_now, "version {version}");
        let after = Snapshot::of_columns(kh.db(), &kept).await;
        assert_eq!(before.changes(&after), [] as [&str; 0], "version {version}");
        let searched = texts_of(kh.db(), SEARCHED).await;
        assert_eq!(searched, searched_now, "version {version}");
        let verdict = audit::verify(&kh).await.expect("answers");
        assert_eq!(verdict, Verdict::Whole { entries }, "version {version}");
        goes_on(&business, &kh, &columns).await;
        kh.close().await;
        if fresh.dialect() == Dialect::Postgres {
            Fixture::forget(&database).await;
        }
    }
}

/// What people had in their hands before is good after.
async fn goes_on(business: &Business, kh: &Keyholder, columns: &BTreeMap<String, Vec<String>>) {
    let fixture = &business.fixture;
    let seen = async |browser: &Session| {
        let found = sessions::resolve(kh, browser.id(), fixture.client()).await;
        found.expect("the database answers")
    };
    let Visitor::Staff(ada) = seen(&business.owner).await else {
        panic!("the session goes on");
    };
    for q in ["dana", "🦉"] {
        let query = UserListQuery {
            q: q.to_owned(),
            ..UserListQuery::default()
        };
        let list = users::list(kh, &ada, query).await.expect("lists");
        assert_eq!(list.page.rows.len(), 1, "people are found by {q}");
    }
    let dana = id_of(fixture, "Dana").await;
    let view = users::view(kh, &ada, &dana).await.expect("shows");
    assert_eq!(view.details.first_name, "Dana");
    let query = AuditQuery {
        q: "dana".to_owned(),
        ..AuditQuery::default()
    };
    let log = audit::list(kh, &ada, query).await.expect("lists");
    assert!(!log.entries.rows.is_empty(), "entries are found");

    if columns.contains_key("password_resets") {
        passwords::reset_view(kh, &business.reset)
            .await
            .expect("the link to a new password is good");
    }
    let ben = browser_at(kh);
    invites::accept(
        kh,
        &fixture.client(),
        &ben,
        acceptance(&business.invitation),
    )
    .await
    .expect("the invitation is good");
    assert!(matches!(seen(&ben).await, Visitor::Staff(_)));
    let browser = try_sign_in(kh, fixture, "ada@shop.example", PASSWORD)
        .await
        .expect("the password is good");
    if columns.contains_key("two_factor") {
        let step = SecondStep {
            code: business.ada.phone.code(kh.now()),
            ..SecondStep::default()
        };
        second_factor::pass(kh, &seen(&browser).await, &browser, step)
            .await
            .expect("the phone is good");
    }
    assert!(matches!(seen(&browser).await, Visitor::Staff(_)));
}
