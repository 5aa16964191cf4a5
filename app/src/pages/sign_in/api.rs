//! Server functions of signing in and out.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
use domain::sign_in::DoorView;
use leptos::prelude::*;

/// What the door says beside its form.
#[server(name = ViewDoor, prefix = "/api", endpoint = "sign-in/door", input = StrictUrl)]
pub async fn view_door() -> Result<DoorView, AppError> {
    let (kh, visitor) = doors::anyone()?;
    Ok(service::sign_in::door(&kh, &visitor).await?)
}

/// Signs in by email and password.
#[server(name = SignIn, prefix = "/api", endpoint = "sign-in", input = StrictUrl)]
pub async fn sign_in(
    /// Sign-in address.
    email: String,
    /// Password.
    password: String,
    /// Path to go to afterwards.
    #[server(default)]
    next: String,
) -> Result<Done, AppError> {
    let (kh, _) = doors::anyone()?;
    let form = domain::sign_in::SignIn {
        email,
        password,
        next,
    };
    doors::told(service::sign_in::sign_in(&kh, &doors::client()?, &doors::session()?, form).await)
}

/// Signs out here.
#[server(name = SignOut, prefix = "/api", endpoint = "sign-out", input = StrictUrl)]
pub async fn sign_out() -> Result<Done, AppError> {
    let (kh, visitor) = doors::half()?;
    doors::told(service::sign_in::sign_out(&kh, &doors::session()?, &visitor).await)
}
