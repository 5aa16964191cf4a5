//! The listener: accepts connections, hands each request on, and ends in good order.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use crate::net::Peer;

/// Connections that are open at once; the next one waits to be accepted.
const CONNECTIONS: usize = 4_096;
/// Connections that wait to be accepted. Past it a client hears nothing and tries again a second
/// later; the 128 that are usual are fewer than the browsers of a business that all reload at once.
const KNOCKING: u32 = 1_024;
/// Longest that a client may take to send the head of a request, or to stay silent between two.
/// Longer than the usual proxy keeps a connection (60 s), so that the proxy hangs up first.
const HEAD_TIME: Duration = Duration::from_secs(75);
/// Longest that requests may take to finish once the server is told to stop.
const LAST_WORDS: Duration = Duration::from_secs(20);
/// How long to wait when the machine has no more sockets to give.
const BREATH: Duration = Duration::from_millis(100);

/// Listens on an address. Right after a restart too, while the system still holds the port for
/// connections of before.
///
/// # Errors
/// When the address is taken, or is not one of this machine.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(KNOCKING)
}

/// Serves until told to stop; then takes no more connections and lets requests finish.
///
/// # Panics
/// Never: the semaphore of connections stays open.
pub async fn until(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    tokio::pin!(stop);
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            let place = place.expect("the semaphore of connections is never closed");
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let serve = connection(stream, Peer(peer), router.clone(), graceful.watcher());
                tokio::spawn(async move {
                    serve.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(LAST_WORDS, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in time");
    }
}

/// Serves one connection to its end.
async fn connection(stream: TcpStream, peer: Peer, router: Router, watcher: Watcher) {
    // Without it a kept-alive client waits 44 ms a page for its own acknowledgement
    // (architecture "Measured").
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY was refused");
    }
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let router = router.clone();
        async move { Ok::<_, Infallible>(answer(router, request).await) }
    });
    // HTTP/2 without TLS is spoken by no browser, and telling the two apart would have no time
    // limit.
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME);
    let connection = builder
        .serve_connection(TokioIo::new(stream), service)
        .into_owned();
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error, "a connection broke off");
    }
}

async fn answer(router: Router, request: hyper::Request<Incoming>) -> axum::response::Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn five_hundred_who_come_at_once_are_all_connected_before_one_is_accepted() {
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
        let address = listener.local_addr().expect("it has one");
        let all = futures::future::try_join_all((0..500).map(|_| TcpStream::connect(address)));
        // The next try of who was not heard comes after a second, and is not heard either.
        let connected = tokio::time::timeout(Duration::from_secs(10), all).await;
        let connected = connected.expect("in time").expect("connected");
        assert_eq!(connected.len(), 500);
    }

    #[tokio::test]
    async fn the_address_of_another_is_not_taken() {
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
        let address = listener.local_addr().expect("it has one");
        let second = listen(address).expect_err("it is taken");
        assert_eq!(second.kind(), io::ErrorKind::AddrInUse);
    }
}
