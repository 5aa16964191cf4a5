//! Forms without script: where they lead, and what the page that follows knows.

use crate::browser::{HTML, encode};
use crate::world::{ORIGIN_OF_SITE, PASSWORD, World};
use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, REFERER};
use axum::http::{Request, StatusCode};

const FLASH: &str = "__Host-keyholder-flash";

#[tokio::test]
async fn a_refused_form_leads_back_to_its_page_which_says_why_and_keeps_what_was_typed() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = "/sign-in?next=%2Fquotes";
    let fields = [
        ("email", "dana@shop.example"),
        ("password", "hunter2-canary"),
        ("next", "/quotes"),
    ];
    let answer = browser.submit(page, "/api/sign-in", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), page, "nothing of it is in the address");
    let lines = answer.set_cookies();
    let line = lines
        .iter()
        .find(|line| line.starts_with(FLASH))
        .expect("a way to what is kept");
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(line.contains(attribute), "{attribute}: {line}");
    }
    assert!(
        !world.everything().await.contains("hunter2-canary"),
        "no secret is kept"
    );

    let shown = browser.get(page).await;
    assert_eq!(shown.status, StatusCode::OK);
    let html = shown.text();
    assert!(html.contains("dana@shop.example"), "what was typed stays");
    assert!(
        html.contains("Email or password is not right"),
        "and why it was refused"
    );
    assert!(!html.contains("hunter2-canary"));
    assert!(!browser.cookies.contains_key(FLASH), "told once");
    let again = browser.get(page).await;
    assert!(!again.text().contains("Email or password is not right"));
}

#[tokio::test]
async fn what_is_kept_is_told_once_and_not_after_ten_minutes() {
    let world = World::new().await;
    let mut browser = world.browser();
    let fields = [
        ("email", "dana@shop.example"),
        ("password", "wrong"),
        ("next", ""),
    ];
    browser.submit("/sign-in", "/api/sign-in", &fields).await;
    let mut copy = browser.clone();
    let late = browser.clone();
    assert!(
        browser
            .get("/sign-in")
            .await
            .text()
            .contains("dana@shop.example")
    );
    assert!(
        !copy
            .get("/sign-in")
            .await
            .text()
            .contains("dana@shop.example"),
        "read once"
    );

    let mut browser = late;
    browser.submit("/sign-in", "/api/sign-in", &fields).await;
    world
        .clock
        .advance(std::time::Duration::from_secs(10 * 60 + 1));
    assert!(
        !browser
            .get("/sign-in")
            .await
            .text()
            .contains("dana@shop.example"),
        "too late"
    );
}

#[tokio::test]
async fn a_form_that_went_through_leads_on_and_the_notice_comes_along() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let store = world.stores[0].to_string();
    let group = world.crew_group.to_string();
    let fields = [
        ("first_name", "Dana"),
        ("last_name", "Reed"),
        ("email", "dana@shop.example"),
        ("groups[]", &*group),
        ("stores[]", &*store),
        ("back", "/settings/users/new"),
    ];
    let answer = owner
        .submit("/settings/users/new", "/api/users/invite", &fields)
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = answer.location().to_owned();
    assert!(page.starts_with("/settings/users"), "{page}");
    let html = owner.get(&page).await.text();
    assert!(html.contains("Dana"), "the notice names them");
    assert!(!owner.cookies.contains_key(FLASH));
}

#[tokio::test]
async fn a_notice_has_the_form_that_takes_back_what_was_done() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let id = world.crew.to_string();
    let page = format!("/settings/users/{id}");
    let fields = [("id", &*id), ("back", &*page)];
    let notice = |html: &str| {
        let place = r#"class="toasts""#;
        let (_, notice) = html.split_once(place).expect("a place for notices");
        notice
            .split_once("</form>")
            .map_or(notice, |(form, _)| form)
            .to_owned()
    };
    let answer = owner.submit(&page, "/api/users/deactivate", &fields).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, &*page)
    );
    let told = notice(&owner.get(&page).await.text());
    let which = format!(r#"name="id" value="{id}""#);
    let back = format!(r#"name="back" value="{page}""#);
    for part in [
        " deactivated",
        r#"action="/api/users/reactivate""#,
        &which,
        &back,
        ">Undo<",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }

    let answer = owner.submit(&page, "/api/users/reactivate", &fields).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, &*page)
    );
    let told = notice(&owner.get(&page).await.text());
    assert!(told.contains(" reactivated"), "{told}");
    assert!(!told.contains(">Undo<"), "{told}");

    owner.submit(&page, "/api/users/reactivate", &fields).await;
    let html = owner.get(&page).await.text();
    assert!(html.contains("Somebody changed this meanwhile"), "{html}");
}

#[tokio::test]
async fn signing_in_by_a_plain_form_leads_to_the_page_that_was_wanted() {
    let world = World::new().await;
    let mut browser = world.browser();
    let fields = [
        ("email", &*world.owner_email),
        ("password", PASSWORD),
        ("next", "/settings/users"),
    ];
    let answer = browser.submit("/sign-in", "/api/sign-in", &fields).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/settings/users")
    );
    assert_eq!(browser.get("/settings/users").await.status, StatusCode::OK);
}

#[tokio::test]
async fn r51_a_form_never_leads_to_another_site() {
    let world = World::new().await;
    for (referrer, back, page) in [
        (Some("https://evil.example/x"), None, "/"),
        (
            Some("https://evil.example/x"),
            Some("https://evil.example/"),
            "/",
        ),
        (None, Some("//evil.example/"), "/"),
        (None, Some("/\\evil.example"), "/"),
        (None, Some("/accept-invite/abc"), "/accept-invite/abc"),
        (None, None, "/"),
        (Some("/sign-in"), None, "/"),
        (
            Some(&*format!("{ORIGIN_OF_SITE}.evil.example/x")),
            None,
            "/",
        ),
        (
            Some(&*format!("{ORIGIN_OF_SITE}/sign-in?a=b#c")),
            None,
            "/sign-in?a=b",
        ),
        (
            Some(&*format!("{ORIGIN_OF_SITE}/other")),
            Some("/sign-in"),
            "/sign-in",
        ),
    ] {
        let mut fields = vec![
            ("email", "x@shop.example"),
            ("password", "wrong"),
            ("next", ""),
        ];
        fields.extend(back.map(|back| ("back", back)));
        let mut request = Request::post("/api/sign-in")
            .header(ACCEPT, HTML)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        if let Some(referrer) = referrer {
            request = request.header(REFERER, referrer);
        }
        let request = request
            .body(Body::from(encode(&fields)))
            .expect("a request");
        let answer = world.browser().send(request).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.location(), page, "{referrer:?} {back:?}");
    }
}

#[tokio::test]
async fn a_malformed_plain_form_leads_back_too() {
    let world = World::new().await;
    let mut browser = world.browser();
    let answer = browser
        .submit("/sign-in", "/api/sign-in", &[("surprise", "1")])
        .await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/sign-in")
    );
    assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK);
}

#[tokio::test]
async fn r63_of_strangers_in_one_place_only_so_much_is_kept() {
    let world = World::new().await;
    let post = async |peer: [u8; 4]| {
        let mut browser = world.browser();
        browser.peer = (peer, 50_000).into();
        let fields = [("surprise", "canary")];
        browser.submit("/sign-in", "/api/sign-in", &fields).await
    };
    let (here, elsewhere) = ([203, 0, 113, 7], [203, 0, 113, 8]);
    for time in 1..=60 {
        let answer = post(here).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{time}");
    }
    let kept = world.contents().await;
    let answer = post(here).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "told at once");
    assert!(answer.set_cookies().is_empty());
    let html = answer.text();
    assert!(html.contains("<h1>") && !html.contains("canary"), "{html}");
    assert_eq!(world.contents().await, kept, "not a row more");
    let mut browser = world.browser();
    browser.peer = (here, 50_000).into();
    let fields = [("email", ""), ("password", "canary"), ("next", "")];
    let answer = browser.submit("/sign-in", "/api/sign-in", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = answer.text();
    assert!(html.contains("<li>Email: Fill this in</li>"), "{html}");
    assert!(!html.contains("canary"), "{html}");

    assert_eq!(post(elsewhere).await.status, StatusCode::SEE_OTHER);
    let mut owner = world.owner().await;
    let answer = owner
        .submit("/settings/users/new", "/api/users/invite", &[("x", "y")])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "she is known");
    world.clock.advance(std::time::Duration::from_mins(15));
    assert_eq!(post(here).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_notice_outlives_a_page_that_only_leads_on() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let fields = [
        ("first_name", ""),
        ("last_name", ""),
        ("email", ""),
        ("back", "/settings/users/new"),
    ];
    owner
        .submit("/settings/users/new", "/api/users/invite", &fields)
        .await;
    let mut stranger = world.browser();
    stranger
        .cookies
        .insert(FLASH.to_owned(), owner.cookies[FLASH].clone());
    let answer = stranger.get("/settings/users/new").await;
    assert!(answer.status.is_redirection());
    assert!(
        stranger.cookies.contains_key(FLASH),
        "the door shows something; this page did not"
    );
    assert_eq!(stranger.get("/sign-in").await.status, StatusCode::OK);
    assert!(!stranger.cookies.contains_key(FLASH));
}

#[tokio::test]
async fn a_made_up_flash_is_no_trouble() {
    let world = World::new().await;
    let mut browser = world.browser();
    for made_up in ["", "x", "../../etc/passwd", "' OR 1=1 --"] {
        browser.cookies.insert(FLASH.to_owned(), made_up.to_owned());
        assert_eq!(
            browser.get("/sign-in").await.status,
            StatusCode::OK,
            "{made_up}"
        );
    }
}
