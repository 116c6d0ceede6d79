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
use super::head::{Armed, Watched};
use super::outgoing::{Gone, Outgoing};
use super::socket::{Ends, Socket};

/// How long a connection may take to say goodbye (TLS's `close_notify`, HTTP/2's GOAWAY). It needs
/// no answer.
const GOODBYE: Duration = Duration::from_millis(100);
/// How long a kept connection may take to be ready for its next request; after that a new one is
/// faster.
const WARM_UP: Duration = Duration::from_millis(100);

pub(super) struct Carrier {
    sender: Sender,
    /// An HTTP proxy reads the requests.
    pub(super) is_proxied: bool,
    pub(super) ends: Option<Ends>,
    /// Of the last request's body.
    gone: Option<Gone>,
    /// Dropped, it ends every task of the connection.
    _owner: watch::Sender<()>,
}

impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Carrier").field(&self.ends).finish()
    }
}

enum Sender {
    Http1(http1::SendRequest<Outgoing>, Armed),
    Http2(http2::SendRequest<Outgoing>),
}

/// Why no answer came.
pub(super) struct Unanswered {
    pub(super) error: hyper::Error,
    /// The request did not leave this process.
    pub(super) is_unsent: bool,
}

impl Carrier {
    pub(super) async fn open(socket: Socket, only_http2: bool) -> Result<Carrier, hyper::Error> {
        let (owner, bound) = watch::channel(());
        let bound = Bound(bound);
        let Socket {
            io,
            is_http2,
            is_proxied,
            ends,
        } = socket;
        let sender = if is_http2 || only_http2 {
            let (sender, connection) = http2::Builder::new(bound.clone())
                .timer(TokioTimer::new())
                .max_header_list_size(cause::MAX_HEAD)
                .handshake(io)
                .await?;
            bound.execute(connection.map(drop));
            Sender::Http2(sender)
        } else {
            let (io, armed) = Watched::new(io);
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
            Sender::Http1(sender, armed)
        };
        Ok(Carrier {
            sender,
            is_proxied,
            ends,
            gone: None,
            _owner: owner,
        })
    }

    pub(super) const fn is_http2(&self) -> bool {
        matches!(self.sender, Sender::Http2(_))
    }

    pub(super) async fn send(
        &mut self,
        request: http::Request<Outgoing>,
        gone: Gone,
    ) -> Result<http::Response<Incoming>, Unanswered> {
        self.gone = Some(gone);
        let answer = match &mut self.sender {
            Sender::Http1(sender, armed) => {
                armed.arm();
                sender.ready().await.map_err(Unanswered::unsent)?;
                sender.try_send_request(request).await
            }
            Sender::Http2(sender) => {
                sender.ready().await.map_err(Unanswered::unsent)?;
                sender.try_send_request(request).await
            }
        };
        answer.map_err(Unanswered::tried)
    }

    /// Whether another request may follow the one whose answer was read. HTTP/1 says so itself when
    /// asked.
    pub(super) fn may_go_on(&self) -> bool {
        match &self.sender {
            Sender::Http1(sender, _) => !sender.is_closed(),
            Sender::Http2(sender) => {
                !sender.is_closed() && self.gone.as_ref().is_none_or(Gone::is_all)
            }
        }
    }

    /// Whether a kept connection takes another request now.
    pub(super) async fn is_ready(&mut self) -> bool {
        let ready = async {
            match &mut self.sender {
                Sender::Http1(sender, _) => sender.ready().await.is_ok(),
                Sender::Http2(sender) => sender.ready().await.is_ok() && !sender.is_closed(),
            }
        };
        tokio::time::timeout(WARM_UP, ready).await.unwrap_or(false)
    }
}

impl Unanswered {
    fn unsent(error: hyper::Error) -> Unanswered {
        Unanswered {
            error,
            is_unsent: true,
        }
    }

    fn tried(mut error: TrySendError<http::Request<Outgoing>>) -> Unanswered {
        let is_unsent = error.take_message().is_some();
        Unanswered {
            error: error.into_error(),
            is_unsent,
        }
    }
}

/// Runs what belongs to a connection for no longer than its owner lives, and a goodbye.
#[derive(Clone)]
struct Bound(watch::Receiver<()>);

impl<F> Executor<F> for Bound
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
            let _ = tokio::time::timeout(GOODBYE, task).await;
        });
    }
}
