//! Whom a person may see and act on, and what stays closed (product §2.1, §2.4).

use access::{Permission, Rule};
use domain::AppError;
use domain::users::{InviteUser, UserDetails, UserListQuery};
use service::testing::Fixture;
use service::users;

use crate::shop::{details, names, rule, shop};
use crate::support::{Snapshot, error, home, set_access, text};

on_both! {
    r53_a_store_manager_sees_whoever_works_there_and_acts_on_those_who_work_nowhere_else,
    r53_a_person_not_theirs_to_know_answers_like_nobody,
    r54_saving_details_writes_nothing_but_names_and_phone,
    r52_without_settings_users_no_door_about_people_opens,
    r52_without_a_group_nothing_but_ones_own_opens,
}

async fn r53_a_store_manager_sees_whoever_works_there_and_acts_on_those_who_work_nowhere_else(
    fixture: Fixture,
) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    // Ada, a Super Admin, works in every store.
    assert_eq!(
        names(&shop.fixture, &shop.mia).await,
        ["Ada", "Al", "Bo", "Dee", "Ivo", "Mia"]
    );
    for (name, locked) in [
        ("Ada", Some(Rule::NotTheirStore)),
        ("Al", Some(Rule::NotTheirStore)),
        ("Bo", Some(Rule::NotTheirStore)),
        ("Mia", Some(Rule::SelfChange)),
        ("Dee", None),
        ("Ivo", None),
    ] {
        let view = users::view(kh, &shop.mia, &shop.id(name).await)
            .await
            .expect("she sees them");
        assert_eq!(view.locked_because, locked, "{name}");
        if locked == Some(Rule::NotTheirStore) {
            for (door, answer) in shop.doors(&shop.mia, &shop.id(name).await).await {
                assert_eq!(answer, rule(Rule::NotTheirStore), "{door} {name}");
            }
        }
    }
    let (dee, ivo) = (shop.id("Dee").await, shop.id("Ivo").await);
    users::update(kh, &shop.mia, &dee, 2, details("Dee"))
        .await
        .expect("she may");
    set_access(&shop.fixture, &shop.mia, "Dee", &["Sales"], &["Downtown"]).await;
    users::deactivate(kh, &shop.mia, &dee)
        .await
        .expect("she may");
    users::reactivate(kh, &shop.mia, &dee)
        .await
        .expect("she may");
    users::resend_invite(kh, &shop.mia, &ivo)
        .await
        .expect("she may");
    users::withdraw_invite(kh, &shop.mia, &ivo)
        .await
        .expect("she may");
    shop.fixture
        .invite(&shop.mia, "Eve", &["Crew"], &["Downtown"])
        .await;
}

async fn r53_a_person_not_theirs_to_know_answers_like_nobody(fixture: Fixture) {
    let shop = shop(fixture).await;
    let unknown = shop.fixture.kh.new_id().to_string();
    let art = shop.id("Art").await;
    for id in [
        art.as_str(),
        &art.to_uppercase(),
        &unknown,
        "",
        "nonsense",
        "' OR 1=1 --",
    ] {
        for (door, answer) in shop.doors(&shop.mia, id).await {
            assert_eq!(answer, AppError::NotFound, "{door} {id}");
        }
        let view = users::view(&shop.fixture.kh, &shop.mia, id).await;
        assert_eq!(error(view), AppError::NotFound, "{id}");
    }
    // A store that is there and not hers, and one that is not there.
    for store in [shop.ada.stores[0].id.to_string(), unknown] {
        let form = InviteUser {
            stores: vec![store],
            ..shop
                .fixture
                .invitation(&shop.mia, "Eve", &["Crew"], &[])
                .await
        };
        let answer = error(users::invite(&shop.fixture.kh, &shop.mia, form).await);
        assert_eq!(answer, rule(Rule::NotTheirStore));
    }
}

async fn r54_saving_details_writes_nothing_but_names_and_phone(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    let dee = shop.id("Dee").await;
    let row = "SELECT id || '|' || email || '|' || state || '|' || COALESCE(password, '') || '|' \
               || theme || '|' || groups_sort || '|' || stores_sort || '|' || CAST(ends_at AS TEXT) \
               FROM users WHERE id = ";
    let row = format!("{row}'{dee}'");
    let before = (text(kh, &row).await, Snapshot::of(kh).await);
    let form = UserDetails {
        first_name: "Deirdre".to_owned(),
        last_name: "O'Tester".to_owned(),
        display_name: "DeeDee".to_owned(),
        phone: "+44 20 7946 0000".to_owned(),
    };
    users::update(kh, &shop.mia, &dee, 2, form)
        .await
        .expect("saves");
    assert_eq!(text(kh, &row).await, before.0);
    let changes = before.1.changes(&Snapshot::of(kh).await);
    let tables: std::collections::BTreeSet<&str> = changes
        .iter()
        .filter_map(|line| line[2..].split(':').next())
        .collect();
    assert_eq!(
        tables.into_iter().collect::<Vec<_>>(),
        ["audit", "audit_head", "locks", "users"]
    );
    let found = UserListQuery {
        q: "deedee".to_owned(),
        ..UserListQuery::default()
    };
    let list = users::list(kh, &shop.mia, found).await.expect("lists");
    assert_eq!(
        list.page.rows[0].name, "DeeDee",
        "the search knows the new name"
    );
}

async fn r52_without_settings_users_no_door_about_people_opens(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (kh, fixture) = (&shop.fixture.kh, &shop.fixture);
    let missing = |answer: AppError| match answer {
        AppError::Forbidden { missing, ask } => {
            assert_eq!(missing, Permission::SettingsUsers);
            ask
        }
        other => panic!("{other:?}"),
    };
    for (n, group) in ["Crew", "Sales", "Billing", "Operations"]
        .into_iter()
        .enumerate()
    {
        let name = format!("Wil{n}");
        let wil = fixture
            .join(&shop.ada, &name, &[group], &["Downtown"])
            .await;
        let wil = fixture.staff(&wil).await;
        for id in [shop.id("Dee").await, kh.new_id().to_string()] {
            for (door, answer) in shop.doors(&wil, &id).await {
                let ask = missing(answer);
                assert!(!ask.is_empty(), "{door}: it says whom to ask");
            }
            missing(error(users::view(kh, &wil, &id).await));
        }
        missing(error(users::list(kh, &wil, UserListQuery::default()).await));
        missing(error(users::new(kh, &wil).await));
        missing(shop.invite(&wil, &["Crew"], &["Downtown"]).await);
        let answer = error(service::stores::list(kh, &wil).await);
        assert!(matches!(
            answer,
            AppError::Forbidden {
                missing: Permission::SettingsView,
                ..
            }
        ));
    }
    // Who manages Downtown is asked for Downtown, and who manages everything.
    let dee = fixture
        .session_for(shop.id("Dee").await.parse().expect("an id"))
        .await;
    let ask = missing(error(
        users::list(kh, &*fixture.staff(&dee).await, UserListQuery::default()).await,
    ));
    let names = |ask: Vec<domain::Contact>| -> Vec<String> {
        ask.into_iter().map(|contact| contact.name).collect()
    };
    assert_eq!(
        names(ask),
        ["Al Tester", "Mia Tester", "Ada Owner"],
        "Super Admins last"
    );
    let art = fixture
        .session_for(shop.id("Art").await.parse().expect("an id"))
        .await;
    let ask = missing(error(
        users::list(kh, &*fixture.staff(&art).await, UserListQuery::default()).await,
    ));
    assert_eq!(names(ask), ["Al Tester", "Ada Owner"]);
}

async fn r52_without_a_group_nothing_but_ones_own_opens(fixture: Fixture) {
    let shop = shop(fixture).await;
    let (kh, fixture) = (&shop.fixture.kh, &shop.fixture);
    let dee = shop.id("Dee").await;
    let browser = fixture.session_for(dee.parse().expect("an id")).await;
    let sql = format!("DELETE FROM memberships WHERE user_id = '{dee}'");
    crate::support::write(kh, &sql).await;
    let staff = fixture.staff(&browser).await;
    for (door, answer) in shop.doors(&staff, &shop.id("Bo").await).await {
        assert_eq!(answer, AppError::NoGroup, "{door}");
    }
    assert_eq!(error(home(kh, &staff).await), AppError::NoGroup);
    assert_eq!(
        error(users::list(kh, &staff, UserListQuery::default()).await),
        AppError::NoGroup
    );
    let switch = service::stores::switch(kh, &staff, "all").await;
    assert_eq!(error(switch), AppError::NoGroup);
    for module in access::Module::ALL {
        let answer = error(service::modules::view(kh, &staff, module).await);
        let expected = if module == access::Module::Settings {
            AppError::NotFound
        } else {
            AppError::NoGroup
        };
        assert_eq!(answer, expected, "{module:?}");
    }
    let shell = service::shell::view(kh, &staff)
        .await
        .expect("the frame of one's own pages");
    assert!(shell.modules.is_empty() && shell.settings.is_empty());
    service::profile::set_theme(kh, &staff, "dark")
        .await
        .expect("one's own");
}
