//! Every statement in the sources is prepared on both databases (architecture.md, "SQL"), so that
//! one that only one of them understands is found before it is first needed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use service::testing::Fixture;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

on_both! {
    every_statement_in_the_sources_is_prepared,
}

/// Statements that are put together while the program runs, each whole or up to `…`: the lists of
/// people and sessions, look-ups, the audit log, several people at once, the sample's crowd, and rows that are
/// written many at once; and what only one of the databases is ever asked. Their own tests run them in every shape.
const PUT_TOGETHER: &[&str] = &[
    "DELETE FROM {table}",
    "INSERT INTO audit (seq, at, actor_id, …",
    "INSERT INTO audit_search (rowid, search) VALUES {}",
    "INSERT INTO import_rows (import_id, n, wrong, body_sealed) VALUES {}",
    "INSERT INTO invites (id, user_id, token_hash, sender_id, created, expires) VALUES {}",
    "INSERT INTO memberships (user_id, group_id, store_id) VALUES {}",
    "INSERT INTO outbox (id, kind, user_id, ref_id, import_id, …",
    "INSERT INTO user_stores (user_id, store_id) VALUES {}",
    "INSERT INTO users (id, first_name, last_name, name, email, created, created_by, …",
    "INSERT INTO users (id, first_name, last_name, name, email, last_sign_in, created, …",
    "SELECT 1 AS kind, u.id AS owner, …",
    "SELECT 1 AS one",
    "SELECT COALESCE((SELECT MIN(e.seq) FROM (",
    "SELECT COUNT(*) AS n FROM (",
    "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM (",
    "SELECT p.id FROM (",
    "SELECT s.ref_id, s.user_id, u.name FROM sessions s …",
    "SELECT s.ref_id, s.user_id, u.name, s.stage, …",
    "SELECT COUNT(*) FROM pg_stat_activity …",
    "SELECT DISTINCT CAST(m.name AS TEXT) FROM sqlite_master …",
    "SELECT DISTINCT k.{key} FROM (",
    "SELECT id FROM business FOR SHARE",
    "SELECT id FROM users WHERE locked_until > 0 AND …",
    "SELECT id FROM users WHERE state = 'deactivated' UNION ALL …",
    "SELECT id FROM users WHERE two_factor = ?",
    "SELECT id, email_fold FROM users WHERE email_fold IN {}",
    "SELECT id, first_name, last_name FROM users WHERE id IN ({})",
    "SELECT a.seq, a.at, a.actor_id, …",
    "SELECT n FROM users WHERE search LIKE ?",
    "SELECT rowid AS n FROM users_search WHERE users_search MATCH ?",
    "SELECT u.id, u.name FROM ({}) AS c CROSS JOIN users u …",
    "SELECT u.id, u.name, u.avatar, u.email, u.state, u.ends_at, …",
    "SELECT * FROM (SELECT m.user_id FROM memberships m CROSS JOIN users a …",
    "SELECT m.user_id FROM memberships m WHERE m.group_id IN ({}) …",
    "SELECT us.user_id FROM user_stores us WHERE us.store_id IN ({}) …",
    "SELECT {at} AS at, {row} AS place, {column} AS sealed FROM {table} …",
    "SELECT {COLUMNS}, u.name, u.email, u.name_sort FROM (",
    "SELECT {COLUMNS}, {SHOWN}",
    "SELECT {COLUMNS}, {SHOWN} FROM users u WHERE u.state <> 'deactivated'",
    "UPDATE {table} SET {column} = $1 WHERE {is_at}",
    "WITH c AS MATERIALIZED (",
    "SELECT user_id AS id FROM memberships WHERE group_id = ?",
    "SELECT user_id AS id FROM user_stores WHERE store_id IN",
    "SELECT user_id AS id FROM user_stores WHERE store_id IN ({places}) …",
    "WITH k AS MATERIALIZED (SELECT DISTINCT id FROM (",
    "WITH k AS MATERIALIZED (SELECT DISTINCT {key} FROM (",
];

fn is_put_together(statement: &str, known: &str) -> bool {
    known == statement
        || known
            .strip_suffix('…')
            .is_some_and(|start| statement.starts_with(start))
}

/// String literals of a source file that begin like a statement. A `concat!` whose parts only
/// differ in a column (`$by`) is read with that of the first use.
fn statements(source: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = source;
    let mut continues = false;
    while let Some((before, after)) = rest.split_once('"') {
        let comment = before
            .rsplit('\n')
            .next()
            .is_some_and(|line| line.trim_start().starts_with("//"));
        let (literal, after) = unescaped(after);
        rest = after;
        if comment {
            continue;
        }
        if continues {
            let statement = found.last_mut().expect("one began");
            statement.push_str("id_hash");
            statement.push_str(&literal);
        } else {
            found.push(literal);
        }
        continues = rest
            .trim_start_matches([',', ' ', '\n'])
            .starts_with("$by,");
    }
    let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];
    found.retain(|literal| verbs.iter().any(|verb| literal.starts_with(verb)));
    found
}

/// The literal that begins here, and what follows it.
fn unescaped(text: &str) -> (String, &str) {
    let mut literal = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (literal, &text[at + 1..]),
            '\\' => match chars.next() {
                Some((at, '\n')) => {
                    let (more, rest) = unescaped(text[at..].trim_start());
                    return (literal + &more, rest);
                }
                Some((_, 'n')) => literal.push('\n'),
                Some((_, other)) => literal.push(other),
                None => {}
            },
            c => literal.push(c),
        }
    }
    (literal, "")
}

/// Every source file of the crate that is not a test.
fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
}

async fn every_statement_in_the_sources_is_prepared(fixture: Fixture) {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    assert!(files.len() > 40, "{}", files.len());
    let mut conn = fixture.kh.reader().acquire().await.expect("answers");
    let (mut prepared, mut put_together) = (0, BTreeSet::new());
    for file in files {
        let source = std::fs::read_to_string(&file).expect("readable");
        // A quote that is a character of its own would begin a text here.
        let source = source.replace("'\"'", "");
        let source = source
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        for statement in statements(source) {
            if let Some(known) = PUT_TOGETHER
                .iter()
                .find(|known| is_put_together(&statement, known))
            {
                put_together.insert(*known);
                continue;
            }
            let answer = (&mut *conn)
                .prepare(AssertSqlSafe(statement.clone()).into_sql_str())
                .await;
            if let Err(error) = answer {
                panic!("{}: {statement}\n{error}", file.display());
            }
            prepared += 1;
        }
    }
    assert!(prepared > 80, "{prepared} statements were found");
    let known: BTreeSet<&str> = PUT_TOGETHER.iter().copied().collect();
    assert_eq!(
        put_together, known,
        "a statement that is gone is forgotten here too"
    );
}

#[test]
fn statements_are_read_as_the_compiler_reads_them() {
    let source = r#"
        // "SELECT not_this"
        sqlx::query("SELECT a, \"b\" \
                     FROM t WHERE c LIKE '\\%'")
        call("no statement", concat!("WITH s AS (SELECT * FROM t WHERE ", $by, " = $1) \
        SELECT 1"))
    "#;
    assert_eq!(
        statements(source),
        [
            r#"SELECT a, "b" FROM t WHERE c LIKE '\%'"#,
            "WITH s AS (SELECT * FROM t WHERE id_hash = $1) SELECT 1"
        ]
    );
}
