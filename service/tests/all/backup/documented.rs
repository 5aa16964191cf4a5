//! The copy of a PostgreSQL database that docs/operations.md tells of, made by its very words.

use std::collections::BTreeSet;
use std::path::Path;

use service::testing::Fixture;
use service::{Config, Keyholder};

use super::{HandedOut, Shelf, config, key, parts, revives_nothing};
use crate::support::{KEY_SEED, tables};

/// What a copy of SQLite leaves out by itself, whoever copies PostgreSQL must name.
#[tokio::test]
async fn r62_the_pg_dump_that_is_documented_leaves_out_whatever_could_be_revived() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let named: BTreeSet<&str> = page
        .split("--exclude-table-data=")
        .skip(1)
        .filter_map(|rest| rest.split_whitespace().next())
        .collect();
    let fixture = Fixture::sqlite().await;
    let tables = tables(&fixture.kh).await;
    let opens = |columns: &[String]| {
        columns
            .iter()
            .any(|column| column == "token_hash" || column == "id_hash")
    };
    let left_out: BTreeSet<&str> = tables
        .iter()
        .filter(|(_, columns)| opens(columns))
        .map(|(table, _)| table.as_str())
        .chain(["two_factor_pending", "limits", "refusals"])
        .collect();
    assert!(left_out.contains("email_changes"));
    assert_eq!(named, left_out);
}

/// Runs commands as whoever reads them on the page does.
fn run_in_shell(commands: &str, folder: &Path, from: &str, to: &str) {
    let output = std::process::Command::new("sh")
        .args(["-eu", "-c", commands])
        .current_dir(folder)
        .env("KEYHOLDER_DATABASE_URL", from)
        .env("NEW_DATABASE_URL", to)
        .output()
        .expect("there is a shell");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{commands}\n{told}");
}

/// The very commands and statements of the page, with PostgreSQL's own programs.
#[tokio::test]
async fn r62_the_pg_dump_that_is_documented_keeps_sign_ins_and_the_log_and_revives_nothing() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let (_, section) = page
        .split_once("PostgreSQL has its own tools")
        .expect("the section");
    let mut blocks = section
        .split("\n\n")
        .filter(|block| block.starts_with("    "));
    let mut block = || blocks.next().expect("what is to be typed");
    let (commands, statements) = (block(), block());

    let fixture = Fixture::postgres().await;
    let shelf = Shelf::beside(&fixture);
    let handed_out = HandedOut::by(&fixture).await;

    let from = fixture.database_url.clone();
    let name = from.rsplit('/').next().unwrap_or_default();
    let name = name.split('?').next().unwrap_or_default();
    let restored = format!("{name}_restored");
    let to = from.replace(name, &restored);
    let run = |commands: &str| run_in_shell(commands, &shelf.0, &from, &to);
    let in_psql = |database: &str, statements: &str| {
        run(&format!(
            "psql --quiet --set=ON_ERROR_STOP=1 \"${database}\" <<'END'\n{statements}\nEND"
        ));
    };
    in_psql(
        "KEYHOLDER_DATABASE_URL",
        &format!("CREATE DATABASE {restored};"),
    );
    run(commands);
    in_psql("NEW_DATABASE_URL", statements);

    let config = Config {
        database_url: to.clone(),
        ..config(&fixture, Path::new(""))
    };
    let copy = Keyholder::open(config, key(KEY_SEED), parts(&fixture))
        .await
        .expect("it opens");
    revives_nothing(&fixture, &copy, &handed_out).await;
    handed_out.goes_on(&fixture).await;
    copy.close().await;
    drop(fixture);
    for database in [to, from] {
        Fixture::forget(&database).await;
    }
}
