//! Server function of Who can.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::StrictUrl;
use domain::AppError;
#[cfg(feature = "ssr")]
use domain::who_can::WhoCanQuery;
use domain::who_can::WhoCanView;
use leptos::prelude::*;

/// A page of the people who hold a permission in a store.
#[server(name = ViewWhoCan, prefix = "/api", endpoint = "who-can/view", input = StrictUrl)]
pub async fn view_who_can(
    /// Key of a permission.
    #[server(default)]
    permission: String,
    /// Id of a store.
    #[server(default)]
    store: String,
    /// Cursor of the page.
    #[server(default)]
    page: String,
) -> Result<WhoCanView, AppError> {
    let (kh, staff) = doors::staff()?;
    let query = WhoCanQuery {
        permission,
        store,
        page,
    };
    Ok(service::who_can::view(&kh, &staff, query).await?)
}
