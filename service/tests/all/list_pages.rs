//! The list of people, page by page, against a naive filter over everybody.

use std::collections::BTreeSet;

use domain::Count;
use domain::users::{UserListQuery, UserSort};
use service::random::{Randomness as _, SeededRandomness};
use service::testing::Fixture;
use service::{Staff, users};

use crate::list_model::{Model, sample, shake, signed_in, walk};
use crate::support::write;

on_both! {
    every_sort_pages_forth_and_back_over_each_person_once,
    random_queries_answer_what_a_naive_filter_answers,
    many_matches_are_walked_and_few_are_gathered_with_the_same_answer,
    the_total_is_right_when_many_match_and_few_are_left,
}

async fn every_sort_pages_forth_and_back_over_each_person_once(fixture: Fixture) {
    let eleanor = sample(&fixture, 160, "Eleanor").await;
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
        2 => one_of(&[
            "a",
            "M",
            "mar",
            "%",
            "zo",
            "αυσ",
            "ss",
            "strasse",
            "@marlow",
            ".1",
            "🦉🦉🦉",
            "小龙",
        ]),
        _ => {
            let text: Vec<char> = format!("{} {}", somebody.first, somebody.id)
                .chars()
                .collect();
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
        group: if pick(4) == 0 {
            id(model.groups.keys().collect())
        } else {
            String::new()
        },
        store: if pick(4) == 0 {
            id(model.stores.keys().collect())
        } else {
            String::new()
        },
        status: if pick(3) == 0 {
            one_of(&["invited", "active", "locked", "deactivated"])
        } else {
            String::new()
        },
        two_factor: one_of(&["", "", "on", "off"]),
        deactivated: one_of(&["", "on"]),
        sort: if pick(2) == 0 {
            sort.to_owned()
        } else {
            format!("-{sort}")
        },
        ..UserListQuery::default()
    }
}

async fn random_queries_answer_what_a_naive_filter_answers(fixture: Fixture) {
    let eleanor = sample(&fixture, 160, "Eleanor").await;
    shake(&fixture, &eleanor).await;
    let groups = ["Admin@Bath", "Admin@Oxford"];
    fixture
        .join(&eleanor, "Mia", &groups, &["Bath", "Oxford"])
        .await;
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
        walk(
            &fixture,
            &mia,
            &query,
            &model.wanted(&query, Some(&hers), now),
        )
        .await;
    }
}

/// Enough people for a search that matches too many to be gathered.
async fn crowd(fixture: &Fixture) -> std::sync::Arc<Staff> {
    let eleanor = sample(fixture, 1_160, "Eleanor").await;
    write(
        &fixture.kh,
        "UPDATE users SET first_name = 'Zz' || first_name, name = 'Zz' || name, \
           name_sort = 'zz' || name_sort, search = 'zz' || search || 'ªªzz' \
         WHERE email LIKE '%.%@%'",
    )
    .await;
    eleanor
}

async fn many_matches_are_walked_and_few_are_gathered_with_the_same_answer(fixture: Fixture) {
    let eleanor = crowd(&fixture).await;
    let model = Model::of(&fixture).await;
    let oxford = model
        .stores
        .iter()
        .find(|(_, name)| *name == "Oxford")
        .expect("a store")
        .0;
    for (q, many) in [
        ("zz", true),
        ("z", true),
        ("marlowfinch", true),
        ("zzal", false),
        ("zza", false),
    ] {
        for (sort, store) in [("name", ""), ("-last-sign-in", ""), ("groups", oxford)] {
            let query = UserListQuery {
                q: q.to_owned(),
                sort: sort.to_owned(),
                store: store.to_owned(),
                ..UserListQuery::default()
            };
            let expected = model.wanted(&query, None, fixture.kh.now().0);
            assert_eq!(
                expected.len() > 500,
                many && store.is_empty(),
                "{q}: {}",
                expected.len()
            );
            walk(&fixture, &eleanor, &query, &expected).await;
        }
    }
}

async fn the_total_is_right_when_many_match_and_few_are_left(fixture: Fixture) {
    let eleanor = crowd(&fixture).await;
    write(
        &fixture.kh,
        "UPDATE users SET two_factor = 1 WHERE n IN (SELECT n FROM users WHERE name_sort LIKE \
         'zz%' ORDER BY n LIMIT 30)",
    )
    .await;
    for q in ["zz", "marlowfinch"] {
        let query = UserListQuery {
            q: q.to_owned(),
            two_factor: "on".to_owned(),
            ..UserListQuery::default()
        };
        let list = users::list(&fixture.kh, &eleanor, query)
            .await
            .expect("lists");
        assert_eq!(list.page.total, Count { n: 30, more: false }, "{q}");
    }
    let all = UserListQuery {
        q: "zz".to_owned(),
        ..UserListQuery::default()
    };
    let list = users::list(&fixture.kh, &eleanor, all)
        .await
        .expect("lists");
    assert_eq!(list.page.total, Count { n: 500, more: true });
}
