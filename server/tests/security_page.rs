//! `docs/security.md` names exactly the tests that carry a requirement's number.

use std::collections::BTreeSet;
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
    let page = fs::read_to_string(root().join("docs/security.md")).expect("the page is there");
    let on_page = numbered(&page);
    let missing: Vec<_> = in_sources.difference(&on_page).collect();
    let gone: Vec<_> = on_page.difference(&in_sources).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "not on the page: {missing:?}; gone: {gone:?}"
    );
}
