//! Server functions of sessions.

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
#[cfg(feature = "ssr")]
use domain::sessions::SessionListQuery;
use domain::sessions::{OwnSessionsView, SessionListView};
use leptos::prelude::*;

/// A page of the open sessions of the people whom the person who asks may see.
#[server(name = ListSessions, prefix = "/api", endpoint = "sessions/list", input = StrictUrl)]
pub async fn list_sessions(
    /// Part of a name or email, or the beginning of an address.
    #[server(default)]
    q: String,
    /// Id of a store.
    #[server(default)]
    store: String,
    /// Key of a kind of device.
    #[server(default)]
    device: String,
    /// Cursor of the page.
    #[server(default)]
    page: String,
    /// Whether the others are counted.
    #[server(default)]
    others: bool,
) -> Result<SessionListView, AppError> {
    let (kh, staff) = doors::staff()?;
    let query = SessionListQuery {
        q,
        store,
        device,
        page,
        others,
    };
    Ok(service::sessions::list(&kh, &staff, query).await?)
}

/// Ends a session of somebody.
#[server(name = EndSession, prefix = "/api", endpoint = "sessions/end", input = StrictUrl)]
pub async fn end_session(
    /// Name of the session, as the list has it.
    session: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::sessions::end_session(&kh, &staff, &session).await)
}

/// Ends every session but the own one, as far as the person who asks may.
#[server(name = EndOtherSessions, prefix = "/api", endpoint = "sessions/end-others", input = StrictUrl)]
pub async fn end_other_sessions() -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::sessions::end_other_sessions(&kh, &staff).await)
}

/// One's own open sessions.
#[server(name = ViewOwnSessions, prefix = "/api", endpoint = "profile/sessions", input = StrictUrl)]
pub async fn view_own_sessions() -> Result<OwnSessionsView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::sessions::own(&kh, &staff).await?)
}

/// Ends an own session on another device.
#[server(name = EndOwnSession, prefix = "/api", endpoint = "profile/end-session", input = StrictUrl)]
pub async fn end_own_session(
    /// Name of the session, as the list has it.
    session: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::sessions::end_own(&kh, &staff, &session).await)
}

/// Ends all own sessions but the one that asks.
#[server(name = EndOwnOthers, prefix = "/api", endpoint = "profile/end-other-sessions", input = StrictUrl)]
pub async fn end_own_others() -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    doors::told(service::sessions::end_own_others(&kh, &staff).await)
}
