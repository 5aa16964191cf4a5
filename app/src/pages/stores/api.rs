//! Server functions of the stores.

#![expect(
    clippy::too_many_arguments,
    reason = "the arguments of a server function are the fields of its form"
)]

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
#[cfg(feature = "ssr")]
use domain::stores::StoreForm;
use domain::stores::{NewStoreView, StoreListView, StoreView};
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

/// What the form of a new store offers.
#[server(name = NewStore, prefix = "/api", endpoint = "stores/new", input = StrictUrl)]
pub async fn new_store() -> Result<NewStoreView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::stores::new(&kh, &staff).await?)
}

/// A function that takes the form of a store, after what comes before it.
macro_rules! with_store_form {
    (
        $(#[$attribute:meta])*
        $name:ident($($(#[$doc:meta])* $before:ident: $type:ty),*) => $use_case:path, $($pass:expr),*
    ) => {
        $(#[$attribute])*
        pub async fn $name(
            $($(#[$doc])* $before: $type,)*
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
            let form = StoreForm { name, code, address, phone, email, time_zone };
            doors::told($use_case(&kh, &staff, $($pass,)* form).await)
        }
    };
}

with_store_form! {
    /// Adds a store.
    #[server(name = CreateStore, prefix = "/api", endpoint = "stores/create", input = StrictUrl)]
    create_store() => service::stores::create,
}

with_store_form! {
    /// Changes a store.
    #[server(name = UpdateStore, prefix = "/api", endpoint = "stores/update", input = StrictUrl)]
    update_store(
        /// Id of the store.
        id: String,
        /// The revision that the form was made from.
        revision: i64
    ) => service::stores::update, &id, revision
}

/// Closes a store.
#[server(name = DeactivateStore, prefix = "/api", endpoint = "stores/deactivate", input = StrictUrl)]
pub async fn deactivate_store(
    /// Id of the store.
    id: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::stores::deactivate(&kh, &staff, &id).await)
}

/// Opens a closed store again.
#[server(name = ReactivateStore, prefix = "/api", endpoint = "stores/reactivate", input = StrictUrl)]
pub async fn reactivate_store(
    /// Id of the store.
    id: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::stores::reactivate(&kh, &staff, &id).await)
}
