//! Every address, and the layers around it.

use std::sync::Arc;

use app::{App, Refused};
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use axum::{Extension, Router};
use domain::{AppError, Flash};
use http::StatusCode;
use http::request::Parts;
use leptos::nonce::Nonce;
use leptos::prelude::{LeptosOptions, provide_context, use_context};
use leptos_axum::{LeptosRoutes as _, generate_route_list, render_app_async_with_context};
use service::{Client, Visitor, sessions};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Session, SessionManagerLayer};

use crate::answers::{Reader, StyleSheet, is_api, refuse, refuse_as};
use crate::downloads;
use crate::health;
use crate::layers::{
    body, client, cookies, csrf, error_status, flash, headers, limits, panics, plain_form, step_up,
    trace, visitor,
};
use crate::pictures;
use crate::shared::Shared;
use crate::site::Site;
use crate::uploads;

/// Smallest answer that is worth compressing, in bytes: about one packet.
const COMPRESS_ABOVE: u16 = 1_024;

/// The whole site.
///
/// # Panics
/// When a plain route is no operation: at start-up, and so in the first test.
pub fn router(shared: &Arc<Shared>, site: &Site) -> Router {
    let style = StyleSheet(site.assets().style_sheet().into());
    // Here and below, the first layer named is the first to see a request. They are put on
    // together, since a router makes anew for each request what it was told one by one.
    let layers = ServiceBuilder::new()
        .layer(Extension(style))
        .layer(from_fn_with_state(Arc::clone(shared), client::identify))
        .layer(from_fn_with_state(Arc::clone(shared), trace::log))
        .layer(from_fn_with_state(Arc::clone(shared), headers::secure))
        .layer(from_fn(panics::caught))
        .layer(from_fn_with_state(
            Arc::clone(shared),
            csrf::same_origin_only,
        ));
    Router::new()
        .merge(plain().with_state(Arc::clone(shared)))
        .merge(site.routes())
        .merge(app(shared, site))
        .method_not_allowed_fallback(other_method)
        .layer(layers)
}

/// An operation that is neither page nor server function nor file for people ([`downloads`]).
pub struct Plain {
    /// Its name in the table of operations.
    pub name: &'static str,
    answer: fn() -> MethodRouter<Arc<Shared>>,
}

/// All of them.
pub static PLAIN_ROUTES: [Plain; 2] = [
    Plain {
        name: "health.process",
        answer: || get(health::process),
    },
    Plain {
        name: "health.ready",
        answer: || get(health::ready),
    },
];

/// Routes of [`PLAIN_ROUTES`]. There is no other way to register one, and this one only takes what
/// the table of operations names, so that nothing is reachable without having declared what it
/// needs (product §2.4).
fn plain() -> Router<Arc<Shared>> {
    PLAIN_ROUTES.iter().fold(Router::new(), |router, plain| {
        let name = plain.name;
        let operation = access::Operation::named(name);
        let operation = operation.unwrap_or_else(|| panic!("{name} is not in access::OPERATIONS"));
        router.route(operation.path, (plain.answer)())
    })
}

/// Pages and server functions.
fn app(shared: &Arc<Shared>, site: &Site) -> Router {
    // Only for its type: the page's links to its files come from the site itself.
    let options = LeptosOptions::builder().output_name("keyholder").build();
    let context = context(shared);
    let assets = site.assets();
    let shell = move || app::document::document(&assets);
    let render = render_app_async_with_context(context.clone(), shell.clone());
    let not_found = {
        let render = render.clone();
        move |request: Request| async move { unknown(request, render).await }
    };
    let sessions = SessionManagerLayer::new(sessions::Store::new(shared.kh.clone()))
        .with_name(shared.session_cookie())
        .with_path("/")
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(shared.public_url.is_https());
    let of_all = ServiceBuilder::new()
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(SizeAbove::new(COMPRESS_ABOVE)),
        )
        // Outside the bounds, so that a form that trickles in takes no place of those who are
        // worked on; files have places of their own.
        .layer(from_fn(body::one_form))
        .layer(from_fn_with_state(Arc::clone(shared), limits::bounded))
        .layer(from_fn_with_state(
            Arc::clone(shared),
            cookies::complete_removal,
        ))
        .layer(sessions)
        .layer(from_fn_with_state(Arc::clone(shared), visitor::resolve));
    let of_pages = ServiceBuilder::new()
        .layer(from_fn_with_state(Arc::clone(shared), flash::deliver))
        .layer(from_fn_with_state(Arc::clone(shared), plain_form::adapt))
        .layer(from_fn_with_state(Arc::clone(shared), step_up::prove))
        .layer(from_fn(error_status::from_error));
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), context, shell)
        .fallback(not_found)
        .with_state(options)
        .merge(uploads::routes(shared))
        .layer(of_pages)
        // A file shows no notice, so it leaves the flash for the page that does.
        .merge(downloads::routes(shared, render))
        .merge(pictures::routes(shared))
        .layer(of_all)
}

/// What pages and server functions find in their context, beside what Leptos puts there.
fn context(shared: &Arc<Shared>) -> impl Fn() + Clone + Send + Sync + 'static {
    let kh = shared.kh.clone();
    move || {
        let parts = use_context::<Parts>().expect("Leptos provides the request before this");
        let extensions = &parts.extensions;
        let visitor = extensions.get::<Visitor>().cloned();
        let session = extensions.get::<Session>().cloned();
        provide_context(kh.clone());
        provide_context(visitor.expect("the visitor layer runs before every page and function"));
        provide_context(session.expect("the session layer runs before every page and function"));
        provide_context(extensions.get::<Client>().cloned().unwrap_or_default());
        provide_context(extensions.get::<Option<Flash>>().cloned().flatten());
        if let Some(refused) = extensions.get::<Refused>() {
            provide_context(refused.clone());
        }
        if let Some(nonce) = extensions.get::<Nonce>() {
            provide_context(nonce.clone());
        }
    }
}

/// Whatever has no route: the app's own page, or its error for a program.
async fn unknown<F, R>(request: Request, render: F) -> Response
where
    F: Fn(Request) -> R,
    R: Future<Output = Response>,
{
    let (parts, body) = request.into_parts();
    let is_page = matches!(parts.method, http::Method::GET | http::Method::HEAD);
    if is_api(parts.uri.path()) || !is_page {
        return refuse(Reader::of(&parts), &AppError::NotFound);
    }
    let mut response = render(Request::from_parts(parts, body)).await;
    // The page may lead elsewhere, such as to the sign-in.
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// A known path, but not by this method.
async fn other_method(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    refuse_as(
        Reader::of(&parts),
        StatusCode::METHOD_NOT_ALLOWED,
        &AppError::BadRequest,
    )
}
