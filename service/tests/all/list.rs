//! The list of people: what it finds, shows, sorts and hides (product §3).

use std::collections::BTreeSet;

use domain::users::{Status, StoresLine, UserDetails, UserListQuery, UserSort};
use domain::{AppError, Count, UserId};
use service::random::{Randomness as _, SeededRandomness};
use service::testing::Fixture;
use service::{Staff, demo, users};

use crate::list_model::{Model, walk};
use crate::support::{custom_group, error, fact, id_of, texts, write};

on_both! {
    a_search_finds_parts_of_names_and_addresses,
    signs_that_databases_read_as_wildcards_are_searched_as_they_are,
    every_sort_pages_forth_and_back_over_each_person_once,
    random_queries_answer_what_a_naive_filter_answers,
    many_matches_are_walked_and_few_are_gathered_with_the_same_answer,
    r53_the_list_shows_exactly_the_people_whose_page_opens,
    a_row_says_where_somebody_stands,
    deactivated_people_are_hidden_until_they_are_asked_for,
    a_made_up_cursor_or_filter_harms_nothing,
    the_total_is_right_when_many_match_and_few_are_left,
}

/// The sample with so many people, and somebody of it who is signed in.
async fn sample(fixture: &Fixture, people: u32, first_name: &str) -> std::sync::Arc<Staff> {
    demo::fill(&fixture.kh, people).await.expect("fills");
    signed_in(fixture, first_name).await
}

async fn signed_in(fixture: &Fixture, first_name: &str) -> std::sync::Arc<Staff> {
    let person: UserId = id_of(fixture, first_name).await.parse().expect("an id");
    let browser = fixture.session_for(person).await;
    fixture.staff(&browser).await
}

async fn found(fixture: &Fixture, by: &Staff, q: &str) -> Vec<String> {
    let query = UserListQuery { q: q.to_owned(), ..UserListQuery::default() };
    let list = users::list(&fixture.kh, by, query).await.expect("lists");
    list.page.rows.into_iter().map(|row| row.name).collect()
}

/// Gives somebody another name, through the use case that writes the columns behind the search.
async fn rename(fixture: &Fixture, by: &Staff, id: &str, first: &str, last: &str, display: &str) {
    let revision = texts(
        &fixture.kh,
        &format!("SELECT CAST(revision AS TEXT) FROM users WHERE id = '{id}'"),
    )
    .await;
    let details = UserDetails {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        display_name: display.to_owned(),
        phone: String::new(),
    };
    let revision = revision[0].parse().expect("a number");
    users::update(&fixture.kh, by, id, revision, details).await.expect("saves");
}

async fn a_search_finds_parts_of_names_and_addresses(fixture: Fixture) {
    let eleanor = sample(&fixture, 30, "Eleanor").await;
    for (q, names) in [
        // One or two characters begin a first name, a last name or an address.
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
    assert_eq!(found(&fixture, &eleanor, "   ").await.len(), 25, "spaces ask for nothing");
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
            let expected: Vec<&str> =
                odd.iter().filter(|(f, l)| format!("{f} {l}").contains(q.trim())).map(|(f, _)| *f).collect();
            let got = found(&fixture, &eleanor, q).await;
            assert_eq!(got.len(), expected.len(), "{q}: {got:?}");
            assert!(got.contains(&name), "{q}: {got:?}");
        }
    }
    for wild in ["%%%", "___", "%", "_", "\\", "*", "(((", "\"\"\"", "a%c", "u_d", "\\%"] {
        assert_eq!(found(&fixture, &eleanor, wild).await, [] as [&str; 0], "{wild}");
    }
}

/// Makes the sample as uneven as people are.
async fn shake(fixture: &Fixture, by: &Staff) {
    let now = fixture.kh.now().0;
    let ids = texts(&fixture.kh, "SELECT id FROM users WHERE email LIKE '%.%@%' ORDER BY id").await;
    let names = [
        ("Zoë", "Ängström", ""),
        ("Łukasz", "Żółć", ""),
        ("İpek", "Straße", "Ipek S."),
        ("ﬁnn", "Ναυς Οδυσσεύς", ""),
        ("小龙", "李", "李小龙"),
        ("Owl", "🦉🦉🦉🦉", ""),
        ("Ann", "Twin", ""),
        ("Ann", "Twin", ""),
        ("ann", "twin", ""),
        ("Jean-Luc", "de la  Tour", "JL"),
    ];
    for (id, (first, last, display)) in ids.iter().zip(names) {
        rename(fixture, by, id, first, last, display).await;
    }
    for (n, id) in ids.iter().enumerate().skip(names.len()) {
        let change = match n % 9 {
            0 => "two_factor = 1".to_owned(),
            1 => format!("two_factor = 1, locked_until = {}", now + 60_000),
            2 => format!("locked_until = {}", now - 60_000),
            3 => "state = 'deactivated'".to_owned(),
            4 => "state = 'invited', password = NULL, last_sign_in = 0".to_owned(),
            5 => format!("ends_at = {}", now - 1),
            6 => format!("ends_at = {}, locked_until = {}", now - 1, now + 60_000),
            7 => format!("ends_at = {}", now + 60_000),
            _ => "last_sign_in = 7".to_owned(),
        };
        write(&fixture.kh, &format!("UPDATE users SET {change} WHERE id = '{id}'")).await;
    }
}

async fn every_sort_pages_forth_and_back_over_each_person_once(fixture: Fixture) {
    let eleanor = sample(&fixture, 130, "Eleanor").await;
    shake(&fixture, &eleanor).await;
    let model = Model::of(&fixture).await;
    for sort in UserSort::ALL {
        for sort in [sort.key().to_owned(), format!("-{}", sort.key())] {
            for deactivated in ["", "on"] {
                let query = UserListQuery {
                    sort: sort.clone(),
                    deactivated: deactivated.to_owned(),
                    ..UserListQuery::default()
                };
                let expected = model.wanted(&query, None, fixture.kh.now().0);
                assert!(expected.len() > 100);
                walk(&fixture, &eleanor, &query, &expected).await;
            }
        }
    }
}

/// Draws a query.
fn random_query(rng: &SeededRandomness, model: &Model) -> UserListQuery {
    let pick = |of: u64| usize::try_from(rng.below(of)).expect("small");
    let one_of = |words: &[&str]| words[pick(words.len() as u64)].to_owned();
    let somebody = &model.people[pick(model.people.len() as u64)];
    let q = match pick(6) {
        0 | 1 => String::new(),
        2 => one_of(&["a", "M", "mar", "%", "zo", "αυσ", "ss", "strasse", "@marlow", ".1", "🦉🦉🦉", "小龙"]),
        _ => {
            let text: Vec<char> = format!("{} {}", somebody.first, somebody.id).chars().collect();
            let name: Vec<char> = somebody.first.chars().collect();
            let from = if pick(2) == 0 { &name } else { &text };
            let start = pick(from.len() as u64);
            from[start..].iter().take(1 + pick(5)).collect()
        }
    };
    let id = |ids: Vec<&String>| ids[pick(ids.len() as u64)].clone();
    let sort = UserSort::ALL[pick(6)].key();
    UserListQuery {
        q,
        group: if pick(4) == 0 { id(model.groups.keys().collect()) } else { String::new() },
        store: if pick(4) == 0 { id(model.stores.keys().collect()) } else { String::new() },
        status: if pick(3) == 0 {
            one_of(&["invited", "active", "locked", "deactivated"])
        } else {
            String::new()
        },
        two_factor: one_of(&["", "", "on", "off"]),
        deactivated: one_of(&["", "on"]),
        sort: if pick(2) == 0 { sort.to_owned() } else { format!("-{sort}") },
        page: String::new(),
    }
}

async fn random_queries_answer_what_a_naive_filter_answers(fixture: Fixture) {
    let eleanor = sample(&fixture, 160, "Eleanor").await;
    shake(&fixture, &eleanor).await;
    let groups = ["Admin@Bath", "Admin@Oxford"];
    fixture.join(&eleanor, "Mia", &groups, &["Bath", "Oxford"]).await;
    let mia = signed_in(&fixture, "Mia").await;
    let model = Model::of(&fixture).await;
    let now = fixture.kh.now().0;
    let hers: BTreeSet<String> = model
        .stores
        .iter()
        .filter(|(_, name)| ["Bath", "Oxford"].contains(&name.as_str()))
        .map(|(id, _)| id.clone())
        .collect();
    let rng = SeededRandomness::new(11);
    for _ in 0..150 {
        let query = random_query(&rng, &model);
        walk(&fixture, &eleanor, &query, &model.wanted(&query, None, now)).await;
        // A store that is not hers is no filter to her.
        let mut query = query;
        if !hers.contains(&query.store) {
            query.store.clear();
        }
        walk(&fixture, &mia, &query, &model.wanted(&query, Some(&hers), now)).await;
    }
}

/// Enough people for a search that matches too many to be gathered.
async fn crowd(fixture: &Fixture) -> std::sync::Arc<Staff> {
    let eleanor = sample(fixture, 560, "Eleanor").await;
    write(
        &fixture.kh,
        "UPDATE users SET first_name = 'Zz' || first_name, name = 'Zz' || name, \
           first_fold = 'zz' || first_fold, name_sort = last_fold || ' zz' || first_fold, \
           search = 'zz' || search WHERE email LIKE '%.%@%'",
    )
    .await;
    eleanor
}

async fn many_matches_are_walked_and_few_are_gathered_with_the_same_answer(fixture: Fixture) {
    let eleanor = crowd(&fixture).await;
    let model = Model::of(&fixture).await;
    let oxford = model.stores.iter().find(|(_, name)| *name == "Oxford").expect("a store").0;
    for (q, many) in [("zz", true), ("z", true), ("marlowfinch", true), ("zzal", false), ("zza", false)] {
        for (sort, store) in [("name", ""), ("-last-sign-in", ""), ("groups", oxford)] {
            let query = UserListQuery {
                q: q.to_owned(),
                sort: sort.to_owned(),
                store: store.to_owned(),
                ..UserListQuery::default()
            };
            let expected = model.wanted(&query, None, fixture.kh.now().0);
            assert_eq!(expected.len() > 400, many && store.is_empty(), "{q}: {}", expected.len());
            walk(&fixture, &eleanor, &query, &expected).await;
        }
    }
}

async fn the_total_is_right_when_many_match_and_few_are_left(fixture: Fixture) {
    let eleanor = crowd(&fixture).await;
    write(
        &fixture.kh,
        "UPDATE users SET two_factor = 1 WHERE n IN (SELECT n FROM users WHERE first_fold LIKE \
         'zz%' ORDER BY n LIMIT 30)",
    )
    .await;
    for q in ["zz", "marlowfinch"] {
        let query = UserListQuery {
            q: q.to_owned(),
            two_factor: "on".to_owned(),
            ..UserListQuery::default()
        };
        let list = users::list(&fixture.kh, &eleanor, query).await.expect("lists");
        assert_eq!(list.page.total, Count { n: 30, more: false }, "{q}");
    }
    let all = UserListQuery { q: "zz".to_owned(), ..UserListQuery::default() };
    let list = users::list(&fixture.kh, &eleanor, all).await.expect("lists");
    assert_eq!(list.page.total, Count { n: 400, more: true });
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
    write(&fixture.kh, &format!("DELETE FROM user_stores WHERE user_id = '{homeless}'")).await;
    let everybody = texts(&fixture.kh, "SELECT id FROM users").await;
    for name in ["Eleanor", "Theo", "Mia", "Lotte", "Kai"] {
        let staff = signed_in(&fixture, name).await;
        let mut listed = BTreeSet::new();
        let mut page = String::new();
        loop {
            let query = UserListQuery { deactivated: "on".to_owned(), page, ..Default::default() };
            let view = users::list(&fixture.kh, &staff, query).await.expect("lists");
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
        assert_eq!(listed.contains(&homeless), ["Eleanor", "Theo"].contains(&name), "{name}");
        let stores = users::list(&fixture.kh, &staff, UserListQuery::default()).await;
        let stores = stores.expect("lists").stores.len();
        let hers = match name {
            "Mia" | "Lotte" => 1,
            "Kai" => 2,
            _ => 4,
        };
        assert_eq!(stores, hers, "{name} filters by stores whose people she sees");
    }
}

async fn a_row_says_where_somebody_stands(fixture: Fixture) {
    let eleanor = sample(&fixture, 30, "Eleanor").await;
    let query = UserListQuery { deactivated: "on".to_owned(), ..UserListQuery::default() };
    let mut rows = Vec::new();
    let mut page = String::new();
    loop {
        let query = UserListQuery { page, ..query.clone() };
        let view = users::list(&fixture.kh, &eleanor, query).await.expect("lists");
        rows.extend(view.page.rows);
        let Some(next) = view.page.next else { break };
        page = next;
    }
    let row = |name: &str| rows.iter().find(|row| row.name == name).expect("they are there");
    let sofia = row("Sofia Lindqvist");
    assert!(["Sales, Operations at Oxford", "Operations at Oxford, Sales"].contains(&sofia.groups.as_str()));
    assert_eq!(sofia.stores, StoresLine::These(vec!["Bath".to_owned(), "Oxford".to_owned()]));
    assert_eq!((sofia.status, sofia.me, sofia.email.as_str()), (Status::Active, false, "sofia@marlowfinch.example"));
    assert_eq!(row("Eleanor Marlow").stores, StoresLine::All(4));
    assert!(row("Eleanor Marlow").me);
    assert_eq!(row("Marcus Oyelaran").stores, StoresLine::All(4));
    let (waits, expired) = (row("Callum Reid"), row("Owen Pryce"));
    assert_eq!((waits.status, waits.invite_expired), (Status::Invited, false));
    assert_eq!((expired.status, expired.invite_expired), (Status::Invited, true));
    assert_eq!(expired.last_sign_in, None);
    assert_eq!(row("Nadia Haddad").status, Status::Deactivated);
}

async fn deactivated_people_are_hidden_until_they_are_asked_for(fixture: Fixture) {
    let eleanor = sample(&fixture, 30, "Eleanor").await;
    let ask = async |query: UserListQuery| {
        let list = users::list(&fixture.kh, &eleanor, query).await.expect("lists");
        (list.page.rows.iter().any(|row| row.name == "Nadia Haddad"), list.page.total.n)
    };
    let query = UserListQuery { q: "nadia".to_owned(), ..UserListQuery::default() };
    assert_eq!(ask(query.clone()).await, (false, 0));
    assert_eq!(ask(UserListQuery { deactivated: "on".to_owned(), ..query.clone() }).await, (true, 1));
    assert_eq!(ask(UserListQuery { status: "deactivated".to_owned(), ..query }).await, (true, 1));
    assert_eq!(ask(UserListQuery::default()).await.1, 29);
    let all = UserListQuery { deactivated: "on".to_owned(), ..UserListQuery::default() };
    assert_eq!(ask(all).await.1, 30);
}

async fn a_made_up_cursor_or_filter_harms_nothing(fixture: Fixture) {
    let eleanor = sample(&fixture, 60, "Eleanor").await;
    let made_up = |json: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json)
    };
    let default = users::list(&fixture.kh, &eleanor, UserListQuery::default()).await.expect("lists");
    for page in ["x", "'; DROP TABLE users; --", "eyJ", &made_up("{}"), &made_up("[1]")] {
        let query = UserListQuery { page: page.to_owned(), ..UserListQuery::default() };
        let view = users::list(&fixture.kh, &eleanor, query).await.expect("lists");
        assert_eq!(view.page, default.page, "{page}");
    }
    for (sort, cursor) in [
        ("name", r#"{"b":false,"k":"' OR 1=1 --","i":"\" ","f":4294967295}"#),
        ("name", r#"{"b":true,"k":"","i":"","f":0}"#),
        ("name", r#"{"b":false,"k":"\u0000","i":"\u0000","f":1}"#),
        ("2fa", r#"{"b":false,"k":"not a number","i":"z","f":7}"#),
        ("last-sign-in", r#"{"b":true,"k":"99999999999999999999999","i":"","f":7}"#),
    ] {
        let query = UserListQuery {
            page: made_up(cursor),
            sort: sort.to_owned(),
            ..UserListQuery::default()
        };
        let view = users::list(&fixture.kh, &eleanor, query).await.expect("lists");
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
    let view = users::list(&fixture.kh, &eleanor, nonsense).await.expect("lists");
    assert_eq!(view.page, default.page);
    assert!(view.query.group.is_empty() && view.query.store.is_empty() && view.query.status.is_empty());
    let long = UserListQuery { q: "marlow ".repeat(10_000), ..UserListQuery::default() };
    let view = users::list(&fixture.kh, &eleanor, long).await.expect("lists");
    assert_eq!(view.page.rows.len(), 0);
    let control = UserListQuery { q: "dan\u{0}iel\r\n".to_owned(), ..UserListQuery::default() };
    let view = users::list(&fixture.kh, &eleanor, control).await.expect("lists");
    assert_eq!(view.page.rows.len(), 1);
    let crew = signed_in(&fixture, "Daniel").await;
    let answer = error(users::list(&fixture.kh, &crew, UserListQuery::default()).await);
    assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
    assert_eq!(fact(&fixture, "Daniel", "state").await, "active");
}
