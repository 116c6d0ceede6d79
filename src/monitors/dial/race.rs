//! Tries the addresses of one name in parallel (RFC 8305, section 5).
//!
//! The HTTP library tries the addresses of one family in sequence, each until the system's
//! time-out. Therefore it gets one address only, and this module tries the others in parallel. If
//! another address accepts a connection first, that connection is closed again. The library then
//! makes a new connection to that address.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::net::TcpStream;

use super::in_flight::InFlight;

pub(super) type BoxError = Box<dyn Error + Send + Sync>;

/// Delay before the next address is tried.
const NEXT_ADDRESS_DELAY: Duration = Duration::from_millis(250);

/// The error of a connection that was abandoned because this other address answered first.
#[derive(Debug)]
pub(super) struct OtherAddressWon(pub(super) SocketAddr);

impl fmt::Display for OtherAddressWon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answers first", self.0)
    }
}

impl Error for OtherAddressWon {}

/// Waits for the connection, and tries the other addresses in parallel until one connects.
///
/// # Errors
/// `OtherAddressWon` if another address answers first, otherwise the error of `connection`.
pub(super) async fn race<C, E: Into<BoxError>>(
    in_flight: &InFlight,
    connection: impl Future<Output = Result<C, E>>,
) -> Result<C, BoxError> {
    let mut connection = pin!(connection);
    // The connection resolves the name, so the other addresses are known only after it was polled.
    let begun = poll_fn(|context| match connection.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending if in_flight.has_alternatives() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    });
    let mut failed = match begun.await {
        Some(Ok(connection)) => return Ok(connection),
        Some(Err(error)) => Some(error.into()),
        None => None,
    };
    let mut attempts = FuturesUnordered::new();
    let mut is_next_due = failed.is_some();
    loop {
        if in_flight.is_handshaking() {
            return match failed {
                Some(error) => Err(error),
                None => connection.await.map_err(Into::into),
            };
        }
        if is_next_due && let Some(alternative) = in_flight.next_alternative() {
            attempts.push(try_connect(alternative));
        }
        match failed.take() {
            Some(error) if attempts.is_empty() => return Err(error),
            other => failed = other,
        }
        is_next_due = tokio::select! {
            biased;
            result = &mut connection, if failed.is_none() => match result {
                Ok(connection) => return Ok(connection),
                Err(error) => {
                    failed = Some(error.into());
                    true
                }
            },
            Some((address, has_answered)) = attempts.next() => {
                if has_answered && !in_flight.is_handshaking() {
                    return Err(OtherAddressWon(address).into());
                }
                true
            }
            () = tokio::time::sleep(NEXT_ADDRESS_DELAY), if in_flight.has_alternatives() => true,
        };
    }
}

async fn try_connect(address: SocketAddr) -> (SocketAddr, bool) {
    (address, TcpStream::connect(address).await.is_ok())
}

// Only Linux has more than one loopback address by default.
#[cfg(test)]
mod tests;
