//! Who gains what, who loses what, and who has it anyway and why: told before a change of rights is
//! saved (product §2.5).

use access::{Permission, PermissionSet};
use serde::{Deserialize, Serialize};

use crate::users::StoresLine;

/// What a change of a group does to its members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPreview {
    /// What the change puts into the group.
    pub added: PermissionSet,
    /// What it takes out.
    pub removed: PermissionSet,
    /// Who gains; those who gain the same are told together.
    pub gains: Vec<Felt>,
    /// Who loses.
    pub loses: Vec<Felt>,
    /// Who has it anyway, or does not get it, and why.
    pub anyway: Vec<Anyway>,
    /// How many more there are of those.
    pub anyway_more: u32,
    /// People whose overrides are then no longer needed, as far as the person who looks may clear
    /// them.
    pub clearable: Vec<String>,
}

/// People who all gain, or all lose, the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Felt {
    /// What.
    pub permissions: PermissionSet,
    /// How many people.
    pub people: u32,
    /// The first of them, in the order of the list.
    pub first: Vec<Line>,
    /// Names of some more.
    pub more: Vec<String>,
}

/// Somebody, and where they gain or lose it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Display name.
    pub name: String,
    /// In which stores; nothing for what is of business scope, and in a one-store business.
    pub places: Option<StoresLine>,
}

/// Somebody for whom a change changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anyway {
    /// Display name.
    pub name: String,
    /// What they have, or do not get.
    pub permissions: PermissionSet,
    /// The change gives it; otherwise it takes it.
    pub added: bool,
    /// Why it makes no difference.
    pub how: How,
}

/// Why a change makes no difference to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", content = "groups", rename_all = "snake_case")]
pub enum How {
    /// They have it through other groups, named here.
    Groups(Vec<String>),
    /// They have it by an override.
    Override,
    /// They have it by an override, which the change makes needless.
    NeedlessOverride,
    /// They are a Super Admin.
    SuperAdmin,
    /// An override takes it from them.
    Denied,
}

/// What a change of one person's access does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonPreview {
    /// What they gain.
    pub gains: Vec<Held>,
    /// What they lose.
    pub loses: Vec<Held>,
    /// What they have anyway, or do not get, and why.
    pub anyway: Vec<Anyway>,
}

/// A permission, and where somebody gains or loses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What.
    pub permission: Permission,
    /// In which stores; nothing for what is of business scope, and in a one-store business.
    pub places: Option<StoresLine>,
}
