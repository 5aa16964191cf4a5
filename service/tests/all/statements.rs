//! Every statement in the sources is prepared on both databases (architecture.md, "SQL"), so that
//! one that only one of them understands is found before it is first needed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use service::db::Dialect;
use service::testing::Fixture;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

on_both! {
    every_statement_in_the_sources_is_prepared,
}

/// Pieces of statements that are put together while the program runs: the lists of people and
/// sessions, look-ups, the audit log, the sealed columns. Word for word, so that no other statement
/// passes as one of them. Their own tests run them in every shape.
const PIECES: &[&str] = &[
    "DELETE FROM {table}",
    "SELECT * FROM (SELECT m.user_id FROM memberships m CROSS JOIN users a \
     WHERE m.group_id IN ({}) AND m.user_id <> ? AND a.id = m.user_id AND a.state = 'active' \
     AND EXISTS (SELECT 1 FROM user_stores mine CROSS JOIN user_stores theirs \
     WHERE mine.user_id = ? AND theirs.user_id = m.user_id AND theirs.store_id = mine.store_id \
     AND (m.store_id = '' OR m.store_id = mine.store_id)) LIMIT {BY_GROUP}) AS managing \
     UNION ",
    "SELECT COALESCE((SELECT MIN(e.seq) FROM (",
    "SELECT COUNT(*) AS n FROM (",
    "SELECT DISTINCT n FROM (",
    "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM (",
    "SELECT a.seq, a.at, a.actor_id, a.actor_name, a.action, a.result, a.object_kind, \
     a.object_id, a.object_name, a.store_id, a.before_json, a.after_json, a.reason, a.ip, \
     a.device, a.session_ref, a.request_id, a.mac",
    "SELECT k.store, COUNT(DISTINCT k.user_id) AS people, COUNT(*) AS sessions \
     FROM (SELECT s.user_id, ",
    "SELECT m.user_id FROM memberships m WHERE m.group_id IN ({}) {union} \
     SELECT o.user_id FROM overrides o WHERE o.permission = ? AND o.effect = 'allow'",
    "SELECT p.id FROM (",
    "SELECT s.ref_id, s.user_id, u.name, s.stage, s.device, s.ip, s.started, s.seen, s.ended_why, ",
    "SELECT u.id, u.name FROM (",
    "SELECT u.n FROM k CROSS JOIN users u WHERE u.n = k.n",
    "SELECT u.id, u.name, u.avatar, u.email, u.state, u.ends_at, u.locked_until, u.two_factor, \
     u.last_sign_in, COALESCE((SELECT i.expires FROM invites i WHERE i.user_id = u.id), 0) \
     AS invite_expires, COALESCE((SELECT string_agg(m.group_id || '@' || m.store_id, ' ') \
     FROM memberships m WHERE m.user_id = u.id), '') AS memberships, \
     COALESCE((SELECT string_agg(us.store_id, ' ') FROM user_stores us \
     WHERE us.user_id = u.id), '') AS stores",
    "SELECT u.n FROM (",
    "SELECT us.user_id FROM user_stores us WHERE us.store_id IN ({}) {union} \
     SELECT m.user_id FROM memberships m WHERE m.group_id IN ({})",
    "SELECT user_id AS id FROM user_stores WHERE store_id IN",
    "SELECT (",
    "SELECT {COLUMNS}, u.name, u.email, u.name_sort FROM (",
    "SELECT {COLUMNS}, {SHOWN}",
    "SELECT {COLUMNS}, {SHOWN} FROM users u WHERE u.state <> 'deactivated'",
    "SELECT {rows} AS all_rows FROM (",
    "SELECT {at} AS at, {row} AS place, {column} AS sealed FROM {table} \
     WHERE {column} IS NOT NULL",
    "UPDATE {table} SET {column} = $1 WHERE {is_at}",
    "WITH c AS MATERIALIZED (",
    "WITH k AS MATERIALIZED (",
    "WITH k AS MATERIALIZED (SELECT DISTINCT id FROM (",
];

/// What only one of the databases is ever asked.
const OF_ONE: &[(Dialect, &str)] = &[
    (
        Dialect::Postgres,
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    ),
    (Dialect::Postgres, "SELECT id FROM business FOR SHARE"),
    (
        Dialect::Postgres,
        "SELECT n FROM users WHERE search LIKE ? OFFSET 0",
    ),
    (
        Dialect::Sqlite,
        "SELECT DISTINCT CAST(m.name AS TEXT) FROM sqlite_master m \
         JOIN pragma_table_info(m.name) p WHERE m.type = 'table' \
         AND p.name IN ('id_hash', 'token_hash')",
    ),
    (
        Dialect::Sqlite,
        "SELECT rowid AS n FROM users_search WHERE users_search MATCH ?",
    ),
];

/// A statement whole: one value where the program writes as many as it has, a limit, a column or a
/// look-up where it writes one, and the places of values numbered.
fn whole(statement: &str) -> String {
    let mut whole = statement.replace("${now}", "?");
    whole = whole.replace("LIMIT {OTHERS}", "LIMIT 4");
    whole = whole.replace("WHERE {by} =", "WHERE id_hash =");
    whole = whole.replace("= {SUPER_ADMINS}", "= ('')");
    for several in ["IN {}", "IN ({})", "IN ({ids})", "IN ({places})"] {
        whole = whole.replace(several, "IN ('')");
    }
    if let Some(insert) = whole.strip_suffix(" VALUES {}") {
        let columns = insert.matches(", ").count() + 1;
        whole = format!("{insert} VALUES ({})", vec!["?"; columns].join(", "));
    }
    let mut texts = whole.split('?');
    let first = texts.next().unwrap_or_default().to_owned();
    texts.zip(1..).fold(first, |before, (text, place)| {
        format!("{before}${place}{text}")
    })
}

/// String literals of a source file that begin like a statement.
fn statements(source: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once('"') {
        let comment = before
            .rsplit('\n')
            .next()
            .is_some_and(|line| line.trim_start().starts_with("//"));
        let (literal, after) = unescaped(after);
        rest = after;
        if !comment {
            found.push(literal);
        }
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
    let dialect = fixture.kh.db().dialect();
    let (mut prepared, mut exempt) = (0, BTreeSet::new());
    for file in files {
        let source = std::fs::read_to_string(&file).expect("readable");
        // A quote that is a character of its own would begin a text here.
        let source = source.replace("'\"'", "");
        let source = source
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        for statement in statements(source) {
            if let Some(piece) = PIECES.iter().find(|piece| **piece == statement) {
                exempt.insert(*piece);
                continue;
            }
            if let Some((of, known)) = OF_ONE.iter().find(|(_, known)| *known == statement) {
                exempt.insert(*known);
                if *of != dialect {
                    continue;
                }
            }
            let answer = (&mut *conn)
                .prepare(AssertSqlSafe(whole(&statement)).into_sql_str())
                .await;
            if let Err(error) = answer {
                panic!("{}: {statement}\n{error}", file.display());
            }
            prepared += 1;
        }
    }
    assert!(prepared > 200, "{prepared} statements were found");
    let known: BTreeSet<&str> = PIECES
        .iter()
        .copied()
        .chain(OF_ONE.iter().map(|(_, known)| *known))
        .collect();
    assert_eq!(
        exempt, known,
        "a statement that is gone is forgotten here too"
    );
}

#[test]
fn statements_are_prepared_with_a_value_for_each_place() {
    assert_eq!(
        whole("SELECT a FROM t WHERE b IN ({ids}) AND c = ? LIMIT ?"),
        "SELECT a FROM t WHERE b IN ('') AND c = $1 LIMIT $2"
    );
    assert_eq!(
        whole("INSERT INTO t (a, b) VALUES {}"),
        "INSERT INTO t (a, b) VALUES ($1, $2)"
    );
}

#[test]
fn statements_are_read_as_the_compiler_reads_them() {
    let source = r#"
        // "SELECT not_this"
        sqlx::query("SELECT a, \"b\" \
                     FROM t WHERE c LIKE '\\%'")
        call("no statement", "WITH s AS (SELECT * FROM t) \
        SELECT 1")
    "#;
    assert_eq!(
        statements(source),
        [
            r#"SELECT a, "b" FROM t WHERE c LIKE '\%'"#,
            "WITH s AS (SELECT * FROM t) SELECT 1"
        ]
    );
}
