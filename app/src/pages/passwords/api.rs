//! Server functions of new passwords.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
#[cfg(feature = "ssr")]
use domain::passwords::NewPassword;
use domain::passwords::{PasswordView, ResetView};
use domain::sign_in::PasswordStrength;
use leptos::prelude::*;

/// Says how good a password would be, while it is being thought up.
#[server(name = CheckPassword, prefix = "/api", endpoint = "passwords/check", input = StrictUrl)]
pub async fn check_password(
    /// The password.
    password: String,
    /// Secret of the invitation or reset, whose names a good password avoids; or empty.
    #[server(default)]
    token: String,
) -> Result<PasswordStrength, AppError> {
    let (kh, visitor) = doors::anyone()?;
    Ok(service::passwords::strength(&kh, &visitor, password, &token).await?)
}

/// Asks for a link to a new password. The answer is the same for every address.
#[server(name = ForgotPassword, prefix = "/api", endpoint = "passwords/forgot", input = StrictUrl)]
pub async fn forgot_password(
    /// Sign-in address.
    email: String,
) -> Result<Done, AppError> {
    let (kh, _) = doors::anyone()?;
    let form = domain::passwords::ForgotPassword { email };
    doors::told(service::passwords::forgot(&kh, &doors::client()?, form).await)
}

/// Whether the link is still good, and for whom. Looking uses nothing up (req. 23).
#[server(name = ViewReset, prefix = "/api", endpoint = "passwords/view-reset", input = StrictUrl)]
pub async fn view_reset(
    /// Secret of the link.
    token: String,
) -> Result<ResetView, AppError> {
    let (kh, _) = doors::anyone()?;
    Ok(service::passwords::reset_view(&kh, &token).await?)
}

/// Sets a new password with the link.
#[server(name = ResetPassword, prefix = "/api", endpoint = "passwords/reset", input = StrictUrl)]
pub async fn reset_password(
    /// Secret of the link.
    token: String,
    /// Password.
    password: String,
    /// The same again.
    again: String,
) -> Result<Done, AppError> {
    let (kh, _) = doors::anyone()?;
    let form = NewPassword { password, again };
    doors::told(service::passwords::reset(&kh, &doors::client()?, &token, form).await)
}

/// What the page says that changes the own password.
#[server(name = ViewPassword, prefix = "/api", endpoint = "passwords/view", input = StrictUrl)]
pub async fn view_password() -> Result<PasswordView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::passwords::view(&kh, &staff).await?)
}

/// Changes the own password.
#[server(name = ChangePassword, prefix = "/api", endpoint = "passwords/change", input = StrictUrl)]
pub async fn change_password(
    /// The password as it is.
    current_password: String,
    /// As it shall be.
    password: String,
    /// The same again.
    again: String,
    /// `on` ends the other sessions too.
    #[server(default)]
    end_others: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = domain::passwords::ChangePassword {
        current: current_password,
        new: NewPassword { password, again },
        end_others: end_others == "on",
    };
    doors::told(service::passwords::change(&kh, &staff, form).await)
}

/// What the page says that asks for a longer password on the way in.
#[server(name = ViewChoice, prefix = "/api", endpoint = "passwords/view-choice", input = StrictUrl)]
pub async fn view_choice() -> Result<ResetView, AppError> {
    let (kh, visitor) = doors::half()?;
    // A server function is asynchronous, also where nothing is waited for.
    std::future::ready(Ok(service::passwords::choose_view(&kh, &visitor)?)).await
}

/// Sets a longer password on the way in.
#[server(name = ChoosePassword, prefix = "/api", endpoint = "passwords/choose", input = StrictUrl)]
pub async fn choose_password(
    /// Password.
    password: String,
    /// The same again.
    again: String,
    /// Path to go to afterwards.
    #[server(default)]
    next: String,
) -> Result<Done, AppError> {
    let (kh, visitor) = doors::half()?;
    let form = NewPassword { password, again };
    doors::told(service::passwords::choose(&kh, &visitor, &doors::session()?, form, &next).await)
}
