//! Stores: made, changed, chosen, lost (product §4).

use access::Permission;
use domain::stores::StoreForm;
use domain::users::{SetAccess, UserListQuery, UserSort};
use domain::{AppError, ProblemCode, Toast};
use service::testing::Fixture;
use service::{Keyholder, Staff, stores, users};

use crate::support::{
    Snapshot, access_form, allow_many_sessions, error, fact, home, set_access, text, write,
};

on_both! {
    who_makes_a_store_has_it_at_once,
    a_store_given_meanwhile_is_not_lost_to_an_older_form,
    only_settings_edit_makes_or_changes_stores,
    a_store_needs_a_name_code_and_time_zone_of_its_own,
    of_two_editors_of_a_store_the_second_is_told,
    a_new_name_of_a_store_sorts_its_people_anew,
    the_chosen_store_is_kept_by_session_and_remembered_for_the_next,
    r53_a_store_not_theirs_can_be_neither_chosen_nor_told_from_none,
    losing_the_chosen_store_moves_on_to_another_of_theirs,
    in_a_business_of_one_store_no_store_is_asked_for_or_shown,
}

fn form(name: &str, code: &str) -> StoreForm {
    StoreForm {
        name: name.to_owned(),
        code: code.to_owned(),
        time_zone: "Europe/London".to_owned(),
        ..StoreForm::default()
    }
}

fn names(staff: &Staff) -> Vec<&str> {
    staff
        .own_stores()
        .map(|store| store.name.as_str())
        .collect()
}

fn id(staff: &Staff, name: &str) -> String {
    let store = staff.stores.iter().find(|store| store.name == name);
    store.map_or_else(|| panic!("no store {name}"), |store| store.id.to_string())
}

async fn who_makes_a_store_has_it_at_once(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let al = fixture.join(&ada, "Al", &["Admin"], &["Downtown"]).await;
    let bo = fixture.join(&ada, "Bo", &["Admin"], &["Downtown"]).await;
    let done = stores::create(&fixture.kh, &*fixture.staff(&al).await, form("Bath", "BTH"))
        .await
        .expect("he may");
    assert_eq!(
        done.toast,
        Some(Toast::StoreCreated {
            name: "Bath".to_owned()
        })
    );
    assert_eq!(names(&*fixture.staff(&al).await), ["Bath", "Downtown"]);
    assert_eq!(names(&*fixture.staff(&bo).await), ["Downtown"]);
    assert_eq!(
        names(&*fixture.staff(&owner).await),
        ["Airport", "Bath", "Downtown"]
    );
    let al = fixture.staff(&al).await;
    let list = stores::list(&fixture.kh, &al).await.expect("lists");
    let rows: Vec<(&str, u32)> = list
        .rows
        .iter()
        .map(|row| (row.name.as_str(), row.people.n))
        .collect();
    // The owner, as a Super Admin, works in Bath too without being written down there.
    assert_eq!(rows, [("Airport", 1), ("Bath", 2), ("Downtown", 3)]);
    assert!(list.may_edit);
}

async fn a_store_given_meanwhile_is_not_lost_to_an_older_form(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let al = fixture.join(&ada, "Al", &["Admin"], &["Downtown"]).await;
    let older: SetAccess = access_form(&fixture, &ada, "Al", &["Admin"], &["Downtown"]).await;
    stores::create(&fixture.kh, &*fixture.staff(&al).await, form("Bath", "BTH"))
        .await
        .expect("may");
    let ada = fixture.staff(&owner).await;
    let answer = users::set_access(&fixture.kh, &ada, older).await;
    assert_eq!(error(answer), AppError::Conflict);
    assert_eq!(names(&*fixture.staff(&al).await), ["Bath", "Downtown"]);
}

async fn only_settings_edit_makes_or_changes_stores(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let airport = id(&ada, "Airport");
    for (name, group, missing) in [
        ("Mia", "Admin@Downtown", Permission::SettingsEdit),
        ("Olly", "Operations", Permission::SettingsEdit),
    ] {
        let browser = fixture.join(&ada, name, &[group], &["Downtown"]).await;
        let staff = fixture.staff(&browser).await;
        let before = Snapshot::but_for_refusals(&fixture.kh).await;
        let unknown = fixture.kh.new_id().to_string();
        let answers = [
            error(stores::create(&fixture.kh, &staff, form("Bath", "BTH")).await),
            error(stores::create(&fixture.kh, &staff, StoreForm::default()).await),
            error(stores::update(&fixture.kh, &staff, &airport, 1, form("Bath", "BTH")).await),
            error(stores::update(&fixture.kh, &staff, &unknown, 1, form("Bath", "BTH")).await),
            error(stores::new(&fixture.kh, &staff).await),
            error(stores::deactivate(&fixture.kh, &staff, &airport).await),
            error(stores::deactivate(&fixture.kh, &staff, &unknown).await),
            error(stores::reactivate(&fixture.kh, &staff, &airport).await),
        ];
        for answer in answers {
            assert!(
                matches!(&answer, AppError::Forbidden { missing: m, .. } if *m == missing),
                "{answer:?}"
            );
        }
        let after = Snapshot::but_for_refusals(&fixture.kh).await;
        assert_eq!(before.changes(&after), [] as [&str; 0]);
    }
    let unknown = fixture.kh.new_id().to_string();
    for id in [unknown.as_str(), "nonsense"] {
        let answer = stores::update(&fixture.kh, &ada, id, 1, form("Bath", "BTH")).await;
        assert_eq!(error(answer), AppError::NotFound);
        assert_eq!(
            error(stores::view(&fixture.kh, &ada, id).await),
            AppError::NotFound
        );
    }
}

async fn a_store_needs_a_name_code_and_time_zone_of_its_own(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let before = Snapshot::of(kh).await;
    let nowhere = StoreForm {
        time_zone: "Europe/Atlantis".to_owned(),
        ..form("Bath", "BTH")
    };
    for (form, field, code) in [
        (form("", "BTH"), "name", ProblemCode::Required),
        (form("Bath", "b"), "code", ProblemCode::StoreCode),
        (form("Bath", "bth"), "code", ProblemCode::StoreCode),
        (form("  dówntown ", "BTH"), "name", ProblemCode::StoreTaken),
        (form("Bath", "AIR"), "code", ProblemCode::StoreTaken),
        (nowhere, "time_zone", ProblemCode::TimeZone),
    ] {
        let AppError::Invalid(problems) = error(stores::create(kh, &ada, form).await) else {
            panic!("{field}");
        };
        assert_eq!(problems.of(field), Some(&code), "{field}");
    }
    assert_eq!(Snapshot::of(kh).await, before);
    // A store keeps its own name and code, and may change their case.
    let airport = id(&ada, "Airport");
    stores::update(kh, &ada, &airport, 1, form("AIRPORT", "AIR"))
        .await
        .expect("its own");
    let taken = error(stores::update(kh, &ada, &airport, 2, form("Downtown", "AIR")).await);
    assert!(matches!(taken, AppError::Invalid(_)), "{taken:?}");
}

async fn of_two_editors_of_a_store_the_second_is_told(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let airport = id(&ada, "Airport");
    let view = stores::view(kh, &ada, &airport).await.expect("page");
    let first = StoreForm {
        phone: "01".to_owned(),
        ..view.form.clone()
    };
    stores::update(kh, &ada, &airport, view.revision, first)
        .await
        .expect("the first");
    let before = Snapshot::of(kh).await;
    let second = StoreForm {
        address: "2 Runway".to_owned(),
        ..view.form
    };
    let answer = stores::update(kh, &ada, &airport, view.revision, second).await;
    assert_eq!(error(answer), AppError::Conflict);
    assert_eq!(Snapshot::of(kh).await, before);
}

async fn a_new_name_of_a_store_sorts_its_people_anew(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    fixture.join(&ada, "Art", &["Crew"], &["Airport"]).await;
    let order = async || {
        let sort = UserSort::Stores.key().to_owned();
        let list = users::list(
            kh,
            &ada,
            UserListQuery {
                sort,
                ..Default::default()
            },
        )
        .await;
        let rows = list.expect("lists").page.rows;
        rows.into_iter()
            .map(|row| row.name)
            .filter(|name| name != "Ada Owner")
            .collect::<Vec<_>>()
    };
    assert_eq!(order().await, ["Art Tester", "Dee Tester"]);
    stores::update(kh, &ada, &id(&ada, "Airport"), 1, form("Zoo", "ZOO"))
        .await
        .expect("saves");
    assert_eq!(order().await, ["Dee Tester", "Art Tester"]);
}

async fn the_chosen_store_is_kept_by_session_and_remembered_for_the_next(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(&fixture).await;
    let both = ["Downtown", "Airport"];
    let dana = fixture.join(&ada, "Dana", &["Crew"], &both).await;
    let elsewhere = fixture.sign_in("Dana").await;
    let staff = fixture.staff(&dana).await;
    assert_eq!(staff.chosen, None, "all of hers, to begin with");
    let (downtown, airport) = (id(&staff, "Downtown"), id(&staff, "Airport"));
    let chosen = async |browser: &tower_sessions::Session| {
        fixture
            .staff(browser)
            .await
            .chosen
            .map(|store| store.to_string())
    };
    stores::switch(&fixture.kh, &staff, &airport)
        .await
        .expect("hers");
    assert_eq!(chosen(&dana).await.as_deref(), Some(airport.as_str()));
    assert_eq!(
        chosen(&elsewhere).await,
        None,
        "another session keeps its own"
    );
    let next = fixture.sign_in("Dana").await;
    assert_eq!(
        chosen(&next).await.as_deref(),
        Some(airport.as_str()),
        "the last one chosen"
    );
    stores::switch(&fixture.kh, &*fixture.staff(&next).await, "all")
        .await
        .expect("hers");
    assert_eq!(chosen(&next).await, None);
    write(
        &fixture.kh,
        &format!("UPDATE users SET default_store = '{downtown}' WHERE first_name = 'Dana'"),
    )
    .await;
    let next = fixture.sign_in("Dana").await;
    assert_eq!(
        chosen(&next).await.as_deref(),
        Some(downtown.as_str()),
        "her profile's default"
    );
}

async fn r53_a_store_not_theirs_can_be_neither_chosen_nor_told_from_none(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let both = ["Downtown", "Airport"];
    let dana = fixture.join(&ada, "Dana", &["Crew"], &both).await;
    set_access(&fixture, &ada, "Dana", &["Crew"], &["Downtown"]).await;
    let staff = fixture.staff(&dana).await;
    let before = Snapshot::but_for_refusals(&fixture.kh).await;
    let unknown = fixture.kh.new_id().to_string();
    for store in [
        id(&staff, "Airport").as_str(),
        &unknown,
        "",
        "nonsense",
        "ALL",
    ] {
        let answer = stores::switch(&fixture.kh, &staff, store).await;
        assert_eq!(error(answer), AppError::NotFound, "{store}");
    }
    let after = Snapshot::but_for_refusals(&fixture.kh).await;
    assert_eq!(before.changes(&after), [] as [&str; 0]);
    // Nor one that is closed.
    write(
        &fixture.kh,
        "UPDATE stores SET active = 0 WHERE name = 'Downtown'",
    )
    .await;
    let staff = fixture.staff(&owner).await;
    let answer = stores::switch(&fixture.kh, &staff, &id(&staff, "Downtown")).await;
    assert_eq!(error(answer), AppError::NotFound);
}

async fn losing_the_chosen_store_moves_on_to_another_of_theirs(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.add_store(&ada, "Bath", "BTH").await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture
        .join(&ada, "Dana", &["Crew"], &["Airport", "Bath", "Downtown"])
        .await;
    let staff = fixture.staff(&dana).await;
    stores::switch(&fixture.kh, &staff, &id(&staff, "Downtown"))
        .await
        .expect("hers");
    let chosen = async || {
        let staff = fixture.staff(&dana).await;
        staff
            .chosen
            .and_then(|store| staff.store_name(store).map(str::to_owned))
    };
    assert_eq!(chosen().await.as_deref(), Some("Downtown"));
    set_access(&fixture, &ada, "Dana", &["Crew"], &["Airport", "Bath"]).await;
    assert_eq!(chosen().await.as_deref(), Some("Airport"));
    write(
        &fixture.kh,
        "UPDATE stores SET active = 0 WHERE name = 'Airport'",
    )
    .await;
    assert_eq!(
        chosen().await.as_deref(),
        Some("Bath"),
        "the only one left is always chosen"
    );
    let kept = "SELECT s.store_id FROM sessions s JOIN users u ON u.id = s.user_id \
                WHERE u.first_name = 'Dana'";
    let downtown = id(&ada, "Downtown");
    assert_eq!(
        text(&fixture.kh, kept).await,
        downtown,
        "coming back, it is chosen again"
    );
}

async fn in_a_business_of_one_store_no_store_is_asked_for_or_shown(fixture: Fixture) {
    let kh: &Keyholder = &fixture.kh;
    let link = service::setup::link(kh)
        .await
        .expect("answers")
        .expect("an empty database");
    let owner = fixture.browser();
    let form = domain::sign_in::CreateBusiness {
        token: link.rsplit('/').next().unwrap_or_default().to_owned(),
        sample: false,
        business: "Ada's Hire".to_owned(),
        store: "Downtown".to_owned(),
        first_name: "Ada".to_owned(),
        last_name: "Owner".to_owned(),
        email: "ada@shop.example".to_owned(),
        password: service::testing::PASSWORD.to_owned(),
    };
    service::setup::create(kh, &fixture.client(), &owner, form)
        .await
        .expect("sets up");
    let ada = fixture.staff(&owner).await;
    assert!(home(kh, &ada).await.expect("home").may_add_store);
    // Nothing is asked, and what is sent anyway counts for nothing.
    let dana = fixture.join(&ada, "Dana", &["Crew"], &[]).await;
    let staff = fixture.staff(&dana).await;
    assert_eq!(names(&staff), ["Downtown"]);
    let shell = service::shell::view(kh, &staff).await.expect("shell");
    assert!(shell.stores.is_empty());
    let mut access = access_form(&fixture, &ada, "Dana", &["Sales"], &[]).await;
    access.stores = vec![kh.new_id().to_string()];
    users::set_access(kh, &ada, access).await.expect("saves");
    assert_eq!(names(&*fixture.staff(&dana).await), ["Downtown"]);
    let view = users::view_access(kh, &ada, &staff.caller.person.id.to_string(), "")
        .await
        .expect("page");
    assert!(view.store_choices.is_empty());
    assert!(users::new(kh, &ada).await.expect("form").stores.is_empty());
    let list = users::list(kh, &ada, UserListQuery::default())
        .await
        .expect("list");
    assert!(list.stores.is_empty());
    assert_eq!(fact(&fixture, "Dana", "stores_sort").await, "downtown");
}
