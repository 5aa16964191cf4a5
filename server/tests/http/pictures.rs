//! Pictures of people over HTTP: how they are sent, and who gets to see them.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::ACCEPT;
use domain::avatars::{MAX_BYTES, PictureProblem};
use domain::{AppError, ProblemCode};
use service::testing::PNG;

use crate::browser::{HTML, encode, file_request, multipart, with_fields};
use crate::world::{NOBODY, World};

const OWN: &str = "/api/profile/set-avatar";
const THEIRS: &str = "/api/users/set-avatar";
const CROP: [(&str, &str); 1] = [("fit", "crop")];

#[tokio::test]
async fn r50_a_picture_is_kept_by_no_cache_and_goes_to_nobody_who_may_not_see_the_person() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let form = with_fields(&CROP, "me.png", PNG);
    owner.send_form(OWN, form).await.done();
    let address = format!("/avatars/{}/1", world.owner);
    let answer = owner.get(&address).await;
    assert_eq!(answer.status, StatusCode::OK);
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), value);
    }
    assert!(
        answer
            .header("content-security-policy")
            .contains("object-src 'none'")
    );
    for name in ["etag", "last-modified", "expires"] {
        assert_eq!(answer.header(name), "", "{name}");
    }
    let html = owner.get("/profile").await.text();
    assert!(html.contains(&format!("src=\"{address}\"")), "{html}");
    let html = owner.get("/settings/users").await.text();
    assert!(html.contains(&format!("src=\"{address}\"")), "{html}");

    // Nobody without a session, and nobody who may not know the person.
    let half = world.half_signed_in(&world.owner).await;
    for mut outside in [world.browser(), half] {
        let answer = outside.get(&address).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let mut crew = world.signed_in(&world.crew).await;
    let foreign = crew.get(&address).await;
    let unknown = crew.get(&format!("/avatars/{NOBODY}/1")).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(foreign.text(), unknown.text());
    assert_eq!(foreign.header("cache-control"), "no-store");
}

#[tokio::test]
async fn without_script_a_picture_is_sent_and_refused_by_the_same_form() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let send = |content: &[u8]| {
        let body = with_fields(&CROP, "me.png", content);
        let path = format!("{OWN}?{}", encode(&[("back", "/profile")]));
        let request = file_request(&path, &body).header(ACCEPT, HTML);
        request.body(Body::from(body)).expect("a request")
    };
    let answer = owner.send(send(b"not a picture")).await;
    assert_eq!(answer.location(), "/profile", "{}", answer.text());
    let html = owner.get("/profile").await.text();
    assert!(html.contains("Choose a PNG, JPEG or WebP"), "{html}");
    let answer = owner.send(send(PNG)).await;
    assert_eq!(answer.location(), "/profile");
    let html = owner.get("/profile").await.text();
    assert!(
        html.contains("Picture saved") && html.contains("Remove picture"),
        "{html}"
    );
}

#[tokio::test]
async fn r63_a_picture_that_is_too_large_or_in_an_odd_form_is_refused() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let before = world.contents().await;
    for size in [MAX_BYTES + 1, MAX_BYTES + 100_000] {
        let form = with_fields(&CROP, "me.png", &vec![b'x'; size]);
        let answer = owner.send_form(OWN, form).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{size}");
        let AppError::Invalid(problems) = answer.error() else {
            panic!("{}", answer.text())
        };
        let why = PictureProblem::TooLarge;
        assert_eq!(problems.of("file"), Some(&ProblemCode::Picture { why }));
    }
    let long = "x".repeat(10_000);
    for form in [
        multipart("file", "me.png", PNG),
        with_fields(&[("fit", "crop"), ("is_super", "1")], "me.png", PNG),
        with_fields(&[("id", NOBODY), ("fit", "crop")], "me.png", PNG),
        with_fields(&[("fit", "stretch")], "me.png", PNG),
        with_fields(&[("fit", &long)], "me.png", PNG),
    ] {
        let answer = owner.send_form(OWN, form).await;
        assert_eq!(answer.error(), AppError::BadRequest);
    }
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn r53_a_picture_for_somebody_unknown_answers_as_for_nobody() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let form = |id: &str| with_fields(&[("id", id), ("fit", "crop")], "them.png", PNG);
    owner
        .send_form(THEIRS, form(&world.crew.to_string()))
        .await
        .done();
    for id in [NOBODY, "x", ""] {
        let answer = owner.send_form(THEIRS, form(id)).await;
        assert_eq!(answer.error(), AppError::NotFound, "{id}");
    }
}
