//! What a request was about, for the log: on what it was refused, in which store it changed
//! something.

use std::collections::BTreeSet;

use access::actions::{AccessChange, Import, LastDayChange, OwnFactor, OwnSession, SessionOf};
use access::guards::{GroupChange, GroupDeletion};
use access::{Person, Question, Reach, StoreId, StoreStanding, UserId};

use super::names_sql;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::tx::Object;

/// Kind and id of something that the log can name.
pub type Named = (&'static str, String);

/// What an operation is asked on.
pub trait Subject {
    /// Under what the log names it when it is refused; nothing for what is no one thing.
    fn subject(&self) -> Option<Named> {
        None
    }

    /// The one store that a change of it belongs to; none where that is several or the business.
    fn store(&self) -> Option<StoreId> {
        None
    }
}

impl Subject for () {}

impl<T: Subject> Subject for Option<T> {
    fn subject(&self) -> Option<Named> {
        self.as_ref().and_then(Subject::subject)
    }

    fn store(&self) -> Option<StoreId> {
        self.as_ref().and_then(Subject::store)
    }
}

impl Subject for StoreId {
    fn subject(&self) -> Option<Named> {
        Some(("store", self.to_string()))
    }
}

impl Subject for StoreStanding {
    fn subject(&self) -> Option<Named> {
        self.store.subject()
    }
}

impl Subject for Question {
    fn subject(&self) -> Option<Named> {
        self.store.subject()
    }
}

impl Subject for GroupChange {
    fn subject(&self) -> Option<Named> {
        Some(("group", self.before.group.to_string()))
    }
}

impl Subject for GroupDeletion {
    fn subject(&self) -> Option<Named> {
        Some(("group", self.group.group.to_string()))
    }
}

/// Whoever is in a file is not there yet.
impl Subject for Import {}

impl Subject for UserId {
    fn subject(&self) -> Option<Named> {
        Some(("user", self.to_string()))
    }
}

impl Subject for Person {
    fn subject(&self) -> Option<Named> {
        self.id.subject()
    }

    fn store(&self) -> Option<StoreId> {
        only(self.stores.iter().copied())
    }
}

/// One by itself is named; several are no one thing.
impl Subject for Vec<Person> {
    fn subject(&self) -> Option<Named> {
        match &self[..] {
            [one] => one.subject(),
            _ => None,
        }
    }
}

impl Subject for AccessChange {
    fn subject(&self) -> Option<Named> {
        self.before.subject()
    }

    fn store(&self) -> Option<StoreId> {
        store_of(&self.before, &self.after)
    }
}

impl Subject for OwnFactor {
    fn subject(&self) -> Option<Named> {
        self.person.subject()
    }
}

impl Subject for SessionOf {
    fn subject(&self) -> Option<Named> {
        self.person.subject()
    }

    fn store(&self) -> Option<StoreId> {
        self.person.store()
    }
}

impl Subject for OwnSession {
    fn subject(&self) -> Option<Named> {
        self.person.subject()
    }
}

impl Subject for LastDayChange {
    fn subject(&self) -> Option<Named> {
        self.person.subject()
    }

    fn store(&self) -> Option<StoreId> {
        self.person.store()
    }
}

/// The one store that a change of somebody's access is about: of a group for one store and of a
/// store that one, of all else every store where they work.
pub(crate) fn store_of(before: &Person, after: &Person) -> Option<StoreId> {
    let mut theirs: BTreeSet<StoreId> = before.stores.iter().copied().collect();
    theirs.extend(&after.stores);
    let mut changed: BTreeSet<StoreId> = BTreeSet::new();
    for (one, other) in [(before, after), (after, before)] {
        for m in &one.memberships {
            let mut others = other.memberships.iter();
            if others.any(|o| (o.group, o.reach) == (m.group, m.reach)) {
                continue;
            }
            match m.reach {
                Reach::AllTheirStores => changed.extend(&theirs),
                Reach::Store(store) => changed.extend([store]),
            }
        }
        let stores = one.stores.iter();
        changed.extend(stores.filter(|store| !other.stores.contains(store)));
        if one.overrides.iter().any(|o| !other.overrides.contains(o)) {
            changed.extend(&theirs);
        }
    }
    only(changed)
}

fn only(stores: impl IntoIterator<Item = StoreId>) -> Option<StoreId> {
    let mut stores = stores.into_iter();
    let first = stores.next();
    first.filter(|_| stores.next().is_none())
}

/// Nothing.
pub(super) const fn nothing() -> Object {
    Object {
        kind: "",
        id: String::new(),
        name: String::new(),
    }
}

/// The thing under its name; nothing for one that is not there, such as somebody who was not
/// invited after all.
pub(super) async fn object(kh: &Keyholder, (kind, id): Named) -> Result<Object, Failure> {
    let mut conn = kh.reader().acquire().await?;
    let mut names = names_sql::names(&mut conn, std::slice::from_ref(&id)).await?;
    Ok(match names.remove(&id) {
        Some(name) => Object { kind, id, name },
        None => nothing(),
    })
}
