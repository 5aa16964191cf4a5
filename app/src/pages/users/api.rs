//! Server functions of people.

#![expect(
    clippy::too_many_arguments,
    reason = "the arguments of a server function are the fields of its form"
)]

use std::collections::BTreeMap;

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
use domain::audit::ActivityView;
use domain::sessions::SignInView;
use domain::users::{NewUserView, UserListView, UserView};
#[cfg(feature = "ssr")]
use domain::users::{UserDetails, UserListQuery};
use leptos::prelude::*;

/// A page of the people whom the person who asks may see.
#[server(name = ListUsers, prefix = "/api", endpoint = "users/list", input = StrictUrl)]
pub async fn list_users(
    /// Part of a name or address.
    #[server(default)]
    q: String,
    /// Id of a group.
    #[server(default)]
    group: String,
    /// Id of a store.
    #[server(default)]
    store: String,
    /// Key of a status.
    #[server(default)]
    status: String,
    /// `on` or `off`.
    #[server(default)]
    two_factor: String,
    /// `on` shows deactivated people too.
    #[server(default)]
    deactivated: String,
    /// What to sort by.
    #[server(default)]
    sort: String,
    /// Cursor of the page.
    #[server(default)]
    page: String,
    /// Key of what is asked about.
    #[server(default)]
    bulk: String,
    /// Ids of those who were ticked for it.
    #[server(default)]
    users: Vec<String>,
) -> Result<UserListView, AppError> {
    let (kh, staff) = doors::staff()?;
    let query = UserListQuery {
        q,
        group,
        store,
        status,
        two_factor,
        deactivated,
        sort,
        page,
        bulk,
        users,
    };
    Ok(service::users::list(&kh, &staff, query).await?)
}

/// What New user offers.
#[server(name = NewUser, prefix = "/api", endpoint = "users/new", input = StrictUrl)]
pub async fn new_user() -> Result<NewUserView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::users::new(&kh, &staff).await?)
}

/// Makes an account and sends its invitation.
#[server(name = InviteUser, prefix = "/api", endpoint = "users/invite", input = StrictUrl)]
pub async fn invite_user(
    /// First name.
    first_name: String,
    /// Last name.
    last_name: String,
    /// Sign-in address.
    email: String,
    /// Ids of groups.
    #[server(default)]
    groups: Vec<String>,
    /// Id of a store by id of the group that is for it alone.
    #[server(default)]
    at: BTreeMap<String, String>,
    /// Ids of stores.
    #[server(default)]
    stores: Vec<String>,
    /// Key of a level by key of its module, where it is not to be as the groups say.
    #[server(default)]
    level: BTreeMap<String, String>,
    /// Why, for those levels.
    #[server(default)]
    reason: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = domain::users::InviteUser {
        first_name,
        last_name,
        email,
        groups,
        at,
        stores,
        level,
        reason,
    };
    doors::told(service::users::invite(&kh, &staff, form).await)
}

/// A person's page.
#[server(name = ViewUser, prefix = "/api", endpoint = "users/view", input = StrictUrl)]
pub async fn view_user(
    /// Id of the person.
    id: String,
) -> Result<UserView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::users::view(&kh, &staff, &id).await?)
}

/// A person's page with their trail in the audit log.
#[server(name = ViewActivity, prefix = "/api", endpoint = "users/activity", input = StrictUrl)]
pub async fn view_activity(
    /// Id of the person.
    id: String,
    /// Number of the entry that the page comes after.
    #[server(default)]
    before: String,
    /// Number of the entry that is open.
    #[server(default)]
    entry: String,
) -> Result<ActivityView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::users::activity(&kh, &staff, &id, &before, &entry).await?)
}

/// Changes names and phone.
#[server(name = UpdateUser, prefix = "/api", endpoint = "users/update", input = StrictUrl)]
pub async fn update_user(
    /// Id of the person.
    id: String,
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
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let details = UserDetails {
        first_name,
        last_name,
        display_name,
        phone,
    };
    doors::told(service::users::update(&kh, &staff, &id, revision, details).await)
}

/// Sends a fresh invitation; the older link is void.
#[server(name = ResendInvite, prefix = "/api", endpoint = "users/resend-invite", input = StrictUrl)]
pub async fn resend_invite(
    /// Id of the person.
    id: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::users::resend_invite(&kh, &staff, &id).await)
}

/// Takes an invitation back.
#[server(name = WithdrawInvite, prefix = "/api", endpoint = "users/withdraw-invite", input = StrictUrl)]
pub async fn withdraw_invite(
    /// Id of the person.
    id: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::users::withdraw_invite(&kh, &staff, &id).await)
}

/// Ends every session of a person and refuses sign-in.
#[server(name = DeactivateUser, prefix = "/api", endpoint = "users/deactivate", input = StrictUrl)]
pub async fn deactivate_user(
    /// Id of the person.
    id: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::users::deactivate(&kh, &staff, &id).await)
}

/// Does the same with several people, with all or with nobody.
#[server(name = DeactivateMany, prefix = "/api", endpoint = "users/deactivate-many", input = StrictUrl)]
pub async fn deactivate_many(
    /// Ids of the people.
    #[server(default)]
    ids: Vec<String>,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::users::deactivate_many(&kh, &staff, &ids).await)
}

/// Lets a deactivated person sign in again.
#[server(name = ReactivateUser, prefix = "/api", endpoint = "users/reactivate", input = StrictUrl)]
pub async fn reactivate_user(
    /// Id of the person.
    id: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::users::reactivate(&kh, &staff, &id).await)
}

/// Sets a person's last day, or clears it.
#[server(name = SetLastDay, prefix = "/api", endpoint = "users/set-last-day", input = StrictUrl)]
pub async fn set_last_day(
    /// Id of the person.
    id: String,
    /// The day, `2026-12-31`; empty for none.
    #[server(default)]
    day: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::users::set_last_day(&kh, &staff, &id, &day).await)
}

/// A person's page with how they sign in, and where they are signed in.
#[server(name = ViewSignIn, prefix = "/api", endpoint = "users/view-sign-in", input = StrictUrl)]
pub async fn view_sign_in(
    /// Id of the person.
    id: String,
) -> Result<SignInView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::users::view_sign_in(&kh, &staff, &id).await?)
}

/// Signs a person out everywhere.
#[server(name = SignOutUser, prefix = "/api", endpoint = "users/sign-out", input = StrictUrl)]
pub async fn sign_out_user(
    /// Id of the person.
    id: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::users::sign_out(&kh, &staff, &id).await)
}

/// Signs several people out everywhere, all or nobody.
#[server(name = SignOutMany, prefix = "/api", endpoint = "users/sign-out-many", input = StrictUrl)]
pub async fn sign_out_many(
    /// Ids of the people.
    #[server(default)]
    ids: Vec<String>,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::users::sign_out_many(&kh, &staff, &ids).await)
}

/// Mails a person a link to a new password.
#[server(name = SendReset, prefix = "/api", endpoint = "users/send-reset", input = StrictUrl)]
pub async fn send_reset(
    /// Id of the person.
    id: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::users::send_reset(&kh, &staff, &id).await)
}

/// Ends a person's lock before its time.
#[server(name = UnlockUser, prefix = "/api", endpoint = "users/unlock", input = StrictUrl)]
pub async fn unlock_user(
    /// Id of the person.
    id: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::users::unlock(&kh, &staff, &id).await)
}

/// Takes a person's second factor away, after their identity was verified.
#[server(name = ResetTwoFactor, prefix = "/api", endpoint = "users/reset-two-factor", input = StrictUrl)]
pub async fn reset_two_factor(
    /// Id of the person.
    id: String,
    /// Key of how their identity was verified.
    #[server(default)]
    verified: String,
    /// What was asked and seen.
    note: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = domain::second_factor::ResetTwoFactor { id, verified, note };
    doors::told(service::second_factor::reset(&kh, &staff, form).await)
}
