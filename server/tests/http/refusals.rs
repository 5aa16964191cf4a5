//! What is refused, how it is told, and that nothing is left behind (req. 51, 53, 54, 63).

use access::{Kind, Needs, OPERATIONS};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use domain::AppError;

use crate::asked::functions;
use crate::browser::own_request;
use crate::personas::{Cast, Persona, Reach};
use crate::world::{NOBODY, World};

#[tokio::test]
async fn r51_an_unknown_address_is_not_found_and_not_echoed() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for path in ["/nowhere", "/settings/users/x/y", "/api"] {
        let answer = owner.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let answer = owner.call("/api/secret-canary", &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.error(), AppError::NotFound);
    assert!(!answer.text().contains("canary"));
    let answer = owner.get("/nowhere").await;
    assert!(answer.text().contains("<html"), "the app's own page");
}

#[tokio::test]
async fn r51_a_fault_says_a_number_and_nothing_of_the_inside() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    world.break_database().await;
    let fields = [
        ("q", "canary"),
        ("email", "canary@shop.example"),
        ("password", "canary"),
    ];
    let answers = [
        owner.get("/settings/users?q=canary").await,
        owner.call("/api/users/list", &[]).await,
        owner
            .submit("/sign-in?q=canary", "/api/sign-in", &fields)
            .await,
    ];
    let html = answers[0].text();
    assert!(html.contains("<div class=\"door\">"), "{html}");
    assert!(html.contains("content=\"light dark\""), "{html}");
    let (_, style) = html
        .split_once("rel=\"stylesheet\" href=\"")
        .expect("it looks like the other pages");
    let (style, _) = style.split_once('"').expect("an address");
    assert_eq!(owner.get(style).await.text(), "plain", "files come anyway");
    for answer in answers {
        assert!(answer.status.is_server_error(), "{}", answer.status);
        let all = format!("{:?} {}", answer.headers, answer.text()).to_lowercase();
        for inside in [
            "canary",
            "select",
            "sqlx",
            "sqlite",
            "no such table",
            "panicked",
            ".rs",
        ] {
            assert!(!all.contains(inside), "{inside} in {all}");
        }
    }
}

#[tokio::test]
async fn r53_paths_are_taken_as_they_are_written() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    for path in [
        "/Settings/Users",
        "//settings/users",
        "/settings//users",
        "/settings/%75sers/",
    ] {
        let answer = crew.get(path).await;
        assert!(
            matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN),
            "{path}: {}",
            answer.status
        );
    }
    for path in [
        "/api/Users/list",
        "/api/users/list/",
        "/api//users/list",
        "/API/users/list",
    ] {
        let answer = crew.call(path, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn r53_what_is_not_theirs_answers_exactly_like_what_is_not_there() {
    let cast = Cast::new().await;
    let mut admin = cast.browser(Persona::BuiltIn("admin", "Admin")).await;
    let mut compared = 0;
    for operation in OPERATIONS
        .iter()
        .filter(|one| matches!(one.kind, Kind::Read | Kind::Change))
    {
        let foreign = cast.fields(operation, Reach::Foreign);
        let own = cast.fields(operation, Reach::Own);
        // A store is in the business for whoever may see the stores; the picker offers one's own.
        let is_any_store = operation.name.starts_with("store.") && operation.name != "store.switch";
        if foreign == own || is_any_store {
            continue;
        }
        let nowhere: Vec<_> = foreign
            .iter()
            .zip(&own)
            .map(|((name, foreign), (_, own))| {
                let id = foreign != own && foreign.len() == NOBODY.len();
                (name.as_str(), if id { NOBODY } else { foreign })
            })
            .collect();
        let foreign: Vec<_> = foreign
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        assert_ne!(foreign, nowhere, "{}", operation.name);
        let (theirs, none) = (
            admin.call(operation.path, &foreign).await,
            admin.call(operation.path, &nowhere).await,
        );
        assert_eq!(theirs.status, none.status, "{}", operation.name);
        assert_eq!(theirs.text(), none.text(), "{}", operation.name);
        compared += 1;
    }
    assert!(compared >= 8, "only {compared} operations take an id");
}

#[tokio::test]
async fn r63_more_than_a_form_holds_is_not_read() {
    let world = World::new().await;
    let mut browser = world.browser();
    for path in functions() {
        let huge = own_request(Method::POST, path, &"x".repeat(64 * 1024 + 1));
        let answer = browser.send(huge).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    // Without a length, as a stream that goes on.
    let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>("x".repeat(1_000)));
    let mut request = own_request(Method::POST, "/api/sign-in", "");
    *request.body_mut() = Body::from_stream(endless);
    let answer = browser.send(request).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    // With a length that lies.
    let mut request = own_request(Method::POST, "/api/sign-in", "");
    request.headers_mut().insert(
        "content-length",
        "99999999999999999999".parse().expect("digits"),
    );
    let answer = browser.send(request).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
}

#[tokio::test]
async fn r63_more_requests_than_are_worked_on_at_once_are_told_to_come_back() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let places = u32::try_from(world.shared.places.available_permits()).expect("some hundreds");
    let taken = world
        .shared
        .places
        .acquire_many(places)
        .await
        .expect("they are free");
    let page = owner.get("/").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.header("retry-after"), "1");
    assert_eq!(owner.call("/api/shell", &[]).await.error(), AppError::Busy);
    assert_eq!(
        owner.get("/healthz").await.status,
        StatusCode::OK,
        "the process is well"
    );
    assert_eq!(
        owner.get("/favicon.svg").await.status,
        StatusCode::OK,
        "files cost nothing"
    );
    drop(taken);
    assert_eq!(owner.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn r63_malformed_forms_are_refused_everywhere_and_nothing_changes() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let before = world.contents().await;
    let bodies = [
        "%ff%fe=%ff",
        "=&=&=",
        "a[]=1&a[0][b]=2",
        "{\"id\":1}",
        "id=%00",
        "id=1&id=2",
        "is_super=1",
        "user_id=1&store_ids[]=2",
        "revision=99999999999999999999",
    ];
    for path in functions() {
        for body in bodies {
            let answer = owner.send(own_request(Method::POST, path, body)).await;
            assert_eq!(
                answer.status,
                StatusCode::BAD_REQUEST,
                "{path} {body}: {}",
                answer.text()
            );
            assert_eq!(answer.error(), AppError::BadRequest, "{path} {body}");
        }
    }
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn r54_a_field_that_was_not_asked_for_is_refused_by_every_change() {
    let cast = Cast::new().await;
    let mut owner = cast.world.owner().await;
    let before = cast.world.contents().await;
    for operation in OPERATIONS.iter().filter(|one| one.kind == Kind::Change) {
        for (name, value) in [("is_super", "1"), ("user_id", NOBODY), ("store_ids[]", "1")] {
            let mut fields = cast.fields(operation, Reach::Own);
            fields.push((name.to_owned(), value.to_owned()));
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| (&**name, &**value))
                .collect();
            let answer = owner.call(operation.path, &fields).await;
            assert_eq!(
                answer.error(),
                AppError::BadRequest,
                "{} {name}",
                operation.name
            );
        }
    }
    assert_eq!(cast.world.contents().await, before);
}

#[tokio::test]
async fn a_stranger_gets_no_further_than_the_door() {
    let cast = Cast::new().await;
    let mut stranger = cast.world.browser();
    for operation in OPERATIONS.iter().filter(|one| one.needs != Needs::Anyone) {
        match operation.kind {
            Kind::Read | Kind::Change => {
                let fields = cast.fields(operation, Reach::Own);
                let fields: Vec<_> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
                let answer = stranger.call(operation.path, &fields).await;
                assert_eq!(
                    answer.status,
                    StatusCode::UNAUTHORIZED,
                    "{}",
                    operation.name
                );
            }
            Kind::Upload => {
                let answer = stranger.upload(operation.path, "a.csv", b"a").await;
                assert_eq!(
                    answer.status,
                    StatusCode::UNAUTHORIZED,
                    "{}",
                    operation.name
                );
            }
            // A picture is asked for by a page, which nobody could lead to the door.
            Kind::File if operation.name == "avatar.view" => {
                let path = operation.path.replace("{id}", NOBODY);
                let answer = stranger.get(&path.replace("{version}", "1")).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
            }
            Kind::Page | Kind::File => {
                let path = operation.path.replace("{id}", NOBODY);
                let answer = stranger.get(&path).await;
                assert!(answer.status.is_redirection(), "{path}: {}", answer.status);
                assert!(
                    answer.location().starts_with("/sign-in"),
                    "{path}: {}",
                    answer.location()
                );
            }
            Kind::System => {}
        }
    }
}

#[tokio::test]
async fn r63_odd_values_are_taken_or_refused_but_never_break_anything() {
    let cast = Cast::new().await;
    let long = "x".repeat(5_000);
    let odd = [
        "",
        " ",
        "-1",
        "9223372036854775807",
        "'; DROP TABLE users; --",
        "\u{202e}\u{0}\u{feff}",
        "%%__\\",
        "../../etc/passwd",
        "a@b.example\r\nBcc: c@d.example",
        "\"<script>alert(1)</script>",
        NOBODY,
        &long,
    ];
    for operation in OPERATIONS
        .iter()
        .filter(|one| matches!(one.kind, Kind::Read | Kind::Change))
    {
        let fields = cast.fields(operation, Reach::Own);
        let mut owner = cast.world.owner().await;
        for (at, _) in fields.iter().enumerate() {
            for value in odd {
                let mut fields: Vec<_> = fields.iter().map(|(n, v)| (&**n, &**v)).collect();
                fields[at].1 = value;
                let answer = owner.call(operation.path, &fields).await;
                let what = || format!("{} {} = {value:?}", operation.name, fields[at].0);
                assert!(
                    !answer.status.is_server_error(),
                    "{}: {}",
                    what(),
                    answer.text()
                );
                // As data it is no markup, whatever it says.
                let is_data = answer
                    .header("content-type")
                    .starts_with("application/json");
                assert!(is_data || !answer.text().contains("<script>"), "{}", what());
            }
        }
    }
}
