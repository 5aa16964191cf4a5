//! Sessions: one a person, limited in time, dead once they are ended (product §7).

use std::time::Duration;

use domain::{AppError, EndedWhy};
use service::sessions::{resolve, sign_out, sweep};
use service::testing::{Fixture, PASSWORD};
use service::{Keyholder, Visitor, users};
use tower_sessions::Session;

use crate::log::Log;
use crate::support::{
    MINUTE, MOMENT, Snapshot, allow_many_sessions, at_once, entries_after, id_of, just_before,
    newest_entry, number, write,
};

on_both! {
    r45_signing_in_elsewhere_ends_the_older_session_and_its_device_is_told,
    r45_ten_parallel_sign_ins_leave_exactly_one,
    a_business_may_allow_several_sessions,
    r42_a_session_ends_when_nothing_is_done_for_an_hour,
    r42_a_session_ends_after_twelve_hours_whatever_is_done,
    r42_the_limits_are_the_businesss_own,
    r42_a_cookie_opens_nothing_after_signing_out,
    what_the_clock_ended_is_written_down_once,
    r40_an_ended_session_stays_dead_when_a_request_of_before_saves,
    r40_only_the_hash_of_an_id_is_kept,
    r46_a_session_is_shown_under_another_name_than_its_cookie,
    whoever_never_signed_in_leaves_quietly,
}

/// Statements of a request's own task are counted by their log lines; SQLite works in a thread of
/// its own, with the same text.
#[tokio::test]
async fn resolving_a_caller_is_one_round_trip() {
    let fixture = Fixture::postgres().await;
    let database = fixture.database_url.clone();
    let owner = fixture.found().await;
    // The first time it is prepared too.
    fixture.staff(&owner).await;
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    fixture.staff(&owner).await;
    drop(guard);
    let text = log.text();
    assert_eq!(text.matches("target=sqlx::query").count(), 1, "{text}");
    drop(fixture);
    Fixture::forget(&database).await;
}

/// Why nobody is behind a browser any more.
pub(crate) async fn ended(fixture: &Fixture, browser: &Session) -> Option<EndedWhy> {
    match fixture.visitor(browser).await {
        Visitor::Nobody { ended } => ended,
        other => panic!("somebody is signed in: {other:?}"),
    }
}

/// Ada, who set up, and Dana, who is Crew downtown.
pub(crate) async fn pair(fixture: &Fixture) -> (Session, Session) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    (owner, dana)
}

async fn r45_signing_in_elsewhere_ends_the_older_session_and_its_device_is_told(fixture: Fixture) {
    let (owner, older) = pair(&fixture).await;
    let newer = fixture.sign_in("Dana").await;
    assert_eq!(ended(&fixture, &older).await, Some(EndedWhy::Elsewhere));
    fixture.staff(&newer).await;
    fixture.staff(&owner).await;
}

async fn r45_ten_parallel_sign_ins_leave_exactly_one(fixture: Fixture) {
    pair(&fixture).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    for _ in 0..5 {
        let tries = (0..10).map(|n| sign_in(nodes[n % 2].clone(), fixture.client()));
        let browsers: Vec<Session> = at_once(tries)
            .await
            .into_iter()
            .map(|answer| answer.expect("signs in"))
            .collect();
        let mut open = 0;
        for browser in &browsers {
            match fixture.visitor(browser).await {
                Visitor::Staff(_) => open += 1,
                Visitor::Nobody { ended } => assert_eq!(ended, Some(EndedWhy::Elsewhere)),
                Visitor::Half(_) => panic!("half a session"),
            }
        }
        assert_eq!(open, 1);
    }
}

/// Dana signs in at a node, as a task.
pub(crate) async fn sign_in(kh: Keyholder, client: service::Client) -> Result<Session, AppError> {
    let browser = crate::support::browser_at(&kh);
    let form = domain::sign_in::SignIn {
        email: "dana@shop.example".to_owned(),
        password: PASSWORD.to_owned(),
        next: String::new(),
    };
    service::sign_in::sign_in(&kh, &client, &browser, form).await?;
    Ok(browser)
}

async fn a_business_may_allow_several_sessions(fixture: Fixture) {
    let (owner, first) = pair(&fixture).await;
    allow_many_sessions(&fixture).await;
    let second = fixture.sign_in("Dana").await;
    let one = fixture.staff(&first).await;
    let other = fixture.staff(&second).await;
    assert_ne!(one.caller.session, other.caller.session);
    let ada = fixture.staff(&owner).await;
    let id = id_of(&fixture, "Dana").await;
    assert_eq!(
        users::view(&fixture.kh, &ada, &id)
            .await
            .expect("page")
            .sessions,
        2
    );
    let toast = users::deactivate(&fixture.kh, &ada, &id)
        .await
        .expect("deactivates")
        .toast;
    let name = "Dana Tester".to_owned();
    assert_eq!(
        toast,
        Some(domain::Toast::Deactivated { name, sessions: 2 })
    );
}

/// Waits until *last seen*, which is written beside the request, stands at the clock's time.
pub(crate) async fn seen_now(fixture: &Fixture) {
    let sql = format!(
        "SELECT COUNT(*) FROM sessions WHERE seen = {}",
        fixture.kh.now().0
    );
    for _ in 0..500 {
        if number(&fixture.kh, &sql).await > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("last seen was not written");
}

async fn r42_a_session_ends_when_nothing_is_done_for_an_hour(fixture: Fixture) {
    let (_, dana) = pair(&fixture).await;
    for _ in 0..3 {
        fixture.clock.advance(just_before(MINUTE * 60));
        fixture.staff(&dana).await;
        seen_now(&fixture).await;
    }
    fixture.clock.advance(MINUTE * 60);
    assert_eq!(ended(&fixture, &dana).await, Some(EndedWhy::Idle));
    assert_eq!(
        ended(&fixture, &dana).await,
        Some(EndedWhy::Idle),
        "looking again wakes nothing"
    );
}

async fn r42_a_session_ends_after_twelve_hours_whatever_is_done(fixture: Fixture) {
    let (_, dana) = pair(&fixture).await;
    for _ in 0..14 {
        fixture.clock.advance(MINUTE * 50);
        fixture.staff(&dana).await;
        seen_now(&fixture).await;
    }
    fixture.clock.advance(just_before(MINUTE * 20));
    fixture.staff(&dana).await;
    fixture.clock.advance(MOMENT);
    assert_eq!(ended(&fixture, &dana).await, Some(EndedWhy::TooOld));
}

async fn r42_the_limits_are_the_businesss_own(fixture: Fixture) {
    let (_, dana) = pair(&fixture).await;
    fixture.clock.advance(MINUTE * 5);
    write(&fixture.kh, "UPDATE business SET idle_minutes = 5").await;
    assert_eq!(ended(&fixture, &dana).await, Some(EndedWhy::Idle));
    write(
        &fixture.kh,
        "UPDATE business SET idle_minutes = 30, absolute_minutes = 5",
    )
    .await;
    assert_eq!(ended(&fixture, &dana).await, Some(EndedWhy::TooOld));
}

async fn r42_a_cookie_opens_nothing_after_signing_out(fixture: Fixture) {
    let (_, dana) = pair(&fixture).await;
    let stolen = dana.id();
    let visitor = fixture.visitor(&dana).await;
    let before = newest_entry(&fixture.kh).await;
    sign_out(&fixture.kh, &dana, &visitor)
        .await
        .expect("signs out");
    assert_eq!(dana.id(), None, "the browser forgets it");
    let answer = resolve(&fixture.kh, stolen, fixture.client())
        .await
        .expect("answers");
    assert!(
        matches!(
            answer,
            Visitor::Nobody {
                ended: Some(EndedWhy::SignedOut)
            }
        ),
        "{answer:?}"
    );
    let entries = entries_after(&fixture.kh, before).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!(
        (entries[0].action.as_str(), entries[0].actor.as_str()),
        ("session.sign_out", "Dana Tester")
    );
}

async fn what_the_clock_ended_is_written_down_once(fixture: Fixture) {
    pair(&fixture).await;
    let before = newest_entry(&fixture.kh).await;
    sweep(&fixture.kh).await.expect("sweeps");
    assert_eq!(
        newest_entry(&fixture.kh).await,
        before,
        "nothing is over yet"
    );
    fixture.clock.advance(MINUTE * 60);
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    at_once(nodes.map(|kh| async move { sweep(&kh).await.expect("sweeps") })).await;
    let mut over: Vec<_> = entries_after(&fixture.kh, before)
        .await
        .into_iter()
        .map(|entry| (entry.action, entry.object, entry.reason))
        .collect();
    over.sort();
    let expired = |name: &str| {
        (
            "session.expire".to_owned(),
            name.to_owned(),
            "idle".to_owned(),
        )
    };
    assert_eq!(over, [expired("Ada Owner"), expired("Dana Tester")]);
    assert_eq!(
        number(&fixture.kh, "SELECT COUNT(*) FROM sessions WHERE ended = 0").await,
        0
    );
    // A month later they are forgotten.
    fixture.clock.advance(MINUTE * 60 * 24 * 30 + MINUTE);
    sweep(&fixture.kh).await.expect("sweeps");
    assert_eq!(
        number(&fixture.kh, "SELECT COUNT(*) FROM sessions").await,
        0
    );
}

async fn r40_an_ended_session_stays_dead_when_a_request_of_before_saves(fixture: Fixture) {
    let (owner, dana) = pair(&fixture).await;
    let id = dana.id();
    // A request is under way, and has read its session.
    dana.insert("kept", "in the record")
        .await
        .expect("a record of its own");
    let ada = fixture.staff(&owner).await;
    users::deactivate(&fixture.kh, &ada, &id_of(&fixture, "Dana").await)
        .await
        .expect("deactivates");
    users::reactivate(&fixture.kh, &ada, &id_of(&fixture, "Dana").await)
        .await
        .expect("reactivates");
    let stored = Snapshot::of(&fixture.kh).await;
    dana.save().await.expect("nothing to save");
    dana.insert("later", 1).await.expect("a record of its own");
    dana.save().await.expect("nothing to save");
    assert_eq!(dana.id(), id);
    assert_eq!(ended(&fixture, &dana).await, Some(EndedWhy::Deactivated));
    assert_eq!(
        Snapshot::of(&fixture.kh).await,
        stored,
        "nothing of it reaches the database"
    );
    // Nor can it be turned into another one.
    dana.cycle_id().await.expect("cycles");
    assert!(
        dana.save().await.is_err(),
        "a session begins only by signing in"
    );
    assert_eq!(dana.id(), None);
    // A request that comes later finds no record at all.
    let late = Session::new(
        id,
        std::sync::Arc::new(service::sessions::Store::new(fixture.kh.clone())),
        None,
    );
    late.insert("late", 1).await.expect("a record of its own");
    assert!(
        late.save().await.is_err(),
        "a session begins only by signing in"
    );
    let answer = resolve(&fixture.kh, id, fixture.client())
        .await
        .expect("answers");
    assert!(matches!(answer, Visitor::Nobody { .. }));
}

async fn r40_only_the_hash_of_an_id_is_kept(fixture: Fixture) {
    let (_, dana) = pair(&fixture).await;
    let id = dana.id().expect("it has an id");
    let stored = Snapshot::of(&fixture.kh).await;
    for shape in [
        id.to_string(),
        id.0.to_string(),
        format!("{:032x}", id.0.cast_unsigned()),
    ] {
        assert_eq!(stored.tables_with(&shape), [] as [&str; 0], "{shape}");
    }
    let hash = service::crypto::hash_token(&id.to_string());
    assert_eq!(stored.tables_with(&hash), ["sessions"]);
}

async fn r46_a_session_is_shown_under_another_name_than_its_cookie(fixture: Fixture) {
    let (_, dana) = pair(&fixture).await;
    let shown = fixture.staff(&dana).await.caller.session.to_string();
    let cookie = dana.id().expect("it has an id");
    assert_ne!(shown, cookie.to_string());
    assert_ne!(shown, service::crypto::hash_token(&cookie.to_string()));
    let guess: Option<tower_sessions::session::Id> = shown.parse().ok();
    let answer = resolve(&fixture.kh, guess, fixture.client())
        .await
        .expect("answers");
    assert!(
        matches!(answer, Visitor::Nobody { ended: None }),
        "it opens nothing"
    );
}

async fn whoever_never_signed_in_leaves_quietly(fixture: Fixture) {
    fixture.found().await;
    let before = newest_entry(&fixture.kh).await;
    let browser = fixture.browser();
    let visitor = fixture.visitor(&browser).await;
    let done = sign_out(&fixture.kh, &browser, &visitor)
        .await
        .expect("nothing to do");
    assert_eq!(done.go.as_deref(), Some("/sign-in"));
    assert_eq!(newest_entry(&fixture.kh).await, before);
}
