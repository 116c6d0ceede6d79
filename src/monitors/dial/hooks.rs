//! Hooks in reqwest and rustls that observe how a connection is established.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::Connection;
use rustls::NamedGroup;
use rustls::client::{ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;
use tower_layer::Layer;
use tower_service::Service;

use super::in_flight;
use super::race::{BoxError, race};
use super::socket::{ByteStream, Socket};

/// A session store that detects the start of a TLS handshake. rustls asks it for a hint when it
/// builds the ClientHello, and then TCP or the proxy tunnel is ready. It stores no sessions, so
/// every handshake is a full one.
#[derive(Debug)]
pub(super) struct TcpReady;

impl ClientSessionStore for TcpReady {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        if let Some(in_flight) = in_flight::current() {
            in_flight.handshaking();
        }
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {}

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
}

/// A layer around reqwest's connector, which covers DNS, TCP, proxy and TLS. It records start and
/// end, and takes the connection.
#[derive(Clone)]
pub(super) struct ConnectLayer;

/// A connector that stores its connection in the current `InFlight`.
#[derive(Clone)]
pub(super) struct InterceptingConnector<S> {
    inner: S,
}

/// The error that reqwest gets in place of the connection, which `InFlight` holds.
#[derive(Debug)]
struct ConnectionTaken;

impl fmt::Display for ConnectionTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is taken")
    }
}

impl Error for ConnectionTaken {}

impl<S> Layer<S> for ConnectLayer {
    type Service = InterceptingConnector<S>;

    fn layer(&self, inner: S) -> InterceptingConnector<S> {
        InterceptingConnector { inner }
    }
}

// Generic over the request, because reqwest does not export its type.
impl<S, R> Service<R> for InterceptingConnector<S>
where
    S: Service<R, Error: Into<BoxError>>,
    S::Response: ByteStream + Connection,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let in_flight = in_flight::current();
        if let Some(in_flight) = &in_flight {
            in_flight.connecting();
        }
        let connection = self.inner.call(request);
        Box::pin(async move {
            let Some(in_flight) = in_flight else {
                return connection.await.map_err(Into::into);
            };
            let connection = race(&in_flight, connection).await?;
            in_flight.connected(Socket::new(connection));
            Err(ConnectionTaken.into())
        })
    }
}
