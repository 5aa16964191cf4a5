//! The sample business and the crowd behind it (product §11).

use std::collections::{BTreeMap, BTreeSet};

use domain::AppError;
use domain::users::UserListQuery;
use service::audit::{Verdict, verify};
use service::demo::{BUSINESS, fill};
use service::testing::Fixture;
use service::{setup, users};

use crate::support::{Snapshot, error, fact, id_of, number, text, texts, try_sign_in, unchanged};

on_both! {
    the_sample_is_thirty_people_in_four_stores_ten_of_them_in_sales,
    r9_each_printed_password_signs_its_person_in_and_nobody_elses_does,
    as_many_people_are_made_as_are_asked_for,
    a_database_is_filled_once_and_only_while_it_is_empty,
    the_crowd_is_stored_as_the_use_cases_store_people,
}

async fn the_sample_is_thirty_people_in_four_stores_ten_of_them_in_sales(fixture: Fixture) {
    let kh = &fixture.kh;
    let logins = fill(kh, 30).await.expect("fills");
    assert_eq!(text(kh, "SELECT name FROM business").await, BUSINESS);
    for (sql, rows) in [
        ("SELECT COUNT(*) FROM users", 30),
        ("SELECT COUNT(*) FROM stores", 4),
        ("SELECT COUNT(*) FROM permission_groups", 7),
        (
            "SELECT COUNT(DISTINCT user_id) FROM memberships m JOIN permission_groups g \
          ON g.id = m.group_id WHERE g.name = 'Sales'",
            10,
        ),
        ("SELECT COUNT(*) FROM users WHERE state = 'invited'", 2),
        ("SELECT COUNT(*) FROM users WHERE state = 'deactivated'", 1),
        ("SELECT COUNT(*) FROM invites", 2),
        ("SELECT COUNT(*) FROM overrides", 2),
        ("SELECT COUNT(*) FROM outbox", 0),
        ("SELECT COUNT(DISTINCT group_id) FROM memberships", 7),
    ] {
        assert_eq!(number(kh, sql).await, rows, "{sql}");
    }
    let groups: BTreeSet<&str> = logins.iter().map(|login| login.group.as_str()).collect();
    let all = texts(kh, "SELECT name FROM permission_groups").await;
    assert_eq!(
        groups,
        all.iter().map(String::as_str).collect(),
        "one person of each group"
    );
    assert_eq!(logins.len(), 7);
    assert_eq!(
        verify(kh).await.expect("verifies"),
        Verdict::Whole { entries: 1 }
    );
    assert_eq!(text(kh, "SELECT actor_name FROM audit").await, "Keyholder");
}

async fn r9_each_printed_password_signs_its_person_in_and_nobody_elses_does(fixture: Fixture) {
    let kh = &fixture.kh;
    let logins = fill(kh, 40).await.expect("fills");
    let passwords: BTreeSet<&str> = logins.iter().map(|login| login.password.as_str()).collect();
    assert_eq!(passwords.len(), logins.len(), "each has one of their own");
    for login in &logins {
        assert!(login.password.len() >= 15, "it may stand alone");
        let browser = try_sign_in(kh, &fixture, &login.email, &login.password).await;
        let staff = fixture.staff(&browser.expect("signs in")).await;
        assert_eq!(staff.me.name, login.name);
        let memberships = &staff.caller.person.memberships;
        assert!(
            memberships
                .iter()
                .any(|membership| membership.name == login.group)
        );
        let stores: BTreeSet<&str> = staff
            .own_stores()
            .map(|store| store.name.as_str())
            .collect();
        assert_eq!(stores, login.stores.iter().map(String::as_str).collect());
    }
    // The others share a hash that no password is known for.
    let hashes = texts(kh, "SELECT password FROM users WHERE password IS NOT NULL").await;
    let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
    for hash in &hashes {
        *shared.entry(hash).or_default() += 1;
    }
    assert_eq!(shared.len(), logins.len() + 1);
    let stored = Snapshot::of(kh).await;
    for login in &logins {
        assert_eq!(stored.tables_with(&login.password), [] as [&str; 0]);
        for other in ["", "password", "demo", "admin", &login.email] {
            let answer = try_sign_in(kh, &fixture, "sofia@marlowfinch.example", other).await;
            assert!(answer.is_err());
        }
    }
}

async fn as_many_people_are_made_as_are_asked_for(fixture: Fixture) {
    let kh = &fixture.kh;
    let second = Fixture::sqlite().await;
    let third = Fixture::sqlite().await;
    for (at, people) in [(kh, 1_030), (&second.kh, 12), (&third.kh, 131)] {
        fill(at, people).await.expect("fills");
        assert_eq!(
            number(at, "SELECT COUNT(*) FROM users").await,
            i64::from(people)
        );
        let miscounted = "SELECT COUNT(*) FROM user_counts c WHERE c.people <> \
            (SELECT COUNT(*) FROM users u WHERE u.state = c.state)";
        assert_eq!(number(at, miscounted).await, 0);
        let homeless = "SELECT COUNT(*) FROM users u WHERE NOT EXISTS \
            (SELECT 1 FROM user_stores s WHERE s.user_id = u.id) OR NOT EXISTS \
            (SELECT 1 FROM memberships m WHERE m.user_id = u.id)";
        assert_eq!(number(at, homeless).await, 0);
    }
    let browser = fixture
        .session_for(id_of(&fixture, "Theo").await.parse().expect("an id"))
        .await;
    let staff = fixture.staff(&browser).await;
    let list = users::list(kh, &staff, UserListQuery::default())
        .await
        .expect("lists");
    assert_eq!(list.page.total.n, 1_029, "all but who has left");
}

async fn a_database_is_filled_once_and_only_while_it_is_empty(fixture: Fixture) {
    fill(&fixture.kh, 30).await.expect("fills");
    let before = Snapshot::of(&fixture.kh).await;
    assert_eq!(error(fill(&fixture.kh, 30).await), AppError::Conflict);
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
    assert_eq!(setup::link(&fixture.kh).await.expect("answers"), None);
    let founded = Fixture::sqlite().await;
    founded.found().await;
    assert_eq!(error(fill(&founded.kh, 30).await), AppError::Conflict);
}

async fn the_crowd_is_stored_as_the_use_cases_store_people(fixture: Fixture) {
    let kh = &fixture.kh;
    fill(kh, 60).await.expect("fills");
    let theo = fixture
        .session_for(id_of(&fixture, "Theo").await.parse().expect("an id"))
        .await;
    let theo = fixture.staff(&theo).await;
    let columns = [
        "email_fold",
        "name_sort",
        "search",
        "name",
        "groups_sort",
        "stores_sort",
        "display_name",
    ];
    let of_crowd = texts(
        kh,
        "SELECT first_name FROM users WHERE email LIKE 'alma.0@%'",
    )
    .await;
    let [first] = of_crowd.as_slice() else {
        panic!("{of_crowd:?}")
    };
    let mut before = Vec::new();
    for column in columns {
        before.push(fact(&fixture, first, column).await);
    }
    // Saving her as she is must write what is there.
    let id = id_of(&fixture, first).await;
    let view = users::view(kh, &theo, &id).await.expect("page");
    users::update(kh, &theo, &id, view.revision, view.details.clone())
        .await
        .expect("saves");
    let view = users::view_access(kh, &theo, &id, "").await.expect("tab");
    users::set_access(kh, &theo, unchanged(&view))
        .await
        .expect("saves");
    for (column, before) in columns.into_iter().zip(before) {
        assert_eq!(fact(&fixture, first, column).await, before, "{column}");
    }
}
