//! Files for people to keep: to whom they are given, what they carry, and when they break off.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::users::UserDetails;

use crate::browser::{Answer, Browser};
use crate::world::World;

/// The lines of a file, its head among them.
fn lines(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer
        .text()
        .split_terminator("\r\n")
        .map(str::to_owned)
        .collect()
}

async fn people(browser: &mut Browser, query: &str) -> Vec<String> {
    lines(&browser.get(&format!("/exports/users.csv{query}")).await)
}

#[tokio::test]
async fn r50_a_file_is_to_be_kept_by_the_person_and_by_no_cache() {
    let world = World::new().await;
    let answer = world.owner().await.get("/exports/users.csv").await;
    assert_eq!(answer.status, StatusCode::OK);
    for (name, value) in [
        ("content-type", "text/csv; charset=utf-8"),
        (
            "content-disposition",
            "attachment; filename=\"users-2026-11-20.csv\"",
        ),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
}

#[tokio::test]
async fn the_file_holds_whom_the_list_shows_in_its_order() {
    let world = World::new().await;
    world
        .person("Bo", &["Sales@Airport", "Crew"], &["Downtown", "Airport"])
        .await;
    let mut owner = world.owner().await;
    let all = people(&mut owner, "").await;
    assert_eq!(
        all[0],
        "first_name,last_name,email,groups,stores,status,two_factor,last_sign_in"
    );
    assert_eq!(all.len(), 4, "the owner, Bo and Crew: {all:?}");
    assert!(all[1].starts_with(
        "Ada,Owner,ada@shop.example,Super Admin,Airport;Downtown;Harbour,active,off,"
    ));
    assert_eq!(
        all[2].split(",active").next(),
        Some("Bo,Tester,bo@shop.example,Crew;Sales@Airport,Airport;Downtown")
    );
    let turned = people(&mut owner, "?sort=-name").await;
    assert!(turned[1].starts_with("Crew,"), "{turned:?}");
    let airport = people(&mut owner, &format!("?store={}&q=bo", world.stores[1])).await;
    assert_eq!(airport.len(), 2, "{airport:?}");
    let nobody = people(&mut owner, "?status=locked&two-factor=on").await;
    assert_eq!(nobody.len(), 1, "only the head: {nobody:?}");
}

#[tokio::test]
async fn r53_who_manages_one_store_gets_its_people_and_no_other_store() {
    let world = World::new().await;
    let mia = world
        .person("Mia", &["Admin@Downtown"], &["Downtown", "Airport"])
        .await;
    world
        .person("Both", &["Crew", "Sales@Airport"], &["Downtown", "Airport"])
        .await;
    world.person("Elsewhere", &["Crew"], &["Airport"]).await;
    let mut mia = world.signed_in(&mia).await;
    let seen = people(&mut mia, "").await.join("\n");
    assert!(seen.contains("both@shop.example,Crew,Downtown,"), "{seen}");
    assert!(!seen.contains("elsewhere"), "{seen}");
    assert!(!seen.contains("Airport"), "{seen}");
    let asked = people(&mut mia, &format!("?store={}", world.stores[1])).await;
    assert_eq!(
        asked.join("\n"),
        seen,
        "a store that is not hers narrows nothing"
    );
}

#[tokio::test]
async fn r59_a_name_that_is_a_formula_is_none_in_the_file() {
    let world = World::new().await;
    let owner = world.owner().await;
    let mut browser = owner.clone();
    let details = UserDetails {
        first_name: "=HYPERLINK(\"http://evil.example\",\"x\")".to_owned(),
        last_name: "@SUM(1+1)".to_owned(),
        ..UserDetails::default()
    };
    let revision = world.revision(world.crew).await.to_string();
    let saved = browser
        .call(
            "/api/users/update",
            &[
                ("id", &world.crew.to_string()),
                ("revision", &revision),
                ("first_name", &details.first_name),
                ("last_name", &details.last_name),
                ("display_name", ""),
                ("phone", ""),
            ],
        )
        .await;
    saved.done();
    let file = people(&mut browser, "?q=crew@").await;
    let row = "\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\",'@SUM(1+1),";
    assert!(file[1].starts_with(row), "{file:?}");
}

#[tokio::test]
async fn a_refused_file_is_a_page_that_says_why() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    let audited = world.audit_count().await;
    let refused = crew.get("/exports/users.csv").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.header("content-type"), "text/html; charset=utf-8");
    assert!(refused.headers.get("content-disposition").is_none());
    let text = refused.text();
    assert!(text.contains("You can't open this file"), "{text}");
    assert!(text.contains("Manage users"), "{text}");
    assert_eq!(world.audit_count().await - audited, 1, "it is recorded");

    let mut owner = world.owner().await;
    let unread = owner.get("/exports/users.csv?colour=red").await;
    assert_eq!(unread.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        owner.get("/exports/nothing.csv").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn who_is_not_signed_in_is_led_to_the_sign_in_and_back_to_the_page_with_the_link() {
    let world = World::new().await;
    let mut stranger = world.browser();
    let answer = stranger.get("/exports/users.csv").await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/sign-in")
    );
    let request = Request::get("/exports/users.csv")
        .header("referer", "https://keys.example.test/settings/users?q=bo")
        .body(Body::empty());
    let answer = stranger.send(request.expect("a request")).await;
    assert_eq!(
        answer.location(),
        "/sign-in?next=%2Fsettings%2Fusers%3Fq%3Dbo"
    );
    let request = Request::get("/exports/users.csv")
        .header("referer", "https://evil.example/settings/users")
        .body(Body::empty());
    let answer = stranger.send(request.expect("a request")).await;
    assert_eq!(answer.location(), "/sign-in");
    let mut half = world.half_signed_in(&world.owner).await;
    let answer = half.get("/exports/users.csv").await;
    assert_eq!(answer.location(), "/sign-in/second-factor");
}

#[tokio::test]
async fn who_can_and_the_matrix_are_files_too() {
    let world = World::new().await;
    let store = world.stores[0];
    let mut owner = world.owner().await;
    let asked = format!("/exports/who-can.csv?permission=jobs.pick&store={store}");
    let answer = owner.get(&asked).await;
    let name = "attachment; filename=\"who-can-2026-11-20.csv\"";
    assert_eq!(answer.header("content-disposition"), name);
    let rows = lines(&answer);
    assert_eq!(rows.len(), 3, "the owner and Crew: {rows:?}");
    let row = "Crew Tester,crew@shop.example,Crew,,Crew,Downtown,active";
    assert_eq!(rows[2], row);

    let answer = owner.get("/exports/access.csv").await;
    let name = "attachment; filename=\"who-can-what-2026-11-20.csv\"";
    assert_eq!(answer.header("content-disposition"), name);
    let rows = lines(&answer);
    assert!(
        rows[0].starts_with("name,email,store,customers.view,"),
        "{rows:?}"
    );
    assert_eq!(
        rows.len(),
        5,
        "the owner in three stores, Crew in one: {rows:?}"
    );
    assert!(
        rows[4].starts_with("Crew Tester,crew@shop.example,Downtown,yes,,"),
        "{rows:?}"
    );

    for unread in ["who-can.csv?colour=red", "access.csv?store=1"] {
        let answer = owner.get(&format!("/exports/{unread}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{unread}");
    }
    let answer = owner.get("/exports/who-can.csv?store=nonsense").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let mut crew = world.signed_in(&world.crew).await;
    for file in ["who-can", "access"] {
        let answer = crew.get(&format!("/exports/{file}.csv")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{file}");
    }
}
