//! How many requests at once, and for how long (req. 63).

use std::sync::Arc;
use std::time::Duration;

use access::actions::ApplyImport;
use access::{Action as _, Operation};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::AppError;

use crate::answers::{Reader, refuse};
use crate::shared::Shared;

/// Longest that a request is worked on, the arrival of its body included. The slowest honest one
/// is a sign-in that waits its turn to be hashed.
pub const TIME: Duration = Duration::from_secs(30);
/// The same where a file is sent, over a slow line, and where all people of one are invited.
const TIME_WITH_FILE: Duration = Duration::from_mins(2);

/// How long a request to this path may take.
fn time_of(path: &str) -> Duration {
    if Operation::takes_file(path) || path == ApplyImport::OPERATION.path {
        TIME_WITH_FILE
    } else {
        TIME
    }
}

/// Tells a request to come back when there are too many, and gives up one that takes too long;
/// what it had begun to write is rolled back with its transaction.
pub async fn bounded(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let reader = Reader::of(&parts);
    let time = time_of(parts.uri.path());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_legs_of_an_import_have_time_for_a_large_file() {
        let paths = ["/api/imports/check", "/api/imports/apply"];
        assert_eq!(paths.map(time_of), [TIME_WITH_FILE; 2]);
        assert_eq!(time_of("/api/users/invite"), TIME);
        assert_eq!(time_of("/settings/users/import"), TIME);
    }
}
