//! Who may ask at all: our own pages, by the right method (req. 47, 48).

use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{Method, Request, StatusCode};

use crate::asked::{functions, pages};
use crate::browser::{HTML, own_request};
use crate::world::{ORIGIN_OF_SITE, World};

#[tokio::test]
async fn r47_no_function_is_called_from_another_site() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let before = world.contents().await;
    // What a foreign page can make a browser send, and what it can't vouch for.
    let foreign: [&[(&str, &str)]; 8] = [
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ],
        &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN_OF_SITE)],
        &[
            ("sec-fetch-site", "same-site"),
            ("origin", "https://shop.example.test"),
        ],
        &[("sec-fetch-site", "none")],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[
            ("content-type", "text/plain"),
            ("origin", "https://evil.example"),
        ],
        &[],
    ];
    for path in functions() {
        for headers in foreign {
            for accept in ["application/json", HTML] {
                let mut request = Request::post(path).header(ACCEPT, accept);
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                if !headers.iter().any(|(name, _)| *name == "content-type") {
                    request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
                }
                let answer = owner
                    .send(request.body(Body::empty()).expect("a request"))
                    .await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            }
        }
    }
    assert_eq!(world.contents().await, before, "nothing was changed");
}

#[tokio::test]
async fn r47_our_own_pages_call_functions_with_either_witness() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for headers in [
        &[("sec-fetch-site", "same-origin")][..],
        &[("sec-fetch-site", "same-origin"), ("origin", "null")],
        &[("origin", ORIGIN_OF_SITE)],
    ] {
        let mut request = Request::post("/api/shell");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = owner
            .send(request.body(Body::empty()).expect("a request"))
            .await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{headers:?}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn r47_only_a_form_is_read_as_a_form() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for kind in [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "",
    ] {
        let request = Request::post("/api/profile/set-theme")
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, kind)
            .body(Body::from("theme=dark"));
        let answer = owner.send(request.expect("a request")).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
}

#[tokio::test]
async fn r48_each_address_takes_its_own_method_and_no_other() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let before = world.contents().await;
    let others = [
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
    ];
    for path in functions() {
        for method in others.iter().chain(&[Method::GET, Method::HEAD]) {
            let answer = owner.send(own_request(method.clone(), path, "")).await;
            assert_eq!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
        }
    }
    for path in pages() {
        for method in others.iter().chain(&[Method::POST]) {
            let answer = owner.send(own_request(method.clone(), &path, "")).await;
            assert_eq!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
        }
    }
    assert_eq!(world.contents().await, before, "nothing was changed");
}

#[tokio::test]
async fn r48_looking_at_a_page_changes_nothing() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let before = world.contents().await;
    for path in pages() {
        for method in [Method::GET, Method::HEAD] {
            let request = Request::builder()
                .method(method)
                .uri(&path)
                .header(ACCEPT, HTML);
            let answer = owner
                .send(request.body(Body::empty()).expect("a request"))
                .await;
            assert!(
                !answer.status.is_server_error(),
                "{path}: {}",
                answer.status
            );
        }
    }
    assert_eq!(world.contents().await, before);
}
