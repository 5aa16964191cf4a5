//! `docs/security.md` names exactly the tests that carry a requirement's number, those in Rust and
//! those in the browser.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Sources below a folder, without what was installed or built.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if name != "node_modules" && name != "results" {
                sources(&path, found);
            }
        } else if path
            .extension()
            .is_some_and(|end| end == "rs" || end == "js")
        {
            found.push(path);
        }
    }
}

/// Words such as `r22_an_accepted_link_is_used_up`: a number, and at least three words.
fn numbered(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| {
            let digits = word
                .strip_prefix('r')
                .map(|rest| rest.bytes().take_while(u8::is_ascii_digit).count());
            digits.is_some_and(|n| n > 0 && word.as_bytes().get(n + 1) == Some(&b'_'))
                && word.matches('_').count() > 2
        })
        .map(ToOwned::to_owned)
        .collect()
}

/// The number of a requirement, which a word begins with: `r22`.
fn requirement(word: &str) -> Option<u32> {
    word.strip_prefix('r')?.split('_').next()?.parse().ok()
}

/// What a test of the browser is called that begins on this line, without the tags that say in
/// which browsers it runs: `test('r50 r28 what concerns … @plain', …`.
fn title(line: &str) -> Option<&str> {
    let call = line.trim_start().strip_prefix("test(")?;
    let quote = call.chars().next()?;
    let title = call[quote.len_utf8()..].split(quote).next()?;
    title.split(" @").next()
}

/// The tests of a source, each once for every number that it carries.
fn tests_of(path: &Path) -> Vec<(u32, String)> {
    let text = fs::read_to_string(path).expect("a source is text");
    let in_rust = numbered(&text).into_iter().map(|name| {
        let number = requirement(&name).expect("it begins with a number");
        (number, format!("`{name}`"))
    });
    let in_browser = text.lines().filter_map(title).flat_map(|title| {
        let numbers = title.split(' ').map_while(requirement);
        numbers.map(move |number| (number, format!("`{title}`, in the browser")))
    });
    in_rust.chain(in_browser).collect()
}

/// Where the generated half of the page begins.
const TESTS: &str = "## Tests\n";

/// The tests by number, a line for each.
fn listed(tests: BTreeSet<(u32, String)>) -> String {
    let mut by_number: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (number, test) in tests {
        by_number.entry(number).or_default().push(test);
    }
    let mut page = TESTS.to_owned();
    for (number, tests) in by_number {
        page += "\n### ";
        page += &number.to_string();
        page += "\n\n";
        for test in tests {
            page += "- ";
            page += &test;
            page += "\n";
        }
    }
    page
}

fn lines_only_in<'a>(one: &'a str, other: &str) -> Vec<&'a str> {
    let others: BTreeSet<&str> = other.lines().collect();
    one.lines().filter(|line| !others.contains(line)).collect()
}

/// `make docs` writes the list anew.
#[test]
fn the_page_of_security_names_every_numbered_test_and_no_other() {
    let mut files = Vec::new();
    for folder in ["access", "domain", "service", "app", "server", "end2end"] {
        sources(&root().join(folder), &mut files);
    }
    let in_sources = files
        .iter()
        .filter(|path| !path.ends_with("security_page.rs"))
        .flat_map(|path| tests_of(path))
        .collect();
    let in_sources = listed(in_sources);
    let file = root().join("docs/security.md");
    let page = fs::read_to_string(&file).expect("the page is there");
    let (by_hand, _) = page.split_once(TESTS).expect("the page has its list");
    let on_page = &page[by_hand.len()..];
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch of this test, not configuration"
    )]
    let update = env::var_os("UPDATE_DOCS").is_some();
    if update {
        fs::write(&file, by_hand.to_owned() + &in_sources).expect("it can be written");
        return;
    }
    let missing = lines_only_in(&in_sources, on_page);
    let gone = lines_only_in(on_page, &in_sources);
    assert!(
        in_sources == on_page,
        "`make docs` writes it anew; not on the page: {missing:?}; gone: {gone:?}"
    );
}
