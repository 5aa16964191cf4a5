//! A refusal names people who could really give what is missing (product §11).

use access::{Module, Permission};
use domain::AppError;
use service::testing::Fixture;
use service::{Staff, modules, stores, users};

use crate::support::{MINUTE, add_override, custom_group, error, set_access, write};

on_both! {
    who_is_named_could_give_what_is_missing,
    overrides_and_last_days_count_for_whom_to_ask,
    r53_nobody_of_a_foreign_store_is_named,
    of_many_who_could_help_three_are_named,
    a_refusal_again_follows_what_was_changed_since,
    a_refusal_again_in_its_minute_asks_the_database_nothing,
}

/// Names on the refusal, for want of this permission.
fn named(answer: AppError, wanted: Permission) -> Vec<String> {
    match answer {
        AppError::Forbidden { missing, ask } if missing == wanted => ask
            .into_iter()
            .map(|contact| {
                contact
                    .name
                    .split(' ')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect(),
        other => panic!("{other:?}"),
    }
}

/// Whom somebody who can't see invoices is to ask.
async fn for_invoices(fixture: &Fixture, by: &Staff) -> Vec<String> {
    let answer = error(modules::view(&fixture.kh, by, Module::Invoices).await);
    named(answer, Permission::InvoicesView)
}

/// Whom somebody who can't see the stores is to ask.
async fn for_settings(fixture: &Fixture, by: &Staff) -> Vec<String> {
    let answer = error(stores::list(&fixture.kh, by).await);
    named(answer, Permission::SettingsView)
}

async fn who_is_named_could_give_what_is_missing(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture
        .join(&ada, "Al", &["Admin"], &["Downtown", "Airport"])
        .await;
    fixture
        .join(&ada, "Mia", &["Admin@Downtown"], &["Downtown"])
        .await;
    // Manages people and holds nothing that they might lack.
    custom_group(&fixture, "Keys", "settings.users customers.view quotes.view jobs.view inventory.view jobs.create jobs.edit jobs.pick jobs.return").await;
    fixture.join(&ada, "Kay", &["Keys"], &["Downtown"]).await;
    // Holds everything but the right to manage people.
    fixture
        .join(&ada, "Bill", &["Billing"], &["Downtown"])
        .await;
    let dee = fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    let dee = fixture.staff(&dee).await;
    assert_eq!(for_invoices(&fixture, &dee).await, ["Al", "Mia", "Ada"]);
    assert_eq!(
        for_settings(&fixture, &dee).await,
        ["Al", "Ada"],
        "what is of the business is not given for one store"
    );
    // Who works in both stores is out of reach for who manages one.
    set_access(&fixture, &ada, "Dee", &["Crew"], &["Downtown", "Airport"]).await;
    let dee = fixture.session_for(dee.caller.person.id).await;
    let dee = fixture.staff(&dee).await;
    assert_eq!(for_invoices(&fixture, &dee).await, ["Al", "Ada"]);
}

async fn overrides_and_last_days_count_for_whom_to_ask(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    for name in ["Al", "Ann", "Art"] {
        fixture
            .join(&ada, name, &["Admin"], &["Downtown", "Airport"])
            .await;
    }
    fixture
        .join(&ada, "Olly", &["Operations"], &["Downtown"])
        .await;
    let dee = fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    let dee = fixture.staff(&dee).await;
    let now = fixture.kh.now().0;
    let minute = i64::try_from(MINUTE.as_millis()).expect("fits");
    add_override(&fixture, "Al", "invoices.view", "deny", 0).await;
    write(
        &fixture.kh,
        &format!("UPDATE users SET ends_at = {now} WHERE first_name = 'Ann'"),
    )
    .await;
    add_override(&fixture, "Olly", "settings.users", "allow", now + minute).await;
    assert_eq!(for_invoices(&fixture, &dee).await, ["Art", "Olly", "Ada"]);
    assert_eq!(for_settings(&fixture, &dee).await, ["Al", "Art", "Ada"]);
    fixture.clock.advance(MINUTE);
    assert_eq!(
        for_invoices(&fixture, &dee).await,
        ["Art", "Ada"],
        "the override has ended"
    );
    write(
        &fixture.kh,
        "UPDATE users SET state = 'deactivated' WHERE first_name = 'Art'",
    )
    .await;
    fixture.clock.advance(MINUTE);
    assert_eq!(
        for_invoices(&fixture, &dee).await,
        ["Ada"],
        "what another node changed counts from the next minute on"
    );
}

async fn r53_nobody_of_a_foreign_store_is_named(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Abe", &["Admin"], &["Airport"]).await;
    fixture
        .join(&ada, "Mia", &["Admin@Downtown"], &["Downtown"])
        .await;
    let dee = fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    let dee = fixture.staff(&dee).await;
    assert_eq!(for_invoices(&fixture, &dee).await, ["Mia", "Ada"]);
    assert_eq!(for_settings(&fixture, &dee).await, ["Ada"]);
}

async fn of_many_who_could_help_three_are_named(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    for n in 0..16 {
        fixture
            .join(
                &ada,
                &format!("Al{n:02}"),
                &["Admin"],
                &["Downtown", "Airport"],
            )
            .await;
    }
    let dee = fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    let dee = fixture.staff(&dee).await;
    let named = for_invoices(&fixture, &dee).await;
    assert_eq!(named.len(), 3, "{named:?}");
    assert!(named.iter().all(|name| name.starts_with("Al")), "{named:?}");
    assert!(named.is_sorted(), "{named:?}");
}

async fn a_refusal_again_follows_what_was_changed_since(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let al = fixture
        .join(&ada, "Al", &["Admin"], &["Downtown", "Airport"])
        .await;
    let dee = fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    let dee = fixture.staff(&dee).await;
    for _ in 0..2 {
        assert_eq!(for_invoices(&fixture, &dee).await, ["Al", "Ada"]);
    }
    let al = fixture.staff(&al).await.caller.person.id.to_string();
    users::deactivate(&fixture.kh, &ada, &al)
        .await
        .expect("Ada may");
    assert_eq!(for_invoices(&fixture, &dee).await, ["Ada"]);
}

async fn a_refusal_again_in_its_minute_asks_the_database_nothing(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dee = fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    let dee = fixture.staff(&dee).await;
    let first = for_invoices(&fixture, &dee).await;
    fixture.kh.close().await;
    assert_eq!(for_invoices(&fixture, &dee).await, first);
    fixture.clock.advance(MINUTE);
    let answer = error(modules::view(&fixture.kh, &dee, Module::Invoices).await);
    assert_eq!(answer, AppError::Busy, "in the next minute it does");
}
