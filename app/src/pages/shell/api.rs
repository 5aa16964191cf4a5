//! Server functions of what surrounds every staff page.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
use domain::shell::ShellView;
use leptos::prelude::*;

/// Everything that the top bar and the sidebar show.
#[server(name = ViewShell, prefix = "/api", endpoint = "shell", input = StrictUrl)]
pub async fn view_shell() -> Result<ShellView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::shell::view(&kh, &staff).await?)
}

/// Chooses a store, or all of one's stores.
#[server(name = SwitchStore, prefix = "/api", endpoint = "stores/switch", input = StrictUrl)]
pub async fn switch_store(
    /// Id of the store, or `all`.
    store: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::stores::switch(&kh, &staff, &store).await)
}
