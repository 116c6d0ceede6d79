//! The WebSocket handshake over the dialer's HTTP connection (RFC 6455, section 4.1), and the
//! failures behind WebSocket errors.

use std::sync::Arc;

use http::header::{
    CONNECTION, CONTENT_TYPE, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error, ProtocolError};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use url::Url;

use super::super::trace::Trace;
use super::cookie_jar::CookieJar;
use super::exchange::{HopRequest, OpenResponse};
use super::in_flight::InFlight;
use super::{Dialer, HttpRequest, cause, redirect_note};
use crate::model::{Failure, MessagePart, Stage, StatusNote, Text, WireProtocol};

/// The connection after a handshake.
pub type Upgraded = TokioIo<hyper::upgrade::Upgraded>;

impl Dialer {
    /// Performs the WebSocket handshake (RFC 6455, section 4.1). Returns the stream and the chosen
    /// subprotocol. It follows no redirects. `max_bytes` limits messages and frames. The dialer
    /// must use `HttpVersion::Http1`.
    ///
    /// # Errors
    /// As `fetch`; `status` if the server refuses the upgrade, `protocol` if its response is
    /// invalid.
    pub async fn websocket(
        &self,
        url: Url,
        mut headers: HeaderMap,
        subprotocols: &[String],
    ) -> Result<(WebSocketStream<Upgraded>, Option<String>), Failure> {
        let key = generate_key();
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        headers.insert(
            SEC_WEBSOCKET_KEY,
            HeaderValue::from_str(&key).map_err(|_| wrong("unusable key"))?,
        );
        if !subprotocols.is_empty() {
            let offer = HeaderValue::from_str(&subprotocols.join(", "))
                .map_err(|_| wrong("unusable subprotocol"))?;
            headers.insert(SEC_WEBSOCKET_PROTOCOL, offer);
        }
        let request = HttpRequest {
            method: Method::GET,
            url,
            headers,
            body: None,
        };
        let in_flight = self.in_flight();
        let hop = HopRequest {
            request: &request,
            jar: &CookieJar::default(),
            is_redirect: false,
        };
        let mut connection = self
            .connection(&in_flight, &request, Stage::Handshake)
            .await?;
        if connection.is_proxied {
            connection = self.tunnel(connection, &request.url, &in_flight).await?;
        }
        let received = self
            .send_over(connection, &in_flight, &hop)
            .await
            .map_err(|fault| fault.failure)?;
        let head = &received.response;
        let protocol = match check(
            &request.url,
            head.status(),
            head.headers(),
            &key,
            subprotocols,
        ) {
            Ok(protocol) => protocol,
            Err(failure) => {
                if head.status() != StatusCode::SWITCHING_PROTOCOLS {
                    self.record_rejection(received, &request.url, &in_flight)
                        .await;
                }
                return Err(failure);
            }
        };
        let upgraded = hyper::upgrade::on(received.response)
            .await
            .map_err(|error| cause::failure(&error, &in_flight))?;
        let upgraded = TokioIo::new(upgraded);
        let stream =
            WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(self.limits())).await;
        Ok((stream, protocol))
    }

    /// Records the body of a response that is not an upgrade.
    async fn record_rejection(&self, received: OpenResponse, url: &Url, in_flight: &Arc<InFlight>) {
        let (head, body) = received.into_parts(self, in_flight, url.origin());
        Box::pin(body.read_prefix(head.headers.get(CONTENT_TYPE))).await;
    }

    /// Returns limits with small buffers, because tungstenite's defaults take 130 KiB for every
    /// idle connection. A larger frame gets a larger buffer when it arrives.
    fn limits(&self) -> WebSocketConfig {
        let cap = self.endpoint.options.max_bytes;
        WebSocketConfig::default()
            .read_buffer_size(1024)
            .write_buffer_size(0)
            .max_write_buffer_size(cap.saturating_add(64 * 1024))
            .max_message_size(Some(cap))
            .max_frame_size(Some(cap))
    }
}

/// Returns the failure behind a read or write error of a WebSocket.
pub fn websocket_failure(error: Error, trace: &Trace) -> Failure {
    match error {
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Failure::Closed {
            stage: trace.stage(),
            code: None,
            why: None,
        },
        Error::Io(error) => cause::io_failure(
            &error,
            WireProtocol::WebSocket,
            trace,
            trace.connection().peer,
        ),
        Error::Capacity(CapacityError::MessageTooLong { max_size, .. }) => Failure::TooLarge {
            what: MessagePart::Message,
            limit: max_size as u64,
        },
        // Only the inner error, because the outer text repeats the name of the protocol.
        Error::Protocol(error) => wrong(&error.to_string()),
        other => wrong(&other.to_string()),
    }
}

/// Checks the handshake response and returns the subprotocol that the server chose.
fn check(
    asked: &Url,
    status: StatusCode,
    headers: &HeaderMap,
    key: &str,
    offered: &[String],
) -> Result<Option<String>, Failure> {
    if status != StatusCode::SWITCHING_PROTOCOLS {
        let is_good_news = (200..400).contains(&status.as_u16());
        let note = redirect_note(asked, status, headers)
            .or(is_good_news.then_some(StatusNote::NotUpgraded));
        return Err(Failure::Status {
            code: status.as_u16(),
            note,
        });
    }
    if !has_token(headers, &UPGRADE, "websocket") || !has_token(headers, &CONNECTION, "upgrade") {
        return Err(wrong("101 without the upgrade to websocket"));
    }
    let accepted = headers.get(SEC_WEBSOCKET_ACCEPT).map(HeaderValue::as_bytes);
    if accepted != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(wrong("Sec-WebSocket-Accept does not fit the key"));
    }
    if let Some(extension) = headers.get(SEC_WEBSOCKET_EXTENSIONS) {
        let name = Text::clean_bytes(extension.as_bytes());
        return Err(wrong(&format!("extension that was not offered: {name}")));
    }
    let Some(chosen) = headers.get(SEC_WEBSOCKET_PROTOCOL) else {
        return Ok(None);
    };
    match offered
        .iter()
        .find(|offer| offer.as_bytes() == chosen.as_bytes())
    {
        Some(offer) => Ok(Some(offer.clone())),
        None => {
            let name = Text::clean_bytes(chosen.as_bytes());
            Err(wrong(&format!("subprotocol that was not offered: {name}")))
        }
    }
}

/// Returns whether a comma-separated header contains a token, ignoring case.
fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| part.trim().eq_ignore_ascii_case(token))
}

fn wrong(why: &str) -> Failure {
    Failure::Protocol {
        protocol: WireProtocol::WebSocket,
        why: Text::clean(why),
    }
}
