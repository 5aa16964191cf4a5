//! The second factor over HTTP: nothing else opens while it is due, and all of it works as plain
//! forms.

use std::time::Duration;

use access::{Kind, Needs, OPERATIONS};
use axum::http::StatusCode;
use domain::second_factor::TwoFactorView;
use domain::{AppError, Due, EndedWhy};
use service::testing::Phone;

use crate::browser::{Answer, Browser};
use crate::personas::{Cast, Reach};
use crate::world::{PASSWORD, World};

const COOKIE: &str = "__Host-keyholder";
/// What stays open to who is half signed in, beside what needs nobody.
const OPEN: [&str; 5] = [
    "session.sign_out",
    "session.pass_second_factor",
    "two_factor.view",
    "two_factor.begin",
    "two_factor.confirm",
];

async fn policy(world: &World, policy: &str) {
    let mut owner = world.owner().await;
    let fields = [
        ("revision", "1"),
        ("require", policy),
        ("single", "on"),
        ("idle", "60"),
        ("absolute", "12"),
    ];
    owner.call("/api/security/update", &fields).await.done();
}

/// The text between two others in a page.
fn between<'a>(html: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = html
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {html}"));
    let (found, _) = rest
        .split_once(after)
        .unwrap_or_else(|| panic!("no {after} in {rest}"));
    found
}

/// The codes on a page.
fn codes(html: &str) -> Vec<String> {
    let list = between(html, "class=\"secret\"", "</ol>");
    let items = list.split("<li>").skip(1);
    items
        .map(|item| item.split('<').next().unwrap_or_default().to_owned())
        .collect()
}

/// Asks everything there is, and looks that it answers with what is due.
async fn nothing_else_opens(cast: &Cast, browser: &mut Browser, due: Due, page_of_due: &str) {
    let asked = OPERATIONS.iter().filter(|one| {
        one.needs != Needs::Anyone && one.kind != Kind::System && !OPEN.contains(&one.name)
    });
    for operation in asked {
        let path = operation
            .path
            .replace("{id}", crate::world::NOBODY)
            .replace("{token}", "x");
        match operation.kind {
            Kind::Read | Kind::Change => {
                // Filled in, since without its fields a function does not even begin.
                let fields = cast.fields(operation, Reach::Own);
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| (&**name, &**value))
                    .collect();
                let answer = browser.call(&path, &fields).await;
                assert_eq!(answer.error(), AppError::Due(due), "{path}");
            }
            Kind::Upload => {
                let answer = browser.upload(&path, "people.csv", b"").await;
                assert_eq!(answer.error(), AppError::Due(due), "{path}");
            }
            // A picture is asked for by a page, which nobody could lead on.
            Kind::File if operation.name == "avatar.view" => {
                let answer = browser.get(&path.replace("{version}", "1")).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
            }
            Kind::File => {
                let answer = browser.get(&path).await;
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            }
            _ if path == page_of_due => {
                assert_eq!(browser.get(&path).await.status, StatusCode::OK, "{path}");
            }
            _ => {
                let answer = browser.get(&path).await;
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
                let to = answer.location().split('?').next().unwrap_or_default();
                assert_eq!(to, page_of_due, "{path}");
                assert!(!answer.text().contains("Ada"), "{path} shows nothing");
            }
        }
    }
}

#[tokio::test]
async fn r34_between_the_steps_nothing_opens_but_the_second_step() {
    let cast = Cast::new().await;
    let world = &cast.world;
    let mut browser = world.half_signed_in(&world.crew).await;
    let page = "/sign-in/second-factor";
    nothing_else_opens(&cast, &mut browser, Due::SecondFactor, page).await;
    for path in ["/api/two-factor/view", "/api/two-factor/begin"] {
        let answer = browser.call(path, &[]).await;
        assert_eq!(answer.error(), AppError::Due(Due::SecondFactor), "{path}");
    }
    let answer = browser
        .call("/api/two-factor/confirm", &[("code", "123456")])
        .await;
    assert_eq!(answer.error(), AppError::Due(Due::SecondFactor));
    let answer = browser.get("/profile/two-factor").await;
    assert_eq!(
        answer.location(),
        "/sign-in/second-factor?next=%2Fprofile%2Ftwo-factor"
    );
}

#[tokio::test]
async fn r37_whom_the_policy_catches_mid_session_reaches_nothing_but_the_set_up() {
    let cast = Cast::new().await;
    let world = &cast.world;
    let mut crew = world.signed_in(&world.crew).await;
    assert_eq!(crew.get("/jobs").await.status, StatusCode::OK);
    policy(world, "everyone").await;
    nothing_else_opens(&cast, &mut crew, Due::Enrolment, "/profile/two-factor").await;
    let refused = crew
        .call("/api/sign-in/second-factor", &[("code", "123456")])
        .await;
    assert_eq!(refused.error(), AppError::Due(Due::Enrolment));
    let view: TwoFactorView = crew.call("/api/two-factor/view", &[]).await.view();
    assert!(view.factor.required && view.key.is_none());
    // Out is always open, and the page says whose it is.
    let html = crew.get("/profile/two-factor").await.text();
    let head = between(&html, "<header", "</header>");
    assert!(head.contains("Crew Tester"), "{head}");
    assert!(head.contains("action=\"/api/sign-out\""), "{head}");
    crew.call("/api/sign-out", &[]).await.done();
}

#[tokio::test]
async fn r33_the_browser_chooses_neither_key_nor_time() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    for path in ["/api/two-factor/begin", "/api/two-factor/view"] {
        let own = [("secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")];
        assert_eq!(
            crew.call(path, &own).await.error(),
            AppError::BadRequest,
            "{path}"
        );
    }
    crew.call("/api/two-factor/begin", &[]).await.done();
    let view: TwoFactorView = crew.call("/api/two-factor/view", &[]).await.view();
    let key = view.key.expect("a key waits").typed;
    let code = Phone::with(&key).code(world.kh.now());
    for (name, value) in [
        ("secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
        ("time", "1234567890"),
        ("user", &*world.owner.to_string()),
    ] {
        let fields = [("code", &*code), (name, value)];
        let answer = crew.call("/api/two-factor/confirm", &fields).await;
        assert_eq!(answer.error(), AppError::BadRequest, "{name}");
    }
    // Neither a header with another time nor a code of the browser's own clock changes anything.
    let far = Phone::with(&key).code(access::Instant(world.kh.now().0 + 3_600_000));
    let answer = crew
        .call("/api/two-factor/confirm", &[("code", &far)])
        .await;
    assert!(matches!(answer.error(), AppError::Invalid(_)));
    crew.call("/api/two-factor/confirm", &[("code", &code)])
        .await
        .done();
}

/// Sets a second factor up by plain forms; answers phone and recovery codes.
async fn set_up(world: &World, browser: &mut Browser) -> (Phone, Vec<String>) {
    set_up_at(world, browser, "/profile/two-factor").await
}

/// The same, at the page's address with the way on in it.
async fn set_up_at(world: &World, browser: &mut Browser, page: &str) -> (Phone, Vec<String>) {
    assert!(browser.get(page).await.text().contains("Show my key"));
    let answer = browser
        .submit(page, "/api/two-factor/begin", &[("back", page)])
        .await;
    assert_eq!(answer.location(), page);
    let shown = browser.get(page).await;
    assert_eq!(shown.header("cache-control"), "no-store");
    let html = shown.text();
    assert!(
        html.contains("<svg class=\"qr\" viewBox=\"-2 -2 "),
        "{html}"
    );
    let phone = Phone::with(between(&html, "<code>", "</code>"));

    let wrong = [("code", "000000"), ("back", page)];
    let answer = browser
        .submit(page, "/api/two-factor/confirm", &wrong)
        .await;
    assert_eq!(answer.location(), page);
    let html = browser.get(page).await.text();
    assert!(html.contains("That code is not right or has passed"));
    assert!(!html.contains("000000"), "what was typed is not kept");

    let before = browser.cookies[COOKIE].clone();
    let code = phone.code(world.kh.now());
    let right = [("code", &*code), ("back", page)];
    let answer = browser
        .submit(page, "/api/two-factor/confirm", &right)
        .await;
    assert_eq!(answer.location(), page);
    assert_ne!(browser.cookies[COOKIE], before, "a new id");
    let html = browser.get(page).await.text();
    assert!(html.contains("They are shown this one time."));
    let buttons = html.split("<button").skip(1);
    let buttons = buttons.map(|button| button.split('>').next().unwrap_or_default());
    let without_post: Vec<&str> = buttons
        .filter(|button| button.contains("\"button\""))
        .collect();
    assert_eq!(without_post.len(), 2, "Copy and Print: {without_post:?}");
    for button in without_post {
        assert!(button.contains("scripted"), "seen without script: {button}");
    }
    (phone, codes(&html))
}

#[tokio::test]
async fn setting_it_up_works_as_plain_forms_and_leads_to_where_one_wanted_to_go() {
    let world = World::new().await;
    policy(&world, "everyone").await;
    let mut browser = world.browser();
    let fields = [
        ("email", "crew@shop.example"),
        ("password", PASSWORD),
        ("next", "/jobs"),
    ];
    let answer = browser.submit("/sign-in", "/api/sign-in", &fields).await;
    assert_eq!(answer.location(), "/jobs");
    let page = browser.get("/jobs").await.location().to_owned();
    assert_eq!(page, "/profile/two-factor?next=%2Fjobs");
    let (_, codes) = set_up_at(&world, &mut browser, &page).await;
    assert_eq!(codes.len(), 10);

    let file = browser.get("/profile/two-factor/recovery-codes.txt").await;
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"recovery-codes.txt\""
    );
    assert_eq!(file.header("cache-control"), "no-store");
    assert!(codes.iter().all(|code| file.text().contains(code)));

    let action = "/api/two-factor/finish";
    let way_on = [("next", "/jobs"), ("back", &*page)];
    let answer = browser.submit(&page, action, &way_on).await;
    assert_eq!(answer.location(), page);
    let html = browser.get(&page).await.text();
    assert!(html.contains("Tick this once it is done"));
    assert!(html.contains("value=\"/jobs\""), "{html}");
    let saved = [("saved", "on"), ("next", "/jobs"), ("back", &*page)];
    let answer = browser.submit(&page, action, &saved).await;
    assert_eq!(answer.location(), "/jobs");
    let html = browser.get("/jobs").await.text();
    assert!(html.contains("Two-factor is on"), "{html}");
    let html = browser.get(&page).await.text();
    assert!(html.contains("10 of 10 left") && !html.contains(&codes[0]));
    assert!(
        html.contains("so it can&#x27;t be turned off")
            || html.contains("so it can't be turned off")
    );
    let gone = browser.get("/profile/two-factor/recovery-codes.txt").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

/// All of an answer that tells one refusal from another.
fn told(answer: &Answer) -> (StatusCode, String) {
    (answer.status, answer.text())
}

#[tokio::test]
async fn the_second_step_works_as_plain_forms_and_leads_to_where_one_wanted_to_go() {
    let world = World::new().await;
    let mut browser = world.signed_in(&world.crew).await;
    let (phone, codes) = set_up(&world, &mut browser).await;
    world.clock.advance(Duration::from_mins(1));

    let mut other = world.browser();
    let fields = [
        ("email", "crew@shop.example"),
        ("password", PASSWORD),
        ("next", "/jobs?page=2"),
    ];
    other.submit("/sign-in", "/api/sign-in", &fields).await;
    let halfway = other.cookies[COOKIE].clone();
    let step = other.get("/jobs?page=2").await.location().to_owned();
    assert_eq!(step, "/sign-in/second-factor?next=%2Fjobs%3Fpage%3D2");
    let html = other.get(&step).await.text();
    assert!(
        html.contains("Enter your code") && !html.contains("<nav"),
        "no navigation"
    );

    let action = "/api/sign-in/second-factor";
    let typed = ("recovery", "AAAA-BBBB-CCCC-DDDD");
    let wrong = [typed, ("next", "/jobs?page=2"), ("back", &*step)];
    let answer = other.submit(&step, action, &wrong).await;
    assert_eq!(answer.location(), step);
    let html = other.get(&step).await.text();
    assert!(html.contains("That recovery code is not right"), "{html}");
    assert!(
        between(&html, "<details", ">").contains("open"),
        "it stands where it was typed"
    );
    assert!(!html.contains("AAAA-BBBB"), "what was typed is not kept");
    assert!(!world.everything().await.contains("AAAA-BBBB"));

    let code = phone.code(world.kh.now());
    let right = [("code", &*code), ("next", "/jobs?page=2"), ("back", &*step)];
    let answer = other.submit(&step, action, &right).await;
    assert_eq!(answer.location(), "/jobs?page=2");
    assert_ne!(other.cookies[COOKIE], halfway, "a new id at each stage");
    assert_eq!(other.get("/jobs").await.status, StatusCode::OK);
    let older = browser.call("/api/shell", &[]).await.error();
    assert_eq!(
        older,
        AppError::SignedOut {
            ended: Some(EndedWhy::Elsewhere)
        }
    );
    // The page leads on for who is in, and the code is worth nothing any more.
    assert_eq!(other.get(&step).await.location(), "/jobs?page=2");
    let mut thief = world.half_signed_in(&world.crew).await;
    let replayed = thief.call(action, &[("code", &code)]).await;
    let guessed = thief.call(action, &[("code", "000000")]).await;
    assert_eq!(
        told(&replayed),
        told(&guessed),
        "used and wrong look the same"
    );
    assert_eq!(
        thief.call("/api/shell", &[]).await.error(),
        AppError::Due(Due::SecondFactor)
    );
    thief.call(action, &[("recovery", &codes[0])]).await.done();
    assert_eq!(thief.call("/api/shell", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn r45_once_the_second_step_is_passed_the_half_session_is_nobodys() {
    let world = World::new().await;
    let mut browser = world.signed_in(&world.crew).await;
    let (_, codes) = set_up(&world, &mut browser).await;
    let mut browser = world.half_signed_in(&world.crew).await;
    let mut half = browser.clone();
    let step = "/api/sign-in/second-factor";
    let code = [("recovery", &*codes[0])];
    browser.call(step, &code).await.done();
    assert_eq!(browser.call("/api/shell", &[]).await.status, StatusCode::OK);
    let left = half.call("/api/shell", &[]).await.error();
    assert!(matches!(left, AppError::SignedOut { .. }), "{left:?}");
    let another = [("recovery", &*codes[1])];
    let left = half.call(step, &another).await.error();
    assert!(matches!(left, AppError::SignedOut { .. }), "{left:?}");
    assert_eq!(browser.call("/api/shell", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn r34_foreign_paths_are_not_gone_to_after_the_second_step() {
    let world = World::new().await;
    let mut browser = world.signed_in(&world.crew).await;
    let (_, codes) = set_up(&world, &mut browser).await;
    for (next, code) in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
    ]
    .into_iter()
    .zip(&codes)
    {
        let mut other = world.half_signed_in(&world.crew).await;
        let fields = [("recovery", &**code), ("next", next)];
        let done = other
            .call("/api/sign-in/second-factor", &fields)
            .await
            .done();
        assert_eq!(done.go.as_deref(), Some("/"), "{next}");
    }
}

#[tokio::test]
async fn r34_foreign_paths_are_not_gone_to_after_the_set_up() {
    let world = World::new().await;
    for (n, next) in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("Person{n}");
        let person = world.person(&name, &["Crew"], &["Downtown"]).await;
        let mut browser = world.signed_in(&person).await;
        set_up(&world, &mut browser).await;
        let fields = [("saved", "on"), ("next", next)];
        let done = browser.call("/api/two-factor/finish", &fields).await.done();
        assert_eq!(done.go.as_deref(), Some("/"), "{next}");
    }
}

#[tokio::test]
async fn r38_a_reset_asks_in_a_dialog_and_the_person_is_out_at_once() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    set_up(&world, &mut crew).await;
    let mut owner = world.owner().await;
    let page = format!("/settings/users/{}/security", world.crew);
    let html = owner.get(&page).await.text();
    assert!(
        html.contains("10 of 10 left") && html.contains("Reset 2FA"),
        "{html}"
    );
    let question = format!("{page}?confirm=reset-2fa");
    let html = owner.get(&question).await.text();
    assert!(html.contains("<dialog") && html.contains("How did you verify that it is them?"));

    let action = "/api/users/reset-two-factor";
    let id = world.crew.to_string();
    let empty = [("id", &*id), ("note", ""), ("back", &*question)];
    let answer = owner.submit(&question, action, &empty).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert_eq!(
        answer.location(),
        question,
        "a refusal comes back to the question"
    );
    let html = owner.get(&question).await.text();
    assert!(
        html.contains("Pick one") && html.contains("Fill this in"),
        "{html}"
    );

    let form = [
        ("id", &*id),
        ("verified", "video"),
        ("note", "Saw her"),
        ("back", &*question),
    ];
    let answer = owner.submit(&question, action, &form).await;
    assert_eq!(answer.location(), page);
    assert!(
        owner
            .get(&page)
            .await
            .text()
            .contains("Two-factor of Crew Tester reset")
    );
    let gone = crew.call("/api/shell", &[]).await.error();
    assert_eq!(
        gone,
        AppError::SignedOut {
            ended: Some(EndedWhy::TwoFactorReset)
        }
    );
    let door = crew.get("/sign-in").await.text();
    assert!(door.contains("because your two-factor was reset"), "{door}");
}

#[tokio::test]
async fn r37_a_device_left_open_is_led_to_sign_in_with_the_reason_before_it_sets_a_factor_up() {
    let world = World::new().await;
    let mut crew = world.signed_in(&world.crew).await;
    policy(&world, "everyone").await;
    let due = crew.get("/jobs").await.location().to_owned();
    assert_eq!(due, "/profile/two-factor?next=%2Fjobs");
    world.clock.advance(Duration::from_mins(10));
    for page in ["/jobs", "/profile/two-factor"] {
        let door = crew.get(page).await.location().to_owned();
        assert!(door.starts_with("/sign-in?next="), "{page}: {door}");
    }
    let html = crew.get("/sign-in").await.text();
    assert!(html.contains("Two-factor is required by now"), "{html}");
    let fields = [("email", "crew@shop.example"), ("password", PASSWORD)];
    crew.submit("/sign-in", "/api/sign-in", &fields).await;
    let html = crew.get("/profile/two-factor").await.text();
    assert!(html.contains("Show my key"), "{html}");
}
