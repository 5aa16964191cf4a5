//! Whom the business asks for a second factor, at sign-in and in sessions that are open already
//! (product §6; req. 34, 37).

use access::Due;
use service::testing::Fixture;
use service::{Visitor, profile, shell};

use crate::support::{add_override, error, fact, try_sign_in, write};
use domain::AppError;
use service::testing::PASSWORD;

on_both! {
    r37_a_policy_holds_in_open_sessions_from_the_next_request_on,
    r37_required_for_admins_follows_what_somebody_holds_at_this_moment,
    r37_a_right_password_of_who_owes_enrolment_opens_only_half_a_session,
    r34_half_a_session_to_which_nothing_is_due_any_more_opens_nothing,
}

/// Asks for a second factor, as the database has it.
async fn require(fixture: &Fixture, policy: &str) {
    let sql = format!("UPDATE business SET require_two_factor = '{policy}'");
    write(&fixture.kh, &sql).await;
}

/// What is due of whoever is behind a browser.
async fn due(fixture: &Fixture, browser: &tower_sessions::Session) -> Option<Due> {
    match fixture.visitor(browser).await {
        Visitor::Half(half) => Some(half.due),
        Visitor::Staff(_) => None,
        Visitor::Nobody { ended } => panic!("nobody: {ended:?}"),
    }
}

async fn r37_a_policy_holds_in_open_sessions_from_the_next_request_on(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    // Somebody whose request is under way when the policy comes.
    let under_way = fixture.staff(&dana).await;
    require(&fixture, "everyone").await;
    for browser in [&owner, &dana] {
        assert_eq!(due(&fixture, browser).await, Some(Due::Enrolment));
    }
    let refused = error(profile::set_theme(&fixture.kh, &under_way, "dark").await);
    assert_eq!(refused, AppError::SignedOut { ended: None });
    assert_eq!(fact(&fixture, "Dana", "theme").await, "system");
    require(&fixture, "admins").await;
    assert_eq!(due(&fixture, &owner).await, Some(Due::Enrolment));
    assert_eq!(due(&fixture, &dana).await, None);
    // The very session goes on when nothing is asked of it any more.
    require(&fixture, "off").await;
    let staff = fixture.staff(&owner).await;
    shell::view(&fixture.kh, &staff).await.expect("goes on");
}

async fn r37_required_for_admins_follows_what_somebody_holds_at_this_moment(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    write(&fixture.kh, "UPDATE business SET one_session = 0").await;
    let crew = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let admin = fixture
        .join(&ada, "Theo", &["Admin@Downtown"], &["Downtown"])
        .await;
    require(&fixture, "admins").await;
    assert_eq!(due(&fixture, &crew).await, None);
    assert_eq!(due(&fixture, &admin).await, Some(Due::Enrolment));
    let until = fixture.kh.now().0 + 1_000;
    add_override(&fixture, "Dana", "settings.users", "allow", until).await;
    assert_eq!(due(&fixture, &crew).await, Some(Due::Enrolment));
    fixture.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(due(&fixture, &crew).await, None, "the override has ended");
    // The group itself counts, whatever it gives by now.
    let bare = "UPDATE permission_groups SET permissions = '' WHERE built_in = 'admin'";
    write(&fixture.kh, bare).await;
    assert_eq!(due(&fixture, &admin).await, Some(Due::Enrolment));
}

async fn r37_a_right_password_of_who_owes_enrolment_opens_only_half_a_session(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let open = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let signed_in = fact(&fixture, "Dana", "last_sign_in").await;
    require(&fixture, "everyone").await;
    fixture.clock.advance(std::time::Duration::from_secs(5));
    write(
        &fixture.kh,
        "UPDATE users SET failed = 3 WHERE first_name = 'Dana'",
    )
    .await;
    let half = try_sign_in(&fixture.kh, &fixture, "dana@shop.example", PASSWORD)
        .await
        .expect("the password is right");
    assert_eq!(due(&fixture, &half).await, Some(Due::Enrolment));
    // Not complete: it neither counts, nor sets the count back, nor ends the other session.
    assert_eq!(fact(&fixture, "Dana", "last_sign_in").await, signed_in);
    assert_eq!(fact(&fixture, "Dana", "failed").await, "3");
    assert_eq!(due(&fixture, &open).await, Some(Due::Enrolment));
}

async fn r34_half_a_session_to_which_nothing_is_due_any_more_opens_nothing(fixture: Fixture) {
    fixture.found().await;
    require(&fixture, "everyone").await;
    let half = fixture.sign_in("Ada").await;
    assert_eq!(due(&fixture, &half).await, Some(Due::Enrolment));
    require(&fixture, "off").await;
    let visitor = fixture.visitor(&half).await;
    assert!(
        matches!(visitor, Visitor::Nobody { ended: None }),
        "{visitor:?}"
    );
}
