//! The main line, from an empty database to a person at work.

use domain::users::UserListQuery;
use service::Visitor;
use service::testing::Fixture;

use crate::support::{id_of, set_access};

on_both! {
    a_business_is_set_up_and_a_person_invited_changed_and_deactivated,
}

async fn a_business_is_set_up_and_a_person_invited_changed_and_deactivated(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let staff = fixture.staff(&dana).await;
    let shell = service::shell::view(&fixture.kh, &staff)
        .await
        .expect("shell");
    assert_eq!(shell.modules.len(), 4, "{:?}", shell.modules);
    assert!(shell.settings.is_empty() && shell.stores.is_empty());
    let ada = fixture.staff(&owner).await;
    let list = service::users::list(&fixture.kh, &ada, UserListQuery::default())
        .await
        .expect("list");
    assert_eq!(list.page.rows.len(), 2);
    for q in ["dana", "da", "shop.ex"] {
        let query = UserListQuery {
            q: q.to_owned(),
            ..UserListQuery::default()
        };
        let found = service::users::list(&fixture.kh, &ada, query)
            .await
            .expect("search");
        assert!(
            found.page.rows.iter().any(|row| row.name == "Dana Tester"),
            "{q}"
        );
    }
    set_access(&fixture, &ada, "Dana", &["Sales"], &["Downtown"]).await;
    let staff = fixture.staff(&dana).await;
    assert_eq!(
        service::shell::view(&fixture.kh, &staff)
            .await
            .expect("shell")
            .modules
            .len(),
        5
    );
    let id = id_of(&fixture, "Dana").await;
    service::users::deactivate(&fixture.kh, &ada, &id)
        .await
        .expect("deactivates");
    assert!(matches!(
        fixture.visitor(&dana).await,
        Visitor::Nobody { ended: Some(_) }
    ));
    let verdict = service::audit::verify(&fixture.kh).await.expect("verifies");
    assert!(matches!(verdict, service::audit::Verdict::Whole { entries } if entries > 5));
}
