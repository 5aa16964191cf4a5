//! Cookies: reading one, making ours, and taking the session's back in a way browsers accept.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};
use tower_sessions::cookie::{Cookie, SameSite};

use crate::shared::Shared;

/// The value of a cookie that the request carries.
#[must_use]
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Adds one of our cookies to an answer: out of reach of scripts, not sent along when another
/// site posts or loads something, over https only where there is https (req. 41).
pub fn set(headers: &mut HeaderMap, shared: &Shared, name: &'static str, value: String) {
    append(headers, &ours(shared, Cookie::build((name, value))).build());
}

/// Takes one of our cookies back.
pub fn remove(headers: &mut HeaderMap, shared: &Shared, name: &'static str) {
    append(
        headers,
        &ours(shared, Cookie::build((name, ""))).removal().build(),
    );
}

fn ours<'a>(
    shared: &Shared,
    cookie: tower_sessions::cookie::CookieBuilder<'a>,
) -> tower_sessions::cookie::CookieBuilder<'a> {
    cookie
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(shared.public_url.is_https())
}

fn append(headers: &mut HeaderMap, cookie: &Cookie<'_>) {
    if let Ok(line) = HeaderValue::try_from(cookie.to_string()) {
        headers.append(header::SET_COOKIE, line);
    }
}

/// Gives the session cookie's removal the attributes that its prefix demands. The session layer
/// leaves them out, and a browser keeps a `__Host-` cookie when the line that should remove it
/// is not `Secure` (RFC 6265bis §5.7).
pub async fn complete_removal(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let name = shared.session_cookie();
    let headers = response.headers_mut();
    let is_bare_removal = |line: &HeaderValue| {
        let rest = line
            .to_str()
            .ok()
            .and_then(|line| line.strip_prefix(name)?.strip_prefix('='));
        rest.is_some_and(|rest| rest.starts_with(';') && !rest.contains("HttpOnly"))
    };
    if headers
        .get_all(header::SET_COOKIE)
        .iter()
        .any(is_bare_removal)
    {
        let others: Vec<HeaderValue> = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter(|line| !is_bare_removal(line))
            .cloned()
            .collect();
        headers.remove(header::SET_COOKIE);
        for line in others {
            headers.append(header::SET_COOKIE, line);
        }
        remove(headers, &shared, name);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = http::HeaderMap::new();
        headers.append("cookie", "a=1; keyholder=abc".parse().expect("a header"));
        headers.append("cookie", "keyholder-flash=xyz".parse().expect("a header"));
        assert_eq!(read(&headers, "keyholder"), Some("abc"));
        assert_eq!(read(&headers, "keyholder-flash"), Some("xyz"));
        assert_eq!(read(&headers, "a"), Some("1"));
        assert_eq!(read(&headers, "holder"), None);
        assert_eq!(read(&headers, "key"), None);
    }
}
