//! Server functions of permission groups.

#![expect(
    clippy::too_many_arguments,
    reason = "the arguments of a server function are the fields of its form"
)]

use std::collections::BTreeMap;

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
#[cfg(feature = "ssr")]
use domain::groups::GroupForm;
use domain::groups::{GroupListView, GroupView, NewGroupView};
use domain::preview::GroupPreview;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use service::groups::Edit;

/// All groups.
#[server(name = ListGroups, prefix = "/api", endpoint = "groups/list", input = StrictUrl)]
pub async fn list_groups() -> Result<GroupListView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::groups::list(&kh, &staff).await?)
}

/// One group.
#[server(name = ViewGroup, prefix = "/api", endpoint = "groups/view", input = StrictUrl)]
pub async fn view_group(
    /// Id of the group.
    id: String,
) -> Result<GroupView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::groups::view(&kh, &staff, &id).await?)
}

/// What the form of a new group offers.
#[server(name = NewGroup, prefix = "/api", endpoint = "groups/new", input = StrictUrl)]
pub async fn new_group() -> Result<NewGroupView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::groups::new(&kh, &staff).await?)
}

/// Makes a group.
#[server(name = CreateGroup, prefix = "/api", endpoint = "groups/create", input = StrictUrl)]
pub async fn create_group(
    /// Name.
    name: String,
    /// What its people do, in one line.
    summary: String,
    /// Keys of what is ticked.
    #[server(default)]
    permissions: Vec<String>,
    /// Key of a level by key of its module.
    #[server(default)]
    level: BTreeMap<String, String>,
    /// The same as the form was made.
    #[server(default)]
    was_level: BTreeMap<String, String>,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = GroupForm {
        name,
        summary,
        permissions,
        level,
        was_level,
    };
    doors::told(service::groups::create(&kh, &staff, form).await)
}

/// Checks what was typed into a group's editor, and has the page ask.
#[server(name = CheckGroup, prefix = "/api", endpoint = "groups/check", input = StrictUrl)]
pub async fn check_group(
    /// Id of the group.
    id: String,
    /// The revision that the form was made from.
    revision: i64,
    /// Name.
    name: String,
    /// What its people do, in one line.
    summary: String,
    /// Keys of what is ticked.
    #[server(default)]
    permissions: Vec<String>,
    /// Key of a level by key of its module.
    #[server(default)]
    level: BTreeMap<String, String>,
    /// The same as the form was made.
    #[server(default)]
    was_level: BTreeMap<String, String>,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let edit = edit(id, revision, name, summary, permissions, level, was_level);
    doors::told(service::groups::check(&kh, &staff, &edit).await)
}

/// Who gains and who loses what by what was typed into a group's editor.
#[server(name = PreviewGroup, prefix = "/api", endpoint = "groups/preview", input = StrictUrl)]
pub async fn preview_group(
    /// Id of the group.
    id: String,
    /// The revision that the form was made from.
    revision: i64,
    /// Name.
    name: String,
    /// What its people do, in one line.
    summary: String,
    /// Keys of what is ticked.
    #[server(default)]
    permissions: Vec<String>,
    /// Key of a level by key of its module.
    #[server(default)]
    level: BTreeMap<String, String>,
    /// The same as the form was made.
    #[server(default)]
    was_level: BTreeMap<String, String>,
) -> Result<GroupPreview, AppError> {
    let (kh, staff) = doors::staff()?;
    let edit = edit(id, revision, name, summary, permissions, level, was_level);
    Ok(service::groups::preview(&kh, &staff, &edit).await?)
}

/// Saves a group.
#[server(name = UpdateGroup, prefix = "/api", endpoint = "groups/update", input = StrictUrl)]
pub async fn update_group(
    /// Id of the group.
    id: String,
    /// The revision that the form was made from.
    revision: i64,
    /// Name.
    name: String,
    /// What its people do, in one line.
    summary: String,
    /// Keys of what is ticked.
    #[server(default)]
    permissions: Vec<String>,
    /// Key of a level by key of its module.
    #[server(default)]
    level: BTreeMap<String, String>,
    /// The same as the form was made.
    #[server(default)]
    was_level: BTreeMap<String, String>,
    /// `on`: overrides that it makes needless go with it.
    #[server(default)]
    clear: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let edit = Edit {
        clear: !clear.is_empty(),
        ..edit(id, revision, name, summary, permissions, level, was_level)
    };
    doors::told(service::groups::update(&kh, &staff, &edit).await)
}

/// Makes a group that gives what another gives.
#[server(name = DuplicateGroup, prefix = "/api", endpoint = "groups/duplicate", input = StrictUrl)]
pub async fn duplicate_group(
    /// Id of the group.
    id: String,
    /// Name of the new one; a number is put behind it where it is taken.
    name: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::groups::duplicate(&kh, &staff, &id, &name).await)
}

/// Deletes a group.
#[server(name = DeleteGroup, prefix = "/api", endpoint = "groups/delete", input = StrictUrl)]
pub async fn delete_group(
    /// Id of the group.
    id: String,
    /// The revision that was looked at.
    revision: i64,
    /// Id of the group that its members are put into.
    #[server(default)]
    to: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::groups::delete(&kh, &staff, &id, revision, &to).await)
}

/// The editor's form, out of its fields.
#[cfg(feature = "ssr")]
fn edit(
    id: String,
    revision: i64,
    name: String,
    summary: String,
    permissions: Vec<String>,
    level: BTreeMap<String, String>,
    was_level: BTreeMap<String, String>,
) -> Edit {
    Edit {
        id,
        revision,
        form: GroupForm {
            name,
            summary,
            permissions,
            level,
            was_level,
        },
        clear: false,
    }
}
