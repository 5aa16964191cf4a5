//! One's own details: what is saved, and where it shows from then on (product §3, *My profile*).

use domain::profile::{ALL_STORES, ProfileForm};
use domain::shell::Theme;
use domain::users::{StoresLine, UserDetails, UserListQuery};
use domain::when::Day;
use domain::{AppError, ProblemCode};
use service::testing::Fixture;
use service::{Staff, profile, shell, stores, users};

use crate::support::{
    allow_many_sessions, entries_after, error, fact, id_of, newest_entry, set_access,
};

on_both! {
    one_s_own_names_show_everywhere_from_the_next_request_on,
    a_default_store_is_where_the_next_session_begins,
    r53_a_store_that_is_not_theirs_is_no_default,
    two_editors_at_once_are_noticed,
    r54_what_is_wrong_is_told_beside_its_field_and_nothing_is_saved,
}

fn form(display_name: &str) -> ProfileForm {
    ProfileForm {
        details: UserDetails {
            first_name: "Dana".to_owned(),
            last_name: "Tester".to_owned(),
            display_name: display_name.to_owned(),
            phone: " 01632 960142 ".to_owned(),
        },
        theme: "dark".to_owned(),
        default_store: String::new(),
    }
}

async fn revision(fixture: &Fixture) -> i64 {
    let revision = fact(fixture, "Dana", "revision").await;
    revision.parse().expect("a number")
}

async fn save(fixture: &Fixture, staff: &Staff, form: ProfileForm) -> Result<(), AppError> {
    let revision = revision(fixture).await;
    Ok(profile::update(&fixture.kh, staff, revision, form)
        .await
        .map(drop)?)
}

async fn one_s_own_names_show_everywhere_from_the_next_request_on(fixture: Fixture) {
    let owner = fixture.found().await;
    allow_many_sessions(&fixture).await;
    let ada = fixture.staff(&owner).await;
    let browser = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let dana = fixture.staff(&browser).await;
    save(&fixture, &dana, form("Dee")).await.expect("saves");
    let dana = fixture.staff(&browser).await;
    let shell = shell::view(&fixture.kh, &dana).await.expect("shows");
    assert_eq!((shell.me.name.as_str(), shell.theme), ("Dee", Theme::Dark));
    let view = profile::view(&fixture.kh, &dana).await.expect("shows");
    assert_eq!((view.name.as_str(), view.groups.as_str()), ("Dee", "Crew"));
    assert_eq!(view.details.phone, "01632 960142");
    assert_eq!(view.password_set.expect("is known").day, Day::Today);
    assert!(view.stores.is_empty(), "one store is no choice");
    let downtown = StoresLine::These(vec!["Downtown".to_owned()]);
    assert_eq!(view.reach, Some(downtown));
    let view = profile::view(&fixture.kh, &ada).await.expect("shows");
    assert!(matches!(view.reach, Some(StoresLine::All(_))), "{view:?}");
    for search in ["Dee", "dana tester"] {
        let query = UserListQuery {
            q: search.to_owned(),
            ..UserListQuery::default()
        };
        let found = users::list(&fixture.kh, &ada, query).await.expect("lists");
        let names: Vec<_> = found
            .page
            .rows
            .iter()
            .map(|row| row.name.as_str())
            .collect();
        assert_eq!(names, ["Dee"], "{search}");
    }
    let newest = newest_entry(&fixture.kh).await;
    profile::set_theme(&fixture.kh, &dana, "light")
        .await
        .expect("saves");
    let entry = entries_after(&fixture.kh, newest).await.remove(0);
    assert_eq!(entry.actor, "Dee", "and in the log");
}

async fn a_default_store_is_where_the_next_session_begins(fixture: Fixture) {
    let owner = fixture.found().await;
    allow_many_sessions(&fixture).await;
    let ada = fixture.staff(&owner).await;
    let both = ["Downtown", "Airport"];
    let browser = fixture.join(&ada, "Dana", &["Crew"], &both).await;
    let dana = fixture.staff(&browser).await;
    let id = |name: &str| {
        let mut stores = dana.stores.iter();
        let found = stores.find(|store| store.name == name);
        found.expect("a store").id
    };
    let (downtown, airport) = (id("Downtown"), id("Airport"));
    stores::switch(&fixture.kh, &dana, &airport.to_string())
        .await
        .expect("chooses");
    for (default_store, begins) in [
        (String::new(), Some(airport)),
        (downtown.to_string(), Some(downtown)),
        (ALL_STORES.to_owned(), None),
    ] {
        let form = ProfileForm {
            default_store: default_store.clone(),
            ..form("")
        };
        save(&fixture, &dana, form).await.expect("saves");
        let view = profile::view(&fixture.kh, &dana).await.expect("shows");
        assert_eq!(view.default_store, default_store);
        assert_eq!(view.stores.len(), 2);
        let browser = fixture.sign_in("Dana").await;
        assert_eq!(
            fixture.staff(&browser).await.chosen,
            begins,
            "{default_store}"
        );
    }
    // A default that is lost harms nobody.
    let form = ProfileForm {
        default_store: airport.to_string(),
        ..form("")
    };
    save(&fixture, &dana, form).await.expect("saves");
    set_access(&fixture, &ada, "Dana", &["Crew"], &["Downtown"]).await;
    let browser = fixture.sign_in("Dana").await;
    assert_eq!(fixture.staff(&browser).await.chosen, Some(downtown));
}

async fn r53_a_store_that_is_not_theirs_is_no_default(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let browser = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let dana = fixture.staff(&browser).await;
    let airport = ada.stores.iter().find(|store| store.name == "Airport");
    let theirs = airport.expect("a store").id.to_string();
    for store in [theirs.as_str(), "00000000-0000-7000-8000-000000000000", "x"] {
        let form = ProfileForm {
            default_store: store.to_owned(),
            ..form("")
        };
        let answer = save(&fixture, &dana, form).await;
        assert_eq!(answer, Err(AppError::NotFound), "{store}");
    }
    assert_eq!(fact(&fixture, "Dana", "default_store").await, "");
}

async fn two_editors_at_once_are_noticed(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let browser = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let dana = fixture.staff(&browser).await;
    let stale = revision(&fixture).await;
    let id = id_of(&fixture, "Dana").await;
    users::update(&fixture.kh, &ada, &id, stale, form("By Ada").details)
        .await
        .expect("saves");
    let answer = profile::update(&fixture.kh, &dana, stale, form("By Dana")).await;
    assert_eq!(error(answer), AppError::Conflict);
    assert_eq!(fact(&fixture, "Dana", "name").await, "By Ada");
    assert_eq!(fact(&fixture, "Dana", "theme").await, "system");
}

async fn r54_what_is_wrong_is_told_beside_its_field_and_nothing_is_saved(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let browser = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let dana = fixture.staff(&browser).await;
    let mut wrong = form("");
    "  ".clone_into(&mut wrong.details.first_name);
    let answer = save(&fixture, &dana, wrong).await;
    let Err(AppError::Invalid(problems)) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(problems.of("first_name"), Some(&ProblemCode::Required));
    let themed = ProfileForm {
        theme: "pink".to_owned(),
        ..form("")
    };
    let answer = save(&fixture, &dana, themed).await;
    assert_eq!(answer, Err(AppError::BadRequest));
    assert_eq!(fact(&fixture, "Dana", "phone").await, "");
}
