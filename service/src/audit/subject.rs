//! What a refused request was about, for the log.

use access::actions::{AccessChange, Import, LastDayChange, OwnFactor, OwnSession, SessionOf};
use access::guards::{GroupChange, GroupDeletion};
use access::{Person, Question, StoreId, StoreStanding, UserId};

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
}

impl Subject for () {}

impl<T: Subject> Subject for Option<T> {
    fn subject(&self) -> Option<Named> {
        self.as_ref().and_then(Subject::subject)
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
}

impl Subject for AccessChange {
    fn subject(&self) -> Option<Named> {
        self.before.subject()
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
