//! Pictures of people: a plain route behind the session. No browser keeps one: who asks next on the
//! same machine may not be allowed to see that person (req. 44, 50).

use std::sync::Arc;

use access::Operation;
use axum::Router;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use domain::AppError;
use http::{HeaderValue, header};
use service::{Visitor, avatars};

use crate::answers::{Reader, refuse};
use crate::shared::Shared;

/// Operations that answer with a picture. There is no other way to register one.
pub const PICTURES: [&str; 1] = ["avatar.view"];

/// A route for each of [`PICTURES`].
///
/// # Panics
/// When one is no operation: at start-up, and so in the first test.
pub fn routes(shared: &Arc<Shared>) -> Router {
    PICTURES.iter().fold(Router::new(), |router, name| {
        let operation = Operation::named(name);
        let operation = operation.unwrap_or_else(|| panic!("{name} is not in access::OPERATIONS"));
        let shared = Arc::clone(shared);
        let answer = move |path: Path<(String, String)>, request: Request| {
            let shared = Arc::clone(&shared);
            let visitor = request.extensions().get::<Visitor>().cloned();
            let visitor = visitor.expect("the visitor layer runs before every picture");
            async move { answer(&shared, &path.0, visitor).await }
        };
        router.route(operation.path, get(answer))
    })
}

async fn answer(shared: &Shared, (id, version): &(String, String), visitor: Visitor) -> Response {
    let found = match visitor {
        Visitor::Staff(staff) => avatars::file(&shared.kh, &staff, id, version)
            .await
            .map_err(AppError::from),
        Visitor::Half(half) => Err(AppError::Due(half.due)),
        Visitor::Nobody { ended } => Err(AppError::SignedOut { ended }),
    };
    match found {
        Ok(picture) => {
            let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(picture.kind))];
            (kind, picture.content).into_response()
        }
        // Whoever shows pictures is a program.
        Err(error) => refuse(Reader::Program, &error),
    }
}
