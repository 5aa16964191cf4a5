//! The two schemas are one (req. 62): the same tables, columns, keys and indexes on both databases,
//! and the few differences named here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use service::Keyholder;
use service::testing::Fixture;
use sqlx::Row;

use crate::support::{Snapshot, names_in, number, tables, texts};

/// A column, as both databases can be asked about it.
#[derive(Debug, PartialEq, Eq)]
struct Column {
    name: String,
    kind: String,
    required: bool,
    /// Empty for none.
    default: String,
}

/// An index, but for its name.
#[derive(Debug, PartialEq, Eq)]
struct Index {
    unique: bool,
    columns: Vec<String>,
    /// The condition of a partial one; empty for none.
    only: String,
}

/// What a schema is made of.
#[derive(Debug, Default)]
struct Schema {
    columns: BTreeMap<String, Vec<Column>>,
    /// Columns of the primary key of each table.
    keys: BTreeMap<String, Vec<String>>,
    /// By table and name; without those of primary keys, which SQLite has not for all.
    indexes: BTreeMap<(String, String), Index>,
    /// `table.column -> table.column`.
    references: BTreeSet<String>,
    triggers: BTreeSet<String>,
}

/// One name for what is the same.
fn normal(kind: &str) -> String {
    match kind.to_ascii_lowercase().as_str() {
        "bigint" | "integer" => "number".to_owned(),
        "text" => "text".to_owned(),
        other => other.to_owned(),
    }
}

async fn rows(kh: &Keyholder, sql: &'static str) -> Vec<Vec<String>> {
    let rows = sqlx::query(sql).fetch_all(kh.writer()).await;
    let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter()
        .map(|row| (0..row.len()).map(|n| row.get::<String, _>(n)).collect())
        .collect()
}

/// One spelling for what is the same: `(effect = 'allow'::text)` is `effect = 'allow'`.
fn plain(expression: &str) -> String {
    let mut plain = String::new();
    for (n, part) in expression.split('\'').enumerate() {
        // Between quotes stands a text, which stays as it is.
        if n % 2 == 1 {
            plain.extend(["'", part, "'"]);
            continue;
        }
        let mut part = part.to_ascii_lowercase().replace(['(', ')'], "");
        for cast in ["::text", "::bigint", "::integer"] {
            part = part.replace(cast, "");
        }
        plain.push_str(&part);
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Table, column, its type, whether it must have a value, and the one it has by itself.
fn columns(rows: Vec<Vec<String>>) -> BTreeMap<String, Vec<Column>> {
    let mut columns: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for row in rows {
        let [table, name, kind, required, default] = row.try_into().expect("five columns");
        let (kind, mut default) = (normal(&kind), plain(&default));
        if kind == "number" {
            default = default.replace('\'', "");
        }
        columns.entry(table).or_default().push(Column {
            name,
            kind,
            required: required == "1",
            default,
        });
    }
    columns
}

/// Table, and one column of its key a row in their order.
fn keys(rows: Vec<Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        let [table, column] = row.try_into().expect("two columns");
        keys.entry(table).or_default().push(column);
    }
    keys
}

/// Table, unique or not, name of the index, its condition, one column a row in their order.
fn indexes(rows: Vec<Vec<String>>) -> BTreeMap<(String, String), Index> {
    let mut indexes = BTreeMap::new();
    for row in rows {
        let [table, unique, name, only, column] = row.try_into().expect("five columns");
        let index = indexes.entry((table, name)).or_insert_with(|| Index {
            unique: unique == "1",
            columns: Vec::new(),
            only: plain(&only),
        });
        index.columns.push(column);
    }
    indexes
}

async fn sqlite(kh: &Keyholder) -> Schema {
    let mut schema = Schema::default();
    let sql = "SELECT m.name, p.name, CAST(p.type AS TEXT), \
          CAST(CASE WHEN p.\"notnull\" = 1 OR p.pk > 0 THEN 1 ELSE 0 END AS TEXT), \
          CAST(COALESCE(p.dflt_value, '') AS TEXT) \
        FROM sqlite_master m JOIN pragma_table_info(m.name) p \
        WHERE m.type = 'table' ORDER BY m.name, p.cid";
    schema.columns = columns(rows(kh, sql).await);
    let sql = "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
        WHERE m.type = 'table' AND p.pk > 0 ORDER BY m.name, p.pk";
    schema.keys = keys(rows(kh, sql).await);
    // Of an index's condition it keeps the statement that made it.
    let sql = "SELECT m.name, CAST(l.\"unique\" AS TEXT), l.name, \
          CASE WHEN l.partial = 1 THEN SUBSTR(x.sql, INSTR(x.sql, ' WHERE ') + 7) ELSE '' END, \
          CAST(i.name AS TEXT) \
        FROM sqlite_master m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i \
        JOIN sqlite_master x ON x.type = 'index' AND x.name = l.name \
        WHERE m.type = 'table' AND l.origin <> 'pk' ORDER BY m.name, l.name, i.seqno";
    schema.indexes = indexes(rows(kh, sql).await);
    let references = "SELECT m.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" \
        FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
    schema.references = texts(kh, references).await.into_iter().collect();
    let triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
    schema.triggers = texts(kh, triggers).await.into_iter().collect();
    schema
}

async fn postgres(kh: &Keyholder) -> Schema {
    let mut schema = Schema::default();
    let sql = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), \
          CAST(data_type AS TEXT), CASE WHEN is_nullable = 'NO' THEN '1' ELSE '0' END, \
          COALESCE(CAST(column_default AS TEXT), '') \
        FROM information_schema.columns WHERE table_schema = 'public' \
        ORDER BY table_name, ordinal_position";
    schema.columns = columns(rows(kh, sql).await);
    let sql = "SELECT CAST(t.relname AS TEXT), CAST(a.attname AS TEXT) \
        FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid \
        JOIN pg_namespace n ON n.oid = t.relnamespace \
        JOIN pg_attribute a ON a.attrelid = x.indexrelid \
        WHERE n.nspname = 'public' AND x.indisprimary ORDER BY t.relname, a.attnum";
    schema.keys = keys(rows(kh, sql).await);
    let sql = "SELECT CAST(t.relname AS TEXT), CASE WHEN x.indisunique THEN '1' ELSE '0' END, \
          CAST(i.relname AS TEXT), COALESCE(pg_get_expr(x.indpred, x.indrelid), ''), \
          CAST(a.attname AS TEXT) \
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
        JOIN pg_namespace n ON n.oid = t.relnamespace \
        JOIN pg_attribute a ON a.attrelid = i.oid \
        WHERE n.nspname = 'public' AND NOT x.indisprimary \
        ORDER BY t.relname, i.relname, a.attnum";
    schema.indexes = indexes(rows(kh, sql).await);
    let references = "SELECT CAST(t.relname AS TEXT) || '.' || CAST(a.attname AS TEXT) || ' -> ' \
          || CAST(r.relname AS TEXT) || '.' || CAST(b.attname AS TEXT) \
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid \
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] \
        JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = c.confkey[1] WHERE c.contype = 'f'";
    schema.references = texts(kh, references).await.into_iter().collect();
    let triggers = "SELECT CAST(tgname AS TEXT) FROM pg_trigger WHERE NOT tgisinternal";
    schema.triggers = texts(kh, triggers).await.into_iter().collect();
    schema
}

/// Ours, without what the databases and sqlx keep for themselves.
fn own(name: &str) -> bool {
    let others = [
        "sqlite_",
        "users_search",
        "audit_search",
        "_sqlx_migrations",
    ];
    !others.iter().any(|other| name.starts_with(other))
}

fn only_in<'a, T: Ord>(one: &'a BTreeSet<T>, other: &'a BTreeSet<T>) -> Vec<&'a T> {
    one.difference(other).collect()
}

#[tokio::test]
async fn r62_both_schemas_are_one() {
    let (lite, post) = (Fixture::sqlite().await, Fixture::postgres().await);
    let (mut ours, mut theirs) = (sqlite(&lite.kh).await, postgres(&post.kh).await);
    for schema in [&mut ours, &mut theirs] {
        schema.columns.retain(|table, _| own(table));
        schema.keys.retain(|table, _| own(table));
        schema.indexes.retain(|(table, _), _| own(table));
    }
    assert!(ours.columns.len() > 15);
    assert_eq!(ours.columns, theirs.columns);

    assert_eq!(ours.keys.len(), ours.columns.len(), "each has a key");
    assert_eq!(ours.keys, theirs.keys);

    // The text search is an index on one side, a table of its own on the other.
    let search = ("users".to_owned(), "users_search".to_owned());
    assert!(theirs.indexes.remove(&search).is_some());
    // Whoever looks through it for matches reads nothing else on SQLite; on PostgreSQL an entry of an
    // index has a greatest length, which a name and an address can pass.
    let by_name = ("users".to_owned(), "users_by_name".to_owned());
    let by_name = ours.indexes.get_mut(&by_name).expect("an index");
    assert_eq!(by_name.columns.split_off(2), ["state", "ends_at", "search"]);
    assert_eq!(ours.indexes, theirs.indexes);
    let partial = ours.indexes.values().filter(|index| !index.only.is_empty());
    assert!(partial.count() > 5, "their conditions were read");

    assert!(!ours.references.is_empty());
    assert_eq!(ours.references, theirs.references);

    // Only PostgreSQL can empty a table at once, and only SQLite keeps the search up by itself.
    assert_eq!(
        only_in(&ours.triggers, &theirs.triggers),
        ["users_search_insert", "users_search_update"]
    );
    assert_eq!(
        only_in(&theirs.triggers, &ours.triggers),
        ["audit_is_never_emptied"]
    );

    let database = post.database_url.clone();
    drop(post);
    Fixture::forget(&database).await;
}

#[test]
fn defaults_and_conditions_are_compared_as_what_they_mean() {
    for (ours, theirs) in [
        ("0", "0"),
        ("''", "''::text"),
        ("'GBP'", "'GBP'::text"),
        ("locked_until > 0", "(locked_until > 0)"),
        ("effect = 'allow'", "(effect = 'allow'::text)"),
        ("a IS NOT NULL AND  b = 1", "((a is not null) AND (b = 1))"),
    ] {
        assert_eq!(plain(ours), plain(theirs));
    }
    assert_ne!(plain("'GBP'"), plain("'gbp'"));
    assert_ne!(plain("''"), plain(""));
}

#[test]
fn migrations_have_the_same_names_for_both_databases() {
    let names = |folder: &str| -> Vec<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/").to_owned() + folder;
        names_in(Path::new(&folder))
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}

/// PostgreSQL uses an index only for a comparison of the index's own collation: where one side of a
/// join had another, a page of the list read two tables of 100,000 rows for each person on it.
#[tokio::test]
async fn every_text_in_an_index_is_of_one_collation() {
    let fixture = Fixture::postgres().await;
    let database = fixture.database_url.clone();
    let others = "SELECT CAST(t.relname AS TEXT) || '.' || CAST(a.attname AS TEXT) \
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
        JOIN pg_namespace n ON n.oid = t.relnamespace \
        JOIN pg_attribute a ON a.attrelid = i.oid LEFT JOIN pg_collation c ON c.oid = a.attcollation \
        WHERE n.nspname = 'public' AND t.relname <> '_sqlx_migrations' \
          AND a.attcollation <> 0 AND c.collname <> 'C'";
    assert_eq!(texts(&fixture.kh, others).await, [] as [&str; 0]);
    let joined = "SELECT CAST(table_name AS TEXT) || '.' || CAST(column_name AS TEXT) \
        FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text' \
          AND (column_name = 'id' OR column_name LIKE '%\\_id') AND collation_name IS DISTINCT FROM 'C'";
    assert_eq!(texts(&fixture.kh, joined).await, [] as [&str; 0]);
    drop(fixture);
    Fixture::forget(&database).await;
}

on_both! {
    opening_a_database_again_changes_nothing,
    text_that_is_sorted_or_compared_sorts_by_its_bytes,
    the_database_is_ready_once_it_is_open,
}

async fn opening_a_database_again_changes_nothing(fixture: Fixture) {
    fixture.found().await;
    let before = Snapshot::of(&fixture.kh).await;
    fixture.second_node().await;
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
    assert!(tables(&fixture.kh).await.contains_key("audit"));
}

async fn text_that_is_sorted_or_compared_sorts_by_its_bytes(fixture: Fixture) {
    // Where a locale decided, upper and lower case and signs would fall elsewhere.
    let sql = "SELECT CASE WHEN name_fold < 'zz' THEN 1 ELSE 0 END AS below FROM stores";
    fixture.found().await;
    for (fold, below) in [
        ("a", 1),
        ("Zz", 1),
        ("zz", 0),
        ("é", 0),
        ("~", 0),
        ("_", 1),
        ("🦉", 0),
    ] {
        crate::support::write(
            &fixture.kh,
            &format!("UPDATE stores SET name_fold = '{fold}' WHERE code = 'AIR'"),
        )
        .await;
        let sql = format!("{sql} WHERE code = 'AIR'");
        assert_eq!(number(&fixture.kh, &sql).await, below, "{fold}");
    }
}

async fn the_database_is_ready_once_it_is_open(fixture: Fixture) {
    service::health::ready(&fixture.kh).await.expect("ready");
    fixture.kh.close().await;
    assert!(service::health::ready(&fixture.kh).await.is_err());
}
