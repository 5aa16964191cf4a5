//! `docs/security.md` names exactly the tests that carry a requirement's number.

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

/// Where the generated half of the page begins.
const TESTS: &str = "## Tests\n";

/// The tests by number, a line for each.
fn listed(tests: &BTreeSet<String>) -> String {
    let mut by_number: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for test in tests {
        let number = test.trim_start_matches('r').split('_').next();
        let number = number.and_then(|digits| digits.parse().ok());
        by_number
            .entry(number.expect("it begins with a number"))
            .or_default()
            .push(test);
    }
    let mut page = TESTS.to_owned();
    for (number, tests) in by_number {
        page += "\n### ";
        page += &number.to_string();
        page += "\n\n";
        for test in tests {
            page += "- `";
            page += test;
            page += "`\n";
        }
    }
    page
}

/// `make docs` writes the list anew.
#[test]
fn the_page_of_security_names_every_numbered_test_and_no_other() {
    let mut files = Vec::new();
    for folder in ["access", "domain", "service", "app", "server", "end2end"] {
        sources(&root().join(folder), &mut files);
    }
    let in_sources: BTreeSet<String> = files
        .iter()
        .filter(|path| !path.ends_with("security_page.rs"))
        .flat_map(|path| numbered(&fs::read_to_string(path).expect("a source is text")))
        .collect();
    let file = root().join("docs/security.md");
    let page = fs::read_to_string(&file).expect("the page is there");
    let (by_hand, list) = page.split_once(TESTS).expect("the page has its list");
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch of this test, not configuration"
    )]
    let update = env::var_os("UPDATE_DOCS").is_some();
    if update {
        fs::write(&file, by_hand.to_owned() + &listed(&in_sources)).expect("it can be written");
        return;
    }
    let on_page = numbered(list);
    let missing: Vec<_> = in_sources.difference(&on_page).collect();
    let gone: Vec<_> = on_page.difference(&in_sources).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "`make docs` writes it anew; not on the page: {missing:?}; gone: {gone:?}"
    );
}
