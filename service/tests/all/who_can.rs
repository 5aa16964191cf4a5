//! Who can: a permission and a store, and the people who hold it there (product §2.5).

use access::Permission;
use domain::AppError;
use domain::users::StoresLine;
use domain::who_can::{Because, Exception, Giving, WhoCanQuery};
use service::testing::Fixture;
use service::time::end_of_day;
use service::who_can;

use crate::exports::whole;
use crate::list_model::{sample, signed_in};
use crate::support::{MINUTE, add_override, entries_after, error, id_of, newest_entry, write};
use crate::who_can_model::{ask, query};

on_both! {
    the_answer_names_the_people_and_why,
    r53_a_store_that_is_not_theirs_to_manage_is_not_there,
    r53_a_manager_of_one_store_learns_nothing_of_another,
    who_would_hold_it_is_counted_and_not_named,
    an_override_counts_until_it_ends,
    in_a_business_of_one_store_there_is_no_store_to_ask_about,
    of_customers_one_store_is_enough_whichever_is_asked_about,
}

async fn the_answer_names_the_people_and_why(fixture: Fixture) {
    let eleanor = sample(&fixture, 30, "Eleanor").await;
    let void = Permission::InvoicesVoidPayment;
    // The sample has it that Theo allowed it to Sofia.
    let last_day = end_of_day("2099-12-31", "Europe/London").expect("a day");
    let until = format!(
        "UPDATE overrides SET until_at = {} WHERE permission = 'invoices.void_payment'",
        last_day.0
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
    let until = Some(domain::when::Day::Date(2099, 12, 31));
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

async fn of_customers_one_store_is_enough_whichever_is_asked_about(fixture: Fixture) {
    let eleanor = sample(&fixture, 30, "Eleanor").await;
    let stores = ["Bath", "Oxford"];
    let groups = ["Sales@Bath", "Crew@Oxford"];
    fixture.join(&eleanor, "Mia", &groups, &stores).await;
    let mia = signed_in(&fixture, "Mia").await;
    let oxford = eleanor.stores.iter().find(|store| store.name == "Oxford");
    let oxford = oxford.expect("a store").id;
    let create = Permission::CustomersCreate;
    assert!(!mia.caller.effective.holds(create, oxford));
    assert!(mia.caller.visible(create, Some(oxford)).is_ok());
    let view = ask(&fixture, &eleanor, query(create, &oxford.to_string())).await;
    assert_eq!(view.store, None);
    let named = view
        .page
        .rows
        .iter()
        .any(|row| row.id == mia.caller.person.id);
    assert!(named, "{:?}", view.page.rows);
}
