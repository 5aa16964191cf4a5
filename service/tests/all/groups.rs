//! Permission groups: make, change, duplicate, delete, count (product §2.2).

use access::{Permission, PermissionSet, built_in};
use domain::groups::{GroupForm, GroupListView};
use domain::{AppError, Done, Problem, ProblemCode, Toast};
use service::groups::{self, Edit};
use service::testing::Fixture;
use service::{Keyholder, Staff, users};

use crate::support::{
    Snapshot, add_override, at_once, custom_group, entries_after, error, fact, id_of, newest_entry,
    number, text, texts,
};

on_both! {
    a_group_is_made_changed_and_stands_in_the_list,
    a_change_of_a_group_acts_on_the_next_request_of_its_members,
    the_second_of_two_editors_is_told_and_loses_nothing,
    r60_of_many_editors_at_once_one_is_saved,
    no_two_groups_have_one_name,
    a_copy_gives_the_same_under_a_name_of_its_own,
    a_built_in_group_goes_back_to_what_it_gave_at_first,
    members_of_a_deleted_group_are_in_the_other_where_they_were_in_this,
    a_group_that_nobody_is_in_is_deleted_without_asking,
    people_are_counted_without_those_who_left_and_as_far_as_they_may_be_known,
    what_is_mistyped_is_told_by_field_and_what_no_form_has_is_refused,
}

/// Id of the group of this name.
pub(crate) async fn group_id(kh: &Keyholder, name: &str) -> String {
    let sql = format!("SELECT id FROM permission_groups WHERE name = '{name}'");
    text(kh, &sql).await
}

/// What the group of this name gives.
pub(crate) async fn given(kh: &Keyholder, name: &str) -> PermissionSet {
    let sql = format!("SELECT permissions FROM permission_groups WHERE name = '{name}'");
    PermissionSet::from_keys(&text(kh, &sql).await).expect("keys")
}

fn form(name: &str, permissions: PermissionSet) -> GroupForm {
    GroupForm {
        name: name.to_owned(),
        summary: "Does things".to_owned(),
        permissions: permissions.iter().map(|p| p.key().to_owned()).collect(),
        ..GroupForm::default()
    }
}

/// The editor's form of the group of this name as it stands, with these ticks.
pub(crate) async fn edit(kh: &Keyholder, name: &str, permissions: PermissionSet) -> Edit {
    let revision = format!("SELECT revision FROM permission_groups WHERE name = '{name}'");
    Edit {
        id: group_id(kh, name).await,
        revision: number(kh, &revision).await,
        form: form(name, permissions),
        clear: false,
    }
}

/// A new group.
pub(crate) async fn create(
    kh: &Keyholder,
    by: &Staff,
    name: &str,
    permissions: PermissionSet,
) -> Result<Done, AppError> {
    Ok(groups::create(kh, by, form(name, permissions)).await?)
}

fn problem(field: &str, code: ProblemCode) -> AppError {
    AppError::Invalid(domain::Problems::one(field, code))
}

fn set<const N: usize>(permissions: [Permission; N]) -> PermissionSet {
    permissions.into_iter().collect()
}

fn people(list: &GroupListView, name: &str) -> u32 {
    let row = list.rows.iter().find(|row| row.name == name);
    row.unwrap_or_else(|| panic!("{name} is in the list"))
        .people
        .n
}

const JOBS: [Permission; 2] = [Permission::JobsView, Permission::JobsPick];

async fn a_group_is_made_changed_and_stands_in_the_list(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let newest = newest_entry(kh).await;
    let done = create(kh, &ada, "  Loaders ", set(JOBS))
        .await
        .expect("made");
    let name = || "Loaders".to_owned();
    assert_eq!(done.toast, Some(Toast::GroupCreated { name: name() }));
    let change = edit(kh, "Loaders", set([Permission::JobsView])).await;
    let asked = groups::check(kh, &ada, &change).await.expect("asks");
    let page = format!("/settings/groups/{}?preview", change.id);
    assert_eq!(asked, Done::ask(page), "nothing is saved yet");
    assert_eq!(given(kh, "Loaders").await, set(JOBS));
    let done = groups::update(kh, &ada, &change).await.expect("saves");
    assert_eq!(done.toast, Some(Toast::GroupSaved { name: name() }));
    assert_eq!(given(kh, "Loaders").await, set([Permission::JobsView]));

    let list = groups::list(kh, &ada).await.expect("lists");
    let names: Vec<&str> = list.rows.iter().map(|row| row.name.as_str()).collect();
    let built_in = [
        "Crew",
        "Sales",
        "Billing",
        "Operations",
        "Admin",
        "Super Admin",
    ];
    assert_eq!(names, [&built_in[..], &["Loaders"]].concat());
    assert!(list.may_edit && list.rows[5].locked && !list.rows[6].built_in);
    let view = groups::view(kh, &ada, &change.id).await.expect("shows");
    assert_eq!((view.revision, view.summary.as_str()), (2, "Does things"));
    assert_eq!(view.held, PermissionSet::ALL);

    let entries = entries_after(kh, newest).await;
    let done: Vec<(&str, &str)> = entries
        .iter()
        .map(|entry| (entry.action.as_str(), entry.object.as_str()))
        .collect();
    assert_eq!(
        done,
        [("group.create", "Loaders"), ("group.update", "Loaders")]
    );
    assert!(entries[1].before.contains("jobs.pick") && !entries[1].after.contains("jobs.pick"));
}

async fn a_change_of_a_group_acts_on_the_next_request_of_its_members(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let sees = async || {
        let staff = fixture.staff(&dana).await;
        staff.caller.sees(access::Module::Invoices, staff.chosen)
    };
    assert!(!sees().await);
    let more = given(kh, "Crew")
        .await
        .union(Permission::InvoicesView.into());
    groups::update(kh, &ada, &edit(kh, "Crew", more).await)
        .await
        .expect("saves");
    assert!(sees().await);
}

async fn the_second_of_two_editors_is_told_and_loses_nothing(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let crew = given(kh, "Crew").await;
    let first = edit(kh, "Crew", crew.union(Permission::InvoicesView.into())).await;
    let second = edit(kh, "Crew", crew.union(Permission::CostsView.into())).await;
    groups::update(kh, &ada, &first)
        .await
        .expect("the first saves");
    let before = Snapshot::of(kh).await;
    for answer in [
        error(groups::check(kh, &ada, &second).await),
        error(groups::preview(kh, &ada, &second).await),
        error(groups::update(kh, &ada, &second).await),
    ] {
        assert_eq!(answer, AppError::Conflict);
    }
    assert_eq!(before.changes(&Snapshot::of(kh).await), [""; 0]);
    let again = edit(
        kh,
        "Crew",
        given(kh, "Crew").await.union(Permission::CostsView.into()),
    );
    groups::update(kh, &ada, &again.await)
        .await
        .expect("made anew");
    let both = crew.union(set([Permission::InvoicesView, Permission::CostsView]));
    assert_eq!(given(kh, "Crew").await, both);
}

async fn r60_of_many_editors_at_once_one_is_saved(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let crew = given(&fixture.kh, "Crew").await;
    let mut tasks = Vec::new();
    for n in 0..10 {
        let permission = [Permission::InvoicesView, Permission::CostsView][n % 2];
        let change = edit(&fixture.kh, "Crew", crew.union(permission.into())).await;
        let (kh, ada) = (nodes[n % 2].clone(), ada.clone());
        tasks.push(async move { groups::update(&kh, &ada, &change).await });
    }
    let mut saved = 0;
    for answer in at_once(tasks).await {
        match answer.map_err(AppError::from) {
            Ok(_) => saved += 1,
            Err(told) => assert_eq!(told, AppError::Conflict),
        }
    }
    assert_eq!(saved, 1);
    let revision = "SELECT revision FROM permission_groups WHERE name = 'Crew'";
    assert_eq!(number(&fixture.kh, revision).await, 2);
}

async fn no_two_groups_have_one_name(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let taken = problem("name", ProblemCode::GroupTaken);
    let twice = create(kh, &ada, " SALES ", PermissionSet::EMPTY).await;
    assert_eq!(twice, Err(taken.clone()));
    let mut change = edit(kh, "Crew", given(kh, "Crew").await).await;
    "sales".clone_into(&mut change.form.name);
    assert_eq!(error(groups::check(kh, &ada, &change).await), taken);
    assert_eq!(error(groups::update(kh, &ada, &change).await), taken);
    // A built-in group keeps its key, and so may be called otherwise.
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    "CREW".clone_into(&mut change.form.name);
    groups::update(kh, &ada, &change)
        .await
        .expect("its own name");
    "Porters".clone_into(&mut change.form.name);
    change.revision += 1;
    groups::update(kh, &ada, &change)
        .await
        .expect("another name");
    assert_eq!(fact(&fixture, "Dana", "groups_sort").await, "porters");
    let made = at_once((0..6).map(|_| {
        let (kh, ada) = (fixture.kh.clone(), ada.clone());
        async move { create(&kh, &ada, "Night shift", PermissionSet::EMPTY).await }
    }));
    let lost: Vec<AppError> = made.await.into_iter().filter_map(Result::err).collect();
    assert_eq!(lost, vec![taken; 5]);
}

async fn a_copy_gives_the_same_under_a_name_of_its_own(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let sales = group_id(kh, "Sales").await;
    for name in ["Copy of Sales", "Copy of Sales 2", "Copy of Sales 3"] {
        let done = groups::duplicate(kh, &ada, &sales, "Copy of Sales")
            .await
            .expect("copies");
        let made = group_id(kh, name).await;
        assert_eq!(done.go, Some(format!("/settings/groups/{made}")));
        assert_eq!(given(kh, name).await, given(kh, "Sales").await);
    }
    let everything = group_id(kh, "Super Admin").await;
    groups::duplicate(kh, &ada, &everything, "Deputies")
        .await
        .expect("a Super Admin holds all of it");
    assert_eq!(given(kh, "Deputies").await, PermissionSet::ALL);
    let locked = "SELECT super_admin FROM permission_groups WHERE name = 'Deputies'";
    assert_eq!(
        number(kh, locked).await,
        0,
        "and yet it is an ordinary group"
    );
}

async fn a_built_in_group_goes_back_to_what_it_gave_at_first(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let first = built_in("billing").expect("built in").permissions;
    groups::update(kh, &ada, &edit(kh, "Billing", set(JOBS)).await)
        .await
        .expect("saves");
    assert_eq!(given(kh, "Billing").await, set(JOBS));
    groups::update(kh, &ada, &edit(kh, "Billing", first).await)
        .await
        .expect("resets");
    assert_eq!(given(kh, "Billing").await, first);
}

/// The groups that an entry names, in an order that no database chooses.
fn names(kept: &str) -> Vec<String> {
    let kept: serde_json::Value = serde_json::from_str(kept).expect("JSON");
    let line = kept["groups"].as_str().expect("a line");
    let mut names: Vec<String> = line.split(", ").map(str::to_owned).collect();
    names.sort();
    names
}

async fn members_of_a_deleted_group_are_in_the_other_where_they_were_in_this(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let both = ["Downtown", "Airport"];
    custom_group(&fixture, "Loaders", "jobs.view jobs.pick").await;
    fixture
        .join(&ada, "Dana", &["Loaders"], &["Downtown"])
        .await;
    let here = ["Loaders@Airport", "Sales"];
    fixture.join(&ada, "Bo", &here, &both).await;
    fixture.join(&ada, "Cy", &["Loaders", "Crew"], &both).await;
    fixture.join(&ada, "Lee", &["Loaders"], &["Downtown"]).await;
    users::deactivate(kh, &ada, &id_of(&fixture, "Lee").await)
        .await
        .expect("Lee leaves");
    let revision: i64 = fact(&fixture, "Bo", "revision")
        .await
        .parse()
        .expect("a number");
    let loaders = edit(kh, "Loaders", set(JOBS)).await;
    let crew = group_id(kh, "Crew").await;

    let asks = groups::delete(kh, &ada, &loaders.id, 1, "").await;
    assert_eq!(error(asks), problem("to", ProblemCode::PickGroup));
    for nowhere in [loaders.id.as_str(), "01900000-0000-7000-8000-000000000000"] {
        let there = groups::delete(kh, &ada, &loaders.id, 1, nowhere).await;
        assert_eq!(error(there), problem("to", ProblemCode::NotOffered));
    }
    let stale = groups::delete(kh, &ada, &loaders.id, 7, &crew).await;
    assert_eq!(error(stale), AppError::Conflict);
    assert_eq!(
        number(kh, "SELECT COUNT(*) FROM permission_groups").await,
        7
    );

    let newest = newest_entry(kh).await;
    let done = groups::delete(kh, &ada, &loaders.id, 1, &crew)
        .await
        .expect("deletes");
    let mut entries = entries_after(kh, newest).await;
    let deleted = entries.remove(0);
    assert_eq!(deleted.action, "group.delete");
    assert_eq!(deleted.after, r#"{"members_moved":4,"members_to":"Crew"}"#);
    entries.sort_by(|one, next| one.object.cmp(&next.object));
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (&*entry.object, names(&entry.before), names(&entry.after)))
        .collect();
    let one = |names: &[&str]| -> Vec<String> { names.iter().map(ToString::to_string).collect() };
    assert_eq!(
        told,
        [
            (
                "Bo Tester",
                one(&["Loaders at Airport", "Sales"]),
                one(&["Crew at Airport", "Sales"])
            ),
            ("Cy Tester", one(&["Crew", "Loaders"]), one(&["Crew"])),
            ("Dana Tester", one(&["Loaders"]), one(&["Crew"])),
            ("Lee Tester", one(&["Loaders"]), one(&["Crew"])),
        ],
        "each of their histories says so"
    );
    for entry in &entries {
        let (action, reason) = (entry.action.as_str(), entry.reason.as_str());
        assert_eq!((action, reason), ("user.set_access", "group_deleted"));
    }
    let dana = id_of(&fixture, "Dana").await;
    let activity = users::activity(kh, &ada, &dana, "", "")
        .await
        .expect("hers");
    assert_eq!(activity.entries.rows[0].action, "user.set_access");
    let name = "Loaders".to_owned();
    assert_eq!(done.toast, Some(Toast::GroupDeleted { name }));
    let held = |first: &str| {
        format!(
            "SELECT g.name || '@' || COALESCE(s.name, '') FROM memberships m \
             JOIN users u ON u.id = m.user_id JOIN permission_groups g ON g.id = m.group_id \
             LEFT JOIN stores s ON s.id = m.store_id WHERE u.first_name = '{first}' ORDER BY 1"
        )
    };
    assert_eq!(texts(kh, &held("Dana")).await, ["Crew@"]);
    assert_eq!(texts(kh, &held("Bo")).await, ["Crew@Airport", "Sales@"]);
    assert_eq!(texts(kh, &held("Cy")).await, ["Crew@"]);
    assert_eq!(
        texts(kh, &held("Lee")).await,
        ["Crew@"],
        "who left goes along"
    );
    assert_eq!(fact(&fixture, "Bo", "groups_sort").await, "crew, sales");
    assert_eq!(
        fact(&fixture, "Bo", "revision").await,
        (revision + 1).to_string()
    );
    assert_eq!(
        number(kh, "SELECT COUNT(*) FROM permission_groups").await,
        6
    );
}

async fn a_group_that_nobody_is_in_is_deleted_without_asking(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    custom_group(&fixture, "Loaders", "jobs.view").await;
    let loaders = group_id(kh, "Loaders").await;
    let view = groups::view(kh, &ada, &loaders).await.expect("shows");
    assert!(!view.in_use && view.others.len() == 5, "{view:?}");
    groups::delete(kh, &ada, &loaders, 1, "")
        .await
        .expect("deletes");
    assert_eq!(
        error(groups::view(kh, &ada, &loaders).await),
        AppError::NotFound
    );
    let again = groups::delete(kh, &ada, &loaders, 1, "").await;
    assert_eq!(error(again), AppError::NotFound);
}

async fn people_are_counted_without_those_who_left_and_as_far_as_they_may_be_known(
    fixture: Fixture,
) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let mia = fixture
        .join(&ada, "Mia", &["Admin@Downtown"], &["Downtown"])
        .await;
    fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    fixture
        .join(
            &ada,
            "Bo",
            &["Crew", "Crew@Airport"],
            &["Downtown", "Airport"],
        )
        .await;
    fixture.join(&ada, "Art", &["Crew"], &["Airport"]).await;
    fixture.invite(&ada, "Ivo", &["Crew"], &["Downtown"]).await;
    fixture.join(&ada, "Lee", &["Crew"], &["Downtown"]).await;
    users::deactivate(kh, &ada, &id_of(&fixture, "Lee").await)
        .await
        .expect("Lee leaves");
    let all = groups::list(kh, &ada).await.expect("lists");
    assert_eq!((people(&all, "Crew"), people(&all, "Admin")), (4, 1));
    assert_eq!(people(&all, "Billing"), 0);
    let mia = fixture.staff(&mia).await;
    let hers = groups::list(kh, &mia).await.expect("lists");
    assert!(!hers.may_edit);
    assert_eq!(
        people(&hers, "Crew"),
        3,
        "not who works at the airport only"
    );
    assert_eq!(people(&hers, "Super Admin"), 1, "who works in every store");
    let crew = group_id(kh, "Crew").await;
    let view = groups::view(kh, &mia, &crew).await.expect("shows");
    assert_eq!((view.people.n, view.may_edit), (3, false));
    assert_eq!(view.held, PermissionSet::EMPTY);
    // Who changes groups changes them for everybody.
    add_override(&fixture, "Mia", "settings.groups", "allow", 0).await;
    let mia = fixture.staff(&fixture.sign_in("Mia").await).await;
    let hers = groups::list(kh, &mia).await.expect("lists");
    assert_eq!((people(&hers, "Crew"), hers.may_edit), (4, true));
}

async fn what_is_mistyped_is_told_by_field_and_what_no_form_has_is_refused(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let before = Snapshot::of(kh).await;
    let unnamed = create(kh, &ada, "  ", set(JOBS)).await;
    assert_eq!(unnamed, Err(problem("name", ProblemCode::Required)));
    let mut long = edit(kh, "Crew", set(JOBS)).await;
    long.form.summary = "x".repeat(121);
    let AppError::Invalid(problems) = error(groups::check(kh, &ada, &long).await) else {
        panic!("it was taken");
    };
    assert!(matches!(&problems.0[..], [Problem { field, .. }] if field == "summary"));
    let mut unknown = edit(kh, "Crew", set(JOBS)).await;
    unknown.form.permissions.push("jobs.own".to_owned());
    assert_eq!(
        error(groups::update(kh, &ada, &unknown).await),
        AppError::BadRequest
    );
    assert_eq!(before.changes(&Snapshot::of(kh).await), [""; 0]);
}
