//! Engine.IO over HTTP long polling: a pending GET receives packets, a POST sends them.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use serde_json::Value;
use tokio::time::{Sleep, sleep};
use url::Url;

use super::engine::{EngineIoPacket, EngineIoVersion, PollingPayload};
use super::transport::{MAX_QUEUED_PACKETS, engine_io_error};
use crate::model::{Failure, StatusNote, Text};
use crate::monitors::dial::{Dialer, HttpRequest, status_note};
use crate::monitors::limiter::Limiter;
use crate::monitors::payload::json;
use crate::monitors::trace::Trace;

type PollingRequest = Pin<Box<dyn Future<Output = Result<String, PollingRefusal>> + Send>>;

pub(super) struct PollingTransport {
    dialers: PollingDialers,
    version: EngineIoVersion,
    /// URL with the session's id.
    url: Url,
    headers: HeaderMap,
    incoming: PollingPayload,
    outgoing: Vec<EngineIoPacket>,
    get: Option<PollingRequest>,
    post: Option<PollingRequest>,
    gets: Limiter,
    /// Runs while the server answers too fast: delays the next GET.
    pause: Option<Pin<Box<Sleep>>>,
}

/// Burst of GETs to a server that answers at once, and the time between further ones.
const GETS: u32 = 20;
const GET_EVERY: Duration = Duration::from_millis(100);

/// A dialer sends one request at a time, and a GET is pending while a POST is sent.
#[derive(Clone)]
pub(super) struct PollingDialers {
    pub get: Arc<Dialer>,
    pub post: Arc<Dialer>,
    /// The attempt's trace, which takes over the evidence of a failed request.
    pub trace: Trace,
}

impl PollingDialers {
    /// Returns the failure of a request by `dialer`, after copying its evidence.
    fn failed(&self, dialer: &Dialer, refusal: PollingRefusal) -> Failure {
        self.trace.adopt(dialer.trace());
        refusal.failure
    }
}

/// A refused Engine.IO request.
pub(super) struct PollingRefusal {
    pub cause: RefusalCause,
    pub failure: Failure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusalCause {
    /// The server does not support this version of Engine.IO.
    Version,
    /// The server does not support this transport.
    Transport,
    Other,
}

impl From<Failure> for PollingRefusal {
    fn from(failure: Failure) -> PollingRefusal {
        PollingRefusal {
            cause: RefusalCause::Other,
            failure,
        }
    }
}

impl PollingTransport {
    /// `incoming` is the rest of the handshake's response.
    pub(super) fn new(
        dialers: &PollingDialers,
        version: EngineIoVersion,
        url: Url,
        headers: HeaderMap,
        incoming: PollingPayload,
    ) -> PollingTransport {
        PollingTransport {
            dialers: dialers.clone(),
            version,
            url,
            headers,
            incoming,
            outgoing: Vec::new(),
            get: None,
            post: None,
            gets: Limiter::new(GETS, GET_EVERY),
            pause: None,
        }
    }

    pub(super) fn send(&mut self, packet: EngineIoPacket) {
        self.outgoing.push(packet);
    }

    /// Returns the packets that were received but not read.
    pub(super) fn into_incoming(self) -> PollingPayload {
        self.incoming
    }

    /// See `SessionTransport::receive`.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<EngineIoPacket, Failure>> {
        let sent = self.poll_send(cx);
        let received = self.poll_next(cx);
        match sent {
            // The server's last packets explain more than the failed request, so they are read
            // first.
            Err(failure) if received.is_pending() => Poll::Ready(Err(failure)),
            _ => received,
        }
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<EngineIoPacket, Failure>> {
        loop {
            if let Some(packet) = self.incoming.next() {
                return Poll::Ready(packet.map_err(engine_io_error));
            }
            if self.outgoing.len() >= MAX_QUEUED_PACKETS {
                return Poll::Pending;
            }
            if let Some(pause) = &mut self.pause {
                std::task::ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            let Some(get) = &mut self.get else {
                match self.gets.take(self.dialers.trace.now()) {
                    Ok(()) => self.get = Some(self.start_get()),
                    Err(wait) => self.pause = Some(Box::pin(sleep(wait))),
                }
                continue;
            };
            let answer = std::task::ready!(get.as_mut().poll(cx));
            self.get = None;
            self.incoming = PollingPayload::new(
                self.version,
                answer.map_err(|refusal| self.dialers.failed(&self.dialers.get, refusal))?,
            );
        }
    }

    fn start_get(&self) -> PollingRequest {
        Box::pin(exchange(
            Arc::clone(&self.dialers.get),
            self.url.clone(),
            self.headers.clone(),
            None,
        ))
    }

    /// Sends one POST at a time. Packets queued meanwhile go with the next one.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Result<(), Failure> {
        loop {
            if let Some(post) = &mut self.post {
                let Poll::Ready(answer) = post.as_mut().poll(cx) else {
                    return Ok(());
                };
                self.post = None;
                answer.map_err(|refusal| self.dialers.failed(&self.dialers.post, refusal))?;
            }
            if self.outgoing.is_empty() {
                return Ok(());
            }
            let body = PollingPayload::encode(self.version, &std::mem::take(&mut self.outgoing));
            let dialer = Arc::clone(&self.dialers.post);
            self.post = Some(Box::pin(exchange(
                dialer,
                self.url.clone(),
                self.headers.clone(),
                Some(body),
            )));
        }
    }
}

/// Sends a GET, or a POST of `body`.
async fn exchange(
    dialer: Arc<Dialer>,
    url: Url,
    headers: HeaderMap,
    body: Option<String>,
) -> Result<String, PollingRefusal> {
    fetch(&dialer, url, headers, body)
        .await
        .map(|(_headers, body)| body)
}

/// Sends a request of the polling transport, and returns the headers and the body of its response.
///
/// # Errors
/// The dialer's failures, and a refusal for any status except 200.
pub(super) async fn fetch(
    dialer: &Dialer,
    url: Url,
    mut headers: HeaderMap,
    body: Option<String>,
) -> Result<(HeaderMap, String), PollingRefusal> {
    let method = if body.is_some() {
        Method::POST
    } else {
        Method::GET
    };
    if body.is_some() {
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain;charset=UTF-8"),
        );
    }
    let request = HttpRequest {
        method,
        url,
        headers,
        body: body.map(Bytes::from),
    };
    let answer = dialer.fetch(request, 0).await?;
    let status = answer.status;
    let headers = answer.headers;
    if status != StatusCode::OK {
        let (body, _) = answer.body.read_prefix(headers.get(CONTENT_TYPE)).await;
        return Err(refusal(
            status,
            status_note(&answer.url, status, &headers),
            &body,
        ));
    }
    let body = String::from_utf8(answer.body.read().await?.into())
        .map_err(|_| engine_io_error("polling payload is not UTF-8"))?;
    Ok((headers, body))
}

/// Reads `{"code":5,"message":"Unsupported protocol version"}`, or the JSON string that the Python
/// server sends. `note` is what the head says besides the status.
fn refusal(status: StatusCode, note: Option<StatusNote>, body: &[u8]) -> PollingRefusal {
    let said: Value = json::read(body).unwrap_or_default();
    let message = said
        .get("message")
        .unwrap_or(&said)
        .as_str()
        .unwrap_or_default();
    let cause = match said.get("code").and_then(Value::as_u64) {
        Some(0) => RefusalCause::Transport,
        Some(5) => RefusalCause::Version,
        None if message.contains("unsupported version") => RefusalCause::Version,
        None if message == "Invalid transport" => RefusalCause::Transport,
        _ => RefusalCause::Other,
    };
    let said = Some(Text::clean(message)).filter(|said| !said.is_empty());
    let failure = match cause {
        RefusalCause::Version => engine_io_error(message),
        RefusalCause::Transport | RefusalCause::Other => Failure::Status {
            code: status.as_u16(),
            note: note.or(said.map(StatusNote::ServerMessage)),
        },
    };
    PollingRefusal { cause, failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_their_cause() {
        let bad = StatusCode::BAD_REQUEST;
        let cause = |body: &str| refusal(bad, None, body.as_bytes()).cause;
        assert_eq!(
            cause(r#"{"code":5,"message":"Unsupported protocol version"}"#),
            RefusalCause::Version
        );
        assert_eq!(
            cause(r#""The client is using an unsupported version of the Engine.IO protocol""#),
            RefusalCause::Version
        );
        assert_eq!(
            cause(r#"{"code":0,"message":"Transport unknown"}"#),
            RefusalCause::Transport
        );
        assert_eq!(
            cause(r#"{"code":4,"message":"Forbidden"}"#),
            RefusalCause::Other
        );
        assert_eq!(cause("<html>"), RefusalCause::Other);
        let failure = refusal(bad, None, br#"{"code":1,"message":"Session ID unknown"}"#).failure;
        let said = Some(StatusNote::ServerMessage(Text::clean("Session ID unknown")));
        assert_eq!(
            failure,
            Failure::Status {
                code: 400,
                note: said
            }
        );
    }
}
