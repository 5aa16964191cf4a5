//! Stores that close and open again, and what the page of one says (product §4).

use access::Rule;
use domain::users::UserListQuery;
use domain::who_can::WhoCanQuery;
use domain::{AppError, Toast};
use service::testing::Fixture;
use service::{Staff, shell, stores, users, who_can};

use crate::support::{
    Snapshot, at_once, entries_after, error, fact, id_of, newest_entry, number, write,
};

on_both! {
    a_closed_store_is_offered_nowhere_and_taken_from_nobody,
    who_has_a_closed_store_chosen_moves_to_another_of_theirs,
    one_store_always_remains_open_also_when_two_close_at_once,
    r58_opening_and_closing_a_store_is_written_down,
    a_store_that_keeps_its_name_leaves_its_people_as_they_are,
    r53_a_store_names_its_people_to_who_manages_them_and_to_nobody_else,
    the_form_of_a_store_offers_the_time_zones_in_use_first,
}

fn id(staff: &Staff, name: &str) -> String {
    let store = staff.stores.iter().find(|store| store.name == name);
    store.map_or_else(|| panic!("no store {name}"), |store| store.id.to_string())
}

async fn a_closed_store_is_offered_nowhere_and_taken_from_nobody(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let both = ["Downtown", "Airport"];
    let dana = fixture.join(&ada, "Dana", &["Crew"], &both).await;
    let airport = id(&ada, "Airport");
    let done = stores::deactivate(kh, &ada, &airport)
        .await
        .expect("she may");
    let name = "Airport".to_owned();
    assert_eq!(done.toast, Some(Toast::StoreDeactivated { name }));
    let ada = fixture.staff(&owner).await;
    let names = |choices: Vec<domain::shell::StoreChoice>| -> Vec<String> {
        choices.into_iter().map(|choice| choice.name).collect()
    };
    let picker = shell::view(kh, &ada).await.expect("shell").stores;
    assert_eq!(
        names(picker),
        [] as [&str; 0],
        "one open store is no choice"
    );
    assert_eq!(
        names(users::new(kh, &ada).await.expect("form").stores),
        ["Downtown"]
    );
    let list = async |store: &str| {
        let query = UserListQuery {
            store: store.to_owned(),
            ..UserListQuery::default()
        };
        users::list(kh, &ada, query).await.expect("lists")
    };
    assert_eq!(names(list("").await.stores), ["Downtown"]);
    let asked = list(&airport).await;
    assert_eq!(
        asked.page.rows.len(),
        2,
        "its people can still be looked up"
    );
    assert_eq!(names(asked.stores), ["Airport", "Downtown"]);
    let answer = who_can::view(kh, &ada, WhoCanQuery::default()).await;
    assert_eq!(names(answer.expect("answers").stores), ["Downtown"]);
    let switch = stores::switch(kh, &*fixture.staff(&dana).await, &airport).await;
    assert_eq!(error(switch), AppError::NotFound);

    // Dana keeps it, also when somebody saves her access meanwhile.
    let page = users::view_access(kh, &ada, &id_of(&fixture, "Dana").await, "").await;
    assert_eq!(page.expect("page").stores.len(), 2);
    let done = stores::reactivate(kh, &ada, &airport)
        .await
        .expect("she may");
    let name = "Airport".to_owned();
    assert_eq!(done.toast, Some(Toast::StoreReactivated { name }));
    let dana = fixture.staff(&dana).await;
    assert_eq!(
        names(shell::view(kh, &dana).await.expect("shell").stores),
        ["Airport", "Downtown"]
    );
    let again = stores::reactivate(kh, &*fixture.staff(&owner).await, &airport).await;
    assert_eq!(error(again), AppError::Conflict);
}

async fn who_has_a_closed_store_chosen_moves_to_another_of_theirs(fixture: Fixture) {
    let owner = fixture.found().await;
    fixture
        .add_store(&*fixture.staff(&owner).await, "Bath", "BTH")
        .await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture
        .join(&ada, "Dana", &["Crew"], &["Airport", "Bath", "Downtown"])
        .await;
    let kh = &fixture.kh;
    let downtown = id(&ada, "Downtown");
    stores::switch(kh, &*fixture.staff(&dana).await, &downtown)
        .await
        .expect("hers");
    stores::deactivate(kh, &ada, &downtown).await.expect("may");
    let staff = fixture.staff(&dana).await;
    assert_eq!(
        staff.chosen.and_then(|store| staff.store_name(store)),
        Some("Airport")
    );
}

async fn one_store_always_remains_open_also_when_two_close_at_once(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let open = "SELECT COUNT(*) FROM stores WHERE active = 1";
    for _ in 0..8 {
        write(&fixture.kh, "UPDATE stores SET active = 1").await;
        let closings = ["Downtown", "Airport"].into_iter().zip(&nodes);
        let closings = closings.map(|(name, kh)| {
            let (kh, ada, store) = (kh.clone(), ada.clone(), id(&ada, name));
            async move { stores::deactivate(&kh, &ada, &store).await }
        });
        let answers = at_once(closings).await;
        let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!((done.len(), refused.len()), (1, 1));
        for refused in refused {
            assert_eq!(error(refused), AppError::Refused(Rule::LastStore));
        }
        assert_eq!(number(&fixture.kh, open).await, 1);
    }
}

async fn r58_opening_and_closing_a_store_is_written_down(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let airport = id(&ada, "Airport");
    let newest = newest_entry(kh).await;
    stores::deactivate(kh, &ada, &airport).await.expect("may");
    let ada = fixture.staff(&owner).await;
    let last = stores::deactivate(kh, &ada, &id(&ada, "Downtown")).await;
    assert_eq!(error(last), AppError::Refused(Rule::LastStore));
    stores::reactivate(kh, &ada, &airport).await.expect("may");
    let written: Vec<_> = entries_after(kh, newest)
        .await
        .into_iter()
        .map(|entry| {
            (
                entry.action,
                entry.result,
                entry.object,
                entry.before,
                entry.after,
            )
        })
        .collect();
    let entry = |action: &str, result: &str, object: &str, before: &str, after: &str| {
        let texts = [action, result, object, before, after].map(str::to_owned);
        let [action, result, object, before, after] = texts;
        (action, result, object, before, after)
    };
    let (open, closed) = ("{\"active\":true}", "{\"active\":false}");
    assert_eq!(
        written,
        [
            entry("store.deactivate", "done", "Airport", open, closed),
            entry("store.deactivate", "refused", "Downtown", "", ""),
            entry("store.reactivate", "done", "Airport", closed, open),
        ]
    );
}

async fn a_store_that_keeps_its_name_leaves_its_people_as_they_are(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    fixture.join(&ada, "Art", &["Crew"], &["Airport"]).await;
    // A mark that only a rewrite would take away.
    write(
        kh,
        "UPDATE users SET stores_sort = 'as it was' WHERE first_name = 'Art'",
    )
    .await;
    let airport = id(&ada, "Airport");
    let view = stores::view(kh, &ada, &airport).await.expect("page");
    let mut form = view.form;
    "01".clone_into(&mut form.phone);
    " AIRPORT ".clone_into(&mut form.name);
    stores::update(kh, &ada, &airport, view.revision, form.clone())
        .await
        .expect("saves");
    assert_eq!(fact(&fixture, "Art", "stores_sort").await, "as it was");
    "Zoo".clone_into(&mut form.name);
    let before = Snapshot::of(kh).await;
    let late = stores::update(kh, &ada, &airport, view.revision, form.clone()).await;
    assert_eq!(error(late), AppError::Conflict);
    assert_eq!(Snapshot::of(kh).await, before, "nor does a lost revision");
    stores::update(kh, &ada, &airport, view.revision + 1, form)
        .await
        .expect("saves");
    assert_eq!(fact(&fixture, "Art", "stores_sort").await, "zoo");
}

async fn r53_a_store_names_its_people_to_who_manages_them_and_to_nobody_else(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    fixture.join(&ada, "Art", &["Crew"], &["Airport"]).await;
    fixture
        .join(&ada, "Bo", &["Crew"], &["Airport", "Downtown"])
        .await;
    let airport = id(&ada, "Airport");
    let people = async |staff: &Staff, store: &str| {
        let view = stores::view(kh, staff, store).await.expect("page");
        let names = view.first_people.map(|people| {
            let names = people.into_iter().map(|person| person.name);
            names.collect::<Vec<_>>()
        });
        (view.people.n, names)
    };
    let all = ["Ada Owner", "Art Tester", "Bo Tester"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(people(&ada, &airport).await, (3, Some(all)));
    // Sees the settings, manages people downtown.
    crate::support::custom_group(&fixture, "Looker", "settings.view").await;
    let mia = fixture
        .join(&ada, "Mia", &["Looker", "Admin@Downtown"], &["Downtown"])
        .await;
    let mia = fixture.staff(&mia).await;
    assert_eq!(people(&mia, &airport).await, (3, None));
    let hers = ["Ada Owner", "Bo Tester", "Mia Tester"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(people(&mia, &id(&mia, "Downtown")).await, (3, Some(hers)));
    let view = stores::view(kh, &mia, &airport).await.expect("page");
    assert!(!view.may_edit && view.zones.is_empty());
}

async fn the_form_of_a_store_offers_the_time_zones_in_use_first(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let airport = id(&ada, "Airport");
    let view = stores::view(kh, &ada, &airport).await.expect("page");
    let form = domain::stores::StoreForm {
        time_zone: "Asia/Tokyo".to_owned(),
        ..view.form
    };
    stores::update(kh, &ada, &airport, view.revision, form)
        .await
        .expect("saves");
    let ada = fixture.staff(&owner).await;
    let offer = stores::new(kh, &ada).await.expect("form");
    assert_eq!(offer.time_zone, "Asia/Tokyo", "that of the first store");
    let used: std::collections::BTreeSet<&str> =
        offer.zones[..2].iter().map(String::as_str).collect();
    assert!(used.contains("Asia/Tokyo"), "{used:?}");
    let view = stores::view(kh, &ada, &airport).await.expect("page");
    assert_eq!(view.zones, offer.zones);
}
