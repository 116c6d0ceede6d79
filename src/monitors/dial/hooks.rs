//! The hooks in reqwest and rustls that see a connection come about.

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

/// rustls asks its session store for a hint as it makes the ClientHello: the instant at which TCP,
/// or the tunnel through a proxy, is ready. Nothing is stored, so every handshake is a full one.
#[derive(Debug)]
pub(super) struct TcpReady;

impl ClientSessionStore for TcpReady {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        if let Some(flight) = in_flight::current() {
            flight.handshaking();
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

/// reqwest's layer round DNS, TCP, proxy and TLS in one: marks begin and end, and takes the
/// connection.
#[derive(Clone)]
pub(super) struct ConnectLayer;

#[derive(Clone)]
pub(super) struct InterceptingConnector<S> {
    inner: S,
}

/// What reqwest is told instead of getting the connection: the flight has it.
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

// Generic over the request: reqwest's type for it has no name.
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
        let flight = in_flight::current();
        if let Some(flight) = &flight {
            flight.connecting();
        }
        let connection = self.inner.call(request);
        Box::pin(async move {
            let Some(flight) = flight else {
                return connection.await.map_err(Into::into);
            };
            let connection = race(&flight, connection).await?;
            flight.connected(Socket::new(connection));
            Err(ConnectionTaken.into())
        })
    }
}
