//! What a refused request was about, for the log.

use access::actions::AccessChange;
use access::{Person, StoreId};

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

impl Subject for Option<StoreId> {
    fn subject(&self) -> Option<Named> {
        self.as_ref().and_then(Subject::subject)
    }
}

impl Subject for StoreId {
    fn subject(&self) -> Option<Named> {
        Some(("store", self.to_string()))
    }
}

impl Subject for Person {
    fn subject(&self) -> Option<Named> {
        Some(("user", self.id.to_string()))
    }
}

impl Subject for AccessChange {
    fn subject(&self) -> Option<Named> {
        self.before.subject()
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
