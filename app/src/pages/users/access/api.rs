//! Server functions of a person's access.

#![expect(
    clippy::too_many_arguments,
    reason = "the arguments of a server function are the fields of its form"
)]

use std::collections::BTreeMap;

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
use domain::users::{AccessPreview, AccessView};
use leptos::prelude::*;

/// What a person holds, and why.
#[server(name = ViewAccess, prefix = "/api", endpoint = "users/access", input = StrictUrl)]
pub async fn view_access(
    /// Id of the person.
    id: String,
    /// Id of the store that the grid is for; empty for all of theirs.
    #[server(default)]
    store: String,
) -> Result<AccessView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::users::view_access(&kh, &staff, &id, &store).await?)
}

/// Checks what was typed into a person's access, and has the page ask.
#[server(name = CheckAccess, prefix = "/api", endpoint = "users/check-access", input = StrictUrl)]
pub async fn check_access(
    /// Id of the person.
    user: String,
    /// The revision that the form was made from.
    revision: i64,
    /// Memberships to keep.
    #[server(default)]
    memberships: Vec<String>,
    /// Id of a group to add, or empty.
    #[server(default)]
    add_group: String,
    /// Id of the store that the added group is for, or empty for all.
    #[server(default)]
    add_store: String,
    /// Ids of stores.
    #[server(default)]
    stores: Vec<String>,
    /// *As groups say*, *Allow* or *Deny* by key of a permission.
    #[server(default)]
    overrides: BTreeMap<String, String>,
    /// Why, by key of a permission.
    #[server(default)]
    reasons: BTreeMap<String, String>,
    /// The last day of an override by key of its permission.
    #[server(default)]
    until: BTreeMap<String, String>,
    /// Key of a level by key of its module.
    #[server(default)]
    level: BTreeMap<String, String>,
    /// The same as the form was made.
    #[server(default)]
    was_level: BTreeMap<String, String>,
    /// Not empty: all overrides go.
    #[server(default)]
    clear: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = domain::users::SetAccess {
        user,
        revision,
        memberships,
        add_group,
        add_store,
        stores,
        overrides,
        reasons,
        until,
        level,
        was_level,
        clear,
        reason: String::new(),
    };
    doors::told(service::users::check_access(&kh, &staff, form).await)
}

/// What a person gains and loses by what was typed.
#[server(name = PreviewAccess, prefix = "/api", endpoint = "users/preview-access", input = StrictUrl)]
pub async fn preview_access(
    /// Id of the person.
    user: String,
    /// The revision that the form was made from.
    revision: i64,
    /// Memberships to keep.
    #[server(default)]
    memberships: Vec<String>,
    /// Id of a group to add, or empty.
    #[server(default)]
    add_group: String,
    /// Id of the store that the added group is for, or empty for all.
    #[server(default)]
    add_store: String,
    /// Ids of stores.
    #[server(default)]
    stores: Vec<String>,
    /// *As groups say*, *Allow* or *Deny* by key of a permission.
    #[server(default)]
    overrides: BTreeMap<String, String>,
    /// Why, by key of a permission.
    #[server(default)]
    reasons: BTreeMap<String, String>,
    /// The last day of an override by key of its permission.
    #[server(default)]
    until: BTreeMap<String, String>,
    /// Key of a level by key of its module.
    #[server(default)]
    level: BTreeMap<String, String>,
    /// The same as the form was made.
    #[server(default)]
    was_level: BTreeMap<String, String>,
    /// Not empty: all overrides go.
    #[server(default)]
    clear: String,
) -> Result<AccessPreview, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = domain::users::SetAccess {
        user,
        revision,
        memberships,
        add_group,
        add_store,
        stores,
        overrides,
        reasons,
        until,
        level,
        was_level,
        clear,
        reason: String::new(),
    };
    Ok(service::users::preview_access(&kh, &staff, form).await?)
}

/// Changes groups, stores and overrides.
#[server(name = SetAccess, prefix = "/api", endpoint = "users/set-access", input = StrictUrl)]
pub async fn set_access(
    /// Id of the person.
    user: String,
    /// The revision that the form was made from.
    revision: i64,
    /// Memberships to keep.
    #[server(default)]
    memberships: Vec<String>,
    /// Id of a group to add, or empty.
    #[server(default)]
    add_group: String,
    /// Id of the store that the added group is for, or empty for all.
    #[server(default)]
    add_store: String,
    /// Ids of stores.
    #[server(default)]
    stores: Vec<String>,
    /// *As groups say*, *Allow* or *Deny* by key of a permission.
    #[server(default)]
    overrides: BTreeMap<String, String>,
    /// Why, by key of a permission.
    #[server(default)]
    reasons: BTreeMap<String, String>,
    /// The last day of an override by key of its permission.
    #[server(default)]
    until: BTreeMap<String, String>,
    /// Key of a level by key of its module.
    #[server(default)]
    level: BTreeMap<String, String>,
    /// The same as the form was made.
    #[server(default)]
    was_level: BTreeMap<String, String>,
    /// Not empty: all overrides go.
    #[server(default)]
    clear: String,
    /// Why, for all new overrides that have no reason of their own.
    #[server(default)]
    reason: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = domain::users::SetAccess {
        user,
        revision,
        memberships,
        add_group,
        add_store,
        stores,
        overrides,
        reasons,
        until,
        level,
        was_level,
        clear,
        reason,
    };
    doors::told(service::users::set_access(&kh, &staff, form).await)
}
