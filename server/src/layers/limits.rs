//! How many requests at once, and for how long (req. 63).

use std::sync::Arc;
use std::time::Duration;

use access::Operation;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::AppError;

use crate::answers::{Reader, refuse};
use crate::shared::Shared;

/// Longest that a request is worked on, the arrival of its body included. The slowest honest one
/// is a sign-in that waits its turn to be hashed.
pub const TIME: Duration = Duration::from_secs(30);
/// The same where a file is sent, over a slow line.
const TIME_WITH_FILE: Duration = Duration::from_mins(2);

/// Tells a request to come back when there are too many, and gives up one that takes too long;
/// what it had begun to write is rolled back with its transaction.
pub async fn bounded(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let reader = Reader::of(&parts);
    let time = if Operation::takes_file(parts.uri.path()) {
        TIME_WITH_FILE
    } else {
        TIME
    };
    let Ok(_place) = shared.places.try_acquire() else {
        tracing::warn!("refused: too many requests at once");
        return refuse(reader, &AppError::Busy);
    };
    let work = next.run(Request::from_parts(parts, body));
    tokio::time::timeout(time, work).await.unwrap_or_else(|_| {
        tracing::warn!("given up: it took too long");
        refuse(reader, &AppError::Busy)
    })
}
