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
    let by_id = UndoBy::ALL.map(|by| Undo::of(by, user().to_string()));
    let to_a_day = Undo {
        by: UndoBy::SetLastDay,
        id: user().to_string(),
        day: Some("2026-12-31".into()),
    };
    let undone = by_id.into_iter().chain([to_a_day]).map(Some);
    for undo in undone.chain([None]) {
        let notice = Notice {
            text: text("Sofia deactivated"),
            undo,
        };
        reads_back(Flash {
            toast: Some(notice.clone()),
            ..Flash::default()
        });
        reads_back(Done {
            toast: Some(notice),
            go: Some("/x".into()),
            reload: true,
            keep: true,
        });
    }
    reads_back(Done::default());
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
