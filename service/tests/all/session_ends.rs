//! Ending sessions of others and one's own: who may, what is written down, what the device is told
//! (product §7).

use std::sync::Arc;

use access::Rule;
use domain::page::Count;
use domain::sessions::SessionListQuery;
use domain::{AppError, EndedWhy, Toast};
use serde_json::{Value, json};
use service::testing::Fixture;
use service::{Keyholder, Staff, profile, sessions, users};
use tower_sessions::Session;

use crate::sessions::ended;
use crate::shop::{Shop, rule, shop};
use crate::support::{
    Snapshot, allow_many_sessions, at_once, entries_after, error, id_of, newest_entry, number,
    set_access, write,
};

on_both! {
    r46_an_admin_ends_a_session_and_its_device_is_told,
    r46_a_foreign_session_answers_like_an_unknown_one,
    r46_one_ends_ones_own_sessions_elsewhere,
    r46_a_person_is_signed_out_everywhere,
    r56_nobody_ends_a_session_of_somebody_above,
    r58_all_others_are_those_whom_one_may_act_on_each_with_its_entry,
    all_others_may_be_more_than_one_transaction_ends,
    a_session_ends_once,
    r40_a_session_that_is_ended_is_lost_to_a_request_under_way,
    r44_who_lost_the_right_meanwhile_ends_nothing,
    sessions_are_ended_at_the_same_moment_by_two_nodes,
}

/// Signs somebody in; answers browser and staff.
async fn enter(fixture: &Fixture, first_name: &str) -> (Session, Arc<Staff>) {
    let browser = fixture.sign_in(first_name).await;
    let staff = fixture.staff(&browser).await;
    (browser, staff)
}

fn name_of(staff: &Staff) -> String {
    staff.caller.session.to_string()
}

/// What an entry says of a session that ended.
fn of(staff: &Staff) -> Value {
    json!({
        "session": name_of(staff), "device": "Firefox on Linux", "ip": "203.0.113.7",
    })
}

async fn r46_an_admin_ends_a_session_and_its_device_is_told(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let (browser, dee) = enter(fixture, "Dee").await;
    let newest = newest_entry(kh).await;
    let done = sessions::end_session(kh, &shop.mia, &name_of(&dee))
        .await
        .expect("she may");
    let name = "Dee Tester".to_owned();
    assert_eq!(done.toast, Some(Toast::SignedOut { name, sessions: 1 }));
    assert_eq!(ended(fixture, &browser).await, Some(EndedWhy::ByAdmin));
    let entries = entries_after(kh, newest).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    let entry = &entries[0];
    assert_eq!(
        (
            &*entry.action,
            &*entry.actor,
            &*entry.object,
            &*entry.result
        ),
        ("session.end", "Mia Tester", "Dee Tester", "done")
    );
    let kept: Value = serde_json::from_str(&entry.before).expect("JSON");
    assert_eq!(kept, of(&dee));
    let hash = service::crypto::hash_token(&browser.id().expect("its cookie").to_string());
    let stored = Snapshot::of(kh).await;
    assert_eq!(stored.tables_with(&hash), ["sessions"]);
}

async fn r46_a_foreign_session_answers_like_an_unknown_one(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let (art_browser, art) = enter(fixture, "Art").await;
    let (_, dee) = enter(fixture, "Dee").await;
    let (foreign, unknown) = (name_of(&art), kh.new_id().to_string());
    for named in [
        &foreign,
        &foreign.to_uppercase(),
        &unknown,
        "",
        "' OR 1=1 --",
    ] {
        // Mia manages people downtown; Art works at the airport.
        let answer = shop
            .refused(named, sessions::end_session(kh, &shop.mia, named))
            .await;
        assert_eq!(answer, AppError::NotFound, "{named}");
        // Nobody's own but Art's.
        for by in [&dee, &shop.ada] {
            let answer = shop.refused(named, sessions::end_own(kh, by, named)).await;
            assert_eq!(answer, AppError::NotFound, "{named}");
        }
    }
    // The cookie's own id, and its hash, name nothing.
    let cookie = art_browser.id().expect("its cookie").to_string();
    for named in [service::crypto::hash_token(&cookie), cookie] {
        let answer = error(sessions::end_session(kh, &shop.ada, &named).await);
        assert_eq!(answer, AppError::NotFound);
    }
    fixture.staff(&art_browser).await;
}

async fn r46_one_ends_ones_own_sessions_elsewhere(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    allow_many_sessions(fixture).await;
    let (first, one) = enter(fixture, "Dee").await;
    let (second, other) = enter(fixture, "Dee").await;
    let (third, _) = enter(fixture, "Dee").await;
    let newest = newest_entry(kh).await;
    let done = sessions::end_own(kh, &one, &name_of(&other))
        .await
        .expect("hers");
    assert_eq!(done.toast, Some(Toast::SessionsEnded { sessions: 1 }));
    assert_eq!(ended(fixture, &second).await, Some(EndedWhy::ByYourself));
    fixture.staff(&third).await;
    // Two are left elsewhere: this third one, and that of her joining.
    let done = sessions::end_own_others(kh, &one).await.expect("hers");
    assert_eq!(done.toast, Some(Toast::SessionsEnded { sessions: 2 }));
    assert_eq!(ended(fixture, &third).await, Some(EndedWhy::ByYourself));
    fixture.staff(&first).await;
    let entries = entries_after(kh, newest).await;
    let actions: Vec<&str> = entries.iter().map(|entry| &*entry.action).collect();
    assert_eq!(
        actions,
        [
            "profile.end_session",
            "profile.end_other_sessions",
            "profile.end_session",
            "profile.end_session"
        ]
    );
    assert!(entries.iter().all(|entry| entry.actor == "Dee Tester"));
    let kept: Value = serde_json::from_str(&entries[0].before).expect("JSON");
    assert_eq!(kept, of(&other));
    // Nothing more to end leaves no entry.
    let newest = newest_entry(kh).await;
    let done = sessions::end_own_others(kh, &one).await.expect("hers");
    assert_eq!(done.toast, Some(Toast::SessionsEnded { sessions: 0 }));
    assert_eq!(newest_entry(kh).await, newest);
    fixture.staff(&first).await;
}

async fn r46_a_person_is_signed_out_everywhere(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    allow_many_sessions(fixture).await;
    let (first, one) = enter(fixture, "Dee").await;
    let (second, _) = enter(fixture, "Dee").await;
    let id = id_of(fixture, "Dee").await;
    let newest = newest_entry(kh).await;
    let done = users::sign_out(kh, &shop.mia, &id).await.expect("she may");
    let name = "Dee Tester".to_owned();
    assert_eq!(done.toast, Some(Toast::SignedOut { name, sessions: 3 }));
    for browser in [&first, &second] {
        assert_eq!(ended(fixture, browser).await, Some(EndedWhy::ByAdmin));
    }
    let entries = entries_after(kh, newest).await;
    assert_eq!(entries.len(), 4, "{entries:?}");
    assert_eq!(
        (&*entries[0].action, &*entries[0].after),
        ("user.sign_out", r#"{"sessions_ended":3}"#)
    );
    let ends = entries.iter().filter(|entry| entry.action == "session.end");
    let kept: Vec<Value> = ends
        .map(|entry| serde_json::from_str(&entry.before).expect("JSON"))
        .collect();
    assert!(kept.contains(&of(&one)), "{kept:?}");
    // She may come back at once.
    enter(fixture, "Dee").await;
}

async fn r56_nobody_ends_a_session_of_somebody_above(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let (owner, ada) = enter(fixture, "Ada").await;
    let above = shop
        .refused("one", sessions::end_session(kh, &shop.al, &name_of(&ada)))
        .await;
    assert_eq!(above, rule(Rule::AboveYou));
    let id = id_of(fixture, "Ada").await;
    let above = shop
        .refused("all", users::sign_out(kh, &shop.al, &id))
        .await;
    assert_eq!(above, rule(Rule::AboveYou));
    // Who works in a store of somebody else too is not Mia's to sign out.
    let (bo_browser, bo) = enter(fixture, "Bo").await;
    let of_bo = name_of(&bo);
    let beyond = sessions::end_session(kh, &shop.mia, &of_bo);
    let beyond = shop.refused("elsewhere", beyond).await;
    assert_eq!(beyond, rule(Rule::NotTheirStore));
    // The session that asks ends by signing out.
    let own = name_of(&shop.al);
    let this = sessions::end_session(kh, &shop.al, &own);
    assert_eq!(shop.refused("this", this).await, rule(Rule::ThisSession));
    let me = id_of(fixture, "Al").await;
    let this = shop
        .refused("oneself", users::sign_out(kh, &shop.al, &me))
        .await;
    assert_eq!(this, rule(Rule::SelfChange));
    for browser in [&owner, &bo_browser] {
        fixture.staff(browser).await;
    }
}

/// Mia signs in twice, and everybody else once more.
async fn crowd(shop: &Shop) -> (Arc<Staff>, Vec<(&'static str, Session)>) {
    let fixture = &shop.fixture;
    let mut browsers = Vec::new();
    for name in ["Ada", "Al", "Dee", "Art", "Bo"] {
        browsers.push((name, fixture.sign_in(name).await));
    }
    allow_many_sessions(fixture).await;
    browsers.push(("Mia", fixture.sign_in("Mia").await));
    let (_, mia) = enter(fixture, "Mia").await;
    (mia, browsers)
}

/// What is said before all others are signed out, whatever the list is narrowed to.
async fn others(kh: &Keyholder, by: &Staff) -> Count {
    let query = SessionListQuery {
        q: "nobody".to_owned(),
        others: true,
        ..SessionListQuery::default()
    };
    let view = sessions::list(kh, by, query).await.expect("lists");
    view.others.expect("counted")
}

async fn r58_all_others_are_those_whom_one_may_act_on_each_with_its_entry(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let (mia, browsers) = crowd(&shop).await;
    let newest = newest_entry(kh).await;
    assert_eq!(others(kh, &mia).await, Count { n: 3, more: false });
    let done = sessions::end_other_sessions(kh, &mia)
        .await
        .expect("she may");
    // Dee, and her own two others.
    assert_eq!(done.toast, Some(Toast::SessionsEnded { sessions: 3 }));
    for (name, browser) in &browsers {
        let told = match *name {
            "Dee" => Some(EndedWhy::ByAdmin),
            "Mia" => Some(EndedWhy::ByYourself),
            _ => {
                fixture.staff(browser).await;
                continue;
            }
        };
        assert_eq!(ended(fixture, browser).await, told, "{name}");
    }
    let entries = entries_after(kh, newest).await;
    let mut done: Vec<(&str, &str, &str)> = entries
        .iter()
        .map(|entry| (&*entry.action, &*entry.object, &*entry.after))
        .collect();
    done.sort_unstable();
    assert_eq!(
        done,
        [
            ("session.end", "Dee Tester", ""),
            ("session.end", "Mia Tester", ""),
            ("session.end", "Mia Tester", ""),
            (
                "session.end_others",
                "Ada's Hire",
                r#"{"sessions_ended":3}"#
            ),
        ]
    );
    assert!(entries.iter().all(|entry| entry.actor == "Mia Tester"));
    // Nothing is left to end, and she is still in.
    assert_eq!(others(kh, &mia).await, Count { n: 0, more: false });
    let newest = newest_entry(kh).await;
    let done = sessions::end_other_sessions(kh, &mia)
        .await
        .expect("she may");
    assert_eq!(done.toast, Some(Toast::SessionsEnded { sessions: 0 }));
    assert_eq!(newest_entry(kh).await, newest);
    // A Super Admin ends all but the one that asks.
    let (_, ada) = enter(fixture, "Ada").await;
    sessions::end_other_sessions(kh, &ada)
        .await
        .expect("she may");
    let open = "SELECT COUNT(*) FROM sessions WHERE ended = 0";
    assert_eq!(number(kh, open).await, 1);
    assert!(service::audit::verify(kh).await.is_ok());
}

async fn all_others_may_be_more_than_one_transaction_ends(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    allow_many_sessions(fixture).await;
    let dee = id_of(fixture, "Dee").await;
    let now = kh.now().0;
    let rows: Vec<String> = (0..1_100)
        .map(|n| {
            let name = kh.new_id();
            format!("('h{n}', '{name}', '{dee}', 'full', '', '', '', {now}, {now}, 0, '')")
        })
        .collect();
    let sql = format!(
        "INSERT INTO sessions (id_hash, ref_id, user_id, stage, store_id, device, ip, started, \
           seen, ended, ended_why) VALUES {}",
        rows.join(", ")
    );
    write(kh, &sql).await;
    assert_eq!(
        others(kh, &shop.ada).await,
        Count {
            n: 1_000,
            more: true
        }
    );
    let newest = newest_entry(kh).await;
    let done = sessions::end_other_sessions(kh, &shop.ada)
        .await
        .expect("she may");
    // And those of Mia, Al, Dee, Art and Bo.
    assert_eq!(done.toast, Some(Toast::SessionsEnded { sessions: 1_105 }));
    let entries = entries_after(kh, newest).await;
    assert_eq!(entries.len(), 1_105 + 3, "in three turns");
    fixture.clock.advance(crate::support::MOMENT);
    let open = "SELECT COUNT(*) FROM sessions WHERE ended = 0";
    assert_eq!(number(kh, open).await, 1);
}

async fn a_session_ends_once(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let (older, dee) = enter(fixture, "Dee").await;
    let (_, newer) = enter(fixture, "Dee").await;
    for answer in [
        sessions::end_session(kh, &shop.ada, &name_of(&dee)).await,
        sessions::end_own(kh, &newer, &name_of(&dee)).await,
    ] {
        assert_eq!(error(answer), AppError::Conflict);
    }
    assert_eq!(
        ended(fixture, &older).await,
        Some(EndedWhy::Elsewhere),
        "it is told why it ended at first"
    );
}

async fn r40_a_session_that_is_ended_is_lost_to_a_request_under_way(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let (browser, dee) = enter(fixture, "Dee").await;
    sessions::end_session(kh, &shop.ada, &name_of(&dee))
        .await
        .expect("she may");
    let stored = Snapshot::of(kh).await;
    let late = profile::set_theme(kh, &dee, "dark").await;
    assert_eq!(error(late), AppError::SignedOut { ended: None });
    let late = sessions::end_own_others(kh, &dee).await;
    assert_eq!(error(late), AppError::SignedOut { ended: None });
    assert_eq!(Snapshot::of(kh).await, stored);
    assert_eq!(ended(fixture, &browser).await, Some(EndedWhy::ByAdmin));
}

async fn r44_who_lost_the_right_meanwhile_ends_nothing(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let (browser, dee) = enter(fixture, "Dee").await;
    set_access(fixture, &shop.ada, "Mia", &["Crew"], &["Downtown"]).await;
    // Her request has begun with the right.
    for answer in [
        sessions::end_session(kh, &shop.mia, &name_of(&dee)).await,
        sessions::end_other_sessions(kh, &shop.mia).await,
        users::sign_out(kh, &shop.mia, &id_of(fixture, "Dee").await).await,
    ] {
        assert!(matches!(error(answer), AppError::Forbidden { .. }));
    }
    fixture.staff(&browser).await;
}

async fn sessions_are_ended_at_the_same_moment_by_two_nodes(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let nodes = [kh.clone(), fixture.second_node().await];
    let (ada, al) = (Arc::clone(&shop.ada), Arc::clone(&shop.al));
    for _ in 0..3 {
        for name in ["Dee", "Art", "Bo", "Mia"] {
            fixture.sign_in(name).await;
        }
        let tasks = [
            (nodes[0].clone(), Arc::clone(&ada)),
            (nodes[1].clone(), Arc::clone(&al)),
        ];
        let answers = at_once(tasks.map(|(kh, by)| async move {
            sessions::end_other_sessions(&kh, &by)
                .await
                .map(|done| done.toast)
        }))
        .await;
        // Ada ends Al's session too, perhaps before he is done.
        let ended: u32 = answers
            .into_iter()
            .map(|answer| match answer {
                Ok(Some(Toast::SessionsEnded { sessions })) => sessions,
                Ok(other) => panic!("{other:?}"),
                Err(failure) => match AppError::from(failure) {
                    AppError::SignedOut { .. } => 0,
                    other => panic!("{other:?}"),
                },
            })
            .sum();
        assert!(ended >= 4, "{ended}");
        let open = "SELECT COUNT(*) FROM sessions WHERE ended = 0";
        assert_eq!(number(kh, open).await, 1);
    }
}
