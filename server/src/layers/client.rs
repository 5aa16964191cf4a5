//! Where a request comes from: its id in the log, the address of the client, its device.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use service::Client;

use crate::net::Peer;
use crate::shared::Shared;

/// Carries the id of a request from the proxy and to the client.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id that is taken over from a proxy.
const ID_MAX: usize = 64;

/// The id of a request in the log.
#[derive(Clone, Debug)]
pub struct RequestId(pub Arc<str>);

/// Puts [`RequestId`] and [`Client`] into the request, and the id into the answer.
pub async fn identify(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request
        .extensions()
        .get::<Peer>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let id = told_id(&shared, peer, request.headers()).unwrap_or_else(|| new_id(&shared));
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let address = shared.proxies.client(peer, request.headers());
    let client = Client::new(address.to_string(), agent, &*id);
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    let mut response = next.run(request).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The id that a trusted proxy gave the request, so that its log and ours speak of the same one.
fn told_id(shared: &Shared, peer: IpAddr, headers: &HeaderMap) -> Option<Arc<str>> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let taken =
        shared.proxies.trusts(peer) && (1..=ID_MAX).contains(&id.len()) && id.chars().all(plain);
    taken.then(|| id.into())
}

/// A new id: 64 random bits, as hexadecimal digits.
fn new_id(shared: &Shared) -> Arc<str> {
    let mut bytes = [0; 8];
    shared.kh.rng().fill(&mut bytes);
    format!("{:016x}", u64::from_be_bytes(bytes)).into()
}
