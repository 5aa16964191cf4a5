//! Hands to a page what the form post before it left behind (product §12).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::{AppError, Flash};
use http::Method;
use service::Client;

use crate::answers::is_api;
use crate::layers::cookies;
use crate::shared::Shared;

/// Reads and deletes the flash that the request's cookie names, and puts it into the request.
///
/// A page that only leads on to another shows nothing, so it leaves the flash for that one.
pub async fn deliver(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let name = shared.flash_cookie();
    let is_page = request.method() == Method::GET && !is_api(request.uri().path());
    let token = cookies::read(request.headers(), name).filter(|_| is_page);
    let Some(token) = token.map(ToOwned::to_owned) else {
        return next.run(request).await;
    };
    let flash = service::flash::take(&shared.kh, &token)
        .await
        .unwrap_or_else(|failure| {
            // The page itself is worth more than the notice on it; the conversion logs the cause.
            let _told = AppError::from(failure);
            None
        });
    request.extensions_mut().insert(flash.clone());
    let mut response = next.run(request).await;
    match flash {
        Some(flash) if response.status().is_redirection() => {
            // Counted when it was left first.
            leave(&shared, &mut response, &flash, None).await;
        }
        _ => cookies::remove(response.headers_mut(), &shared, name),
    }
    response
}

/// Keeps a flash for the page that follows this answer; `false` when it could not be kept, or when
/// it is one too many of strangers from one place.
pub async fn leave(
    shared: &Shared,
    response: &mut Response,
    flash: &Flash,
    stranger: Option<&Client>,
) -> bool {
    let kept = match stranger {
        Some(client) => service::flash::put_of_stranger(&shared.kh, client, flash).await,
        None => service::flash::put(&shared.kh, flash).await,
    };
    match kept {
        Ok(token) => {
            cookies::set(response.headers_mut(), shared, shared.flash_cookie(), token);
            true
        }
        Err(failure) => {
            // The change is made or refused already; only the notice is lost. The conversion logs a
            // fault.
            if let AppError::TooMany { .. } = AppError::from(failure) {
                tracing::warn!("not kept: too many notices of strangers from one place");
            }
            false
        }
    }
}
