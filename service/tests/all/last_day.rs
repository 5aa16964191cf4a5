//! The last day: access ends by the clock, without a job having to run (product §3, issue 3).

use std::time::Duration;

use access::{Rule, UserId};
use domain::users::{Status, UserListQuery};
use domain::{AppError, EndedWhy, ProblemCode, Problems};
use serde_json::{Value, json};
use service::testing::{Fixture, PASSWORD};
use service::{Staff, Visitor, users};

use crate::shop::{Shop, names, rule, shop};
use crate::support::{
    Snapshot, allow_many_sessions, at_once, entries_after, error, fact, id_of, just_before,
    newest_entry, number, text, try_accept, try_sign_in, write,
};

on_both! {
    r44_access_ends_at_the_midnight_after_the_last_day_by_the_clock,
    the_last_day_is_one_of_the_business_and_can_be_cleared,
    a_day_that_is_over_is_refused,
    a_sweep_writes_it_down_once_and_ends_the_sessions,
    r44_who_gets_another_day_or_is_reactivated_signs_in_anew,
    an_invitation_past_the_last_day_is_over,
    r56_nobody_sets_their_own_last_day_nor_that_of_those_above,
    r56_a_last_day_needs_all_stores_of_the_person,
    r60_a_super_admin_without_last_day_always_remains,
    an_address_of_somebody_past_the_last_day_can_be_reactivated,
}

/// From where the fixed clock stands to the end of that day.
const TO_MIDNIGHT: Duration = Duration::from_mins(14 * 60 + 19);
/// The day on which it stands.
const TODAY: &str = "2026-11-20";

async fn leave(shop: &Shop, by: &Staff, name: &str, day: &str) -> Result<(), AppError> {
    let id = shop.id(name).await;
    users::set_last_day(&shop.fixture.kh, by, &id, day)
        .await
        .map(drop)
        .map_err(AppError::from)
}

/// Ada, signed in anew.
async fn ada(fixture: &Fixture) -> std::sync::Arc<Staff> {
    let browser = fixture.sign_in("Ada").await;
    fixture.staff(&browser).await
}

async fn r44_access_ends_at_the_midnight_after_the_last_day_by_the_clock(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    // Sessions that outlast the day.
    write(
        kh,
        "UPDATE business SET idle_minutes = 9999, absolute_minutes = 9999",
    )
    .await;
    let dee = fixture.sign_in("Dee").await;
    leave(&shop, &shop.al, "Dee", TODAY).await.expect("may");
    let page = users::view(kh, &shop.al, &shop.id("Dee").await)
        .await
        .expect("shows");
    assert_eq!(page.last_day.expect("a day").iso, TODAY);
    assert_eq!((page.status, page.sessions), (Status::Active, 1));
    fixture.clock.advance(just_before(TO_MIDNIGHT));
    assert!(matches!(fixture.visitor(&dee).await, Visitor::Staff(_)));
    assert!(names(fixture, &shop.ada).await.contains(&"Dee".to_owned()));

    fixture.clock.advance(Duration::from_millis(1));
    let over = fixture.visitor(&dee).await;
    assert!(
        matches!(
            over,
            Visitor::Nobody {
                ended: Some(EndedWhy::Deactivated)
            }
        ),
        "{over:?}"
    );
    assert_eq!(
        try_sign_in(kh, fixture, "dee@shop.example", PASSWORD)
            .await
            .err(),
        Some(AppError::SignInFailed)
    );
    let ada = ada(fixture).await;
    assert!(!names(fixture, &ada).await.contains(&"Dee".to_owned()));
    for (status, deactivated, expected) in [
        ("", "on", true),
        ("deactivated", "", true),
        ("active", "on", false),
    ] {
        let query = UserListQuery {
            status: status.to_owned(),
            deactivated: deactivated.to_owned(),
            ..UserListQuery::default()
        };
        let list = users::list(kh, &ada, query).await.expect("lists");
        let row = list.page.rows.iter().find(|row| row.name == "Dee Tester");
        assert_eq!(row.is_some(), expected, "{status} {deactivated}");
        assert!(row.is_none_or(|row| row.status == Status::Deactivated));
    }
    let page = users::view(kh, &ada, &shop.id("Dee").await)
        .await
        .expect("shows");
    assert_eq!((page.status, page.sessions), (Status::Deactivated, 0));
    assert_eq!(fact(fixture, "Dee", "state").await, "active", "no job ran");
}

async fn the_last_day_is_one_of_the_business_and_can_be_cleared(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    write(kh, "UPDATE business SET time_zone = 'Pacific/Kiritimati'").await;
    let ada = ada(fixture).await;
    let newest = newest_entry(kh).await;
    // There it is the next day already, 14 hours ahead of UTC.
    leave(&shop, &ada, "Dee", "2026-11-21").await.expect("may");
    let ends: i64 = fact(fixture, "Dee", "ends_at")
        .await
        .parse()
        .expect("an instant");
    assert_eq!(ends, service::testing::NOW.0 + (24 * 60 + 19) * 60_000);
    leave(&shop, &ada, "Dee", "").await.expect("may");
    assert_eq!(fact(fixture, "Dee", "ends_at").await, "0");
    let told: Vec<_> = entries_after(kh, newest)
        .await
        .into_iter()
        .map(|entry| (entry.action, entry.before, entry.after))
        .collect();
    let entry = |before: &str, after: &str| {
        let day = |day: &str| format!(r#"{{"last_day":{day}}}"#);
        ("user.set_last_day".to_owned(), day(before), day(after))
    };
    assert_eq!(
        told,
        [
            entry("null", r#""2026-11-21""#),
            entry(r#""2026-11-21""#, "null")
        ]
    );
}

async fn a_day_that_is_over_is_refused(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let before = Snapshot::of(kh).await;
    for (day, problem) in [
        ("2026-11-19", ProblemCode::DayOver),
        ("2026-02-30", ProblemCode::Day),
        ("soon", ProblemCode::Day),
    ] {
        let answer = leave(&shop, &shop.ada, "Dee", day).await;
        let expected = AppError::Invalid(Problems::one("day", problem));
        assert_eq!(answer, Err(expected), "{day}");
    }
    assert_eq!(before.changes(&Snapshot::of(kh).await), [] as [&str; 0]);
}

async fn a_sweep_writes_it_down_once_and_ends_the_sessions(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    write(
        kh,
        "UPDATE business SET idle_minutes = 9999, absolute_minutes = 9999",
    )
    .await;
    fixture.sign_in("Dee").await;
    for name in ["Dee", "Ivo"] {
        leave(&shop, &shop.ada, name, TODAY).await.expect("may");
    }
    let newest = newest_entry(kh).await;
    users::sweep(kh).await.expect("sweeps");
    assert_eq!(newest_entry(kh).await, newest, "nothing is due");
    fixture.clock.advance(TO_MIDNIGHT);
    let nodes = [kh.clone(), fixture.second_node().await];
    let swept = at_once(nodes.map(|node| async move { users::sweep(&node).await })).await;
    assert!(swept.iter().all(Result::is_ok));
    users::sweep(kh).await.expect("sweeps");
    let entries = entries_after(kh, newest).await;
    let mut told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.object.as_str(), entry.action.as_str()))
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("Dee Tester", "user.last_day_over"),
            ("Ivo Tester", "user.last_day_over")
        ]
    );
    for entry in &entries {
        assert_eq!(entry.actor, "Keyholder");
        assert_eq!(entry.reason, "last_day_over");
        assert!(entry.after.contains("deactivated"), "{entry:?}");
    }
    for name in ["Dee", "Ivo"] {
        assert_eq!(fact(fixture, name, "state").await, "deactivated");
    }
    let id = shop.id("Dee").await;
    let open = format!("SELECT COUNT(*) FROM sessions WHERE user_id = '{id}' AND ended = 0");
    assert_eq!(number(kh, &open).await, 0);
    assert_eq!(number(kh, "SELECT COUNT(*) FROM invites").await, 0);
    // There is nothing to set on somebody who is deactivated.
    let ada = ada(fixture).await;
    assert_eq!(
        leave(&shop, &ada, "Dee", "2027-01-31").await,
        Err(AppError::Conflict)
    );
    users::reactivate(kh, &ada, &id).await.expect("may");
    assert_eq!(fact(fixture, "Dee", "ends_at").await, "0");
    fixture.sign_in("Dee").await;
}

async fn r44_who_gets_another_day_or_is_reactivated_signs_in_anew(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    write(
        kh,
        "UPDATE business SET idle_minutes = 9999, absolute_minutes = 9999",
    )
    .await;
    let before = [fixture.sign_in("Dee").await, fixture.sign_in("Art").await];
    for name in ["Dee", "Art"] {
        leave(&shop, &shop.ada, name, TODAY).await.expect("may");
    }
    fixture.clock.advance(TO_MIDNIGHT);
    let ada = ada(fixture).await;
    leave(&shop, &ada, "Dee", "2026-11-30").await.expect("may");
    let newest = newest_entry(kh).await;
    users::reactivate(kh, &ada, &shop.id("Art").await)
        .await
        .expect("before any sweep");
    let entries = entries_after(kh, newest).await;
    let told = |json: &str| serde_json::from_str::<Value>(json).expect("JSON");
    let is = |last_day| json!({ "state": "active", "last_day": last_day });
    assert_eq!(told(&entries[0].before), is(Some(TODAY)));
    assert_eq!(told(&entries[0].after), is(None));
    for browser in &before {
        let visitor = fixture.visitor(browser).await;
        assert!(matches!(visitor, Visitor::Nobody { .. }), "{visitor:?}");
    }
    fixture.sign_in("Dee").await;
    fixture.sign_in("Art").await;
    assert_eq!(fact(fixture, "Art", "ends_at").await, "0");
    // Who still has days to work is not reactivated.
    let dee = users::reactivate(kh, &ada, &shop.id("Dee").await).await;
    assert_eq!(error(dee), AppError::Conflict);
}

async fn an_invitation_past_the_last_day_is_over(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let token = fixture
        .invite(&shop.ada, "Temp", &["Crew"], &["Downtown"])
        .await;
    leave(&shop, &shop.ada, "Temp", TODAY).await.expect("may");
    fixture.clock.advance(TO_MIDNIGHT);
    assert_eq!(
        try_accept(fixture, &token).await.err(),
        Some(AppError::LinkOver)
    );
    let ada = ada(fixture).await;
    let id = shop.id("Temp").await;
    let page = users::view(kh, &ada, &id).await.expect("shows");
    assert_eq!(page.status, Status::Deactivated);
    assert!(page.invite.is_none());
    assert_eq!(
        error(users::resend_invite(kh, &ada, &id).await),
        AppError::Conflict
    );
    // Reactivated, they are invited anew.
    users::reactivate(kh, &ada, &id).await.expect("may");
    let token = fixture.last_link().await;
    try_accept(fixture, &token).await.expect("accepts");
}

async fn r56_nobody_sets_their_own_last_day_nor_that_of_those_above(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    for (by, name, expected) in [
        (&shop.ada, "Ada", Rule::SelfChange),
        (&shop.al, "Al", Rule::SelfChange),
        (&shop.al, "Ada", Rule::AboveYou),
        (&shop.mia, "Al", Rule::NotTheirStore),
    ] {
        let id = shop.id(name).await;
        for day in [TODAY, ""] {
            let act = users::set_last_day(kh, by, &id, day);
            assert_eq!(shop.refused(name, act).await, rule(expected.clone()));
        }
    }
}

async fn r56_a_last_day_needs_all_stores_of_the_person(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let (bo, art) = (shop.id("Bo").await, shop.id("Art").await);
    let act = users::set_last_day(kh, &shop.mia, &bo, TODAY);
    assert_eq!(shop.refused("Bo", act).await, rule(Rule::NotTheirStore));
    let act = users::set_last_day(kh, &shop.mia, &art, TODAY);
    assert_eq!(shop.refused("Art", act).await, AppError::NotFound);
    leave(&shop, &shop.mia, "Dee", TODAY).await.expect("may");
}

async fn r60_a_super_admin_without_last_day_always_remains(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(&fixture).await;
    let suki = fixture
        .join(&ada, "Suki", &["Super Admin"], &["Downtown"])
        .await;
    let suki = fixture.staff(&suki).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let ids = [id_of(&fixture, "Ada").await, id_of(&fixture, "Suki").await];
    let counting = "SELECT COUNT(*) FROM users u JOIN memberships m ON m.user_id = u.id \
        JOIN permission_groups g ON g.id = m.group_id \
        WHERE g.super_admin = 1 AND u.state = 'active' AND u.ends_at = 0";
    for _ in 0..10 {
        let acts = [(0, ada.clone(), 1), (1, suki.clone(), 0)].map(|(node, by, whom)| {
            let (kh, id) = (nodes[node].clone(), ids[whom].clone());
            async move {
                users::set_last_day(&kh, &by, &id, "2026-12-31")
                    .await
                    .map_err(AppError::from)
            }
        });
        let answers = at_once(acts).await;
        assert_eq!(number(&fixture.kh, counting).await, 1, "{answers:?}");
        let refused: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
        assert_eq!(refused, [AppError::Refused(Rule::LastSuperAdmin)]);
        // Nor does the other one go by another door.
        let left: UserId = text(
            &fixture.kh,
            "SELECT id FROM users WHERE ends_at = 0 AND state = 'active'",
        )
        .await
        .parse()
        .expect("an id");
        let by = if left == ada.caller.person.id {
            &suki
        } else {
            &ada
        };
        let gone = users::deactivate(&fixture.kh, by, &left.to_string()).await;
        assert_eq!(error(gone), AppError::Refused(Rule::LastSuperAdmin));
        write(&fixture.kh, "UPDATE users SET ends_at = 0").await;
    }
}

async fn an_address_of_somebody_past_the_last_day_can_be_reactivated(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    leave(&shop, &shop.ada, "Dee", TODAY).await.expect("may");
    fixture.clock.advance(TO_MIDNIGHT);
    let ada = ada(fixture).await;
    let form = fixture
        .invitation(&ada, "Dee", &["Crew"], &["Downtown"])
        .await;
    let AppError::Invalid(problems) = error(users::invite(kh, &ada, form).await) else {
        panic!("somebody has it")
    };
    assert!(matches!(
        problems.of("email"),
        Some(ProblemCode::EmailTaken {
            deactivated: true,
            ..
        })
    ));
}
