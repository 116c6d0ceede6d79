//! One room per kind; each is one conversation. A room never retries, never paces itself, never
//! judges.

pub mod caches;
pub mod dial;
mod escapes;
pub mod http;
mod limiter;
pub mod payload;
mod ping_limit;
pub mod push;
pub mod reporter;
pub mod slot;
pub mod socketio;
pub mod sse;
pub mod token;
pub mod trace;
pub mod unpack;
pub mod websocket;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::model::{Failure, Kind, Rhythm};
use dial::Dialers;
use reporter::Reporter;
use trace::Trace;

/// A future that a room returns, boxed: a task keeps the size of its largest state for ever.
pub type Attempt<'a> = Pin<Box<dyn Future<Output = Result<End, Failure>> + Send + 'a>>;

/// How an attempt ends when it does not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The poll has its answer, and has said its heartbeat.
    Answered,
    /// The other side ended the connection as it should.
    Closed,
}

/// A room: holds one conversation with one target.
///
/// `attempt` is one request for a poll, and one connection from dial to end for everything that
/// holds one. It is cancelled by being dropped, at any await. The time limit is the supervisor's;
/// what it stands at is in the trace.
pub trait Monitor: Send {
    fn attempt<'a>(&'a mut self, out: &'a mut Reporter) -> Attempt<'a>;
}

/// The one list of kinds: what a config may ask for, valid by construction.
#[derive(Clone, Debug)]
pub enum Spec {
    Http(Arc<http::HttpSpec>),
    Websocket(Arc<websocket::WebsocketSpec>),
    Sse(Arc<sse::SseSpec>),
    Socketio(Arc<socketio::SocketioSpec>),
    Push(Arc<push::PushSpec>),
}

impl Spec {
    pub const fn kind(&self) -> Kind {
        match self {
            Spec::Http(_) => Kind::Http,
            Spec::Websocket(_) => Kind::Websocket,
            Spec::Sse(_) => Kind::Sse,
            Spec::Socketio(_) => Kind::Socketio,
            Spec::Push(_) => Kind::Push,
        }
    }

    /// Whether hbmon asks, or the other side has promised.
    pub fn rhythm(&self) -> Rhythm {
        match self {
            Spec::Http(_) => Rhythm::Poll,
            Spec::Socketio(spec) => spec.rhythm(),
            Spec::Websocket(_) | Spec::Sse(_) | Spec::Push(_) => Rhythm::Subscription,
        }
    }

    /// A room for it, whose attempts are followed in `trace`; none where hbmon only listens.
    pub fn open(&self, dialers: &Dialers, trace: &Trace) -> Option<Box<dyn Monitor>> {
        match self {
            Spec::Http(spec) => Some(Box::new(http::HttpMonitor::new(
                Arc::clone(spec),
                dialers,
                trace,
            ))),
            Spec::Websocket(spec) => Some(Box::new(websocket::WebsocketMonitor::new(
                Arc::clone(spec),
                dialers,
                trace,
            ))),
            Spec::Sse(spec) => Some(Box::new(sse::SseMonitor::new(
                Arc::clone(spec),
                dialers,
                trace,
            ))),
            Spec::Socketio(spec) => Some(Box::new(socketio::SocketioMonitor::new(
                Arc::clone(spec),
                dialers,
                trace,
            ))),
            Spec::Push(_) => None,
        }
    }
}
