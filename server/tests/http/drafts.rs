//! A form that asks before it saves, without script: what was typed goes along to the question and
//! back, and nothing of it is lost (product §2.5, §12).

use crate::browser::{Answer, Browser};
use crate::world::World;
use axum::http::StatusCode;

const CHECK: &str = "/api/groups/check";
const UPDATE: &str = "/api/groups/update";

/// The editor's form of the Crew as whoever changes it would post it.
fn edit<'a>(id: &'a str, ticks: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("id", id),
        ("revision", "1"),
        ("name", "Crew & co"),
        ("summary", "Carries things"),
        ("was_level[jobs]", "write"),
        ("level[jobs]", "read"),
    ];
    fields.extend(ticks.iter().map(|tick| ("permissions[]", *tick)));
    fields
}

const TICKS: [&str; 2] = ["customers.view", "costs.view"];

async fn submit(browser: &mut Browser, page: &str, to: &str, fields: &[(&str, &str)]) -> Answer {
    let mut fields = fields.to_vec();
    fields.push(("back", page));
    browser.submit(page, to, &fields).await
}

fn leads_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location()
}

fn is_ticked(html: &str, key: &str) -> bool {
    let (_, rest) = html
        .split_once(&format!(
            "type=\"checkbox\" name=\"permissions[]\" value=\"{key}\""
        ))
        .unwrap_or_else(|| panic!("{key} is on the page"));
    let (tag, _) = rest.split_once('>').expect("the tag ends");
    tag.contains(" checked")
}

fn has_dialog(html: &str) -> bool {
    html.contains("<dialog open")
}

#[tokio::test]
async fn what_was_typed_goes_to_the_question_and_back_and_is_saved() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let id = world.crew_group.to_string();
    let page = format!("/settings/groups/{id}");
    let question = format!("{page}?preview");
    let fields = edit(&id, &TICKS);

    let asked = submit(&mut owner, &page, CHECK, &fields).await;
    assert_eq!(leads_to(&asked), question);
    let shown = owner.get(&question).await;
    let html = shown.text();
    assert!(
        has_dialog(&html) && html.contains("Save changes to Crew &amp; co?"),
        "{html}"
    );
    assert!(html.contains("1 person loses"), "the fixture's Crew");
    assert!(html.contains("<input type=\"hidden\" name=\"level[jobs]\" value=\"read\">"));
    // The page behind holds it too, level and ticks in step.
    assert!(is_ticked(&html, "costs.view") && is_ticked(&html, "jobs.view"));
    assert!(!is_ticked(&html, "jobs.pick") && !is_ticked(&html, "quotes.view"));
    assert!(html.contains("inert"), "and is out of reach");

    let kept = [&fields[..], &[("keep_editing", page.as_str())][..]].concat();
    let back = submit(&mut owner, &question, CHECK, &kept).await;
    assert_eq!(leads_to(&back), page);
    let html = owner.get(&page).await.text();
    assert!(!has_dialog(&html) && html.contains("value=\"Crew &amp; co\""));
    assert!(is_ticked(&html, "costs.view") && !is_ticked(&html, "jobs.pick"));
    assert!(html.contains("value=\"Carries things\"") && html.contains(" changes:"));

    let asked = submit(&mut owner, &page, CHECK, &fields).await;
    assert_eq!(leads_to(&asked), question);
    owner.get(&question).await;
    let saved = submit(&mut owner, &question, UPDATE, &fields).await;
    assert_eq!(leads_to(&saved), "/settings/groups");
    let list = owner.get("/settings/groups").await.text();
    assert!(list.contains("Crew &amp; co saved") && list.contains("Carries things"));
}

#[tokio::test]
async fn a_question_without_a_draft_leads_to_its_page() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let page = format!("/settings/groups/{}", world.crew_group);
    let answer = owner.get(&format!("{page}?preview")).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, &*page)
    );
}

#[tokio::test]
async fn what_stands_against_saving_is_told_in_the_question_and_nothing_is_lost() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let id = world.crew_group.to_string();
    let page = format!("/settings/groups/{id}");
    let question = format!("{page}?preview");
    let fields = edit(&id, &TICKS);
    submit(&mut owner, &page, CHECK, &fields).await;
    owner.get(&question).await;
    // Saved in another window meanwhile.
    let first = submit(&mut owner, &page, UPDATE, &edit(&id, &["jobs.view"])).await;
    assert_eq!(leads_to(&first), "/settings/groups");

    let refused = submit(&mut owner, &question, UPDATE, &fields).await;
    assert_eq!(leads_to(&refused), question);
    let html = owner.get(&question).await.text();
    assert!(has_dialog(&html), "{html}");
    assert!(html.contains("Somebody changed this meanwhile"), "{html}");
    assert!(is_ticked(&html, "costs.view"), "what was typed stays");
    let again = submit(&mut owner, &question, UPDATE, &fields).await;
    assert_eq!(
        leads_to(&again),
        question,
        "nor does a second press write over it"
    );
}

#[tokio::test]
async fn a_long_form_of_somebody_signed_in_is_kept_whole_and_a_strangers_is_not() {
    let world = World::new().await;
    let long = "x".repeat(20_000);
    let page = "/settings/users/new";
    let fields = [
        ("first_name", &*long),
        ("last_name", "Last of all"),
        ("email", ""),
    ];
    let mut owner = world.owner().await;
    submit(&mut owner, page, "/api/users/invite", &fields).await;
    assert!(owner.get(page).await.text().contains("Last of all"));
    let mut stranger = world.browser();
    let fields = [
        ("next", &*long),
        ("email", "last@shop.example"),
        ("password", "x"),
    ];
    submit(&mut stranger, "/sign-in", "/api/sign-in", &fields).await;
    let html = stranger.get("/sign-in").await.text();
    assert!(!html.contains("last@shop.example"));
}
