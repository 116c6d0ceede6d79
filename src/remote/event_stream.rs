//! The events of one agent, from its `/v1/events`.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use jiff::Timestamp;

use super::agent_error::AgentError;
use super::client::{AgentClient, MAX_BYTES};
use super::wire::{WireEvent, WireStatus};
use crate::model::Moment;
use crate::monitors::dial::{Body, HttpRequest};
use crate::monitors::sse::cleaner::{StreamCleaner, StreamItem};
use crate::words;

/// Maximum number of events that an agent may send before its status.
const MAX_PAST: usize = 10_000;
/// Time limit of a silent stream. An agent sends a comment every 10 s.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);

/// One event of a stream.
#[derive(Debug)]
pub(super) enum StreamEvent {
    /// The whole status, when it was read, and the events before it that the agent has kept.
    Start(Box<WireStatus>, Timestamp, Vec<WireEvent>),
    Change(Box<WireEvent>),
}

/// An open `/v1/events`.
pub(super) struct EventStream {
    client: AgentClient,
    body: Body,
    cleaner: StreamCleaner,
    chunk: Bytes,
    /// The event that is being read is a `start`.
    is_start: bool,
    /// The events before the `start`, and their size in bytes; `None` after it.
    past: Option<(Vec<WireEvent>, usize)>,
    data: String,
    /// When the agent last sent anything.
    heard: Moment,
}

impl EventStream {
    /// Subscribes. `since`: also the events that the agent has kept since then, by the agent's
    /// clock. Older agents send none of these.
    ///
    /// # Errors
    /// The agent cannot be reached or refuses.
    pub(super) async fn open(
        client: &AgentClient,
        since: Option<Timestamp>,
    ) -> Result<EventStream, AgentError> {
        let connection = client.connection();
        let exchange = async {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            let mut url = client.url(&["v1", "events"]);
            if let Some(since) = since {
                url.query_pairs_mut()
                    .append_pair("since", &format!("{since:.3}"));
            }
            let request = HttpRequest {
                method: Method::GET,
                url,
                headers,
                body: None,
            };
            let answer = client.fetch(&connection, request).await?;
            if answer.status == StatusCode::OK {
                Ok(answer.body)
            } else {
                Err(client.refusal(answer).await)
            }
        };
        let body = client.in_time(&connection, exchange).await?;
        Ok(EventStream {
            client: client.clone(),
            body,
            cleaner: StreamCleaner::new(MAX_BYTES),
            chunk: Bytes::new(),
            is_start: false,
            past: Some((Vec::new(), 0)),
            data: String::new(),
            heard: client.clock().now(),
        })
    }

    /// Returns the next event. Cancellation loses nothing.
    ///
    /// # Errors
    /// The stream ended, failed, or was silent for too long.
    pub(super) async fn next(&mut self) -> Result<StreamEvent, AgentError> {
        loop {
            while let Some(item) = self
                .cleaner
                .next(&mut self.chunk)
                .map_err(|why| self.client.lost(why))?
            {
                if let Some(event) = self.item(item)? {
                    return Ok(event);
                }
            }
            let clock = self.client.clock();
            let silence = clock.instant(self.heard.plus(SILENCE_TIMEOUT));
            let received = tokio::time::timeout_at(silence, self.body.chunk()).await;
            self.chunk = match received {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => return Err(AgentError::Unreachable("it has stopped".to_owned())),
                Ok(Err(failure)) => return Err(self.client.lost(failure)),
                Err(_) => {
                    let why = format!("silent for {}", words::span(SILENCE_TIMEOUT));
                    return Err(AgentError::Unreachable(why));
                }
            };
            self.heard = clock.now();
        }
    }

    /// Takes one line. An event that cannot be read is left out: the next status makes up for it.
    fn item(&mut self, item: StreamItem) -> Result<Option<StreamEvent>, AgentError> {
        match item {
            StreamItem::Line(line) => {
                let line = String::from_utf8_lossy(&line);
                if let Some(name) = line.strip_prefix("event: ") {
                    self.is_start = name.trim_end() == "start";
                } else if let Some(data) = line.strip_prefix("data: ") {
                    self.data.push_str(data);
                }
                Ok(None)
            }
            StreamItem::Retry(_) => Ok(None),
            StreamItem::End { .. } => {
                let data = std::mem::take(&mut self.data);
                if std::mem::take(&mut self.is_start) {
                    let status = serde_json::from_str(&data).map_err(|_| {
                        AgentError::no_hbmon("its events are not those of an hbmon")
                    })?;
                    let (status, at) = self.client.checked(status)?;
                    let (past, _) = self.past.take().unwrap_or_default();
                    return Ok(Some(StreamEvent::Start(Box::new(status), at, past)));
                }
                let Ok(event) = serde_json::from_str(&data) else {
                    return Ok(None);
                };
                let Some((past, bytes)) = &mut self.past else {
                    return Ok(Some(StreamEvent::Change(Box::new(event))));
                };
                *bytes += data.len();
                if past.len() >= MAX_PAST || *bytes > MAX_BYTES {
                    return Err(AgentError::no_hbmon("its events are not those of an hbmon"));
                }
                past.push(event);
                Ok(None)
            }
        }
    }
}
