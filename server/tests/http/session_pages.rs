//! The pages of sessions over HTTP: everybody's, a person's and one's own, without script.

use axum::http::StatusCode;
use domain::sessions::{OwnSessionsView, SessionListView};
use domain::{AppError, EndedWhy};

use crate::world::{NOBODY, World};

#[tokio::test]
async fn the_list_is_whole_without_script_and_ends_a_session_by_its_button() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    let mut owner = world.owner().await;
    let session = world.session_of(world.crew).await;
    let page = owner.get("/settings/sessions").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.text();
    for part in [
        "This session",
        "Firefox on Linux",
        "203.0.113.7",
        "name=\"session\"",
        &session,
        "aria-label=\"Sign out Crew Tester, Firefox on Linux\"",
        "/settings/sessions?confirm=others",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let form = [
        ("session", session.as_str()),
        ("back", "/settings/sessions"),
    ];
    let answer = owner
        .submit("/settings/sessions", "/api/sessions/end", &form)
        .await;
    assert_eq!(answer.location(), "/settings/sessions");
    let page = owner.get("/settings/sessions").await.text();
    assert!(page.contains("Crew Tester signed out, 1 session ended"));
    assert!(!page.contains(&session));
    assert_eq!(
        crew.call("/api/shell", &[]).await.error(),
        AppError::SignedOut {
            ended: Some(EndedWhy::ByAdmin)
        }
    );
    let to = crew.get("/jobs").await;
    assert_eq!(to.location(), "/sign-in?next=%2Fjobs");
    let door = crew.get(to.location()).await.text();
    assert!(
        door.contains("You were signed out by an admin."),
        "it says why"
    );
}

#[tokio::test]
async fn the_filters_of_the_list_stand_in_its_address() {
    let world = World::new().await;
    let _crew = world.signed_in(&world.crew).await;
    let mut owner = world.owner().await;
    for (query, crew, ada) in [
        ("?q=crew", true, false),
        ("?q=203.0.113", true, true),
        ("?device=phone", false, false),
        ("?device=computer&q=ada", false, true),
        ("?q=zzzz", false, false),
    ] {
        let page = owner
            .get(&format!("/settings/sessions{query}"))
            .await
            .text();
        assert_eq!(page.contains("Sign out Crew Tester"), crew, "{query}");
        assert_eq!(page.contains("This session"), ada, "{query}");
        assert_eq!(page.contains("Clear filters"), !crew && !ada, "{query}");
    }
    let odd = "?q=%27%22%3Cb&store=x&device=toaster&page=nonsense&confirm=nobody";
    let answer = owner.get(&format!("/settings/sessions{odd}")).await;
    assert!(
        answer.status == StatusCode::OK || answer.status.is_redirection(),
        "{}",
        answer.status
    );
}

#[tokio::test]
async fn all_others_are_asked_about_and_ended() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    let mut owner = world.owner().await;
    let asked = "/settings/sessions?confirm=others";
    let page = owner.get(asked).await.text();
    assert!(page.contains("<dialog") && page.contains("Sign out all others?"));
    let answer = owner
        .submit(
            asked,
            "/api/sessions/end-others",
            &[("back", "/settings/sessions")],
        )
        .await;
    assert_eq!(answer.location(), "/settings/sessions");
    let page = owner.get("/settings/sessions").await.text();
    assert!(page.contains("1 session ended"), "{page}");
    assert_eq!(
        crew.call("/api/shell", &[]).await.status,
        StatusCode::UNAUTHORIZED
    );
    let seen: SessionListView = owner.call("/api/sessions/list", &[]).await.view();
    assert_eq!(seen.page.rows.len(), 1);
    assert!(seen.page.rows[0].facts.current);
}

#[tokio::test]
async fn the_security_tab_shows_how_somebody_signs_in_and_where() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    let mut owner = world.owner().await;
    let tab = format!("/settings/users/{}/security", world.crew);
    let page = owner.get(&tab).await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.text();
    for part in [
        "Wrong tries",
        "Last sign-in",
        "Send password reset",
        "Sign out everywhere",
        "One at a time",
        "Sign out Firefox on Linux",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let asked = format!("{tab}?confirm=sign-out");
    let page = owner.get(&asked).await.text();
    assert!(page.contains("Their 1 session ends now."), "{page}");
    let id = world.crew.to_string();
    let form = [("id", id.as_str()), ("back", tab.as_str())];
    let answer = owner.submit(&asked, "/api/users/sign-out", &form).await;
    assert_eq!(answer.location(), tab);
    let page = owner.get(&tab).await.text();
    assert!(page.contains("Signed out by an admin"));
    assert_eq!(
        crew.call("/api/shell", &[]).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn r46_ones_own_sessions_are_on_the_profile_and_nobody_elses_is_ended_there() {
    let world = World::new().await;
    let _owner = world.owner().await;
    let mut crew = world.signed_in(&world.crew).await;
    let own: OwnSessionsView = crew.call("/api/profile/sessions", &[]).await.view();
    assert_eq!(own.sessions.len(), 1);
    for page in ["/profile", "/profile/sessions"] {
        let shown = crew.get(page).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}");
        assert!(shown.text().contains("This session"), "{page}");
    }
    let foreign = world.session_of(world.owner).await;
    for named in [foreign.as_str(), NOBODY, ""] {
        let answer = crew
            .call("/api/profile/end-session", &[("session", named)])
            .await;
        assert_eq!(answer.error(), AppError::NotFound, "{named}");
        let answer = crew.call("/api/sessions/end", &[("session", named)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{named}");
    }
    let answer = crew.get("/settings/sessions").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
