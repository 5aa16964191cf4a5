//! What every answer carries: security headers, and how long it may be kept (req. 28, 49, 50).

use access::{Kind, Needs, OPERATIONS, Permission};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use crate::asked::{functions, pages};
use crate::browser::own_request;
use crate::personas::{Cast, Persona, REACHES};
use crate::world::World;

#[tokio::test]
async fn r49_every_answer_carries_the_security_headers() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let mut stranger = world.browser();
    let mut answers = vec![
        ("page", owner.get("/").await),
        ("door", stranger.get("/sign-in").await),
        ("redirect", stranger.get("/settings/users").await),
        ("unknown page", owner.get("/nowhere").await),
        ("unknown function", owner.call("/api/nowhere", &[]).await),
        ("data", owner.call("/api/shell", &[]).await),
        ("malformed", owner.call("/api/shell", &[("x", "y")]).await),
        ("health", stranger.get("/healthz").await),
        ("file", stranger.get("/favicon.svg").await),
        ("missing file", stranger.get("/pkg/nothing.css").await),
        (
            "method",
            owner.send(own_request(Method::PUT, "/api/shell", "")).await,
        ),
    ];
    let foreign = Request::post("/api/shell")
        .body(Body::empty())
        .expect("a request");
    answers.push(("refused origin", owner.send(foreign).await));
    let huge = own_request(Method::POST, "/api/shell", &"x".repeat(70_000));
    answers.push(("too large", owner.send(huge).await));
    world.kh.close().await;
    answers.push(("fault", owner.get("/").await));

    let mut nonces = Vec::new();
    for (what, answer) in &answers {
        let policy = answer.header("content-security-policy");
        let nonce = policy
            .split_once("'nonce-")
            .and_then(|(_, rest)| rest.split_once('\''));
        let (nonce, _) = nonce.unwrap_or_else(|| panic!("{what}: a nonce in {policy}"));
        assert!(nonce.len() >= 22, "{what}: 128 bits in {nonce}");
        nonces.push(nonce);
        for part in [
            "default-src 'self'",
            &format!("script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
            "style-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(
                policy.split("; ").any(|one| one == part),
                "{what}: {part} in {policy}"
            );
        }
        assert!(!policy.contains("unsafe-inline"), "{what}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "same-origin"),
            (
                "strict-transport-security",
                "max-age=31536000; includeSubDomains",
            ),
        ] {
            assert_eq!(answer.header(name), value, "{what}: {name}");
        }
        assert!(!answer.header("permissions-policy").is_empty(), "{what}");
        assert!(
            answer.headers.get("access-control-allow-origin").is_none(),
            "{what}"
        );
        assert!(answer.headers.get("server").is_none(), "{what}");
    }
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), answers.len(), "no nonce twice");
}

#[tokio::test]
async fn r49_the_pages_scripts_carry_the_nonce_of_the_header() {
    let world = World::new().await;
    let answer = world.owner().await.get("/").await;
    let policy = answer.header("content-security-policy").to_owned();
    let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
    let (nonce, _) = rest.split_once('\'').expect("the nonce's end");
    let html = answer.text();
    let scripts: Vec<_> = html
        .match_indices("<script")
        .map(|(at, _)| &html[at..])
        .collect();
    assert!(!scripts.is_empty(), "{html}");
    for script in scripts {
        let tag = script.split('>').next().expect("a tag");
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{tag}");
    }
    for forbidden in [" style=\"", " onclick=", "javascript:"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
}

#[tokio::test]
async fn r49_no_name_ends_the_title_of_its_page() {
    let world = World::new().await;
    let dana = world.person("Dana", &["Crew"], &["Downtown"]).await;
    let name = "UPDATE users SET name = '</title><b>&' WHERE id = $1";
    world.execute(name, &dana.to_string()).await;
    let page = world
        .owner()
        .await
        .get(&format!("/settings/users/{dana}"))
        .await;
    let page = page.text();
    let (_, title) = page.split_once("<title>").expect("a title");
    assert!(title.starts_with("&lt;/title&gt;&lt;b&gt;&amp;"), "{page}");
    assert!(!page.contains("</title><b>"), "{page}");
}

#[tokio::test]
async fn r49_on_plain_http_no_browser_is_told_to_come_back_by_https() {
    let world = World::on_loopback().await;
    let answer = world.browser().get("/sign-in").await;
    assert!(answer.headers.get("strict-transport-security").is_none());
    assert!(!answer.header("content-security-policy").is_empty());
}

#[tokio::test]
async fn r28_pages_with_a_token_send_no_referrer_and_are_not_kept() {
    let world = World::new().await;
    for path in [
        "/setup/abc",
        "/accept-invite/abc",
        "/reset-password/abc",
        "/confirm-email/abc",
    ] {
        let answer = world.browser().get(path).await;
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn r50_nothing_but_files_is_kept_by_any_cache() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for path in pages() {
        let answer = owner.get(&path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    for path in functions() {
        let answer = owner.call(path, &[]).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    assert_eq!(
        owner.get("/pkg/nothing.css").await.header("cache-control"),
        "no-store"
    );
}

#[tokio::test]
async fn files_are_sent_compressed_and_kept_when_their_name_changes_with_them() {
    let world = World::new().await;
    let mut browser = world.owner().await;
    let year = "public, max-age=31536000, immutable";
    let page = browser.get("/settings/users").await.text();
    let (_, folder) = page.split_once("\"/pkg/").expect("a link to the style");
    let (build, _) = folder.split_once('/').expect("a folder of the build");
    let file = format!("/pkg/{build}/keyholder.js");
    let part = format!("/pkg/{build}/lists.part");
    assert!(
        page.contains(&part),
        "the page asks for its part of the code"
    );
    for (path, kept) in [
        (file.as_str(), year),
        (&part, year),
        ("/fonts/text.0a1b2c3d.woff2", year),
        ("/favicon.svg", "public, max-age=3600"),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("cache-control"), kept, "{path}");
    }
    for (accepted, sent) in [("gzip, br", "br"), ("gzip", "gzip"), ("identity", "")] {
        let request = Request::get(&file)
            .header("accept-encoding", accepted)
            .body(Body::empty());
        let answer = browser.send(request.expect("a request")).await;
        assert_eq!(answer.header("content-encoding"), sent);
        assert_eq!(answer.header("vary"), "accept-encoding");
        assert_eq!(answer.header("content-type"), "text/javascript");
        let wanted = if sent.is_empty() {
            "plain".to_owned()
        } else {
            format!("as {sent}")
        };
        assert_eq!(answer.text(), wanted);
    }
    for path in [
        "/pkg/../secret",
        "/pkg/%2e%2e/secret",
        "/pkg/keyholder.css",
        "/pkg/0123456789abcdef/keyholder.css",
        &format!("{file}.br"),
        "/pkg/",
        "/pkg",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn r50_no_answer_holds_what_belongs_to_another_store() {
    let cast = Cast::new().await;
    let personas = [
        Persona::BuiltIn("crew", "Crew"),
        Persona::BuiltIn("admin", "Admin"),
        Persona::Custom,
        Persona::NoGroup,
        Persona::PerStore,
    ];
    for persona in personas {
        let mut browser = cast.browser(persona).await;
        for operation in OPERATIONS {
            for reach in REACHES {
                let answer = match operation.kind {
                    Kind::Page | Kind::File => browser.get(&cast.path(operation, reach)).await,
                    Kind::Read => {
                        let fields = cast.fields(operation, reach);
                        let fields: Vec<_> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
                        browser.call(operation.path, &fields).await
                    }
                    _ => continue,
                };
                let text = answer.text().to_lowercase();
                // The log is of the business: who may read it reads all of it (product §2.1, §8).
                if operation.needs == Needs::Permission(Permission::SettingsAudit)
                    && answer.status == StatusCode::OK
                {
                    continue;
                }
                for foreign in ["workingforeign", "invitedforeign", "inactiveforeign"] {
                    assert!(
                        !text.contains(foreign),
                        "{foreign}: {} as {}",
                        operation.name,
                        persona.name()
                    );
                }
                // Who manages people sees all stores of whoever works in theirs.
                let manages = operation.needs == Needs::Permission(Permission::SettingsUsers);
                if persona != Persona::BuiltIn("admin", "Admin") && !manages {
                    assert!(
                        !text.contains("harbour"),
                        "{} as {}",
                        operation.name,
                        persona.name()
                    );
                }
            }
        }
    }
}
