//! Server functions of Settings → Security.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::StrictUrl;
use domain::second_factor::SecurityView;
use domain::{AppError, Done};
use leptos::prelude::*;

/// What the business asks of sign-ins, and whom each choice concerns.
#[server(name = ViewSecurity, prefix = "/api", endpoint = "security/view", input = StrictUrl)]
pub async fn view_security() -> Result<SecurityView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::security::view(&kh, &staff).await?)
}

/// Changes what the business asks of sign-ins.
#[server(name = UpdateSecurity, prefix = "/api", endpoint = "security/update", input = StrictUrl)]
pub async fn update_security(
    /// The revision that the form was made from.
    revision: i64,
    /// Key of whom a second factor is asked.
    require: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::security::update(&kh, &staff, revision, &require).await?)
}
