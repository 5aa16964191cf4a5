//! The life of an invitation (product §3).

use std::time::Duration;

use domain::AppError;
use domain::invites::AcceptInvite;
use domain::users::{Status, UserListQuery};
use service::testing::{Fixture, PASSWORD};
use service::{Staff, invites, users};

use crate::support::{
    MOMENT, Snapshot, acceptance, at_once, browser_at, entries_after, error, fact, home, id_of,
    just_before, newest_entry, number, set_access, try_accept, try_sign_in, write,
};

const DAY: Duration = Duration::from_hours(24);

on_both! {
    an_invitation_lives_seven_days_by_the_clock,
    r22_resending_voids_the_older_link,
    a_withdrawn_invitation_is_void_and_its_account_deactivated,
    r22_of_parallel_acceptances_exactly_one_wins,
    r22_an_accepted_link_is_used_up,
    r23_looking_at_an_invitation_uses_nothing_up,
    r29_an_invitation_is_void_while_its_sender_may_no_longer_give_it,
    r29_an_invitation_of_a_deactivated_sender_is_void,
    r29_another_sender_makes_an_invitation_good_again,
    r29_an_invitation_freezes_no_rights,
    r10_every_link_that_is_of_no_use_answers_alike,
    who_never_accepted_is_invited_anew_when_reactivated,
}

async fn row(fixture: &Fixture, by: &Staff, name: &str) -> domain::users::UserRow {
    let query = UserListQuery {
        deactivated: "on".to_owned(),
        ..UserListQuery::default()
    };
    let list = users::list(&fixture.kh, by, query).await.expect("lists");
    list.page
        .rows
        .into_iter()
        .find(|row| row.name == name)
        .expect("they are in the list")
}

async fn an_invitation_lives_seven_days_by_the_clock(fixture: Fixture) {
    let owner = fixture.found().await;
    write(
        &fixture.kh,
        "UPDATE business SET idle_minutes = 100000, absolute_minutes = 100000",
    )
    .await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let erik = fixture.invite(&ada, "Erik", &["Crew"], &["Downtown"]).await;
    fixture.clock.advance(just_before(DAY * 7));
    let view = invites::view(&fixture.kh, &dana)
        .await
        .expect("it is still good");
    assert_eq!(
        (view.first_name.as_str(), view.inviter.as_str()),
        ("Dana", "Ada Owner")
    );
    assert_eq!(view.business, "Ada's Hire");
    assert_eq!(
        (view.groups.as_str(), view.stores.as_deref()),
        ("Crew", Some("Downtown"))
    );
    try_accept(&fixture, &dana).await.expect("it is still good");
    let ada = fixture.staff(&owner).await;
    assert!(!row(&fixture, &ada, "Erik Tester").await.invite_expired);
    let view = home(&fixture.kh, &ada).await.expect("home");
    assert_eq!(view.waiting_invites, 1);

    fixture.clock.advance(MOMENT);
    assert_eq!(
        error(invites::view(&fixture.kh, &erik).await),
        AppError::LinkOver
    );
    assert_eq!(
        try_accept(&fixture, &erik).await.err(),
        Some(AppError::LinkOver)
    );
    let ada = fixture.staff(&owner).await;
    let erik = row(&fixture, &ada, "Erik Tester").await;
    assert_eq!((erik.status, erik.invite_expired), (Status::Invited, true));
    let view = home(&fixture.kh, &ada).await.expect("home");
    assert_eq!((view.waiting_invites, view.expired_invites.len()), (0, 1));
    assert_eq!(view.expired_invites[0].user, erik.id);
    let page = users::view(&fixture.kh, &ada, &erik.id.to_string())
        .await
        .expect("page");
    assert!(page.invite.expect("it still shows").expired);
}

async fn r22_resending_voids_the_older_link(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let older = fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let id = id_of(&fixture, "Dana").await;
    users::resend_invite(&fixture.kh, &ada, &id)
        .await
        .expect("resends");
    let newer = fixture.last_link().await;
    assert_ne!(older, newer);
    assert_eq!(
        error(invites::view(&fixture.kh, &older).await),
        AppError::LinkOver
    );
    assert_eq!(
        try_accept(&fixture, &older).await.err(),
        Some(AppError::LinkOver)
    );
    try_accept(&fixture, &newer)
        .await
        .expect("the newer one is good");
}

async fn a_withdrawn_invitation_is_void_and_its_account_deactivated(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let token = fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let id = id_of(&fixture, "Dana").await;
    users::withdraw_invite(&fixture.kh, &ada, &id)
        .await
        .expect("withdraws");
    assert_eq!(
        try_accept(&fixture, &token).await.err(),
        Some(AppError::LinkOver)
    );
    assert_eq!(
        row(&fixture, &ada, "Dana Tester").await.status,
        Status::Deactivated
    );
    assert_eq!(number(&fixture.kh, "SELECT COUNT(*) FROM invites").await, 0);
}

async fn r22_of_parallel_acceptances_exactly_one_wins(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    for name in ["Dana", "Erik", "Fay"] {
        let token = fixture.invite(&ada, name, &["Crew"], &["Downtown"]).await;
        let newest = newest_entry(&fixture.kh).await;
        let tries = (0..8).map(|n| {
            let (kh, client, form) = (nodes[n % 2].clone(), fixture.client(), acceptance(&token));
            async move {
                let browser = browser_at(&kh);
                invites::accept(&kh, &client, &browser, form)
                    .await
                    .map_err(AppError::from)
            }
        });
        let answers = at_once(tries).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1, "{name}");
        let over = |answer: &Result<_, AppError>| answer.as_ref() == Err(&AppError::LinkOver);
        assert!(lost.iter().all(over), "{lost:?}");
        let written: Vec<String> = entries_after(&fixture.kh, newest)
            .await
            .into_iter()
            .map(|entry| entry.action)
            .collect();
        assert_eq!(written, ["invite.accept", "session.sign_in"]);
        let sessions = format!(
            "SELECT COUNT(*) FROM sessions s JOIN users u ON u.id = s.user_id \
             WHERE u.first_name = '{name}'"
        );
        assert_eq!(number(&fixture.kh, &sessions).await, 1);
    }
}

async fn r22_an_accepted_link_is_used_up(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let token = fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    try_accept(&fixture, &token).await.expect("accepts");
    let password = fact(&fixture, "Dana", "password").await;
    let form = AcceptInvite {
        password: "another long enough one".to_owned(),
        again: "another long enough one".to_owned(),
        ..acceptance(&token)
    };
    let again = invites::accept(&fixture.kh, &fixture.client(), &fixture.browser(), form).await;
    assert_eq!(error(again), AppError::LinkOver);
    assert_eq!(fact(&fixture, "Dana", "password").await, password);
}

async fn r23_looking_at_an_invitation_uses_nothing_up(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let token = fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let before = Snapshot::of(&fixture.kh).await;
    for _ in 0..3 {
        invites::view(&fixture.kh, &token).await.expect("good");
        let nobody = service::Visitor::Nobody { ended: None };
        let typed = "some password".to_owned();
        service::passwords::strength(&fixture.kh, &nobody, typed, &token)
            .await
            .expect("answers");
    }
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
    try_accept(&fixture, &token).await.expect("accepts");
}

async fn r29_an_invitation_is_void_while_its_sender_may_no_longer_give_it(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let stores = ["Downtown", "Airport"];
    let mia = fixture.join(&ada, "Mia", &["Admin"], &stores).await;
    let mia = fixture.staff(&mia).await;
    let dana = fixture.invite(&mia, "Dana", &["Sales"], &["Airport"]).await;
    // She loses the store: of what she gave, nothing is left to give.
    set_access(&fixture, &ada, "Mia", &["Admin"], &["Downtown"]).await;
    let before = Snapshot::of(&fixture.kh).await;
    assert_eq!(
        error(invites::view(&fixture.kh, &dana).await),
        AppError::LinkOver
    );
    assert_eq!(
        try_accept(&fixture, &dana).await.err(),
        Some(AppError::LinkOver)
    );
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
    // She keeps the store and loses the group.
    set_access(&fixture, &ada, "Mia", &["Sales"], &stores).await;
    assert_eq!(
        error(invites::view(&fixture.kh, &dana).await),
        AppError::LinkOver
    );
    assert_eq!(
        try_accept(&fixture, &dana).await.err(),
        Some(AppError::LinkOver)
    );
}

async fn r29_an_invitation_of_a_deactivated_sender_is_void(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let mia = fixture.join(&ada, "Mia", &["Admin"], &["Downtown"]).await;
    let mia = fixture.staff(&mia).await;
    let dana = fixture.invite(&mia, "Dana", &["Crew"], &["Downtown"]).await;
    users::deactivate(&fixture.kh, &ada, &id_of(&fixture, "Mia").await)
        .await
        .expect("deactivates");
    assert_eq!(
        error(invites::view(&fixture.kh, &dana).await),
        AppError::LinkOver
    );
    assert_eq!(
        try_accept(&fixture, &dana).await.err(),
        Some(AppError::LinkOver)
    );
}

async fn r29_another_sender_makes_an_invitation_good_again(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let mia = fixture.join(&ada, "Mia", &["Admin"], &["Downtown"]).await;
    let mia = fixture.staff(&mia).await;
    let older = fixture.invite(&mia, "Dana", &["Crew"], &["Downtown"]).await;
    users::deactivate(&fixture.kh, &ada, &id_of(&fixture, "Mia").await)
        .await
        .expect("deactivates");
    users::resend_invite(&fixture.kh, &ada, &id_of(&fixture, "Dana").await)
        .await
        .expect("resends");
    let newer = fixture.last_link().await;
    assert_eq!(
        invites::view(&fixture.kh, &newer)
            .await
            .expect("good")
            .inviter,
        "Ada Owner"
    );
    assert_eq!(
        try_accept(&fixture, &older).await.err(),
        Some(AppError::LinkOver)
    );
    try_accept(&fixture, &newer).await.expect("accepts");
}

async fn r29_an_invitation_freezes_no_rights(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let token = fixture
        .invite(&ada, "Dana", &["Sales"], &["Downtown"])
        .await;
    set_access(&fixture, &ada, "Dana", &["Crew"], &["Airport"]).await;
    let view = invites::view(&fixture.kh, &token).await.expect("good");
    assert_eq!(
        (view.groups.as_str(), view.stores.as_deref()),
        ("Crew", Some("Airport"))
    );
    write(
        &fixture.kh,
        "UPDATE permission_groups SET permissions = 'jobs.view' WHERE name = 'Crew'",
    )
    .await;
    let dana = try_accept(&fixture, &token).await.expect("accepts");
    let staff = fixture.staff(&dana).await;
    let names: Vec<&str> = staff
        .own_stores()
        .map(|store| store.name.as_str())
        .collect();
    assert_eq!(names, ["Airport"]);
    assert_eq!(staff.caller.effective.anywhere().to_keys(), "jobs.view");
}

async fn r10_every_link_that_is_of_no_use_answers_alike(fixture: Fixture) {
    let owner = fixture.found().await;
    write(
        &fixture.kh,
        "UPDATE business SET idle_minutes = 100000, absolute_minutes = 100000",
    )
    .await;
    let ada = fixture.staff(&owner).await;
    let expired = fixture.invite(&ada, "Ed", &["Crew"], &["Downtown"]).await;
    fixture.clock.advance(DAY * 7);
    let ada = fixture.staff(&owner).await;
    let used = fixture.invite(&ada, "Una", &["Crew"], &["Downtown"]).await;
    try_accept(&fixture, &used).await.expect("accepts");
    let withdrawn = fixture.invite(&ada, "Will", &["Crew"], &["Downtown"]).await;
    let will = id_of(&fixture, "Will").await;
    users::withdraw_invite(&fixture.kh, &ada, &will)
        .await
        .expect("withdraws");
    for token in [expired.as_str(), &used, &withdrawn, "unknown", ""] {
        assert_eq!(
            error(invites::view(&fixture.kh, token).await),
            AppError::LinkOver
        );
        assert_eq!(
            try_accept(&fixture, token).await.err(),
            Some(AppError::LinkOver)
        );
        // Also with a password that a good link would refuse.
        let form = AcceptInvite {
            token: token.to_owned(),
            ..AcceptInvite::default()
        };
        let answer =
            invites::accept(&fixture.kh, &fixture.client(), &fixture.browser(), form).await;
        assert_eq!(error(answer), AppError::LinkOver);
    }
}

async fn who_never_accepted_is_invited_anew_when_reactivated(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let older = fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let id = id_of(&fixture, "Dana").await;
    users::deactivate(&fixture.kh, &ada, &id)
        .await
        .expect("deactivates");
    assert_eq!(
        try_accept(&fixture, &older).await.err(),
        Some(AppError::LinkOver)
    );
    users::reactivate(&fixture.kh, &ada, &id)
        .await
        .expect("reactivates");
    assert_eq!(fact(&fixture, "Dana", "state").await, "invited");
    let newer = fixture.last_link().await;
    assert_eq!(
        try_accept(&fixture, &older).await.err(),
        Some(AppError::LinkOver)
    );
    try_accept(&fixture, &newer).await.expect("accepts");

    users::deactivate(&fixture.kh, &ada, &id)
        .await
        .expect("deactivates");
    let mails = fixture.mails.sent().len();
    users::reactivate(&fixture.kh, &ada, &id)
        .await
        .expect("reactivates");
    assert_eq!(fact(&fixture, "Dana", "state").await, "active");
    service::outbox::run_due(&fixture.kh).await.expect("runs");
    assert_eq!(
        fixture.mails.sent().len(),
        mails,
        "who has a password needs no link"
    );
    try_sign_in(&fixture.kh, &fixture, "dana@shop.example", PASSWORD)
        .await
        .expect("signs in");
}
