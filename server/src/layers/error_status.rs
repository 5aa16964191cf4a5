//! The HTTP status of a server function's error, set in this one place.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use domain::AppError;
use http::HeaderName;

use crate::answers::{Reader, refuse};
use crate::layers::client::RequestId;

/// Marks an answer that carries a server function's error; its value is the function's path.
const MARK: HeaderName = HeaderName::from_static("serverfnerror");
/// Most bytes of an error; the largest names every field of a form.
const MAX_BYTES: usize = 256 * 1024;

/// Leptos answers every error with 500. This gives it the status that the error itself has, and
/// lets nothing through that is not one of our errors (req. 51).
pub async fn from_error(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    if !response.headers().contains_key(MARK) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let error = match to_bytes(body, MAX_BYTES).await {
        Ok(bytes) => serde_json::from_slice::<AppError>(&bytes).ok(),
        Err(_) => None,
    };
    let error = error.unwrap_or_else(|| {
        let incident = id.map_or_else(String::new, |id| id.0.to_string());
        tracing::error!(incident, "a server function answered with no error of ours");
        AppError::Internal { incident }
    });
    let (answer, body) = refuse(Reader::Program, &error).into_parts();
    parts.headers.remove(MARK);
    parts.status = answer.status;
    parts.headers.extend(answer.headers);
    Response::from_parts(parts, Body::new(body))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::response::IntoResponse as _;
    use axum::routing::get;
    use http::{StatusCode, header};
    use tower::ServiceExt as _;

    use super::*;

    async fn answer_to(body: String) -> Response {
        let function = move || async move {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            (status, [("serverfnerror", "/api/x")], body).into_response()
        };
        let router = Router::new()
            .route("/", get(function))
            .layer(from_fn(from_error));
        let request = Request::get("/").body(Body::empty()).expect("a request");
        router.oneshot(request).await.expect("it answers")
    }

    #[tokio::test]
    async fn an_error_gets_its_own_status() {
        for error in [
            AppError::NotFound,
            AppError::Conflict,
            AppError::SignInFailed,
            AppError::TooMany { retry_after: 7 },
        ] {
            let body = serde_json::to_string(&error).expect("an error is JSON");
            let response = answer_to(body).await;
            assert_eq!(response.status().as_u16(), error.status());
            assert!(!response.headers().contains_key(MARK));
            let waits = matches!(error, AppError::TooMany { .. });
            assert_eq!(response.headers().contains_key(header::RETRY_AFTER), waits);
            let body = to_bytes(response.into_body(), 10_000)
                .await
                .expect("a body");
            assert_eq!(serde_json::from_slice::<AppError>(&body).ok(), Some(error));
        }
    }

    #[tokio::test]
    async fn r51_what_is_no_error_of_ours_goes_no_further() {
        let response = answer_to("canary: no such table".to_owned()).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), 10_000)
            .await
            .expect("a body");
        assert!(!String::from_utf8_lossy(&body).contains("canary"));
    }
}
