//! What a request may carry: one small form.

use std::time::Duration;

use app::wire::{MAX_BYTES, StrictUrlEncoding};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use domain::AppError;
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::LengthLimitError;
use leptos::server_fn::ContentType as _;

use crate::answers::{Reader, refuse_as};

/// Longest that a form may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(10);

/// Reads the whole body of a post, if it is a form and not too large.
pub async fn one_small_form(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let refused = |status| refuse_as(Reader::of(&parts), status, &AppError::BadRequest);
    if announced(&parts.headers).is_some_and(|length| length > MAX_BYTES) {
        return refused(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let Ok(read) = tokio::time::timeout(ARRIVAL, to_bytes(body, MAX_BYTES)).await else {
        return refused(StatusCode::REQUEST_TIMEOUT);
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(error) if is_too_long(&error) => return refused(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => return refused(StatusCode::BAD_REQUEST),
    };
    if !bytes.is_empty() && !is_form(&parts.headers) {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    next.run(Request::from_parts(parts, Body::from(bytes)))
        .await
}

/// The length that the request says it has.
fn announced(headers: &HeaderMap) -> Option<usize> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case(StrictUrlEncoding::CONTENT_TYPE)
        })
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if error.is::<LengthLimitError>() {
            return true;
        }
        source = error.source();
    }
    false
}
