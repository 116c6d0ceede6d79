//! Sends one heartbeat by POST and retries until it is accepted or retries are useless.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use url::Url;

use super::payload::BeatPayload;
use super::retry::{ATTEMPT_TIMEOUT, RetrySchedule, SendFailure};
use crate::clock::Clock;
use crate::model::{Failure, StatusNote, Text};
use crate::monitors::dial::{
    Dialers, Endpoint, HttpRequest, HttpResponse, HttpVersion, redirect_note, retry_after,
};
use crate::monitors::secrets::Secrets;
use crate::monitors::trace::Trace;

/// Maximum number of bytes that are read of a response body.
const MAX_BYTES: usize = 64 << 10;
/// Maximum number of characters that are shown of a rejection.
const EXCERPT: usize = 200;

/// A heartbeat that was not accepted, without further retries.
#[derive(Debug)]
pub struct Undelivered {
    /// Failure of the last attempt, with secrets masked.
    pub failure: Failure,
    /// Minimum delay that the receiver asked for.
    pub hint: Option<Duration>,
}

/// What happens while a heartbeat is sent, with secrets masked.
#[derive(Debug)]
pub enum SendEvent {
    /// A request starts. `bytes`: the size of its body.
    Asked { url: Text, bytes: u64 },
    /// The head of the response came this long after the start.
    Answered { status: StatusCode, after: Duration },
    /// The attempt failed; the next one starts after this pause.
    Retry { failure: Failure, pause: Duration },
}

/// The receiver of heartbeats. Cheap to clone.
#[derive(Clone)]
pub struct BeatReceiver {
    endpoint: Arc<Endpoint>,
    secrets: Arc<Secrets>,
    dialers: Dialers,
    clock: Clock,
}

impl BeatReceiver {
    pub fn new(mut endpoint: Endpoint, secrets: Arc<Secrets>, clock: Clock) -> BeatReceiver {
        Arc::make_mut(&mut endpoint.options).max_bytes = MAX_BYTES;
        BeatReceiver {
            endpoint: Arc::new(endpoint),
            secrets,
            dialers: Dialers::new(),
            clock,
        }
    }

    pub fn url(&self) -> &Url {
        &self.endpoint.url
    }

    /// Returns the URL as it may be shown.
    pub fn address(&self) -> Text {
        self.shown(&self.endpoint.url)
    }

    /// Returns host and port.
    pub fn authority(&self) -> String {
        let url = &self.endpoint.url;
        let host = url.host_str().unwrap_or_default();
        match url.port_or_known_default() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    fn shown(&self, url: &Url) -> Text {
        self.secrets.redact(Text::clean(url.as_str()))
    }

    /// Sends a heartbeat to `url`, which is the receiver's URL or below it. Retries within `limit`.
    /// `observer` receives every step.
    ///
    /// # Errors
    /// The heartbeat was not accepted.
    pub async fn send(
        &self,
        url: &Url,
        kind: HeaderValue,
        payload: &BeatPayload,
        limit: Duration,
        observer: &(dyn Fn(SendEvent) + Sync),
    ) -> Result<(), Undelivered> {
        let mut course = RetrySchedule::new(self.clock.now(), limit);
        let mut before = None;
        loop {
            let now = self.clock.now();
            let (body, limit) = (payload.fill(self.clock.wall(now)), course.limit(now));
            let bytes = body.len() as u64;
            observer(SendEvent::Asked {
                url: self.shown(url),
                bytes,
            });
            let attempt = self.attempt(url, kind.clone(), body, limit, observer);
            let (end, mut failure) = match attempt.await {
                Ok(()) => return Ok(()),
                Err(refusal) => refusal,
            };
            // The last attempt may be shortened. Its timeout is less specific than the failure
            // before it.
            if failure.expired_wait().is_some() && limit < ATTEMPT_TIMEOUT {
                failure = before.take().unwrap_or(failure);
            }
            failure = failure.map_text(|text| self.secrets.redact(text));
            let now = self.clock.now();
            let Some(again) = course.next_attempt(now, end, fastrand::f64()) else {
                return Err(Undelivered {
                    failure,
                    hint: end.hint(),
                });
            };
            observer(SendEvent::Retry {
                failure: failure.clone(),
                pause: again.since(now),
            });
            tokio::time::sleep_until(self.clock.instant(again)).await;
            before = Some(failure);
        }
    }

    async fn attempt(
        &self,
        url: &Url,
        kind: HeaderValue,
        body: Bytes,
        limit: Duration,
        observer: &(dyn Fn(SendEvent) + Sync),
    ) -> Result<(), (SendFailure, Failure)> {
        let began = self.clock.now();
        let trace = Trace::new(self.clock.clone());
        trace.begin();
        let exchange = async {
            let dialer = self
                .dialers
                .dialer(&self.endpoint, HttpVersion::Auto, false, &trace);
            let mut headers = HeaderMap::new();
            if !self.endpoint.options.headers.contains_key(CONTENT_TYPE) && !body.is_empty() {
                headers.insert(CONTENT_TYPE, kind);
            }
            let request = HttpRequest {
                method: Method::POST,
                url: url.clone(),
                headers,
                body: Some(body),
            };
            // Redirects are not followed: most turn a POST into a GET, which sends no heartbeat.
            let answer = dialer
                .fetch(request, 0)
                .await
                .map_err(|failure| (SendFailure::without_answer(&failure), failure))?;
            observer(SendEvent::Answered {
                status: answer.status,
                after: self.clock.now().since(began),
            });
            if answer.status.is_success() {
                Ok(())
            } else {
                Err(self.refusal(answer).await)
            }
        };
        match tokio::time::timeout(limit, exchange).await {
            Ok(end) => end,
            Err(_) => Err((SendFailure::Failed { hint: None }, trace.timed_out(limit))),
        }
    }

    /// Converts a response that is not 2xx into a failure, with the start of a plain text or JSON
    /// body.
    async fn refusal(&self, answer: HttpResponse) -> (SendFailure, Failure) {
        let end = SendFailure::of(answer.status, retry_after(answer.status, &answer.headers));
        let code = answer.status.as_u16();
        let leads_to = redirect_note(&answer.url, answer.status, &answer.headers);
        let kind = answer
            .headers
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        let is_plain = kind.starts_with("text/plain") || kind.contains("json");
        // If the body cannot be read, the status is enough.
        let body = if is_plain {
            answer.body.read().await.unwrap_or_default()
        } else {
            Bytes::new()
        };
        // Secrets are masked before the text is cut, or a part of a secret could remain.
        let text = self.secrets.redact(Text::clean_bytes(&body));
        let excerpt: String = text.as_str().chars().take(EXCERPT).collect();
        let said = Some(Text::clean(&excerpt)).filter(|said| !said.is_empty());
        let note = leads_to.or(said.map(StatusNote::ServerMessage));
        (end, Failure::Status { code, note })
    }
}
