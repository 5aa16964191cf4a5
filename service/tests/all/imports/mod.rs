//! Importing people from a file: the dry run, everybody at once or nobody, the mails after
//! (product §3).

mod all_or_nothing;
mod dry_run;
mod importing;

use domain::Done;
use domain::imports::{Column, HEADER, ImportRun, LineCode, LineProblem};
use service::{Keyholder, Staff, imports};

use crate::support::number;

/// A file with these lines below its header.
pub(crate) fn csv(lines: &[&str]) -> String {
    format!("{HEADER}\n{}\n", lines.join("\n"))
}

/// Makes a dry run and answers its id.
pub(crate) async fn check(kh: &Keyholder, by: &Staff, file: &str) -> String {
    let done = imports::check(kh, by, "people.csv", file.as_bytes())
        .await
        .expect("it is read");
    run_of(&done)
}

fn run_of(done: &Done) -> String {
    let go = done.go.as_deref().expect("it leads to its page");
    let (path, run) = go.split_once("?run=").expect("a dry run");
    assert_eq!(path, "/settings/users/import");
    run.to_owned()
}

/// The first page of a dry run.
pub(crate) async fn view(kh: &Keyholder, by: &Staff, run: &str) -> ImportRun {
    page(kh, by, run, false, "").await
}

async fn page(kh: &Keyholder, by: &Staff, run: &str, only_wrong: bool, page: &str) -> ImportRun {
    let view = imports::view(kh, by, run, only_wrong, page)
        .await
        .expect("it is theirs");
    view.run.expect("it was asked for")
}

/// What is wrong, line by line; lines that are ready are left out.
pub(crate) async fn wrong(kh: &Keyholder, by: &Staff, file: &str) -> Vec<(u32, LineProblem)> {
    let run = check(kh, by, file).await;
    let run = page(kh, by, &run, true, "").await;
    assert_eq!(run.page.rows.len(), run.wrong as usize);
    run.page
        .rows
        .into_iter()
        .flat_map(|row| {
            let line = row.line;
            row.problems.into_iter().map(move |problem| (line, problem))
        })
        .collect()
}

/// A problem of a column.
pub(crate) fn problem(column: Column, what: LineCode) -> LineProblem {
    LineProblem {
        column: Some(column),
        what,
    }
}

pub(crate) fn no_store(name: &str, meant: Option<&str>) -> LineCode {
    LineCode::NoStore {
        name: name.to_owned(),
        meant: meant.map(str::to_owned),
    }
}

pub(crate) async fn people(kh: &Keyholder) -> i64 {
    number(kh, "SELECT COUNT(*) FROM users").await
}
