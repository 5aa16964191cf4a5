//! Server function of the home page.

#[cfg(feature = "ssr")]
use crate::doors;
#[cfg(feature = "ssr")]
use crate::text::audit;
use crate::wire::StrictUrl;
use domain::AppError;
use domain::home::HomeView;
use leptos::prelude::*;

/// What needs the person today.
#[server(name = ViewHome, prefix = "/api", endpoint = "home", input = StrictUrl)]
pub async fn view_home() -> Result<HomeView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::home::view(&kh, &staff, audit::sentence).await?)
}
