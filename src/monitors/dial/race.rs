//! A race between the addresses of one name (RFC 8305, section 5).
//!
//! The HTTP library tries the addresses of one family one after the other, each for as long as the
//! system waits. So it is given one address alone, and here the others are tried beside it. If one
//! of them answers first, its connection is closed again, and a new one is made to that address.

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

/// The next address is tried when the one before has not answered for so long.
const NEXT_AFTER: Duration = Duration::from_millis(250);

/// A connection was given up, because this address answers and its own does not.
#[derive(Debug)]
pub(super) struct OtherAddressWon(pub(super) SocketAddr);

impl fmt::Display for OtherAddressWon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answers first", self.0)
    }
}

impl Error for OtherAddressWon {}

/// Waits for the connection, and tries the flight's other addresses as long as it does not come
/// about.
pub(super) async fn race<C, E: Into<BoxError>>(
    flight: &InFlight,
    connection: impl Future<Output = Result<C, E>>,
) -> Result<C, BoxError> {
    let mut connection = pin!(connection);
    // The name is resolved inside of it, and only then is it known whether there are others.
    let begun = poll_fn(|context| match connection.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending if flight.has_alternatives() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    });
    let mut failed = match begun.await {
        Some(Ok(connection)) => return Ok(connection),
        Some(Err(error)) => Some(error.into()),
        None => None,
    };
    let mut probes = FuturesUnordered::new();
    let mut is_next_due = failed.is_some();
    loop {
        if flight.is_handshaking() {
            return match failed {
                Some(error) => Err(error),
                None => connection.await.map_err(Into::into),
            };
        }
        if is_next_due && let Some(rival) = flight.next_alternative() {
            probes.push(probe(rival));
        }
        match failed.take() {
            Some(error) if probes.is_empty() => return Err(error),
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
            Some((address, has_answered)) = probes.next() => {
                if has_answered && !flight.is_handshaking() {
                    return Err(OtherAddressWon(address).into());
                }
                true
            }
            () = tokio::time::sleep(NEXT_AFTER), if flight.has_alternatives() => true,
        };
    }
}

async fn probe(address: SocketAddr) -> (SocketAddr, bool) {
    (address, TcpStream::connect(address).await.is_ok())
}

// Elsewhere loopback has one address.
#[cfg(test)]
mod tests;
