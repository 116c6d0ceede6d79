//! Requests to one agent, with deadlines and size limits.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::details::{WireInstance, WireSettings};
use super::request::AgentRequest;
use super::wire::{STATUS, WireEvent, WireStatus};
use crate::clock::Clock;
use crate::model::{Failure, Moment, StatusNote, Text};
use crate::monitors::dial::{
    Body, Dialer, Dialers, Endpoint, HttpRequest, HttpResponse, HttpVersion,
};
use crate::monitors::secrets::Secrets;
use crate::monitors::sse::cleaner::{StreamCleaner, StreamItem};
use crate::monitors::trace::Trace;
use crate::words;

/// Maximum size in bytes of a status and of an event: about 20,000 monitors.
const MAX_BYTES: usize = 64 << 20;
/// Maximum number of events that an agent may send before its status.
const MAX_PAST: usize = 10_000;
/// Maximum number of bytes that are read of a refusal.
const MAX_REFUSAL: usize = 4 << 10;
/// Time limit of a request, the answer included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Time limit of a silent stream. An agent sends a comment every 10 s.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);

/// Why an agent did not answer as it should, in a sentence without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentError {
    /// It answers, and will answer the same again: a wrong token, or no hbmon.
    Refused(String),
    /// It answers that it has no such thing.
    Missing(String),
    /// It may answer later.
    Unreachable(String),
}

impl AgentError {
    pub fn why(&self) -> &str {
        match self {
            AgentError::Refused(why) | AgentError::Missing(why) | AgentError::Unreachable(why) => {
                why
            }
        }
    }
}

/// Sends requests to one agent. Cheap to clone.
#[derive(Clone)]
pub struct AgentClient {
    endpoint: Arc<Endpoint>,
    secrets: Arc<Secrets>,
    dialers: Dialers,
    clock: Clock,
}

impl AgentClient {
    /// `endpoint`: the URL that the paths of the interface are below.
    pub fn new(mut endpoint: Endpoint, secrets: Arc<Secrets>, clock: Clock) -> AgentClient {
        Arc::make_mut(&mut endpoint.options).max_bytes = MAX_BYTES;
        AgentClient {
            endpoint: Arc::new(endpoint),
            secrets,
            dialers: Dialers::new(),
            clock,
        }
    }

    /// Returns a client whose answers have at most this number of bytes.
    pub(super) fn with_limit(&self, max_bytes: usize) -> AgentClient {
        let mut endpoint = Endpoint::clone(&self.endpoint);
        Arc::make_mut(&mut endpoint.options).max_bytes = max_bytes;
        AgentClient {
            endpoint: Arc::new(endpoint),
            ..self.clone()
        }
    }

    /// Returns host and port of the agent: `10.0.0.7:9747`.
    pub fn name(&self) -> Text {
        let url = &self.endpoint.url;
        let host = url.host_str().unwrap_or_default();
        Text::clean(&match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        })
    }

    /// Asks for the status once.
    ///
    /// # Errors
    /// The agent cannot be reached, refuses, or is no hbmon.
    pub async fn verify(&self) -> Result<(), AgentError> {
        self.status(&self.connection()).await.map(drop)
    }

    /// Returns a connection that requests one after the other can share.
    pub(super) fn connection(&self) -> Dialer {
        let trace = Trace::new(self.clock.clone());
        self.dialers
            .dialer(&self.endpoint, HttpVersion::Auto, true, &trace)
    }

    /// Returns the status, and when it was read.
    pub(super) async fn status(
        &self,
        connection: &Dialer,
    ) -> Result<(WireStatus, Timestamp), AgentError> {
        let status: WireStatus = self.get_json(connection, &["v1", "status"], &[]).await?;
        self.checked(status)
    }

    /// Returns whether the agent lets this client act on monitors. Older agents have no such route.
    pub(super) async fn may_act(&self, connection: &Dialer) -> bool {
        #[derive(Deserialize)]
        struct AccessBody {
            act: bool,
        }
        let path = ["v1", "status", "access"];
        let body: Result<AccessBody, AgentError> = self.get_json(connection, &path, &[]).await;
        body.is_ok_and(|body| body.act)
    }

    /// Asks for an action.
    ///
    /// # Errors
    /// The agent cannot be reached or refuses.
    pub(super) async fn act(
        &self,
        connection: &Dialer,
        request: AgentRequest,
    ) -> Result<(), AgentError> {
        let exchange = async {
            let AgentRequest {
                method, path, body, ..
            } = request;
            let request = HttpRequest {
                method,
                url: below(&self.endpoint.url, &path),
                headers: HeaderMap::new(),
                body,
            };
            let answer = self.fetch(connection, request).await?;
            if answer.status.is_success() {
                Ok(())
            } else {
                Err(self.refusal(answer).await)
            }
        };
        self.in_time(connection, exchange).await
    }

    /// Returns the settings of a monitor, and its instances if it has any. Older agents do not say
    /// the settings.
    ///
    /// # Errors
    /// The agent cannot be reached or refuses.
    pub(super) async fn details(
        &self,
        monitor: &str,
        has_instances: bool,
    ) -> Result<(WireSettings, Vec<WireInstance>), AgentError> {
        let connection = self.connection();
        let path = |part| ["v1", "monitors", monitor, part];
        let settings = match self.get_json(&connection, &path("settings"), &[]).await {
            Err(AgentError::Refused(_) | AgentError::Missing(_)) => WireSettings::default(),
            settings => settings?,
        };
        let instances = if has_instances {
            self.get_json(&connection, &path("instances"), &[]).await?
        } else {
            Vec::new()
        };
        Ok((settings, instances))
    }

    /// Subscribes to the events. `since`: also those that the agent has kept since then, by its own
    /// clock. Older agents send none of these.
    pub(super) async fn events(&self, since: Option<Timestamp>) -> Result<EventStream, AgentError> {
        let connection = self.connection();
        let exchange = async {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            let mut url = below(&self.endpoint.url, &["v1", "events"]);
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
            let answer = self.fetch(&connection, request).await?;
            if answer.status == StatusCode::OK {
                Ok(answer.body)
            } else {
                Err(self.refusal(answer).await)
            }
        };
        let body = self.in_time(&connection, exchange).await?;
        Ok(EventStream {
            client: self.clone(),
            body,
            cleaner: StreamCleaner::new(MAX_BYTES),
            chunk: Bytes::new(),
            is_start: false,
            past: Some((Vec::new(), 0)),
            data: String::new(),
            heard: self.clock.now(),
        })
    }

    /// Sends one request and returns the JSON of the answer, null without one. `query`: names and
    /// values.
    ///
    /// # Errors
    /// The agent cannot be reached, refuses, or is no hbmon.
    pub async fn ask(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, String)],
        body: Option<Bytes>,
    ) -> Result<Value, AgentError> {
        let connection = self.connection();
        let exchange = async {
            let request = HttpRequest {
                method,
                url: with_query(below(&self.endpoint.url, path), query),
                headers: HeaderMap::new(),
                body,
            };
            let answer = self.fetch(&connection, request).await?;
            if !answer.status.is_success() {
                return Err(self.refusal(answer).await);
            }
            if answer.status == StatusCode::NO_CONTENT {
                return Ok(Value::Null);
            }
            self.json_of(answer).await
        };
        self.in_time(&connection, exchange).await
    }

    /// Asks for JSON. `query`: names and values.
    ///
    /// # Errors
    /// The agent cannot be reached, refuses, or is no hbmon.
    pub(super) async fn get_json<T: DeserializeOwned>(
        &self,
        connection: &Dialer,
        path: &[&str],
        query: &[(&str, String)],
    ) -> Result<T, AgentError> {
        let exchange = async {
            let request = HttpRequest {
                method: Method::GET,
                url: with_query(below(&self.endpoint.url, path), query),
                headers: HeaderMap::new(),
                body: None,
            };
            let answer = self.fetch(connection, request).await?;
            if answer.status != StatusCode::OK {
                return Err(self.refusal(answer).await);
            }
            self.json_of(answer).await
        };
        self.in_time(connection, exchange).await
    }

    async fn json_of<T: DeserializeOwned>(&self, answer: HttpResponse) -> Result<T, AgentError> {
        let body = answer.body.read().await.map_err(|why| self.lost(why))?;
        serde_json::from_slice(&body).map_err(|_| no_hbmon("its answer is not that of an hbmon"))
    }

    async fn fetch(
        &self,
        connection: &Dialer,
        request: HttpRequest,
    ) -> Result<HttpResponse, AgentError> {
        connection.trace().begin();
        // Redirects are not followed: the token belongs to this agent.
        let answer = connection.fetch(request, 0).await;
        answer.map_err(|failure| self.lost(failure))
    }

    async fn in_time<T>(
        &self,
        connection: &Dialer,
        exchange: impl Future<Output = Result<T, AgentError>>,
    ) -> Result<T, AgentError> {
        match tokio::time::timeout(REQUEST_TIMEOUT, exchange).await {
            Ok(end) => end,
            Err(_) => Err(self.lost(connection.trace().timed_out(REQUEST_TIMEOUT))),
        }
    }

    fn checked(&self, status: WireStatus) -> Result<(WireStatus, Timestamp), AgentError> {
        if status.schema != STATUS || status.written_at().is_none() {
            return Err(no_hbmon("its status is not that of an hbmon"));
        }
        Ok((status, self.clock.wall(self.clock.now())))
    }

    fn lost(&self, failure: Failure) -> AgentError {
        let failure = failure.map_text(|text| self.secrets.redact(text));
        AgentError::Unreachable(words::failure(&failure))
    }

    /// Returns the refusal in an answer that is not as it should be, with the agent's own words.
    async fn refusal(&self, answer: HttpResponse) -> AgentError {
        #[derive(Deserialize)]
        struct ErrorBody {
            error: String,
        }
        let status = answer.status;
        let body = answer.body.read().await.unwrap_or_default();
        let said = body
            .get(..body.len().min(MAX_REFUSAL))
            .and_then(|body| serde_json::from_slice::<ErrorBody>(body).ok())
            .map(|body| StatusNote::ServerMessage(Text::clean(&body.error)));
        let failure = Failure::Status {
            code: status.as_u16(),
            note: said,
        };
        let why = words::failure(&failure.map_text(|text| self.secrets.redact(text)));
        match status {
            StatusCode::NOT_FOUND => AgentError::Missing(why),
            _ if status.is_server_error() => AgentError::Unreachable(why),
            _ => AgentError::Refused(why),
        }
    }
}

fn no_hbmon(why: &str) -> AgentError {
    AgentError::Refused(why.to_owned())
}

/// Returns the URL of a path below a URL.
fn below(base: &Url, path: &[impl AsRef<str>]) -> Url {
    let mut url = base.clone();
    url.set_query(None);
    // A URL with a host has a path that can be extended.
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

fn with_query(mut url: Url, query: &[(&str, String)]) -> Url {
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

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
            let clock = &self.client.clock;
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
                    let status = serde_json::from_str(&data)
                        .map_err(|_| no_hbmon("its events are not those of an hbmon"))?;
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
                    return Err(no_hbmon("its events are not those of an hbmon"));
                }
                past.push(event);
                Ok(None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_below_the_url() {
        for (base, wanted) in [
            ("http://h:9747", "http://h:9747/v1/monitors/a%2Fb/check"),
            ("http://h:9747/", "http://h:9747/v1/monitors/a%2Fb/check"),
            (
                "https://h/hbmon/?x=1",
                "https://h/hbmon/v1/monitors/a%2Fb/check",
            ),
        ] {
            let url = below(
                &Url::parse(base).unwrap(),
                &["v1", "monitors", "a/b", "check"],
            );
            assert_eq!(url.as_str(), wanted);
        }
    }
}
