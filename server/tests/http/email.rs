//! Changing an email over HTTP: the page of the link, and what stands around it.

use axum::http::StatusCode;

use crate::browser::Browser;
use crate::world::{ORIGIN_OF_LINKS, PASSWORD, World};

const NEW: &str = "ada@new.example";

/// Asks for another address for oneself and answers the path of the link.
async fn ask(world: &World, browser: &mut Browser) -> String {
    let fields = [("email", NEW), ("current_password", PASSWORD)];
    let answer = browser.call("/api/profile/change-email", &fields).await;
    answer.done();
    let mails = world.mails().await;
    let start = format!("{ORIGIN_OF_LINKS}/confirm-email/");
    let mail = mails.iter().rev().find(|mail| mail.contains(&start));
    let (_, rest) = mail.expect("a mail").split_once(&start).expect("a link");
    let token = rest.split_whitespace().next().expect("a secret");
    format!("/confirm-email/{token}")
}

#[tokio::test]
async fn r23_the_page_of_the_link_uses_nothing_up_and_the_button_confirms_signed_out_too() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let page = ask(&world, &mut owner).await;
    let mut stranger = world.browser();
    let before = world.contents().await;
    for _ in 0..3 {
        let answer = stranger.get(&page).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.text().contains(NEW));
        // The secret goes nowhere from here (req. 28).
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_eq!(world.contents().await, before);
    let token = page.trim_start_matches("/confirm-email/");
    let fields = [("token", token), ("back", page.as_str())];
    let answer = stranger.submit(&page, "/api/emails/confirm", &fields).await;
    assert_eq!(answer.location(), "/sign-in", "{}", answer.text());
    let html = stranger.get("/sign-in").await.text();
    assert!(html.contains(&format!("Email changed to {NEW}")), "{html}");
    assert!(owner.get("/profile").await.text().contains(NEW));
    let again = stranger.get(&page).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.text().contains("older than an hour"));
}

#[tokio::test]
async fn r22_a_link_that_was_never_good_is_over() {
    let world = World::new().await;
    let mut stranger = world.browser();
    let answer = stranger.get("/confirm-email/nothing").await;
    assert_eq!(answer.status, StatusCode::GONE);
    let answer = stranger
        .call("/api/emails/confirm", &[("token", "nothing")])
        .await;
    assert_eq!(answer.status, StatusCode::GONE);
}
