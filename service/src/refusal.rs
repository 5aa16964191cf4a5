//! How a refusal is answered: written down once a minute (product §8), with whom to ask (§11).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use access::{Denied, Permission, Rule, SessionRef, StoreId};
use domain::{AppError, Contact};

use crate::audit::{self, Named};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people;
use crate::visitor::Staff;

/// How many answers are kept at the most; past them nothing is, until the next minute.
const KEPT: usize = 1_000;

/// What was answered to refused requests in this minute: the same one again is written down
/// already, and is told the same without a look into the database. Any change on this node ends
/// that; what another node changes counts from the next minute on.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<Answers>);

#[derive(Debug, Default)]
struct Answers {
    minute: i64,
    /// Counts the changes on this node.
    changes: u64,
    /// The last of each session and operation.
    last: HashMap<(SessionRef, &'static str), Answer>,
}

#[derive(Debug)]
struct Answer {
    denied: Denied,
    store: Option<StoreId>,
    told: AppError,
}

/// A refused request.
struct Asked<'a> {
    session: SessionRef,
    operation: &'static str,
    denied: &'a Denied,
    store: Option<StoreId>,
    minute: i64,
    /// How many changes there were when it was found out who asks.
    changes: u64,
}

impl Refusals {
    /// How many changes there were so far.
    pub(crate) fn changes(&self) -> u64 {
        self.answers().changes
    }

    /// What was told to the same request before.
    fn told(&self, asked: &Asked) -> Option<AppError> {
        let answers = self.answers();
        let last = answers.last.get(&(asked.session, asked.operation));
        last.filter(|_| answers.minute == asked.minute)
            .filter(|answer| answer.denied == *asked.denied && answer.store == asked.store)
            .map(|answer| answer.told.clone())
    }

    /// Keeps what is told, unless something was changed since it was found out who asks.
    fn keep(&self, asked: &Asked, told: &AppError) {
        let mut answers = self.answers();
        if answers.changes != asked.changes || answers.minute > asked.minute {
            return;
        }
        if answers.minute != asked.minute {
            answers.last.clear();
            answers.minute = asked.minute;
        }
        if answers.last.len() < KEPT {
            let answer = Answer {
                denied: asked.denied.clone(),
                store: asked.store,
                told: told.clone(),
            };
            answers
                .last
                .insert((asked.session, asked.operation), answer);
        }
    }

    /// Forgets all when it is dropped: for a change, whether its end is heard of or not.
    pub(crate) fn forget(&self) -> impl Drop {
        Forget(self)
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        // Nothing in here is half done when it panics.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Refusals::forget`].
struct Forget<'a>(&'a Refusals);

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        let mut answers = self.0.answers();
        answers.changes += 1;
        answers.last.clear();
    }
}

impl Keyholder {
    /// Turns a refusal into the answer for the person, and records it.
    pub(crate) async fn refuse(
        &self,
        staff: &Staff,
        operation: &'static str,
        denied: Denied,
    ) -> Failure {
        self.refuse_on(staff, operation, denied, None).await
    }

    /// The same for what was to be done to a record.
    pub(crate) async fn refuse_on(
        &self,
        staff: &Staff,
        operation: &'static str,
        denied: Denied,
        subject: Option<Named>,
    ) -> Failure {
        let asked = Asked {
            session: staff.caller.session,
            operation,
            denied: &denied,
            store: staff.chosen,
            minute: audit::minute(self.now()),
            changes: staff.changes,
        };
        if let Some(told) = self.refusals().told(&asked) {
            return told.into();
        }
        // In a box of its own: every use case has this in it, and few go this way.
        match Box::pin(self.recorded(staff, operation, &denied, subject)).await {
            Ok(told) => {
                self.refusals().keep(&asked, &told);
                told.into()
            }
            Err(failure) => failure,
        }
    }

    async fn recorded(
        &self,
        staff: &Staff,
        operation: &'static str,
        denied: &Denied,
        subject: Option<Named>,
    ) -> Result<AppError, Failure> {
        audit::record_refusal(self, staff, operation, denied, subject).await?;
        Ok(match denied {
            Denied::Forbidden { .. } | Denied::Rule(Rule::NeedsGroup)
                if staff.caller.person.memberships.is_empty() =>
            {
                AppError::NoGroup
            }
            &Denied::Forbidden { missing } => AppError::Forbidden {
                missing,
                ask: self.contacts(staff, missing).await?,
            },
            other => other.clone().into(),
        })
    }

    /// People who could give a permission, for the page that says it is missing.
    async fn contacts(&self, staff: &Staff, missing: Permission) -> Result<Vec<Contact>, Failure> {
        let mut conn = self.reader().acquire().await?;
        people::who_can_help(&mut conn, staff, missing, self.now()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENIED: Denied = Denied::Forbidden {
        missing: Permission::InvoicesView,
    };
    const OTHER: Denied = Denied::Forbidden {
        missing: Permission::JobsView,
    };

    fn asked(denied: &Denied) -> Asked<'_> {
        Asked {
            session: SessionRef::nil(),
            operation: "invoice.list",
            denied,
            store: None,
            minute: 7,
            changes: 0,
        }
    }

    fn told() -> AppError {
        AppError::Forbidden {
            missing: Permission::InvoicesView,
            ask: Vec::new(),
        }
    }

    fn kept() -> Refusals {
        let refusals = Refusals::default();
        refusals.keep(&asked(&DENIED), &told());
        refusals
    }

    #[test]
    fn the_same_request_is_told_the_same_and_another_is_not() {
        let refusals = kept();
        assert_eq!(refusals.told(&asked(&DENIED)), Some(told()));
        let others = [
            Asked {
                session: SessionRef(uuid::Uuid::from_u128(1)),
                ..asked(&DENIED)
            },
            Asked {
                operation: "invoice.view",
                ..asked(&DENIED)
            },
            Asked {
                store: Some(StoreId::nil()),
                ..asked(&DENIED)
            },
            Asked {
                minute: 8,
                ..asked(&DENIED)
            },
            asked(&OTHER),
        ];
        for (n, other) in others.iter().enumerate() {
            assert!(refusals.told(other).is_none(), "{n}");
        }
    }

    #[test]
    fn a_change_ends_what_was_told_before_it_and_what_was_worked_out_meanwhile() {
        let refusals = kept();
        drop(refusals.forget());
        assert_eq!(refusals.told(&asked(&DENIED)), None);
        refusals.keep(&asked(&OTHER), &told());
        assert_eq!(refusals.told(&asked(&OTHER)), None);
        let after = Asked {
            changes: refusals.changes(),
            ..asked(&OTHER)
        };
        refusals.keep(&after, &told());
        assert_eq!(refusals.told(&after), Some(told()));
    }

    #[test]
    fn no_more_is_kept_than_has_room_and_the_next_minute_has_room_again() {
        let refusals = Refusals::default();
        let of = |n: usize, minute| Asked {
            session: SessionRef(uuid::Uuid::from_u128(n as u128)),
            minute,
            ..asked(&DENIED)
        };
        for n in 0..=KEPT {
            refusals.keep(&of(n, 7), &told());
        }
        assert!(refusals.told(&of(KEPT - 1, 7)).is_some());
        assert!(refusals.told(&of(KEPT, 7)).is_none());
        refusals.keep(&of(KEPT, 8), &told());
        assert!(refusals.told(&of(KEPT, 8)).is_some());
        assert!(refusals.told(&of(0, 8)).is_none());
        // An answer that comes late does not turn the minute back.
        refusals.keep(&of(0, 7), &told());
        assert!(refusals.told(&of(KEPT, 8)).is_some());
    }
}
