//! Answers that no page and no server function gives: refusals of the layers, and faults.

use std::sync::Arc;

use app::fault;
use axum::response::{Html, IntoResponse as _, Json, Response};
use domain::AppError;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

/// Who reads the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A program, most often our own in the browser: JSON.
    Program,
    /// A person who went to an address or posted a form without script: a small page.
    Person(StyleSheet),
}

/// Address of the style sheet, which the router puts into each request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StyleSheet(pub Arc<str>);

impl Reader {
    /// Tells from a request who will read its answer.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        let asks_page = parts.method == Method::GET && !is_api(parts.uri.path());
        if asks_page || accepts_html(&parts.headers) {
            let style = parts.extensions.get::<StyleSheet>();
            Self::Person(style.cloned().unwrap_or_default())
        } else {
            Self::Program
        }
    }
}

/// Whether a path belongs to the server functions.
#[must_use]
pub fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Whether a page is wanted, as by a browser that goes to an address or posts a plain form.
#[must_use]
pub fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT).iter().any(|accept| {
        accept
            .to_str()
            .is_ok_and(|accept| accept.contains("text/html"))
    })
}

/// The answer to an error, with the error's own status.
#[must_use]
pub fn refuse(reader: Reader, error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    refuse_as(reader, status, error)
}

/// The answer to an error under another status, where HTTP has a more exact one than the error.
#[must_use]
pub fn refuse_as(reader: Reader, status: StatusCode, error: &AppError) -> Response {
    let mut response = match reader {
        Reader::Program => (status, Json(error)).into_response(),
        Reader::Person(StyleSheet(style)) => {
            (status, Html(fault::page(&style, error))).into_response()
        }
    };
    if let Some(seconds) = retry_after(error) {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Seconds after which it makes sense to ask again.
#[must_use]
pub const fn retry_after(error: &AppError) -> Option<u32> {
    match error {
        AppError::TooMany { retry_after } => Some(*retry_after),
        AppError::Busy => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(method: Method, path: &str, accept: Option<&str>) -> Parts {
        let mut request = http::Request::builder().method(method).uri(path);
        if let Some(accept) = accept {
            request = request.header(header::ACCEPT, accept);
        }
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn a_person_gets_a_page_and_a_program_gets_json() {
        let reader = |method, path, accept| Reader::of(&parts(method, path, accept));
        let person = Reader::Person(StyleSheet::default());
        let browser = Some("text/html,application/xhtml+xml,*/*;q=0.8");
        assert_eq!(reader(Method::GET, "/settings/users", None), person);
        assert_eq!(reader(Method::POST, "/api/sign-in", browser), person);
        assert_eq!(
            reader(Method::POST, "/api/sign-in", Some("application/json")),
            Reader::Program
        );
        assert_eq!(reader(Method::POST, "/api/sign-in", None), Reader::Program);
        assert_eq!(
            reader(Method::GET, "/api/sign-in", Some("*/*")),
            Reader::Program
        );
        assert_eq!(reader(Method::GET, "/apiary", None), person);
    }
}
