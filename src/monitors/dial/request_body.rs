//! A request body that is sent in chunks and records when all of it was sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// Chunk size in bytes: the default maximum of an HTTP/2 frame (RFC 9113, section 6.5.2).
const CHUNK: usize = 16 * 1024;

/// The unsent rest of a request body.
#[derive(Debug)]
pub(super) struct RequestBody {
    rest: Bytes,
    /// The body was not empty.
    has_body: bool,
    sent: BodySent,
}

/// Whether a body was sent completely. HTTP/1 connections know this themselves. Over HTTP/2 a
/// stream that is half sent stays open.
#[derive(Clone, Debug)]
pub(super) struct BodySent(Arc<AtomicBool>);

impl BodySent {
    pub(super) fn is_complete(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl RequestBody {
    pub(super) fn new(body: Option<Bytes>) -> (RequestBody, BodySent) {
        let rest = body.unwrap_or_default();
        let has_body = !rest.is_empty();
        let sent = BodySent(Arc::new(AtomicBool::new(!has_body)));
        (
            RequestBody {
                rest,
                has_body,
                sent: sent.clone(),
            },
            sent,
        )
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            // hyper polls again only after HTTP/2 flow control accepted the last chunk.
            self.sent.0.store(true, Ordering::Relaxed);
            return Poll::Ready(None);
        }
        let chunk = self.rest.len().min(CHUNK);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(chunk)))))
    }

    fn is_end_stream(&self) -> bool {
        !self.has_body
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
