//! Signing in and out over HTTP: the cookie, its life and its end.

use std::time::Duration;

use crate::browser::{Answer, Browser, HTML};
use crate::personas::{Cast, Reach};
use crate::world::{ORIGIN_OF_SITE, PASSWORD, World};
use access::{Kind, Needs, OPERATIONS};
use axum::body::Body;
use axum::http::header::{ACCEPT, REFERER};
use axum::http::{Request, StatusCode};
use domain::sign_in::DoorView;
use domain::{AppError, EndedWhy};

const COOKIE: &str = "__Host-keyholder";

fn session_line(answer: &Answer) -> String {
    let lines = answer.set_cookies();
    let mut ours = lines
        .iter()
        .filter(|line| line.starts_with(&format!("{COOKIE}=")));
    let line = ours.next().expect("a session cookie");
    assert!(ours.next().is_none(), "one line: {lines:?}");
    (*line).to_owned()
}

async fn sign_in(browser: &mut Browser, email: &str) -> Answer {
    browser
        .call(
            "/api/sign-in",
            &[("email", email), ("password", PASSWORD), ("next", "")],
        )
        .await
}

#[tokio::test]
async fn r41_the_session_cookie_is_out_of_reach_of_scripts_subdomains_and_plain_http() {
    let world = World::new().await;
    let answer = sign_in(&mut world.browser(), &world.owner_email).await;
    answer.done();
    let line = session_line(&answer);
    let (value, attributes) = line.split_once(';').expect("attributes");
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(
            attributes.split(';').any(|one| one.trim() == attribute),
            "{attribute}: {line}"
        );
    }
    assert!(!attributes.contains("Domain"), "{line}");
    // Opaque, and 128 bits in base64url.
    assert_eq!(
        value
            .strip_prefix(&format!("{COOKIE}="))
            .expect("the value")
            .len(),
        22,
        "{line}"
    );
}

#[tokio::test]
async fn r41_a_visit_that_arrives_from_a_mail_is_still_signed_in() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    // Lax, so the browser sends the cookie along; nothing here asks where the visit came from.
    let request = Request::get("/settings/users")
        .header(ACCEPT, HTML)
        .header(REFERER, "https://mail.example/inbox")
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-mode", "navigate")
        .body(Body::empty());
    let answer = owner.send(request.expect("a request")).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn r41_on_plain_http_the_cookie_has_no_prefix_that_browsers_would_refuse() {
    let world = World::on_loopback().await;
    let answer = sign_in(&mut world.browser(), &world.owner_email).await;
    let lines = answer.set_cookies();
    let line = lines
        .iter()
        .find(|line| line.starts_with("keyholder="))
        .expect("a session");
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax") && !line.contains("Secure"));
}

#[tokio::test]
async fn r39_signing_in_never_takes_over_an_id_that_was_there_before() {
    let world = World::new().await;
    let mut browser = world.browser();
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    browser
        .cookies
        .insert(COOKIE.to_owned(), planted.to_owned());
    sign_in(&mut browser, &world.owner_email).await.done();
    let first = browser.cookies[COOKIE].clone();
    assert_ne!(first, planted);

    sign_in(&mut browser, &world.owner_email).await.done();
    assert_ne!(browser.cookies[COOKIE], first, "another id at each sign-in");
    for dead in [planted, &first] {
        let mut thief = world.browser();
        thief.cookies.insert(COOKIE.to_owned(), dead.to_owned());
        assert_eq!(
            thief.call("/api/shell", &[]).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!(browser.call("/api/shell", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn r39_no_session_begins_before_somebody_signs_in() {
    let world = World::new().await;
    let mut browser = world.browser();
    for path in ["/", "/sign-in", "/setup/x", "/accept-invite/x", "/nowhere"] {
        assert!(browser.get(path).await.set_cookies().is_empty(), "{path}");
    }
    let wrong = [
        ("email", "x@shop.example"),
        ("password", "wrong"),
        ("next", ""),
    ];
    let answer = browser.call("/api/sign-in", &wrong).await;
    assert_eq!(answer.error(), AppError::SignInFailed);
    assert!(answer.set_cookies().is_empty());
}

#[tokio::test]
async fn r40_the_cookies_value_is_nowhere_in_the_database() {
    let world = World::new().await;
    let mut browser = world.browser();
    sign_in(&mut browser, &world.owner_email).await.done();
    let contents = world.everything().await;
    assert!(!contents.contains(&browser.cookies[COOKIE]));
}

#[tokio::test]
async fn r42_a_session_ends_when_nothing_is_done_and_when_it_is_too_old() {
    let world = World::new().await;
    let mut browser = world.owner().await;
    world.clock.advance(Duration::from_mins(59));
    assert_eq!(browser.call("/api/shell", &[]).await.status, StatusCode::OK);
    world.settle().await;
    world.clock.advance(Duration::from_mins(59));
    assert_eq!(
        browser.call("/api/shell", &[]).await.status,
        StatusCode::OK,
        "it slides"
    );
    world.settle().await;
    world.clock.advance(Duration::from_hours(1));
    let answer = browser.call("/api/shell", &[]).await;
    assert_eq!(
        answer.error(),
        AppError::SignedOut {
            ended: Some(EndedWhy::Idle)
        }
    );

    let mut browser = world.owner().await;
    for _ in 0..23 {
        world.clock.advance(Duration::from_mins(31));
        assert_eq!(browser.call("/api/shell", &[]).await.status, StatusCode::OK);
        world.settle().await;
    }
    world.clock.advance(Duration::from_mins(31));
    let answer = browser.call("/api/shell", &[]).await;
    assert_eq!(
        answer.error(),
        AppError::SignedOut {
            ended: Some(EndedWhy::TooOld)
        }
    );
}

#[tokio::test]
async fn r43_signing_out_ends_the_session_and_makes_the_browser_forget() {
    let world = World::new().await;
    for plain in [false, true] {
        let mut browser = world.browser();
        sign_in(&mut browser, &world.owner_email).await.done();
        let stolen = browser.clone();
        let answer = if plain {
            browser.submit("/", "/api/sign-out", &[("back", "/")]).await
        } else {
            browser.call("/api/sign-out", &[]).await
        };
        assert!(!answer.status.is_client_error(), "{}", answer.status);
        assert_eq!(answer.header("clear-site-data"), "\"cache\", \"storage\"");
        let line = session_line(&answer);
        for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=0"] {
            assert!(
                line.contains(attribute),
                "browsers take it back: {attribute} in {line}"
            );
        }
        assert!(!browser.cookies.contains_key(COOKIE));
        for mut left in [browser, stolen] {
            let answer = left.call("/api/shell", &[]).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            assert!(
                left.get("/settings/users")
                    .await
                    .location()
                    .starts_with("/sign-in")
            );
        }
    }
}

#[tokio::test]
async fn r43_one_can_sign_out_from_every_page() {
    let cast = Cast::new().await;
    let mut owner = cast.world.owner().await;
    let inside = |path: &str| !path.starts_with("/sign-in/");
    let pages = OPERATIONS
        .iter()
        .filter(|one| one.kind == Kind::Page && one.needs != Needs::Anyone && inside(one.path));
    let mut seen = 0;
    for page in pages {
        let path = cast.path(page, Reach::Own);
        let answer = owner.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.text().contains("action=\"/api/sign-out\""), "{path}");
        seen += 1;
    }
    assert!(seen > 25, "{seen}");
}

#[tokio::test]
async fn r43_a_refused_sign_out_forgets_nothing() {
    let world = World::new().await;
    let answer = world.browser().call("/api/sign-out", &[]).await;
    assert!(answer.headers.get("clear-site-data").is_none());
}

#[tokio::test]
async fn r45_the_device_that_was_signed_out_by_another_is_told_why() {
    let world = World::new().await;
    let (mut older, mut newer) = (world.browser(), world.browser());
    sign_in(&mut older, &world.owner_email).await.done();
    sign_in(&mut newer, &world.owner_email).await.done();
    let answer = older.call("/api/shell", &[]).await;
    assert_eq!(
        answer.error(),
        AppError::SignedOut {
            ended: Some(EndedWhy::Elsewhere)
        }
    );
    let door: DoorView = older.call("/api/sign-in/door", &[]).await.view();
    assert_eq!(door.ended, Some(EndedWhy::Elsewhere));
    assert_eq!(newer.call("/api/shell", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn r45_of_ten_sign_ins_at_once_one_session_remains() {
    let world = World::new().await;
    let browsers = (0..10).map(|_| async {
        let mut browser = world.browser();
        let answer = sign_in(&mut browser, &world.owner_email).await;
        (browser, answer.status)
    });
    let browsers = futures::future::join_all(browsers).await;
    let mut live = 0;
    for (mut browser, status) in browsers {
        assert_eq!(status, StatusCode::OK);
        live += usize::from(browser.call("/api/shell", &[]).await.status == StatusCode::OK);
    }
    assert_eq!(live, 1);
}

/// All of an answer that a stranger could compare.
fn comparable(answer: &Answer) -> (StatusCode, Vec<(String, String)>, String) {
    let changing = ["x-request-id", "content-security-policy"];
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| !changing.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| {
        (
            name.to_string(),
            value.to_str().expect("headers are text").to_owned(),
        )
    });
    (answer.status, headers.collect(), answer.text())
}

#[tokio::test]
async fn r10_every_refused_sign_in_looks_the_same() {
    let world = World::new().await;
    world.invited("Invited", &["Crew"], &["Downtown"]).await;
    world.person("Left", &["Crew"], &["Downtown"]).await;
    world.deactivate(world.person_named("Left").await).await;
    world.person("Locked", &["Crew"], &["Downtown"]).await;
    let try_in = async |email: &str, password: &str| {
        let fields = [("email", email), ("password", password), ("next", "")];
        world.browser().call("/api/sign-in", &fields).await
    };
    for _ in 0..5 {
        try_in("locked@shop.example", "wrong").await;
    }
    let unknown = comparable(&try_in("nobody@shop.example", "wrong").await);
    assert_eq!(unknown.0, StatusCode::UNAUTHORIZED);
    for (email, password) in [
        ("nobody@shop.example", PASSWORD),
        ("crew@shop.example", "wrong"),
        ("invited@shop.example", PASSWORD),
        ("left@shop.example", PASSWORD),
        ("left@shop.example", "wrong"),
        ("locked@shop.example", PASSWORD),
        ("locked@shop.example", "wrong"),
        ("not an address", "wrong"),
    ] {
        assert_eq!(
            comparable(&try_in(email, password).await),
            unknown,
            "{email} {password}"
        );
    }
}

#[tokio::test]
async fn r44_who_is_deactivated_is_out_at_the_next_request() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let mut crew = world.signed_in(&world.crew).await;
    assert_eq!(crew.call("/api/shell", &[]).await.status, StatusCode::OK);
    let id = world.crew.to_string();
    let fields = [("id", &*id)];
    owner.call("/api/users/deactivate", &fields).await.done();
    let answer = crew.call("/api/shell", &[]).await;
    assert_eq!(
        answer.error(),
        AppError::SignedOut {
            ended: Some(EndedWhy::Deactivated)
        }
    );
}

#[tokio::test]
async fn a_signed_out_visitor_comes_back_to_where_they_wanted_to_go() {
    let world = World::new().await;
    let answer = world.browser().get("/settings/users?q=dana&page=2").await;
    assert!(answer.status.is_redirection(), "{}", answer.status);
    assert_eq!(
        answer.location(),
        "/sign-in?next=%2Fsettings%2Fusers%3Fq%3Ddana%26page%3D2"
    );
    for (next, go) in [
        ("/settings/users?q=dana", "/settings/users?q=dana"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
    ] {
        let fields = [
            ("email", &*world.owner_email),
            ("password", PASSWORD),
            ("next", next),
        ];
        let done = world.browser().call("/api/sign-in", &fields).await.done();
        assert_eq!(done.go.as_deref(), Some(go), "{next}");
        let answer = world
            .browser()
            .submit("/sign-in", "/api/sign-in", &fields)
            .await;
        assert_eq!(answer.location(), go, "{next}");
        assert!(!answer.location().contains("evil"), "{ORIGIN_OF_SITE}");
    }
}
