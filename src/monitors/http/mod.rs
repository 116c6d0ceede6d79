//! The `http` kind: each poll is one request, checked by status, headers, body and JSON.

pub mod keys;
pub mod resolve;
mod settings;

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use regex::Regex;
use serde_json::Value;
use url::Url;

use crate::model::{Assertion, Failure, Rhythm, StatusNote, Text};
use crate::monitors::attempt::{Attempt, End, Monitor};
use crate::monitors::dial::{
    Dialer, Dialers, Endpoint, HttpRequest, HttpVersion, redirect_note, retry_after,
};
use crate::monitors::kind::KindSpec;
use crate::monitors::payload::{self, Expect, Query, json};
use crate::monitors::reporter::Reporter;
use crate::monitors::settings::MonitorSettings;
use crate::monitors::trace::Trace;

#[derive(Debug)]
pub struct HttpSpec {
    pub endpoint: Arc<Endpoint>,
    /// Shared between monitors that use the same settings.
    pub exchange: Arc<HttpExchange>,
}

impl KindSpec for HttpSpec {
    fn rhythm(&self) -> Rhythm {
        Rhythm::Poll
    }

    fn settings(&self) -> MonitorSettings {
        settings::settings(self)
    }

    fn open(self: Arc<Self>, dialers: &Dialers, trace: &Trace) -> Option<Box<dyn Monitor>> {
        Some(Box::new(HttpMonitor::new(self, dialers, trace)))
    }
}

/// The request to send, and what its response must be.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpExchange {
    pub method: Method,
    pub body: Option<Bytes>,
    pub redirects: u32,
    /// Whether the connection is kept open for the next poll.
    pub reuse: bool,
    pub version: HttpVersion,
    pub timestamp: Option<Query>,
    /// Inclusive ranges of accepted status codes; never empty.
    pub status: Vec<std::ops::RangeInclusive<u16>>,
    pub headers: Vec<ExpectedHeader>,
    pub expect: Expect,
}

/// An expected response header: at least one of its values must match `pattern`.
#[derive(Clone, Debug)]
pub struct ExpectedHeader {
    pub name: HeaderName,
    pub pattern: Regex,
}

/// Two patterns are equal if their source text is equal.
impl PartialEq for ExpectedHeader {
    fn eq(&self, other: &ExpectedHeader) -> bool {
        self.name == other.name && self.pattern.as_str() == other.pattern.as_str()
    }
}

pub struct HttpMonitor {
    spec: Arc<HttpSpec>,
    dialer: Dialer,
}

impl HttpMonitor {
    pub fn new(spec: Arc<HttpSpec>, dialers: &Dialers, trace: &Trace) -> HttpMonitor {
        let dialer = dialers
            .dialer(
                &spec.endpoint,
                spec.exchange.version,
                spec.exchange.reuse,
                trace,
            )
            .decompressing();
        HttpMonitor { spec, dialer }
    }

    /// Runs `HttpExchange::check`, on a blocking thread unless the body is small.
    async fn check_body(&self, body: &Bytes) -> Result<Option<Timestamp>, Failure> {
        let exchange = Arc::clone(&self.spec.exchange);
        if payload::is_small(body.len())
            || (exchange.expect.is_empty() && exchange.timestamp.is_none())
        {
            return exchange.check(body);
        }
        let body = body.clone();
        payload::offload(move || exchange.check(&body)).await?
    }
}

impl Monitor for HttpMonitor {
    fn attempt<'a>(&'a mut self, reporter: &'a mut Reporter) -> Attempt<'a> {
        Box::pin(async move {
            let started = reporter.now();
            let HttpSpec { endpoint, exchange } = &*self.spec;
            let request = HttpRequest {
                method: exchange.method.clone(),
                url: endpoint.url.clone(),
                headers: HeaderMap::new(),
                body: exchange.body.clone(),
            };
            let answer = self.dialer.fetch(request, exchange.redirects).await?;
            if let Some(wait) = retry_after(answer.status, &answer.headers) {
                reporter.record_retry_after(wait);
            }
            let content_type = answer.headers.get(CONTENT_TYPE);
            // An unexpected status explains more than a failure to read the body does.
            if let Err(failure) = exchange.check_status(&answer.url, answer.status, &answer.headers)
            {
                let (_, is_whole) = answer.body.read_prefix(content_type).await;
                if is_whole {
                    reporter.record_latency(reporter.now().since(started));
                }
                return Err(failure);
            }
            let raw = answer.body.read().await?;
            reporter.record_latency(reporter.now().since(started));
            let body = match json::decode(&raw, content_type.map(HeaderValue::as_bytes)) {
                Cow::Borrowed(plain) => raw.slice_ref(plain),
                Cow::Owned(plain) => plain.into(),
            };
            let headers = exchange
                .headers
                .iter()
                .try_for_each(|header| header.check(&answer.headers));
            let checked = match headers {
                Ok(()) => self.check_body(&body).await,
                Err(failure) => Err(failure),
            };
            let sent = checked.inspect_err(|_| reporter.record_payload(&body))?;
            reporter
                .beat(Some(reporter.now().since(started)), sent, &body)
                .await;
            Ok(End::Answered)
        })
    }
}

impl HttpExchange {
    fn check_status(
        &self,
        asked: &Url,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<(), Failure> {
        let code = status.as_u16();
        if self.status.iter().any(|range| range.contains(&code)) {
            return Ok(());
        }
        // A success or redirect code on its own does not look like a failure.
        let accepted = (200..400)
            .contains(&code)
            .then(|| StatusNote::Expected(self.accepted()));
        Err(Failure::Status {
            code,
            note: redirect_note(asked, status, headers).or(accepted),
        })
    }

    /// Returns the accepted statuses in config syntax: `204`, `2xx`, `200-204`.
    fn accepted(&self) -> Text {
        let ranges = self
            .status
            .iter()
            .map(|range| match (*range.start(), *range.end()) {
                (first, last) if first == last => first.to_string(),
                (first, last) if first % 100 == 0 && last == first + 99 => {
                    format!("{}xx", first / 100)
                }
                (first, last) => format!("{first}-{last}"),
            });
        Text::clean(&ranges.collect::<Vec<_>>().join(", "))
    }

    /// Checks the body, and returns the sender's timestamp if the monitor reads one.
    fn check(&self, body: &[u8]) -> Result<Option<Timestamp>, Failure> {
        if self.expect.json.is_none() && self.timestamp.is_none() {
            return self.expect.check(body, &Ok(Value::Null)).map(|()| None);
        }
        // Every record must pass. The timestamp comes from the last one, which is the newest.
        let mut sent = None;
        for record in json::records(body)? {
            let json = json::read(&record);
            self.expect.check(body, &json)?;
            sent = self
                .timestamp
                .as_ref()
                .map(|query| query.timestamp(json.as_ref().map_err(Failure::clone)?, record.len()))
                .transpose()?;
        }
        Ok(sent)
    }
}

impl ExpectedHeader {
    fn check(&self, headers: &HeaderMap) -> Result<(), Failure> {
        let values = || {
            headers
                .get_all(&self.name)
                .iter()
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
        };
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
