//! Server functions of the import. The file itself comes by a route of its own, which is no server
//! function: it is longer than any form.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
use domain::imports::ImportView;
use leptos::prelude::*;

/// A dry run of one's own and what became of it; without one, what the form needs to know.
#[server(name = ViewImport, prefix = "/api", endpoint = "imports/view", input = StrictUrl)]
pub async fn view_import(
    /// Id of the dry run.
    #[server(default)]
    run: String,
    /// `wrong` for the lines alone that can't be imported yet.
    #[server(default)]
    lines: String,
    /// Number of the page.
    #[server(default)]
    page: String,
) -> Result<ImportView, AppError> {
    let (kh, staff) = doors::staff()?;
    let only_wrong = lines == domain::imports::ONLY_WRONG;
    Ok(service::imports::view(&kh, &staff, &run, only_wrong, &page).await?)
}

/// Invites everybody of a dry run.
#[server(name = ApplyImport, prefix = "/api", endpoint = "imports/apply", input = StrictUrl)]
pub async fn apply_import(
    /// Id of the dry run.
    run: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::imports::apply(&kh, &staff, &run).await)
}
