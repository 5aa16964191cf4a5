//! Server functions of Settings → Security.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
#[cfg(feature = "ssr")]
use domain::security::SecurityForm;
use domain::security::SecurityView;
use leptos::prelude::*;

/// What the business asks of sign-ins and sessions, and whom each choice concerns.
#[server(name = ViewSecurity, prefix = "/api", endpoint = "security/view", input = StrictUrl)]
pub async fn view_security() -> Result<SecurityView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::security::view(&kh, &staff).await?)
}

/// Changes what the business asks of sign-ins and sessions.
#[server(name = UpdateSecurity, prefix = "/api", endpoint = "security/update", input = StrictUrl)]
pub async fn update_security(
    /// The revision that the form was made from.
    revision: i64,
    /// Key of whom a second factor is asked.
    require: String,
    /// Not empty: one active session per user.
    #[server(default)]
    single: String,
    /// The idle limit, in minutes.
    idle: String,
    /// The absolute limit, in hours.
    absolute: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = SecurityForm {
        require,
        single: !single.is_empty(),
        idle,
        absolute,
        revision,
    };
    doors::told(service::security::update(&kh, &staff, form).await)
}
