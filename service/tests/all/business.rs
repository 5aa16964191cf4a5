//! Settings → Business: two parts, two permissions (product §2.1).

use access::Permission;
use domain::business::{BillingForm, BusinessForm};
use domain::{AppError, ProblemCode};
use service::testing::Fixture;
use service::{Staff, business, shell, users};

use crate::support::{add_override, allow_many_sessions, error, text};

on_both! {
    a_new_name_stands_in_the_shell_and_in_mails_at_once,
    the_billing_part_is_saved_as_it_was_understood,
    each_part_has_its_permission_and_its_revision,
    r54_what_is_wrong_is_told_beside_its_field,
}

fn named(name: &str) -> BusinessForm {
    BusinessForm {
        name: name.to_owned(),
        time_zone: "Europe/London".to_owned(),
    }
}

fn billing() -> BillingForm {
    BillingForm {
        currency: "EUR".to_owned(),
        tax_rate: "17,5".to_owned(),
        payment_days: "30".to_owned(),
        legal_name: "Ada's Hire Ltd".to_owned(),
        legal_address: "1 Briggate\r\nLeeds".to_owned(),
        company_number: "01234567".to_owned(),
        tax_number: "GB 123".to_owned(),
    }
}

async fn a_new_name_stands_in_the_shell_and_in_mails_at_once(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    business::update(&fixture.kh, &ada, 1, named(" Marlow & Finch "))
        .await
        .expect("saves");
    let ada = fixture.staff(&owner).await;
    assert_eq!(ada.business.time_zone, "Europe/London");
    let shell = shell::view(&fixture.kh, &ada).await.expect("shows");
    assert_eq!(shell.business, "Marlow & Finch");
    fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let mail = fixture.mails.sent().pop().expect("a mail");
    assert_eq!(mail.from_name, "Marlow & Finch");
    let view = business::view(&fixture.kh, &ada).await.expect("shows");
    assert_eq!((view.form, view.revision), (named("Marlow & Finch"), 2));
}

async fn the_billing_part_is_saved_as_it_was_understood(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    business::update_billing(&fixture.kh, &ada, 1, billing())
        .await
        .expect("saves");
    let view = business::view(&fixture.kh, &ada).await.expect("shows");
    assert_eq!(view.billing.tax_rate, "17.5");
    assert_eq!(view.billing.legal_address, "1 Briggate\nLeeds");
    let kept = text(&fixture.kh, "SELECT CAST(tax_rate AS TEXT) FROM business").await;
    assert_eq!(kept, "1750", "in hundredths of a percent");
    assert!(view.currencies.contains(&"JPY".to_owned()));
}

/// Who may do what with the page.
async fn may(fixture: &Fixture, staff: &Staff) -> [bool; 2] {
    let view = business::view(&fixture.kh, staff).await.expect("shows");
    assert_eq!(view.zones.is_empty(), !view.may_edit);
    assert_eq!(view.currencies.is_empty(), !view.may_bill);
    [view.may_edit, view.may_bill]
}

async fn each_part_has_its_permission_and_its_revision(fixture: Fixture) {
    let owner = fixture.found().await;
    allow_many_sessions(&fixture).await;
    let ada = fixture.staff(&owner).await;
    assert_eq!(may(&fixture, &ada).await, [true, true]);
    let both = ["Downtown", "Airport"];
    let browser = fixture.join(&ada, "Al", &["Admin"], &both).await;
    let al = fixture.staff(&browser).await;
    assert_eq!(may(&fixture, &al).await, [true, false]);
    let answer = business::update_billing(&fixture.kh, &al, 1, billing()).await;
    let AppError::Forbidden { missing, .. } = error(answer) else {
        panic!("it takes another permission")
    };
    assert_eq!(missing, Permission::SettingsBilling);
    add_override(&fixture, "Al", "settings.billing", "allow", 0).await;
    add_override(&fixture, "Al", "settings.edit", "deny", 0).await;
    let al = fixture.staff(&browser).await;
    assert_eq!(may(&fixture, &al).await, [false, true]);
    let answer = business::update(&fixture.kh, &al, 1, named("Al's")).await;
    assert!(
        matches!(error(answer), AppError::Forbidden { missing, .. } if missing == Permission::SettingsEdit)
    );

    business::update_billing(&fixture.kh, &al, 1, billing())
        .await
        .expect("saves");
    business::update(&fixture.kh, &ada, 1, named("Ada's"))
        .await
        .expect("one part makes the other no older");
    for answer in [
        business::update(&fixture.kh, &ada, 1, named("Again")).await,
        business::update_billing(&fixture.kh, &ada, 1, billing()).await,
    ] {
        assert_eq!(error(answer), AppError::Conflict);
    }
    let browser = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let dana = fixture.staff(&browser).await;
    let answer = error(business::view(&fixture.kh, &dana).await);
    assert!(
        matches!(answer, AppError::Forbidden { missing, .. } if missing == Permission::SettingsView)
    );
    assert!(users::new(&fixture.kh, &dana).await.is_err());
}

async fn r54_what_is_wrong_is_told_beside_its_field(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let wrong = BusinessForm {
        name: " ".to_owned(),
        time_zone: "Mars/Olympus".to_owned(),
    };
    let answer = error(business::update(&fixture.kh, &ada, 1, wrong).await);
    let AppError::Invalid(problems) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(problems.of("name"), Some(&ProblemCode::Required));
    assert_eq!(problems.of("time_zone"), Some(&ProblemCode::TimeZone));
    let wrong = BillingForm {
        currency: "XTS".to_owned(),
        tax_rate: "101".to_owned(),
        payment_days: "soon".to_owned(),
        ..billing()
    };
    let answer = error(business::update_billing(&fixture.kh, &ada, 1, wrong).await);
    let AppError::Invalid(problems) = answer else {
        panic!("{answer:?}")
    };
    let fields: Vec<_> = problems.0.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["currency", "tax_rate", "payment_days"]);
}
