//! Who can once more, naively: everybody evaluated one by one. What is looked up must be the same,
//! in businesses made at random and in one with many people.

use std::collections::BTreeMap;

use access::guards::may_see_person;
use access::{Module, Permission, Person, Scope, StoreId, UserId, evaluate};
use domain::who_can::{WhoCanQuery, WhoCanView};
use service::random::{Randomness, SeededRandomness};
use service::testing::Fixture;
use service::{Staff, who_can};

use crate::exports::whole;
use crate::list_model::{sample, shake, signed_in};
use crate::support::{add_override, custom_group, texts, write};

on_both! {
    r57_who_can_is_what_evaluation_says_of_everybody_in_random_businesses,
    r57_who_can_is_what_evaluation_says_also_when_there_are_many,
}

pub(crate) fn query(permission: Permission, store: &str) -> WhoCanQuery {
    WhoCanQuery {
        permission: permission.key().to_owned(),
        store: store.to_owned(),
        page: String::new(),
    }
}

pub(crate) async fn ask(fixture: &Fixture, by: &Staff, query: WhoCanQuery) -> WhoCanView {
    who_can::view(&fixture.kh, by, query)
        .await
        .expect("answers")
}

fn ids(view: &WhoCanView) -> Vec<UserId> {
    view.page.rows.iter().map(|row| row.id).collect()
}

/// Ids of everybody in the answer, page by page, forth and back.
pub(crate) async fn everybody_in(
    fixture: &Fixture,
    by: &Staff,
    asked: &WhoCanQuery,
) -> Vec<UserId> {
    let mut pages: Vec<Vec<UserId>> = Vec::new();
    let mut view = ask(fixture, by, asked.clone()).await;
    assert_eq!(view.page.previous, None);
    let total = view.page.total;
    loop {
        let place = pages.iter().map(Vec::len).sum::<usize>() + 1;
        assert_eq!(view.page.first as usize, place);
        pages.push(view.page.rows.iter().map(|row| row.id).collect());
        let Some(page) = view.page.next.clone() else {
            break;
        };
        view = ask(
            fixture,
            by,
            WhoCanQuery {
                page,
                ..asked.clone()
            },
        )
        .await;
    }
    for before in pages.iter().rev().skip(1) {
        let page = view.page.previous.clone().expect("there was a page before");
        view = ask(
            fixture,
            by,
            WhoCanQuery {
                page,
                ..asked.clone()
            },
        )
        .await;
        let back: Vec<UserId> = view.page.rows.iter().map(|row| row.id).collect();
        assert_eq!(&back, before, "on the way back");
    }
    let all = pages.concat();
    if total.more {
        assert!(all.len() >= total.n as usize);
    } else {
        assert_eq!(all.len(), total.n as usize);
    }
    all
}

/// Everybody, by name.
pub(crate) async fn people(fixture: &Fixture) -> Vec<Person> {
    let order = texts(&fixture.kh, "SELECT id FROM users ORDER BY name_sort, id").await;
    let order: Vec<UserId> = order.iter().map(|id| id.parse().expect("an id")).collect();
    let found = fixture.people(&order).await;
    let mut found: BTreeMap<UserId, Person> = found.into_iter().map(|p| (p.id, p)).collect();
    order.iter().filter_map(|id| found.remove(id)).collect()
}

/// Everybody's address.
pub(crate) async fn emails(fixture: &Fixture) -> BTreeMap<UserId, String> {
    let lines = texts(&fixture.kh, "SELECT id || ' ' || email FROM users").await;
    let pairs = lines.iter().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(id, email)| (id.parse().expect("an id"), email.to_owned()))
        .collect()
}

/// The answer once more, naively: everybody whom the asker may see, evaluated one by one.
fn naive(
    people: &[Person],
    by: &Staff,
    permission: Permission,
    store: Option<StoreId>,
) -> Vec<UserId> {
    let caller = &by.caller;
    let holds = |person: &&Person| {
        let held = evaluate(person, &caller.all_stores, caller.now);
        // Customers belong to the business: no store is asked about.
        let store = store.filter(|_| permission.module() != Some(Module::Customers));
        match (permission.scope(), store) {
            (Scope::Business, _) => held.holds_business(permission),
            (Scope::Store, Some(store)) => held.holds(permission, store),
            (Scope::Store, None) => caller.all_stores.iter().any(|&store| {
                caller.effective.holds(Permission::SettingsUsers, store)
                    && held.holds(permission, store)
            }),
        }
    };
    people
        .iter()
        .filter(|person| may_see_person(caller, person).is_ok())
        .filter(holds)
        .map(|person| person.id)
        .collect()
}

/// Holds the answers to some permissions, in any store and in each of some, against the naive ones.
async fn compare(fixture: &Fixture, by: &Staff, permissions: &[Permission], stores: &[StoreId]) {
    let people = people(fixture).await;
    let places = stores.iter().copied().map(Some).chain([None]);
    for store in places {
        for &permission in permissions {
            let word = store.map(|id| id.to_string()).unwrap_or_default();
            let answer = everybody_in(fixture, by, &query(permission, &word)).await;
            let expected = naive(&people, by, permission, store);
            let who = &by.me.name;
            assert_eq!(answer, expected, "{who} asks for {permission} at {store:?}");
        }
    }
}

/// The stores in which somebody manages people.
fn managed(by: &Staff) -> Vec<StoreId> {
    by.caller.effective.stores_with(Permission::SettingsUsers)
}

/// Gives everybody of a sample groups, stores and exceptions at random.
pub(crate) async fn scramble(fixture: &Fixture, seed: u64) {
    let kh = &fixture.kh;
    let dice = SeededRandomness::new(seed);
    let roll = |end: usize| usize::try_from(dice.below(end as u64)).expect("small");
    for n in 0..3 {
        let permissions: Vec<&str> = Permission::ALL
            .iter()
            .filter(|_| roll(3) == 0)
            .map(|permission| permission.key())
            .collect();
        custom_group(fixture, &format!("Random{n}"), &permissions.join(" ")).await;
    }
    let groups = texts(
        kh,
        "SELECT id FROM permission_groups WHERE super_admin = 0 ORDER BY id",
    )
    .await;
    let stores = texts(kh, "SELECT id FROM stores ORDER BY id").await;
    let now = kh.now().0;
    let keep = "SELECT m.user_id FROM memberships m JOIN permission_groups g ON g.id = m.group_id \
                WHERE g.super_admin = 1";
    for table in ["memberships", "user_stores"] {
        write(
            kh,
            &format!("DELETE FROM {table} WHERE user_id NOT IN ({keep})"),
        )
        .await;
    }
    for id in texts(
        kh,
        &format!("SELECT id FROM users WHERE id NOT IN ({keep}) ORDER BY id"),
    )
    .await
    {
        for store in stores.iter().filter(|_| roll(3) == 0) {
            write(
                kh,
                &format!("INSERT INTO user_stores (user_id, store_id) VALUES ('{id}', '{store}')"),
            )
            .await;
        }
        for group in groups.iter().filter(|_| roll(4) == 0) {
            let at = if roll(2) == 0 {
                ""
            } else {
                &stores[roll(stores.len())]
            };
            write(
                kh,
                &format!("INSERT INTO memberships (user_id, group_id, store_id) VALUES ('{id}', '{group}', '{at}')"),
            )
            .await;
        }
        for _ in 0..roll(4) {
            let permission = Permission::ALL[roll(Permission::ALL.len())].key();
            let effect = if roll(2) == 0 { "allow" } else { "deny" };
            let until = [0, now - 1, now, now + 60_000][roll(4)];
            write(
                kh,
                &format!(
                    "INSERT INTO overrides (user_id, permission, effect, author_id, reason, created, until_at) \
                     VALUES ('{id}', '{permission}', '{effect}', '{id}', '', 0, {until}) \
                     ON CONFLICT (user_id, permission) DO NOTHING"
                ),
            )
            .await;
        }
    }
}

async fn r57_who_can_is_what_evaluation_says_of_everybody_in_random_businesses(fixture: Fixture) {
    let eleanor = sample(&fixture, 90, "Eleanor").await;
    shake(&fixture, &eleanor).await;
    for seed in [1, 2] {
        scramble(&fixture, seed).await;
        let eleanor = signed_in(&fixture, "Eleanor").await;
        let name = format!("Mia{seed}");
        let stores: &[&str] = if seed == 1 {
            &["Bath"]
        } else {
            &["Oxford", "Marlow"]
        };
        fixture.join(&eleanor, &name, &["Admin"], stores).await;
        add_override(&fixture, &name, "stores.view_all", "deny", 0).await;
        let dice = SeededRandomness::new(seed + 10);
        let some: Vec<Permission> = Permission::ALL
            .iter()
            .copied()
            .filter(|_| dice.below(4) == 0)
            .chain([
                Permission::QuotesView,
                Permission::SettingsUsers,
                Permission::StoresViewAll,
            ])
            .collect();
        compare(&fixture, &eleanor, &some, &managed(&eleanor)).await;
        let mia = signed_in(&fixture, &name).await;
        compare(&fixture, &mia, &some, &managed(&mia)).await;
        write(&fixture.kh, "DELETE FROM permission_groups WHERE name LIKE 'Random%' AND id NOT IN (SELECT group_id FROM memberships)").await;
        write(&fixture.kh, &format!("UPDATE permission_groups SET name = name || '{seed}', name_fold = name_fold || '{seed}' WHERE name LIKE 'Random%'")).await;
        write(&fixture.kh, "DELETE FROM overrides").await;
    }
}

async fn r57_who_can_is_what_evaluation_says_also_when_there_are_many(fixture: Fixture) {
    let eleanor = sample(&fixture, 2_600, "Eleanor").await;
    // Of many, some are denied and some are gone.
    let kh = &fixture.kh;
    let some = |step: u32, rest: u32| format!("SELECT id FROM users WHERE n % {step} = {rest}");
    write(
        kh,
        &format!(
            "INSERT INTO overrides (user_id, permission, effect, author_id, reason, created, until_at) \
             SELECT id, 'customers.view', 'deny', id, '', 0, 0 FROM ({}) AS chosen",
            some(7, 3)
        ),
    )
    .await;
    write(
        kh,
        &format!(
            "UPDATE users SET state = 'deactivated' WHERE id IN ({}) AND first_name <> 'Eleanor'",
            some(11, 5)
        ),
    )
    .await;
    fixture
        .join(&eleanor, "Mia", &["Admin@Bath"], &["Bath"])
        .await;
    let mia = signed_in(&fixture, "Mia").await;
    let people = people(&fixture).await;
    let emails: BTreeMap<UserId, String> = emails(&fixture).await;
    for (by, permission) in [
        (&eleanor, Permission::CustomersView),
        (&eleanor, Permission::SettingsBilling),
        (&mia, Permission::CustomersView),
    ] {
        let expected = naive(&people, by, permission, None);
        let asked = query(permission, "");
        // The first pages, forth and back.
        let mut pages = vec![ask(&fixture, by, asked.clone()).await];
        while let Some(page) = pages[pages.len() - 1]
            .page
            .next
            .clone()
            .filter(|_| pages.len() < 4)
        {
            pages.push(
                ask(
                    &fixture,
                    by,
                    WhoCanQuery {
                        page,
                        ..asked.clone()
                    },
                )
                .await,
            );
        }
        let shown: Vec<UserId> = pages.iter().flat_map(ids).collect();
        assert_eq!(shown, expected[..shown.len()]);
        if let [.., before, last] = pages.as_slice() {
            let page = last.page.previous.clone().expect("there was one");
            let back = ask(
                &fixture,
                by,
                WhoCanQuery {
                    page,
                    ..asked.clone()
                },
            )
            .await;
            assert_eq!(ids(&back), ids(before), "on the way back");
        }
        let total = pages[0].page.total;
        assert!(expected.len() >= total.n as usize);
        assert_eq!(total.more, permission == Permission::CustomersView);
        // All of them, in the file.
        let file = who_can::export(&fixture.kh, by, asked).await.expect("may");
        let text = whole(file).await;
        let written: Vec<&str> = text
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').nth(1))
            .collect();
        let expected: Vec<&str> = expected.iter().map(|id| emails[id].as_str()).collect();
        assert_eq!(written, expected);
    }
}
