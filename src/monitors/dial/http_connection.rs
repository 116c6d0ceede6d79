//! A connection that belongs to one attempt and ends with it, and the exchange over it.
//!
//! reqwest makes the connection and would also keep it: its task lives for as long as a request's
//! body is half sent, which a server decides that answers early and reads no further. So the
//! connector's layer takes the connection out of reqwest's hands, and what runs on it is bound to
//! the `Carrier` here.

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

/// How long a connection may take to say goodbye (TLS's `close_notify`, HTTP/2's GOAWAY). It needs
/// no answer.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_millis(100);
/// How long a kept connection may take to be ready for its next request; after that a new one is
/// faster.
const READY_TIMEOUT: Duration = Duration::from_millis(100);

pub(super) struct HttpConnection {
    sender: RequestSender,
    /// An HTTP proxy reads the requests.
    pub(super) is_proxied: bool,
    pub(super) addresses: Option<ConnectionAddrs>,
    /// Of the last request's body.
    gone: Option<BodySent>,
    /// Dropped, it ends every task of the connection.
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

/// Why no answer came.
pub(super) struct SendError {
    pub(super) error: hyper::Error,
    /// The request did not leave this process.
    pub(super) is_unsent: bool,
}

impl HttpConnection {
    pub(super) async fn open(
        socket: Socket,
        only_http2: bool,
    ) -> Result<HttpConnection, hyper::Error> {
        let (owner, bound) = watch::channel(());
        let bound = ConnectionExecutor(bound);
        let Socket {
            io,
            is_http2,
            is_proxied,
            addresses: ends,
        } = socket;
        let sender = if is_http2 || only_http2 {
            let (sender, connection) = http2::Builder::new(bound.clone())
                .timer(TokioTimer::new())
                .max_header_list_size(cause::MAX_HEAD)
                .handshake(io)
                .await?;
            bound.execute(connection.map(drop));
            RequestSender::Http2(sender)
        } else {
            let (io, armed) = ScannedIo::new(io);
            let (sender, connection) = http1::Builder::new()
                .max_headers(cause::MAX_HEADERS)
                // What browsers and curl take. What says where an answer ends is looked at in
                // `head.rs`.
                .allow_spaces_after_header_name_in_responses(true)
                .allow_obsolete_multiline_headers_in_responses(true)
                .ignore_invalid_headers_in_responses(true)
                .handshake(io)
                .await?;
            bound.execute(connection.with_upgrades().map(drop));
            RequestSender::Http1(sender, armed)
        };
        Ok(HttpConnection {
            sender,
            is_proxied,
            addresses: ends,
            gone: None,
            _owner: owner,
        })
    }

    pub(super) const fn is_http2(&self) -> bool {
        matches!(self.sender, RequestSender::Http2(_))
    }

    pub(super) async fn send(
        &mut self,
        request: http::Request<RequestBody>,
        gone: BodySent,
    ) -> Result<http::Response<Incoming>, SendError> {
        self.gone = Some(gone);
        let answer = match &mut self.sender {
            RequestSender::Http1(sender, armed) => {
                armed.arm();
                sender.ready().await.map_err(SendError::unsent)?;
                sender.try_send_request(request).await
            }
            RequestSender::Http2(sender) => {
                sender.ready().await.map_err(SendError::unsent)?;
                sender.try_send_request(request).await
            }
        };
        answer.map_err(SendError::tried)
    }

    /// Whether another request may follow the one whose answer was read. HTTP/1 says so itself when
    /// asked.
    pub(super) fn is_reusable(&self) -> bool {
        match &self.sender {
            RequestSender::Http1(sender, _) => !sender.is_closed(),
            RequestSender::Http2(sender) => {
                !sender.is_closed() && self.gone.as_ref().is_none_or(BodySent::is_complete)
            }
        }
    }

    /// Whether a kept connection takes another request now.
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

/// Runs what belongs to a connection for no longer than its owner lives, and a goodbye.
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
