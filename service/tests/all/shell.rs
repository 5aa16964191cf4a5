//! What surrounds a page, and the desk's lists: what is shown is what opens (req. 57).

use access::Module;
use domain::shell::{SettingsPage, Theme};
use domain::{AppError, UserId};
use service::testing::Fixture;
use service::{
    Staff, business, groups, modules, profile, security, sessions, shell, stores, users, who_can,
};

use crate::support::{error, fact, home, id_of, texts};

on_both! {
    r57_the_sidebar_shows_exactly_what_opens,
    rights_of_one_store_hold_in_that_store_only,
    home_tells_who_may_help_about_invitations,
    a_theme_is_remembered_and_a_made_up_one_refused,
}

const DESK: [Module; 5] = [
    Module::Customers,
    Module::Quotes,
    Module::Jobs,
    Module::Invoices,
    Module::Inventory,
];

/// The modules whose list opens to this person.
async fn open(fixture: &Fixture, staff: &Staff) -> Vec<Module> {
    let mut open = Vec::new();
    for module in DESK {
        match modules::view(&fixture.kh, staff, module).await {
            Ok(view) => {
                assert_eq!(view.module, module);
                open.push(module);
            }
            Err(failure) => {
                let answer = AppError::from(failure);
                assert!(
                    matches!(answer, AppError::Forbidden { .. }),
                    "{module:?}: {answer:?}"
                );
            }
        }
    }
    open
}

async fn r57_the_sidebar_shows_exactly_what_opens(fixture: Fixture) {
    service::demo::fill(&fixture.kh, 30).await.expect("fills");
    let people = texts(&fixture.kh, "SELECT id FROM users WHERE state = 'active'").await;
    for id in people {
        let person: UserId = id.parse().expect("an id");
        let browser = fixture.session_for(person).await;
        let staff = fixture.staff(&browser).await;
        let mut choices = vec!["all".to_owned()];
        if staff.own_stores().count() > 1 {
            choices.extend(staff.own_stores().map(|store| store.id.to_string()));
        }
        for choice in choices {
            stores::switch(&fixture.kh, &staff, &choice)
                .await
                .expect("theirs");
            let staff = fixture.staff(&browser).await;
            let seen = shell::view(&fixture.kh, &staff).await.expect("shell");
            assert_eq!(
                seen.modules,
                open(&fixture, &staff).await,
                "{} {choice}",
                staff.me.name
            );
            let mut settings = Vec::new();
            let query = domain::users::UserListQuery::default();
            if users::list(&fixture.kh, &staff, query).await.is_ok() {
                settings.push(SettingsPage::Users);
            }
            if groups::list(&fixture.kh, &staff).await.is_ok() {
                settings.push(SettingsPage::Groups);
            }
            let query = domain::who_can::WhoCanQuery::default();
            if who_can::view(&fixture.kh, &staff, query).await.is_ok() {
                settings.push(SettingsPage::WhoCan);
            }
            if stores::list(&fixture.kh, &staff).await.is_ok() {
                settings.push(SettingsPage::Stores);
            }
            let query = domain::sessions::SessionListQuery::default();
            if sessions::list(&fixture.kh, &staff, query).await.is_ok() {
                settings.push(SettingsPage::Sessions);
            }
            if security::view(&fixture.kh, &staff).await.is_ok() {
                settings.push(SettingsPage::Security);
            }
            let query = domain::audit::AuditQuery::default();
            if service::audit::list(&fixture.kh, &staff, query)
                .await
                .is_ok()
            {
                settings.push(SettingsPage::Audit);
            }
            if business::view(&fixture.kh, &staff).await.is_ok() {
                settings.push(SettingsPage::Business);
            }
            assert_eq!(seen.settings, settings, "{}", staff.me.name);
        }
    }
}

async fn rights_of_one_store_hold_in_that_store_only(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let groups = ["Sales@Downtown", "Operations@Airport"];
    let sam = fixture
        .join(&ada, "Sam", &groups, &["Downtown", "Airport"])
        .await;
    let in_store = async |name: &str, module| {
        let staff = fixture.staff(&sam).await;
        let store = staff.stores.iter().find(|store| store.name == name);
        let store = store.map_or_else(|| "all".to_owned(), |store| store.id.to_string());
        stores::switch(&fixture.kh, &staff, &store)
            .await
            .expect("theirs");
        let staff = fixture.staff(&sam).await;
        let view = modules::view(&fixture.kh, &staff, module)
            .await
            .expect("both see all");
        (view.store, view.may_create)
    };
    assert_eq!(
        in_store("Downtown", Module::Quotes).await,
        (Some("Downtown".to_owned()), true)
    );
    assert_eq!(
        in_store("Airport", Module::Quotes).await,
        (Some("Airport".to_owned()), false)
    );
    assert_eq!(
        in_store("Downtown", Module::Inventory).await,
        (Some("Downtown".to_owned()), false)
    );
    assert_eq!(
        in_store("Airport", Module::Inventory).await,
        (Some("Airport".to_owned()), true)
    );
    assert_eq!(in_store("all", Module::Inventory).await, (None, true));
    // Customers belong to the business: a right held in any store holds for them.
    assert_eq!(in_store("Airport", Module::Customers).await, (None, true));
}

async fn home_tells_who_may_help_about_invitations(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    assert!(home(kh, &ada).await.expect("home").alone);
    let mia = fixture
        .join(&ada, "Mia", &["Admin@Downtown"], &["Downtown"])
        .await;
    let crew = fixture.join(&ada, "Cora", &["Crew"], &["Airport"]).await;
    fixture.invite(&ada, "Art", &["Crew"], &["Airport"]).await;
    fixture.invite(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    for (browser, waiting) in [(&owner, 2), (&mia, 1), (&crew, 0)] {
        let staff = fixture.staff(browser).await;
        let view = home(kh, &staff).await.expect("home");
        assert_eq!(view.waiting_invites, waiting, "{}", view.first_name);
        assert!(!view.alone && !view.may_add_store);
    }
    let dee = id_of(&fixture, "Dee").await;
    let past = kh.now().0 - 1;
    crate::support::write(kh, &format!("UPDATE invites SET expires = {past}")).await;
    let staff = fixture.staff(&mia).await;
    let view = home(kh, &staff).await.expect("home");
    assert_eq!(view.waiting_invites, 0);
    let expired: Vec<String> = view
        .expired_invites
        .iter()
        .map(|invite| invite.user.to_string())
        .collect();
    assert_eq!(expired, [dee]);
}

async fn a_theme_is_remembered_and_a_made_up_one_refused(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    profile::set_theme(&fixture.kh, &ada, "dark")
        .await
        .expect("a theme");
    assert_eq!(fixture.staff(&owner).await.me.theme, Theme::Dark);
    for made_up in ["", "Dark", "blue", "dark'; DROP TABLE users; --"] {
        let answer = profile::set_theme(&fixture.kh, &ada, made_up).await;
        assert_eq!(error(answer), AppError::BadRequest);
    }
    assert_eq!(fact(&fixture, "Ada", "theme").await, "dark");
}
