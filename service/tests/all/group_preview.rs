//! Who gains what, who loses what, and who has it anyway and why (product §2.5).

use access::{Permission, PermissionSet};
use domain::preview::{Anyway, Felt, GroupPreview, How};
use domain::users::StoresLine;
use service::demo::fill;
use service::testing::Fixture;
use service::{Staff, groups};

use crate::groups::{edit, given};
use crate::support::{add_override, custom_group, id_of, number, write};

on_both! {
    of_the_ten_in_sales_eight_gain_what_two_have_already,
    who_is_denied_by_override_gains_nothing_and_that_is_told,
    what_is_taken_out_is_lost_but_for_who_has_it_from_elsewhere,
    those_who_gain_different_things_are_told_apart,
    of_a_great_many_the_first_are_named_and_all_are_counted,
    r53_people_who_may_not_be_known_are_counted_and_not_named,
    an_override_that_is_no_longer_needed_goes_with_the_change_where_that_is_wanted,
    r56_an_override_of_somebody_above_stays,
}

const VOID: Permission = Permission::InvoicesVoidPayment;

/// The sample's owner.
async fn eleanor(fixture: &Fixture, people: u32) -> std::sync::Arc<Staff> {
    fill(&fixture.kh, people).await.expect("fills");
    let id = id_of(fixture, "Eleanor").await.parse().expect("an id");
    fixture.staff(&fixture.session_for(id).await).await
}

async fn preview(
    fixture: &Fixture,
    by: &Staff,
    group: &str,
    permissions: PermissionSet,
) -> GroupPreview {
    let change = edit(&fixture.kh, group, permissions).await;
    groups::preview(&fixture.kh, by, &change)
        .await
        .expect("tells")
}

/// The preview of a group that is given one permission more.
async fn with(fixture: &Fixture, by: &Staff, group: &str, permission: Permission) -> GroupPreview {
    let more = given(&fixture.kh, group).await.union(permission.into());
    preview(fixture, by, group, more).await
}

fn names(felt: &Felt) -> Vec<&str> {
    let first = felt.first.iter().map(|line| line.name.as_str());
    first.chain(felt.more.iter().map(String::as_str)).collect()
}

fn anyway(name: &str, added: bool, how: How) -> Anyway {
    Anyway {
        name: name.to_owned(),
        permissions: VOID.into(),
        added,
        how,
    }
}

async fn of_the_ten_in_sales_eight_gain_what_two_have_already(fixture: Fixture) {
    let eleanor = eleanor(&fixture, 30).await;
    let told = with(&fixture, &eleanor, "Sales", VOID).await;
    let [gain] = &told.gains[..] else {
        panic!("{told:?}");
    };
    assert_eq!((gain.people, gain.permissions), (8, VOID.into()));
    assert_eq!(
        names(gain),
        [
            "Ada Fox",
            "Ben Hartley",
            "Ivan Petrov",
            "Leo Martin",
            "Mei-Ling Chua",
            "Priya Raman",
            "Ruth Amoah",
            "Zara Nasser"
        ]
    );
    let ben = Some(StoresLine::These(vec!["Bath".into(), "Marlow".into()]));
    assert_eq!(gain.first[1].places, ben);
    assert!(told.loses.is_empty());
    assert_eq!(
        told.anyway,
        [
            anyway("Giulia Bianchi", true, How::Groups(vec!["Billing".into()])),
            anyway("Sofia Lindqvist", true, How::NeedlessOverride),
        ]
    );
    assert_eq!(
        (told.added, told.removed),
        (VOID.into(), PermissionSet::EMPTY)
    );

    let more = given(&fixture.kh, "Sales").await.union(VOID.into());
    let change = edit(&fixture.kh, "Sales", more).await;
    groups::update(&fixture.kh, &eleanor, &change)
        .await
        .expect("saves");
    for name in [
        "Ada", "Ben", "Ivan", "Leo", "Mei-Ling", "Priya", "Ruth", "Zara",
    ] {
        let id = id_of(&fixture, name).await.parse().expect("an id");
        let staff = fixture.staff(&fixture.session_for(id).await).await;
        assert!(staff.caller.effective.holds_anywhere(VOID), "{name}");
    }
    let priya = id_of(&fixture, "Priya").await.parse().expect("an id");
    let priya = fixture.staff(&fixture.session_for(priya).await).await;
    let held = priya.caller.effective.stores_with(VOID);
    assert_eq!(held.len(), 1, "she is in Sales at Marlow only");
    assert_eq!(priya.store_name(held[0]), Some("Marlow"));
}

async fn who_is_denied_by_override_gains_nothing_and_that_is_told(fixture: Fixture) {
    let eleanor = eleanor(&fixture, 30).await;
    add_override(&fixture, "Ben", VOID.key(), "deny", 0).await;
    let told = with(&fixture, &eleanor, "Sales", VOID).await;
    assert_eq!(told.gains[0].people, 7);
    assert!(!names(&told.gains[0]).contains(&"Ben Hartley"));
    assert_eq!(told.anyway[0], anyway("Ben Hartley", true, How::Denied));
    assert_eq!(told.anyway.len(), 3);
}

async fn what_is_taken_out_is_lost_but_for_who_has_it_from_elsewhere(fixture: Fixture) {
    let eleanor = eleanor(&fixture, 30).await;
    let more = given(&fixture.kh, "Sales").await.union(VOID.into());
    let change = edit(&fixture.kh, "Sales", more).await;
    groups::update(&fixture.kh, &eleanor, &change)
        .await
        .expect("saves");
    let told = preview(&fixture, &eleanor, "Sales", more.minus(VOID.into())).await;
    assert_eq!((told.gains.len(), told.loses[0].people), (0, 8));
    assert_eq!(
        told.anyway,
        [
            anyway("Giulia Bianchi", false, How::Groups(vec!["Billing".into()])),
            anyway("Sofia Lindqvist", false, How::Override),
        ]
    );
}

async fn those_who_gain_different_things_are_told_apart(fixture: Fixture) {
    let eleanor = eleanor(&fixture, 30).await;
    let both = [VOID, Permission::JobsPick];
    let more = given(&fixture.kh, "Sales").await;
    let more = more.union(both.into_iter().collect());
    let told = preview(&fixture, &eleanor, "Sales", more).await;
    let felt: Vec<(u32, PermissionSet)> = told
        .gains
        .iter()
        .map(|felt| (felt.people, felt.permissions))
        .collect();
    // Giulia has one of them already, Sofia one of them here and the other in one store.
    assert_eq!(
        felt,
        [
            (8, both.into_iter().collect()),
            (2, Permission::JobsPick.into()),
        ]
    );
    assert_eq!(names(&told.gains[1]), ["Giulia Bianchi", "Sofia Lindqvist"]);
    let sofia = Some(StoresLine::These(vec!["Bath".into()]));
    assert_eq!(told.gains[1].first[1].places, sofia);
    assert_eq!(told.anyway.len(), 2);
}

async fn of_a_great_many_the_first_are_named_and_all_are_counted(fixture: Fixture) {
    let eleanor = eleanor(&fixture, 1_600).await;
    let in_sales = "SELECT COUNT(DISTINCT m.user_id) FROM memberships m \
        JOIN permission_groups g ON g.id = m.group_id WHERE g.name = 'Sales'";
    let in_sales = number(&fixture.kh, in_sales).await;
    assert!(in_sales > 500, "{in_sales}");
    let told = with(&fixture, &eleanor, "Sales", VOID).await;
    let [gain] = &told.gains[..] else {
        panic!("{told:?}");
    };
    assert_eq!(i64::from(gain.people), in_sales - 2);
    let named = names(gain);
    assert_eq!((gain.first.len(), named.len()), (4, 44));
    assert!(named.is_sorted(), "{named:?}");
    assert_eq!(told.anyway.len(), 2);
    assert_eq!(told.anyway_more, 0);
    // Of very many for whom it makes no difference, some are named.
    let nothing = preview(&fixture, &eleanor, "Counter Staff", PermissionSet::EMPTY).await;
    assert!(nothing.loses[0].people > 500);
}

async fn r53_people_who_may_not_be_known_are_counted_and_not_named(fixture: Fixture) {
    let kh = &fixture.kh;
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    custom_group(
        &fixture,
        "Group editors",
        "settings.groups customers.view settings.users",
    )
    .await;
    custom_group(&fixture, "Loaders", "jobs.view").await;
    let mia = ["Group editors@Downtown", "Sales"];
    fixture
        .join(&ada, "Mia", &mia, &["Downtown", "Airport"])
        .await;
    add_override(&fixture, "Mia", "settings.groups", "allow", 0).await;
    fixture.join(&ada, "Dee", &["Loaders"], &["Downtown"]).await;
    fixture.join(&ada, "Art", &["Loaders"], &["Airport"]).await;
    fixture
        .invite(&ada, "Ivo", &["Loaders"], &["Downtown"])
        .await;
    let mia = fixture.staff(&fixture.sign_in("Mia").await).await;
    let more = [Permission::JobsView, Permission::QuotesView];
    let change = edit(kh, "Loaders", more.into_iter().collect()).await;
    let told = groups::preview(kh, &mia, &change).await.expect("tells");
    let [gain] = &told.gains[..] else {
        panic!("{told:?}");
    };
    assert_eq!(gain.people, 3, "who is invited will have it, too");
    assert_eq!(names(gain), ["Dee Tester", "Ivo Tester"]);
}

/// How many overrides allow voiding payments.
async fn allowing(fixture: &Fixture) -> i64 {
    let all = "SELECT COUNT(*) FROM overrides \
               WHERE permission = 'invoices.void_payment' AND effect = 'allow'";
    number(&fixture.kh, all).await
}

async fn an_override_that_is_no_longer_needed_goes_with_the_change_where_that_is_wanted(
    fixture: Fixture,
) {
    let eleanor = eleanor(&fixture, 30).await;
    let told = with(&fixture, &eleanor, "Sales", VOID).await;
    assert_eq!(told.clearable, ["Sofia Lindqvist"]);
    let kh = &fixture.kh;
    let wanted = given(kh, "Sales").await;
    let revision = "SELECT revision FROM users WHERE first_name = 'Sofia'";
    let before = number(kh, revision).await;

    // Saved without: it stays.
    let change = edit(kh, "Sales", wanted.union(VOID.into())).await;
    groups::update(kh, &eleanor, &change).await.expect("saves");
    assert_eq!(allowing(&fixture).await, 1);
    let back = edit(kh, "Sales", wanted).await;
    groups::update(kh, &eleanor, &back).await.expect("saves");

    let mut change = edit(kh, "Sales", wanted.union(VOID.into())).await;
    change.clear = true;
    groups::update(kh, &eleanor, &change).await.expect("saves");
    assert_eq!(allowing(&fixture).await, 0);
    assert_eq!(
        number(kh, revision).await,
        before + 1,
        "a form made before no longer fits"
    );
    let sofia = id_of(&fixture, "Sofia").await;
    let entry = format!(
        "SELECT COUNT(*) FROM audit WHERE action = 'user.set_access' AND object_id = '{sofia}' \
         AND reason = 'group_gives_it' AND before_json LIKE '%void_payment%' \
         AND after_json NOT LIKE '%void_payment%'"
    );
    assert_eq!(number(kh, &entry).await, 1, "it stands in her own trail");
    let told = with(&fixture, &eleanor, "Sales", VOID).await;
    assert!(told.clearable.is_empty());
}

async fn r56_an_override_of_somebody_above_stays(fixture: Fixture) {
    let eleanor = eleanor(&fixture, 30).await;
    let clerk = fixture
        .join(
            &eleanor,
            "Gus",
            &["Admin"],
            &["Marlow", "Bath", "Oxford", "Heathrow T5"],
        )
        .await;
    add_override(&fixture, "Gus", "settings.groups", "allow", 0).await;
    // For good, so that the change is none to her.
    write(&fixture.kh, "UPDATE overrides SET until_at = 0").await;
    // Sofia holds what Gus lacks, so nothing of hers is his to change.
    add_override(&fixture, "Sofia", "settings.billing", "allow", 0).await;
    let gus = fixture.staff(&clerk).await;
    let told = with(&fixture, &gus, "Sales", VOID).await;
    assert!(told.clearable.is_empty(), "{:?}", told.clearable);
}
