//! WebSocket: a held subscription; heartbeats are told from traffic by `match`.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use super::dial::{Dialers, Endpoint};
use super::outbox::Outbox;
use super::payload::{Expect, Filter, Query};
use super::trace::Trace;
use super::{Attempt, Monitor};

#[derive(Debug)]
pub struct Spec {
    pub endpoint: Endpoint,
    pub subprotocols: Vec<String>,
    pub origin: Option<HeaderValue>,
    /// Text messages to send after the open.
    pub send: Vec<String>,
    pub matches: Option<Filter>,
    pub expect: Expect,
    pub timestamp: Option<Query>,
    /// Binary messages are compressed heartbeats.
    pub compressed: Option<Compression>,
    /// How often hbmon sends a ping of its own.
    pub ping: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    /// zlib (RFC 1950) or raw deflate (RFC 1951): senders mean either.
    Deflate,
}

pub mod inflate;

pub struct Room {}

impl Room {
    pub fn new(spec: Arc<Spec>, dialers: &Dialers, trace: &Trace) -> Room {
        todo!()
    }
}

impl Monitor for Room {
    fn attempt<'a>(&'a mut self, out: &'a mut Outbox) -> Attempt<'a> {
        todo!()
    }
}
