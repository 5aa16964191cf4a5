//! The audit log: its filters, its entries, and the difference that one made (product §8).

use access::UserId;
use serde::{Deserialize, Serialize};

use crate::keys::keys;
use crate::shell::StoreChoice;
use crate::users::UserView;
use crate::when::When;

/// What the address of the audit log says: all of it optional, all of it text, as in a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    /// Part of a name, a value or a reason.
    pub q: String,
    /// Key of a [`Span`].
    pub date: String,
    /// First day, `2026-11-20`; only with [`Span::Between`].
    pub from: String,
    /// Last day, likewise.
    pub to: String,
    /// Part of the name or address of whoever did it, or their id.
    pub person: String,
    /// Name of an operation.
    pub action: String,
    /// Id of a store.
    pub store: String,
    /// Key of an [`ObjectKind`], or the id of one thing.
    pub object: String,
    /// Key of an [`Outcome`].
    pub result: String,
    /// Number of the entry that the page comes after, going back; empty for the newest.
    pub before: String,
    /// Number of the entry that is open.
    pub entry: String,
}

keys! {
    /// How far back the log is looked at, in days of the business's time zone.
    Span {
        /// Since midnight.
        Today = "today",
        /// Today and the six days before.
        Week = "week",
        /// Today and the 29 days before.
        Month = "month",
        /// From one day to another, both included.
        Between = "between",
    }
}

keys! {
    /// What kind of thing something was done to.
    ObjectKind {
        /// A person.
        User = "user",
        /// A permission group.
        Group = "group",
        /// A store.
        Store = "store",
        /// People out of a file.
        Import = "import",
        /// The business itself.
        Business = "business",
    }
}

keys! {
    /// Why something was done along the way, where neither a person nor the operation says it.
    Cause {
        /// Somebody is invited since they stand in an imported file.
        Imported = "imported",
        /// Somebody's groups changed since one of them was deleted.
        GroupDeleted = "group_deleted",
    }
}

keys! {
    /// What came of it.
    Outcome {
        /// It was done.
        Done = "done",
        /// It was refused.
        Refused = "refused",
    }
}

/// An entry in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Number of the entry.
    pub seq: i64,
    /// When.
    pub when: When,
    /// Name of whoever did it, as it was then; empty when nobody knows.
    pub who: String,
    /// Their id; not for what Keyholder did by itself, or somebody who was not signed in.
    pub who_id: Option<UserId>,
    /// Name of the operation, such as `user.invite`.
    pub action: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Kind of what it was done to, as a word of the database; empty when it was nothing.
    pub object_kind: String,
    /// Its id.
    pub object_id: String,
    /// Its name, as it was then.
    pub object: String,
    /// Name of the store, when it concerns one.
    pub store: Option<String>,
    /// Address of the device.
    pub ip: String,
    /// Why: the code of a refusal, or why Keyholder did it by itself.
    pub reason: String,
}

/// An entry that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditDetail {
    /// The entry itself.
    pub row: AuditRow,
    /// What is different from before.
    pub changes: Vec<AuditChange>,
    /// Browser and system of the device.
    pub device: String,
    /// Beginning of the entry's link in the chain.
    pub mac: String,
}

/// A field that an entry changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditChange {
    /// The way to the field: its name, or the names of what it lies in and its own. A permission
    /// stands as its key.
    pub field: Vec<String>,
    /// What it was; nothing when there was none.
    pub before: Option<AuditValue>,
    /// What it is; nothing when there is none any more.
    pub after: Option<AuditValue>,
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditValue {
    /// A text, a number, or a word of the database.
    Text(String),
    /// Yes or no; of a permission, given or not.
    Flag(bool),
    /// A point in time.
    At(When),
}

/// Some entries, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntries {
    /// The entries.
    pub rows: Vec<AuditRow>,
    /// The number before which older ones are to be looked for, if there may be some.
    pub older: Option<i64>,
    /// Looking stopped here, before a page was full: what is older was not looked at yet.
    pub reached: Option<When>,
    /// The entry that is open; it need not be one of the rows.
    pub open: Option<AuditDetail>,
}

/// Whom the person filter means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Anybody.
    Anybody,
    /// These, by name.
    These(Vec<String>),
    /// Nobody is called like that.
    Nobody,
    /// More people than are looked at together.
    TooMany,
}

/// What the last look at the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainCheck {
    /// When it was.
    pub when: When,
    /// Number of the first entry that is not as it was written; nothing when all are.
    pub broken: Option<i64>,
}

/// Settings → Audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditView {
    /// The page of entries.
    pub entries: AuditEntries,
    /// Stores to filter by; empty in a one-store business.
    pub stores: Vec<StoreChoice>,
    /// Whom the person filter means.
    pub whom: Whom,
    /// Name of the one thing that is filtered by, when it is one.
    pub object: Option<String>,
    /// The search is too short to look for.
    pub short: bool,
    /// The last look at the chain, once there was one.
    pub check: Option<ChainCheck>,
    /// The query as understood, unknown values left out.
    pub query: AuditQuery,
}

/// Tab Activity of a person's page: the person, and what they did and what was done to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityView {
    /// The person.
    pub user: UserView,
    /// The entries.
    pub entries: AuditEntries,
    /// The business has one store.
    pub one_store: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_leads_back_to_its_own() {
        for span in Span::ALL {
            assert_eq!(Span::from_key(span.key()), Some(span));
        }
        for kind in ObjectKind::ALL {
            assert_eq!(ObjectKind::from_key(kind.key()), Some(kind));
        }
        for cause in Cause::ALL {
            assert_eq!(Cause::from_key(cause.key()), Some(cause));
        }
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_key(outcome.key()), Some(outcome));
        }
        assert_eq!(Span::from_key("for ever"), None);
    }
}
