//! WebSocket: a held subscription (RFC 6455); heartbeats are told from traffic by `match`.

mod conversation;
pub mod inflate;
pub mod keepalive;
pub mod keys;
pub mod resolve;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use http::header::ORIGIN;
use http::{HeaderMap, HeaderValue};

use super::attempt::{Attempt, Monitor};
use super::dial::{Dialer, Dialers, Endpoint, HttpVersion};
use super::kind::KindSpec;
use super::payload::{Expect, Filter, Query};
use super::reporter::Reporter;
use super::trace::Trace;
use crate::model::Rhythm;
use conversation::WebsocketConversation;
use keepalive::Keepalive;

#[derive(Debug)]
pub struct WebsocketSpec {
    pub endpoint: Arc<Endpoint>,
    pub subprotocols: Vec<String>,
    pub origin: Option<HeaderValue>,
    /// Text messages to send after the open.
    pub send: Vec<String>,
    /// What is said later. Boxed: few monitors have it.
    pub keepalive: Option<Box<Keepalive>>,
    pub matches: Option<Filter>,
    pub expect: Expect,
    pub timestamp: Option<Query>,
    /// Binary messages are compressed heartbeats. One that does not inflate is a failure
    /// (`payload`), or traffic where `matches` tells heartbeats from it.
    pub compressed: Option<Compression>,
    /// How often hbmon sends a ping of its own.
    pub ping: Option<Duration>,
}

impl KindSpec for WebsocketSpec {
    fn rhythm(&self) -> Rhythm {
        Rhythm::Subscription
    }

    fn open(self: Arc<Self>, dialers: &Dialers, trace: &Trace) -> Option<Box<dyn Monitor>> {
        Some(Box::new(WebsocketMonitor::new(self, dialers, trace)))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    /// zlib (RFC 1950) or raw deflate (RFC 1951): senders mean either.
    Deflate,
}

/// One attempt is one connection, from the handshake to the close.
pub struct WebsocketMonitor {
    spec: Arc<WebsocketSpec>,
    dialer: Dialer,
}

impl WebsocketMonitor {
    pub fn new(spec: Arc<WebsocketSpec>, dialers: &Dialers, trace: &Trace) -> WebsocketMonitor {
        let dialer = dialers.dialer(&spec.endpoint, HttpVersion::Http1, false, trace);
        WebsocketMonitor { spec, dialer }
    }
}

impl Monitor for WebsocketMonitor {
    fn attempt<'a>(&'a mut self, out: &'a mut Reporter) -> Attempt<'a> {
        Box::pin(async move {
            let headers: HeaderMap = self
                .spec
                .origin
                .iter()
                .map(|origin| (ORIGIN, origin.clone()))
                .collect();
            let url = self.spec.endpoint.url.clone();
            // Boxed apart: a connection that stands for months does not carry the room that its
            // handshake took.
            let handshake = Box::pin(self.dialer.websocket(url, headers, &self.spec.subprotocols));
            let (stream, _) = handshake.await?;
            let mut conversation = WebsocketConversation::new(&self.spec, stream, out);
            conversation.run().await
        })
    }
}
