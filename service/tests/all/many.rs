//! What is done to several people at once: to all of them or to nobody, and the question before it
//! (ADR 13).

use access::{Rule, UserId};
use domain::users::{MANY_MAX, ManyQuestion, Ticked, Unfit, UserListQuery};
use domain::{AppError, Toast};
use serde_json::{Value, json};
use service::testing::Fixture;
use service::{Staff, users};

use crate::shop::{Shop, rule, shop};
use crate::support::{
    Entry, Snapshot, allow_many_sessions, entries_after, error, fact, newest_entry, write,
};

on_both! {
    r58_several_are_deactivated_each_with_their_entry,
    r58_several_are_signed_out_each_with_their_entry,
    r56_one_who_is_out_of_reach_keeps_all_of_them,
    r53_somebody_foreign_among_several_answers_like_nobody,
    somebody_who_is_deactivated_already_keeps_the_others,
    r60_super_admins_who_are_ticked_together_do_not_all_go,
    a_question_says_whom_it_is_for_and_whom_not,
    a_question_about_nobody_is_none,
    a_row_offers_its_menu_to_who_manages_people_where_they_work,
}

impl Shop {
    async fn ids(&self, first_names: &[&str]) -> Vec<String> {
        let mut ids = Vec::new();
        for name in first_names {
            ids.push(self.id(name).await);
        }
        ids
    }
}

fn of_whole(entry: &Entry) -> (&str, &str, Value) {
    let after = serde_json::from_str(&entry.after).expect("JSON");
    (&entry.action, &entry.object, after)
}

/// Whom the entries of an operation are about, by name.
fn about<'a>(entries: &'a [Entry], action: &str) -> Vec<&'a str> {
    let those = entries.iter().filter(|entry| entry.action == action);
    let mut names: Vec<&str> = those.map(|entry| entry.object.as_str()).collect();
    names.sort_unstable();
    names
}

async fn r58_several_are_deactivated_each_with_their_entry(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    // One of them twice, as no page of ours asks.
    let ids = shop.ids(&["Dee", "Bo", "Ivo", "Dee"]).await;
    let newest = newest_entry(kh).await;
    let done = users::deactivate_many(kh, &shop.al, &ids)
        .await
        .expect("he may");
    let (people, sessions) = (3, 2);
    assert_eq!(
        done.toast,
        Some(Toast::DeactivatedMany { people, sessions })
    );
    let entries = entries_after(kh, newest).await;
    assert_eq!(entries.len(), 4, "{entries:?}");
    let after = json!({ "people": 3, "sessions_ended": 2 });
    let whole = ("user.deactivate_many", "Ada's Hire", after);
    assert_eq!(of_whole(&entries[0]), whole);
    let names = ["Bo Tester", "Dee Tester", "Ivo Tester"];
    assert_eq!(about(&entries, "user.deactivate"), names);
    assert!(entries.iter().all(|entry| entry.actor == "Al Tester"));
    for name in ["Dee", "Bo", "Ivo"] {
        assert_eq!(fact(fixture, name, "state").await, "deactivated");
    }
    assert_eq!(fact(fixture, "Art", "state").await, "active");
    assert!(service::audit::verify(kh).await.is_ok());
}

async fn r58_several_are_signed_out_each_with_their_entry(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    allow_many_sessions(fixture).await;
    fixture.sign_in("Dee").await;
    let ids = shop.ids(&["Dee", "Bo", "Ivo"]).await;
    let newest = newest_entry(kh).await;
    let done = users::sign_out_many(kh, &shop.al, &ids)
        .await
        .expect("he may");
    assert_eq!(done.toast, Some(Toast::SignedOutMany { people: 2 }));
    let entries = entries_after(kh, newest).await;
    assert_eq!(entries.len(), 6, "{entries:?}");
    let after = json!({ "people": 2, "sessions_ended": 3 });
    let whole = ("user.sign_out_many", "Ada's Hire", after);
    assert_eq!(of_whole(&entries[0]), whole);
    let each = ["Bo Tester", "Dee Tester"];
    assert_eq!(about(&entries, "user.sign_out"), each);
    let ended = ["Bo Tester", "Dee Tester", "Dee Tester"];
    assert_eq!(about(&entries, "session.end"), ended);
    // With nothing left to end, nothing is written.
    let newest = newest_entry(kh).await;
    let done = users::sign_out_many(kh, &shop.al, &ids)
        .await
        .expect("he may");
    assert_eq!(done.toast, Some(Toast::SignedOutMany { people: 0 }));
    assert_eq!(newest_entry(kh).await, newest);
}

/// Both acts are refused in the same way, and nothing but an entry comes of it.
async fn refused(shop: &Shop, by: &Staff, ids: &[String]) -> AppError {
    let kh = &shop.fixture.kh;
    let act = users::deactivate_many(kh, by, ids);
    let answer = shop.refused("deactivate_many", act).await;
    let act = users::sign_out_many(kh, by, ids);
    assert_eq!(shop.refused("sign_out_many", act).await, answer);
    answer
}

async fn r56_one_who_is_out_of_reach_keeps_all_of_them(fixture: Fixture) {
    let shop = shop(fixture).await;
    for (by, names, why) in [
        (&shop.al, ["Dee", "Ada"], Rule::AboveYou),
        (&shop.al, ["Dee", "Al"], Rule::SelfChange),
        (&shop.mia, ["Dee", "Bo"], Rule::NotTheirStore),
    ] {
        let ids = shop.ids(&names).await;
        assert_eq!(refused(&shop, by, &ids).await, rule(why), "{names:?}");
    }
}

async fn r53_somebody_foreign_among_several_answers_like_nobody(fixture: Fixture) {
    let shop = shop(fixture).await;
    let dee = shop.id("Dee").await;
    // Mia manages people downtown; Art works at the airport.
    let foreign = shop.id("Art").await;
    for other in [foreign, UserId::nil().to_string(), "' OR 1=1 --".to_owned()] {
        let ids = [dee.clone(), other];
        let answer = refused(&shop, &shop.mia, &ids).await;
        assert_eq!(answer, AppError::NotFound, "{ids:?}");
    }
    let kh = &shop.fixture.kh;
    for ids in [Vec::new(), vec![dee; MANY_MAX + 1]] {
        let before = Snapshot::of(kh).await;
        for answer in [
            error(users::deactivate_many(kh, &shop.ada, &ids).await),
            error(users::sign_out_many(kh, &shop.ada, &ids).await),
        ] {
            assert_eq!(answer, AppError::BadRequest);
        }
        assert_eq!(Snapshot::of(kh).await, before);
    }
}

async fn somebody_who_is_deactivated_already_keeps_the_others(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let ids = shop.ids(&["Dee", "Art", "Bo"]).await;
    users::deactivate(kh, &shop.ada, &ids[1])
        .await
        .expect("she may");
    let before = Snapshot::of(kh).await;
    let answer = error(users::deactivate_many(kh, &shop.ada, &ids).await);
    assert_eq!(answer, AppError::Conflict);
    assert_eq!(Snapshot::of(kh).await, before);
}

/// What is asked before an act.
async fn question(shop: &Shop, by: &Staff, act: &str, ids: &[String]) -> Option<ManyQuestion> {
    let query = UserListQuery {
        bulk: act.to_owned(),
        users: ids.to_vec(),
        ..UserListQuery::default()
    };
    let list = users::list(&shop.fixture.kh, by, query).await;
    list.expect("they may").question
}

fn unfit(first_name: &str, because: Option<Rule>) -> Unfit {
    Unfit {
        name: format!("{first_name} Tester"),
        because,
    }
}

async fn r60_super_admins_who_are_ticked_together_do_not_all_go(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (fixture, kh) = (&shop.fixture, &shop.fixture.kh);
    let (all, stores) = (["Super Admin"], ["Downtown"]);
    let suki = fixture.join(&shop.ada, "Suki", &all, &stores).await;
    fixture.join(&shop.ada, "Zoe", &all, &stores).await;
    // Suki leaves in a year, so she does not count.
    let end = kh.now().0 + 365 * 24 * 60 * 60_000;
    let leaves = format!("UPDATE users SET ends_at = {end} WHERE first_name = 'Suki'");
    write(kh, &leaves).await;
    let suki = fixture.staff(&suki).await;
    let ids = shop.ids(&["Dee", "Zoe", "Ada"]).await;
    let last = || Some(Rule::LastSuperAdmin);
    let asked = question(&shop, &suki, "deactivate", &ids).await;
    let asked = asked.expect("a question");
    let names: Vec<&str> = asked.people.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Dee Tester"]);
    let ada = Unfit {
        name: shop.ada.me.name.clone(),
        because: last(),
    };
    assert_eq!(asked.others, [unfit("Zoe", last()), ada]);
    let act = users::deactivate_many(kh, &suki, &ids);
    let answer = shop.refused("deactivate_many", act).await;
    assert_eq!(answer, rule(Rule::LastSuperAdmin));
    // One of them may go.
    let asked = question(&shop, &suki, "deactivate", &ids[..2]).await;
    assert!(asked.is_some_and(|asked| asked.others.is_empty()));
    users::deactivate_many(kh, &suki, &ids[..2])
        .await
        .expect("Ada remains");
}

async fn a_question_says_whom_it_is_for_and_whom_not(fixture: Fixture) {
    let shop = shop(fixture).await;
    let ids = shop.ids(&["Ivo", "Dee", "Mia", "Art", "Bo"]).await;
    let ticked = |n: usize, first_name: &str, sessions| Ticked {
        id: ids[n].parse().expect("an id"),
        name: format!("{first_name} Tester"),
        sessions,
    };
    let oneself = unfit("Mia", Some(Rule::SelfChange));
    let elsewhere = unfit("Bo", Some(Rule::NotTheirStore));
    let asked = question(&shop, &shop.mia, "deactivate", &ids).await;
    assert_eq!(
        asked,
        Some(ManyQuestion {
            people: vec![ticked(0, "Ivo", 0), ticked(1, "Dee", 1)],
            others: vec![oneself.clone(), elsewhere.clone()],
        })
    );
    let asked = question(&shop, &shop.mia, "sign-out", &ids).await;
    assert_eq!(
        asked,
        Some(ManyQuestion {
            people: vec![ticked(1, "Dee", 1)],
            others: vec![unfit("Ivo", None), oneself, elsewhere],
        })
    );
    users::deactivate(&shop.fixture.kh, &shop.ada, &ids[1])
        .await
        .expect("she may");
    let asked = question(&shop, &shop.mia, "deactivate", &ids[1..2]).await;
    let asked = asked.expect("a question");
    assert!(asked.people.is_empty());
    assert_eq!(asked.others, [unfit("Dee", None)]);
}

async fn a_question_about_nobody_is_none(fixture: Fixture) {
    let shop = shop(fixture).await;
    let dee = shop.ids(&["Dee"]).await;
    let foreign = shop.ids(&["Art"]).await;
    let nobody = [UserId::nil().to_string(), "x".to_owned()];
    for (act, ids) in [
        ("deactivate", &foreign[..]),
        ("deactivate", &nobody[..]),
        ("sign-out", &dee[..0]),
        ("", &dee[..]),
        ("delete", &dee[..]),
    ] {
        let asked = question(&shop, &shop.mia, act, ids).await;
        assert_eq!(asked, None, "{act} {ids:?}");
    }
}

/// Whose rows offer a menu.
async fn offered(shop: &Shop, by: &Staff) -> String {
    let list = users::list(&shop.fixture.kh, by, UserListQuery::default()).await;
    let rows = list.expect("they may").page.rows;
    let mut names: Vec<String> = rows
        .into_iter()
        .filter(|row| row.may_act)
        .map(|row| row.name)
        .collect();
    names.sort_unstable();
    names.join(", ").replace(" Tester", "")
}

async fn a_row_offers_its_menu_to_who_manages_people_where_they_work(fixture: Fixture) {
    let shop = shop(fixture).await;
    let all = "Al, Art, Bo, Dee, Ivo, Mia";
    assert_eq!(offered(&shop, &shop.ada).await, all);
    let but_oneself_and_above = "Art, Bo, Dee, Ivo, Mia";
    assert_eq!(offered(&shop, &shop.al).await, but_oneself_and_above);
    assert_eq!(offered(&shop, &shop.mia).await, "Dee, Ivo");
}
