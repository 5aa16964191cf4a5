//! What a transaction did, in the words of its audit entry.

use access::{GroupId, ImportId, StoreId, UserId};
use domain::audit::Outcome;
use serde::Serialize;
use serde_json::Value;

/// What a change was made on.
#[derive(Clone, Debug)]
pub struct Object {
    /// `user`, `group`, `store`, `import`, `business`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

impl Object {
    /// A person.
    #[must_use]
    pub fn user(id: UserId, name: &str) -> Self {
        Self {
            kind: "user",
            id: id.to_string(),
            name: name.to_owned(),
        }
    }

    /// A permission group.
    #[must_use]
    pub fn group(id: GroupId, name: &str) -> Self {
        Self {
            kind: "group",
            id: id.to_string(),
            name: name.to_owned(),
        }
    }

    /// A store.
    #[must_use]
    pub fn store(id: StoreId, name: &str) -> Self {
        Self {
            kind: "store",
            id: id.to_string(),
            name: name.to_owned(),
        }
    }

    /// An import, by the name of its file.
    #[must_use]
    pub fn import(id: ImportId, file: &str) -> Self {
        Self {
            kind: "import",
            id: id.to_string(),
            name: file.to_owned(),
        }
    }

    /// The business.
    #[must_use]
    pub fn business(name: &str) -> Self {
        Self {
            kind: "business",
            id: String::new(),
            name: name.to_owned(),
        }
    }
}

/// What a transaction did, for its audit entry. Never a password, code, secret or token.
#[derive(Clone, Debug)]
pub struct Change {
    pub(crate) object: Object,
    pub(crate) store: Option<StoreId>,
    pub(crate) before: Value,
    pub(crate) after: Value,
    pub(crate) reason: String,
    pub(crate) outcome: Outcome,
}

impl Change {
    /// A change of an object.
    #[must_use]
    pub const fn of(object: Object) -> Self {
        Self {
            object,
            store: None,
            before: Value::Null,
            after: Value::Null,
            reason: String::new(),
            outcome: Outcome::Done,
        }
    }

    /// It was tried, and refused.
    #[must_use]
    pub(crate) const fn refused(mut self) -> Self {
        self.outcome = Outcome::Refused;
        self
    }

    /// What it was before.
    #[must_use]
    pub fn before(mut self, value: &impl Serialize) -> Self {
        self.before = serde_json::to_value(value).unwrap_or_default();
        self
    }

    /// What it is now.
    #[must_use]
    pub fn after(mut self, value: &impl Serialize) -> Self {
        self.after = serde_json::to_value(value).unwrap_or_default();
        self
    }

    /// The store it belongs to.
    #[must_use]
    pub const fn in_store(mut self, store: Option<StoreId>) -> Self {
        self.store = store;
        self
    }

    /// Why.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }
}
