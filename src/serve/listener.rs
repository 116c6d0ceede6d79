//! Accepts connections: limits their number, performs the TLS handshake, sets timeouts, and shuts
//! down gracefully.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use nix::sys::socket::{setsockopt, sockopt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use super::access::Access;
use super::limits::Limits;
use super::peer::{Peer, StallTimeout};
use super::shutdown::Shutdown;
use super::slots::ConnectionSlots;

/// Pause after a failed accept. The usual cause is the limit of open files.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(50);
const TOO_MANY_CONNECTIONS: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// The state that all connections share.
#[derive(Clone)]
pub(super) struct Listener {
    pub router: Router,
    pub access: watch::Receiver<Access>,
    pub limits: Limits,
    pub slots: Arc<ConnectionSlots>,
    pub shutdown: Shutdown,
}

impl Listener {
    /// Serves connections until the interface closes, then waits up to the limit in [`Limits`] for
    /// them to finish. Dropping the future ends all connections at once.
    pub(super) async fn accept_loop(self, listener: TcpListener) {
        let mut peers = JoinSet::new();
        let mut closing = self.shutdown.clone();
        bound_buffers(&listener, self.limits);
        let next = || async {
            self.slots.wait_for_slot().await;
            listener.accept().await
        };
        loop {
            tokio::select! {
                biased;
                () = closing.said() => break,
                Some(_) = peers.join_next() => {}
                accepted = next() => match accepted {
                    Ok((stream, peer)) => match self.slots.take(peer.ip()) {
                        Ok(slot) => _ = peers.spawn(self.clone().handle_connection(stream, Peer::new(peer, slot))),
                        Err(_) => refuse(&stream),
                    },
                    Err(error) => {
                        tracing::debug!("no connection could be taken in: {error}");
                        tokio::time::sleep(ACCEPT_BACKOFF).await;
                    }
                },
            }
        }
        drop(listener);
        let _ = timeout(self.limits.drain_timeout, async {
            while peers.join_next().await.is_some() {}
        })
        .await;
    }

    async fn handle_connection(self, stream: TcpStream, client: Arc<Peer>) {
        tokio::select! {
            biased;
            () = client.evicted() => {}
            () = self.handshake(stream, Arc::clone(&client)) => {}
        }
    }

    async fn handshake(self, stream: TcpStream, client: Arc<Peer>) {
        prepare(&stream, self.limits);
        let stream = StallTimeout::new(stream, Arc::clone(&client), self.limits);
        let tls = self.access.borrow().tls.clone();
        match tls {
            None => self.serve(stream, client).await,
            Some(tls) => {
                let handshake = TlsAcceptor::from(tls).accept(stream);
                if let Ok(Ok(stream)) = timeout(self.limits.head, handshake).await {
                    self.serve(stream, client).await;
                }
            }
        }
    }

    /// Serves one connection over any transport until the connection or the interface ends.
    pub(super) async fn serve(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        client: Arc<Peer>,
    ) {
        let Listener {
            router,
            limits,
            shutdown: mut closing,
            ..
        } = self;
        let service = service_fn(move |mut request: Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(Arc::clone(&client));
            let mut router = router.clone();
            async move {
                Ok::<_, Infallible>(
                    router
                        .call(request.map(Body::new))
                        .await
                        .unwrap_or_else(|no| match no {}),
                )
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(limits.head_bytes)
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        // Errors of one connection are not logged: any client can cause them.
        tokio::select! {
            _ = connection.as_mut() => return,
            () = closing.said() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}

/// Limits the socket buffers. Connections inherit the sizes from the listener. By default the
/// system lets each buffer grow to several megabytes.
fn bound_buffers(listener: &TcpListener, limits: Limits) {
    // If this fails, the default sizes of the system apply.
    let _ = setsockopt(listener, sockopt::RcvBuf, &limits.receive_buffer);
    let _ = setsockopt(listener, sockopt::SndBuf, &limits.send_buffer);
}

/// Sends small messages without delay and lets the system drop a peer that acknowledges nothing.
fn prepare(stream: &TcpStream, limits: Limits) {
    // A system may not support an option; the connection works without it.
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    {
        let millis = u32::try_from(limits.stall.as_millis()).unwrap_or(u32::MAX);
        let _ = setsockopt(stream, sockopt::TcpUserTimeout, &millis);
    }
}

/// Answers 503 if that is possible without waiting.
fn refuse(stream: &TcpStream) {
    let _ = stream.try_write(TOO_MANY_CONNECTIONS);
}
