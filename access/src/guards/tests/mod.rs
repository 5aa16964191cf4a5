//! Product §2.4, guard by guard; the doors of security.md, "Permission model", are walked through
//! by random editors in `tests/walk.rs`.

mod giving;
mod groups;
mod people;

use super::*;
use crate::actions::LastDayChange;
use crate::sample::{ALL_STORES, BATH, LATER, NOW, OXFORD, UNKNOWN, custom, group, person, set};
use crate::{GroupId, Instant, Permission, Reach, Standing, StoreId, built_in};

fn owner() -> Caller {
    person(1, &[]).with("super_admin").caller()
}

/// Admin in every store: all but billing settings and permission groups.
fn admin() -> Caller {
    person(2, &ALL_STORES).with("admin").caller()
}

/// Runs Bath: Admin there, and nothing elsewhere.
fn manager_of_bath() -> Caller {
    person(3, &[BATH]).with_at("admin", BATH).caller()
}

fn rule<T>(rule: Rule) -> Result<T, Denied> {
    Err(Denied::Rule(rule))
}

fn beyond<const N: usize>(permissions: [Permission; N]) -> Result<(), Denied> {
    rule(Rule::BeyondYou {
        permissions: set(permissions),
    })
}

const NO_USERS: Result<(), Denied> = Err(Denied::Forbidden {
    missing: Permission::SettingsUsers,
});
const HIDDEN: Result<(), Denied> = Err(Denied::Hidden);

#[test]
fn one_super_admin_who_accepted_is_active_and_has_no_last_day_always_remains() {
    let owner = person(1, &[]).with("super_admin");
    let with = |standing| Person {
        standing,
        ..owner.clone()
    };
    let invited = with(Standing {
        accepted: false,
        ..Standing::WORKING
    });
    let deactivated = with(Standing {
        active: false,
        ..Standing::WORKING
    });
    let leaving = with(Standing {
        ends_at: Some(LATER),
        ..Standing::WORKING
    });
    let demoted = person(1, &ALL_STORES).with("admin");
    for one in [&invited, &deactivated, &leaving, &demoted] {
        assert_eq!(last_super_admin_remains([one]), rule(Rule::LastSuperAdmin));
    }
    assert_eq!(last_super_admin_remains([]), rule(Rule::LastSuperAdmin));
    assert_eq!(
        last_super_admin_remains([&invited, &leaving, &owner]),
        Ok(())
    );
}
