//! Settings → Sessions and a person's own: who sees whose, filters and pages (product §7).

use access::{Rule, SessionRef};
use domain::EndedWhy;
use domain::sessions::{DeviceKind, SessionListQuery, SessionListView, SessionRow};
use service::testing::Fixture;
use service::{Staff, sessions, stores, users};

use crate::shop::{rule, shop};
use crate::support::{MINUTE, MOMENT, allow_many_sessions, error, id_of, set_access, text, write};

on_both! {
    r53_a_store_manager_sees_the_sessions_of_whoever_works_there,
    each_session_says_where_it_is_since_when_and_from_what,
    the_filters_leave_what_they_say,
    the_store_of_a_session_is_the_one_that_its_person_is_in,
    what_the_clock_has_ended_is_listed_nowhere,
    the_pages_hold_every_session_once_and_lead_back,
    r46_no_list_tells_what_opens_a_session,
    a_persons_page_holds_their_sessions_and_why_the_last_ones_ended,
    one_sees_ones_own_sessions_without_any_group,
}

async fn list(fixture: &Fixture, by: &Staff, query: SessionListQuery) -> SessionListView {
    sessions::list(&fixture.kh, by, query).await.expect("lists")
}

async fn rows(fixture: &Fixture, by: &Staff) -> Vec<SessionRow> {
    list(fixture, by, SessionListQuery::default())
        .await
        .page
        .rows
}

/// First names of the people in a list, in the alphabet's order.
fn names(rows: &[SessionRow]) -> Vec<&str> {
    let firsts = rows.iter().map(|row| row.name.split(' ').next());
    let mut names: Vec<&str> = firsts.map(Option::unwrap_or_default).collect();
    names.sort_unstable();
    names
}

fn row<'a>(rows: &'a [SessionRow], first_name: &str) -> &'a SessionRow {
    let found = rows.iter().find(|row| row.name.starts_with(first_name));
    found.unwrap_or_else(|| panic!("{first_name} is not listed"))
}

async fn r53_a_store_manager_sees_the_sessions_of_whoever_works_there(fixture: Fixture) {
    let shop = shop(fixture).await;
    let all = rows(&shop.fixture, &shop.ada).await;
    assert_eq!(names(&all), ["Ada", "Al", "Art", "Bo", "Dee", "Mia"]);
    assert!(
        all.iter().all(|row| row.locked_because.is_none()),
        "{all:?}"
    );
    // Ada, a Super Admin, works in every store.
    let seen = rows(&shop.fixture, &shop.mia).await;
    assert_eq!(names(&seen), ["Ada", "Al", "Bo", "Dee", "Mia"]);
    for (name, locked) in [
        ("Ada", Some(Rule::NotTheirStore)),
        ("Al", Some(Rule::NotTheirStore)),
        ("Bo", Some(Rule::NotTheirStore)),
        ("Mia", None),
        ("Dee", None),
    ] {
        let row = row(&seen, name);
        assert_eq!(row.locked_because, locked, "{name}");
        assert_eq!(row.facts.current, name == "Mia", "{name}");
    }
    let of_al = rows(&shop.fixture, &shop.al).await;
    assert_eq!(
        row(&of_al, "Ada").locked_because,
        Some(Rule::AboveYou),
        "he sees her, and may not act on her"
    );
    // A store that is not hers is no filter.
    let airport = shop.ada.stores[0].id.to_string();
    let asked = SessionListQuery {
        store: airport,
        ..SessionListQuery::default()
    };
    let view = list(&shop.fixture, &shop.mia, asked).await;
    assert_eq!(view.query.store, "");
    assert_eq!(view.page.rows.len(), 5);

    let dee = shop.fixture.sign_in("Dee").await;
    let dee = shop.fixture.staff(&dee).await;
    let denied = sessions::list(&shop.fixture.kh, &dee, SessionListQuery::default()).await;
    assert!(matches!(error(denied), domain::AppError::Forbidden { .. }));
}

async fn each_session_says_where_it_is_since_when_and_from_what(fixture: Fixture) {
    let shop = shop(fixture).await;
    let fixture = &shop.fixture;
    fixture.clock.advance(MINUTE * 7);
    let dee = row(&rows(fixture, &shop.ada).await, "Dee").clone();
    let facts = &dee.facts;
    assert_eq!(
        (facts.device.as_str(), facts.kind, facts.ip.as_str()),
        ("Firefox on Linux", DeviceKind::Computer, "203.0.113.7")
    );
    assert_eq!((&*facts.started.time, facts.minutes), ("09:41", Some(7)));
    assert_eq!(facts.store.as_deref(), Some("Downtown"));
    assert!(facts.complete && !facts.current);
    assert_eq!(dee.of_person, 1);
    allow_many_sessions(fixture).await;
    fixture.sign_in("Dee").await;
    let again = rows(fixture, &shop.ada).await;
    let newest = again.first().expect("somebody");
    assert_eq!((newest.name.as_str(), newest.of_person), ("Dee Tester", 2));
    assert_eq!(newest.facts.minutes, Some(0));
    // With the second step still due it opens nothing yet, and is listed as such.
    fixture.enrol(&fixture.sign_in("Bo").await).await;
    fixture.clock.advance(MINUTE);
    fixture.sign_in("Bo").await;
    let half = rows(fixture, &shop.ada).await;
    assert!(!row(&half, "Bo").facts.complete);
}

async fn the_filters_leave_what_they_say(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, ada) = (&shop.fixture, &shop.ada);
    for (name, device, ip) in [
        ("Dee", "Safari on iPad", "198.51.100.17"),
        ("Art", "Chrome on Android", "198.51.100.12"),
        ("Bo", "", "2001:db8::7"),
    ] {
        let id = id_of(fixture, name).await;
        let sql =
            format!("UPDATE sessions SET device = '{device}', ip = '{ip}' WHERE user_id = '{id}'");
        write(&fixture.kh, &sql).await;
    }
    let everybody = ["Ada", "Al", "Art", "Bo", "Dee", "Mia"];
    for (q, found) in [
        ("", &everybody[..]),
        ("de", &["Dee"]),
        ("DEE@SHOP", &["Dee"]),
        ("tester", &["Al", "Art", "Bo", "Dee", "Mia"]),
        (" mia ", &["Mia"]),
        ("198.51.100.", &["Art", "Dee"]),
        ("198.51.100.17", &["Dee"]),
        ("2001:DB8", &["Bo"]),
        ("51.100", &[]),
        ("%", &[]),
        ("_", &[]),
        ("nobody", &[]),
    ] {
        let query = SessionListQuery {
            q: q.to_owned(),
            ..SessionListQuery::default()
        };
        let view = list(fixture, ada, query).await;
        assert_eq!(names(&view.page.rows), found, "{q:?}");
        assert_eq!(view.page.total.n as usize, found.len(), "{q:?}");
    }
    for (device, found) in [
        ("tablet", &["Dee"][..]),
        ("phone", &["Art"]),
        ("computer", &["Ada", "Al", "Bo", "Mia"]),
        ("toaster", &everybody),
    ] {
        let query = SessionListQuery {
            device: device.to_owned(),
            ..SessionListQuery::default()
        };
        let view = list(fixture, ada, query).await;
        assert_eq!(names(&view.page.rows), found, "{device}");
    }
    let both = SessionListQuery {
        q: "tester".to_owned(),
        device: "tablet".to_owned(),
        ..SessionListQuery::default()
    };
    assert_eq!(names(&list(fixture, ada, both).await.page.rows), ["Dee"]);
}

async fn the_store_of_a_session_is_the_one_that_its_person_is_in(fixture: Fixture) {
    let shop = shop(fixture).await;
    let fixture = &shop.fixture;
    fixture.add_store(&shop.ada, "Bath", "BTH").await;
    let ada = &*fixture.staff(&fixture.sign_in("Ada").await).await;
    let (bo, three) = (fixture.sign_in("Bo").await, ["Airport", "Bath", "Downtown"]);
    let id = |name: &str, stores: &[service::visitor::StoreFact]| {
        let found = stores.iter().find(|store| store.name == name);
        found.expect("there").id.to_string()
    };
    let mut seen = Vec::new();
    // Nothing chosen, one chosen, the chosen one lost, one left, a store closed.
    for step in 0..6 {
        match step {
            1 => {
                set_access(fixture, ada, "Bo", &["Crew"], &three).await;
                let staff = fixture.staff(&bo).await;
                let bath = id("Bath", &staff.stores);
                stores::switch(&fixture.kh, &staff, &bath)
                    .await
                    .expect("his");
            }
            2 => set_access(fixture, ada, "Bo", &["Crew"], &["Downtown", "Airport"]).await,
            3 => set_access(fixture, ada, "Bo", &["Crew"], &["Downtown"]).await,
            4 => set_access(fixture, ada, "Bo", &["Crew"], &three).await,
            5 => {
                let bath = id("Bath", &fixture.staff(&bo).await.stores);
                stores::deactivate(&fixture.kh, ada, &bath)
                    .await
                    .expect("closes");
            }
            _ => {}
        }
        let staff = fixture.staff(&bo).await;
        let chosen = staff.chosen.and_then(|id| staff.store_name(id));
        let all = rows(fixture, ada).await;
        let facts = &row(&all, "Bo").facts;
        assert_eq!(facts.store.as_deref(), chosen, "step {step}");
        seen.push(facts.store.clone());
        // The filter goes by the same.
        for store in &staff.stores {
            let query = SessionListQuery {
                store: store.id.to_string(),
                ..SessionListQuery::default()
            };
            let view = list(fixture, ada, query).await;
            let listed = view.page.rows.iter().any(|row| row.name == "Bo Tester");
            assert_eq!(listed, chosen == Some(&*store.name), "step {step}");
        }
    }
    let told: Vec<Option<&str>> = seen.iter().map(Option::as_deref).collect();
    assert_eq!(
        told,
        [
            None,
            Some("Bath"),
            Some("Airport"),
            Some("Downtown"),
            Some("Bath"),
            Some("Airport")
        ]
    );
    // Of a store that she may not know, Mia is told that there is one.
    let listed = rows(fixture, &shop.mia).await;
    assert_eq!(
        row(&listed, "Bo").facts.store.as_deref(),
        Some("another store")
    );
    assert_eq!(row(&listed, "Ada").facts.store, None);
}

async fn what_the_clock_has_ended_is_listed_nowhere(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, ada) = (&shop.fixture, &shop.ada);
    let dee = id_of(fixture, "Dee").await;
    let now = fixture.kh.now().0;
    let hour = 60 * 60_000;
    for (column, ago, listed) in [
        ("seen", hour - 1, true),
        ("seen", hour, false),
        ("started", 12 * hour - 1, true),
        ("started", 12 * hour, false),
    ] {
        let at = now - ago;
        let sql =
            format!("UPDATE sessions SET seen = {now}, started = {now} WHERE user_id = '{dee}'");
        write(&fixture.kh, &sql).await;
        let sql = format!("UPDATE sessions SET {column} = {at} WHERE user_id = '{dee}'");
        write(&fixture.kh, &sql).await;
        let all = rows(fixture, ada).await;
        assert_eq!(names(&all).contains(&"Dee"), listed, "{column} {ago}");
        let page = users::view_sign_in(&fixture.kh, ada, &dee)
            .await
            .expect("a card");
        assert_eq!(page.sessions.len(), usize::from(listed));
        assert_eq!(page.user.sessions, u32::from(listed));
    }
    // Whose last day is over, before anything has written that down.
    let art = id_of(fixture, "Art").await;
    let sql = format!("UPDATE users SET ends_at = {now} WHERE id = '{art}'");
    write(&fixture.kh, &sql).await;
    assert!(!names(&rows(fixture, ada).await).contains(&"Art"));
}

async fn the_pages_hold_every_session_once_and_lead_back(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, ada) = (&shop.fixture, &shop.ada);
    allow_many_sessions(fixture).await;
    let dee = shop.fixture.sign_in("Dee").await;
    let dee = fixture.staff(&dee).await.caller.person.id;
    for n in 0..60 {
        // Some are seen at the same moment.
        if n % 3 == 0 {
            fixture.clock.advance(MOMENT);
        }
        fixture.session_for(dee).await;
    }
    let mut query = SessionListQuery::default();
    let (mut seen, mut pages) = (Vec::<SessionRef>::new(), Vec::new());
    loop {
        let view = list(fixture, ada, query.clone()).await;
        assert_eq!(view.page.first as usize, seen.len() + 1);
        assert_eq!((view.page.total.n, view.page.total.more), (67, false));
        let page: Vec<SessionRef> = view.page.rows.iter().map(|row| row.facts.session).collect();
        seen.extend(&page);
        pages.push((page, view.page.previous.clone()));
        let Some(next) = view.page.next else { break };
        query.page = next;
    }
    assert_eq!(pages.len(), 3);
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), 67);
    let (_, back) = pages.pop().expect("the last");
    query.page = back.expect("there is one before");
    let before = list(fixture, ada, query.clone()).await.page.rows;
    let before: Vec<SessionRef> = before.iter().map(|row| row.facts.session).collect();
    assert_eq!(before, pages[1].0);
    // Odd cursors begin anew.
    for odd in ["nonsense", "e30", "\u{0}"] {
        query.page = odd.to_owned();
        assert_eq!(list(fixture, ada, query.clone()).await.page.first, 1);
    }
}

async fn r46_no_list_tells_what_opens_a_session(fixture: Fixture) {
    let shop = shop(fixture).await;
    let fixture = &shop.fixture;
    let browser = fixture.sign_in("Dee").await;
    let dee = fixture.staff(&browser).await;
    let cookie = browser.id().expect("it has an id").to_string();
    let hash = service::crypto::hash_token(&cookie);
    let id = id_of(fixture, "Dee").await;
    let kh = &fixture.kh;
    let shown = [
        serde_json::to_string(&list(fixture, &shop.ada, SessionListQuery::default()).await),
        serde_json::to_string(
            &users::view_sign_in(kh, &shop.ada, &id)
                .await
                .expect("a card"),
        ),
        serde_json::to_string(&sessions::own(kh, &dee).await.expect("hers")),
    ];
    let session = dee.caller.session.to_string();
    for shown in shown {
        let shown = shown.expect("writes");
        assert!(shown.contains(&session), "{shown}");
        assert!(
            !shown.contains(&cookie) && !shown.contains(&hash),
            "{shown}"
        );
    }
}

async fn a_persons_page_holds_their_sessions_and_why_the_last_ones_ended(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let id = id_of(fixture, "Dee").await;
    fixture.clock.advance(MOMENT);
    let second = fixture.sign_in("Dee").await;
    fixture.clock.advance(MOMENT);
    let visitor = fixture.visitor(&second).await;
    sessions::sign_out(kh, &second, &visitor)
        .await
        .expect("leaves");
    fixture.clock.advance(MOMENT);
    fixture.sign_in("Dee").await;
    let view = users::view_sign_in(kh, &shop.mia, &id)
        .await
        .expect("she may see her");
    let ended: Vec<Option<EndedWhy>> = view.sessions.iter().map(|one| one.ended).collect();
    assert_eq!(
        ended,
        [None, Some(EndedWhy::SignedOut), Some(EndedWhy::Elsewhere)]
    );
    assert!(view.one_at_a_time && !view.one_store);
    assert_eq!(view.user.name, "Dee Tester");
    // A step of signing in is no session that ended.
    fixture.enrol(&fixture.sign_in("Dee").await).await;
    let view = users::view_sign_in(kh, &shop.mia, &id)
        .await
        .expect("she may see her");
    let why = |why| view.sessions.iter().any(|one| one.ended == Some(why));
    assert!(!why(EndedWhy::NextStage), "{:?}", view.sessions);
    let art = id_of(fixture, "Art").await;
    let foreign = users::view_sign_in(kh, &shop.mia, &art).await;
    assert_eq!(error(foreign), domain::AppError::NotFound);
}

async fn one_sees_ones_own_sessions_without_any_group(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    allow_many_sessions(fixture).await;
    let id = id_of(fixture, "Dee").await;
    write(
        kh,
        &format!("DELETE FROM memberships WHERE user_id = '{id}'"),
    )
    .await;
    fixture.clock.advance(MOMENT);
    let browser = fixture.sign_in("Dee").await;
    fixture.clock.advance(MOMENT);
    fixture.sign_in("Dee").await;
    let dee = fixture.staff(&browser).await;
    let own = sessions::own(kh, &dee).await.expect("hers");
    let current: Vec<bool> = own.sessions.iter().map(|one| one.current).collect();
    assert_eq!(current, [true, false, false], "the one that asks first");
    assert!(!own.one_at_a_time);
    let sql = format!("SELECT COUNT(*) FROM sessions WHERE user_id = '{id}' AND ended = 0");
    assert_eq!(crate::support::number(kh, &sql).await, 3);
    let this = dee.caller.session.to_string();
    assert_eq!(
        error(sessions::end_own(kh, &dee, &this).await),
        rule(Rule::ThisSession)
    );
    assert_eq!(
        text(kh, "SELECT action FROM audit ORDER BY seq DESC LIMIT 1").await,
        "profile.end_session",
        "the refusal"
    );
}
