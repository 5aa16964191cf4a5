//! Who can: a permission and a store, and the people who hold it there, each with why (product
//! §2.5).

use access::{Permission, StoreId, UserId};
use serde::{Deserialize, Serialize};

use crate::page::{Count, Page};
use crate::shell::StoreChoice;
use crate::users::StoresLine;
use crate::when::Day;

/// What the address of the page says: all of it optional, all of it text, as in a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoCanQuery {
    /// Key of a permission; empty for the first of the catalogue.
    pub permission: String,
    /// Id of a store; empty for any of those that the person who asks may ask about.
    pub store: String,
    /// Cursor of the page; empty for the first.
    pub page: String,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoCanView {
    /// What was asked.
    pub permission: Permission,
    /// Where it was asked; `None` for any store, and for what is of the business as a whole.
    pub store: Option<StoreId>,
    /// Stores to ask about; empty in a one-store business.
    pub stores: Vec<StoreChoice>,
    /// The people who hold it there, by name.
    pub page: Page<WhoCanRow>,
    /// People who would hold it, but have not accepted their invitation yet.
    pub invited: Count,
    /// People who would hold it, but are deactivated or past their last day.
    pub gone: Count,
}

/// Somebody who holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoCanRow {
    /// Id.
    pub id: UserId,
    /// Display name.
    pub name: String,
    /// Too many wrong tries: they hold it and can't sign in for a while.
    pub locked: bool,
    /// Where it comes from.
    pub because: Because,
    /// Groups in one line, such as *Sales, Operations at Oxford*.
    pub groups: String,
    /// Stores in one line.
    pub stores: StoresLine,
}

/// Where a permission comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// They are a Super Admin, who holds everything always.
    SuperAdmin,
    /// These groups give it.
    Groups(Vec<Giving>),
    /// Somebody allowed it to them.
    Override(Exception),
}

/// A group that gives a permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Giving {
    /// Name of the group.
    pub group: String,
    /// The one store that the membership is for; `None` for all their stores.
    pub store: Option<String>,
}

/// An override that allows something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Who made it.
    pub by: String,
    /// Until when, if it ends.
    pub until: Option<Day>,
}
