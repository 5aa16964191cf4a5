//! Files for people to keep: plain routes, answered to the same visitor as a page is, and refused
//! by a page.

use std::io;
use std::sync::Arc;

use access::Operation;
use app::Refused;
use app::text::{due_path, sign_in_path};
use app::wire::decode;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use domain::AppError;
use domain::audit::AuditQuery;
use domain::users::UserListQuery;
use domain::who_can::WhoCanQuery;
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, stream};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use service::{Download, Keyholder, Staff, Visitor, audit, imports, second_factor, users, who_can};

use crate::shared::Shared;

/// Makes a file. The last argument is what follows the question mark in the address.
type Open =
    for<'a> fn(&'a Keyholder, &'a Arc<Staff>, &'a str) -> BoxFuture<'a, Result<Download, AppError>>;

/// An operation that answers with a file.
pub struct File {
    /// Its name in the table of operations.
    pub name: &'static str,
    open: Open,
}

/// Operations that answer with such a file. There is no other way to register one.
pub static DOWNLOADS: [File; 6] = [
    File {
        name: "user.export",
        open: |kh, staff, query| {
            async move { Ok(users::export(kh, staff, read::<People>(query)?.into()).await?) }
                .boxed()
        },
    },
    File {
        name: "who_can.export",
        open: |kh, staff, query| {
            async move { Ok(who_can::export(kh, staff, read::<WhoCan>(query)?.into()).await?) }
                .boxed()
        },
    },
    File {
        name: "access.export",
        open: |kh, staff, query| {
            async move {
                let Nothing {} = read(query)?;
                Ok(who_can::export_access(kh, staff).await?)
            }
            .boxed()
        },
    },
    File {
        name: "import.export",
        open: |kh, staff, query| {
            async move {
                let Run { run } = read(query)?;
                Ok(imports::export(kh, staff, &run, app::text::imports::sentence).await?)
            }
            .boxed()
        },
    },
    File {
        name: "audit.export",
        open: |kh, staff, query| {
            async move { Ok(audit::export(kh, staff, read::<Log>(query)?.into()).await?) }.boxed()
        },
    },
    File {
        name: "two_factor.codes",
        open: |kh, staff, query| {
            async move {
                let Nothing {} = read(query)?;
                Ok(second_factor::codes_file(kh, staff).await?)
            }
            .boxed()
        },
    },
];

/// Reads what the address asks for, refusing what the file does not know.
fn read<T: DeserializeOwned>(query: &str) -> Result<T, AppError> {
    decode(query.as_bytes()).map_err(|_| AppError::BadRequest)
}

/// The address of the list of people, as its page writes it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct People {
    q: String,
    group: String,
    store: String,
    status: String,
    two_factor: String,
    deactivated: String,
    sort: String,
}

impl From<People> for UserListQuery {
    fn from(people: People) -> Self {
        let People {
            q,
            group,
            store,
            status,
            two_factor,
            deactivated,
            sort,
        } = people;
        Self {
            q,
            group,
            store,
            status,
            two_factor,
            deactivated,
            sort,
            ..Self::default()
        }
    }
}

/// The address of Who can, as its page writes it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WhoCan {
    permission: String,
    store: String,
}

impl From<WhoCan> for WhoCanQuery {
    fn from(WhoCan { permission, store }: WhoCan) -> Self {
        Self {
            permission,
            store,
            page: String::new(),
        }
    }
}

/// The dry run that an address names.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Run {
    run: String,
}

/// Of what there is nothing to choose.
#[derive(Deserialize)]
struct Nothing {}

/// The address of the audit log, as its page writes it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Log {
    q: String,
    date: String,
    from: String,
    to: String,
    person: String,
    action: String,
    store: String,
    object: String,
    result: String,
}

impl From<Log> for AuditQuery {
    fn from(log: Log) -> Self {
        let Log {
            q,
            date,
            from,
            to,
            person,
            action,
            store,
            object,
            result,
        } = log;
        Self {
            q,
            date,
            from,
            to,
            person,
            action,
            store,
            object,
            result,
            before: String::new(),
            entry: String::new(),
        }
    }
}

/// A route for each of [`DOWNLOADS`]. `page` shows a refusal; it finds it as [`Refused`] among the
/// request's extensions.
///
/// # Panics
/// When one is no operation: at start-up, and so in the first test.
pub fn routes<P, F>(shared: &Arc<Shared>, page: P) -> Router
where
    P: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send,
{
    DOWNLOADS.iter().fold(Router::new(), |router, file| {
        let name = file.name;
        let operation = Operation::named(name);
        let operation = operation.unwrap_or_else(|| panic!("{name} is not in access::OPERATIONS"));
        let (shared, page) = (Arc::clone(shared), page.clone());
        let answer = move |request| answer(shared, file, page, request);
        router.route(operation.path, get(answer))
    })
}

async fn answer<P, F>(
    shared: Arc<Shared>,
    file: &'static File,
    page: P,
    request: Request,
) -> Response
where
    P: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    let (mut parts, body) = request.into_parts();
    let visitor = parts.extensions.get::<Visitor>().cloned();
    let visitor = visitor.expect("the visitor layer runs before every file");
    let query = parts.uri.query().unwrap_or_default();
    let answer = match visitor {
        Visitor::Staff(staff) => match (file.open)(&shared.kh, &staff, query).await {
            Ok(file) => send(file).await,
            Err(error) => Err(error),
        },
        Visitor::Half(half) => {
            return lead(due_path(half.due, page_before(&shared, &parts)));
        }
        Visitor::Nobody { .. } => return lead(sign_in_path(page_before(&shared, &parts))),
    };
    match answer {
        Ok(response) => response,
        Err(error) => {
            parts.extensions.insert(Refused(error));
            page(Request::from_parts(parts, body)).await
        }
    }
}

/// The page with the link to the file, to which signing in leads back: a file that arrives by
/// itself would leave the person at the door.
fn page_before<'a>(shared: &Shared, parts: &'a Parts) -> &'a str {
    let referrer = parts.headers.get(header::REFERER);
    let page = referrer.and_then(|referrer| shared.public_url.own_path(referrer.to_str().ok()?));
    page.unwrap_or_default()
}

fn lead(to: String) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

/// Sends a file while it is made. When making it fails half-way the transfer breaks off, so that
/// nobody takes the part that came for the whole.
async fn send(file: Download) -> Result<Response, AppError> {
    let Download {
        name,
        kind,
        mut pieces,
    } = file;
    // Before the head of the answer, so that what fails at once is told on a page.
    let first = pieces.next().await?;
    let first = stream::iter(first.map(|piece| Ok(Bytes::from(piece))));
    let rest = stream::try_unfold(pieces, |mut pieces| async move {
        match pieces.next().await {
            Ok(piece) => Ok(piece.map(|piece| (Bytes::from(piece), pieces))),
            Err(failure) => {
                // The conversion logs the cause; the head of the answer is gone already.
                let _told = AppError::from(failure);
                Err(io::Error::other("the file was not finished"))
            }
        }
    });
    let name = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let name = name.expect("the name is letters, digits and dashes");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, Body::from_stream(first.chain(rest))).into_response())
}
