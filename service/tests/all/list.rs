//! The list of people: what it finds, shows, sorts and hides (product §3).

use std::collections::BTreeSet;

use domain::users::{Status, StoresLine, UserListQuery};
use domain::{AppError, UserId};
use service::testing::Fixture;
use service::{Staff, users};

use crate::list_model::{rename, sample, shake, signed_in};
use crate::support::{custom_group, error, fact, id_of, texts, write};

on_both! {
    a_search_finds_parts_of_names_and_addresses,
    signs_that_databases_read_as_wildcards_are_searched_as_they_are,
    r53_the_list_shows_exactly_the_people_whose_page_opens,
    a_row_says_where_somebody_stands,
    deactivated_people_are_hidden_until_they_are_asked_for,
    a_made_up_cursor_or_filter_harms_nothing,
}

async fn found(fixture: &Fixture, by: &Staff, q: &str) -> Vec<String> {
    let query = UserListQuery {
        q: q.to_owned(),
        ..UserListQuery::default()
    };
    let list = users::list(&fixture.kh, by, query).await.expect("lists");
    list.page.rows.into_iter().map(|row| row.name).collect()
}

async fn a_search_finds_parts_of_names_and_addresses(fixture: Fixture) {
    let eleanor = sample(&fixture, 30, "Eleanor").await;
    for (q, names) in [
        // One or two characters begin a first name, a last name, the name that shows or an address.
        ("z", vec!["Zara Nasser"]),
        ("Ok", vec!["Daniel Okafor", "Chidi Okoro"]),
        ("éL", vec!["Eleanor Marlow", "Sam Ellery"]),
        // Three and more stand anywhere.
        ("kafo", vec!["Daniel Okafor"]),
        ("lucia", vec!["Lucía Ortega"]),
        ("LUCÍA", vec!["Lucía Ortega"]),
        ("Lucía  Ort", vec!["Lucía Ortega"]),
        ("novakova", vec!["Petra Nováková"]),
        ("meiling@mar", vec!["Mei-Ling Chua"]),
        ("i-l", vec!["Mei-Ling Chua"]),
        ("nobody here", vec![]),
        ("zz", vec![]),
    ] {
        let mut got = found(&fixture, &eleanor, q).await;
        let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        got.sort();
        names.sort();
        assert_eq!(got, names, "{q}");
    }
    assert_eq!(
        found(&fixture, &eleanor, "   ").await.len(),
        25,
        "spaces ask for nothing"
    );
}

async fn signs_that_databases_read_as_wildcards_are_searched_as_they_are(fixture: Fixture) {
    let eleanor = sample(&fixture, 45, "Eleanor").await;
    let odd = [
        ("Per%cent", "50% Off"),
        ("Under_score", "A_B"),
        ("Back\\slash", "C:\\Temp"),
        ("O'Brien", "D'Arcy''s"),
        ("Quo\"te", "\"Both\" \"\""),
        ("Star*", "A* OR b"),
        ("Near(a", "NOT (x)"),
        ("Col:umn", "search:x ^y"),
        ("Semi;colon", "'; DROP TABLE users; --"),
    ];
    let people = texts(&fixture.kh, "SELECT id FROM users WHERE email LIKE '%.%@%'").await;
    assert!(people.len() > odd.len());
    for (id, (first, last)) in people.iter().zip(odd) {
        rename(&fixture, &eleanor, id, first, last, "").await;
    }
    for (first, last) in odd {
        let name = format!("{first} {last}");
        for q in [first, last, name.as_str(), &name[1..], &name[2..6]] {
            let expected: Vec<&str> = odd
                .iter()
                .filter(|(f, l)| format!("{f} {l}").contains(q.trim()))
                .map(|(f, _)| *f)
                .collect();
            let got = found(&fixture, &eleanor, q).await;
            assert_eq!(got.len(), expected.len(), "{q}: {got:?}");
            assert!(got.contains(&name), "{q}: {got:?}");
        }
    }
    for wild in [
        "%%%", "___", "%", "_", "\\", "*", "(((", "\"\"\"", "a%c", "u_d", "\\%",
    ] {
        assert_eq!(
            found(&fixture, &eleanor, wild).await,
            [] as [&str; 0],
            "{wild}"
        );
    }
}

async fn r53_the_list_shows_exactly_the_people_whose_page_opens(fixture: Fixture) {
    let eleanor = sample(&fixture, 60, "Eleanor").await;
    shake(&fixture, &eleanor).await;
    custom_group(&fixture, "Keys", "settings.users").await;
    let leads: [(&str, &[&str], &[&str]); 3] = [
        ("Mia", &["Admin@Bath"], &["Bath"]),
        ("Lotte", &["Keys@Oxford", "Crew"], &["Oxford", "Bath"]),
        ("Kai", &["Keys"], &["Marlow", "Heathrow T5"]),
    ];
    for (name, groups, stores) in leads {
        fixture.join(&eleanor, name, groups, stores).await;
    }
    // Somebody who works nowhere is seen by who manages everywhere only.
    let homeless = id_of(&fixture, "Grace").await;
    write(
        &fixture.kh,
        &format!("DELETE FROM user_stores WHERE user_id = '{homeless}'"),
    )
    .await;
    let everybody = texts(&fixture.kh, "SELECT id FROM users").await;
    for name in ["Eleanor", "Theo", "Mia", "Lotte", "Kai"] {
        let staff = signed_in(&fixture, name).await;
        let mut listed = BTreeSet::new();
        let mut page = String::new();
        loop {
            let query = UserListQuery {
                deactivated: "on".to_owned(),
                page,
                ..Default::default()
            };
            let view = users::list(&fixture.kh, &staff, query)
                .await
                .expect("lists");
            listed.extend(view.page.rows.iter().map(|row| row.id.to_string()));
            let Some(next) = view.page.next else { break };
            page = next;
        }
        for id in &everybody {
            match users::view(&fixture.kh, &staff, id).await {
                Ok(view) => assert!(listed.contains(id), "{name} opens {}", view.name),
                Err(failure) => {
                    assert_eq!(AppError::from(failure), AppError::NotFound);
                    assert!(!listed.contains(id), "{name} lists {id}");
                }
            }
        }
        assert_eq!(
            listed.contains(&homeless),
            ["Eleanor", "Theo"].contains(&name),
            "{name}"
        );
        let stores = users::list(&fixture.kh, &staff, UserListQuery::default()).await;
        let stores = stores.expect("lists").stores.len();
        let hers = match name {
            "Mia" | "Lotte" => 1,
            "Kai" => 2,
            _ => 4,
        };
        assert_eq!(
            stores, hers,
            "{name} filters by stores whose people she sees"
        );
    }
}

async fn a_row_says_where_somebody_stands(fixture: Fixture) {
    let eleanor = sample(&fixture, 30, "Eleanor").await;
    let query = UserListQuery {
        deactivated: "on".to_owned(),
        ..UserListQuery::default()
    };
    let mut rows = Vec::new();
    let mut page = String::new();
    loop {
        let query = UserListQuery {
            page,
            ..query.clone()
        };
        let view = users::list(&fixture.kh, &eleanor, query)
            .await
            .expect("lists");
        rows.extend(view.page.rows);
        let Some(next) = view.page.next else { break };
        page = next;
    }
    let row = |name: &str| {
        rows.iter()
            .find(|row| row.name == name)
            .expect("they are there")
    };
    let sofia = row("Sofia Lindqvist");
    assert_eq!(
        sofia.groups, "Sales, Operations at Oxford",
        "in the order of the built-in groups"
    );
    assert_eq!(
        sofia.stores,
        StoresLine::These(vec!["Bath".to_owned(), "Oxford".to_owned()])
    );
    assert_eq!(
        (sofia.status, sofia.me, sofia.email.as_str()),
        (Status::Active, false, "sofia@marlowfinch.example")
    );
    assert_eq!(row("Eleanor Marlow").stores, StoresLine::All(4));
    assert!(row("Eleanor Marlow").me);
    assert_eq!(row("Marcus Oyelaran").stores, StoresLine::All(4));
    let (waits, expired) = (row("Callum Reid"), row("Owen Pryce"));
    assert_eq!(
        (waits.status, waits.invite_expired),
        (Status::Invited, false)
    );
    assert_eq!(
        (expired.status, expired.invite_expired),
        (Status::Invited, true)
    );
    assert_eq!(expired.last_sign_in, None);
    assert_eq!(row("Nadia Haddad").status, Status::Deactivated);
}

async fn deactivated_people_are_hidden_until_they_are_asked_for(fixture: Fixture) {
    let eleanor = sample(&fixture, 30, "Eleanor").await;
    let ask = async |query: UserListQuery| {
        let list = users::list(&fixture.kh, &eleanor, query)
            .await
            .expect("lists");
        (
            list.page.rows.iter().any(|row| row.name == "Nadia Haddad"),
            list.page.total.n,
        )
    };
    let query = UserListQuery {
        q: "nadia".to_owned(),
        ..UserListQuery::default()
    };
    assert_eq!(ask(query.clone()).await, (false, 0));
    assert_eq!(
        ask(UserListQuery {
            deactivated: "on".to_owned(),
            ..query.clone()
        })
        .await,
        (true, 1)
    );
    assert_eq!(
        ask(UserListQuery {
            status: "deactivated".to_owned(),
            ..query
        })
        .await,
        (true, 1)
    );
    assert_eq!(ask(UserListQuery::default()).await.1, 29);
    let all = UserListQuery {
        deactivated: "on".to_owned(),
        ..UserListQuery::default()
    };
    assert_eq!(ask(all).await.1, 30);
}

async fn a_made_up_cursor_or_filter_harms_nothing(fixture: Fixture) {
    let eleanor = sample(&fixture, 60, "Eleanor").await;
    let made_up = |json: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json)
    };
    let default = users::list(&fixture.kh, &eleanor, UserListQuery::default())
        .await
        .expect("lists");
    for page in [
        "x",
        "'; DROP TABLE users; --",
        "eyJ",
        &made_up("{}"),
        &made_up("[1]"),
    ] {
        let query = UserListQuery {
            page: page.to_owned(),
            ..UserListQuery::default()
        };
        let view = users::list(&fixture.kh, &eleanor, query)
            .await
            .expect("lists");
        assert_eq!(view.page, default.page, "{page}");
    }
    for (sort, cursor) in [
        (
            "name",
            r#"{"b":false,"k":"' OR 1=1 --","i":"\" ","f":4294967295}"#,
        ),
        ("name", r#"{"b":true,"k":"","i":"","f":0}"#),
        ("name", r#"{"b":false,"k":"\u0000","i":"\u0000","f":1}"#),
        ("2fa", r#"{"b":false,"k":"not a number","i":"z","f":7}"#),
        (
            "last-sign-in",
            r#"{"b":true,"k":"99999999999999999999999","i":"","f":7}"#,
        ),
    ] {
        let query = UserListQuery {
            page: made_up(cursor),
            sort: sort.to_owned(),
            ..UserListQuery::default()
        };
        let view = users::list(&fixture.kh, &eleanor, query)
            .await
            .expect("lists");
        assert!(view.page.rows.len() <= 25, "{cursor}");
    }
    let nonsense = UserListQuery {
        group: "x".to_owned(),
        store: UserId::nil().to_string(),
        status: "gone".to_owned(),
        two_factor: "maybe".to_owned(),
        deactivated: "perhaps".to_owned(),
        sort: "password".to_owned(),
        ..UserListQuery::default()
    };
    let view = users::list(&fixture.kh, &eleanor, nonsense)
        .await
        .expect("lists");
    assert_eq!(view.page, default.page);
    assert!(
        view.query.group.is_empty() && view.query.store.is_empty() && view.query.status.is_empty()
    );
    let long = UserListQuery {
        q: "marlow ".repeat(10_000),
        ..UserListQuery::default()
    };
    let view = users::list(&fixture.kh, &eleanor, long)
        .await
        .expect("lists");
    assert_eq!(view.page.rows.len(), 0);
    let control = UserListQuery {
        q: "dan\u{0}iel\r\n".to_owned(),
        ..UserListQuery::default()
    };
    let view = users::list(&fixture.kh, &eleanor, control)
        .await
        .expect("lists");
    assert_eq!(view.page.rows.len(), 1);
    let crew = signed_in(&fixture, "Daniel").await;
    let answer = error(users::list(&fixture.kh, &crew, UserListQuery::default()).await);
    assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
    assert_eq!(fact(&fixture, "Daniel", "state").await, "active");
}
