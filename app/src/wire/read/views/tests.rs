//! What serde writes, [`Read`] reads: for each type, in each of its forms.

mod audit;
mod sessions;

use std::fmt::Debug;

use serde::Serialize;
use serde_json::Value;

use domain::imports::{
    Column, FileProblem, ImportLine, ImportMails, ImportRun, ImportView, LineCode, LineProblem,
};

use super::*;

impl Json for Value {
    fn member(&self, name: &str) -> Option<Self> {
        self.get(name).cloned()
    }

    fn items(&self) -> Option<Vec<Self>> {
        self.as_array().cloned()
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn truth(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_null(&self) -> bool {
        Self::is_null(self)
    }
}

#[track_caller]
fn reads_back<T: Read + Serialize + PartialEq + Debug>(written: T) {
    let json = serde_json::to_value(&written).unwrap();
    assert_eq!(T::read(&json).as_ref(), Some(&written), "{json}");
    assert_eq!(T::read(&Value::String("nonsense".into())), None);
    assert_eq!(T::read(&Value::Bool(true)), None);
}

fn text(word: &str) -> String {
    format!("{word} “Zoë” \u{1f511}")
}

fn when(day: Day) -> When {
    When {
        day,
        time: "09:41".into(),
        iso: "2026-11-21T09:41:00+00:00".into(),
    }
}

fn user() -> UserId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn store() -> StoreId {
    "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap()
}

fn choice() -> StoreChoice {
    StoreChoice {
        id: store(),
        name: text("Bath"),
        code: "BTH".into(),
    }
}

fn group() -> GroupChoice {
    GroupChoice {
        id: "01890a5d-ac96-774b-bcce-b302099a8059".parse().unwrap(),
        name: text("Crew"),
        summary: text("Pick"),
        built_in: Some("crew".into()),
        may_grant: true,
    }
}

fn details() -> UserDetails {
    UserDetails {
        first_name: text("Sofia"),
        last_name: text("Lindqvist"),
        display_name: String::new(),
        phone: "1".into(),
    }
}

fn query() -> UserListQuery {
    UserListQuery {
        q: text("q"),
        sort: "-name".into(),
        page: "p".into(),
        ..UserListQuery::default()
    }
}

fn row(status: Status) -> UserRow {
    UserRow {
        id: user(),
        avatar: 0,
        name: text("Sofia"),
        email: text("s@x.example"),
        groups: text("Crew"),
        stores: StoresLine::These(vec![text("Bath"), text("Oxford")]),
        two_factor: true,
        last_sign_in: Some(when(Day::Yesterday)),
        status,
        invite_expired: false,
        me: true,
    }
}

fn form() -> StoreForm {
    StoreForm {
        name: text("Bath"),
        code: "BTH".into(),
        time_zone: "Europe/London".into(),
        ..StoreForm::default()
    }
}

#[test]
fn views_of_passwords_read_back() {
    reads_back(PasswordView {
        email: text("ada@shop.example"),
        min: 15,
        others: 2,
    });
    reads_back(ResetView {
        business: text("Marlow & Finch"),
        email: text("ada@shop.example"),
        min: 10,
    });
    reads_back(SignInFacts {
        password_set: None,
        password_disabled: false,
        last_sign_in: None,
        last_device: None,
        wrong_tries: 0,
        locked_until: None,
        reset_mail: None,
    });
    reads_back(SignInFacts {
        password_set: Some(when(Day::Today)),
        password_disabled: true,
        last_sign_in: Some(when(Day::Yesterday)),
        last_device: Some(text("Firefox on Linux")),
        wrong_tries: 5,
        locked_until: Some(when(Day::Today)),
        reset_mail: Some(ResetMail {
            written: when(Day::Today),
            state: MailState::Sent,
        }),
    });
}

fn factor(on: Option<FactorFacts>) -> FactorView {
    FactorView {
        on,
        required: true,
        policy: TwoFactorPolicy::Admins,
    }
}

#[test]
fn views_of_the_second_factor_read_back() {
    TwoFactorPolicy::ALL.into_iter().for_each(reads_back);
    let on = FactorFacts {
        since: when(Day::Today),
        codes_left: 8,
    };
    reads_back(factor(None));
    reads_back(factor(Some(on.clone())));
    let key = KeyView {
        typed: text("GEZD GNBV"),
        size: 41,
        path: text("M0 0h7v1h-7z"),
    };
    for (key, codes) in [(Some(key), Vec::new()), (None, vec![text("UJZD-EGXD")])] {
        reads_back(TwoFactorView {
            business: text("Marlow & Finch"),
            factor: factor(Some(on.clone())),
            key,
            codes,
        });
    }
    let enrolment = |n, more| Enrolment {
        people: Count { n, more },
        missing: Count { n: 0, more: false },
    };
    reads_back(SecurityView {
        policy: TwoFactorPolicy::Everyone,
        everyone: enrolment(10_000, true),
        admins: enrolment(3, false),
        one_session: true,
        idle_minutes: 60,
        absolute_hours: 12,
        may_edit: true,
        may_list: false,
        revision: 2,
    });
}

#[test]
fn words_and_days_read_back() {
    Status::ALL.into_iter().for_each(reads_back);
    Theme::ALL.into_iter().for_each(reads_back);
    EndedWhy::ALL.into_iter().for_each(reads_back);
    Module::ALL.into_iter().for_each(reads_back);
    PermissionSet::ALL.iter().for_each(reads_back);
    reads_back(PermissionSet::ALL);
    reads_back(PermissionSet::EMPTY);
    [
        SettingsPage::Users,
        SettingsPage::Groups,
        SettingsPage::WhoCan,
        SettingsPage::Stores,
        SettingsPage::Security,
        SettingsPage::Sessions,
    ]
    .into_iter()
    .for_each(reads_back);
    [
        Day::Today,
        Day::Yesterday,
        Day::Tomorrow,
        Day::Date(2026, 11, 21),
        Day::Date(-44, 3, 15),
    ]
    .into_iter()
    .for_each(reads_back);
    [Reach::AllTheirStores, Reach::Store(store())]
        .into_iter()
        .for_each(reads_back);
    [StoresLine::All(4), StoresLine::These(Vec::new())]
        .into_iter()
        .for_each(reads_back);
}

#[test]
fn notices_read_back() {
    let name = || text("Sofia");
    for toast in [
        Toast::Invited { name: name() },
        Toast::InviteResent { name: name() },
        Toast::InviteWithdrawn { name: name() },
        Toast::DetailsSaved { name: name() },
        Toast::AccessSaved { name: name() },
        Toast::Deactivated {
            name: name(),
            sessions: 3,
        },
        Toast::Reactivated { name: name() },
        Toast::ResetSent { name: name() },
        Toast::Unlocked { name: name() },
        Toast::SignedOut {
            name: name(),
            sessions: 2,
        },
        Toast::SessionsEnded { sessions: 3 },
        Toast::PasswordChanged { sessions: 2 },
        Toast::PasswordSet,
        Toast::GroupCreated { name: name() },
        Toast::GroupSaved { name: name() },
        Toast::GroupDeleted { name: name() },
        Toast::LastDaySet {
            name: name(),
            day: Day::Date(2026, 12, 31),
        },
        Toast::LastDayCleared { name: name() },
        Toast::StoreCreated { name: name() },
        Toast::StoreSaved { name: name() },
        Toast::StoreDeactivated { name: name() },
        Toast::StoreReactivated { name: name() },
        Toast::Imported { people: 5_000 },
        Toast::SetUp { name: name() },
        Toast::TwoFactorOn,
        Toast::TwoFactorOff,
        Toast::TwoFactorReset {
            name: name(),
            sessions: 2,
        },
        Toast::SecuritySaved,
        Toast::PictureSaved,
        Toast::PictureRemoved,
        Toast::ProfileSaved,
        Toast::BusinessSaved,
        Toast::BillingSaved,
        Toast::EmailAsked {
            email: "s@y.example".into(),
        },
        Toast::EmailWithdrawn,
        Toast::EmailChanged {
            email: "s@y.example".into(),
        },
    ] {
        reads_back(Done {
            toast: Some(toast.clone()),
            go: Some("/x".into()),
            reload: true,
            keep: true,
        });
        reads_back(toast);
    }
    reads_back(Done::quiet());
}

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

fn problems() -> Problems {
    let taken = ProblemCode::EmailTaken {
        user: user(),
        name: text("Sofia"),
        deactivated: true,
    };
    let codes = [
        ProblemCode::Required,
        ProblemCode::TooLong { max: 80 },
        ProblemCode::Unprintable,
        ProblemCode::Email,
        taken,
        ProblemCode::AddressUnusable,
        ProblemCode::NotTicked,
        ProblemCode::PickOne,
        ProblemCode::CodeWrong,
        ProblemCode::RecoveryWrong,
        ProblemCode::PickGroup,
        ProblemCode::PickStore,
        ProblemCode::NotOffered,
        ProblemCode::GroupTaken,
        ProblemCode::PasswordShort { min: 15 },
        ProblemCode::PasswordLong,
        ProblemCode::PasswordCommon,
        ProblemCode::PasswordFamiliar,
        ProblemCode::PasswordsDiffer,
        ProblemCode::PasswordWrong,
        ProblemCode::PasswordDisabled,
        ProblemCode::StoreTaken,
        ProblemCode::StoreCode,
        ProblemCode::Whole { min: 1, max: 720 },
        ProblemCode::IdleTooLong,
        ProblemCode::TimeZone,
        ProblemCode::SameEmail,
        ProblemCode::Picture {
            why: PictureProblem::TooWide,
        },
        ProblemCode::Percent,
        ProblemCode::Days { max: 365 },
        ProblemCode::File {
            why: FileProblem::NotText,
        },
        ProblemCode::Day,
        ProblemCode::DayOver,
    ];
    let mut problems = Problems::none();
    for code in codes {
        problems.add("field", code);
    }
    problems
}

#[test]
fn errors_read_back() {
    let rules = [
        Rule::SelfChange,
        Rule::AboveYou,
        Rule::BeyondYou {
            permissions: PermissionSet::ALL,
        },
        Rule::NeedsSuperAdmin,
        Rule::SuperAdminReach,
        Rule::LastSuperAdmin,
        Rule::LastStore,
        Rule::GroupLocked,
        Rule::GroupBuiltIn,
        Rule::NeedsGroup,
        Rule::TwoFactorRequired,
        Rule::NotTheirStore,
        Rule::NotByImport,
        Rule::ThisSession,
    ];
    for rule in rules {
        reads_back(AppError::Refused(rule.clone()));
        reads_back(rule);
    }
    let ask = vec![Contact {
        id: user(),
        name: text("Theo"),
        email: "t@x.example".into(),
    }];
    for error in [
        AppError::BadRequest,
        AppError::SignedOut { ended: None },
        AppError::SignedOut {
            ended: Some(EndedWhy::Elsewhere),
        },
        AppError::Forbidden {
            missing: Permission::SettingsAudit,
            ask,
        },
        AppError::Due(Due::SecondFactor),
        AppError::Due(Due::Enrolment),
        AppError::Due(Due::Password),
        AppError::PasswordAgain,
        AppError::NoGroup,
        AppError::NotFound,
        AppError::LinkOver,
        AppError::Conflict,
        AppError::Invalid(problems()),
        AppError::SignInFailed,
        AppError::TooMany { retry_after: 900 },
        AppError::Busy,
        AppError::Offline,
        AppError::Internal {
            incident: "7f3a19c2".into(),
        },
    ] {
        let flash = Flash {
            form: "/api/users/invite".into(),
            fields: vec![("first_name".into(), text("Sofia"))],
            error: Some(error.clone()),
            toast: None,
        };
        reads_back(flash);
        reads_back(error);
    }
}

#[test]
fn views_of_the_doors_and_the_shell_read_back() {
    reads_back(DoorView {
        business: text("Marlow"),
        ended: Some(EndedWhy::Idle),
    });
    reads_back(InviteView {
        business: text("Marlow"),
        first_name: text("Callum"),
        email: "c@x.example".into(),
        inviter: text("Eleanor"),
        groups: text("Crew"),
        stores: Some(text("Bath")),
    });
    reads_back(PasswordStrength {
        score: 3,
        problem: None,
    });
    reads_back(PasswordStrength {
        score: 0,
        problem: Some(ProblemCode::PasswordShort { min: 15 }),
    });
    reads_back(ShellView {
        business: text("Marlow"),
        me: Me {
            id: user(),
            name: text("Eleanor"),
            avatar: 3,
            groups: text("Super Admin"),
        },
        stores: vec![choice()],
        chosen: Some(store()),
        modules: Module::ALL.to_vec(),
        settings: vec![
            SettingsPage::Users,
            SettingsPage::Stores,
            SettingsPage::Audit,
            SettingsPage::Business,
        ],
        theme: Theme::Dark,
    });
    reads_back(HomeView {
        first_name: text("Eleanor"),
        expired_invites: vec![ExpiredInvite {
            user: user(),
            name: text("Callum"),
            expired: when(Day::Today),
        }],
        waiting_invites: 2,
        may_add_store: true,
        alone: false,
    });
    reads_back(ModuleView {
        module: Module::Jobs,
        store: None,
        may_create: true,
    });
}

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
    reads_back(UserListView {
        page,
        groups: vec![GroupName {
            id: group().id,
            name: group().name,
        }],
        stores: vec![choice()],
        query: query(),
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

fn person(invite: Option<InviteState>) -> UserView {
    UserView {
        id: user(),
        name: text("Sofia"),
        avatar: 2,
        details: details(),
        email: "s@x.example".into(),
        email_change: Some(email_change()),
        status: Status::Invited,
        invite,
        factor: factor(None),
        last_sign_in: None,
        created: when(Day::Date(2026, 3, 4)),
        created_by: Some(text("Theo")),
        sessions: 1,
        groups: text("Admin, Crew"),
        last_day: Some(OnDay {
            day: Day::Tomorrow,
            iso: "2026-12-31".into(),
        }),
        locked_because: Some(Rule::AboveYou),
        may_see_activity: true,
        revision: 7,
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

#[test]
fn views_of_stores_read_back() {
    let row = StoreRow {
        id: store(),
        name: text("Bath"),
        code: "BTH".into(),
        address: text("1 Row"),
        time_zone: "Europe/London".into(),
        active: false,
        people: few(12),
    };
    reads_back(StoreListView {
        rows: vec![row],
        may_edit: true,
    });
    reads_back(StoreView {
        id: store(),
        form: form(),
        active: false,
        another_is_active: true,
        may_edit: false,
        zones: vec!["Europe/London".into()],
        people: few(1),
        first_people: Some(vec![StorePerson {
            id: user(),
            name: text("Sofia"),
            groups: text("Crew"),
        }]),
        among_others: true,
        revision: 3,
    });
    reads_back(NewStoreView {
        time_zone: "Europe/London".into(),
        zones: vec!["UTC".into()],
    });
}

fn few(n: u32) -> Count {
    Count { n, more: false }
}

fn email_change() -> EmailChange {
    EmailChange {
        email: "s@y.example".into(),
        by: Some(text("Theo")),
        asked: when(Day::Today),
        ends: when(Day::Tomorrow),
        mail: MailState::Queued,
    }
}

#[test]
fn views_of_ones_own_and_of_the_business_read_back() {
    reads_back(ProfileView {
        id: user(),
        name: text("Sofia"),
        avatar: 0,
        groups: text("Crew"),
        details: details(),
        email: "s@x.example".into(),
        email_change: None,
        theme: Theme::Dark,
        default_store: "all".into(),
        stores: vec![choice()],
        revision: 3,
    });
    reads_back(email_change());
    reads_back(ConfirmEmailView {
        business: text("Marlow"),
        email: "s@y.example".into(),
    });
    reads_back(BusinessView {
        form: BusinessForm {
            name: text("Marlow"),
            time_zone: "UTC".into(),
        },
        revision: 1,
        may_edit: true,
        zones: vec!["UTC".into()],
        billing: BillingForm {
            currency: "GBP".into(),
            tax_rate: "17.5".into(),
            payment_days: "14".into(),
            legal_name: text("Marlow Ltd"),
            legal_address: text("1 Street"),
            company_number: "1".into(),
            tax_number: "2".into(),
        },
        billing_revision: 2,
        may_bill: false,
        currencies: vec!["EUR".into(), "GBP".into()],
    });
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

#[test]
fn numbers_that_do_not_fit_are_not_read() {
    for number in [-1.0, 0.5, 4_294_967_296.0, f64::MAX] {
        assert_eq!(u32::read(&serde_json::json!(number)), None, "{number}");
    }
    assert_eq!(i64::read(&serde_json::json!(-3)), Some(-3));
}

#[test]
fn an_import() {
    for problem in FileProblem::ALL {
        reads_back(problem);
    }
    for column in Column::ALL {
        reads_back(column);
    }
    let name = || text("Cashier");
    let meant = || Some(text("Counter Staff"));
    let problems: Vec<LineProblem> = [
        LineCode::Blank,
        LineCode::TooLong { max: 80 },
        LineCode::Unprintable,
        LineCode::NotAddress,
        LineCode::Taken,
        LineCode::Unusable,
        LineCode::Twice { line: 2 },
        LineCode::NoGroup {
            name: name(),
            meant: meant(),
        },
        LineCode::NoStore {
            name: name(),
            meant: None,
        },
        LineCode::NotTheirs { store: name() },
        LineCode::Beyond { group: name() },
        LineCode::Cells {
            found: 3,
            expected: 5,
        },
    ]
    .into_iter()
    .zip([Some(Column::Groups), None].into_iter().cycle())
    .map(|(what, column)| LineProblem { column, what })
    .collect();
    for problem in problems.clone() {
        reads_back(problem);
    }
    let mails = ImportMails {
        sent: 3,
        waiting: 2,
        failed: 1,
        trouble: Some((MailTrouble::Refused, text("no such mailbox"))),
    };
    reads_back(mails.clone());
    let line = ImportLine {
        line: 2,
        first_name: text("Dana"),
        last_name: text("Reed"),
        email: "dana@shop.example".into(),
        groups: text("Sales, Crew"),
        stores: vec!["BTH".into()],
        problems,
    };
    reads_back(line.clone());
    let run = ImportRun {
        id: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
        file: text("new.csv"),
        lines: 24,
        wrong: 5,
        only_wrong: true,
        page: Page {
            rows: vec![line],
            first: 1,
            total: Count { n: 5, more: false },
            previous: None,
            next: Some("2".into()),
        },
        mails: Some(mails),
    };
    reads_back(run.clone());
    reads_back(ImportView {
        one_store: true,
        run: Some(run),
    });
}
