//! Home: who is locked out, who is signed in, what was changed; and whose home says so.

use domain::AppError;
use domain::audit::AuditQuery;
use domain::home::HomeView;
use domain::sessions::SessionListQuery;
use domain::when::Day;
use service::testing::Fixture;
use service::{Staff, audit, profile, security, sessions, shell, stores, tries, users};

use crate::shop::shop;
use crate::support::{MINUTE, error, home, id_of, set_access, try_sign_in, write};

on_both! {
    who_is_locked_out_stands_on_the_home_of_whoever_sees_them,
    only_the_latest_five_of_the_locked_out_are_named,
    a_chosen_store_leaves_the_people_who_work_there,
    people_are_counted_in_the_store_they_are_signed_in_to,
    the_newest_changes_of_access_are_told_and_nothing_else,
    home_shows_nothing_whose_page_is_closed,
    who_looks_after_nobody_finds_their_modules,
}

async fn lock_out(fixture: &Fixture, first_name: &str) {
    let email = format!("{}@shop.example", first_name.to_lowercase());
    for n in 0..5 {
        let answer = try_sign_in(&fixture.kh, fixture, &email, &format!("wrong {n}")).await;
        assert_eq!(answer.err(), Some(AppError::SignInFailed));
    }
    let written = tries::notes::write_down(&fixture.kh).await;
    written.expect("writes");
}

async fn home_of(fixture: &Fixture, by: &Staff) -> HomeView {
    home(&fixture.kh, by).await.expect("home")
}

/// Who is locked out, and whether the one who looks may end it.
fn locked(view: &HomeView) -> Vec<(&str, bool)> {
    let locked = view.locked.iter();
    locked
        .map(|one| (one.name.as_str(), one.may_unlock))
        .collect()
}

/// How many are signed in where.
fn signed_in(view: &HomeView) -> Vec<(Option<&str>, u32)> {
    let lines = view.signed_in.iter();
    lines
        .map(|line| (line.store.as_deref(), line.people.n))
        .collect()
}

async fn who_is_locked_out_stands_on_the_home_of_whoever_sees_them(fixture: Fixture) {
    let shop = shop(fixture).await;
    let fixture = &shop.fixture;
    for name in ["Dee", "Art", "Bo"] {
        lock_out(fixture, name).await;
        fixture.clock.advance(MINUTE);
    }
    let all = [
        ("Bo Tester", true),
        ("Art Tester", true),
        ("Dee Tester", true),
    ];
    let view = home_of(fixture, &shop.ada).await;
    assert_eq!(locked(&view), all);
    assert_eq!(locked(&home_of(fixture, &shop.al).await), all);
    assert_eq!(
        locked(&home_of(fixture, &shop.mia).await),
        [("Bo Tester", false), ("Dee Tester", true)],
        "Bo works beyond her store, Art not in it"
    );
    let dee = view.locked.last().expect("Dee");
    assert_eq!((dee.tries, dee.ip.as_str()), (5, "203.0.113.7"));
    assert_eq!((&*dee.at.time, &*dee.until.time), ("09:41", "09:56"));

    let id = dee.user.to_string();
    users::unlock(&fixture.kh, &shop.mia, &id)
        .await
        .expect("unlocks");
    assert_eq!(locked(&home_of(fixture, &shop.ada).await), all[..2]);
    fixture.clock.advance(MINUTE * 15);
    assert!(home_of(fixture, &shop.ada).await.locked.is_empty());
}

async fn only_the_latest_five_of_the_locked_out_are_named(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let until = kh.now().0 + 60_000;
    let sql = format!("UPDATE users SET locked_until = {until}, failed = 5");
    write(kh, &sql).await;
    let dee = shop.id("Dee").await;
    let later = until + 1;
    let sql = format!("UPDATE users SET locked_until = {later} WHERE id = '{dee}'");
    write(kh, &sql).await;
    let view = home_of(&shop.fixture, &shop.ada).await;
    assert_eq!(view.locked.len(), 5);
    assert_eq!(view.locked[0].name, "Dee Tester");
    assert!(view.locked.iter().all(|one| one.ip.is_empty()));
    for one in &view.locked {
        let me = one.user == shop.ada.caller.person.id;
        assert_eq!(one.may_unlock, !me, "{}", one.name);
        assert_ne!(one.name, "Ivo Tester");
    }
}

async fn a_chosen_store_leaves_the_people_who_work_there(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    fixture.join(&ada, "Art", &["Crew"], &["Airport"]).await;
    fixture.invite(&ada, "Ivo", &["Crew"], &["Downtown"]).await;
    lock_out(&fixture, "Dee").await;
    fixture.clock.advance(MINUTE);
    lock_out(&fixture, "Art").await;

    let view = home_of(&fixture, &ada).await;
    assert_eq!((view.today.hour, view.today.weekday), (9, 4), "a Friday");
    assert_eq!(view.today.date, Day::Date(2026, 11, 20));
    assert_eq!(view.today.store, None);
    assert_eq!((view.locked.len(), view.waiting_invites), (2, 1));
    for (name, locked_out, waiting) in [("Airport", "Art Tester", 0), ("Downtown", "Dee Tester", 1)]
    {
        let store = ada.stores.iter().find(|store| store.name == name);
        let id = store.expect("there").id.to_string();
        stores::switch(&fixture.kh, &ada, &id).await.expect("hers");
        let view = home_of(&fixture, &*fixture.staff(&owner).await).await;
        assert_eq!(view.today.store.as_deref(), Some(name));
        assert_eq!(locked(&view), [(locked_out, true)]);
        assert_eq!(view.waiting_invites, waiting, "{name}");
        // Ada, and who works there.
        assert_eq!(signed_in(&view), [(Some(name), 2)]);
    }
}

async fn people_are_counted_in_the_store_they_are_signed_in_to(fixture: Fixture) {
    let shop = shop(fixture).await;
    let fixture = &shop.fixture;
    let all = [(Some("Airport"), 1), (Some("Downtown"), 2), (None, 3)];
    assert_eq!(signed_in(&home_of(fixture, &shop.ada).await), all);
    let hers = [(Some("Downtown"), 2)];
    assert_eq!(signed_in(&home_of(fixture, &shop.mia).await), hers);
    let dee = shop.id("Dee").await;
    let sql = format!("UPDATE sessions SET seen = 0 WHERE user_id = '{dee}'");
    write(&fixture.kh, &sql).await;
    let hers = [(Some("Downtown"), 1)];
    assert_eq!(
        signed_in(&home_of(fixture, &shop.mia).await),
        hers,
        "what the clock has ended counts nowhere"
    );
}

async fn the_newest_changes_of_access_are_told_and_nothing_else(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh, ada) = (&shop.fixture, &shop.fixture.kh, &shop.ada);
    set_access(fixture, ada, "Dee", &["Sales"], &["Downtown"]).await;
    let art = shop.id("Art").await;
    users::deactivate(kh, ada, &art).await.expect("deactivates");
    profile::set_theme(kh, ada, "dark").await.expect("a theme");
    let owner = id_of(fixture, "Ada").await;
    error(users::deactivate(kh, &shop.al, &owner).await);
    let view = home_of(fixture, ada).await;
    let said: Vec<&str> = view.changes.iter().map(|one| one.said.as_str()).collect();
    assert_eq!(said, ["user.deactivate", "user.set_access", "user.invite"]);
    assert!(view.changes.iter().all(|one| one.who == "Ada Owner"));
}

async fn home_shows_nothing_whose_page_is_closed(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let art = shop.id("Art").await.parse().expect("an id");
    let art = fixture.staff(&fixture.session_for(art).await).await;
    for (by, some) in [(&shop.ada, 3), (&shop.mia, 1), (&shop.al, 3), (&art, 0)] {
        let view = home_of(fixture, by).await;
        let name = &view.first_name;
        let list = sessions::list(kh, by, SessionListQuery::default()).await;
        assert_eq!(!view.signed_in.is_empty(), list.is_ok(), "{name}");
        assert_eq!(view.signed_in.len(), some, "{name}");
        let log = audit::list(kh, by, AuditQuery::default()).await;
        assert_eq!(!view.changes.is_empty(), log.is_ok(), "{name}");
        let page = security::view(kh, by).await;
        assert_eq!(view.no_factor.is_some(), page.is_ok(), "{name}");
        if let (Some(line), Ok(page)) = (&view.no_factor, page) {
            assert_eq!(line.people, page.everyone.missing, "{name}");
            assert_eq!(line.policy, page.policy, "{name}");
        }
        let form = users::new(kh, by).await;
        assert_eq!(view.may_invite, form.is_ok(), "{name}");
    }
}

async fn who_looks_after_nobody_finds_their_modules(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let art = shop.id("Art").await.parse().expect("an id");
    let art = fixture.staff(&fixture.session_for(art).await).await;
    lock_out(fixture, "Bo").await;
    let view = home_of(fixture, &art).await;
    let frame = shell::view(kh, &art).await.expect("shell");
    assert!(!view.modules.is_empty());
    assert_eq!(view.modules, frame.modules);
    assert!(view.locked.is_empty() && view.signed_in.is_empty() && view.changes.is_empty());
    assert_eq!((view.waiting_invites, view.no_factor), (0, None));
    assert!(home_of(fixture, &shop.mia).await.modules.is_empty());
}
