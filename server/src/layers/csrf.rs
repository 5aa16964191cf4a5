//! Only this site's own pages may ask for changes (req. 47).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::AppError;
use http::{HeaderMap, Method, StatusCode, header};

use crate::answers::{Reader, refuse_as};
use crate::public_url::PublicUrl;
use crate::shared::Shared;

/// Refuses methods that may change something, unless the browser vouches that one of our own
/// pages asks.
pub async fn same_origin_only(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if safe || is_own(&shared.public_url, request.headers()) {
        return next.run(request).await;
    }
    tracing::warn!("refused: not asked for by a page of this site");
    let (parts, _) = request.into_parts();
    refuse_as(
        Reader::of(&parts),
        StatusCode::FORBIDDEN,
        &AppError::BadRequest,
    )
}

/// Where `Sec-Fetch-Site` is sent, it alone decides; else `Origin` must name this site. A header
/// that comes twice vouches for nothing.
///
/// Browsers send the first over https and on loopback since 2023 at the latest, and no page can
/// forge it. A form on a page without referrer posts `Origin: null`, but `same-origin` all the
/// same, so the first is the better witness.
fn is_own(public_url: &PublicUrl, headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter();
    if let Some(site) = sites.next() {
        return site == "same-origin" && sites.next().is_none();
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    origins
        .next()
        .is_some_and(|origin| public_url.is_origin(origin))
        && origins.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(headers: &[(&'static str, &'static str)]) -> bool {
        let url = PublicUrl::parse("https://keys.example.com").expect("a good one");
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().expect("a header"));
        }
        is_own(&url, &map)
    }

    const OWN: (&str, &str) = ("origin", "https://keys.example.com");

    #[test]
    fn r47_only_the_browsers_own_word_lets_a_change_through() {
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "null")
        ]));
        for site in [
            "cross-site",
            "same-site",
            "none",
            "",
            "Same-Origin",
            "same-origin, none",
        ] {
            assert!(!own(&[("sec-fetch-site", site), OWN]), "{site}");
        }
        assert!(!own(&[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "cross-site")
        ]));
    }

    #[test]
    fn r47_without_fetch_metadata_the_origin_must_be_ours_to_the_letter() {
        assert!(own(&[OWN]));
        assert!(!own(&[]));
        assert!(!own(&[OWN, OWN]));
        for origin in [
            "null",
            "http://keys.example.com",
            "https://keys.example.com:8443",
            "https://keys.example.com.evil.example",
            "https://evil.example",
        ] {
            assert!(!own(&[("origin", origin)]), "{origin}");
        }
    }
}
