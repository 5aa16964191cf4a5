//! What a load balancer asks (product §11).

use std::sync::Arc;

use axum::extract::State;
use domain::AppError;
use http::StatusCode;

use crate::shared::Shared;

/// The process answers.
pub async fn process() -> &'static str {
    "ok\n"
}

/// The database answers, and its tables are those of this version.
///
/// # Errors
/// 503 when it does not; the cause is in the log.
pub async fn ready(State(shared): State<Arc<Shared>>) -> Result<&'static str, StatusCode> {
    service::health::ready(&shared.kh)
        .await
        .map(|()| "ready\n")
        .map_err(|failure| {
            let _told = AppError::from(failure);
            StatusCode::SERVICE_UNAVAILABLE
        })
}
