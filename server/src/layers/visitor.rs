//! Who asks, found out once per request.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::AppError;
use service::{Client, sessions};
use tower_sessions::Session;

use crate::answers::{Reader, refuse};
use crate::shared::Shared;

/// Resolves the session behind the request into a [`service::Visitor`], for pages and server
/// functions alike, and puts it into the request.
pub async fn resolve(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let session = parts.extensions.get::<Session>().and_then(Session::id);
    let client = parts
        .extensions
        .get::<Client>()
        .cloned()
        .unwrap_or_default();
    match sessions::resolve(&shared.kh, session, client).await {
        Ok(visitor) => {
            parts.extensions.insert(visitor);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(failure) => refuse(Reader::of(&parts), &AppError::from(failure)),
    }
}
