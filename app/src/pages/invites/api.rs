//! Server functions of accepting an invitation.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
use domain::invites::InviteView;
use leptos::prelude::*;

/// Whom the link invites, and to what. Looking uses nothing up (req. 23).
#[server(name = ViewInvite, prefix = "/api", endpoint = "invites/view", input = StrictUrl)]
pub async fn view_invite(
    /// Secret of the link.
    token: String,
) -> Result<InviteView, AppError> {
    let (kh, _) = doors::anyone()?;
    Ok(service::invites::view(&kh, &token).await?)
}

/// Sets the first password and signs in.
#[server(name = AcceptInvite, prefix = "/api", endpoint = "invites/accept", input = StrictUrl)]
pub async fn accept_invite(
    /// Secret of the link.
    token: String,
    /// Password.
    password: String,
    /// The same again.
    again: String,
) -> Result<Done, AppError> {
    let (kh, _) = doors::anyone()?;
    let form = domain::invites::AcceptInvite {
        token,
        password,
        again,
    };
    doors::told(service::invites::accept(&kh, &doors::client()?, &doors::session()?, form).await)
}
