//! Server functions of one's own settings.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
#[cfg(feature = "ssr")]
use domain::profile::ProfileForm;
use domain::profile::ProfileView;
#[cfg(feature = "ssr")]
use domain::users::UserDetails;
use leptos::prelude::*;

/// One's own details.
#[server(name = ViewProfile, prefix = "/api", endpoint = "profile/view", input = StrictUrl)]
pub async fn view_profile() -> Result<ProfileView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::profile::view(&kh, &staff).await?)
}

/// Changes one's own names, phone, theme and default store.
#[server(name = UpdateProfile, prefix = "/api", endpoint = "profile/update", input = StrictUrl)]
pub async fn update_profile(
    /// The revision that the form was made from.
    revision: i64,
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// Display name, or empty.
    display_name: String,
    /// Phone, or empty.
    phone: String,
    /// Key of the theme.
    theme: String,
    /// Id of a store, `all`, or empty for the one that was chosen last.
    #[server(default)]
    default_store: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = ProfileForm {
        details: UserDetails {
            first_name,
            last_name,
            display_name,
            phone,
        },
        theme,
        default_store,
    };
    doors::told(service::profile::update(&kh, &staff, revision, form).await)
}

/// Chooses light, dark, or as the device says.
#[server(name = SetTheme, prefix = "/api", endpoint = "profile/set-theme", input = StrictUrl)]
pub async fn set_theme(
    /// Key of the theme.
    theme: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::profile::set_theme(&kh, &staff, &theme).await)
}

/// Takes one's own picture away.
#[server(name = RemoveOwnAvatar, prefix = "/api", endpoint = "profile/remove-avatar", input = StrictUrl)]
pub async fn remove_own_avatar() -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::avatars::remove_own(&kh, &staff).await)
}

/// Takes somebody's picture away.
#[server(name = RemoveAvatar, prefix = "/api", endpoint = "users/remove-avatar", input = StrictUrl)]
pub async fn remove_avatar(
    /// Id of the person.
    id: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::avatars::remove(&kh, &staff, &id).await)
}
