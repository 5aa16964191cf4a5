//! Errors, their words, and notices.

use domain::imports::FileProblem;

use super::*;

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
        Toast::DeactivatedMany {
            people: 3,
            sessions: 5,
        },
        Toast::SignedOutMany { people: 2 },
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
        Toast::CodesSaved,
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
        ProblemCode::StoreNotTicked,
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
fn numbers_that_do_not_fit_are_not_read() {
    for number in [-1.0, 0.5, 4_294_967_296.0, f64::MAX] {
        assert_eq!(u32::read(&serde_json::json!(number)), None, "{number}");
    }
    assert_eq!(i64::read(&serde_json::json!(-3)), Some(-3));
}
