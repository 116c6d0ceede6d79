//! A response body that is read as it arrives.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderValue;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use tokio::time::timeout;
use url::Origin;

use super::super::payload::json;
use super::cause;
use super::codings::Codings;
use super::http_connection::HttpConnection;
use super::in_flight::InFlight;
use crate::model::{Failure, MessagePart, Stage};

/// Maximum number of bytes that are read of an unexpected response. Most error pages are shorter,
/// so their connection can be reused.
const PREFIX_BYTES: usize = 64 * 1024;
/// Maximum time to wait for these bytes.
const PREFIX_TIMEOUT: Duration = Duration::from_secs(1);

/// The body of a response. At its end it returns the connection for reuse.
#[derive(Debug)]
pub struct Body {
    incoming: Incoming,
    /// The connection, which closes with this body. `None` once it is stored for the next attempt.
    connection: Option<Box<HttpConnection>>,
    in_flight: Arc<InFlight>,
    origin: Origin,
    codings: Codings,
    max_bytes: usize,
}

impl Body {
    pub(super) fn new(
        incoming: Incoming,
        connection: HttpConnection,
        in_flight: Arc<InFlight>,
        origin: Origin,
        codings: Codings,
        max_bytes: usize,
    ) -> Body {
        let mut body = Body {
            incoming,
            connection: Some(Box::new(connection)),
            in_flight,
            origin,
            codings,
            max_bytes,
        };
        if body.incoming.is_end_stream() {
            body.release();
        }
        body
    }

    /// Returns the next chunk without decoding it, or `None` at the proper end. Unlike `read`, it
    /// does not limit the total size. Cancel-safe.
    ///
    /// # Errors
    /// `closed` if the body is cut short, `reset`, or `protocol` for invalid chunks.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            match self.incoming.frame().await {
                Some(Ok(frame)) => {
                    // Trailers are ignored.
                    if let Ok(chunk) = frame.into_data() {
                        self.in_flight.trace.received(chunk.len());
                        return Ok(Some(chunk));
                    }
                }
                Some(Err(error)) => {
                    self.ended();
                    return Err(cause::failure(&error, &self.in_flight));
                }
                None => {
                    self.ended();
                    self.in_flight.trace.body_ended();
                    self.release();
                    return Ok(None);
                }
            }
        }
    }

    /// Reads the beginning of an unexpected body and records it in the trace. Returns the bytes and
    /// whether they are the whole body. It waits at most one second and at most half of the
    /// attempt's remaining time.
    pub async fn read_prefix(mut self, content_type: Option<&HeaderValue>) -> (Bytes, bool) {
        let patience = self
            .in_flight
            .trace
            .left()
            .map_or(PREFIX_TIMEOUT, |left| PREFIX_TIMEOUT.min(left / 2));
        let mut head = BytesMut::new();
        let reading = async {
            while head.len() < PREFIX_BYTES.min(self.max_bytes) {
                match self.chunk().await {
                    Ok(Some(chunk)) => head.extend_from_slice(&chunk),
                    ended => return ended.is_ok(),
                }
            }
            false
        };
        // Boxed because it is rare: a task keeps the size of its largest state.
        let is_whole = timeout(patience, Box::pin(reading)).await.unwrap_or(false);
        let head = head.freeze();
        // A part of an encoded body cannot be decoded.
        let plain = if is_whole {
            self.codings.decode(head.clone(), self.max_bytes)
        } else {
            Ok(head.clone())
        };
        let plain = plain.unwrap_or_else(|_| head.clone());
        self.write_transcript(&plain);
        self.in_flight.trace.record_body(&json::decode(
            &plain,
            content_type.map(HeaderValue::as_bytes),
        ));
        (head, is_whole)
    }

    fn write_transcript(&self, body: &[u8]) {
        if let Some(transcript) = self.in_flight.trace.transcript() {
            transcript.body(body);
        }
    }

    fn ended(&self) {
        // This ends the body phase of a poll. A subscription has left this stage before.
        if self.in_flight.trace.stage() == Stage::Body {
            self.in_flight.trace.enter(Stage::Body);
        }
    }

    fn release(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.in_flight.store_idle(self.origin.clone(), *connection);
        }
    }

    /// Reads the whole body, and decodes it if the dialer requested content codings.
    ///
    /// # Errors
    /// As `chunk`; `protocol` for an unsupported coding or invalid data; `too_large` beyond the
    /// endpoint's `max_bytes`, before or after decoding.
    pub async fn read(mut self) -> Result<Bytes, Failure> {
        let mut whole = BytesMut::new();
        loop {
            let failure = match self.chunk().await {
                Ok(Some(chunk)) if whole.len() + chunk.len() > self.max_bytes => {
                    Failure::TooLarge {
                        what: MessagePart::Body,
                        limit: self.max_bytes as u64,
                    }
                }
                Ok(Some(chunk)) => {
                    whole.extend_from_slice(&chunk);
                    continue;
                }
                Ok(None) => {
                    let plain = self.codings.decode(whole.freeze(), self.max_bytes);
                    self.write_transcript(plain.as_deref().unwrap_or_default());
                    return plain;
                }
                Err(failure) => failure,
            };
            self.write_transcript(&whole);
            // The beginning of the body may explain the failure.
            self.in_flight.trace.record_body(&whole);
            return Err(failure);
        }
    }
}
