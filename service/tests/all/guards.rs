//! Nobody grants beyond themselves, nobody acts on those above, nobody changes themselves
//! (product §2.4). Each refusal leaves the database as it was, but for its audit entry.

use access::{Permission, PermissionSet, Rule, UserId};
use domain::AppError;
use domain::users::{InviteUser, SetAccess, UserDetails, UserListQuery};
use service::testing::Fixture;
use service::{Staff, users};

use crate::support::{
    Snapshot, access_form, custom_group, entries_after, error, fact, id_of, newest_entry,
    set_access, text,
};

on_both! {
    r53_a_store_manager_sees_whoever_works_there_and_acts_on_those_who_work_nowhere_else,
    r53_a_person_not_theirs_to_know_answers_like_nobody,
    r56_a_manager_by_a_custom_group_acts_on_nobody_above,
    r56_nobody_invites_beyond_what_they_hold,
    r56_nobody_sets_access_beyond_what_they_hold,
    r56_an_admin_acts_on_no_super_admin_not_even_an_invited_one,
    r56_nobody_reactivates_or_reinvites_beyond_what_they_hold,
    r56_nobody_changes_their_own_access,
    r55_one_forbidden_group_among_several_gives_none,
    super_admin_is_for_all_stores_and_from_a_super_admin,
    r54_saving_details_writes_nothing_but_names_and_phone,
    r52_without_settings_users_no_door_about_people_opens,
    r52_without_a_group_nothing_but_ones_own_opens,
}

/// Who works where.
struct Shop {
    fixture: Fixture,
    /// The owner.
    ada: std::sync::Arc<Staff>,
    /// Admin for Downtown, where she works.
    mia: std::sync::Arc<Staff>,
    /// Admin for everything, not Super Admin.
    al: std::sync::Arc<Staff>,
}

/// Dee works downtown, Art at the airport, Bo in both; Ivo is invited downtown, all of them Crew.
async fn shop(fixture: Fixture) -> Shop {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let both = ["Downtown", "Airport"];
    let mia = fixture.join(&ada, "Mia", &["Admin@Downtown"], &["Downtown"]).await;
    let al = fixture.join(&ada, "Al", &["Admin"], &both).await;
    fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    fixture.join(&ada, "Art", &["Crew"], &["Airport"]).await;
    fixture.join(&ada, "Bo", &["Crew"], &both).await;
    fixture.invite(&ada, "Ivo", &["Crew"], &["Downtown"]).await;
    let (mia, al) = (fixture.staff(&mia).await, fixture.staff(&al).await);
    Shop { fixture, ada, mia, al }
}

impl Shop {
    async fn id(&self, first_name: &str) -> String {
        id_of(&self.fixture, first_name).await
    }

    /// What every door about a person answers, as a name and an error; none of them may open.
    async fn doors(&self, by: &Staff, id: &str) -> Vec<(&'static str, AppError)> {
        let kh = &self.fixture.kh;
        let revision = 1;
        let form = self.fixture.invitation(by, "x", &["Crew"], &["Downtown"]).await;
        let access = SetAccess {
            user: id.to_owned(),
            memberships: form.groups,
            stores: form.stores,
            revision,
            ..SetAccess::default()
        };
        vec![
            ("update", error(users::update(kh, by, id, revision, details("New")).await)),
            ("set_access", error(users::set_access(kh, by, access).await)),
            ("resend_invite", error(users::resend_invite(kh, by, id).await)),
            ("withdraw_invite", error(users::withdraw_invite(kh, by, id).await)),
            ("deactivate", error(users::deactivate(kh, by, id).await)),
            ("reactivate", error(users::reactivate(kh, by, id).await)),
        ]
    }

    /// Does what must be refused, and sees that nothing but an audit entry came of it.
    async fn refused<T: std::fmt::Debug>(
        &self,
        what: &str,
        act: impl Future<Output = Result<T, service::Failure>>,
    ) -> AppError {
        let kh = &self.fixture.kh;
        // A minute later, so that every refusal has an entry of its own.
        self.fixture.clock.advance(std::time::Duration::from_mins(1));
        let (before, newest) = (Snapshot::but_for_refusals(kh).await, newest_entry(kh).await);
        let answer = error(act.await);
        let after = Snapshot::but_for_refusals(kh).await;
        assert_eq!(before.changes(&after), [] as [&str; 0], "{what}");
        let entries = entries_after(kh, newest).await;
        assert_eq!(entries.len(), 1, "{what}: {entries:?}");
        assert_eq!(entries[0].result, "refused", "{what}");
        answer
    }

    async fn invite(&self, by: &Staff, groups: &[&str], stores: &[&str]) -> AppError {
        let form = self.fixture.invitation(by, "Eve", groups, stores).await;
        self.refused(&format!("{groups:?} in {stores:?}"), users::invite(&self.fixture.kh, by, form))
            .await
    }

    async fn give(&self, by: &Staff, to: &str, groups: &[&str], stores: &[&str]) -> AppError {
        let form = access_form(&self.fixture, by, to, groups, stores).await;
        let what = format!("{groups:?} in {stores:?} to {to}");
        self.refused(&what, users::set_access(&self.fixture.kh, by, form)).await
    }
}

fn details(first_name: &str) -> UserDetails {
    UserDetails {
        first_name: first_name.to_owned(),
        last_name: "Tester".to_owned(),
        ..UserDetails::default()
    }
}

fn rule(rule: Rule) -> AppError {
    AppError::Refused(rule)
}

async fn names(fixture: &Fixture, by: &Staff) -> Vec<String> {
    let list = users::list(&fixture.kh, by, UserListQuery::default()).await.expect("lists");
    let mut names: Vec<String> = list
        .page
        .rows
        .into_iter()
        .map(|row| row.name.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    names.sort();
    names
}

async fn r53_a_store_manager_sees_whoever_works_there_and_acts_on_those_who_work_nowhere_else(
    fixture: Fixture,
) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    // Ada, a Super Admin, works in every store.
    assert_eq!(names(&shop.fixture, &shop.mia).await, ["Ada", "Al", "Bo", "Dee", "Ivo", "Mia"]);
    for (name, locked) in [
        ("Ada", Some(Rule::NotTheirStore)),
        ("Al", Some(Rule::NotTheirStore)),
        ("Bo", Some(Rule::NotTheirStore)),
        ("Mia", Some(Rule::SelfChange)),
        ("Dee", None),
        ("Ivo", None),
    ] {
        let view = users::view(kh, &shop.mia, &shop.id(name).await).await.expect("she sees them");
        assert_eq!(view.locked_because, locked, "{name}");
        if locked == Some(Rule::NotTheirStore) {
            for (door, answer) in shop.doors(&shop.mia, &shop.id(name).await).await {
                assert_eq!(answer, rule(Rule::NotTheirStore), "{door} {name}");
            }
        }
    }
    let (dee, ivo) = (shop.id("Dee").await, shop.id("Ivo").await);
    users::update(kh, &shop.mia, &dee, 2, details("Dee")).await.expect("she may");
    set_access(&shop.fixture, &shop.mia, "Dee", &["Sales"], &["Downtown"]).await;
    users::deactivate(kh, &shop.mia, &dee).await.expect("she may");
    users::reactivate(kh, &shop.mia, &dee).await.expect("she may");
    users::resend_invite(kh, &shop.mia, &ivo).await.expect("she may");
    users::withdraw_invite(kh, &shop.mia, &ivo).await.expect("she may");
    shop.fixture.invite(&shop.mia, "Eve", &["Crew"], &["Downtown"]).await;
}

async fn r53_a_person_not_theirs_to_know_answers_like_nobody(fixture: Fixture) {
    let shop = shop(fixture).await;
    let unknown = shop.fixture.kh.new_id().to_string();
    let art = shop.id("Art").await;
    for id in [art.as_str(), &art.to_uppercase(), &unknown, "", "nonsense", "' OR 1=1 --"] {
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
            ..shop.fixture.invitation(&shop.mia, "Eve", &["Crew"], &[]).await
        };
        let answer = error(users::invite(&shop.fixture.kh, &shop.mia, form).await);
        assert_eq!(answer, rule(Rule::NotTheirStore));
    }
}

async fn r56_a_manager_by_a_custom_group_acts_on_nobody_above(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    custom_group(&shop.fixture, "Floor lead", "settings.users").await;
    let lead = ["Crew", "Floor lead@Downtown"];
    let lena = shop.fixture.join(&shop.ada, "Lena", &lead, &["Downtown", "Airport"]).await;
    let lena = shop.fixture.staff(&lena).await;
    shop.fixture.join(&shop.ada, "Sal", &["Sales"], &["Downtown"]).await;
    let sal = shop.id("Sal").await;
    for (door, answer) in shop.doors(&lena, &sal).await {
        assert_eq!(answer, rule(Rule::AboveYou), "{door}");
    }
    assert_eq!(names(&shop.fixture, &lena).await, ["Ada", "Al", "Bo", "Dee", "Ivo", "Lena", "Mia", "Sal"]);
    users::deactivate(kh, &lena, &shop.id("Dee").await).await.expect("Crew like herself");
    // She works at the airport too, and manages nobody there.
    assert_eq!(error(users::view(kh, &lena, &shop.id("Art").await).await), AppError::NotFound);
    let bo = users::deactivate(kh, &lena, &shop.id("Bo").await).await;
    assert_eq!(error(bo), rule(Rule::NotTheirStore));
    let beyond = shop.invite(&lena, &["Crew", "Billing"], &["Downtown"]).await;
    assert!(matches!(beyond, AppError::Refused(Rule::BeyondYou { .. })), "{beyond:?}");
}

async fn r56_nobody_invites_beyond_what_they_hold(fixture: Fixture) {
    let shop = shop(fixture).await;
    let downtown = ["Downtown"];
    // Admin for all stores would give settings that hold for the business.
    let business: PermissionSet =
        [Permission::SettingsView, Permission::SettingsEdit, Permission::SettingsAudit, Permission::StoresViewAll]
            .into_iter()
            .collect();
    assert_eq!(
        shop.invite(&shop.mia, &["Admin"], &downtown).await,
        rule(Rule::BeyondYou { permissions: business })
    );
    assert_eq!(shop.invite(&shop.mia, &["Super Admin"], &downtown).await, rule(Rule::NotTheirStore));
    assert_eq!(shop.invite(&shop.mia, &["Crew"], &["Airport"]).await, rule(Rule::NotTheirStore));
    assert_eq!(
        shop.invite(&shop.mia, &["Crew"], &["Downtown", "Airport"]).await,
        rule(Rule::NotTheirStore)
    );
    assert_eq!(
        shop.invite(&shop.mia, &["Crew@Airport"], &downtown).await,
        rule(Rule::NotTheirStore)
    );
    assert_eq!(shop.invite(&shop.al, &["Super Admin"], &downtown).await, rule(Rule::NeedsSuperAdmin));
    shop.fixture.invite(&shop.mia, "Eve", &["Admin@Downtown"], &downtown).await;
    shop.fixture.invite(&shop.al, "Eva", &["Admin"], &["Downtown", "Airport"]).await;
    shop.fixture.invite(&shop.ada, "Evi", &["Super Admin"], &downtown).await;
}

async fn r56_nobody_sets_access_beyond_what_they_hold(fixture: Fixture) {
    let shop = shop(fixture).await;
    for (groups, stores, expected) in [
        (["Crew"], vec!["Airport"], Rule::NotTheirStore),
        (["Crew"], vec!["Downtown", "Airport"], Rule::NotTheirStore),
        (["Super Admin"], vec!["Downtown"], Rule::NotTheirStore),
    ] {
        assert_eq!(shop.give(&shop.mia, "Dee", &groups, &stores).await, rule(expected));
    }
    let beyond = shop.give(&shop.mia, "Dee", &["Admin"], &["Downtown"]).await;
    assert!(matches!(beyond, AppError::Refused(Rule::BeyondYou { .. })), "{beyond:?}");
    let both = ["Downtown", "Airport"];
    assert_eq!(shop.give(&shop.al, "Dee", &["Super Admin"], &both).await, rule(Rule::NeedsSuperAdmin));
    assert_eq!(
        shop.give(&shop.ada, "Dee", &["Super Admin@Downtown"], &both).await,
        rule(Rule::SuperAdminReach)
    );
    // Taking a store from somebody who also works elsewhere is acting on them.
    assert_eq!(shop.give(&shop.mia, "Bo", &["Crew"], &["Airport"]).await, rule(Rule::NotTheirStore));
}

async fn r56_an_admin_acts_on_no_super_admin_not_even_an_invited_one(fixture: Fixture) {
    let shop = shop(fixture).await;
    shop.fixture.invite(&shop.ada, "Suki", &["Super Admin"], &["Downtown"]).await;
    for name in ["Ada", "Suki"] {
        let id = shop.id(name).await;
        for (door, answer) in shop.doors(&shop.al, &id).await {
            assert_eq!(answer, rule(Rule::AboveYou), "{door} {name}");
        }
    }
    // Deactivating them first does not help: a person is judged by what they would hold.
    users::withdraw_invite(&shop.fixture.kh, &shop.ada, &shop.id("Suki").await).await.expect("may");
    for (door, answer) in shop.doors(&shop.al, &shop.id("Suki").await).await {
        assert_eq!(answer, rule(Rule::AboveYou), "{door}");
    }
}

async fn r56_nobody_reactivates_or_reinvites_beyond_what_they_hold(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    custom_group(&shop.fixture, "Floor lead", "settings.users").await;
    let lead = ["Crew", "Floor lead"];
    let lena = shop.fixture.join(&shop.ada, "Lena", &lead, &["Downtown"]).await;
    let lena = shop.fixture.staff(&lena).await;
    for (name, group) in [("Sal", "Sales"), ("Cora", "Crew")] {
        shop.fixture.invite(&shop.ada, name, &[group], &["Downtown"]).await;
    }
    let (sal, cora) = (shop.id("Sal").await, shop.id("Cora").await);
    let answer = shop.refused("resend", users::resend_invite(kh, &lena, &sal)).await;
    assert_eq!(answer, rule(Rule::AboveYou));
    users::resend_invite(kh, &lena, &cora).await.expect("Crew like herself");
    for id in [&sal, &cora] {
        users::withdraw_invite(kh, &shop.ada, id).await.expect("may");
    }
    let answer = shop.refused("reactivate", users::reactivate(kh, &lena, &sal)).await;
    assert_eq!(answer, rule(Rule::AboveYou));
    users::reactivate(kh, &lena, &cora).await.expect("Crew like herself");
}

async fn r56_nobody_changes_their_own_access(fixture: Fixture) {
    let shop = shop(fixture).await;
    let kh = &shop.fixture.kh;
    for (staff, name) in [(&shop.ada, "Ada"), (&shop.al, "Al"), (&shop.mia, "Mia")] {
        let own = shop.id(name).await;
        let answer = shop.give(staff, name, &["Crew"], &["Downtown"]).await;
        assert_eq!(answer, rule(Rule::SelfChange), "{name}");
        let answer = shop.refused(name, users::deactivate(kh, staff, &own)).await;
        assert_eq!(answer, rule(Rule::SelfChange), "{name}");
        let answer = shop.refused(name, users::reactivate(kh, staff, &own)).await;
        assert_eq!(answer, rule(Rule::SelfChange), "{name}");
        let revision = fact(&shop.fixture, name, "revision").await.parse().expect("a number");
        users::update(kh, staff, &own, revision, details(name)).await.expect("one's own name");
    }
}

async fn r55_one_forbidden_group_among_several_gives_none(fixture: Fixture) {
    let shop = shop(fixture).await;
    let all = ["Crew", "Sales", "Billing", "Operations", "Super Admin"];
    let both = ["Downtown", "Airport"];
    assert_eq!(shop.invite(&shop.al, &all, &both).await, rule(Rule::NeedsSuperAdmin));
    assert_eq!(shop.give(&shop.al, "Dee", &all, &both).await, rule(Rule::NeedsSuperAdmin));
    assert_eq!(shop.give(&shop.mia, "Dee", &["Sales"], &both).await, rule(Rule::NotTheirStore));
}

async fn super_admin_is_for_all_stores_and_from_a_super_admin(fixture: Fixture) {
    let shop = shop(fixture).await;
    assert_eq!(
        shop.invite(&shop.ada, &["Super Admin@Downtown"], &["Downtown"]).await,
        rule(Rule::SuperAdminReach)
    );
    let suki = shop.fixture.join(&shop.ada, "Suki", &["Super Admin"], &["Downtown"]).await;
    let suki = shop.fixture.staff(&suki).await;
    assert_eq!(suki.own_stores().count(), 2, "whatever stores were ticked");
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
    users::update(kh, &shop.mia, &dee, 2, form).await.expect("saves");
    assert_eq!(text(kh, &row).await, before.0);
    let changes = before.1.changes(&Snapshot::of(kh).await);
    let tables: std::collections::BTreeSet<&str> = changes
        .iter()
        .filter_map(|line| line[2..].split(':').next())
        .collect();
    assert_eq!(tables.into_iter().collect::<Vec<_>>(), ["audit", "audit_head", "locks", "users"]);
    let found = UserListQuery { q: "deedee".to_owned(), ..UserListQuery::default() };
    let list = users::list(kh, &shop.mia, found).await.expect("lists");
    assert_eq!(list.page.rows[0].name, "DeeDee", "the search knows the new name");
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
    for (n, group) in ["Crew", "Sales", "Billing", "Operations"].into_iter().enumerate() {
        let name = format!("Wil{n}");
        let wil = fixture.join(&shop.ada, &name, &[group], &["Downtown"]).await;
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
        assert!(matches!(answer, AppError::Forbidden { missing: Permission::SettingsView, .. }));
    }
    // Who manages Downtown is asked for Downtown, and who manages everything.
    let mia: UserId = shop.id("Mia").await.parse().expect("an id");
    let dee = fixture.session_for(shop.id("Dee").await.parse().expect("an id")).await;
    let ask = missing(error(users::list(kh, &*fixture.staff(&dee).await, UserListQuery::default()).await));
    assert!(ask.iter().any(|contact| contact.id == mia), "{ask:?}");
    let art = fixture.session_for(shop.id("Art").await.parse().expect("an id")).await;
    let ask = missing(error(users::list(kh, &*fixture.staff(&art).await, UserListQuery::default()).await));
    assert!(ask.iter().all(|contact| contact.id != mia), "{ask:?}");
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
    assert_eq!(error(service::home::view(kh, &staff).await), AppError::NoGroup);
    assert_eq!(error(users::list(kh, &staff, UserListQuery::default()).await), AppError::NoGroup);
    let switch = service::stores::switch(kh, &staff, "all").await;
    assert_eq!(error(switch), AppError::NoGroup);
    for module in access::Module::ALL {
        let answer = error(service::modules::view(kh, &staff, module).await);
        let expected =
            if module == access::Module::Settings { AppError::NotFound } else { AppError::NoGroup };
        assert_eq!(answer, expected, "{module:?}");
    }
    let shell = service::shell::view(kh, &staff).await.expect("the frame of one's own pages");
    assert!(shell.modules.is_empty() && shell.settings.is_empty());
    service::profile::set_theme(kh, &staff, "dark").await.expect("one's own");
}
