//! A request's body on its way out, piece by piece, so that it is known when all of it has gone.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// One DATA frame of HTTP/2 (RFC 9113, section 6.5.2).
const PIECE: usize = 16 * 1024;

#[derive(Debug)]
pub(super) struct RequestBody {
    rest: Bytes,
    /// There was something to send at all.
    has_body: bool,
    gone: BodySent,
}

/// Whether a body went out. Over HTTP/1 the connection itself knows; over HTTP/2 a stream that is
/// half sent stays open.
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
        let gone = BodySent(Arc::new(AtomicBool::new(!has_body)));
        (
            RequestBody {
                rest,
                has_body,
                gone: gone.clone(),
            },
            gone,
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
            // hyper asks again only when HTTP/2's flow control took the last piece.
            self.gone.0.store(true, Ordering::Relaxed);
            return Poll::Ready(None);
        }
        let piece = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        !self.has_body
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
