//! HTTP: one request, judged by status, headers, body and JSON.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use jiff::Timestamp;
use regex::Regex;
use serde_json::Value;

use super::dial::{Dialer, Dialers, Endpoint, HttpVersion, Request, retry_after};
use super::outbox::Outbox;
use super::payload::{Expect, Query};
use super::trace::Trace;
use super::{Attempt, End, Monitor};
use crate::model::{Assertion, Failure, Text};

#[derive(Debug)]
pub struct Spec {
    pub endpoint: Arc<Endpoint>,
    /// Shared by monitors that are alike in it.
    pub exchange: Arc<Exchange>,
}

/// What is asked, and what the answer must be.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    pub method: Method,
    pub body: Option<Bytes>,
    pub redirects: u32,
    /// Keep the connection for the next poll.
    pub reuse: bool,
    pub version: HttpVersion,
    pub timestamp: Option<Query>,
    /// Inclusive ranges of accepted status codes; never empty.
    pub status: Vec<std::ops::RangeInclusive<u16>>,
    pub headers: Vec<Header>,
    pub expect: Expect,
}

/// A header of the answer, one of whose values must match.
#[derive(Clone, Debug)]
pub struct Header {
    pub name: HeaderName,
    pub pattern: Regex,
}

/// Patterns are equal if they are written alike.
impl PartialEq for Header {
    fn eq(&self, other: &Header) -> bool {
        self.name == other.name && self.pattern.as_str() == other.pattern.as_str()
    }
}

pub struct Room {
    spec: Arc<Spec>,
    dialer: Dialer,
}

impl Room {
    pub fn new(spec: Arc<Spec>, dialers: &Dialers, trace: &Trace) -> Room {
        let dialer = dialers.dialer(&spec.endpoint, spec.exchange.version, spec.exchange.reuse, trace).decompressing();
        Room { spec, dialer }
    }
}

impl Monitor for Room {
    fn attempt<'a>(&'a mut self, out: &'a mut Outbox) -> Attempt<'a> {
        Box::pin(async move {
            let begun = out.now();
            let Spec { endpoint, exchange } = &*self.spec;
            let request = Request {
                method: exchange.method.clone(),
                url: endpoint.url.clone(),
                headers: HeaderMap::new(),
                body: exchange.body.clone(),
            };
            let answer = self.dialer.fetch(request, exchange.redirects).await?;
            if let Some(wait) = retry_after(answer.status, &answer.headers) {
                out.hint(wait);
            }
            let body = answer.body.read().await;
            if body.is_ok() {
                out.measured(out.now().since(begun));
            }
            // A wrong status says more than whatever became of its body.
            exchange.check_status(answer.status)?;
            let body = body?;
            let sent = exchange.check(&answer.headers, &body)?;
            out.beat(Some(out.now().since(begun)), sent, &body).await;
            Ok(End::Answered)
        })
    }
}

impl Exchange {
    fn check_status(&self, status: StatusCode) -> Result<(), Failure> {
        let code = status.as_u16();
        if self.status.iter().any(|range| range.contains(&code)) {
            return Ok(());
        }
        Err(Failure::Status { code, note: None })
    }

    /// The sender's clock, if the answer is what was expected.
    fn check(&self, headers: &HeaderMap, body: &[u8]) -> Result<Option<Timestamp>, Failure> {
        for header in &self.headers {
            header.check(headers)?;
        }
        let needs_json = self.expect.json.is_some() || self.timestamp.is_some();
        let mut json: Option<Value> = if needs_json { serde_json::from_slice(body).ok() } else { None };
        self.expect.check(body, json.as_mut())?;
        match (&self.timestamp, &json) {
            (None, _) => Ok(None),
            (Some(query), Some(json)) => query.timestamp(json).map(Some),
            (Some(_), None) => Err(Failure::Payload { why: Text::clean("not JSON") }),
        }
    }
}

impl Header {
    fn check(&self, headers: &HeaderMap) -> Result<(), Failure> {
        let values = || headers.get_all(&self.name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        if values().any(|value| self.pattern.is_match(&value)) {
            return Ok(());
        }
        Err(Failure::Assertion(Assertion::Header {
            name: Text::clean(self.name.as_str()),
            pattern: Text::clean(self.pattern.as_str()),
            got: values().next().map(|value| Text::clean(&value)),
        }))
    }
}
