//! Who can: a permission and a store, and exactly the people who hold it there (product §2.5).

use std::collections::{BTreeMap, BTreeSet};

use access::guards::may_see_person;
use access::{Permission, Person, Scope, StoreId, UserId, evaluate};
use domain::AppError;
use domain::users::StoresLine;
use domain::who_can::{Because, Exception, Giving, WhoCanQuery, WhoCanView};
use service::random::{Randomness, SeededRandomness};
use service::testing::Fixture;
use service::{Staff, who_can};

use crate::exports::whole;
use crate::list_model::{sample, shake, signed_in};
use crate::support::{
    MINUTE, add_override, custom_group, entries_after, error, id_of, newest_entry, number, texts,
    write,
};

on_both! {
    the_answer_names_the_people_and_why,
    r57_who_can_is_what_evaluation_says_of_everybody_in_random_businesses,
    r57_who_can_is_what_evaluation_says_also_when_there_are_many,
    r53_a_store_that_is_not_theirs_to_manage_is_not_there,
    r53_a_manager_of_one_store_learns_nothing_of_another,
    who_would_hold_it_is_counted_and_not_named,
    an_override_counts_until_it_ends,
    the_file_holds_the_same_people,
    r57_the_matrix_is_what_evaluation_says,
    in_a_business_of_one_store_there_is_no_store_to_ask_about,
}

fn query(permission: Permission, store: &str) -> WhoCanQuery {
    WhoCanQuery {
        permission: permission.key().to_owned(),
        store: store.to_owned(),
        page: String::new(),
    }
}

async fn ask(fixture: &Fixture, by: &Staff, query: WhoCanQuery) -> WhoCanView {
    who_can::view(&fixture.kh, by, query)
        .await
        .expect("answers")
}

/// Ids of everybody in the answer, page by page, forth and back.
async fn everybody_in(fixture: &Fixture, by: &Staff, asked: &WhoCanQuery) -> Vec<UserId> {
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
async fn people(fixture: &Fixture) -> Vec<Person> {
    let order = texts(&fixture.kh, "SELECT id FROM users ORDER BY name_sort, id").await;
    let order: Vec<UserId> = order.iter().map(|id| id.parse().expect("an id")).collect();
    let found = fixture.people(&order).await;
    let mut found: BTreeMap<UserId, Person> = found.into_iter().map(|p| (p.id, p)).collect();
    order.iter().filter_map(|id| found.remove(id)).collect()
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
async fn scramble(fixture: &Fixture, seed: u64) {
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
    let view = Permission::CustomersView;
    compare(
        &fixture,
        &eleanor,
        &[view, Permission::SettingsBilling],
        &[],
    )
    .await;
    compare(&fixture, &mia, &[view], &managed(&mia)).await;
    let view = ask(&fixture, &eleanor, query(Permission::CustomersView, "")).await;
    assert!(
        view.page.total.more,
        "counting stops: {:?}",
        view.page.total
    );
}

async fn the_answer_names_the_people_and_why(fixture: Fixture) {
    let eleanor = sample(&fixture, 30, "Eleanor").await;
    let void = Permission::InvoicesVoidPayment;
    // The sample has it that Theo allowed it to Sofia.
    let until = format!(
        "UPDATE overrides SET until_at = {} WHERE permission = 'invoices.void_payment'",
        fixture.kh.now().0 + 60_000
    );
    assert_eq!(write(&fixture.kh, &until).await, 1);
    let bath = eleanor
        .stores
        .iter()
        .find(|store| store.name == "Bath")
        .expect("a store")
        .id;
    let view = ask(&fixture, &eleanor, query(void, &bath.to_string())).await;
    assert_eq!((view.permission, view.store), (void, Some(bath)));
    assert_eq!(view.stores.len(), 4);
    let row = |name: &str| {
        let found = view.page.rows.iter().find(|row| row.name == name);
        found.unwrap_or_else(|| panic!("{name}: {:?}", view.page.rows))
    };
    assert_eq!(row("Eleanor Marlow").because, Because::SuperAdmin);
    assert_eq!(row("Eleanor Marlow").stores, StoresLine::All(4));
    let giving = |group: &str, store: Option<&str>| Giving {
        group: group.to_owned(),
        store: store.map(str::to_owned),
    };
    assert_eq!(
        row("Theo Finch").because,
        Because::Groups(vec![giving("Admin", None)])
    );
    assert_eq!(
        row("Giulia Bianchi").because,
        Because::Groups(vec![giving("Billing", None)])
    );
    assert_eq!(row("Giulia Bianchi").groups, "Sales, Billing");
    let by = "Theo Finch".to_owned();
    let until = Some(domain::when::Day::Today);
    assert_eq!(
        row("Sofia Lindqvist").because,
        Because::Override(Exception { by, until })
    );
    assert_eq!(
        row("Sofia Lindqvist").stores,
        StoresLine::These(vec!["Bath".to_owned(), "Oxford".to_owned()])
    );
    assert_eq!(view.page.rows.len(), view.page.total.n as usize);
    assert!(
        view.page.rows.iter().all(|row| row.name != "Priya Raman"),
        "not at Bath"
    );
    // A group for one store is told with it.
    let oxford = eleanor
        .stores
        .iter()
        .find(|store| store.name == "Oxford")
        .expect("a store")
        .id;
    let view = ask(
        &fixture,
        &eleanor,
        query(Permission::JobsPick, &oxford.to_string()),
    )
    .await;
    let sofia = view
        .page
        .rows
        .iter()
        .find(|row| row.name == "Sofia Lindqvist")
        .expect("she may");
    assert_eq!(
        sofia.because,
        Because::Groups(vec![giving("Operations", Some("Oxford"))])
    );
}

async fn r53_a_store_that_is_not_theirs_to_manage_is_not_there(fixture: Fixture) {
    sample(&fixture, 30, "Eleanor").await;
    let eleanor = signed_in(&fixture, "Eleanor").await;
    fixture
        .join(
            &eleanor,
            "Mia",
            &["Admin@Bath", "Crew"],
            &["Bath", "Oxford"],
        )
        .await;
    let mia = signed_in(&fixture, "Mia").await;
    let oxford = mia
        .stores
        .iter()
        .find(|store| store.name == "Oxford")
        .expect("a store")
        .id;
    let kh = &fixture.kh;
    let send = Permission::QuotesSend;
    for store in [
        oxford.to_string(),
        kh.new_id().to_string(),
        "nonsense".to_owned(),
    ] {
        fixture.clock.advance(MINUTE);
        let newest = newest_entry(kh).await;
        let answer = who_can::view(kh, &mia, query(send, &store)).await;
        assert_eq!(error(answer), AppError::NotFound, "{store}");
        let file = who_can::export(kh, &mia, query(send, &store)).await;
        assert_eq!(
            AppError::from(file.err().expect("refused")),
            AppError::NotFound,
            "{store}"
        );
        let written = entries_after(kh, newest).await;
        let written: Vec<_> = written
            .iter()
            .map(|e| (e.action.as_str(), e.result.as_str()))
            .collect();
        assert_eq!(
            written,
            [("who_can.view", "refused"), ("who_can.export", "refused")],
            "{store}"
        );
    }
    let unknown = WhoCanQuery {
        permission: "quotes.eat".to_owned(),
        ..WhoCanQuery::default()
    };
    assert_eq!(
        error(who_can::view(kh, &mia, unknown).await),
        AppError::NotFound
    );
    let daniel = signed_in(&fixture, "Daniel").await;
    for answer in [
        error(who_can::view(kh, &daniel, query(send, "")).await),
        AppError::from(
            who_can::export(kh, &daniel, query(send, ""))
                .await
                .err()
                .expect("refused"),
        ),
        AppError::from(
            who_can::export_access(kh, &daniel)
                .await
                .err()
                .expect("refused"),
        ),
    ] {
        let missing = Permission::SettingsUsers;
        assert!(
            matches!(answer, AppError::Forbidden { missing: m, .. } if m == missing),
            "{answer:?}"
        );
    }
}

async fn r53_a_manager_of_one_store_learns_nothing_of_another(fixture: Fixture) {
    let eleanor = sample(&fixture, 30, "Eleanor").await;
    fixture
        .join(&eleanor, "Mia", &["Admin@Bath"], &["Bath"])
        .await;
    let mia = signed_in(&fixture, "Mia").await;
    let view = ask(&fixture, &mia, query(Permission::QuotesView, "")).await;
    assert_eq!(view.stores.len(), 1);
    let said = format!("{:?}", view.page.rows);
    for foreign in ["Oxford", "Heathrow", "Mei-Ling"] {
        assert!(!said.contains(foreign), "{foreign}: {said}");
    }
    let sofia = view
        .page
        .rows
        .iter()
        .find(|row| row.name == "Sofia Lindqvist")
        .expect("seen");
    assert_eq!(
        (sofia.groups.as_str(), &sofia.stores),
        ("Sales", &StoresLine::These(vec!["Bath".into()]))
    );
    let file = who_can::export(&fixture.kh, &mia, query(Permission::QuotesView, "")).await;
    let matrix = who_can::export_access(&fixture.kh, &mia).await;
    for text in [
        whole(file.expect("may")).await,
        whole(matrix.expect("may")).await,
    ] {
        assert!(text.contains("sofia@"), "{text}");
        for foreign in ["Oxford", "Heathrow", "meiling"] {
            assert!(!text.contains(foreign), "{foreign}: {text}");
        }
    }
}

async fn who_would_hold_it_is_counted_and_not_named(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    fixture.invite(&ada, "Ivo", &["Crew"], &["Downtown"]).await;
    fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    fixture.join(&ada, "Gus", &["Crew"], &["Downtown"]).await;
    fixture.join(&ada, "Lou", &["Crew"], &["Airport"]).await;
    service::users::deactivate(kh, &ada, &id_of(&fixture, "Gus").await)
        .await
        .expect("may");
    write(
        kh,
        &format!(
            "UPDATE users SET ends_at = {} WHERE first_name = 'Lou'",
            kh.now().0
        ),
    )
    .await;
    write(
        kh,
        &format!(
            "UPDATE users SET locked_until = {} WHERE first_name = 'Dee'",
            kh.now().0 + 1
        ),
    )
    .await;
    let view = ask(&fixture, &ada, query(Permission::JobsPick, "")).await;
    let names: Vec<(&str, bool)> = view
        .page
        .rows
        .iter()
        .map(|row| (row.name.as_str(), row.locked))
        .collect();
    assert_eq!(names, [("Ada Owner", false), ("Dee Tester", true)]);
    assert_eq!((view.invited.n, view.gone.n), (1, 2));
    let downtown = ada
        .stores
        .iter()
        .find(|store| store.name == "Downtown")
        .expect("a store")
        .id;
    let view = ask(
        &fixture,
        &ada,
        query(Permission::JobsPick, &downtown.to_string()),
    )
    .await;
    assert_eq!((view.invited.n, view.gone.n), (1, 1));
    let view = ask(&fixture, &ada, query(Permission::SettingsBilling, "")).await;
    assert_eq!((view.page.total.n, view.invited.n, view.gone.n), (1, 0, 0));
    assert_eq!(number(kh, "SELECT COUNT(*) FROM users").await, 5);
}

async fn an_override_counts_until_it_ends(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    fixture
        .join(&ada, "Bill", &["Billing"], &["Downtown"])
        .await;
    let soon = fixture.kh.now().0 + 60_000;
    let void = Permission::InvoicesVoid;
    add_override(&fixture, "Dee", void.key(), "allow", soon).await;
    add_override(&fixture, "Bill", void.key(), "deny", soon).await;
    let names = async || {
        let ada = fixture.staff(&owner).await;
        let view = ask(&fixture, &ada, query(void, "")).await;
        view.page
            .rows
            .into_iter()
            .map(|row| row.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["Ada Owner", "Dee Tester"]);
    fixture.clock.advance(MINUTE);
    assert_eq!(names().await, ["Ada Owner", "Bill Tester"]);
}

async fn the_file_holds_the_same_people(fixture: Fixture) {
    let eleanor = sample(&fixture, 700, "Eleanor").await;
    add_override(&fixture, "Sofia", "invoices.void", "allow", 0).await;
    for (permission, store) in [
        (Permission::CustomersView, ""),
        (Permission::InvoicesVoid, ""),
    ] {
        let asked = query(permission, store);
        let people = everybody_in(&fixture, &eleanor, &asked).await;
        let file = who_can::export(&fixture.kh, &eleanor, asked)
            .await
            .expect("may");
        assert_eq!(file.name, "who-can-2026-11-20.csv");
        let text = whole(file).await;
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("name,email,because,override_by,groups,stores,status")
        );
        assert_eq!(lines.count(), people.len());
    }
    let file = who_can::export(&fixture.kh, &eleanor, query(Permission::InvoicesVoid, "")).await;
    let text = whole(file.expect("may")).await;
    assert!(
        text.contains("Sofia Lindqvist,sofia@marlowfinch.example,override,Sofia Lindqvist,\"Sales, Operations at Oxford\",Bath;Oxford,active"),
        "{text}"
    );
    assert!(text.contains("Eleanor Marlow,eleanor@marlowfinch.example,super_admin,,Super Admin,Bath;Heathrow T5;Marlow;Oxford,active"), "{text}");
}

async fn r57_the_matrix_is_what_evaluation_says(fixture: Fixture) {
    let eleanor = sample(&fixture, 150, "Eleanor").await;
    scramble(&fixture, 5).await;
    let people = people(&fixture).await;
    let emails: BTreeMap<String, UserId> =
        texts(&fixture.kh, "SELECT email || ' ' || id FROM users")
            .await
            .iter()
            .filter_map(|line| line.split_once(' '))
            .map(|(email, id)| (email.to_owned(), id.parse().expect("an id")))
            .collect();
    let file = who_can::export_access(&fixture.kh, &eleanor)
        .await
        .expect("may");
    assert_eq!(file.name, "who-can-what-2026-11-20.csv");
    let text = whole(file).await;
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().expect("a head").split(',').collect();
    assert_eq!(head[..3], ["name", "email", "store"]);
    assert_eq!(
        head[3..],
        Permission::ALL.map(|permission| permission.key())[..]
    );
    let mut seen = BTreeSet::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), head.len(), "{line}");
        let id = emails[cells[1]];
        let person = people.iter().find(|person| person.id == id).expect("there");
        let held = evaluate(person, &eleanor.caller.all_stores, eleanor.caller.now);
        let store = eleanor.stores.iter().find(|store| store.name == cells[2]);
        for (permission, cell) in Permission::ALL.iter().zip(&cells[3..]) {
            let holds = store.map_or(held.holds_business(*permission), |store| {
                held.holds(*permission, store.id)
            });
            assert_eq!(*cell == "yes", holds, "{} {permission}: {line}", cells[2]);
        }
        assert!(
            seen.insert((id, cells[2].to_owned())),
            "{line} stands twice"
        );
    }
    // Whatever anybody holds anywhere stands in it.
    for person in &people {
        let held = evaluate(person, &eleanor.caller.all_stores, eleanor.caller.now);
        for store in &eleanor.stores {
            if !held.in_store(store.id).store().is_empty() {
                assert!(seen.contains(&(person.id, store.name.clone())));
            }
        }
        if !held.is_nothing() {
            assert!(seen.iter().any(|(id, _)| *id == person.id));
        }
    }
}

async fn in_a_business_of_one_store_there_is_no_store_to_ask_about(fixture: Fixture) {
    let owner = fixture.found().await;
    write(
        &fixture.kh,
        "DELETE FROM user_stores WHERE store_id = (SELECT id FROM stores WHERE name = 'Airport')",
    )
    .await;
    write(&fixture.kh, "DELETE FROM stores WHERE name = 'Airport'").await;
    let ada = fixture.staff(&owner).await;
    assert!(ada.one_store());
    fixture.join(&ada, "Dee", &["Crew"], &[]).await;
    let view = ask(
        &fixture,
        &ada,
        query(Permission::JobsPick, &ada.stores[0].id.to_string()),
    )
    .await;
    assert_eq!(
        (view.store, view.stores.len(), view.page.total.n),
        (None, 0, 2)
    );
    let file = who_can::export(&fixture.kh, &ada, query(Permission::JobsPick, "")).await;
    let text = whole(file.expect("may")).await;
    assert!(
        text.starts_with("name,email,because,override_by,groups,status\r\n"),
        "{text}"
    );
    let matrix = who_can::export_access(&fixture.kh, &ada)
        .await
        .expect("may");
    assert!(
        whole(matrix)
            .await
            .starts_with("name,email,customers.view,")
    );
}
