//! The views of groups, of previews and of who can.

use super::*;

#[test]
fn views_of_groups_read_back() {
    let row = GroupRow {
        id: GroupId::nil(),
        name: text("Sales"),
        summary: text("Sells"),
        built_in: true,
        locked: false,
        permissions: PermissionSet::VIEWS,
        people: Count::capped(10_001),
    };
    reads_back(GroupListView {
        rows: vec![row],
        may_edit: true,
    });
    let view = GroupView {
        id: GroupId::nil(),
        name: text("Sales"),
        summary: text("Sells"),
        built_in: Some("sales".into()),
        locked: false,
        permissions: PermissionSet::VIEWS,
        held: PermissionSet::ALL,
        may_edit: true,
        people: Count::capped(3),
        may_list_people: true,
        in_use: true,
        others: vec![OtherGroup {
            id: GroupId::nil(),
            name: text("Crew"),
        }],
        revision: 7,
    };
    reads_back(GroupView {
        built_in: None,
        ..view.clone()
    });
    reads_back(view);
    reads_back(NewGroupView {
        held: PermissionSet::BUSINESS,
    });
}

#[test]
fn previews_read_back() {
    let permissions: PermissionSet = [Permission::InvoicesVoidPayment].into_iter().collect();
    let places = || Some(StoresLine::These(vec![text("Bath")]));
    let anyway: Vec<Anyway> = [
        How::Groups(vec![text("Billing"), text("Admin")]),
        How::Override,
        How::NeedlessOverride,
        How::SuperAdmin,
        How::Denied,
    ]
    .into_iter()
    .map(|how| Anyway {
        name: text("Giulia"),
        permissions,
        added: true,
        how,
    })
    .collect();
    let felt = |places| Felt {
        permissions,
        people: 40_000,
        first: vec![Line {
            name: text("Priya"),
            places,
        }],
        more: vec![text("Leo")],
    };
    reads_back(GroupPreview {
        added: permissions,
        removed: PermissionSet::ALL,
        gains: vec![felt(places()), felt(None)],
        loses: vec![felt(places())],
        anyway: anyway.clone(),
        anyway_more: 3,
        clearable: vec![text("Sofia"), text("Ana")],
    });
    let held = |places| Held {
        permission: Permission::SettingsAudit,
        places,
    };
    reads_back(PersonPreview {
        gains: vec![held(places())],
        loses: vec![held(None)],
        anyway,
    });
    reads_back(GroupPreview::default());
}

#[test]
fn answers_of_who_can_read_back() {
    let giving = |store| Giving {
        group: text("Billing"),
        store,
    };
    let exception = |until| Exception {
        by: text("Theo"),
        until,
    };
    let rows = [
        Because::SuperAdmin,
        Because::Groups(vec![giving(None), giving(Some(text("Bath")))]),
        Because::Override(exception(None)),
        Because::Override(exception(Some(Day::Date(2026, 12, 31)))),
    ]
    .map(|because| WhoCanRow {
        id: user(),
        name: text("Giulia"),
        locked: true,
        because,
        groups: text("Billing"),
        stores: StoresLine::All(4),
    });
    reads_back(WhoCanView {
        permission: Permission::InvoicesVoidPayment,
        store: Some(store()),
        stores: vec![choice()],
        page: Page {
            rows: rows.to_vec(),
            first: 1,
            total: few(4),
            previous: None,
            next: Some("after".into()),
        },
        invited: few(1),
        gone: Count { n: 400, more: true },
    });
}
