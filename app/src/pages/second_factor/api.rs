//! Server functions of one's own second factor.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
use domain::second_factor::{FactorView, TwoFactorView};
use leptos::prelude::*;

/// Completes a sign-in by a code or a recovery code.
#[server(name = PassSecondFactor, prefix = "/api", endpoint = "sign-in/second-factor", input = StrictUrl)]
pub async fn pass_second_factor(
    /// Code of the app.
    #[server(default)]
    code: String,
    /// Recovery code, of the form that asks for one.
    #[server(default)]
    recovery: Option<String>,
    /// Path to go to afterwards.
    #[server(default)]
    next: String,
) -> Result<Done, AppError> {
    let (kh, visitor) = doors::half()?;
    let form = domain::second_factor::SecondStep {
        code,
        recovery,
        next,
    };
    doors::told(service::second_factor::pass(&kh, &visitor, &doors::session()?, form).await)
}

/// How far one's own second factor is set up.
#[server(name = ViewTwoFactor, prefix = "/api", endpoint = "two-factor/view", input = StrictUrl)]
pub async fn view_two_factor() -> Result<TwoFactorView, AppError> {
    let (kh, visitor) = doors::half()?;
    Ok(service::second_factor::view(&kh, &visitor).await?)
}

/// Draws a key to add to an app.
#[server(name = BeginTwoFactor, prefix = "/api", endpoint = "two-factor/begin", input = StrictUrl)]
pub async fn begin_two_factor() -> Result<Done, AppError> {
    let (kh, visitor) = doors::half()?;
    doors::told(service::second_factor::begin(&kh, &visitor).await)
}

/// Confirms the key by a code.
#[server(name = ConfirmTwoFactor, prefix = "/api", endpoint = "two-factor/confirm", input = StrictUrl)]
pub async fn confirm_two_factor(
    /// Code that the app shows.
    code: String,
) -> Result<Done, AppError> {
    let (kh, visitor) = doors::half()?;
    doors::told(service::second_factor::confirm(&kh, &visitor, &doors::session()?, &code).await)
}

/// Puts fresh recovery codes away.
#[server(name = FinishTwoFactor, prefix = "/api", endpoint = "two-factor/finish", input = StrictUrl)]
pub async fn finish_two_factor(
    /// `on` once they are saved.
    #[server(default)]
    saved: String,
    /// Path to go to afterwards.
    #[server(default)]
    next: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::second_factor::finish(&kh, &staff, &saved, &next).await)
}

/// Makes new recovery codes.
#[server(name = RenewCodes, prefix = "/api", endpoint = "two-factor/renew-codes", input = StrictUrl)]
pub async fn renew_codes(
    /// Password.
    password: String,
    /// Code of the app, or a recovery code.
    code: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = domain::second_factor::ProveAgain { password, code };
    doors::told(service::second_factor::renew_codes(&kh, &staff, form).await)
}

/// Turns one's own second factor off.
#[server(name = TurnOffTwoFactor, prefix = "/api", endpoint = "two-factor/turn-off", input = StrictUrl)]
pub async fn turn_off_two_factor(
    /// Password.
    password: String,
    /// Code of the app, or a recovery code.
    code: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = domain::second_factor::ProveAgain { password, code };
    doors::told(service::second_factor::turn_off(&kh, &staff, form).await)
}

/// How one's own second factor stands.
#[server(name = ViewOwnFactor, prefix = "/api", endpoint = "profile/two-factor", input = StrictUrl)]
pub async fn view_own_factor() -> Result<FactorView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::second_factor::own(&kh, &staff).await?)
}
