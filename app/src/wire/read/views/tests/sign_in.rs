//! The views of the doors: passwords, the second factor, the shell.

use super::*;

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
        factor_disabled: false,
        last_sign_in: None,
        last_device: None,
        wrong_tries: 0,
        locked_until: None,
    });
    reads_back(SignInFacts {
        password_set: Some(when(Day::Today)),
        password_disabled: true,
        factor_disabled: true,
        last_sign_in: Some(when(Day::Yesterday)),
        last_device: Some(text("Firefox on Linux")),
        wrong_tries: 5,
        locked_until: Some(when(Day::Today)),
    });
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
            name: text("Ada"),
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
        admins_in: Some(group().id),
        one_session: true,
        idle_minutes: 60,
        absolute_hours: 12,
        may_edit: true,
        may_list: false,
        revision: 2,
    });
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
        today: Today {
            hour: 9,
            weekday: 4,
            date: Day::Date(2026, 11, 20),
            store: Some(text("Bath")),
            one_store: false,
        },
        may_invite: true,
        modules: vec![Module::Jobs],
        locked: vec![LockedOut {
            user: user(),
            name: text("Mei-Ling"),
            tries: 5,
            at: when(Day::Today),
            ip: "203.0.113.24".into(),
            until: when(Day::Today),
            may_unlock: true,
        }],
        expired_invites: vec![ExpiredInvite {
            user: user(),
            name: text("Callum"),
            expired: when(Day::Today),
        }],
        waiting_invites: 2,
        no_factor: Some(NoFactor {
            people: few(11),
            policy: TwoFactorPolicy::Admins,
        }),
        may_add_store: true,
        alone: false,
        signed_in: vec![SignedIn {
            store: None,
            people: few(4),
        }],
        changes: vec![LatestChange {
            who: text("Theo"),
            said: text("Theo invited Callum"),
            when: when(Day::Yesterday),
        }],
    });
    reads_back(ModuleView {
        module: Module::Jobs,
        store: None,
        may_create: true,
    });
}
