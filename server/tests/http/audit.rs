//! The audit log over HTTP: its page, its file, and odd addresses of both.

use axum::http::StatusCode;
use domain::audit::{AuditView, Outcome};

use crate::browser::{Answer, Browser};
use crate::world::World;

/// The lines of a file, its head among them.
fn lines(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let text = answer.text();
    text.split_terminator("\r\n").map(str::to_owned).collect()
}

async fn file(browser: &mut Browser, query: &str) -> Vec<String> {
    lines(&browser.get(&format!("/exports/audit.csv{query}")).await)
}

#[tokio::test]
async fn r50_the_log_as_a_file_is_kept_by_the_person_and_by_no_cache() {
    let world = World::new().await;
    let answer = world.owner().await.get("/exports/audit.csv").await;
    for (name, value) in [
        ("content-type", "text/csv; charset=utf-8"),
        (
            "content-disposition",
            "attachment; filename=\"audit-2026-11-20.csv\"",
        ),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
}

#[tokio::test]
async fn the_file_holds_what_the_filters_show() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let all = file(&mut owner, "").await;
    assert_eq!(
        all[0],
        "entry,at,actor,action,result,kind,object,store,changes,reason,ip,device"
    );
    let entries = usize::try_from(world.audit_count().await).expect("some");
    assert_eq!(all.len(), entries + 1);
    assert!(
        all[1].starts_with(&format!("{entries},2026-11-20T09:41:00Z,")),
        "{}",
        all[1]
    );

    let invited = file(&mut owner, "?action=user.invite").await;
    assert_eq!(invited.len(), 2, "{invited:?}");
    assert!(
        invited[1].contains("Ada Owner,user.invite,done,user,Crew Tester,Downtown,")
            && invited[1].contains("groups:  → Crew; "),
        "{}",
        invited[1]
    );
    let shown: AuditView = owner
        .call("/api/audit/list", &[("action", "user.invite")])
        .await
        .view();
    assert_eq!(shown.entries.rows.len(), 1);
    assert_eq!(
        file(&mut owner, "?result=refused").await.len(),
        1,
        "only the head"
    );
    assert_eq!(file(&mut owner, "?person=nobody+at+all").await.len(), 1);
}

#[tokio::test]
async fn r59_no_cell_of_the_log_is_a_formula_and_no_value_is_markup() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let name = "=HYPERLINK(\"//evil.example\")<script>alert(1)</script>";
    let store = world.stores[1].to_string();
    let form = [
        ("id", store.as_str()),
        ("revision", "1"),
        ("name", name),
        ("code", "AIR"),
        ("address", ""),
        ("phone", "+44 1"),
        ("email", ""),
        ("time_zone", "UTC"),
    ];
    owner.call("/api/stores/update", &form).await.done();
    let lines = file(&mut owner, "?action=store.update").await;
    assert!(lines[1].contains("\"'=HYPERLINK"), "{}", lines[1]);
    assert!(
        !lines[1].contains(",=") && !lines[1].contains(",\"="),
        "{}",
        lines[1]
    );
    let newest = world.audit_count().await;
    let page = owner.get(&format!("/settings/audit?entry={newest}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text().contains("<script>alert"), "inert in the page");
    assert!(page.text().contains("=HYPERLINK"), "but shown");
}

#[tokio::test]
async fn the_page_shows_the_difference_without_script() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    owner
        .call("/api/profile/set-theme", &[("theme", "dark")])
        .await
        .done();
    let newest = world.audit_count().await;
    let page = owner
        .get(&format!("/settings/audit?entry={newest}"))
        .await
        .text();
    for part in [
        "Ada Owner changed the theme",
        "<del>System</del>",
        "<ins>Dark</ins>",
        "Export CSV",
        "<noscript>",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[tokio::test]
async fn r63_odd_addresses_of_the_log_break_nothing() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let odd = [
        "",
        "%20",
        "-1",
        "9223372036854775807",
        "99999999999999999999",
        "%00",
        "%ff%fe",
        "%22%27%3B--",
        "%25%25__%5C",
        "2026-02-30",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "x%0D%0ASet-Cookie:a=b",
    ];
    for name in [
        "q", "date", "from", "to", "person", "action", "store", "object", "result", "before",
        "entry",
    ] {
        for value in odd {
            let query = format!("?date=between&{name}={value}");
            let page = owner.get(&format!("/settings/audit{query}")).await;
            // What no address may hold is refused before the log is asked.
            let answers = [StatusCode::OK, StatusCode::BAD_REQUEST];
            assert!(answers.contains(&page.status), "{query}: {}", page.status);
            assert!(!page.text().contains("<script>alert"), "{query}");
            let file = owner.get(&format!("/exports/audit.csv{query}")).await;
            assert!(!file.status.is_server_error(), "{query}: {}", file.status);
        }
    }
    let many = format!("/settings/audit?q={}", "x".repeat(6_000));
    assert!(!owner.get(&many).await.status.is_server_error());
}

#[tokio::test]
async fn r52_who_may_not_see_the_log_finds_no_way_to_it() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    for path in [
        "/settings/audit",
        "/settings/audit?entry=1",
        "/exports/audit.csv",
    ] {
        let answer = crew.get(path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!answer.text().contains("Ada's Hire was"), "{path}");
    }
    let mut owner = world.owner().await;
    let view: AuditView = owner
        .call("/api/audit/list", &[("result", "refused")])
        .await
        .view();
    let refused = view
        .entries
        .rows
        .iter()
        .filter(|row| row.outcome == Outcome::Refused);
    assert_eq!(
        refused.count(),
        2,
        "the list and the file, each once a minute"
    );
}

/// Codes that the program gives as reasons: the texts in these calls.
fn reasons(folder: &std::path::Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            reasons(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let source = std::fs::read_to_string(&path).expect("readable");
            let code = source.split("#[cfg(test)]").next().unwrap_or_default();
            for call in [
                "system::grant(",
                ".because(",
                "record_refused(kh, staff, A::OPERATION.name,",
            ] {
                let arguments = code.split(call).skip(1);
                found.extend(arguments.filter_map(|rest| {
                    let text = rest.trim_start().strip_prefix('"')?;
                    Some(text.split_once('"')?.0.to_owned())
                }));
            }
        }
    }
}

#[test]
fn every_reason_that_keyholder_gives_is_a_code_with_words() {
    let mut found = Vec::new();
    let service = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../service/src");
    reasons(&service, &mut found);
    assert!(found.len() > 8, "{found:?}");
    let is_code = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    for code in found {
        assert!(is_code(&code), "{code}: say it in app/src/text/audit.rs");
        assert_ne!(
            app::text::audit::why(&code).as_deref(),
            Some(code.as_str()),
            "{code} has no words in app/src/text/audit.rs"
        );
    }
}
