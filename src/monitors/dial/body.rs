//! A response body as it comes in.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderValue;
use tokio::time::timeout;

use super::super::payload::json;
use super::cause;
use super::flight::Flight;
use crate::model::{Failure, Part, Stage};

/// Bytes of an unexpected answer that are read at most. Most error pages end before, and their connection can be kept.
const ENOUGH: usize = 64 * 1024;
/// How long they are waited for.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct Body {
    pub(super) response: reqwest::Response,
    pub(super) flight: Arc<Flight>,
    pub(super) max_bytes: usize,
}

impl Body {
    /// The next piece, decompressed; `None` at the proper end. The whole is not capped: see `read`.
    /// Cancel-safe.
    ///
    /// # Errors
    /// `closed` when cut short, `reset`, `protocol` for bad chunks or compression.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        let chunk = self.response.chunk().await;
        let trace = &self.flight.trace;
        match chunk {
            Ok(Some(chunk)) => {
                trace.received(chunk.len());
                Ok(Some(chunk))
            }
            ended => {
                // A subscription has left this stage long ago; for a poll it is over now.
                if trace.stage() == Stage::Body {
                    trace.enter(Stage::Body);
                }
                ended.map_err(|error| cause::failure(error, &self.flight))
            }
        }
    }

    /// What is needed to see what came instead of a heartbeat, and whether that is all of it; it goes into the trace.
    /// Waits for a second at most, and leaves the attempt time to end as it should.
    pub async fn beginning(mut self, content_type: Option<&HeaderValue>) -> (Bytes, bool) {
        let patience = self.flight.trace.left().map_or(PATIENCE, |left| PATIENCE.min(left / 2));
        let mut head = BytesMut::new();
        let reading = async {
            while head.len() < ENOUGH.min(self.max_bytes) {
                match self.chunk().await {
                    Ok(Some(chunk)) => head.extend_from_slice(&chunk),
                    ended => return ended.is_ok(),
                }
            }
            false
        };
        // Boxed: rare, and a task keeps the size of its largest state.
        let is_whole = timeout(patience, Box::pin(reading)).await.unwrap_or(false);
        self.flight.trace.saw(&json::decode(&head, content_type.map(HeaderValue::as_bytes)));
        (head.freeze(), is_whole)
    }

    /// All of it.
    ///
    /// # Errors
    /// As `chunk`, and `too_large` beyond the endpoint's `max_bytes`, which counts what came out of decompression.
    pub async fn read(mut self) -> Result<Bytes, Failure> {
        let mut whole = BytesMut::new();
        loop {
            let failure = match self.chunk().await {
                Ok(Some(chunk)) if whole.len() + chunk.len() > self.max_bytes => {
                    Failure::TooLarge { what: Part::Body, limit: self.max_bytes as u64 }
                }
                Ok(Some(chunk)) => {
                    whole.extend_from_slice(&chunk);
                    continue;
                }
                Ok(None) => return Ok(whole.freeze()),
                Err(failure) => failure,
            };
            // How it began may tell why it did not end as it should.
            self.flight.trace.saw(&whole);
            return Err(failure);
        }
    }
}
