//! A browser on the real router: it keeps cookies, and posts as our pages do.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use app::wire::Done;
use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, REFERER, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use bytes::Bytes;
use domain::AppError;
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use server::net::Peer;
use tower::ServiceExt as _;

use crate::world::ORIGIN_OF_SITE;

/// What a browser says it takes when it goes to an address.
pub(crate) const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const FORM: &str = "application/x-www-form-urlencoded";

/// One browser.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) peer: SocketAddr,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Browser {
    pub(crate) fn new(router: &Router) -> Self {
        let peer = SocketAddr::from(([203, 0, 113, 7], 50_000));
        Self {
            router: router.clone(),
            cookies: BTreeMap::new(),
            peer,
        }
    }

    /// Goes to an address.
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path).header(ACCEPT, HTML).body(Body::empty());
        self.send(request.expect("a request")).await
    }

    /// Calls a server function as our own script does.
    pub(crate) async fn call(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, FORM)
            .header("sec-fetch-site", "same-origin")
            .header(ORIGIN, ORIGIN_OF_SITE)
            .body(Body::from(encode(fields)));
        self.send(request.expect("a request")).await
    }

    /// Posts a form that stands on a page, as a browser without script does.
    pub(crate) async fn submit(
        &mut self,
        page: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let request = Request::post(path)
            .header(ACCEPT, HTML)
            .header(CONTENT_TYPE, FORM)
            .header("sec-fetch-site", "same-origin")
            .header(ORIGIN, ORIGIN_OF_SITE)
            .header(REFERER, format!("{ORIGIN_OF_SITE}{page}"))
            .body(Body::from(encode(fields)));
        self.send(request.expect("a request")).await
    }

    /// Sends a file as our own script does.
    pub(crate) async fn upload(&mut self, path: &str, name: &str, content: &[u8]) -> Answer {
        self.send_form(path, multipart("file", name, content)).await
    }

    /// Sends a form with a file as our own script does.
    pub(crate) async fn send_form(&mut self, path: &str, body: Vec<u8>) -> Answer {
        let request = file_request(path, &body)
            .header(ACCEPT, "application/json")
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    /// Sends a file from a form that stands on a page, as a browser without script does.
    pub(crate) async fn submit_file(&mut self, page: &str, path: &str, content: &[u8]) -> Answer {
        let body = multipart("file", "people.csv", content);
        let path = format!("{path}?{}", encode(&[("back", page)]));
        let request = file_request(&path, &body)
            .header(ACCEPT, HTML)
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    /// Sends a request as it is, with the cookies, and keeps those of the answer.
    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Answer {
        if !self.cookies.is_empty() {
            let cookies = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            let line = cookies.collect::<Vec<_>>().join("; ");
            request
                .headers_mut()
                .insert(COOKIE, line.parse().expect("cookies are a header"));
        }
        request.extensions_mut().insert(Peer(self.peer));
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router never fails");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body in memory").to_bytes();
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        };
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for line in answer.set_cookies() {
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            // What a browser does with a line that breaks the promise of the name's prefix.
            if name.starts_with("__Host-") && !attributes.contains("Secure") {
                continue;
            }
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// What stands between the parts of a form with a file.
pub(crate) const BOUNDARY: &str = "----what-no-file-holds";

/// A form with one file.
pub(crate) fn multipart(field: &str, name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
         Content-Type: text/csv\r\n\r\n"
    );
    let foot = format!("\r\n--{BOUNDARY}--\r\n");
    [head.as_bytes(), content, foot.as_bytes()].concat()
}

/// A form with fields and one file behind them.
pub(crate) fn with_fields(fields: &[(&str, &str)], name: &str, content: &[u8]) -> Vec<u8> {
    let mut form = Vec::new();
    for (field, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        );
        form.extend(part.into_bytes());
    }
    form.extend(multipart("file", name, content));
    form
}

/// A form with a file from one of our own pages, but for its body.
pub(crate) fn file_request(path: &str, body: &[u8]) -> axum::http::request::Builder {
    Request::post(path)
        .header(
            CONTENT_TYPE,
            format!("multipart/form-data; boundary={BOUNDARY}"),
        )
        .header("content-length", body.len())
        .header("sec-fetch-site", "same-origin")
        .header(ORIGIN, ORIGIN_OF_SITE)
}

/// Fields as a form posts them.
pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("headers are text"))
    }

    pub(crate) fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        let lines = self.headers.get_all(SET_COOKIE).iter();
        lines
            .map(|line| line.to_str().expect("cookies are text"))
            .collect()
    }

    /// The view that a function answered.
    #[track_caller]
    pub(crate) fn view<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        serde_json::from_slice(&self.body).expect("the view that was asked for")
    }

    /// That a change was made.
    #[track_caller]
    pub(crate) fn done(&self) -> Done {
        self.view()
    }

    /// Why it was refused.
    #[track_caller]
    pub(crate) fn error(&self) -> AppError {
        assert!(!self.status.is_success(), "not refused: {}", self.text());
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no error of ours: {}", self.text()))
    }
}

/// A request by any method that one of our own pages might send.
pub(crate) fn own_request(method: Method, path: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, FORM)
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body.to_owned()))
        .expect("a request")
}
