//! Server functions of the first run.

#![expect(
    clippy::too_many_arguments,
    reason = "the arguments of a server function are the fields of its form"
)]

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
use leptos::prelude::*;

/// Whether the setup link is still good.
#[server(name = ViewSetup, prefix = "/api", endpoint = "setup/view", input = StrictUrl)]
pub async fn view_setup(
    /// Secret of the link.
    token: String,
) -> Result<(), AppError> {
    let (kh, _) = doors::anyone()?;
    Ok(service::setup::view(&kh, &token).await?)
}

/// Sets up the business or the sample, and signs its owner in.
#[server(name = CreateBusiness, prefix = "/api", endpoint = "business/create", input = StrictUrl)]
pub async fn create_business(
    /// Secret of the link.
    token: String,
    /// `mine` for one's own business, `sample` for the sample.
    start: String,
    /// Business name; only for one's own.
    #[server(default)]
    business: String,
    /// First store; only for one's own.
    #[server(default)]
    store: String,
    /// Owner's first name.
    first_name: String,
    /// Owner's last name.
    last_name: String,
    /// Owner's sign-in address.
    email: String,
    /// Owner's password.
    password: String,
) -> Result<Done, AppError> {
    let (kh, _) = doors::anyone()?;
    let sample = match start.as_str() {
        super::MINE => false,
        super::SAMPLE => true,
        _ => return Err(AppError::BadRequest),
    };
    let form = domain::sign_in::CreateBusiness {
        token,
        sample,
        business,
        store,
        first_name,
        last_name,
        email,
        password,
    };
    doors::told(service::setup::create(&kh, &doors::client()?, &doors::session()?, form).await)
}
