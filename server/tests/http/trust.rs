//! What a request says of itself and is not believed: host, address, id (req. 20, 24).

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{Method, Request, StatusCode};

use crate::browser::{HTML, encode, own_request};
use crate::world::{ORIGIN_OF_LINKS, ORIGIN_OF_SITE, PROXY, World};

#[tokio::test]
async fn r24_no_forged_host_reaches_an_answer_or_a_mail() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let group = world.crew_group.to_string();
    let store = world.stores[0].to_string();
    let body = encode(&[
        ("first_name", "Dana"),
        ("last_name", "Reed"),
        ("email", "dana@shop.example"),
        ("groups[]", &group),
        ("stores[]", &store),
    ]);
    for accept in ["application/json", HTML] {
        let request = Request::post("/api/users/invite")
            .header(ACCEPT, accept)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header(ORIGIN, ORIGIN_OF_SITE)
            .header(HOST, "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "http")
            .header("forwarded", "host=evil.example;proto=http")
            .header("referer", "https://evil.example/settings/users/new")
            .body(Body::from(body.clone()));
        let answer = owner.send(request.expect("a request")).await;
        let all = format!("{:?} {}", answer.headers, answer.text());
        assert!(!all.contains("evil.example"), "{all}");
    }
    let mails = world.mails().await;
    let mails: Vec<_> = mails.iter().filter(|mail| mail.contains("Dana")).collect();
    assert_eq!(
        mails.len(),
        1,
        "one invitation, the second had a taken address"
    );
    assert!(
        mails[0].contains(&format!("{ORIGIN_OF_LINKS}/accept-invite/")),
        "{}",
        mails[0]
    );
    assert!(!mails[0].contains("evil.example"));
}

#[tokio::test]
async fn r20_the_audit_log_keeps_the_address_that_a_trusted_proxy_vouches_for() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let mut from = async |peer: [u8; 4], told: &str| {
        owner.peer = (peer, 40_000).into();
        let mut request = own_request(Method::POST, "/api/profile/set-theme", "theme=dark");
        request
            .headers_mut()
            .insert("x-forwarded-for", told.parse().expect("a header"));
        assert_eq!(owner.send(request).await.status, StatusCode::OK);
        world.last_audit_ip().await
    };
    assert_eq!(
        from([198, 51, 100, 9], "1.2.3.4").await,
        "198.51.100.9",
        "a stranger's word"
    );
    assert_eq!(from(PROXY, "1.2.3.4").await, "1.2.3.4");
    assert_eq!(
        from(PROXY, "6.6.6.6, 1.2.3.4").await,
        "1.2.3.4",
        "what stands left is told"
    );
}

#[tokio::test]
async fn a_request_has_an_id_that_only_a_trusted_proxy_may_choose() {
    let world = World::new().await;
    let mut browser = world.browser();
    let mut id_from = async |peer: [u8; 4], told: &str| {
        browser.peer = (peer, 40_000).into();
        let request = Request::get("/healthz")
            .header("x-request-id", told)
            .body(Body::empty());
        let answer = browser.send(request.expect("a request")).await;
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(id_from(PROXY, "abc-123").await, "abc-123");
    assert_ne!(id_from([198, 51, 100, 9], "abc-123").await, "abc-123");
    assert_eq!(id_from(PROXY, "a b").await.len(), 16, "no odd one");
    assert_eq!(
        id_from(PROXY, &"a".repeat(65)).await.len(),
        16,
        "no endless one"
    );
}
