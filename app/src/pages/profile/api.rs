//! Server functions of one's own settings.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::StrictUrl;
use domain::{AppError, Done};
use leptos::prelude::*;

/// Chooses light, dark, or as the device says.
#[server(name = SetTheme, prefix = "/api", endpoint = "profile/set-theme", input = StrictUrl)]
pub async fn set_theme(
    /// Key of the theme.
    theme: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::profile::set_theme(&kh, &staff, &theme).await?)
}
