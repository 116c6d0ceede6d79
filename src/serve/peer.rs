//! The transport of one client connection: write timeouts and the reason for its end.

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::limits::Limits;
use super::slots::ConnectionSlot;

/// The client of a connection. Every request carries it as an extension.
#[derive(Debug)]
pub(super) struct Peer {
    pub address: SocketAddr,
    slot: ConnectionSlot,
    lost: AtomicBool,
    reads_a_stream: AtomicBool,
}

impl Peer {
    pub(super) fn new(peer: SocketAddr, slot: ConnectionSlot) -> Arc<Peer> {
        Arc::new(Peer {
            address: peer,
            slot,
            lost: AtomicBool::new(false),
            reads_a_stream: AtomicBool::new(false),
        })
    }

    /// Marks the connection as authorized, so that it keeps its slot.
    pub(super) fn mark_authorized(&self) {
        self.slot.mark_authorized();
    }

    /// Waits until another connection needs the slot of this one.
    pub(super) async fn evicted(&self) {
        self.slot.evicted().await;
    }

    /// Marks the response as a stream: only the stall timeout applies from now on.
    pub(super) fn mark_streaming(&self) {
        self.reads_a_stream.store(true, Ordering::Relaxed);
    }

    /// Whether the connection ended because the client could not be written to.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }
}

/// A transport whose writes fail with `TimedOut` when the client reads nothing for too long, or
/// takes too long for a whole answer.
pub(super) struct StallTimeout<S> {
    stream: S,
    client: Arc<Peer>,
    limits: Limits,
    /// Runs while the client reads nothing.
    stall: Option<Pin<Box<Sleep>>>,
    /// Runs from the first write that has to wait until the whole answer is written.
    answer: Option<Pin<Box<Sleep>>>,
}

impl<S> StallTimeout<S> {
    pub(super) fn new(stream: S, client: Arc<Peer>, limits: Limits) -> StallTimeout<S> {
        StallTimeout {
            stream,
            client,
            limits,
            stall: None,
            answer: None,
        }
    }

    /// Returns pending for a write that has to wait, or an error once it has waited too long.
    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let is_stalled = runs_out(&mut self.stall, self.limits.stall, context);
        let is_slow = !self.client.reads_a_stream.load(Ordering::Relaxed)
            && runs_out(&mut self.answer, self.limits.answer, context);
        if is_stalled || is_slow {
            self.client.lost.store(true, Ordering::Relaxed);
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }

    fn written(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(result) => {
                self.stall = None;
                self.heed(result)
            }
            Poll::Pending => self.wait(context),
        }
    }

    /// Marks the client as lost if a write timed out. The system reports a peer that acknowledges
    /// nothing with the same error.
    fn heed<T>(&self, result: io::Result<T>) -> Poll<io::Result<T>> {
        if result
            .as_ref()
            .is_err_and(|error| error.kind() == io::ErrorKind::TimedOut)
        {
            self.client.lost.store(true, Ordering::Relaxed);
        }
        Poll::Ready(result)
    }
}

fn runs_out(
    timer: &mut Option<Pin<Box<Sleep>>>,
    after: Duration,
    context: &mut Context<'_>,
) -> bool {
    timer
        .get_or_insert_with(|| Box::pin(sleep(after)))
        .as_mut()
        .poll(context)
        .is_ready()
}

impl<S: AsyncRead + Unpin> AsyncRead for StallTimeout<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let result = ready!(Pin::new(&mut self.stream).poll_read(context, buffer));
        self.heed(result)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for StallTimeout<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.written(written, context)
    }

    /// Forwards to the inner stream. With vectored writes, shared bytes are not copied per reader.
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_flush(context) {
            Poll::Ready(result) => {
                (self.stall, self.answer) = (None, None);
                self.heed(result)
            }
            Poll::Pending => self.wait(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_shutdown(context) {
            Poll::Ready(result) => self.heed(result),
            Poll::Pending => self.wait(context),
        }
    }
}
