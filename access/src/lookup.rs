//! Who holds a permission, and where (product §2.5, *Who can*).
//!
//! Read off [`evaluate`] like every other answer: a look-up over many people may leave out those
//! who can't hold it, but nobody is told to hold it by anything else.

use crate::guards::may_see_person;
use crate::{Caller, Denied, Permission, Person, Scope, Standing, StoreId, evaluate};

/// A permission, and where it is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// The permission.
    pub permission: Permission,
    /// The store; `None` for any of those in which the caller manages users, and for what is of
    /// business scope.
    pub store: Option<StoreId>,
}

/// How somebody stands to a [`Question`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They hold it.
    Holds,
    /// They would, had they accepted their invitation.
    Invited,
    /// They would, were they not deactivated or past their last day.
    Gone,
    /// They don't, or the caller may not know them.
    No,
}

/// Whether the caller may ask: about what is of business scope or in any store, who manages users
/// somewhere; about one store, who manages them there (product §2.1).
pub(crate) fn may_ask(caller: &Caller, question: &Question) -> Result<(), Denied> {
    match question.store {
        Some(store) if !caller.effective.holds(Permission::SettingsUsers, store) => {
            Err(Denied::Hidden)
        }
        _ => Ok(()),
    }
}

/// What the caller learns of this person. A person whom they may not see is not counted either.
pub fn answer(caller: &Caller, question: &Question, person: &Person) -> Answer {
    if may_see_person(caller, person).is_err() {
        return Answer::No;
    }
    if holds(caller, question, person) {
        return Answer::Holds;
    }
    let standing = person.standing;
    if standing.works(caller.now) {
        return Answer::No;
    }
    let working = Person {
        standing: Standing::WORKING,
        ..person.clone()
    };
    if !holds(caller, question, &working) {
        Answer::No
    } else if standing.active && standing.ends_at.is_none_or(|end| caller.now < end) {
        Answer::Invited
    } else {
        Answer::Gone
    }
}

fn holds(caller: &Caller, question: &Question, person: &Person) -> bool {
    let held = evaluate(person, &caller.all_stores, caller.now);
    let permission = question.permission;
    match (permission.scope(), question.store) {
        (Scope::Business, _) => held.holds_business(permission),
        (Scope::Store, Some(store)) => held.holds(permission, store),
        (Scope::Store, None) => caller
            .effective
            .stores_with(Permission::SettingsUsers)
            .iter()
            .any(|&store| held.holds(permission, store)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{ALL_STORES, BATH, BEFORE, OXFORD, UNKNOWN, person};
    use crate::{actions::ViewWhoCan, explain};

    fn at(permission: Permission, store: StoreId) -> Question {
        Question {
            permission,
            store: Some(store),
        }
    }

    fn anywhere(permission: Permission) -> Question {
        Question {
            permission,
            store: None,
        }
    }

    const VOID: Permission = Permission::InvoicesVoidPayment;

    #[test]
    fn r53_a_manager_of_one_store_asks_about_no_other() {
        let manager = person(3, &[BATH]).with_at("admin", BATH).caller();
        assert!(manager.may::<ViewWhoCan>(&at(VOID, BATH)).is_ok());
        assert!(manager.may::<ViewWhoCan>(&anywhere(VOID)).is_ok());
        for foreign in [OXFORD, UNKNOWN] {
            let answer = manager.may::<ViewWhoCan>(&at(VOID, foreign));
            assert_eq!(answer.err(), Some(Denied::Hidden));
        }
        let sales = person(5, &ALL_STORES).with("sales").caller();
        assert_eq!(
            sales.may::<ViewWhoCan>(&anywhere(VOID)).err(),
            Some(Denied::missing(Permission::SettingsUsers))
        );
    }

    #[test]
    fn who_holds_it_is_told_as_evaluation_has_it() {
        let owner = person(1, &[]).with("super_admin").caller();
        let billing = person(9, &[BATH]).with("billing");
        assert_eq!(answer(&owner, &at(VOID, BATH), &billing), Answer::Holds);
        assert_eq!(answer(&owner, &at(VOID, OXFORD), &billing), Answer::No);
        assert_eq!(answer(&owner, &anywhere(VOID), &billing), Answer::Holds);
        let denied = billing.clone().deny(VOID);
        assert_eq!(answer(&owner, &at(VOID, BATH), &denied), Answer::No);
        let allowed = person(9, &[BATH]).with("sales").allow(VOID);
        assert_eq!(answer(&owner, &at(VOID, BATH), &allowed), Answer::Holds);
        assert_eq!(
            answer(
                &owner,
                &anywhere(Permission::SettingsBilling),
                &owner.person
            ),
            Answer::Holds
        );
        let sees_all = person(9, &[BATH])
            .with("sales")
            .allow(Permission::StoresViewAll);
        let view = at(Permission::QuotesView, OXFORD);
        assert_eq!(answer(&owner, &view, &sees_all), Answer::Holds);
        let send = at(Permission::QuotesSend, OXFORD);
        assert_eq!(answer(&owner, &send, &sees_all), Answer::No);
    }

    #[test]
    fn who_would_hold_it_is_told_apart_by_why_they_do_not() {
        let owner = person(1, &[]).with("super_admin").caller();
        let stands = |standing: Standing| Person {
            standing,
            ..person(9, &[BATH]).with("billing")
        };
        let asked = |person: &Person| answer(&owner, &at(VOID, BATH), person);
        let invited = stands(Standing {
            accepted: false,
            ..Standing::WORKING
        });
        assert_eq!(asked(&invited), Answer::Invited);
        assert_eq!(asked(&invited.clone().deny(VOID)), Answer::No);
        let withdrawn = stands(Standing {
            accepted: false,
            active: false,
            ends_at: None,
        });
        assert_eq!(asked(&withdrawn), Answer::Gone);
        let over = stands(Standing {
            ends_at: Some(BEFORE),
            ..Standing::WORKING
        });
        assert_eq!(asked(&over), Answer::Gone);
        assert_eq!(answer(&owner, &at(VOID, OXFORD), &over), Answer::No);
    }

    #[test]
    fn r53_people_the_caller_may_not_see_are_not_told_of() {
        let manager = person(3, &[BATH]).with_at("admin", BATH).caller();
        let view = Permission::QuotesView;
        // Works in Oxford and sees all stores, so also Bath's quotes; nobody there knows them.
        let roaming = person(9, &[OXFORD])
            .with("sales")
            .allow(Permission::StoresViewAll);
        assert_eq!(answer(&manager, &at(view, BATH), &roaming), Answer::No);
        // Of somebody in both stores, what holds in Oxford alone is nobody's business in Bath.
        let both = person(9, &[BATH, OXFORD]).with_at("sales", OXFORD);
        assert_eq!(answer(&manager, &anywhere(view), &both), Answer::No);
        assert_eq!(
            answer(&manager, &at(view, BATH), &both.with_at("crew", BATH)),
            Answer::Holds
        );
    }

    #[test]
    fn r57_the_answer_is_that_of_why() {
        let owner = person(1, &[]).with("super_admin").caller();
        let people = [
            person(9, &[BATH]).with("sales").allow(VOID),
            person(9, &[BATH]).with("billing").deny(VOID),
            person(9, &[OXFORD])
                .with_at("operations", OXFORD)
                .with("crew"),
            person(9, &[]).with("admin"),
            person(9, &[]).with("super_admin"),
        ];
        for person in &people {
            for permission in Permission::ALL {
                for store in ALL_STORES {
                    let why = explain(person, &ALL_STORES, permission, Some(store), owner.now);
                    let holds = answer(&owner, &at(permission, store), person) == Answer::Holds;
                    assert_eq!(holds, why.verdict.is_allowed(), "{permission} {store}");
                }
            }
        }
    }
}
