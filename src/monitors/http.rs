//! HTTP: one request, judged by status, headers, body and JSON.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, Method};
use regex::Regex;

use super::dial::{Dialers, Endpoint, HttpVersion};
use super::outbox::Outbox;
use super::payload::{Expect, Query};
use super::trace::Trace;
use super::{Attempt, Monitor};

#[derive(Debug)]
pub struct Spec {
    pub endpoint: Endpoint,
    pub method: Method,
    pub body: Option<Bytes>,
    pub redirects: u32,
    /// Keep the connection for the next poll.
    pub reuse: bool,
    pub version: HttpVersion,
    pub timestamp: Option<Query>,
    /// Inclusive ranges of accepted status codes; never empty.
    pub status: Vec<std::ops::RangeInclusive<u16>>,
    pub headers: Vec<(HeaderName, Regex)>,
    pub expect: Expect,
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
