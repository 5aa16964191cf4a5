//! The views of people and of one person's access.

use super::*;

#[test]
fn views_of_people_read_back() {
    let page = Page {
        rows: Status::ALL.map(row).to_vec(),
        first: 51,
        total: Count {
            n: 10_000,
            more: true,
        },
        previous: Some("before".into()),
        next: None,
    };
    let unfit = |because| Unfit {
        name: text("Theo"),
        because,
    };
    reads_back(UserListView {
        page,
        groups: vec![GroupName {
            id: group().id,
            name: group().name,
        }],
        stores: vec![choice()],
        query: query(),
        question: Some(ManyQuestion {
            people: vec![Ticked {
                id: user(),
                name: text("Sofia"),
                sessions: 2,
            }],
            others: vec![unfit(None), unfit(Some(Rule::SelfChange))],
        }),
    });
    reads_back(NewUserView {
        groups: vec![group()],
        stores: Vec::new(),
        levels: vec![
            (Module::Jobs, Level::ALL.into()),
            (Module::Settings, Vec::new()),
        ],
    });
    let said = || text("550 no such mailbox");
    let retrying = |trouble| MailState::Retrying {
        trouble,
        said: said(),
    };
    let failed = MailState::Failed {
        trouble: MailTrouble::Refused,
        said: said(),
    };
    let mails = [MailState::Queued, MailState::Sent, failed];
    for mail in mails
        .into_iter()
        .chain(MailTrouble::ALL.into_iter().map(retrying))
    {
        let invite = InviteState {
            sent: when(Day::Today),
            expires: when(Day::Tomorrow),
            expired: true,
            mail,
        };
        reads_back(person(Some(invite)));
    }
}

fn cell(permission: Permission, state: CellState, by_groups: ByGroups) -> CellView {
    CellView {
        permission,
        state,
        only_in: vec![text("Oxford")],
        groups: vec![GroupSays {
            name: text("Operations"),
            store: Some(text("Oxford")),
            includes: true,
            gives: false,
        }],
        exception: Some(OverrideView {
            choice: OverrideChoice::Deny,
            author: text("Theo"),
            reason: text("Covers Marcus"),
            made: Day::Yesterday,
            until: Some(OnDay {
                day: Day::Date(2026, 12, 31),
                iso: "2026-12-31".into(),
            }),
            ended: true,
        }),
        by_view_all: true,
        by_groups,
        may_change: true,
    }
}

#[test]
fn the_grid_of_a_person_reads_back() {
    let says = [ByGroups::Everywhere, ByGroups::InSome, ByGroups::Nowhere];
    let cells = CellState::ALL
        .into_iter()
        .zip(Permission::ALL)
        .zip(says.into_iter().cycle());
    let cells: Vec<CellView> = cells
        .map(|((state, permission), says)| cell(permission, state, says))
        .collect();
    let reasons = [
        Nothing::Inactive,
        Nothing::LastDayOver,
        Nothing::NotAccepted,
        Nothing::NoGroup,
    ];
    for nothing in reasons.into_iter().map(Some).chain([None]) {
        reads_back(AccessView {
            person: person(None),
            memberships: vec![MembershipView {
                group: group().id,
                name: text("Crew"),
                reach: Reach::Store(store()),
                store: Some(text("Bath")),
            }],
            stores: vec![store()],
            other_stores: 2,
            store_choices: vec![choice()],
            group_choices: vec![group()],
            store: Some(store()),
            places: vec![choice()],
            rows: vec![RowView {
                module: Module::Jobs,
                level: Some(Level::Write),
                by_store: vec![(text("Bath"), Some(Level::Read)), (text("Oxford"), None)],
            }],
            cells: cells.clone(),
            nothing,
            super_admin: true,
            where_they_work: Some(Works {
                theirs: vec![text("Bath")],
                not_theirs: vec![text("Oxford")],
            }),
            overrides: 3,
            clearable: 2,
        });
    }
    for choice in OverrideChoice::ALL {
        reads_back(choice);
    }
    reads_back(AccessPreview {
        name: text("Sofia"),
        felt: PersonPreview::default(),
        asks_reason: true,
        later: false,
    });
}
