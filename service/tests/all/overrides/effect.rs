//! What an override does, from the next request on, until its day is over.

use std::time::Duration;

use access::Permission;
use domain::users::{CellState, OverrideChoice, SetAccess};
use service::testing::Fixture;

use super::{cell, choosing, deny_pick, form, may, save, view};
use crate::shop::shop;
use crate::support::{just_before, number, write};

on_both! {
    an_override_acts_on_the_next_request_and_why_names_its_author,
    an_override_ends_by_the_clock_without_a_job,
    an_override_ends_at_the_midnight_of_the_business,
}

async fn an_override_acts_on_the_next_request_and_why_names_its_author(fixture: Fixture) {
    let shop = shop(fixture).await;
    let dee = shop.fixture.sign_in("Dee").await;
    let holds = async |permission| {
        let staff = shop.fixture.staff(&dee).await;
        staff.caller.effective.holds_anywhere(permission)
    };
    assert!(holds(Permission::JobsPick).await);
    let deny = deny_pick(&shop, &shop.al, "Dee").await;
    save(&shop, &shop.al, deny).await.expect("saves");
    assert!(!holds(Permission::JobsPick).await, "at the next request");

    let denied = cell(&shop, &shop.ada, "Dee", Permission::JobsPick).await;
    assert_eq!(denied.state, CellState::Denied);
    assert!(denied.groups.iter().any(|g| g.name == "Crew" && g.gives));
    let exception = denied.exception.expect("is told");
    assert_eq!(exception.choice, OverrideChoice::Deny);
    assert_eq!(exception.author, "Al Tester");
    assert_eq!(exception.reason, "Covers Marcus");
    assert!(exception.until.is_none() && !exception.ended);

    let allow = choosing(
        &shop,
        &shop.ada,
        "Dee",
        Permission::InvoicesVoid,
        OverrideChoice::Allow,
    )
    .await;
    save(&shop, &shop.ada, allow).await.expect("saves");
    assert!(holds(Permission::InvoicesVoid).await);
    let allowed = cell(&shop, &shop.ada, "Dee", Permission::InvoicesVoid).await;
    assert_eq!(allowed.state, CellState::Allowed);
    let view = view(&shop, &shop.ada, "Dee").await;
    assert_eq!((view.overrides, view.clearable), (2, 2));
}

async fn an_override_ends_by_the_clock_without_a_job(fixture: Fixture) {
    let shop = shop(fixture).await;
    let mut today = deny_pick(&shop, &shop.ada, "Dee").await;
    // The fixed clock stands at 09:41 of this day.
    today.until = [("jobs.pick".to_owned(), "2026-11-20".to_owned())].into();
    save(&shop, &shop.ada, today).await.expect("saves");
    let to_midnight = Duration::from_mins(14 * 60 + 19);
    shop.fixture.clock.advance(just_before(to_midnight));
    assert!(!may(&shop, "Dee", Permission::JobsPick).await);
    shop.fixture.clock.advance(Duration::from_millis(1));
    assert!(may(&shop, "Dee", Permission::JobsPick).await);
    let ada = shop.fixture.sign_in("Ada").await;
    let ada = shop.fixture.staff(&ada).await;
    let over = cell(&shop, &ada, "Dee", Permission::JobsPick).await;
    assert_eq!(over.state, CellState::Yes);
    let exception = over.exception.expect("Why still tells of it");
    assert!(exception.ended);
    assert_eq!(exception.until.expect("it had an end").iso, "2026-11-20");
    assert_eq!(view(&shop, &ada, "Dee").await.overrides, 0);
    // Saving the page as it stands neither revives nor forgets it.
    let as_it_stands = SetAccess {
        overrides: [("jobs.pick".to_owned(), "groups".to_owned())].into(),
        ..form(&shop, &ada, "Dee").await
    };
    save(&shop, &ada, as_it_stands).await.expect("saves");
    assert!(may(&shop, "Dee", Permission::JobsPick).await);
    assert_eq!(
        number(&shop.fixture.kh, "SELECT COUNT(*) FROM overrides").await,
        1
    );
}

async fn an_override_ends_at_the_midnight_of_the_business(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    write(kh, "UPDATE business SET time_zone = 'America/New_York'").await;
    let ada = shop.fixture.sign_in("Ada").await;
    let ada = shop.fixture.staff(&ada).await;
    let mut form = deny_pick(&shop, &ada, "Dee").await;
    form.until = [("jobs.pick".to_owned(), "2026-11-20".to_owned())].into();
    save(&shop, &ada, form).await.expect("saves");
    // 20 November ends in New York five hours after it does in UTC.
    let end = number(kh, "SELECT until_at FROM overrides").await;
    assert_eq!(end, service::testing::NOW.0 + (19 * 60 + 19) * 60_000);
    let told = cell(&shop, &ada, "Dee", Permission::JobsPick).await;
    let until = told.exception.and_then(|o| o.until).expect("an end");
    assert_eq!(until.iso, "2026-11-20");
}
