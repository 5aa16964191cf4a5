//! Files that people send: plain routes behind the layers of pages and server functions, answered
//! like a server function, so that the form stands on both legs alike.

use std::convert::Infallible;
use std::sync::Arc;

use access::Operation;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use domain::imports::{FileProblem, MAX_BYTES};
use domain::{AppError, Done, ProblemCode, Problems};
use futures::stream;
use http::{HeaderMap, StatusCode, header};
use multer::Multipart;
use service::{Keyholder, Staff, Visitor, imports};

use crate::answers::{Reader, refuse, refuse_as};
use crate::layers::body::is_too_long;
use crate::shared::Shared;

/// Operations that take a file. There is no other way to register one.
pub const UPLOADS: [&str; 1] = ["import.check"];
/// What a form has around its file, at the most.
const AROUND: usize = 64 * 1024;
/// Name of the one field of these forms.
const FIELD: &str = "file";

/// A file as it was sent.
struct Sent {
    name: String,
    content: Bytes,
}

/// Whether somebody may send a file at all; asked before it is read.
async fn may_send(operation: &str, kh: &Keyholder, staff: &Staff) -> Result<(), AppError> {
    let may = match operation {
        "import.check" => imports::may_check(kh, staff).await,
        unknown => panic!("{unknown} takes no file"),
    };
    Ok(may?)
}

/// What is done with a file.
async fn take(
    operation: &str,
    kh: &Keyholder,
    staff: &Staff,
    file: Sent,
) -> Result<Done, AppError> {
    let done = match operation {
        "import.check" => imports::check(kh, staff, &file.name, &file.content).await,
        unknown => panic!("{unknown} takes no file"),
    };
    Ok(done?)
}

/// A route for each of [`UPLOADS`].
///
/// # Panics
/// When one is no operation: at start-up, and so in the first test.
pub fn routes(shared: &Arc<Shared>) -> Router {
    UPLOADS.iter().fold(Router::new(), |router, name| {
        let operation = Operation::named(name);
        let operation = operation.unwrap_or_else(|| panic!("{name} is not in access::OPERATIONS"));
        let shared = Arc::clone(shared);
        let answer = move |request| answer(shared, operation.name, request);
        router.route(operation.path, post(answer))
    })
}

async fn answer(shared: Arc<Shared>, operation: &'static str, request: Request) -> Response {
    match done(&shared, operation, request).await {
        Ok(done) => Json(done).into_response(),
        Err(error) if is_too_large(&error) => {
            refuse_as(Reader::Program, StatusCode::PAYLOAD_TOO_LARGE, &error)
        }
        Err(error) => refuse(Reader::Program, &error),
    }
}

async fn done(
    shared: &Shared,
    operation: &'static str,
    request: Request,
) -> Result<Done, AppError> {
    let (parts, body) = request.into_parts();
    let visitor = parts.extensions.get::<Visitor>();
    let staff = match visitor.expect("the visitor layer runs before every upload") {
        Visitor::Staff(staff) => staff,
        Visitor::Half(half) => return Err(AppError::Due(half.due)),
        Visitor::Nobody { ended } => return Err(AppError::SignedOut { ended: *ended }),
    };
    may_send(operation, &shared.kh, staff).await?;
    let Ok(_place) = shared.uploads.try_acquire() else {
        tracing::warn!("refused: too many files at once");
        return Err(AppError::Busy);
    };
    let file = read(&parts.headers, body).await?;
    take(operation, &shared.kh, staff, file).await
}

/// Reads the form: one field, the file, and nothing else (req. 54).
async fn read(headers: &HeaderMap, body: Body) -> Result<Sent, AppError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let boundary = kind.and_then(|kind| multer::parse_boundary(kind).ok());
    let boundary = boundary.ok_or(AppError::BadRequest)?;
    let body = match to_bytes(body, MAX_BYTES + AROUND).await {
        Ok(body) => body,
        Err(error) if is_too_long(&error) => return Err(too_large()),
        Err(_) => return Err(AppError::BadRequest),
    };
    let body = stream::once(async { Ok::<_, Infallible>(body) });
    let mut form = Multipart::new(body, boundary);
    let mut file = None;
    while let Some(field) = form.next_field().await.map_err(|_| AppError::BadRequest)? {
        if file.is_some() || field.name() != Some(FIELD) {
            return Err(AppError::BadRequest);
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let content = field.bytes().await.map_err(|_| AppError::BadRequest)?;
        file = Some(Sent { name, content });
    }
    file.ok_or(AppError::BadRequest)
}

fn too_large() -> AppError {
    let why = FileProblem::TooLarge;
    AppError::Invalid(Problems::one(FIELD, ProblemCode::File { why }))
}

fn is_too_large(error: &AppError) -> bool {
    *error == too_large()
}
