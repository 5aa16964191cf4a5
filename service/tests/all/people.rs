//! A person's details, groups and stores: the forms, and what they offer (product §3).

use access::UserId;
use domain::users::{InviteUser, SetAccess};
use domain::{AppError, ProblemCode};
use service::testing::Fixture;
use service::users;

use crate::shop::owner_and_mia;
use crate::support::{Snapshot, access_form, custom_group, error, fact, id_of, number};

on_both! {
    what_does_not_fit_the_state_is_a_conflict,
    access_needs_a_group_and_a_store,
    a_group_is_added_for_one_store_and_none_stands_twice,
    r57_the_form_of_a_new_user_offers_exactly_what_may_be_given,
    r57_a_group_is_offered_that_may_be_given_in_one_of_ones_stores,
    a_persons_page_shows_what_they_have_as_far_as_the_asker_may_know,
}

async fn what_does_not_fit_the_state_is_a_conflict(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let (kh, id) = (&fixture.kh, &id_of(&fixture, "Dana").await);
    let before = Snapshot::of(kh).await;
    assert_eq!(
        error(users::resend_invite(kh, &ada, id).await),
        AppError::Conflict
    );
    assert_eq!(
        error(users::withdraw_invite(kh, &ada, id).await),
        AppError::Conflict
    );
    assert_eq!(
        error(users::reactivate(kh, &ada, id).await),
        AppError::Conflict
    );
    let mut form = access_form(&fixture, &ada, "Dana", &["Sales"], &["Airport"]).await;
    form.revision -= 1;
    assert_eq!(
        error(users::set_access(kh, &ada, form).await),
        AppError::Conflict
    );
    let details = domain::users::UserDetails {
        first_name: "Dan".to_owned(),
        last_name: "Older".to_owned(),
        ..Default::default()
    };
    let answer = users::update(kh, &ada, id, 0, details).await;
    assert_eq!(error(answer), AppError::Conflict);
    assert_eq!(Snapshot::of(kh).await, before);
    users::deactivate(kh, &ada, id).await.expect("deactivates");
    assert_eq!(
        error(users::deactivate(kh, &ada, id).await),
        AppError::Conflict
    );
}

async fn access_needs_a_group_and_a_store(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let form = access_form(&fixture, &ada, "Dana", &["Crew"], &["Downtown"]).await;
    let before = Snapshot::of(kh).await;
    let none = Vec::new;
    let nobody = vec![UserId::nil().to_string()];
    for (form, field, code) in [
        (
            SetAccess {
                memberships: none(),
                ..form.clone()
            },
            "memberships",
            ProblemCode::PickGroup,
        ),
        (
            SetAccess {
                stores: none(),
                ..form.clone()
            },
            "stores",
            ProblemCode::PickStore,
        ),
        (
            SetAccess {
                memberships: nobody,
                ..form.clone()
            },
            "groups",
            ProblemCode::NotOffered,
        ),
    ] {
        let AppError::Invalid(problems) = error(users::set_access(kh, &ada, form).await) else {
            panic!("{field}");
        };
        assert_eq!(problems.of(field), Some(&code));
    }
    let nonsense = || "nonsense".to_owned();
    for form in [
        SetAccess {
            memberships: vec![nonsense()],
            ..form.clone()
        },
        SetAccess {
            stores: vec![nonsense()],
            ..form.clone()
        },
        SetAccess {
            add_group: nonsense(),
            ..form.clone()
        },
        SetAccess {
            add_group: form.memberships[0].clone(),
            add_store: nonsense(),
            ..form.clone()
        },
    ] {
        assert_eq!(
            error(users::set_access(kh, &ada, form).await),
            AppError::BadRequest
        );
    }
    assert_eq!(Snapshot::of(kh).await, before);
}

async fn a_group_is_added_for_one_store_and_none_stands_twice(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let sales = access_form(&fixture, &ada, "Dana", &["Sales@Downtown"], &[]).await;
    let (group, store) = sales.memberships[0]
        .split_once('@')
        .expect("a group at a store");
    let form = access_form(
        &fixture,
        &ada,
        "Dana",
        &["Crew", "Crew"],
        &["Downtown", "Downtown"],
    )
    .await;
    let form = SetAccess {
        add_group: group.to_owned(),
        add_store: store.to_owned(),
        ..form
    };
    users::set_access(kh, &ada, form).await.expect("saves");
    assert_eq!(number(kh, "SELECT COUNT(*) FROM memberships").await, 3);
    let staff = fixture.staff(&dana).await;
    let shell = service::shell::view(kh, &staff).await.expect("shell");
    assert_eq!(shell.me.groups, "Crew, Sales at Downtown");
    assert_eq!(fact(&fixture, "Dana", "groups_sort").await, "crew, sales");
}

async fn r57_the_form_of_a_new_user_offers_exactly_what_may_be_given(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let both = ["Downtown", "Airport"];
    custom_group(&fixture, "Keys", "settings.users").await;
    let mia = fixture
        .join(&ada, "Mia", &["Admin@Downtown"], &["Downtown"])
        .await;
    let al = fixture.join(&ada, "Al", &["Admin"], &both).await;
    let lotte = fixture
        .join(&ada, "Lotte", &["Keys@Airport", "Crew"], &both)
        .await;
    let mut made = 0;
    for (browser, name) in [
        (&owner, "Ada"),
        (&mia, "Mia"),
        (&al, "Al"),
        (&lotte, "Lotte"),
    ] {
        let staff = fixture.staff(browser).await;
        let offered = users::new(&fixture.kh, &staff).await.expect("the form");
        assert_eq!(offered.groups.len(), 7);
        let stores: Vec<String> = offered
            .stores
            .iter()
            .map(|store| store.id.to_string())
            .collect();
        assert_eq!(
            stores.len(),
            if ["Ada", "Al"].contains(&name) { 2 } else { 1 }
        );
        for group in offered.groups {
            made += 1;
            let form = InviteUser {
                first_name: "New".to_owned(),
                last_name: "Person".to_owned(),
                email: format!("new{made}@shop.example"),
                groups: vec![group.id.to_string()],
                stores: stores.clone(),
                ..InviteUser::default()
            };
            let answer = users::invite(&fixture.kh, &staff, form).await;
            assert_eq!(
                answer.is_ok(),
                group.may_grant,
                "{name} gives {}: {answer:?}",
                group.name
            );
        }
    }
}

async fn r57_a_group_is_offered_that_may_be_given_in_one_of_ones_stores(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    custom_group(&fixture, "Keys", "settings.users").await;
    let groups = ["Admin@Downtown", "Keys@Airport"];
    let mia = fixture
        .join(&ada, "Mia", &groups, &["Downtown", "Airport"])
        .await;
    let mia = fixture.staff(&mia).await;
    let offered = users::new(&fixture.kh, &mia)
        .await
        .expect("the form")
        .groups;
    let may_grant = |name: &str| {
        let found = offered.iter().find(|group| group.name == name);
        found.expect("all are shown").may_grant
    };
    assert!(may_grant("Sales") && !may_grant("Super Admin"));
    for (name, store, may) in [("Ivo", "Downtown", true), ("Ida", "Airport", false)] {
        let form = fixture.invitation(&mia, name, &["Sales"], &[store]).await;
        let answer = users::invite(&fixture.kh, &mia, form).await;
        assert_eq!(answer.is_ok(), may, "{store}: {answer:?}");
    }
}

async fn a_persons_page_shows_what_they_have_as_far_as_the_asker_may_know(fixture: Fixture) {
    let (ada, mia) = owner_and_mia(&fixture).await;
    let groups = ["Crew", "Operations@Airport"];
    fixture
        .join(&ada, "Bo", &groups, &["Downtown", "Airport"])
        .await;
    let view = users::view_access(&fixture.kh, &mia, &id_of(&fixture, "Bo").await, "")
        .await
        .expect("page");
    let shown: Vec<(&str, Option<&str>)> = view
        .memberships
        .iter()
        .map(|m| (m.name.as_str(), m.store.as_deref()))
        .collect();
    assert_eq!(
        shown,
        [("Crew", None), ("Operations", Some("another store"))]
    );
    let offered: Vec<&str> = view
        .store_choices
        .iter()
        .map(|store| store.name.as_str())
        .collect();
    assert_eq!(offered, ["Downtown"]);
    assert_eq!(
        view.other_stores, 1,
        "the airport is his, and not hers to know"
    );
    let head = view.person;
    assert_eq!(
        (head.sessions, head.created_by.as_deref()),
        (1, Some("Ada Owner"))
    );
    assert!(head.last_sign_in.is_some() && head.invite.is_none());
}
