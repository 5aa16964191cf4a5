//! Server functions of new passwords.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::StrictUrl;
use domain::AppError;
use domain::sign_in::PasswordStrength;
use leptos::prelude::*;

/// Says how good a password would be, while it is being thought up.
#[server(name = CheckPassword, prefix = "/api", endpoint = "passwords/check", input = StrictUrl)]
pub async fn check_password(
    /// The password.
    password: String,
    /// Secret of the invitation, whose names a good password avoids; or empty.
    #[server(default)]
    token: String,
) -> Result<PasswordStrength, AppError> {
    let (kh, _) = doors::anyone()?;
    Ok(service::invites::strength(&kh, &password, &token).await?)
}
