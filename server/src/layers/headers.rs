//! Security headers on every answer: pages, data, files, refusals and faults (req. 49).

use std::sync::Arc;

use access::Action as _;
use access::actions::SignOut;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use leptos::nonce::Nonce;

use crate::shared::Shared;

/// Paths that carry a secret, which must not travel on in a referrer (req. 28).
const TOKEN_PATHS: [&str; 4] = [
    "/setup/",
    "/accept-invite/",
    "/reset-password/",
    "/confirm-email/",
];
/// Where signing out happens.
const SIGN_OUT: &str = SignOut::OPERATION.path;

/// Alike on every answer.
const ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
             magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
        ),
    ),
];

/// One year, subdomains included (req. 49).
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
/// What a browser forgets at sign-out (req. 43). Not `cookies`: the session's is taken back by the
/// same answer anyway, and the notice that follows needs its own.
const FORGET: HeaderValue = HeaderValue::from_static("\"cache\", \"storage\"");

/// Makes the nonce of this answer, which the page's own scripts carry, and sets the headers.
pub async fn secure(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let nonce = Nonce::new();
    let referrer = referrer_policy(request.uri().path());
    let signs_out = request.uri().path() == SIGN_OUT;
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let status = response.status();
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, content_policy(&nonce));
    headers.insert(header::REFERRER_POLICY, referrer);
    if shared.public_url.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if signs_out && is_done(status) {
        headers.insert(CLEAR_SITE_DATA, FORGET);
    }
    keep_out_of_caches(headers);
    response
}

/// Whatever does not say that it may be kept, may not (req. 50): only files say so.
fn keep_out_of_caches(headers: &mut HeaderMap) {
    headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
}

fn is_done(status: StatusCode) -> bool {
    status.is_success() || status.is_redirection()
}

fn referrer_policy(path: &str) -> HeaderValue {
    HeaderValue::from_static(if TOKEN_PATHS.iter().any(|token| path.starts_with(token)) {
        "no-referrer"
    } else {
        "same-origin"
    })
}

/// Only scripts with this answer's nonce run, and what those load; nothing comes from elsewhere,
/// nothing is framed, no form goes elsewhere.
fn content_policy(nonce: &Nonce) -> HeaderValue {
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
         object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    );
    HeaderValue::try_from(policy).expect("a nonce is base64, which fits into a header")
}
