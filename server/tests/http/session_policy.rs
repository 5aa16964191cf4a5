//! Settings → Security as a plain form: one session or several, and how long one lives.

use axum::http::StatusCode;
use domain::AppError;

use crate::world::World;

const PAGE: &str = "/settings/security";
const SAVE: &str = "/api/security/update";

/// The tag of the input of this name.
fn input<'a>(html: &'a str, name: &str) -> &'a str {
    html.split('<')
        .find(|tag| tag.starts_with("input") && tag.contains(&format!("name=\"{name}\"")))
        .unwrap_or_else(|| panic!("no {name} in {html}"))
}

#[tokio::test]
async fn r42_wrong_limits_are_told_beside_their_field_and_what_was_typed_stays() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let html = owner.get(PAGE).await.text();
    assert!(input(&html, "single").contains("checked"));
    assert!(input(&html, "idle").contains("value=\"60\""));
    assert!(input(&html, "absolute").contains("value=\"12\""));

    let fields = [
        ("revision", "1"),
        ("require", "admins"),
        ("idle", "4"),
        ("absolute", "a day"),
    ];
    let answer = owner.submit(PAGE, SAVE, &fields).await;
    assert_eq!(answer.location(), PAGE);
    let html = owner.get(PAGE).await.text();
    assert!(html.contains("Write a whole number from 5 to 43200"));
    assert!(html.contains("Write a whole number from 1 to 720"));
    let idle = input(&html, "idle");
    assert!(
        idle.contains("value=\"4\"") && idle.contains("aria-invalid=\"true\""),
        "{idle}"
    );
    assert!(
        idle.contains("idle-error") && idle.contains("idle-unit"),
        "{idle}"
    );
    assert!(input(&html, "absolute").contains("value=\"a day\""));
    assert!(
        !input(&html, "single").contains("checked"),
        "it was turned off"
    );
    // Nothing of it is saved.
    let html = owner.get(PAGE).await.text();
    assert!(input(&html, "single").contains("checked"));

    let answer = owner
        .call(SAVE, &[("revision", "1"), ("require", "off")])
        .await;
    assert_eq!(answer.error(), AppError::BadRequest);
}

#[tokio::test]
async fn r45_whose_session_the_policy_ended_is_told_why_at_the_door() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let save = |revision: &'static str| {
        [
            ("revision", revision),
            ("require", "off"),
            ("idle", "60"),
            ("absolute", "12"),
        ]
    };
    owner.submit(PAGE, SAVE, &save("1")).await;
    let mut older = world.signed_in(&world.crew).await;
    world.clock.advance(std::time::Duration::from_millis(1));
    let mut newer = world.signed_in(&world.crew).await;
    for browser in [&mut older, &mut newer] {
        assert_eq!(browser.get("/jobs").await.status, StatusCode::OK);
    }
    let mut fields = save("2").to_vec();
    fields.push(("single", "on"));
    let answer = owner.submit(PAGE, SAVE, &fields).await;
    assert_eq!(answer.location(), PAGE);
    assert_eq!(newer.get("/jobs").await.status, StatusCode::OK);
    let answer = older.get("/jobs").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let html = older.get(answer.location()).await.text();
    assert!(html.contains("only your newest session stays"), "{html}");
}
