//! Asking a server function, from either side.

use std::pin::Pin;

use domain::AppError;
use send_wrapper::SendWrapper;
use server_fn::ServerFn;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

use super::{Answer, Fields, Found, read};

/// A call of a server function that is yet to be made: on the server while a page is rendered, in
/// the browser over the network.
///
/// In the browser all questions are of one type with one code path, so that each further server
/// function adds next to nothing to what is loaded.
#[derive(Clone)]
pub struct Question {
    path: &'static str,
    body: String,
    #[cfg(feature = "ssr")]
    run: fn(String) -> Asking,
}

/// An answer that is yet to come.
pub type Asking = Pin<Box<dyn Future<Output = Answer> + Send>>;

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.body == other.body
    }
}

impl Question {
    /// Asks this server function, with arguments by name.
    #[must_use]
    pub fn to<F: Askable>(args: &[(&str, &str)]) -> Self {
        Self {
            path: F::PATH,
            body: Fields::body(args),
            #[cfg(feature = "ssr")]
            run: run::<F>,
        }
    }

    /// Asks it now.
    #[must_use]
    pub fn ask(self) -> Asking {
        #[cfg(feature = "ssr")]
        return (self.run)(self.body);
        #[cfg(not(feature = "ssr"))]
        Box::pin(async move { Answer(post(self.path, self.body).await.map(Found::new)) })
    }
}

/// A server function whose answer can be shown.
#[cfg(feature = "ssr")]
pub trait Askable:
    ServerFn<Error = AppError, Output: serde::Serialize + Send + Sync + 'static>
    + serde::de::DeserializeOwned
{
}

#[cfg(feature = "ssr")]
impl<F> Askable for F where
    F: ServerFn<Error = AppError, Output: serde::Serialize + Send + Sync + 'static>
        + serde::de::DeserializeOwned
{
}

/// A server function whose answer can be shown.
#[cfg(not(feature = "ssr"))]
pub trait Askable: ServerFn<Error = AppError> {}

#[cfg(not(feature = "ssr"))]
impl<F: ServerFn<Error = AppError>> Askable for F {}

/// Runs a server function where the page is rendered. Its arguments are read like those of a
/// request, so that both sides refuse the same.
#[cfg(feature = "ssr")]
fn run<F: Askable>(body: String) -> Asking {
    Box::pin(async move {
        let args: Result<F, _> = super::decode(body.as_bytes());
        match args {
            Ok(args) => Answer(match args.run_body().await {
                Ok(view) => Found::new(view),
                Err(error) => Err(error),
            }),
            Err(_) => Answer(Err(AppError::BadRequest)),
        }
    })
}

/// Posts a form's body from the browser and hands back the answer's JSON.
///
/// # Errors
/// What the server answers, or [`AppError::Offline`] when it could not be reached.
pub async fn post(path: &'static str, body: String) -> Result<String, AppError> {
    post_any(path, JsValue::from_str(&body)).await
}

/// Posts a form's body like [`post`], or a form with its files.
///
/// # Errors
/// As [`post`].
pub async fn post_any(path: &'static str, body: JsValue) -> Result<String, AppError> {
    SendWrapper::new(async move {
        let (status, text) = fetch(path, &body).await.map_err(|_| AppError::Offline)?;
        if (200..300).contains(&status) {
            Ok(text)
        } else {
            Err(read::from_text(&text).unwrap_or_else(|| unexplained(status)))
        }
    })
    .await
}

async fn fetch(path: &str, body: &JsValue) -> Result<(u16, String), JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept", "application/json")?;
    // A form with files says itself what it is, and what stands between its parts.
    if body.is_string() {
        headers.set("Content-Type", "application/x-www-form-urlencoded")?;
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(body);
    let answer = leptos::prelude::window().fetch_with_str_and_init(path, &init);
    let answer: Response = JsFuture::from(answer).await?.dyn_into()?;
    let text = JsFuture::from(answer.text()?).await?;
    Ok((answer.status(), text.as_string().unwrap_or_default()))
}

/// An error that does not speak our language, such as a proxy's.
fn unexplained(status: u16) -> AppError {
    match status {
        400 | 405 | 413 | 415 => AppError::BadRequest,
        404 => AppError::NotFound,
        429 => AppError::TooMany { retry_after: 60 },
        502..=504 => AppError::Busy,
        _ => AppError::Internal {
            incident: String::new(),
        },
    }
}
