//! Server-sent events: a held subscription (WHATWG HTML, section 9.2).

use std::sync::Arc;

use bytes::Bytes;
use http::Method;

use super::dial::{Dialers, Endpoint};
use super::outbox::Outbox;
use super::payload::{Expect, Filter, Query};
use super::trace::Trace;
use super::{Attempt, Monitor};

#[derive(Debug)]
pub struct Spec {
    pub endpoint: Endpoint,
    pub method: Method,
    pub body: Option<Bytes>,
    /// Names of the events that are heartbeats; empty: every event.
    pub events: Vec<String>,
    /// A comment counts as a heartbeat.
    pub comments: bool,
    pub matches: Option<Filter>,
    pub expect: Expect,
    pub timestamp: Option<Query>,
}

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
