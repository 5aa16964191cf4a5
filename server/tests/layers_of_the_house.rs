//! The floors: access ← domain ← service ← app ← server, frontend. Nothing points up
//! (architecture "The house").

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

fn metadata() -> Metadata {
    MetadataCommand::new()
        .no_deps()
        .other_options(["--offline".to_owned(), "--locked".to_owned()])
        .exec()
        .expect("cargo describes the workspace")
}

fn package<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    let mut members = metadata.packages.iter();
    members
        .find(|package| package.name == name)
        .unwrap_or_else(|| panic!("{name} is a member"))
}

/// What a crate names in its Cargo.toml; what only its tests use does not count.
fn named(package: &Package) -> BTreeSet<&str> {
    let shipped = package
        .dependencies
        .iter()
        .filter(|one| one.kind != DependencyKind::Development);
    shipped.map(|one| one.name.as_str()).collect()
}

/// Every crate that ends in a build, by name: as the features of this very build say, which
/// `cargo metadata` would mix with those of the others.
fn reached(arguments: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .args(["--format", "{p}"])
        .args(arguments)
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("names are text");
    text.lines()
        .filter_map(|line| line.split(' ').next())
        .map(ToOwned::to_owned)
        .collect()
}

#[test]
fn nothing_points_up() {
    const FLOORS: [(&str, &[&str]); 6] = [
        ("access", &[]),
        ("domain", &["access"]),
        ("service", &["access", "domain"]),
        ("app", &["access", "domain", "service"]),
        ("frontend", &["access", "domain", "app"]),
        ("server", &["access", "domain", "service", "app"]),
    ];
    let metadata = metadata();
    let members: BTreeSet<&str> = metadata
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    assert_eq!(
        members,
        FLOORS.iter().map(|(name, _)| *name).collect(),
        "every crate has a floor"
    );
    for (name, below) in FLOORS {
        let named = named(package(&metadata, name));
        let ours: Vec<_> = named
            .intersection(&members)
            .filter(|one| !below.contains(one))
            .collect();
        assert!(ours.is_empty(), "{name} points up to {ours:?}");
    }
}

#[test]
fn the_rules_reach_nothing_but_serde_and_uuid() {
    let reached = reached(&["--package", "access"]);
    let known = |name: &str| {
        name == "access"
            || name == "uuid"
            || name.starts_with("serde")
            || BELOW_SERDE.contains(&name)
    };
    let strange: Vec<_> = reached.iter().filter(|name| !known(name)).collect();
    assert!(strange.is_empty(), "{strange:?}");
}

/// What serde's derive is built with; none of it is in the program.
const BELOW_SERDE: [&str; 4] = ["proc-macro2", "quote", "syn", "unicode-ident"];

#[test]
fn the_browser_gets_no_server() {
    let reached = reached(&[
        "--package",
        "frontend",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    for banned in [
        "tokio", "sqlx", "argon2", "lettre", "axum", "hyper", "service", "zxcvbn", "woothee",
    ] {
        assert!(
            !reached.contains(banned),
            "the browser's part reaches {banned}"
        );
    }
}

#[test]
fn the_pages_know_no_database_and_no_mail() {
    let app = metadata();
    let app = package(&app, "app");
    for banned in [
        "sqlx",
        "lettre",
        "argon2",
        "rusqlite",
        "tokio-postgres",
        "axum",
    ] {
        assert!(!named(app).contains(banned), "app names {banned}");
    }
    let reached = reached(&["--package", "app", "--no-default-features"]);
    for banned in ["sqlx", "lettre", "argon2", "service"] {
        assert!(
            !reached.contains(banned),
            "app without ssr reaches {banned}"
        );
    }
}

/// Files in which statements may stand: those named for it, what differs between the databases,
/// and what the tests bring.
fn may_hold_sql(file: &Path) -> bool {
    let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
    name.ends_with("sql.rs") || ["dialect.rs", "testing.rs", "tests.rs"].contains(&name)
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension() == Some(OsStr::new("rs")) {
            found.push(path);
        }
    }
}

#[test]
fn statements_stand_in_the_sql_files_of_service_only() {
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for room in ["access", "domain", "service", "app", "frontend", "server"] {
        sources(&house.join(room).join("src"), &mut files);
    }
    let verbs = [
        "SELECT ",
        "INSERT INTO ",
        "UPDATE ",
        "DELETE FROM ",
        "WITH ",
        "ANALYZE",
    ];
    for file in files.iter().filter(|file| !may_hold_sql(file)) {
        let source = fs::read_to_string(file).expect("a source");
        // Tests inside a file come last in it.
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for verb in verbs {
            let statement = format!("\"{verb}");
            assert!(
                !code.contains(&statement),
                "{} holds {verb}",
                file.display()
            );
        }
    }
}

#[test]
fn whatever_can_be_swept_is_swept() {
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let rooms = house.join("service/src");
    let mut files = Vec::new();
    sources(&rooms, &mut files);
    let sweeps = fs::read_to_string(house.join("server/src/sweep.rs")).expect("a source");
    let mut found = 0;
    for file in &files {
        let source = fs::read_to_string(file).expect("a source");
        if !source.contains("pub async fn sweep(") {
            continue;
        }
        let room = file.strip_prefix(&rooms).expect("of the service");
        let room = room.iter().next().and_then(OsStr::to_str).expect("a name");
        let called = format!("{}::sweep(&kh)", room.trim_end_matches(".rs"));
        assert!(sweeps.contains(&called), "{called} is never called");
        found += 1;
    }
    assert!(found > 5, "{found}");
}
