//! One log line a request.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use tracing::Instrument as _;

use crate::layers::client::RequestId;
use crate::shared::Shared;

/// Logs method, route, status and time, and gives everything logged meanwhile the request's id.
///
/// It says the route that matched, such as `/accept-invite/{token}`, never the path itself and
/// never the query: tokens and what people search for stay out of the log (req. 28).
pub async fn log(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let began = shared.kh.now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let id = request
        .extensions()
        .get::<RequestId>()
        .map_or_else(|| Arc::from(""), |id| Arc::clone(&id.0));
    let span = tracing::info_span!("request", id = &*id);
    let work = async move {
        let response = next.run(request).await;
        let status = response.status().as_u16();
        let ms = shared.kh.now().millis_since(began);
        let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
        // Being asked to come back is no fault of ours; a fault has its own line beside this one.
        if status == StatusCode::SERVICE_UNAVAILABLE.as_u16() {
            tracing::warn!(%method, route, status, ms, "answered");
        } else if status >= 500 {
            tracing::error!(%method, route, status, ms, "answered");
        } else {
            tracing::info!(%method, route, status, ms, "answered");
        }
        response
    };
    work.instrument(span).await
}
