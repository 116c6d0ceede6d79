//! A connection on which no answer is longer than a limit.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Maximum number of bytes between two things that are sent: an answer, or a certificate with its
/// chain. lettre keeps a line until it ends, and reads all lines of an answer anew with each one.
const MAX_ANSWER: usize = 32 << 10;

/// An answer is longer than the limit.
#[derive(Debug)]
pub(super) struct AnswerTooLong;

impl AnswerTooLong {
    /// Returns whether an error comes from it.
    pub(super) fn caused(error: &(dyn Error + 'static)) -> bool {
        let mut cause = Some(error);
        while let Some(error) = cause {
            let inner = error.downcast_ref().and_then(io::Error::get_ref);
            if inner.is_some_and(|inner| inner.is::<AnswerTooLong>()) {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

impl fmt::Display for AnswerTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer over 32 KiB")
    }
}

impl Error for AnswerTooLong {}

/// A TCP connection that fails at an answer over 32 KiB.
#[derive(Debug)]
pub(super) struct CappedStream {
    stream: TcpStream,
    /// Number of bytes that this answer may still have.
    left: usize,
}

impl CappedStream {
    pub(super) const fn new(stream: TcpStream) -> CappedStream {
        CappedStream {
            stream,
            left: MAX_ANSWER,
        }
    }
}

impl AsyncTokioStream for CappedStream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for CappedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let read = buffer.filled().len().saturating_sub(before);
        match self.left.checked_sub(read) {
            Some(left) => {
                self.left = left;
                Poll::Ready(Ok(()))
            }
            None => Poll::Ready(Err(io::Error::other(AnswerTooLong))),
        }
    }
}

impl AsyncWrite for CappedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        self.left = MAX_ANSWER;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
