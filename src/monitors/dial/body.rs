//! A response body as it comes in.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::cause;
use super::flight::Flight;
use crate::model::{Failure, Part, Stage};

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

    /// All of it.
    ///
    /// # Errors
    /// As `chunk`, and `too_large` beyond the endpoint's `max_bytes`, which counts what came out of decompression.
    pub async fn read(mut self) -> Result<Bytes, Failure> {
        let mut whole = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if whole.len() + chunk.len() > self.max_bytes {
                return Err(Failure::TooLarge { what: Part::Body, limit: self.max_bytes as u64 });
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }
}
