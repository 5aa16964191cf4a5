//! The password that comes with the form of what is sensitive (product §7).

use std::sync::Arc;

use access::Operation;
use app::wire::MAX_BYTES;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::AppError;
use domain::form::PASSWORD_AGAIN;
use http::request::Parts;
use http::{HeaderValue, Method, header};
use service::{Visitor, step_up};

use crate::answers::{Reader, refuse};
use crate::shared::Shared;

/// Takes the password out of the form of a sensitive operation and proves it, so that no server
/// function knows of it; without one the request goes on as it is, and is refused where the proof
/// is due. Everywhere else the field is as unknown as any other (req. 54).
pub async fn prove(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let operation = Operation::sensitive_at(request.uri().path());
    let Some(operation) = operation.filter(|_| request.method() == Method::POST) else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let form = to_bytes(body, MAX_BYTES).await.ok();
    let Some((rest, given)) = form.as_deref().and_then(take_out) else {
        return refuse(Reader::Program, &AppError::BadRequest);
    };
    if let Some(given) = given.filter(|given| !given.is_empty())
        && let Err(error) = prove_by(&shared, &mut parts, operation, &given).await
    {
        return refuse(Reader::Program, &error);
    }
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(rest.len()));
    next.run(Request::from_parts(parts, Body::from(rest))).await
}

/// Puts the person with their new proof in the place of who they were before it. Whoever is not
/// signed in is told so by the function, as always.
async fn prove_by(
    shared: &Shared,
    parts: &mut Parts,
    operation: &'static Operation,
    given: &str,
) -> Result<(), AppError> {
    if let Some(Visitor::Staff(staff)) = parts.extensions.get::<Visitor>() {
        let staff = step_up::prove(&shared.kh, staff, operation, given).await?;
        parts.extensions.insert(Visitor::Staff(Arc::new(staff)));
    }
    Ok(())
}

/// A form without the password, to the byte as it was sent, and the password if there is one;
/// nothing when it stands there twice, which no form of ours writes.
fn take_out(form: &[u8]) -> Option<(Vec<u8>, Option<String>)> {
    let mut given = None;
    let mut rest = Vec::new();
    for field in form.split(|byte| *byte == b'&') {
        let pair = form_urlencoded::parse(field).next();
        match pair.filter(|(name, _)| name == PASSWORD_AGAIN) {
            Some(_) if given.is_some() => return None,
            Some((_, value)) => given = Some(value.into_owned()),
            None => rest.push(field),
        }
    }
    Some((rest.join(&b'&'), given))
}

#[cfg(test)]
mod tests {
    use super::take_out;

    fn taken(form: &str) -> Option<(String, Option<String>)> {
        let (rest, given) = take_out(form.as_bytes())?;
        Some((String::from_utf8(rest).expect("text"), given))
    }

    fn is(rest: &str, given: Option<&str>) -> (String, Option<String>) {
        (rest.to_owned(), given.map(ToOwned::to_owned))
    }

    #[test]
    fn the_password_is_taken_out_and_all_else_stays_to_the_byte() {
        assert_eq!(
            taken("a=1&b=x%20y+z&a=2"),
            Some(is("a=1&b=x%20y+z&a=2", None))
        );
        assert_eq!(
            taken("a=%ff&password_again=t%26w+o&b"),
            Some(is("a=%ff&b", Some("t&w o")))
        );
        assert_eq!(taken("password_again=x"), Some(is("", Some("x"))));
        assert_eq!(taken("password%5Fagain=x&a=1"), Some(is("a=1", Some("x"))));
        assert_eq!(taken("password_again="), Some(is("", Some(""))));
        assert_eq!(taken("password_again"), Some(is("", Some(""))));
        assert_eq!(taken(""), Some(is("", None)));
        assert_eq!(taken("&&a=1"), Some(is("&&a=1", None)));
    }

    #[test]
    fn r54_the_password_stands_there_once() {
        assert_eq!(taken("password_again=x&password_again=y"), None);
        // What only looks like it is a field like any other, and refused as one.
        for other in [
            "password_again[]=x",
            "Password_again=x",
            "xpassword_again=x",
        ] {
            assert_eq!(taken(other), Some(is(other, None)));
        }
    }
}
