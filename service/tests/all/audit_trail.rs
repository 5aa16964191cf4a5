//! Tab Activity: a person's trail in the audit log; and the nightly look at the chain.

use std::time::Duration;

use domain::AppError;
use domain::audit::AuditQuery;
use service::audit::chain::check_if_due;
use service::audit::{self, Verdict};
use service::db::Dialect;
use service::testing::Fixture;
use service::{profile, users};

use crate::support::{
    MINUTE, allow_many_sessions, at_once, custom_group, error, id_of, newest_entry, number, write,
};

on_both! {
    a_trail_holds_what_somebody_did_and_what_was_done_to_them,
    r53_a_trail_opens_for_who_sees_the_person_and_the_log,
    a_night_without_a_look_is_made_up_for_once,
    r59_a_broken_chain_is_found_in_the_night_and_shown,
}

async fn a_trail_holds_what_somebody_did_and_what_was_done_to_them(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let staff = fixture.staff(&dana).await;
    fixture.join(&ada, "Erik", &["Crew"], &["Downtown"]).await;
    for _ in 0..30 {
        for theme in ["dark", "light"] {
            profile::set_theme(kh, &staff, theme)
                .await
                .expect("a theme");
        }
    }
    let id = id_of(&fixture, "Dana").await;
    users::deactivate(kh, &ada, &id).await.expect("deactivates");
    let sql = format!(
        "SELECT seq FROM audit WHERE actor_id = '{id}' OR object_id = '{id}' ORDER BY seq DESC"
    );
    let expected: Vec<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_all(kh.writer())
        .await
        .expect("reads");
    assert!(expected.len() > 60);
    let mut before = String::new();
    let mut found = Vec::new();
    loop {
        let view = users::activity(kh, &ada, &id, &before, "")
            .await
            .expect("opens");
        assert!(view.user.may_see_activity);
        found.extend(view.entries.rows.iter().map(|row| row.seq));
        let Some(older) = view.entries.older else {
            break;
        };
        before = older.to_string();
    }
    assert_eq!(found, expected);
    let newest = expected[0].to_string();
    let view = users::activity(kh, &ada, &id, "", &newest)
        .await
        .expect("opens");
    let open = view.entries.open.expect("it is theirs");
    assert_eq!(open.row.action, "user.deactivate");
    // The founding of the business is no entry of theirs.
    let view = users::activity(kh, &ada, &id, "", "1")
        .await
        .expect("opens");
    assert_eq!(view.entries.open, None);
}

async fn r53_a_trail_opens_for_who_sees_the_person_and_the_log(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    allow_many_sessions(&fixture).await;
    custom_group(&fixture, "Auditor", "settings.audit").await;
    custom_group(&fixture, "Minder", "settings.users").await;
    fixture.join(&ada, "Art", &["Crew"], &["Airport"]).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let both = ["Auditor", "Minder@Downtown"];
    let olga = fixture.join(&ada, "Olga", &both, &["Downtown"]).await;
    let paul = fixture
        .join(&ada, "Paul", &["Auditor"], &["Downtown"])
        .await;
    let (olga, paul) = (fixture.staff(&olga).await, fixture.staff(&paul).await);
    let (art, dana) = (id_of(&fixture, "Art").await, id_of(&fixture, "Dana").await);
    users::activity(kh, &olga, &dana, "", "")
        .await
        .expect("both rights");
    // Somebody in another store is nobody, and so is nobody.
    for id in [art.as_str(), &kh.new_id().to_string(), "nonsense"] {
        fixture.clock.advance(MINUTE);
        let newest = newest_entry(kh).await;
        let answer = error(users::activity(kh, &olga, id, "", "").await);
        assert_eq!(answer, AppError::NotFound, "{id}");
        assert_eq!(newest_entry(kh).await, newest + 1, "{id} is written down");
    }
    // The log alone opens the log, not the people.
    audit::list(kh, &paul, AuditQuery::default())
        .await
        .expect("the log");
    let answer = error(users::activity(kh, &paul, &dana, "", "").await);
    assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
}

async fn shown(fixture: &Fixture) -> Option<domain::audit::ChainCheck> {
    let ada = fixture.sign_in("Ada").await;
    let ada = fixture.staff(&ada).await;
    let view = audit::list(&fixture.kh, &ada, AuditQuery::default()).await;
    view.expect("lists").check
}

async fn a_night_without_a_look_is_made_up_for_once(fixture: Fixture) {
    let kh = &fixture.kh;
    assert_eq!(
        check_if_due(kh).await.expect("answers"),
        None,
        "no business yet"
    );
    fixture.found().await;
    assert_eq!(shown(&fixture).await, None);
    let nodes = [kh.clone(), fixture.second_node().await];
    let looks = at_once(
        nodes
            .clone()
            .map(|kh| async move { check_if_due(&kh).await.expect("answers") }),
    )
    .await;
    assert_eq!(
        looks.iter().flatten().count(),
        1,
        "one of two nodes: {looks:?}"
    );
    let check = shown(&fixture).await.expect("there was a look");
    assert_eq!((check.when.time.as_str(), check.broken), ("09:41", None));
    // Not again before three in the night of the business, and then once.
    let due = async || check_if_due(kh).await.expect("answers").is_some();
    write(kh, "UPDATE business SET time_zone = 'Pacific/Auckland'").await;
    fixture.clock.advance(Duration::from_mins(4 * 60 + 18));
    assert!(!due().await, "02:59 in Auckland");
    fixture.clock.advance(MINUTE);
    assert!(due().await, "03:00");
    assert!(!due().await, "once");
    assert_eq!(shown(&fixture).await.expect("a look").when.time, "03:00");
}

async fn r59_a_broken_chain_is_found_in_the_night_and_shown(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    profile::set_theme(kh, &ada, "dark").await.expect("a theme");
    let on = if kh.db().dialect() == Dialect::Postgres {
        " ON audit"
    } else {
        ""
    };
    write(kh, &format!("DROP TRIGGER audit_is_never_changed{on}")).await;
    write(kh, "UPDATE audit SET actor_name = 'Eve' WHERE seq = 2").await;
    let verdict = check_if_due(kh).await.expect("answers");
    assert_eq!(verdict, Some(Verdict::Broken { seq: 2 }));
    assert_eq!(shown(&fixture).await.expect("a look").broken, Some(2));
    let kept = "SELECT COUNT(*) FROM meta WHERE key LIKE 'audit_check%'";
    assert_eq!(number(kh, kept).await, 2);
}
