//! Refusals of signed-in people are written down, without flooding the log (product §8).

use domain::AppError;
use domain::stores::StoreForm;
use domain::users::UserListQuery;
use service::testing::Fixture;
use service::{Keyholder, Staff, stores, users};

use crate::shop::owner_and_mia;
use crate::support::{
    MINUTE, allow_many_sessions, at_once, entries_after, error, id_of, newest_entry, number,
};

on_both! {
    r58_a_refusal_is_written_once_a_session_operation_and_minute,
    r58_parallel_refusals_of_one_minute_are_one_entry,
    r58_an_entry_of_a_refusal_says_who_what_from_where_and_why,
    r53_an_unknown_person_is_written_down_like_one_not_theirs_to_know,
    r58_what_is_no_id_of_a_store_is_written_down_as_a_refusal,
    what_is_allowed_and_what_is_mistyped_is_no_refusal,
}

async fn list(kh: &Keyholder, by: &Staff) -> AppError {
    error(users::list(kh, by, UserListQuery::default()).await)
}

async fn r58_a_refusal_is_written_once_a_session_operation_and_minute(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(&fixture).await;
    let first = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let first = fixture.staff(&first).await;
    let second = fixture.sign_in("Dana").await;
    let second = fixture.staff(&second).await;
    let kh = &fixture.kh;
    let newest = newest_entry(kh).await;
    let written = async || newest_entry(kh).await - newest;
    for _ in 0..5 {
        list(kh, &first).await;
    }
    assert_eq!(written().await, 1);
    error(users::new(kh, &first).await);
    assert_eq!(written().await, 2, "another operation");
    list(kh, &second).await;
    assert_eq!(written().await, 3, "another session");
    fixture.clock.advance(MINUTE);
    for _ in 0..5 {
        list(kh, &first).await;
    }
    assert_eq!(written().await, 4, "another minute");
}

async fn r58_parallel_refusals_of_one_minute_are_one_entry(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let dana = fixture.staff(&dana).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let newest = newest_entry(&fixture.kh).await;
    let asks = (0..30).map(|n| {
        let (kh, by) = (nodes[n % 2].clone(), dana.clone());
        async move { list(&kh, &by).await }
    });
    for answer in at_once(asks).await {
        assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
    }
    assert_eq!(newest_entry(&fixture.kh).await - newest, 1);
}

async fn r58_an_entry_of_a_refusal_says_who_what_from_where_and_why(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let dana = fixture.staff(&dana).await;
    let newest = newest_entry(&fixture.kh).await;
    list(&fixture.kh, &dana).await;
    let entries = entries_after(&fixture.kh, newest).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    let entry = &entries[0];
    assert_eq!(
        (
            entry.actor.as_str(),
            entry.action.as_str(),
            entry.result.as_str(),
            entry.reason.as_str()
        ),
        (
            "Dana Tester",
            "user.list",
            "refused",
            "forbidden: settings.users"
        )
    );
    let place = format!(
        "SELECT COUNT(*) FROM audit WHERE seq = {} AND actor_id = '{}' AND session_ref = '{}' \
         AND ip = '203.0.113.7' AND device = 'Firefox on Linux' AND request_id = 'test' AND at = {}",
        entry.seq,
        dana.caller.person.id,
        dana.caller.session,
        fixture.kh.now().0
    );
    assert_eq!(number(&fixture.kh, &place).await, 1);
}

async fn r53_an_unknown_person_is_written_down_like_one_not_theirs_to_know(fixture: Fixture) {
    let (ada, mia) = owner_and_mia(&fixture).await;
    fixture.join(&ada, "Art", &["Crew"], &["Airport"]).await;
    let kh = &fixture.kh;
    for id in [
        id_of(&fixture, "Art").await,
        kh.new_id().to_string(),
        "nonsense".to_owned(),
    ] {
        fixture.clock.advance(MINUTE);
        let newest = newest_entry(kh).await;
        assert_eq!(error(users::view(kh, &mia, &id).await), AppError::NotFound);
        assert_eq!(
            error(users::deactivate(kh, &mia, &id).await),
            AppError::NotFound
        );
        let written: Vec<_> = entries_after(kh, newest)
            .await
            .into_iter()
            .map(|entry| (entry.action, entry.result, entry.reason, entry.object))
            .collect();
        let refusal = |action: &str| {
            (
                action.to_owned(),
                "refused".to_owned(),
                "hidden".to_owned(),
                String::new(),
            )
        };
        assert_eq!(
            written,
            [refusal("user.view"), refusal("user.deactivate")],
            "{id}"
        );
    }
}

async fn what_is_allowed_and_what_is_mistyped_is_no_refusal(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let kh = &fixture.kh;
    let newest = newest_entry(kh).await;
    users::list(kh, &ada, UserListQuery::default())
        .await
        .expect("she may");
    users::view(kh, &ada, &id_of(&fixture, "Dana").await)
        .await
        .expect("she may");
    error(users::invite(kh, &ada, domain::users::InviteUser::default()).await);
    error(users::resend_invite(kh, &ada, &id_of(&fixture, "Dana").await).await);
    assert_eq!(newest_entry(kh).await, newest);
}

async fn r58_what_is_no_id_of_a_store_is_written_down_as_a_refusal(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let form = StoreForm {
        name: "Bath".to_owned(),
        code: "BTH".to_owned(),
        time_zone: "UTC".to_owned(),
        ..StoreForm::default()
    };
    let newest = newest_entry(kh).await;
    for answer in [
        error(stores::switch(kh, &ada, "x").await),
        error(stores::view(kh, &ada, "x").await),
        error(stores::update(kh, &ada, "x", 1, form).await),
        error(stores::deactivate(kh, &ada, "x").await),
        error(stores::reactivate(kh, &ada, "x").await),
    ] {
        assert_eq!(answer, AppError::NotFound);
    }
    let told: Vec<_> = entries_after(kh, newest)
        .await
        .into_iter()
        .map(|entry| (entry.action, entry.result, entry.reason))
        .collect();
    let refused = |action: &str| (action.to_owned(), "refused".to_owned(), "hidden".to_owned());
    assert_eq!(
        told,
        [
            refused("store.switch"),
            refused("store.view"),
            refused("store.update"),
            refused("store.deactivate"),
            refused("store.reactivate"),
        ]
    );
}
