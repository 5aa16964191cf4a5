//! A change of rights acts on the next request (product §2.3).

use std::time::Duration;

use access::UserId;
use domain::{AppError, EndedWhy};
use service::sessions::resolve;
use service::testing::{Fixture, PASSWORD};
use service::{Keyholder, Visitor, users};

use crate::sessions::{ended, pair, sign_in};
use crate::support::{
    add_override, allow_many_sessions, at_once, id_of, number, set_access, try_sign_in, write,
};

on_both! {
    r44_a_role_change_acts_on_the_next_request_on_every_node,
    r44_a_store_taken_away_and_a_denial_act_on_the_next_request,
    r44_deactivation_ends_every_session_and_reactivation_revives_none,
    r44_a_last_day_that_is_over_ends_a_session_by_the_clock,
    r60_signing_in_and_being_deactivated_at_once_leaves_no_open_session,
}

async fn r44_a_role_change_acts_on_the_next_request_on_every_node(fixture: Fixture) {
    let (owner, dana) = pair(&fixture).await;
    let second = fixture.second_node().await;
    let ada = fixture.staff(&owner).await;
    let see_invoices = async |kh: &Keyholder| {
        let visitor = resolve(kh, dana.id(), fixture.client())
            .await
            .expect("answers");
        let Visitor::Staff(staff) = visitor else {
            panic!("{visitor:?}")
        };
        staff.caller.sees(access::Module::Invoices, staff.chosen)
    };
    assert!(!see_invoices(&fixture.kh).await && !see_invoices(&second).await);
    set_access(&fixture, &ada, "Dana", &["Sales"], &["Downtown"]).await;
    assert!(see_invoices(&fixture.kh).await && see_invoices(&second).await);
    set_access(&fixture, &ada, "Dana", &["Crew"], &["Downtown"]).await;
    assert!(!see_invoices(&fixture.kh).await && !see_invoices(&second).await);
    // The group itself: a change of it is a change for its members.
    write(
        &fixture.kh,
        "UPDATE permission_groups SET permissions = permissions || ' invoices.view' \
         WHERE name = 'Crew'",
    )
    .await;
    assert!(see_invoices(&fixture.kh).await && see_invoices(&second).await);
}

async fn r44_a_store_taken_away_and_a_denial_act_on_the_next_request(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture
        .join(&ada, "Dana", &["Crew"], &["Downtown", "Airport"])
        .await;
    assert_eq!(fixture.staff(&dana).await.own_stores().count(), 2);
    set_access(&fixture, &ada, "Dana", &["Crew"], &["Airport"]).await;
    let staff = fixture.staff(&dana).await;
    assert_eq!(
        staff
            .own_stores()
            .map(|store| store.name.as_str())
            .collect::<Vec<_>>(),
        ["Airport"]
    );
    let end = fixture.kh.now().0 + 1_000;
    add_override(&fixture, "Dana", "jobs.view", "deny", end).await;
    let sees_jobs = async || {
        let staff = fixture.staff(&dana).await;
        staff.caller.sees(access::Module::Jobs, staff.chosen)
    };
    assert!(!sees_jobs().await);
    fixture.clock.advance(Duration::from_secs(1));
    assert!(sees_jobs().await, "its end has come, by the clock");
}

async fn r44_deactivation_ends_every_session_and_reactivation_revives_none(fixture: Fixture) {
    let (owner, first) = pair(&fixture).await;
    allow_many_sessions(&fixture).await;
    let second = fixture.sign_in("Dana").await;
    let ada = fixture.staff(&owner).await;
    let id = id_of(&fixture, "Dana").await;
    users::deactivate(&fixture.kh, &ada, &id)
        .await
        .expect("deactivates");
    for browser in [&first, &second] {
        assert_eq!(ended(&fixture, browser).await, Some(EndedWhy::Deactivated));
    }
    let answer = try_sign_in(&fixture.kh, &fixture, "dana@shop.example", PASSWORD).await;
    assert_eq!(answer.err(), Some(AppError::SignInFailed));
    users::reactivate(&fixture.kh, &ada, &id)
        .await
        .expect("reactivates");
    for browser in [&first, &second] {
        assert_eq!(ended(&fixture, browser).await, Some(EndedWhy::Deactivated));
    }
    let third = fixture.sign_in("Dana").await;
    fixture.staff(&third).await;
}

async fn r44_a_last_day_that_is_over_ends_a_session_by_the_clock(fixture: Fixture) {
    let (_, dana) = pair(&fixture).await;
    let end = fixture.kh.now().0 + 1_000;
    write(
        &fixture.kh,
        &format!("UPDATE users SET ends_at = {end} WHERE first_name = 'Dana'"),
    )
    .await;
    fixture.staff(&dana).await;
    fixture.clock.advance(Duration::from_secs(1));
    assert_eq!(ended(&fixture, &dana).await, Some(EndedWhy::Deactivated));
    let answer = try_sign_in(&fixture.kh, &fixture, "dana@shop.example", PASSWORD).await;
    assert_eq!(answer.err(), Some(AppError::SignInFailed));
}

async fn r60_signing_in_and_being_deactivated_at_once_leaves_no_open_session(fixture: Fixture) {
    let (owner, _) = pair(&fixture).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let id = id_of(&fixture, "Dana").await;
    let person: UserId = id.parse().expect("an id");
    let open = format!("SELECT COUNT(*) FROM sessions WHERE user_id = '{id}' AND ended = 0");
    for round in 0..15 {
        let ada = fixture.staff(&owner).await;
        let begin = sign_in(nodes[round % 2].clone(), fixture.client());
        let begin = async move { begin.await.map(drop) };
        let (kh, id_there, by) = (nodes[0].clone(), id.clone(), ada.clone());
        let end = async move {
            users::deactivate(&kh, &by, &id_there)
                .await
                .map(drop)
                .map_err(AppError::from)
        };
        let begin: std::pin::Pin<Box<dyn Future<Output = Result<(), AppError>> + Send>> =
            Box::pin(begin);
        let answers = at_once([begin, Box::pin(end)]).await;
        assert!(
            matches!(answers[0], Ok(()) | Err(AppError::SignInFailed)),
            "{answers:?}"
        );
        assert_eq!(answers[1], Ok(()));
        assert_eq!(number(&fixture.kh, &open).await, 0, "round {round}");
        users::reactivate(&fixture.kh, &ada, &id)
            .await
            .expect("reactivates");
        fixture.session_for(person).await;
    }
}
