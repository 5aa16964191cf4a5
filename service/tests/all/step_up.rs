//! Who is signed in gives their password again before what is sensitive, once their last proof is
//! 10 minutes old (product §7; req. 38, 15, 17).

use std::sync::Arc;

use access::actions::{CreateGroup, SetTheme};
use access::{Action as _, OPERATIONS, Operation, PermissionSet};
use domain::groups::GroupForm;
use domain::second_factor::ResetTwoFactor;
use domain::{AppError, ProblemCode, Problems};
use service::step_up::prove;
use service::testing::{Fixture, PASSWORD};
use service::tries::own_password;
use service::{Keyholder, Staff, Visitor, email, groups, imports, profile, second_factor, users};
use tower_sessions::Session;

use crate::groups::{edit, group_id};
use crate::sessions::seen_now;
use crate::support::{
    MINUTE, MOMENT, Snapshot, access_form, allow_many_sessions, custom_group, entries_after, error,
    fact, id_of, just_before, newest_entry, number, save_policy, try_sign_in,
};

on_both! {
    r38_everything_sensitive_waits_for_the_password_after_ten_minutes_and_nothing_else,
    r38_a_proof_that_grows_old_under_way_is_too_old,
    r38_who_may_not_do_it_is_refused_and_not_asked,
    r38_a_proof_holds_in_its_session_and_for_ten_minutes,
    r38_a_complete_sign_in_is_a_proof_and_going_on_under_a_new_id_is_none,
    r15_five_wrong_ones_in_a_row_close_it_for_that_session_alone,
    r15_all_doors_of_a_session_that_ask_for_the_password_count_together,
}

const ADA: &str = "ada@shop.example";

/// Gives the password again, as with the form of a new group.
async fn give(kh: &Keyholder, staff: &Staff, password: &str) -> Result<Staff, AppError> {
    let operation = Operation::named("group.create").expect("it is one");
    Ok(prove(kh, staff, operation, password).await?)
}

fn wrong() -> AppError {
    AppError::Invalid(Problems::one("password_again", ProblemCode::PasswordWrong))
}

async fn create_group(kh: &Keyholder, by: &Staff, name: &str) -> Result<(), AppError> {
    let form = GroupForm {
        name: name.to_owned(),
        ..GroupForm::default()
    };
    groups::create(kh, by, form).await?;
    Ok(())
}

/// Whether somebody can do what is sensitive just now without being asked.
async fn is_proved(fixture: &Fixture, browser: &Session, group: &str) -> bool {
    let staff = fixture.staff(browser).await;
    match create_group(&fixture.kh, &staff, group).await {
        Ok(()) => true,
        Err(AppError::PasswordAgain) => false,
        Err(other) => panic!("{other:?}"),
    }
}

/// Does a sensitive operation; `run` is a dry run that is ready.
async fn act(fixture: &Fixture, ada: &Staff, run: &str, name: &str) -> Result<(), AppError> {
    let kh = &fixture.kh;
    let done = match name {
        "group.create" => return create_group(kh, ada, "Florists").await,
        "group.update" => {
            groups::update(kh, ada, &edit(kh, "Crew", PermissionSet::EMPTY).await).await
        }
        "group.duplicate" => {
            groups::duplicate(kh, ada, &group_id(kh, "Sales").await, "Sales too").await
        }
        "group.delete" => groups::delete(kh, ada, &group_id(kh, "Packers").await, 1, "").await,
        "user.change_email" => {
            let dana = id_of(fixture, "Dana").await;
            email::change(kh, ada, &dana, "dana@new.example").await
        }
        "user.set_access" => {
            let form = access_form(fixture, ada, "Dana", &["Sales"], &["Downtown"]).await;
            users::set_access(kh, ada, form).await
        }
        "user.reset_two_factor" => {
            let form = ResetTwoFactor {
                id: id_of(fixture, "Dana").await,
                verified: "phone".to_owned(),
                note: "Called her".to_owned(),
            };
            second_factor::reset(kh, ada, form).await
        }
        "security.update" => save_policy(kh, ada, 1, "off").await,
        "import.apply" => imports::apply(kh, ada, run).await,
        "two_factor.begin" => {
            second_factor::begin(kh, &Visitor::Staff(Arc::new(ada.clone()))).await
        }
        other => panic!("nobody said how {other} is done"),
    };
    done?;
    Ok(())
}

async fn r38_everything_sensitive_waits_for_the_password_after_ten_minutes_and_nothing_else(
    fixture: Fixture,
) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    fixture.enrol(&dana).await;
    custom_group(&fixture, "Packers", "").await;
    fixture.clock.advance(MINUTE * 10);
    let ada = fixture.staff(&owner).await;
    seen_now(&fixture).await;

    // What only looks, and what is not sensitive, goes on.
    let file = crate::imports::csv(&["Erin,Tester,erin@shop.example,Crew,Downtown"]);
    let run = crate::imports::check(kh, &ada, &file).await;
    let changed = edit(kh, "Crew", PermissionSet::EMPTY).await;
    groups::check(kh, &ada, &changed).await.expect("is checked");
    groups::preview(kh, &ada, &changed).await.expect("is told");
    let form = access_form(&fixture, &ada, "Dana", &["Sales"], &["Downtown"]).await;
    users::preview_access(kh, &ada, form)
        .await
        .expect("is told");
    profile::set_theme(kh, &ada, "dark").await.expect("saves");
    fixture.invite(&ada, "Theo", &["Crew"], &["Downtown"]).await;

    let before = Snapshot::of(kh).await;
    let sensitive = || OPERATIONS.iter().filter(|it| it.sensitive);
    for operation in sensitive() {
        let answer = act(&fixture, &ada, &run, operation.name).await;
        assert_eq!(answer, Err(AppError::PasswordAgain), "{}", operation.name);
    }
    let differing = before.changes(&Snapshot::of(kh).await);
    assert_eq!(differing, [] as [&str; 0], "nothing has changed");

    let ada = give(kh, &ada, PASSWORD).await.expect("it is hers");
    for operation in sensitive() {
        let answer = act(&fixture, &ada, &run, operation.name).await;
        assert_eq!(answer, Ok(()), "{}", operation.name);
    }
}

async fn r38_a_proof_that_grows_old_under_way_is_too_old(fixture: Fixture) {
    let owner = fixture.found().await;
    fixture.clock.advance(just_before(MINUTE * 10));
    let ada = fixture.staff(&owner).await;
    fixture.clock.advance(MOMENT);
    let answer = create_group(&fixture.kh, &ada, "Florists").await;
    assert_eq!(answer, Err(AppError::PasswordAgain));
    let sql = "SELECT COUNT(*) FROM permission_groups WHERE name = 'Florists'";
    assert_eq!(number(&fixture.kh, sql).await, 0);
}

async fn r38_who_may_not_do_it_is_refused_and_not_asked(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    fixture.clock.advance(MINUTE * 10);
    let dana = fixture.staff(&dana).await;
    let before = newest_entry(&fixture.kh).await;
    let answer = error(groups::create(&fixture.kh, &dana, GroupForm::default()).await);
    assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
    let entries = entries_after(&fixture.kh, before).await;
    assert_eq!(entries[0].action, CreateGroup::OPERATION.name);
    // Nor does her password give her anything.
    let dana = give(&fixture.kh, &dana, PASSWORD).await.expect("is hers");
    let answer = error(groups::create(&fixture.kh, &dana, GroupForm::default()).await);
    assert!(matches!(answer, AppError::Forbidden { .. }), "{answer:?}");
}

async fn r38_a_proof_holds_in_its_session_and_for_ten_minutes(fixture: Fixture) {
    let first = fixture.found().await;
    allow_many_sessions(&fixture).await;
    let second = fixture.sign_in("Ada").await;
    fixture.clock.advance(MINUTE * 10);
    let ada = fixture.staff(&first).await;
    give(&fixture.kh, &ada, PASSWORD).await.expect("it is hers");
    assert!(is_proved(&fixture, &first, "One").await);
    assert!(!is_proved(&fixture, &second, "Two").await);
    // On every node.
    let other = fixture.second_node().await;
    let ada = fixture.staff(&first).await;
    create_group(&other, &ada, "Three").await.expect("proved");
    fixture.clock.advance(just_before(MINUTE * 10));
    assert!(is_proved(&fixture, &first, "Four").await);
    fixture.clock.advance(MOMENT);
    assert!(!is_proved(&fixture, &first, "Five").await);
    // What asks for it in its own form is a proof too.
    let ada = fixture.staff(&first).await;
    own_password::<SetTheme>(&fixture.kh, &ada, "current_password", PASSWORD)
        .await
        .expect("it is hers");
    assert!(is_proved(&fixture, &first, "Six").await);
}

async fn r38_a_complete_sign_in_is_a_proof_and_going_on_under_a_new_id_is_none(fixture: Fixture) {
    let owner = fixture.found().await;
    fixture.clock.advance(MINUTE * 10);
    assert!(!is_proved(&fixture, &owner, "One").await);
    let owner = fixture.sign_in("Ada").await;
    assert!(is_proved(&fixture, &owner, "Two").await);
    // A key that is drawn in time and confirmed later: whoever did that gave no password.
    let phone = service::testing::Phone::with(&fixture.key(&owner).await);
    fixture.clock.advance(MINUTE * 10);
    let visitor = fixture.visitor(&owner).await;
    let code = phone.code(fixture.kh.now());
    second_factor::confirm(&fixture.kh, &visitor, &owner, &code)
        .await
        .expect("it is the key's");
    assert!(!is_proved(&fixture, &owner, "Three").await);
    fixture.clock.advance(MINUTE);
    let browser = fixture.sign_in("Ada").await;
    let visitor = fixture.visitor(&browser).await;
    let form = domain::second_factor::SecondStep {
        code: phone.code(fixture.kh.now()),
        ..Default::default()
    };
    second_factor::pass(&fixture.kh, &visitor, &browser, form)
        .await
        .expect("passes");
    assert!(is_proved(&fixture, &browser, "Four").await);
}

async fn r15_five_wrong_ones_in_a_row_close_it_for_that_session_alone(fixture: Fixture) {
    let kh = &fixture.kh;
    let first = fixture.found().await;
    allow_many_sessions(&fixture).await;
    let second = fixture.sign_in("Ada").await;
    fixture.clock.advance(MINUTE * 10);
    let ada = fixture.staff(&first).await;
    let before = newest_entry(kh).await;
    for n in 0..5 {
        fixture.clock.advance(MINUTE);
        let answer = give(kh, &ada, &format!("canary {n}")).await;
        assert_eq!(answer.err(), Some(wrong()));
        assert!(!is_proved(&fixture, &first, "Not yet").await);
    }
    // Fifteen minutes from the last of them, right or wrong.
    for password in [PASSWORD, "canary"] {
        let answer = give(kh, &ada, password).await.err();
        assert_eq!(answer, Some(AppError::TooMany { retry_after: 900 }));
    }
    let entries = entries_after(kh, before).await;
    assert_eq!(entries.len(), 5, "one a minute");
    for entry in entries {
        let told = (&*entry.action, &*entry.result, &*entry.reason);
        assert_eq!(told, ("group.create", "refused", "wrong_password"));
        assert_eq!(entry.actor, "Ada Owner");
    }
    let stored = Snapshot::of(kh).await;
    assert_eq!(stored.tables_with("canary"), [] as [&str; 0]);

    // The session goes on, her other one notices nothing, and the account is not locked.
    profile::set_theme(kh, &ada, "dark").await.expect("saves");
    let other = fixture.staff(&second).await;
    give(kh, &other, PASSWORD).await.expect("it is hers");
    assert!(is_proved(&fixture, &second, "One").await);
    assert_eq!(fact(&fixture, "Ada", "failed").await, "0");
    try_sign_in(kh, &fixture, ADA, PASSWORD)
        .await
        .expect("signs in");

    fixture.clock.advance(just_before(MINUTE * 15));
    let answer = give(kh, &ada, PASSWORD).await.err();
    assert_eq!(answer, Some(AppError::TooMany { retry_after: 1 }));
    fixture.clock.advance(MOMENT);
    give(kh, &ada, PASSWORD).await.expect("it is open again");
    assert!(is_proved(&fixture, &first, "Two").await);
}

async fn r15_all_doors_of_a_session_that_ask_for_the_password_count_together(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    for _ in 0..2 {
        let answer = give(kh, &ada, "no").await;
        assert_eq!(answer.err(), Some(wrong()));
        let answer = own_password::<SetTheme>(kh, &ada, "password_again", "no").await;
        assert_eq!(error(answer), wrong());
    }
    assert_eq!(give(kh, &ada, "no").await.err(), Some(wrong()));
    let answer = own_password::<SetTheme>(kh, &ada, "password_again", PASSWORD).await;
    assert_eq!(error(answer), AppError::TooMany { retry_after: 900 });
}
