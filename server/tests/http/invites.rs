//! Accepting an invitation over HTTP, as people and mail scanners do.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use domain::AppError;

use crate::world::{PASSWORD, World};

fn form(token: &str) -> [(&str, &str); 3] {
    [
        ("token", token),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ]
}

#[tokio::test]
async fn r23_looking_at_an_invitation_uses_nothing_up() {
    let world = World::new().await;
    let token = world.invited("Dana", &["Crew"], &["Downtown"]).await;
    let page = format!("/accept-invite/{token}");
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let request = Request::builder()
            .method(method)
            .uri(&page)
            .body(Body::empty());
        let answer = world.browser().send(request.expect("a request")).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    assert!(world.browser().get(&page).await.text().contains("Dana"));
    let mut dana = world.browser();
    dana.call("/api/invites/accept", &form(&token)).await.done();
    assert_eq!(
        dana.call("/api/shell", &[]).await.status,
        StatusCode::OK,
        "signed in"
    );
}

#[tokio::test]
async fn r22_an_invitation_is_accepted_once_also_when_two_try_at_once() {
    let world = World::new().await;
    let token = world.invited("Dana", &["Crew"], &["Downtown"]).await;
    let tries = (0..4).map(|_| async {
        let mut browser = world.browser();
        let answer = browser.call("/api/invites/accept", &form(&token)).await;
        (answer, browser)
    });
    let mut accepted = 0;
    for (answer, mut browser) in futures::future::join_all(tries).await {
        if answer.status == StatusCode::OK {
            accepted += 1;
            assert_eq!(browser.call("/api/shell", &[]).await.status, StatusCode::OK);
        } else {
            assert_eq!(answer.error(), AppError::LinkOver);
            assert!(browser.cookies.is_empty());
        }
    }
    assert_eq!(accepted, 1);

    let before = world.contents().await;
    let again = world
        .browser()
        .call("/api/invites/accept", &form(&token))
        .await;
    assert_eq!(again.error(), AppError::LinkOver);
    let page = world
        .browser()
        .get(&format!("/accept-invite/{token}"))
        .await;
    assert_eq!(page.status, StatusCode::GONE);
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn r21_neither_the_links_secret_nor_a_password_is_in_the_database() {
    let world = World::new().await;
    let token = world.invited("Dana", &["Crew"], &["Downtown"]).await;
    assert!(!world.everything().await.contains(&token));
    let mut dana = world.browser();
    let mut refused = form(&token);
    refused[2].1 = "another otter lighthouse nine";
    let page = format!("/accept-invite/{token}");
    let mut fields = refused.to_vec();
    fields.push(("back", &page));
    let answer = dana.submit("", "/api/invites/accept", &fields).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, &*page)
    );
    let kept = world.everything().await;
    for secret in [&*token, PASSWORD, refused[2].1] {
        assert!(!kept.contains(secret), "{secret}");
    }
    dana.call("/api/invites/accept", &form(&token)).await.done();
    assert!(!world.everything().await.contains(PASSWORD));
}
