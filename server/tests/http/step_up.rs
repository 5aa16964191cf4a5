//! The password again before what is sensitive, over HTTP: in the same form, losing nothing typed
//! (product §7; req. 38, 15).

use std::time::Duration;

use access::{Kind, OPERATIONS};
use axum::http::StatusCode;
use domain::second_factor::TwoFactorView;
use domain::users::AccessView;
use domain::{AppError, Due, ProblemCode, Problems};
use service::testing::Phone;

use crate::browser::{Answer, Browser};
use crate::world::{PASSWORD, World};

const FIELD: &str = "password_again";
const WRONG: &str = "canary-password";

type Fields = Vec<(&'static str, String)>;

/// The owner, whose last proof is ten minutes old.
async fn stale(world: &World) -> Browser {
    let owner = world.owner().await;
    world.clock.advance(Duration::from_mins(10));
    owner
}

fn new_group(name: &str) -> Fields {
    vec![
        ("name", name.to_owned()),
        ("summary", "Makes bouquets".to_owned()),
        ("permissions[]", "jobs.view".to_owned()),
    ]
}

fn with(fields: &Fields, password: &str) -> Fields {
    let mut fields = fields.clone();
    fields.push((FIELD, password.to_owned()));
    fields
}

async fn call(browser: &mut Browser, path: &str, fields: &Fields) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, &**v)).collect();
    browser.call(path, &fields).await
}

async fn submit(browser: &mut Browser, page: &str, path: &str, fields: &Fields) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, &**v)).collect();
    browser.submit(page, path, &fields).await
}

fn wrong() -> AppError {
    AppError::Invalid(Problems::one(FIELD, ProblemCode::PasswordWrong))
}

/// How often an operation was done, by the audit log.
async fn done(world: &World, operation: &str) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE action = $1 AND result = 'done'")
        .bind(operation)
        .fetch_one(world.kh.writer())
        .await
        .expect("reads")
}

/// The form of a page that posts to a path and asks for the password.
fn asking_form<'a>(html: &'a str, path: &str) -> Option<&'a str> {
    let action = format!("action=\"{path}\"");
    html.split("<form")
        .filter_map(|rest| rest.split("</form>").next())
        .find(|form| form.contains(&action) && form.contains(&format!("name=\"{FIELD}\"")))
}

/// A page that asks before a sensitive operation, with what is posted from it.
async fn form_of(world: &World, owner: &mut Browser, operation: &str) -> (String, Fields) {
    let (crew, group) = (world.crew.to_string(), world.crew_group.to_string());
    let editor = format!("/settings/groups/{group}");
    let text = |value: &str| value.to_owned();
    match operation {
        "group.create" => (text("/settings/groups/new"), new_group("Florists")),
        "group.update" => {
            let mut fields = new_group("Crew");
            fields.extend([("id", group), ("revision", text("1"))]);
            (format!("{editor}?preview"), fields)
        }
        "group.duplicate" => (editor, vec![("id", group), ("name", text("Copy of Crew"))]),
        "group.delete" => {
            let packers = world.group_named("Packers").await.to_string();
            let page = format!("/settings/groups/{packers}?confirm=delete");
            (page, vec![("id", packers), ("revision", text("1"))])
        }
        "user.change_email" => {
            let page = format!("/settings/users/{crew}");
            (
                page,
                vec![("id", crew), ("email", text("crew@new.example"))],
            )
        }
        "user.set_access" => {
            let seen = owner.call("/api/users/access", &[("id", &crew)]).await;
            let view: AccessView = seen.view();
            let fields = vec![
                ("user", crew.clone()),
                ("revision", view.person.revision.to_string()),
                ("memberships[]", view.memberships[0].value()),
                ("add_group", world.group_named("Sales").await.to_string()),
                ("stores[]", world.stores[0].to_string()),
            ];
            let page = format!("/settings/users/{crew}/access?preview");
            (page, fields)
        }
        "user.reset_two_factor" => {
            let page = format!("/settings/users/{crew}/security?confirm=reset-2fa");
            let fields = [("id", crew), ("verified", text("phone"))];
            let mut fields = fields.to_vec();
            fields.push(("note", text("Called the number on file")));
            (page, fields)
        }
        "security.update" => {
            let fields = [
                ("revision", "1"),
                ("require", "off"),
                ("idle", "45"),
                ("absolute", "12"),
            ];
            let fields = fields.map(|(name, value)| (name, text(value))).to_vec();
            (text("/settings/security"), fields)
        }
        "import.apply" => {
            let file = format!(
                "{}\nErin,Tester,erin@shop.example,Crew,Downtown\n",
                domain::imports::HEADER
            );
            let checked = owner
                .upload("/api/imports/check", "people.csv", file.as_bytes())
                .await
                .done();
            let page = checked.go.expect("it leads to its page");
            let (_, run) = page.split_once("run=").expect("a dry run");
            let fields = vec![("run", run.to_owned())];
            (page, fields)
        }
        "two_factor.begin" => (text("/profile/two-factor"), Vec::new()),
        other => panic!("nobody said from which page {other} is posted"),
    }
}

/// Sets a second factor up for who is in the crew.
async fn set_up_a_factor(world: &World) {
    let mut crew = world.signed_in(&world.crew).await;
    crew.call("/api/two-factor/begin", &[]).await.done();
    let view: TwoFactorView = crew.call("/api/two-factor/view", &[]).await.view();
    let phone = Phone::with(&view.key.expect("a key waits").typed);
    let code = phone.code(world.kh.now());
    crew.call("/api/two-factor/confirm", &[("code", &code)])
        .await
        .done();
}

#[tokio::test]
async fn r38_every_sensitive_form_asks_for_the_password_in_its_place_and_keeps_what_was_typed() {
    let world = World::new().await;
    world.custom_group("Packers", "").await;
    set_up_a_factor(&world).await;
    for operation in OPERATIONS.iter().filter(|it| it.sensitive) {
        let (name, path) = (operation.name, operation.path);
        let mut owner = stale(&world).await;
        let (page, fields) = form_of(&world, &mut owner, name).await;
        let before = done(&world, name).await;
        let html = owner.get(&page).await.text();
        assert!(
            asking_form(&html, path).is_none(),
            "{name}: asks for nothing"
        );

        let answer = submit(&mut owner, &page, path, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}");
        assert_eq!(answer.location(), page, "{name}");
        let html = owner.get(&page).await.text();
        let form = asking_form(&html, path).unwrap_or_else(|| panic!("{name} asks: {html}"));
        assert!(form.contains("autocomplete=\"current-password\""), "{form}");
        assert!(html.contains("Type your password again to go on"), "{name}");
        for (field, value) in &fields {
            let kept = html.contains(&format!("value=\"{value}\"")) || html.contains(value);
            assert!(kept, "{name} keeps {field}");
        }

        let answer = submit(&mut owner, &page, path, &with(&fields, WRONG)).await;
        assert_eq!(answer.location(), page, "{name}");
        let html = owner.get(&page).await.text();
        let form = asking_form(&html, path).unwrap_or_else(|| panic!("{name} asks again"));
        assert!(form.contains("This is not your password"), "{name}: {form}");
        assert!(!html.contains(WRONG), "{name}");
        assert_eq!(done(&world, name).await, before, "{name}");

        let answer = submit(&mut owner, &page, path, &with(&fields, PASSWORD)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}");
        assert_eq!(done(&world, name).await, before + 1, "{name}");
        // And for a while nothing more is asked.
        let next = call(&mut owner, "/api/groups/create", &new_group(name)).await;
        next.done();
    }
    assert!(!world.everything().await.contains(WRONG));
}

#[tokio::test]
async fn r38_a_stale_session_is_answered_401_and_goes_on_with_the_password() {
    let world = World::new().await;
    let mut owner = stale(&world).await;
    let (path, fields) = ("/api/groups/create", new_group("Florists"));
    for fields in [&fields, &with(&fields, "")] {
        let answer = call(&mut owner, path, fields).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.error(), AppError::PasswordAgain);
    }
    let answer = call(&mut owner, path, &with(&fields, WRONG)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.error(), wrong());
    assert_eq!(done(&world, "group.create").await, 0);
    call(&mut owner, path, &with(&fields, PASSWORD))
        .await
        .done();
    assert_eq!(done(&world, "group.create").await, 1);
    call(&mut owner, path, &new_group("Packers")).await.done();
}

#[tokio::test]
async fn r15_five_wrong_ones_close_it_and_the_session_goes_on() {
    let world = World::new().await;
    let mut owner = stale(&world).await;
    let (path, fields) = ("/api/groups/create", new_group("Florists"));
    for _ in 0..5 {
        let answer = call(&mut owner, path, &with(&fields, WRONG)).await;
        assert_eq!(answer.error(), wrong());
    }
    let answer = call(&mut owner, path, &with(&fields, PASSWORD)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "900");
    // Without script it is told in the form too.
    let page = "/settings/groups/new";
    submit(&mut owner, page, path, &with(&fields, PASSWORD)).await;
    let html = owner.get(page).await.text();
    assert!(html.contains("Try again in 15 minutes"), "{html}");
    assert!(asking_form(&html, path).is_some());
    assert_eq!(owner.get("/jobs").await.status, StatusCode::OK);
    let mut elsewhere = world.owner().await;
    call(&mut elsewhere, path, &fields).await.done();
}

#[tokio::test]
async fn r54_the_password_is_a_field_of_sensitive_forms_alone_and_stands_there_once() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let others = OPERATIONS
        .iter()
        .filter(|it| matches!(it.kind, Kind::Read | Kind::Change) && !it.sensitive);
    for operation in others {
        let answer = owner.call(operation.path, &[(FIELD, PASSWORD)]).await;
        assert_eq!(answer.error(), AppError::BadRequest, "{operation:?}");
    }
    let path = "/api/groups/create";
    let twice = with(&with(&new_group("Florists"), PASSWORD), PASSWORD);
    assert_eq!(
        call(&mut owner, path, &twice).await.error(),
        AppError::BadRequest
    );
    let mut unknown = with(&new_group("Florists"), PASSWORD);
    unknown.push(("is_super", "1".to_owned()));
    assert_eq!(
        call(&mut owner, path, &unknown).await.error(),
        AppError::BadRequest
    );
    assert_eq!(done(&world, "group.create").await, 0);
    // A file is sent as before, however old the proof is.
    let mut owner = stale(&world).await;
    let file = format!("{}\n", domain::imports::HEADER);
    let answer = owner
        .upload("/api/imports/check", "people.csv", file.as_bytes())
        .await;
    assert_ne!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn r38_who_is_not_signed_in_is_told_so_whatever_they_type() {
    let world = World::new().await;
    let (path, fields) = ("/api/groups/create", with(&new_group("Florists"), PASSWORD));
    let answer = call(&mut world.browser(), path, &fields).await;
    assert_eq!(answer.error(), AppError::SignedOut { ended: None });
    let mut half = world.half_signed_in(&world.crew).await;
    let answer = call(&mut half, path, &fields).await;
    assert_eq!(answer.error(), AppError::Due(Due::SecondFactor));
}
