//! Forms without script: the same post to the same address, answered by a page.
//!
//! Server functions answer JSON. Where a browser posts a form by itself it wants a page, so this
//! layer calls the function as a program would, and turns its [`Done`] or [`AppError`] into the
//! way to the next page, with the notice or the error and what was typed kept on the server.

use std::borrow::Cow;
use std::sync::Arc;

use access::Operation;
use app::wire::{Done, KEEP_EDITING, MAX_BYTES, RETURN, may_keep};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use domain::sign_in::own_path;
use domain::{AppError, Flash};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use service::{Client, Visitor};

use crate::answers::{Reader, accepts_html, is_api, refuse};
use crate::layers::flash;
use crate::shared::Shared;

/// Most bytes of an answer that leads on; the largest names every field of a form.
const ANSWER_MAX_BYTES: usize = 256 * 1024;

/// Answers the posts of plain forms.
pub async fn adapt(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let is_plain = request.method() == Method::POST
        && is_api(request.uri().path())
        && accepts_html(request.headers());
    if !is_plain {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    // A file is not kept, nor looked into here.
    let (form, file) = if Operation::takes_file(parts.uri.path()) {
        (Bytes::new(), Some(body))
    } else {
        match to_bytes(body, MAX_BYTES).await {
            Ok(form) => (form, None),
            Err(_) => return StatusCode::BAD_REQUEST.into_response(),
        }
    };
    let back = way_back(&shared, &parts, &form);
    let path = parts.uri.path().to_owned();
    let (stranger, most) = if let Some(Visitor::Staff(_)) = parts.extensions.get::<Visitor>() {
        (None, MAX_BYTES)
    } else {
        let client = parts.extensions.get::<Client>().cloned();
        (Some(client.unwrap_or_default()), STRANGERS_MAX_BYTES)
    };
    let flash = Flash {
        fields: kept_fields(&path, &form, most),
        form: path,
        ..Flash::default()
    };
    if let Some(page) = page_to_edit(&form) {
        return keep_editing(&shared, &page, &flash, stranger.as_ref()).await;
    }
    let reader = Reader::of(&parts);
    ask_for_json(&mut parts.headers);
    let body = file.unwrap_or_else(|| Body::from(form));
    let response = next.run(Request::from_parts(parts, body)).await;
    match lead_on(&shared, response, &back, flash, stranger.as_ref()).await {
        Ok(answer) => answer,
        Err(error) => refuse(reader, &error),
    }
}

/// Where to go on editing, if the button for that was pressed in the place of the one that saves.
fn page_to_edit(form: &[u8]) -> Option<String> {
    form_urlencoded::parse(form)
        .find(|(name, _)| name == KEEP_EDITING)
        .and_then(|(_, path)| own_path(&path).map(ToOwned::to_owned))
}

/// Leads back to the form with what was typed, and asks nobody anything.
async fn keep_editing(
    shared: &Shared,
    page: &str,
    flash: &Flash,
    stranger: Option<&Client>,
) -> Response {
    let mut answer = see_other(page);
    flash::leave(shared, &mut answer, flash, stranger).await;
    answer
}

fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, location(path))]).into_response()
}

/// Where the form stands: as it says itself, since pages with a token in their address send no
/// referrer, in a field or, with a file, behind its address; else as the browser says. Never
/// another site.
fn way_back(shared: &Shared, parts: &Parts, form: &[u8]) -> String {
    let query = parts.uri.query().unwrap_or_default();
    let said = form_urlencoded::parse(form)
        .chain(form_urlencoded::parse(query.as_bytes()))
        .find(|(name, _)| name == RETURN)
        .and_then(|(_, path)| own_path(&path).map(ToOwned::to_owned));
    let referrer = || {
        let referrer = parts.headers.get(header::REFERER)?.to_str().ok()?;
        shared.public_url.own_path(referrer).map(ToOwned::to_owned)
    };
    said.or_else(referrer).unwrap_or_else(|| "/".to_owned())
}

/// Most bytes of what somebody typed who is not signed in that are kept for the page that follows.
/// Their forms are short; one that holds more fills the disk, not a page. Of who is signed in the
/// whole form is kept, since a person's access may be long and half of it is not what they meant.
const STRANGERS_MAX_BYTES: usize = 8 * 1024;

/// What was typed, without secrets.
fn kept_fields(path: &str, form: &[u8], most: usize) -> Vec<(String, String)> {
    form_urlencoded::parse(form)
        .filter(|(name, _)| may_keep(path, name))
        .scan(most, |left, (name, value)| {
            *left = left.checked_sub(name.len() + value.len())?;
            Some((name.into_owned(), value.into_owned()))
        })
        .collect()
}

/// A program that asks for JSON is not redirected by Leptos.
fn ask_for_json(headers: &mut HeaderMap) {
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.remove(header::REFERER);
}

/// Turns the function's answer into the way to the page that follows; the refusal itself where no
/// page could tell of it.
async fn lead_on(
    shared: &Shared,
    response: Response,
    back: &str,
    mut flash: Flash,
    stranger: Option<&Client>,
) -> Result<Response, AppError> {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ANSWER_MAX_BYTES).await else {
        return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    };
    let (go, note) = match understood(parts.status, &bytes) {
        Answer::Done(done) => {
            if !done.keep {
                flash.fields.clear();
                flash.form.clear();
            }
            flash.toast = done.toast;
            let go = done
                .go
                .as_deref()
                .and_then(own_path)
                .unwrap_or(back)
                .to_owned();
            let note = done.keep || flash.toast.is_some();
            (go, note)
        }
        Answer::Refused(error) => {
            flash.error = Some(error);
            (back.to_owned(), true)
        }
        // Not a form's function after all; the answer stands as it is.
        Answer::Other => return Ok(Response::from_parts(parts, Body::from(bytes))),
    };
    let mut answer = see_other(&go);
    for cookie in parts.headers.get_all(header::SET_COOKIE) {
        answer
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    if note
        && !flash::leave(shared, &mut answer, &flash, stranger).await
        && let Some(error) = flash.error
    {
        return Err(error);
    }
    Ok(answer)
}

/// What a server function said.
enum Answer {
    Done(Done),
    Refused(AppError),
    Other,
}

fn understood(status: StatusCode, bytes: &Bytes) -> Answer {
    if status.is_success() {
        serde_json::from_slice(bytes).map_or(Answer::Other, Answer::Done)
    } else {
        serde_json::from_slice(bytes).map_or(Answer::Other, Answer::Refused)
    }
}

/// A path as a header takes it: bytes beyond ASCII percent-encoded.
fn location(path: &str) -> HeaderValue {
    let ascii: Cow<'_, str> = if path.is_ascii() {
        path.into()
    } else {
        let encode = |byte: u8| {
            if byte.is_ascii() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        };
        path.bytes().map(encode).collect::<String>().into()
    };
    HeaderValue::from_str(&ascii).unwrap_or(HeaderValue::from_static("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_kept_of_what_was_typed() {
        let form = b"email=d%40x.example&password=hunter2&again=hunter2&code=123456\
            &current_password=old&password_again=old&token=abc&back=%2Fsign-in&groups=1&groups=2&keep_editing=%2F";
        let kept = kept_fields("/api/x", form, MAX_BYTES);
        let kept: Vec<_> = kept
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        assert_eq!(
            kept,
            [("email", "d@x.example"), ("groups", "1"), ("groups", "2")]
        );
    }

    #[test]
    fn the_short_code_of_a_store_is_kept() {
        let kept = kept_fields("/api/stores/create", b"code=BAT&token=abc", MAX_BYTES);
        assert_eq!(kept, [("code".to_owned(), "BAT".to_owned())]);
    }

    #[test]
    fn of_a_form_that_is_too_long_the_beginning_is_kept() {
        let kept = kept_fields("/api/x", b"a=1&b=22&c=3", 4);
        assert_eq!(kept, [("a".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn who_keeps_editing_is_led_to_a_page_of_ours_and_nowhere_else() {
        let page = |form: &[u8]| page_to_edit(form);
        let ours = page(b"id=1&keep_editing=%2Fsettings%2Fgroups%2Fx");
        assert_eq!(ours.as_deref(), Some("/settings/groups/x"));
        assert_eq!(page(b"id=1"), None);
        assert_eq!(page(b"keep_editing=https%3A%2F%2Fevil.example"), None);
        assert_eq!(page(b"keep_editing=%2F%2Fevil.example"), None);
    }

    #[test]
    fn a_location_is_ascii() {
        assert_eq!(location("/a?b=ü"), "/a?b=%C3%BC");
        assert_eq!(location("/a?b=c"), "/a?b=c");
    }
}
