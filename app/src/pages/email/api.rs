//! Server functions of changes of address.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
use domain::email::ConfirmEmailView;
use leptos::prelude::*;

/// Asks for another address for oneself.
#[server(
    name = ChangeOwnEmail,
    prefix = "/api",
    endpoint = "profile/change-email",
    input = StrictUrl
)]
pub async fn change_own_email(
    /// The new address.
    email: String,
    /// One's own password.
    current_password: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = domain::email::ChangeOwnEmail {
        email,
        current: current_password,
    };
    doors::told(service::email::change_own(&kh, &staff, form).await)
}

/// Takes back what was asked for oneself.
#[server(
    name = WithdrawOwnEmail,
    prefix = "/api",
    endpoint = "profile/withdraw-email",
    input = StrictUrl
)]
pub async fn withdraw_own_email() -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::email::withdraw_own(&kh, &staff).await)
}

/// Asks for another address for somebody.
#[server(name = ChangeEmail, prefix = "/api", endpoint = "users/change-email", input = StrictUrl)]
pub async fn change_email(
    /// Id of the person.
    id: String,
    /// The new address.
    email: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::email::change(&kh, &staff, &id, &email).await)
}

/// Takes back what was asked for somebody.
#[server(
    name = WithdrawEmail,
    prefix = "/api",
    endpoint = "users/withdraw-email",
    input = StrictUrl
)]
pub async fn withdraw_email(
    /// Id of the person.
    id: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::email::withdraw(&kh, &staff, &id).await)
}

/// Whether the link is still good, and for which address. Looking uses nothing up (req. 23).
#[server(
    name = ViewConfirmEmail,
    prefix = "/api",
    endpoint = "emails/view-confirm",
    input = StrictUrl
)]
pub async fn view_confirm_email(
    /// Secret of the link.
    token: String,
) -> Result<ConfirmEmailView, AppError> {
    let (kh, _) = doors::anyone()?;
    Ok(service::email::view(&kh, &token).await?)
}

/// Makes the new address the one that signs in.
#[server(name = ConfirmEmail, prefix = "/api", endpoint = "emails/confirm", input = StrictUrl)]
pub async fn confirm_email(
    /// Secret of the link.
    token: String,
) -> Result<Done, AppError> {
    let (kh, visitor) = doors::anyone()?;
    doors::told(service::email::confirm(&kh, &doors::client()?, &visitor, &token).await)
}
