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
use domain::avatars::PictureProblem;
use domain::imports::FileProblem;
use domain::{AppError, Done, ProblemCode, Problems};
use futures::future::BoxFuture;
use futures::{FutureExt as _, stream};
use http::{HeaderMap, StatusCode, header};
use multer::Multipart;
use service::{Keyholder, Staff, Visitor, avatars, imports};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::answers::{Reader, refuse, refuse_as};
use crate::layers::body::is_too_long;
use crate::shared::Shared;

/// What a form has around its file, at the most.
const AROUND: usize = 64 * 1024;
/// Name of the field with the file; the last one of these forms.
const FIELD: &str = "file";
/// Longest value of a field before the file, in bytes.
const VALUE_MAX: usize = 256;

/// Whether somebody may send a file at all; asked before it is read.
type May = for<'a> fn(&'a Keyholder, &'a Staff) -> BoxFuture<'a, Result<(), AppError>>;
/// What is done with a file.
type Take = for<'a> fn(&'a Keyholder, &'a Staff, &'a Sent) -> BoxFuture<'a, Result<Done, AppError>>;

/// An operation that takes a file.
pub struct Upload {
    /// Its name in the table of operations.
    pub name: &'static str,
    /// Fields that the form has beside the file, in their order.
    fields: &'static [&'static str],
    /// Most bytes of the file.
    most: usize,
    /// What is told of a larger one.
    too_large: ProblemCode,
    may: May,
    take: Take,
}

/// Operations that take a file. There is no other way to register one.
pub static UPLOADS: [Upload; 3] = [
    Upload {
        name: "import.check",
        fields: &[],
        most: domain::imports::MAX_BYTES,
        too_large: ProblemCode::File {
            why: FileProblem::TooLarge,
        },
        may: |kh, staff| async move { Ok(imports::may_check(kh, staff).await?) }.boxed(),
        take: |kh, staff, file| {
            async move { Ok(imports::check(kh, staff, &file.name, &file.content).await?) }.boxed()
        },
    },
    Upload {
        name: "profile.set_avatar",
        fields: &["fit"],
        most: domain::avatars::MAX_BYTES,
        too_large: TOO_LARGE,
        may: |kh, staff| async move { Ok(avatars::may_set_own(kh, staff).await?) }.boxed(),
        take: |kh, staff, file| {
            async move { Ok(avatars::set_own(kh, staff, file.picture()).await?) }.boxed()
        },
    },
    Upload {
        name: "user.set_avatar",
        fields: &["id", "fit"],
        most: domain::avatars::MAX_BYTES,
        too_large: TOO_LARGE,
        may: |kh, staff| async move { Ok(avatars::may_set(kh, staff).await?) }.boxed(),
        take: |kh, staff, file| {
            async move { Ok(avatars::set(kh, staff, file.value("id"), file.picture()).await?) }
                .boxed()
        },
    },
];
const TOO_LARGE: ProblemCode = ProblemCode::Picture {
    why: PictureProblem::TooLarge,
};

/// A form as it was sent.
struct Sent {
    fields: Vec<(&'static str, String)>,
    name: String,
    content: Bytes,
}

impl Sent {
    /// Value of a field; empty when there is none.
    fn value(&self, name: &str) -> &str {
        let mut fields = self.fields.iter();
        fields
            .find(|(field, _)| *field == name)
            .map_or("", |(_, value)| value.as_str())
    }

    fn picture(&self) -> avatars::Sent<'_> {
        avatars::Sent {
            fit: self.value("fit"),
            name: &self.name,
            content: &self.content,
        }
    }
}

/// A route for each of [`UPLOADS`].
///
/// # Panics
/// When one is no operation: at start-up, and so in the first test.
pub fn routes(shared: &Arc<Shared>) -> Router {
    UPLOADS.iter().fold(Router::new(), |router, upload| {
        let name = upload.name;
        let operation = Operation::named(name);
        let operation = operation.unwrap_or_else(|| panic!("{name} is not in access::OPERATIONS"));
        let shared = Arc::clone(shared);
        let answer = move |request| answer(shared, upload, request);
        router.route(operation.path, post(answer))
    })
}

async fn answer(shared: Arc<Shared>, upload: &'static Upload, request: Request) -> Response {
    match done(&shared, upload, request).await {
        Ok(done) => Json(app::wire::Done::from(done)).into_response(),
        Err(error) if error == too_large(upload) => {
            refuse_as(Reader::Program, StatusCode::PAYLOAD_TOO_LARGE, &error)
        }
        Err(error) => refuse(Reader::Program, &error),
    }
}

async fn done(
    shared: &Shared,
    upload: &'static Upload,
    request: Request,
) -> Result<Done, AppError> {
    let (parts, body) = request.into_parts();
    let visitor = parts.extensions.get::<Visitor>();
    let staff = match visitor.expect("the visitor layer runs before every upload") {
        Visitor::Staff(staff) => staff,
        Visitor::Half(half) => return Err(AppError::Due(half.due)),
        Visitor::Nobody { ended } => return Err(AppError::SignedOut { ended: *ended }),
    };
    (upload.may)(&shared.kh, staff).await?;
    // A file that trickles in takes no place of those that are worked on.
    let sent = {
        let _arrives = place(&shared.arriving)?;
        read(upload, &parts.headers, body).await?
    };
    let _place = place(&shared.uploads)?;
    (upload.take)(&shared.kh, staff, &sent).await
}

fn place(places: &Semaphore) -> Result<SemaphorePermit<'_>, AppError> {
    places.try_acquire().map_err(|_| {
        tracing::warn!("refused: too many files at once");
        AppError::Busy
    })
}

/// Reads the form: its fields, then the file, and nothing else (req. 54).
async fn read(upload: &'static Upload, headers: &HeaderMap, body: Body) -> Result<Sent, AppError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let boundary = kind.and_then(|kind| multer::parse_boundary(kind).ok());
    let boundary = boundary.ok_or(AppError::BadRequest)?;
    let body = match to_bytes(body, upload.most + AROUND).await {
        Ok(body) => body,
        Err(error) if is_too_long(&error) => return Err(too_large(upload)),
        Err(_) => return Err(AppError::BadRequest),
    };
    let body = stream::once(async { Ok::<_, Infallible>(body) });
    let mut form = Multipart::new(body, boundary);
    let mut fields = Vec::new();
    for name in upload.fields {
        let field = form.next_field().await.map_err(|_| AppError::BadRequest)?;
        let field = field.filter(|field| field.name() == Some(*name));
        let value = field.ok_or(AppError::BadRequest)?.text().await;
        let value = value.map_err(|_| AppError::BadRequest)?;
        if value.len() > VALUE_MAX {
            return Err(AppError::BadRequest);
        }
        fields.push((*name, value));
    }
    let field = form.next_field().await.map_err(|_| AppError::BadRequest)?;
    let field = field.filter(|field| field.name() == Some(FIELD));
    let field = field.ok_or(AppError::BadRequest)?;
    let name = field.file_name().unwrap_or_default().to_owned();
    let content = field.bytes().await.map_err(|_| AppError::BadRequest)?;
    let after = form.next_field().await.map_err(|_| AppError::BadRequest)?;
    if after.is_some() {
        return Err(AppError::BadRequest);
    }
    if content.len() > upload.most {
        return Err(too_large(upload));
    }
    Ok(Sent {
        fields,
        name,
        content,
    })
}

fn too_large(upload: &Upload) -> AppError {
    AppError::Invalid(Problems::one(FIELD, upload.too_large.clone()))
}
