//! The main line, from an empty database to a person at work, on both databases.

use domain::users::{SetAccess, UserListQuery};
use service::Visitor;
use service::testing::Fixture;

async fn whole(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let staff = fixture.staff(&dana).await;
    let shell = service::shell::view(&fixture.kh, &staff).await.expect("shell");
    assert_eq!(shell.modules.len(), 4, "{:?}", shell.modules);
    assert!(shell.settings.is_empty() && shell.stores.is_empty());
    let ada = fixture.staff(&owner).await;
    let list = service::users::list(&fixture.kh, &ada, UserListQuery::default()).await.expect("list");
    assert_eq!(list.page.rows.len(), 2);
    for q in ["dana", "da", "shop.ex"] {
        let query = UserListQuery { q: q.to_owned(), ..UserListQuery::default() };
        let found = service::users::list(&fixture.kh, &ada, query).await.expect("search");
        assert!(found.page.rows.iter().any(|row| row.name == "Dana Tester"), "{q}");
    }
    let id = staff.caller.person.id.to_string();
    let view = service::users::view(&fixture.kh, &ada, &id).await.expect("view");
    let form = fixture.invitation(&ada, "Dana", &["Sales"], &["Downtown"]).await;
    let access = SetAccess {
        user: id.clone(),
        memberships: form.groups,
        stores: form.stores,
        revision: view.revision,
        ..SetAccess::default()
    };
    service::users::set_access(&fixture.kh, &ada, access).await.expect("saves");
    let staff = fixture.staff(&dana).await;
    assert_eq!(service::shell::view(&fixture.kh, &staff).await.expect("shell").modules.len(), 5);
    service::users::deactivate(&fixture.kh, &ada, &id).await.expect("deactivates");
    assert!(matches!(fixture.visitor(&dana).await, Visitor::Nobody { ended: Some(_) }));
    let verdict = service::audit::verify(&fixture.kh).await.expect("verifies");
    println!("{verdict:?}");
    assert!(matches!(verdict, service::audit::Verdict::Whole { entries } if entries > 5));
}

#[tokio::test]
async fn a_business_is_set_up_and_a_person_invited_changed_and_deactivated_on_sqlite() {
    whole(Fixture::sqlite().await).await;
}

#[tokio::test]
async fn a_business_is_set_up_and_a_person_invited_changed_and_deactivated_on_postgres() {
    whole(Fixture::postgres().await).await;
}
