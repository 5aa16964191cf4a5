//! The doors to a new password over HTTP: forgot, the link, and what a stranger learns there.

use std::collections::BTreeSet;

use access::UserId;
use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{Method, Request, StatusCode};
use domain::AppError;

use crate::browser::{Answer, Browser, HTML, encode, own_request};
use crate::world::{ORIGIN_OF_LINKS, ORIGIN_OF_SITE, PASSWORD, PROXY, World};

const NEW: &str = "violet anchor thunder mosaic";

/// Addresses of every kind: unknown, working, locked, deactivated, invited.
const ADDRESSES: [&str; 5] = [
    "nobody@shop.example",
    "crew@shop.example",
    "lou@shop.example",
    "dee@shop.example",
    "ivo@shop.example",
];

async fn people(world: &World) {
    let lou = world.person("Lou", &["Crew"], &["Downtown"]).await;
    world.lock(lou).await;
    let dee = world.person("Dee", &["Crew"], &["Downtown"]).await;
    world.deactivate(dee).await;
    world.invited("Ivo", &["Crew"], &["Downtown"]).await;
}

/// Everything of an answer that anybody could tell apart, without what is new in each.
fn face(answer: &Answer) -> String {
    let own = ["x-request-id", "content-security-policy", "set-cookie"];
    let headers: BTreeSet<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    // Of a notice for the next page, that there is one.
    let cookies: Vec<usize> = answer.set_cookies().iter().map(|line| line.len()).collect();
    format!(
        "{} {headers:?} {cookies:?} {}",
        answer.status,
        answer.text()
    )
}

/// Secret of the link in the newest mail to a new password.
async fn link(world: &World, email: &str) -> String {
    let fields = [("email", email)];
    let answer = world.browser().call("/api/passwords/forgot", &fields).await;
    answer.done();
    world.kh.settled().await;
    let mails = world.mails().await;
    let start = format!("{ORIGIN_OF_LINKS}/reset-password/");
    let mail = mails.iter().rev().find(|mail| mail.contains(&start));
    let (_, rest) = mail.expect("a mail").split_once(&start).expect("a link");
    rest.split_whitespace().next().expect("a secret").to_owned()
}

fn form(token: &str) -> [(&str, &str); 3] {
    [("token", token), ("password", NEW), ("again", NEW)]
}

/// The tags of a page's password fields.
fn password_fields(page: &str) -> Vec<&str> {
    let inputs = page.split("<input").skip(1);
    inputs
        .filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
        .filter(|tag| tag.contains("type=\"password\""))
        .collect()
}

#[tokio::test]
async fn r6_a_password_manager_finds_its_way_in_every_field_and_nothing_is_in_the_way_of_a_paste() {
    let world = World::new().await;
    people(&world).await;
    let link = format!(
        "/reset-password/{}",
        link(&world, "crew@shop.example").await
    );
    let mut stranger = world.browser();
    let mut owner = world.owner().await;
    for (page, kinds) in [
        (stranger.get("/sign-in").await, &["current"][..]),
        (stranger.get(&link).await, &["new", "new"]),
        (
            owner.get("/profile/password").await,
            &["current", "new", "new"],
        ),
    ] {
        let page = page.text();
        let fields = password_fields(&page);
        assert_eq!(fields.len(), kinds.len(), "{fields:?}");
        for (field, kind) in fields.iter().zip(kinds) {
            let wanted = format!("autocomplete=\"{kind}-password\"");
            assert!(field.contains(&wanted), "{field}");
            assert!(!field.contains("maxlength"), "{field}");
        }
        assert!(page.contains("autocomplete=\"username\""));
        for hurdle in ["onpaste", "oncopy", "ondrop", "readonly"] {
            assert!(!page.contains(hurdle), "{hurdle}");
        }
    }
}

#[tokio::test]
async fn r10_sign_in_tells_no_kind_of_account_from_another() {
    let world = World::new().await;
    people(&world).await;
    for submit in [false, true] {
        let mut faces = BTreeSet::new();
        for email in ADDRESSES {
            let mut browser = world.browser();
            let fields = [("email", email), ("password", "wrong"), ("next", "/")];
            let answer = if submit {
                browser.submit("/sign-in", "/api/sign-in", &fields).await
            } else {
                browser.call("/api/sign-in", &fields).await
            };
            faces.insert(face(&answer));
        }
        assert_eq!(faces.len(), 1, "{faces:#?}");
    }
}

#[tokio::test]
async fn r10_forgot_tells_no_kind_of_account_from_another() {
    let world = World::new().await;
    people(&world).await;
    for submit in [false, true] {
        let mut faces = BTreeSet::new();
        for email in ADDRESSES {
            let mut browser = world.browser();
            let (page, path) = ("/forgot-password", "/api/passwords/forgot");
            let fields = [("email", email)];
            let answer = if submit {
                browser.submit(page, path, &fields).await
            } else {
                browser.call(path, &fields).await
            };
            faces.insert(face(&answer));
        }
        assert_eq!(faces.len(), 1, "{faces:#?}");
    }
    // The page that follows says the same to everybody.
    let page = world.browser().get("/forgot-password?asked=1").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("Check your mail"));
}

#[tokio::test]
async fn r10_a_used_and_an_unknown_link_answer_alike() {
    let world = World::new().await;
    let used = link(&world, "crew@shop.example").await;
    let mut browser = world.browser();
    browser
        .call("/api/passwords/reset", &form(&used))
        .await
        .done();
    let older = link(&world, "crew@shop.example").await;
    link(&world, "crew@shop.example").await;
    let mut faces = BTreeSet::new();
    for token in [&*used, &older, &"A".repeat(used.len())] {
        let answer = browser.call("/api/passwords/reset", &form(token)).await;
        assert_eq!(answer.error(), AppError::LinkOver);
        let page = browser.get(&format!("/reset-password/{token}")).await;
        assert_eq!(page.status, StatusCode::GONE);
        faces.insert(face(&answer));
    }
    assert_eq!(faces.len(), 1, "{faces:#?}");
}

#[tokio::test]
async fn r19_too_many_wrong_tries_from_an_address_wait_as_the_answer_says() {
    let world = World::new().await;
    let mut browser = world.browser();
    let wrong = [("email", "nobody@shop.example"), ("password", "wrong")];
    for _ in 0..300 {
        let answer = browser.call("/api/sign-in", &wrong).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let right = [("email", "crew@shop.example"), ("password", PASSWORD)];
    let answer = browser.call("/api/sign-in", &right).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "900");
    let answer = browser.submit("/sign-in", "/api/sign-in", &right).await;
    assert_eq!(answer.location(), "/sign-in", "the page says it");
    let page = browser.get("/sign-in").await;
    assert!(page.text().contains("Too many tries"), "{}", page.text());
    let mut elsewhere = world.browser();
    elsewhere.peer = ([198, 51, 100, 9], 40_000).into();
    elsewhere.call("/api/sign-in", &right).await.done();
}

#[tokio::test]
async fn r20_a_bucket_is_of_the_address_that_a_trusted_proxy_vouches_for() {
    let world = World::new().await;
    let hits = async |bucket: &str| {
        sqlx::query_scalar::<_, i64>("SELECT COALESCE(SUM(hits), 0) FROM limits WHERE bucket = $1")
            .bind(bucket)
            .fetch_one(world.kh.writer())
            .await
            .expect("it answers")
    };
    let mut browser = world.browser();
    let mut wrong_from = async |peer: [u8; 4], headers: &[(&'static str, &str)]| {
        browser.peer = (peer, 40_000).into();
        let body = encode(&[("email", "nobody@shop.example"), ("password", "wrong")]);
        let mut request = own_request(Method::POST, "/api/sign-in", &body);
        for (name, value) in headers {
            let value = value.parse().expect("a header");
            request.headers_mut().append(*name, value);
        }
        let answer = browser.send(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    };
    // A stranger's word opens no bucket of its own.
    for told in ["1.2.3.4", "127.0.0.1", "10.0.0.1"] {
        wrong_from(
            [198, 51, 100, 9],
            &[
                ("x-forwarded-for", told),
                ("forwarded", "for=1.2.3.4"),
                ("x-real-ip", "1.2.3.4"),
            ],
        )
        .await;
    }
    assert_eq!(hits("sign-in:198.51.100.9").await, 3);
    assert_eq!(hits("sign-in:1.2.3.4").await, 0);
    // Behind the proxy it is the address that the proxy saw, whatever was written before it;
    // `Forwarded` and `X-Real-IP` are never read.
    wrong_from(PROXY, &[("x-forwarded-for", "6.6.6.6, 203.0.113.80")]).await;
    wrong_from(
        PROXY,
        &[
            ("x-forwarded-for", "6.6.6.6"),
            ("x-forwarded-for", "203.0.113.80"),
            ("forwarded", "for=1.2.3.4"),
            ("x-real-ip", "1.2.3.4"),
        ],
    )
    .await;
    assert_eq!(hits("sign-in:203.0.113.80").await, 2);
    assert_eq!(hits("sign-in:6.6.6.6").await, 0);
    wrong_from(PROXY, &[("forwarded", "for=1.2.3.4")]).await;
    assert_eq!(hits("sign-in:10.0.0.1").await, 1);
    assert_eq!(hits("sign-in:1.2.3.4").await, 0);
}

#[tokio::test]
async fn r28_looking_at_a_reset_uses_nothing_up_and_is_kept_nowhere() {
    let world = World::new().await;
    let token = link(&world, "crew@shop.example").await;
    let page = format!("/reset-password/{token}");
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let request = Request::builder()
            .method(method)
            .uri(&page)
            .header(ACCEPT, HTML)
            .body(Body::empty());
        let answer = world.browser().send(request.expect("a request")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let shown = world.browser().get(&page).await;
    assert!(shown.text().contains("crew@shop.example"));
    let answer = world
        .browser()
        .call("/api/passwords/reset", &form(&token))
        .await;
    answer.done();
    assert!(!world.everything().await.contains(&token));
}

#[tokio::test]
async fn r24_no_forged_host_reaches_the_mail_of_a_reset() {
    let world = World::new().await;
    for accept in ["application/json", HTML] {
        let request = Request::post("/api/passwords/forgot")
            .header(ACCEPT, accept)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header(ORIGIN, ORIGIN_OF_SITE)
            .header(HOST, "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "http")
            .header("forwarded", "host=evil.example;proto=http")
            .header("referer", "https://evil.example/forgot-password")
            .body(Body::from(encode(&[("email", "crew@shop.example")])));
        let answer = world.browser().send(request.expect("a request")).await;
        let all = format!("{:?} {}", answer.headers, answer.text());
        assert!(!all.contains("evil.example"), "{all}");
    }
    world.kh.settled().await;
    let mails = world.mails().await;
    let last = mails.last().expect("a mail");
    let link = format!("{ORIGIN_OF_LINKS}/reset-password/");
    assert!(last.contains(&link), "{last}");
    assert!(!last.contains("evil.example"));
}

#[tokio::test]
async fn r25_two_addresses_in_one_field_or_in_two_are_refused() {
    let world = World::new().await;
    let before = world.mails().await.len();
    let mut browser = world.browser();
    for body in [
        "email=crew%40shop.example&email=eve%40evil.example",
        "email[]=crew%40shop.example&email[]=eve%40evil.example",
        "email=crew%40shop.example%2Ceve%40evil.example",
        "email=crew%40shop.example%0d%0aBcc:eve%40evil.example",
        "email=%5B%22crew%40shop.example%22%5D",
        "{\"email\":[\"crew@shop.example\",\"eve@evil.example\"]}",
    ] {
        let request = own_request(Method::POST, "/api/passwords/forgot", body);
        let answer = browser.send(request).await;
        assert!(answer.status.is_client_error(), "{body}: {}", answer.status);
    }
    world.kh.settled().await;
    assert_eq!(world.mails().await.len(), before);
}

#[tokio::test]
async fn r26_a_reset_signs_nobody_in_and_ends_the_open_session() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    let token = link(&world, "crew@shop.example").await;
    let mut stranger = world.browser();
    let answer = stranger.call("/api/passwords/reset", &form(&token)).await;
    assert_eq!(answer.done().go.as_deref(), Some("/sign-in"));
    assert!(stranger.cookies.is_empty(), "{:?}", stranger.cookies);
    let answer = stranger.call("/api/shell", &[]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let answer = crew.call("/api/shell", &[]).await;
    let ended = Some(domain::EndedWhy::PasswordReset);
    assert_eq!(answer.error(), AppError::SignedOut { ended });
}

/// Nothing that an admin gets from starting a reset is a secret.
async fn learned(browser: &mut Browser, person: UserId) -> String {
    let id = person.to_string();
    let fields = [("id", &*id)];
    let mut all = String::new();
    for path in [
        "/api/users/send-reset",
        "/api/users/view-sign-in",
        "/api/users/view",
    ] {
        let answer = browser.call(path, &fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        all.extend([format!("{:?}", answer.headers), answer.text()]);
    }
    let page = browser.get(&format!("/settings/users/{id}")).await;
    all + &page.text()
}

#[tokio::test]
async fn r27_no_answer_to_an_admin_holds_a_link_or_a_password() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let learned = learned(&mut owner, world.crew).await;
    let mails = world.mails().await;
    let last = mails.last().expect("a mail");
    let (_, rest) = last.split_once("/reset-password/").expect("a link");
    let token = rest.split_whitespace().next().expect("a secret");
    for secret in [token, "argon2", PASSWORD, "/reset-password/"] {
        assert!(!learned.contains(secret), "{secret}");
    }
    // And there is no field by which one could be chosen.
    let id = world.crew.to_string();
    for (name, value) in [
        ("password", NEW),
        ("token", token),
        ("email", "eve@evil.example"),
    ] {
        let fields = [("id", &*id), (name, value)];
        let answer = owner.call("/api/users/send-reset", &fields).await;
        assert_eq!(answer.error(), AppError::BadRequest, "{name}");
    }
}

#[tokio::test]
async fn r21_a_refused_new_password_is_kept_nowhere() {
    let world = World::new().await;
    let token = link(&world, "crew@shop.example").await;
    let page = format!("/reset-password/{token}");
    let mut fields = form(&token).to_vec();
    fields[2].1 = "violet anchor thunder candle";
    fields.push(("back", &page));
    let mut browser = world.browser();
    let answer = browser.submit("", "/api/passwords/reset", &fields).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, &*page)
    );
    let kept = world.everything().await;
    for secret in [&*token, NEW, fields[2].1] {
        assert!(!kept.contains(secret), "{secret}");
    }
    let page = browser.get(&page).await;
    assert!(page.text().contains("The two passwords differ"));
}

#[tokio::test]
async fn r5_a_change_of_password_without_script_says_what_is_wrong_and_keeps_no_secret() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    let page = "/profile/password";
    let shown = crew.get(page).await;
    assert!(
        shown.text().contains("Current password"),
        "{}",
        shown.text()
    );
    let fields = [
        ("current_password", "not hers"),
        ("password", NEW),
        ("again", NEW),
        ("back", page),
    ];
    let answer = crew.submit(page, "/api/passwords/change", &fields).await;
    assert_eq!(answer.location(), page);
    let shown = crew.get(page).await;
    assert!(shown.text().contains("This is not your password"));
    for secret in ["not hers", NEW] {
        assert!(!shown.text().contains(secret));
        assert!(!world.everything().await.contains(secret));
    }
    let mut fields = fields;
    fields[0].1 = PASSWORD;
    let answer = crew.submit(page, "/api/passwords/change", &fields).await;
    assert_eq!(answer.location(), "/profile");
    let shown = crew.get("/profile").await;
    assert!(
        shown.text().contains("Password changed"),
        "{}",
        shown.text()
    );
}

#[tokio::test]
async fn r1_whose_password_is_too_short_alone_chooses_another_on_the_way_in_without_script() {
    let world = World::new().await;
    world.owes_longer_password(world.crew).await;
    let mut crew = world.browser();
    let fields = [
        ("email", "crew@shop.example"),
        ("password", PASSWORD),
        ("next", "/jobs"),
    ];
    crew.submit("/sign-in", "/api/sign-in", &fields).await;
    let answer = crew.get("/jobs").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = answer.location().to_owned();
    assert_eq!(page, "/sign-in/new-password?next=%2Fjobs");
    let html = crew.get(&page).await.text();
    assert!(html.contains("Choose a longer password"), "{html}");
    assert!(html.contains("value=\"/jobs\"") && html.contains("Sign out"));
    assert!(html.contains("<span>crew@shop.example</span>"), "{html}");

    let mut fields = [
        ("password", "short"),
        ("again", "short"),
        ("next", "/jobs"),
        ("back", &page),
    ];
    let path = "/api/passwords/choose";
    let answer = crew.submit(&page, path, &fields).await;
    assert_eq!(answer.location(), page);
    let html = crew.get(&page).await.text();
    assert!(html.contains("Use at least 15 characters"), "{html}");
    (fields[0].1, fields[1].1) = (NEW, NEW);
    let answer = crew.submit(&page, path, &fields).await;
    assert_eq!(answer.location(), "/jobs");
    assert_eq!(crew.get("/jobs").await.status, StatusCode::OK);
}
