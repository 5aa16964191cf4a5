//! Server functions of the stores.

#![expect(
    clippy::too_many_arguments,
    reason = "the arguments of a server function are the fields of its form"
)]

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::StrictUrl;
#[cfg(feature = "ssr")]
use domain::stores::StoreForm;
use domain::stores::{StoreListView, StoreView};
use domain::{AppError, Done};
use leptos::prelude::*;

/// All stores.
#[server(name = ListStores, prefix = "/api", endpoint = "stores/list", input = StrictUrl)]
pub async fn list_stores() -> Result<StoreListView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::stores::list(&kh, &staff).await?)
}

/// One store.
#[server(name = ViewStore, prefix = "/api", endpoint = "stores/view", input = StrictUrl)]
pub async fn view_store(
    /// Id of the store.
    id: String,
) -> Result<StoreView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::stores::view(&kh, &staff, &id).await?)
}

/// Adds a store.
#[server(name = CreateStore, prefix = "/api", endpoint = "stores/create", input = StrictUrl)]
pub async fn create_store(
    /// Name.
    name: String,
    /// Short code.
    code: String,
    /// Address, one line.
    address: String,
    /// Phone.
    phone: String,
    /// Email of the store.
    email: String,
    /// IANA time zone.
    time_zone: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = StoreForm {
        name,
        code,
        address,
        phone,
        email,
        time_zone,
    };
    Ok(service::stores::create(&kh, &staff, form).await?)
}

/// Changes a store.
#[server(name = UpdateStore, prefix = "/api", endpoint = "stores/update", input = StrictUrl)]
pub async fn update_store(
    /// Id of the store.
    id: String,
    /// The revision that the form was made from.
    revision: i64,
    /// Name.
    name: String,
    /// Short code.
    code: String,
    /// Address, one line.
    address: String,
    /// Phone.
    phone: String,
    /// Email of the store.
    email: String,
    /// IANA time zone.
    time_zone: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = StoreForm {
        name,
        code,
        address,
        phone,
        email,
        time_zone,
    };
    Ok(service::stores::update(&kh, &staff, &id, revision, form).await?)
}
