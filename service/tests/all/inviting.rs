//! The two forms of an invitation: the one that sends it and the one that accepts it (product §3).

use access::{Permission, Rule, UserId};
use domain::invites::AcceptInvite;
use domain::users::InviteUser;
use domain::{AppError, ProblemCode, Problems};
use service::testing::Fixture;
use service::{Staff, invites, users};

use crate::shop::{owner_and_mia, rule};
use crate::support::{Snapshot, acceptance, error, id_of, number, try_accept};

on_both! {
    an_address_that_is_taken_is_named_only_to_who_may_know_the_person,
    r25_only_one_plain_address_can_be_invited,
    what_is_missing_or_not_offered_is_said_field_by_field,
    a_group_for_one_store_holds_there_and_nowhere_else,
    a_group_for_a_store_they_do_not_work_in_is_refused_beside_it,
    r56_a_store_manager_gives_a_group_in_their_own_stores_only,
    r4_a_password_that_is_refused_leaves_the_link_good,
}

async fn an_address_that_is_taken_is_named_only_to_who_may_know_the_person(fixture: Fixture) {
    let (ada, mia) = owner_and_mia(&fixture).await;
    fixture.join(&ada, "Art", &["Crew"], &["Airport"]).await;
    let art: UserId = id_of(&fixture, "Art").await.parse().expect("an id");
    let invite = async |by: &Staff, email: &str| {
        let mut form = fixture
            .invitation(by, "Eve", &["Crew"], &["Downtown"])
            .await;
        email.clone_into(&mut form.email);
        match error(users::invite(&fixture.kh, by, form).await) {
            AppError::Invalid(problems) => problems.of("email").cloned().expect("about the email"),
            other => panic!("{other:?}"),
        }
    };
    let taken = |deactivated| ProblemCode::EmailTaken {
        user: art,
        name: "Art Tester".to_owned(),
        deactivated,
    };
    for spelling in [
        "art@shop.example",
        " ART@Shop.Example ",
        "ａrt@shop.example",
    ] {
        assert_eq!(invite(&ada, spelling).await, taken(false), "{spelling}");
        assert_eq!(
            invite(&mia, spelling).await,
            ProblemCode::AddressUnusable,
            "{spelling}"
        );
    }
    users::deactivate(&fixture.kh, &ada, &art.to_string())
        .await
        .expect("deactivates");
    assert_eq!(invite(&ada, "art@shop.example").await, taken(true));
    assert_eq!(number(&fixture.kh, "SELECT COUNT(*) FROM users").await, 3);
}

async fn r25_only_one_plain_address_can_be_invited(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let before = Snapshot::of(&fixture.kh).await;
    for address in [
        "",
        "dana",
        "dana@shop.example,eve@evil.example",
        "dana@shop.example;eve@evil.example",
        "dana@shop.example eve@evil.example",
        "[\"dana@shop.example\",\"eve@evil.example\"]",
        "dana@shop.example\r\nBcc: eve@evil.example",
        "dana@shop.example%0d%0aBcc:eve@evil.example",
        "Dana <dana@shop.example>",
    ] {
        let mut form = fixture
            .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
            .await;
        address.clone_into(&mut form.email);
        let answer = error(users::invite(&fixture.kh, &ada, form).await);
        assert!(
            matches!(answer, AppError::Invalid(_)),
            "{address}: {answer:?}"
        );
    }
    let form = InviteUser {
        last_name: "Tester\r\nBcc: eve@evil.example".to_owned(),
        ..fixture
            .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
            .await
    };
    let answer = error(users::invite(&fixture.kh, &ada, form).await);
    assert!(matches!(answer, AppError::Invalid(_)), "{answer:?}");
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
    fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let sent = fixture.mails.sent();
    assert_eq!(
        sent.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(),
        ["dana@shop.example"]
    );
}

async fn what_is_missing_or_not_offered_is_said_field_by_field(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let problems = async |form| match error(users::invite(&fixture.kh, &ada, form).await) {
        AppError::Invalid(problems) => problems,
        other => panic!("{other:?}"),
    };
    let empty = problems(InviteUser::default()).await;
    for (field, code) in [
        ("first_name", ProblemCode::Required),
        ("last_name", ProblemCode::Required),
        ("email", ProblemCode::Required),
        ("groups", ProblemCode::PickGroup),
        ("stores", ProblemCode::PickStore),
    ] {
        assert_eq!(empty.of(field), Some(&code), "{field}");
    }
    let mut unknown = fixture
        .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
        .await;
    unknown.groups.push(UserId::nil().to_string());
    assert_eq!(
        problems(unknown).await.of("groups"),
        Some(&ProblemCode::NotOffered)
    );
    for (groups, stores) in [(["nonsense"], None), (["nonsense"], Some(["nonsense"]))] {
        let mut form = fixture
            .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
            .await;
        match stores {
            Some(stores) => form.stores = stores.map(str::to_owned).to_vec(),
            None => form.groups = groups.map(str::to_owned).to_vec(),
        }
        let answer = error(users::invite(&fixture.kh, &ada, form).await);
        assert_eq!(answer, AppError::BadRequest);
    }
    assert_eq!(number(&fixture.kh, "SELECT COUNT(*) FROM users").await, 1);
}

/// Invites Dana as Crew into these stores, for one store alone.
async fn placed(fixture: &Fixture, by: &Staff, stores: &[&str], at: &str) -> InviteUser {
    let form = fixture.invitation(by, "Dana", &["Crew"], stores).await;
    let store = by.stores.iter().find(|store| store.name == at);
    let store = store.expect("there is one").id.to_string();
    InviteUser {
        at: [(form.groups[0].clone(), store)].into(),
        ..form
    }
}

async fn a_group_for_one_store_holds_there_and_nowhere_else(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let mut form = placed(&fixture, &ada, &["Downtown", "Airport"], "Downtown").await;
    // Of a group that is not picked, where says nothing; an empty one is all their stores.
    let others = fixture
        .invitation(&ada, "Dana", &["Sales", "Billing"], &["Airport"])
        .await;
    let [sales, billing] = &others.groups[..] else {
        panic!("two groups")
    };
    form.at.insert(sales.clone(), others.stores[0].clone());
    form.at.insert(billing.clone(), String::new());
    form.groups.push(billing.clone());
    users::invite(&fixture.kh, &ada, form)
        .await
        .expect("invites");
    let token = fixture.last_link().await;
    let dana = try_accept(&fixture, &token).await.expect("accepts");
    let dana = fixture.staff(&dana).await;
    for store in &ada.stores {
        let holds = |permission| dana.caller.effective.holds(permission, store.id);
        let here = store.name == "Downtown";
        assert_eq!(holds(Permission::JobsPick), here, "{}", store.name);
        assert!(holds(Permission::InvoicesView), "{}", store.name);
        assert!(!holds(Permission::QuotesSend), "{}", store.name);
    }
    let shell = service::shell::view(&fixture.kh, &dana)
        .await
        .expect("shell");
    assert_eq!(shell.me.groups, "Crew at Downtown, Billing");
}

async fn a_group_for_a_store_they_do_not_work_in_is_refused_beside_it(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let before = Snapshot::of(&fixture.kh).await;
    let form = placed(&fixture, &ada, &["Downtown"], "Airport").await;
    let field = format!("at[{}]", form.groups[0]);
    assert_eq!(
        error(users::invite(&fixture.kh, &ada, form).await),
        AppError::Invalid(Problems::one(&field, ProblemCode::StoreNotTicked))
    );
    let mut nonsense = placed(&fixture, &ada, &["Downtown"], "Downtown").await;
    for store in nonsense.at.values_mut() {
        "nonsense".clone_into(store);
    }
    nonsense.stores.push("nonsense".to_owned());
    let answer = error(users::invite(&fixture.kh, &ada, nonsense).await);
    assert_eq!(answer, AppError::BadRequest);
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
}

async fn r56_a_store_manager_gives_a_group_in_their_own_stores_only(fixture: Fixture) {
    let (ada, mia) = owner_and_mia(&fixture).await;
    let before = Snapshot::but_for_refusals(&fixture.kh).await;
    let invite = async |stores: &[&str]| {
        let form = placed(&fixture, &ada, stores, "Airport").await;
        error(users::invite(&fixture.kh, &mia, form).await)
    };
    for stores in [&["Airport"][..], &["Downtown", "Airport"]] {
        assert_eq!(invite(stores).await, rule(Rule::NotTheirStore));
    }
    let beside = invite(&["Downtown"]).await;
    assert!(matches!(beside, AppError::Invalid(_)), "{beside:?}");
    assert_eq!(Snapshot::but_for_refusals(&fixture.kh).await, before);
    let own = placed(&fixture, &ada, &["Downtown"], "Downtown").await;
    users::invite(&fixture.kh, &mia, own)
        .await
        .expect("she may");
}

async fn r4_a_password_that_is_refused_leaves_the_link_good(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let token = fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let before = Snapshot::of(&fixture.kh).await;
    for (password, problem) in [
        ("", ProblemCode::Required),
        ("fourteen chars", ProblemCode::PasswordShort { min: 15 }),
        ("passwordpassword", ProblemCode::PasswordCommon),
        ("downtown downtown", ProblemCode::PasswordFamiliar),
        ("dana.tester.2026", ProblemCode::PasswordFamiliar),
        ("Ada's Hire Ada's Hire", ProblemCode::PasswordFamiliar),
    ] {
        let form = AcceptInvite {
            password: password.to_owned(),
            again: password.to_owned(),
            ..acceptance(&token)
        };
        let answer =
            invites::accept(&fixture.kh, &fixture.client(), &fixture.browser(), form).await;
        let AppError::Invalid(problems) = error(answer) else {
            panic!("{password}")
        };
        assert_eq!(problems.of("password"), Some(&problem), "{password}");
    }
    let form = AcceptInvite {
        again: "something else".to_owned(),
        ..acceptance(&token)
    };
    let answer = invites::accept(&fixture.kh, &fixture.client(), &fixture.browser(), form).await;
    let AppError::Invalid(problems) = error(answer) else {
        panic!("they differ")
    };
    assert_eq!(problems.of("again"), Some(&ProblemCode::PasswordsDiffer));
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
    try_accept(&fixture, &token).await.expect("accepts");
}
