//! Whom the business asks for a second factor, at sign-in and in sessions that are open already
//! (product §6; req. 34, 37).

use std::time::Duration;

use access::{Due, Permission, TwoFactorPolicy};
use domain::users::UserListQuery;
use domain::{AppError, EndedWhy, Toast};
use service::testing::{Fixture, PASSWORD};
use service::{Visitor, profile, second_factor, security, shell, users};
use tower_sessions::Session;

use crate::support::{
    Entry, add_override, allow_many_sessions, custom_group, enrolled_owner, entries_after, error,
    fact, id_of, newest_entry, save_policy, try_sign_in, write,
};

on_both! {
    r37_a_policy_holds_in_open_sessions_from_the_next_request_on,
    r37_required_for_admins_follows_what_somebody_holds_at_this_moment,
    r37_a_right_password_of_who_owes_enrolment_opens_only_half_a_session,
    r34_half_a_session_to_which_nothing_is_due_any_more_opens_nothing,
    r37_whom_a_policy_concerns_is_counted_before_it_is_chosen,
    the_policy_is_saved_by_who_may_and_only_over_what_they_saw,
    r37_an_open_session_that_proved_nothing_for_a_while_signs_in_again_before_it_sets_it_up,
}

/// Asks for a second factor, as the database has it.
async fn require(fixture: &Fixture, policy: &str) {
    let sql = format!("UPDATE business SET require_two_factor = '{policy}'");
    write(&fixture.kh, &sql).await;
}

/// What is due of whoever is behind a browser.
async fn due(fixture: &Fixture, browser: &Session) -> Option<Due> {
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

async fn r37_whom_a_policy_concerns_is_counted_before_it_is_chosen(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(&fixture).await;
    custom_group(&fixture, "Counter", "customers.view settings.users").await;
    for (name, groups) in [
        ("Dana", ["Crew"]),
        ("Theo", ["Admin@Downtown"]),
        ("Mona", ["Counter"]),
        ("Finn", ["Counter@Downtown"]),
        ("Gone", ["Admin"]),
    ] {
        fixture.join(&ada, name, &groups, &["Downtown"]).await;
    }
    fixture
        .invite(&ada, "Wait", &["Admin"], &["Downtown"])
        .await;
    let gone = id_of(&fixture, "Gone").await;
    users::deactivate(&fixture.kh, &ada, &gone)
        .await
        .expect("deactivates");
    let counted = async || {
        let view = security::view(&fixture.kh, &ada).await.expect("looks");
        let count = |one: domain::security::Enrolment| (one.people.n, one.missing.n);
        assert!(!view.everyone.people.more && !view.admins.people.more);
        assert_eq!(view.admins_in, None, "no group has just those without one");
        (count(view.everyone), count(view.admins))
    };
    // Ada, Dana, Theo, Mona and Finn work; all but Dana are admins of some kind.
    assert_eq!(counted().await, ((5, 5), (4, 4)));
    fixture.enrol(&owner).await;
    assert_eq!(counted().await, ((5, 4), (4, 3)));
    // What counts is what they hold.
    let override_of = |name, effect| add_override(&fixture, name, "settings.users", effect, 0);
    override_of("Mona", "deny").await;
    override_of("Dana", "allow").await;
    assert_eq!(counted().await, ((5, 4), (4, 3)));
    override_of("Finn", "deny").await;
    assert_eq!(counted().await, ((5, 4), (3, 2)));
    // Past their last day they do not work here any more.
    let over = fixture.kh.now().0;
    write(
        &fixture.kh,
        &format!("UPDATE users SET ends_at = {over} WHERE first_name = 'Theo'"),
    )
    .await;
    assert_eq!(counted().await, ((4, 3), (2, 1)));
}

async fn the_policy_is_saved_by_who_may_and_only_over_what_they_saw(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(&fixture).await;
    custom_group(&fixture, "Lookers", "settings.view").await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let looker = fixture
        .join(&ada, "Lola", &["Lookers"], &["Downtown"])
        .await;
    let (dana, lola) = (fixture.staff(&dana).await, fixture.staff(&looker).await);
    let refused = error(security::view(&fixture.kh, &dana).await);
    assert!(
        matches!(refused, AppError::Forbidden { missing, .. } if missing == Permission::SettingsView)
    );
    let view = security::view(&fixture.kh, &lola).await.expect("may look");
    assert!(!view.may_edit);
    let refused = error(save_policy(&fixture.kh, &lola, view.revision, "everyone").await);
    assert!(
        matches!(refused, AppError::Forbidden { missing, .. } if missing == Permission::SettingsEdit)
    );

    let view = security::view(&fixture.kh, &ada).await.expect("looks");
    assert!(view.may_edit && view.may_list);
    assert_eq!(view.policy, TwoFactorPolicy::Off);
    // The number of admins without one leads to them.
    let query = UserListQuery {
        group: view.admins_in.expect("only Ada is one").to_string(),
        two_factor: "off".to_owned(),
        status: "active".to_owned(),
        ..UserListQuery::default()
    };
    let listed = users::list(&fixture.kh, &ada, query).await.expect("lists");
    let names: Vec<_> = listed.page.rows.iter().map(|row| &*row.name).collect();
    assert_eq!((view.admins.missing.n, names), (1, vec!["Ada Owner"]));
    let update = async |revision, word: &str| save_policy(&fixture.kh, &ada, revision, word).await;
    assert_eq!(
        error(update(view.revision, "sometimes").await),
        AppError::BadRequest
    );
    let before = newest_entry(&fixture.kh).await;
    let done = update(view.revision, "everyone").await.expect("saves");
    assert_eq!(done.toast, Some(Toast::SecuritySaved));
    let [entry]: [Entry; 1] = entries_after(&fixture.kh, before)
        .await
        .try_into()
        .expect("one");
    assert_eq!(
        (entry.action.as_str(), entry.object.as_str()),
        ("security.update", "Ada's Hire")
    );
    assert_eq!(entry.before, r#"{"require_two_factor":"off"}"#);
    assert_eq!(entry.after, r#"{"require_two_factor":"everyone"}"#);
    // It concerns whoever chose it too, at once.
    let visitor = fixture.visitor(&owner).await;
    assert!(matches!(visitor, Visitor::Half(half) if half.due == Due::Enrolment));
    fixture.enrol(&owner).await;
    let ada = fixture.staff(&owner).await;
    let stale = save_policy(&fixture.kh, &ada, view.revision, "off").await;
    assert_eq!(error(stale), AppError::Conflict);
}

async fn r37_an_open_session_that_proved_nothing_for_a_while_signs_in_again_before_it_sets_it_up(
    fixture: Fixture,
) {
    let (owner, _) = enrolled_owner(&fixture).await;
    let staff = fixture.staff(&owner).await;
    let dana = fixture.join(&staff, "Dana", &["Crew"], &["Downtown"]).await;
    save_policy(&fixture.kh, &staff, 1, "everyone")
        .await
        .expect("saves");
    let due = async |session: &Session| match fixture.visitor(session).await {
        Visitor::Half(half) => Ok(half.due),
        Visitor::Nobody { ended } => Err(ended),
        Visitor::Staff(_) => panic!("it is asked for"),
    };
    assert_eq!(due(&dana).await, Ok(Due::Enrolment));
    fixture.clock.advance(Duration::from_mins(10));
    assert_eq!(due(&dana).await, Err(Some(EndedWhy::TwoFactorDue)));
    let visitor = fixture.visitor(&dana).await;
    let begun = second_factor::begin(&fixture.kh, &visitor).await;
    let signed_out = AppError::SignedOut {
        ended: Some(EndedWhy::TwoFactorDue),
    };
    assert_eq!(error(begun), signed_out);
    let again = fixture.sign_in("Dana").await;
    assert_eq!(due(&again).await, Ok(Due::Enrolment));
    fixture.enrol(&again).await;
}
