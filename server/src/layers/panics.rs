//! A handler that panics costs its own request, nothing else.

use std::panic::AssertUnwindSafe;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use domain::AppError;
use futures::FutureExt as _;

use crate::answers::{Reader, refuse};
use crate::layers::client::RequestId;

/// Answers a panic with a fault whose number is the request's id in the log. The panic's own
/// words are in the log alone (req. 51).
pub async fn caught(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let reader = Reader::of(&parts);
    let incident = parts
        .extensions
        .get::<RequestId>()
        .map_or_else(String::new, |id| id.0.to_string());
    // Nothing that the handler held is used again: the request is gone, the database rolls back.
    let work = AssertUnwindSafe(next.run(Request::from_parts(parts, body)));
    work.catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(incident, "a handler panicked");
        refuse(reader, &AppError::Internal { incident })
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::middleware::from_fn;
    use axum::routing::get;
    use http::StatusCode;
    use tower::ServiceExt as _;

    use super::*;

    async fn broken() -> &'static str {
        panic!("canary")
    }

    #[tokio::test]
    async fn r51_a_panic_is_answered_by_a_number_and_none_of_its_words() {
        let router = Router::new()
            .route("/", get(broken))
            .route("/api/broken", get(broken))
            .layer(from_fn(caught));
        for path in ["/", "/api/broken"] {
            let mut request = Request::get(path).body(Body::empty()).expect("a request");
            request
                .extensions_mut()
                .insert(RequestId(Arc::from("0123abcd")));
            let response = router.clone().oneshot(request).await.expect("it answers");
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let body = to_bytes(response.into_body(), 10_000)
                .await
                .expect("a body");
            let text = String::from_utf8_lossy(&body);
            assert!(
                text.contains("0123abcd") && !text.contains("canary"),
                "{text}"
            );
        }
    }
}
