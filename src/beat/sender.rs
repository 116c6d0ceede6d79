//! Sends one heartbeat by POST and retries until it is accepted or retries are useless.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
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

    /// Sends a heartbeat to `url`, which is the receiver's URL or below it. Retries within `limit`.
    ///
    /// # Errors
    /// The heartbeat was not accepted.
    pub async fn send(
        &self,
        url: &Url,
        kind: HeaderValue,
        payload: &BeatPayload,
        limit: Duration,
    ) -> Result<(), Undelivered> {
        let mut course = RetrySchedule::new(self.clock.now(), limit);
        let mut before = None;
        loop {
            let now = self.clock.now();
            let (body, limit) = (payload.fill(self.clock.wall(now)), course.limit(now));
            let (end, mut failure) = match self.attempt(url, kind.clone(), body, limit).await {
                Ok(()) => return Ok(()),
                Err(refusal) => refusal,
            };
            // The last attempt may be shortened. Its timeout is less specific than the failure
            // before it.
            if failure.expired_wait().is_some() && limit < ATTEMPT_TIMEOUT {
                failure = before.take().unwrap_or(failure);
            }
            match course.next_attempt(self.clock.now(), end, fastrand::f64()) {
                Some(again) => tokio::time::sleep_until(self.clock.instant(again)).await,
                None => {
                    let failure = failure.map_text(|text| self.secrets.redact(text));
                    return Err(Undelivered {
                        failure,
                        hint: end.hint(),
                    });
                }
            }
            before = Some(failure);
        }
    }

    async fn attempt(
        &self,
        url: &Url,
        kind: HeaderValue,
        body: Bytes,
        limit: Duration,
    ) -> Result<(), (SendFailure, Failure)> {
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
                .map_err(|failure| (SendFailure::Failed { hint: None }, failure))?;
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
