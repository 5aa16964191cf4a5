//! What a request may carry: one small form, or where files are sent to, a form with a file.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use access::Operation;
use app::wire::{MAX_BYTES, StrictUrlEncoding};
use axum::body::{Body, BodyDataStream, Bytes, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use domain::AppError;
use futures::{Stream, StreamExt as _, stream};
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::LengthLimitError;
use leptos::server_fn::ContentType as _;

use crate::answers::{Reader, refuse_as};

/// Longest that a form may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(10);
/// What browsers post of a form with a file.
const FORM_WITH_FILE: &str = "multipart/form-data";
/// Most bytes that are let run out, of what nobody reads.
const RUN_OUT_MAX: usize = 16 * 1024 * 1024;

/// Reads the whole body of a post, if it is a form and not too large.
pub async fn one_form(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    if Operation::takes_file(request.uri().path()) {
        return one_file(request, next).await;
    }
    let (parts, body) = request.into_parts();
    let refused = |status| refuse_as(Reader::of(&parts), status, &AppError::BadRequest);
    let source = Source::of(body);
    let read = if announced(&parts.headers).is_some_and(|length| length > MAX_BYTES) {
        Err(StatusCode::PAYLOAD_TOO_LARGE)
    } else {
        match tokio::time::timeout(ARRIVAL, to_bytes(source.body(), MAX_BYTES)).await {
            Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
            Ok(Err(error)) if is_too_long(&error) => Err(StatusCode::PAYLOAD_TOO_LARGE),
            Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
            Ok(Ok(bytes)) => Ok(bytes),
        }
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(status) => {
            if status == StatusCode::PAYLOAD_TOO_LARGE {
                source.run_out().await;
            }
            return refused(status);
        }
    };
    if !bytes.is_empty() && !is(&parts.headers, StrictUrlEncoding::CONTENT_TYPE) {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    next.run(Request::from_parts(parts, Body::from(bytes)))
        .await
}

/// Hands a form with a file on unread: who may send one is asked first.
async fn one_file(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let source = Source::of(body);
    if !is(&parts.headers, FORM_WITH_FILE) {
        source.run_out().await;
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return refuse_as(Reader::of(&parts), status, &AppError::BadRequest);
    }
    let response = next.run(Request::from_parts(parts, source.body())).await;
    source.run_out().await;
    response
}

/// A body that whoever answers need not have read to its end.
struct Source(Arc<Mutex<BodyDataStream>>);

impl Source {
    fn of(body: Body) -> Self {
        Self(Arc::new(Mutex::new(body.into_data_stream())))
    }

    /// The body, from where it was read to.
    fn body(&self) -> Body {
        Body::from_stream(self.pieces())
    }

    fn pieces(&self) -> impl Stream<Item = Result<Bytes, axum::Error>> + Send + use<> {
        let source = Arc::clone(&self.0);
        stream::poll_fn(move |context| {
            let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
            source.poll_next_unpin(context)
        })
    }

    /// Lets what nobody read run out before the answer goes, as far as that is quick: browsers show
    /// an answer only once they have sent all they had to say.
    async fn run_out(self) {
        let mut rest = self.pieces();
        let run_out = async {
            let mut left = RUN_OUT_MAX;
            while let Some(Ok(piece)) = rest.next().await {
                match left.checked_sub(piece.len()) {
                    Some(now) => left = now,
                    None => return,
                }
            }
        };
        // Too slow or too long: the connection breaks off, as it would have at once.
        let _in_time = tokio::time::timeout(ARRIVAL, run_out).await;
    }
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

/// Whether the request says that its body is of this type.
fn is(headers: &HeaderMap, expected: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(expected))
}

/// Whether a body was longer than it was read.
pub(crate) fn is_too_long(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if error.is::<LengthLimitError>() {
            return true;
        }
        source = error.source();
    }
    false
}
