//! A response body as it comes in.

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

/// Bytes of an unexpected answer that are read at most. Most error pages end before, and their
/// connection can be kept.
const PREFIX_BYTES: usize = 64 * 1024;
/// How long they are waited for.
const PREFIX_TIMEOUT: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct Body {
    incoming: Incoming,
    /// The connection that it comes over, which ends with it; none once it is kept for the next
    /// attempt.
    connection: Option<Box<HttpConnection>>,
    flight: Arc<InFlight>,
    origin: Origin,
    codings: Codings,
    max_bytes: usize,
}

impl Body {
    pub(super) fn new(
        incoming: Incoming,
        carrier: HttpConnection,
        flight: Arc<InFlight>,
        origin: Origin,
        codings: Codings,
        max_bytes: usize,
    ) -> Body {
        let mut body = Body {
            incoming,
            connection: Some(Box::new(carrier)),
            flight,
            origin,
            codings,
            max_bytes,
        };
        if body.incoming.is_end_stream() {
            body.release();
        }
        body
    }

    /// The next piece, as it came; `None` at the proper end. The whole is not capped: see `read`.
    /// Cancel-safe.
    ///
    /// # Errors
    /// `closed` when cut short, `reset`, `protocol` for bad chunks.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            match self.incoming.frame().await {
                Some(Ok(frame)) => {
                    // Trailers are not looked at.
                    if let Ok(chunk) = frame.into_data() {
                        self.flight.trace.received(chunk.len());
                        return Ok(Some(chunk));
                    }
                }
                Some(Err(error)) => {
                    self.ended();
                    return Err(cause::failure(&error, &self.flight));
                }
                None => {
                    self.ended();
                    self.release();
                    return Ok(None);
                }
            }
        }
    }

    /// What is needed to see what came instead of a heartbeat, and whether that is all of it; it
    /// goes into the trace. Waits for a second at most, and leaves the attempt time to end as it
    /// should.
    pub async fn read_prefix(mut self, content_type: Option<&HeaderValue>) -> (Bytes, bool) {
        let patience = self
            .flight
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
        // Boxed: rare, and a task keeps the size of its largest state.
        let is_whole = timeout(patience, Box::pin(reading)).await.unwrap_or(false);
        let head = head.freeze();
        // A part of what is encoded cannot be read.
        let plain = if is_whole {
            self.codings.decode(head.clone(), self.max_bytes)
        } else {
            Ok(head.clone())
        };
        let plain = plain.unwrap_or_else(|_| head.clone());
        self.flight.trace.record_body(&json::decode(
            &plain,
            content_type.map(HeaderValue::as_bytes),
        ));
        (head, is_whole)
    }

    fn ended(&self) {
        // A subscription has left this stage long ago; for a poll it is over now.
        if self.flight.trace.stage() == Stage::Body {
            self.flight.trace.enter(Stage::Body);
        }
    }

    fn release(&mut self) {
        if let Some(carrier) = self.connection.take() {
            self.flight.store_idle(self.origin.clone(), *carrier);
        }
    }

    /// All of it, without its content codings if the dialer asked for them.
    ///
    /// # Errors
    /// As `chunk`, `protocol` for a coding that is not read or is broken, and `too_large` beyond
    /// the endpoint's `max_bytes`, before and after decoding.
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
                Ok(None) => return self.codings.decode(whole.freeze(), self.max_bytes),
                Err(failure) => failure,
            };
            // How it began may tell why it did not end as it should.
            self.flight.trace.record_body(&whole);
            return Err(failure);
        }
    }
}
