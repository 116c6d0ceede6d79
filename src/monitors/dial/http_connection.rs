//! An HTTP connection that belongs to one attempt and closes with it.
//!
//! reqwest would keep the connection open for as long as a request's body is half sent. A server
//! that answers early and stops reading controls that time. Therefore `ConnectLayer` takes the
//! connection from reqwest, and the tasks of the connection end with its `HttpConnection`.

use std::fmt;
use std::time::Duration;

use futures_util::FutureExt;
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper::rt::Executor;
use hyper_util::rt::TokioTimer;
use tokio::sync::watch;

use super::cause;
use super::head_scan::{ScanTrigger, ScannedIo};
use super::request_body::{BodySent, RequestBody};
use super::socket::{ConnectionAddrs, Socket};

/// Maximum time for an orderly close (TLS `close_notify`, HTTP/2 GOAWAY). It needs no answer.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_millis(100);
/// Maximum time for an idle connection to become ready. After that a new connection is faster.
const READY_TIMEOUT: Duration = Duration::from_millis(100);

/// A connection that sends one request at a time.
pub(super) struct HttpConnection {
    sender: RequestSender,
    /// The peer is an HTTP proxy that reads the requests.
    pub(super) is_proxied: bool,
    pub(super) addresses: Option<ConnectionAddrs>,
    /// Whether the body of the last request was sent.
    body_sent: Option<BodySent>,
    /// Ends every task of the connection when it is dropped.
    _owner: watch::Sender<()>,
}

impl fmt::Debug for HttpConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Carrier").field(&self.addresses).finish()
    }
}

enum RequestSender {
    Http1(http1::SendRequest<RequestBody>, ScanTrigger),
    Http2(http2::SendRequest<RequestBody>),
}

/// The error of a request without a response.
pub(super) struct SendError {
    pub(super) error: hyper::Error,
    /// The request was not sent.
    pub(super) is_unsent: bool,
}

impl HttpConnection {
    /// Starts HTTP/2 if TLS negotiated it or `only_http2` is set, otherwise HTTP/1.1.
    pub(super) async fn open(
        socket: Socket,
        only_http2: bool,
    ) -> Result<HttpConnection, hyper::Error> {
        let (owner, owner_dropped) = watch::channel(());
        let executor = ConnectionExecutor(owner_dropped);
        let Socket {
            io,
            is_http2,
            is_proxied,
            addresses,
        } = socket;
        let sender = if is_http2 || only_http2 {
            let (sender, connection) = http2::Builder::new(executor.clone())
                .timer(TokioTimer::new())
                .max_header_list_size(cause::MAX_HEAD)
                .handshake(io)
                .await?;
            executor.execute(connection.map(drop));
            RequestSender::Http2(sender)
        } else {
            let (io, trigger) = ScannedIo::new(io);
            let (sender, connection) = http1::Builder::new()
                .max_headers(cause::MAX_HEADERS)
                // As lenient as browsers and curl. `head_scan` checks the lines that say where a
                // response ends.
                .allow_spaces_after_header_name_in_responses(true)
                .allow_obsolete_multiline_headers_in_responses(true)
                .ignore_invalid_headers_in_responses(true)
                .handshake(io)
                .await?;
            executor.execute(connection.with_upgrades().map(drop));
            RequestSender::Http1(sender, trigger)
        };
        Ok(HttpConnection {
            sender,
            is_proxied,
            addresses,
            body_sent: None,
            _owner: owner,
        })
    }

    pub(super) const fn is_http2(&self) -> bool {
        matches!(self.sender, RequestSender::Http2(_))
    }

    /// Sends a request and waits for the head of its response.
    pub(super) async fn send(
        &mut self,
        request: http::Request<RequestBody>,
        body_sent: BodySent,
    ) -> Result<http::Response<Incoming>, SendError> {
        self.body_sent = Some(body_sent);
        let result = match &mut self.sender {
            RequestSender::Http1(sender, trigger) => {
                trigger.arm();
                sender.ready().await.map_err(SendError::unsent)?;
                sender.try_send_request(request).await
            }
            RequestSender::Http2(sender) => {
                sender.ready().await.map_err(SendError::unsent)?;
                sender.try_send_request(request).await
            }
        };
        result.map_err(SendError::tried)
    }

    /// Returns whether another request may follow the one whose response was read. For HTTP/1
    /// `is_ready` decides the rest.
    pub(super) fn is_reusable(&self) -> bool {
        match &self.sender {
            RequestSender::Http1(sender, _) => !sender.is_closed(),
            RequestSender::Http2(sender) => {
                !sender.is_closed() && self.body_sent.as_ref().is_none_or(BodySent::is_complete)
            }
        }
    }

    /// Returns whether an idle connection accepts another request now.
    pub(super) async fn is_ready(&mut self) -> bool {
        let ready = async {
            match &mut self.sender {
                RequestSender::Http1(sender, _) => sender.ready().await.is_ok(),
                RequestSender::Http2(sender) => sender.ready().await.is_ok() && !sender.is_closed(),
            }
        };
        tokio::time::timeout(READY_TIMEOUT, ready)
            .await
            .unwrap_or(false)
    }
}

impl SendError {
    fn unsent(error: hyper::Error) -> SendError {
        SendError {
            error,
            is_unsent: true,
        }
    }

    fn tried(mut error: TrySendError<http::Request<RequestBody>>) -> SendError {
        let is_unsent = error.take_message().is_some();
        SendError {
            error: error.into_error(),
            is_unsent,
        }
    }
}

/// Runs the tasks of a connection until its owner is dropped, and then for at most
/// `SHUTDOWN_TIMEOUT`.
#[derive(Clone)]
struct ConnectionExecutor(watch::Receiver<()>);

impl<F> Executor<F> for ConnectionExecutor
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, task: F) {
        let mut owner = self.0.clone();
        tokio::spawn(async move {
            let mut task = std::pin::pin!(task);
            tokio::select! {
                biased;
                _ = &mut task => return,
                _ = owner.changed() => {}
            }
            let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, task).await;
        });
    }
}
