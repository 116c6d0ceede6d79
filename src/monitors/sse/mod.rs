//! The `sse` kind: a subscription to server-sent events (WHATWG HTML, section 9.2).

pub mod cleaner;
pub mod keys;
pub mod resolve;
mod transport;

use std::sync::Arc;

use bytes::Bytes;
use eventsource_client::{BoxStream, Client, ClientBuilder, Error, Event, ReconnectOptions, SSE};
use futures_util::StreamExt;
use http::Method;

use super::attempt::{Attempt, End, Monitor};
use super::dial::{Dialers, Endpoint, HttpVersion};
use super::kind::KindSpec;
use super::payload::{self, Classification, Expect, Filter, Query};
use super::reporter::{MessageLabel, Reporter};
use super::settings::MonitorSettings;
use super::trace::Trace;
use crate::model::{Failure, Rhythm, Stage};
use transport::{SseTransport, unwrap_failure};

#[derive(Debug)]
pub struct SseSpec {
    pub endpoint: Arc<Endpoint>,
    pub method: Method,
    pub body: Option<Bytes>,
    /// Names of the events that are heartbeats. If empty, every event is one.
    pub events: Vec<String>,
    /// Whether a comment counts as a heartbeat.
    pub comments: bool,
    pub matches: Option<Filter>,
    pub expect: Expect,
    pub timestamp: Option<Query>,
}

impl KindSpec for SseSpec {
    fn rhythm(&self) -> Rhythm {
        Rhythm::Subscription
    }

    fn settings(&self) -> MonitorSettings {
        let mut settings = MonitorSettings::default();
        settings.push("method", self.method.as_str());
        settings.body(self.body.as_ref());
        let events = (!self.events.is_empty()).then(|| self.events.join(", "));
        settings.push("event", events.as_deref().unwrap_or("every event"));
        settings.extend("comments", self.comments.then_some("count as heartbeats"));
        settings.messages(self.matches.as_ref(), self.timestamp.as_ref());
        settings.expect(&self.expect);
        settings.endpoint(&self.endpoint);
        settings
    }

    fn open(self: Arc<Self>, dialers: &Dialers, trace: &Trace) -> Option<Box<dyn Monitor>> {
        Some(Box::new(SseMonitor::new(self, dialers, trace)))
    }
}

/// Monitors one event stream. The last event's id is kept between connections.
pub struct SseMonitor {
    spec: Arc<SseSpec>,
    transport: SseTransport,
}

impl SseMonitor {
    pub fn new(spec: Arc<SseSpec>, dialers: &Dialers, trace: &Trace) -> SseMonitor {
        let dialer = dialers.dialer(&spec.endpoint, HttpVersion::Auto, false, trace);
        SseMonitor {
            transport: SseTransport::new(Arc::clone(&spec), dialer),
            spec,
        }
    }

    async fn listen(&self, reporter: &mut Reporter) -> Result<End, Failure> {
        let mut stream = self.subscribe()?;
        let mut had_heartbeat = false;
        while let Some(next) = stream.next().await {
            match next {
                Ok(SSE::Connected(_)) => reporter.open().await,
                Ok(SSE::Event(event)) => {
                    let label = MessageLabel::Event(&event.event_type);
                    reporter.received(label, event.data.as_bytes());
                    had_heartbeat |= self.handle_event(&event, reporter).await;
                }
                Ok(SSE::Comment(text)) => {
                    reporter.received(MessageLabel::Comment, text.as_bytes());
                    // A comment has no payload to check.
                    if self.spec.comments {
                        had_heartbeat = true;
                        reporter.beat(None, None, text.as_bytes()).await;
                    }
                }
                Err(Error::Eof | Error::UnexpectedEof) => break,
                Err(error) => return Err(unwrap_failure(&error)),
            }
        }
        if had_heartbeat {
            Ok(End::Closed)
        } else {
            Err(Failure::Closed {
                stage: Stage::Listening,
                code: None,
                why: None,
            })
        }
    }

    fn subscribe(&self) -> Result<BoxStream<Result<SSE, Error>>, Failure> {
        let client = ClientBuilder::for_url(self.spec.endpoint.url.as_str())
            .map_err(|error| unwrap_failure(&error))?;
        let once = ReconnectOptions::reconnect(false).build();
        Ok(client
            .reconnect(once)
            .build_with_transport(self.transport.clone())
            .stream())
    }

    /// Reports the heartbeats and failures in an event. Returns whether it has a valid heartbeat.
    async fn handle_event(&self, event: &Event, reporter: &mut Reporter) -> bool {
        let spec = &self.spec;
        if !spec.events.is_empty() && !spec.events.contains(&event.event_type) {
            return false;
        }
        let matches = spec.matches.as_ref();
        let timestamp = spec.timestamp.as_ref();
        let records =
            match payload::messages(event.data.as_bytes(), matches, &spec.expect, timestamp) {
                Ok(records) => records,
                Err(failure) => {
                    reporter.record_payload(event.data.as_bytes());
                    reporter.failed(failure).await;
                    return false;
                }
            };
        let mut had_heartbeat = false;
        for record in records {
            match payload::classify_offloaded(&record, matches, &spec.expect, timestamp).await {
                Classification::Beat(sent) => {
                    had_heartbeat = true;
                    reporter.beat(None, sent, &record).await;
                }
                Classification::Bad(failure) => {
                    reporter.record_payload(&record);
                    reporter.failed(failure).await;
                }
                Classification::Traffic => {}
            }
        }
        had_heartbeat
    }
}

impl Monitor for SseMonitor {
    fn attempt<'a>(&'a mut self, reporter: &'a mut Reporter) -> Attempt<'a> {
        Box::pin(async move {
            reporter.trace().expect_stream();
            // Clears the value of a cancelled attempt.
            self.transport.take_wait();
            let end = self.listen(reporter).await;
            if let Some(wait) = self.transport.take_wait() {
                reporter.record_retry_after(wait);
            }
            end
        })
    }
}
