//! Maps errors of the HTTP, TLS and DNS libraries to the closed list of failures.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use nix::errno::Errno;

use super::super::trace::Trace;
use super::in_flight::InFlight;
use super::network;
use super::race::OtherAddressWon;
use super::resolve::{LookupCause, LookupError};
use super::tls_failure;
use crate::file::system_word;
use crate::model::{Failure, LocalLimit, MessagePart, Stage, Text, WireProtocol};

/// hyper's limit for a response head in bytes. It also refuses more than `MAX_HEADERS` lines.
pub(super) const MAX_HEAD: u32 = 8192 + 4096 * 100;
/// Maximum number of lines of a response head.
pub(super) const MAX_HEADERS: usize = 512;

/// Returns whether an error guarantees that the request was not processed (RFC 9113, section 8.7).
/// h2 reports the peer's GOAWAY only to streams above the last one that the peer accepted.
pub(super) fn is_refused(error: &hyper::Error) -> bool {
    error
        .source()
        .and_then(<dyn Error>::downcast_ref::<h2::Error>)
        .is_some_and(|error| {
            error.is_remote()
                && (error.is_go_away() || error.reason() == Some(h2::Reason::REFUSED_STREAM))
        })
}

/// Returns the failure behind an error of reqwest or hyper at the current stage.
pub(super) fn failure(error: &(dyn Error + 'static), in_flight: &InFlight) -> Failure {
    let chain = Chain::of(error);
    let tried = in_flight.tried();
    if let Some(limit) = chain.local_limit(&tried) {
        return Failure::Local { limit };
    }
    if let Some(LookupError {
        host,
        why: LookupCause::Dns(cause),
    }) = chain.lookup
        && !in_flight.is_proxy(host.as_str())
    {
        return Failure::Dns {
            host: host.clone(),
            cause: *cause,
        };
    }
    let stage = in_flight.trace.stage();
    if in_flight.has_proxy() && matches!(stage, Stage::Resolve | Stage::Connect) {
        return Failure::Proxy {
            why: proxy_word(&chain),
        };
    }
    if let Some(tls) = chain.tls {
        return tls_failure::failure(tls, &in_flight.trace);
    }
    if let Some(hyper) = chain.hyper {
        if hyper.is_parse_too_large() {
            return Failure::TooLarge {
                what: MessagePart::Headers,
                limit: MAX_HEAD.into(),
            };
        }
        if hyper.is_incomplete_message() || hyper.is_closed() || hyper.is_canceled() {
            return closed(stage);
        }
    }
    match chain.io {
        Some(io) if stage == Stage::Connect => {
            io_failure(io, WireProtocol::Http, &in_flight.trace, in_flight.peer()).at(&tried)
        }
        Some(io) => io_failure(io, WireProtocol::Http, &in_flight.trace, in_flight.peer()),
        None => protocol(WireProtocol::Http, chain.deepest),
    }
}

/// Returns the address that answered first, if the connection was abandoned for it.
pub(super) fn winner(error: &reqwest::Error) -> Option<SocketAddr> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(OtherAddressWon(address)) = error.downcast_ref() {
            return Some(*address);
        }
        next = error.source();
    }
    None
}

/// Returns the failure behind an error of the exchange with a proxy.
pub(super) fn proxy_failure(error: &(dyn Error + 'static), in_flight: &InFlight) -> Failure {
    let chain = Chain::of(error);
    match chain.local_limit(&in_flight.tried()) {
        Some(limit) => Failure::Local { limit },
        None => Failure::Proxy {
            why: proxy_word(&chain),
        },
    }
}

/// Returns the failure behind a read or write error of a connection with `peer`.
pub(super) fn io_failure(
    error: &io::Error,
    wire: WireProtocol,
    trace: &Trace,
    peer: Option<SocketAddr>,
) -> Failure {
    let chain = Chain::of(error);
    if let Some(tls) = chain.tls {
        return tls_failure::failure(tls, trace);
    }
    if let Some(limit) = chain.local_limit(peer.as_slice()) {
        return Failure::Local { limit };
    }
    let stage = trace.stage();
    let error = chain.io.unwrap_or(error);
    match error.kind() {
        ErrorKind::ConnectionRefused => Failure::Refused { peer },
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            Failure::Reset { stage }
        }
        ErrorKind::UnexpectedEof | ErrorKind::NotConnected => closed(stage),
        ErrorKind::InvalidData | ErrorKind::InvalidInput => protocol(wire, chain.deepest),
        // All other system errors: no route, no address, the kernel's time-outs.
        _ if error.raw_os_error().is_some() => Failure::Unreachable {
            peer,
            why: Text::clean(&system_word(error)),
        },
        _ => protocol(wire, chain.deepest),
    }
}

/// Returns the failure behind an error of a library that connects itself, to one of `peers`; `None`
/// if neither the system nor TLS caused it.
pub fn foreign_failure(
    error: &(dyn Error + 'static),
    trace: &Trace,
    peers: &[SocketAddr],
) -> Option<Failure> {
    let chain = Chain::of(error);
    if let Some(tls) = chain.tls {
        return Some(tls_failure::failure(tls, trace));
    }
    if let Some(limit) = chain.local_limit(peers) {
        return Some(Failure::Local { limit });
    }
    let peer = match peers {
        [only] => Some(*only),
        _ => None,
    };
    match io_failure(chain.io?, WireProtocol::Http, trace, peer) {
        Failure::Protocol { .. } => None,
        other => Some(other.at(peers)),
    }
}

/// The known errors in a chain of sources. `io::Error` hides its inner error from `source()`, so
/// `get_ref` is asked separately.
struct Chain<'e> {
    lookup: Option<&'e LookupError>,
    tls: Option<&'e rustls::Error>,
    hyper: Option<&'e hyper::Error>,
    /// The innermost `io::Error`.
    io: Option<&'e io::Error>,
    deepest: &'e (dyn Error + 'static),
}

impl<'e> Chain<'e> {
    fn of(error: &'e (dyn Error + 'static)) -> Chain<'e> {
        let mut chain = Chain {
            lookup: None,
            tls: None,
            hyper: None,
            io: None,
            deepest: error,
        };
        let mut next = Some(error);
        while let Some(error) = next {
            chain.deepest = error;
            chain.lookup = error.downcast_ref().or(chain.lookup);
            chain.tls = error.downcast_ref().or(chain.tls);
            chain.hyper = error.downcast_ref().or(chain.hyper);
            let io = error.downcast_ref::<io::Error>();
            chain.io = io.or(chain.io);
            next = match io.and_then(io::Error::get_ref) {
                Some(inner) => Some(inner),
                None => error.source(),
            };
        }
        chain
    }

    /// Returns the local limit that prevented a connection with one of these peers.
    fn local_limit(&self, peers: &[SocketAddr]) -> Option<LocalLimit> {
        if let Some(LookupError {
            why: LookupCause::Local(limit),
            ..
        }) = self.lookup
        {
            return Some(*limit);
        }
        let io = self.io?;
        if network::is_missing(io, peers) {
            return Some(LocalLimit::Network);
        }
        // A machine without an IPv6 address reports the same error for an IPv6 peer as one without
        // free ports.
        local_limit(io).filter(|limit| {
            *limit != LocalLimit::Ports || peers.first().is_none_or(SocketAddr::is_ipv4)
        })
    }
}

/// Returns the local limit that a system error reports.
pub(super) fn local_limit(error: &io::Error) -> Option<LocalLimit> {
    match Errno::from_raw(error.raw_os_error()?) {
        Errno::EMFILE | Errno::ENFILE => Some(LocalLimit::Files),
        Errno::EADDRNOTAVAIL => Some(LocalLimit::Ports),
        Errno::ENOBUFS | Errno::ENOMEM => Some(LocalLimit::Buffers),
        _ => None,
    }
}

fn closed(stage: Stage) -> Failure {
    Failure::Closed {
        stage,
        code: None,
        why: None,
    }
}

fn protocol(wire: WireProtocol, error: &dyn Error) -> Failure {
    Failure::Protocol {
        protocol: wire,
        why: Text::clean(&error.to_string()),
    }
}

/// Returns the text of a proxy error. hyper's tunnel and SOCKS errors have no public type, only a
/// text.
fn proxy_word(chain: &Chain<'_>) -> Text {
    if let Some(io) = chain.io.filter(|io| io.raw_os_error().is_some()) {
        return Text::clean(&system_word(io));
    }
    let sentence = chain.deepest.to_string();
    let word = sentence
        .trim_start_matches("tunnel error: ")
        .trim_start_matches("SOCKS error: ");
    Text::clean(if word == "unsuccessful" {
        "refused the tunnel"
    } else {
        word
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::model::Reason;

    fn reason(error: io::Error) -> Reason {
        io_failure(
            &error,
            WireProtocol::Http,
            &Trace::new(Clock::start()),
            None,
        )
        .reason()
    }

    #[test]
    fn what_the_system_says() {
        for code in [Errno::ENETUNREACH, Errno::ETIMEDOUT, Errno::EHOSTUNREACH] {
            assert_eq!(reason(io::Error::from(code)), Reason::Unreachable, "{code}");
        }
        assert_eq!(reason(ErrorKind::ConnectionRefused.into()), Reason::Refused);
        assert_eq!(reason(ErrorKind::BrokenPipe.into()), Reason::Reset);
        assert_eq!(reason(ErrorKind::UnexpectedEof.into()), Reason::Closed);
        let why = system_word(&io::Error::from(Errno::EHOSTUNREACH));
        assert!(!why.contains("os error"), "{why}");
    }

    #[test]
    fn what_this_machine_lacks_is_no_fault_of_the_target() {
        let limit = |code: Errno, peer: Option<&str>| {
            let peer = peer.map(|peer| peer.parse().unwrap());
            io_failure(
                &io::Error::from(code),
                WireProtocol::Http,
                &Trace::new(Clock::start()),
                peer,
            )
            .local_limit()
        };
        assert_eq!(limit(Errno::EMFILE, None), Some(LocalLimit::Files));
        assert_eq!(limit(Errno::ENFILE, None), Some(LocalLimit::Files));
        assert_eq!(limit(Errno::ENOBUFS, None), Some(LocalLimit::Buffers));
        assert_eq!(
            limit(Errno::EADDRNOTAVAIL, Some("127.0.0.1:9")),
            Some(LocalLimit::Ports)
        );
        assert_eq!(limit(Errno::EADDRNOTAVAIL, Some("[::1]:9")), None);
        assert_eq!(limit(Errno::ECONNREFUSED, None), None);
    }

    #[test]
    fn what_io_errors_hide() {
        let inner = io::Error::other(rustls::Error::General("x".to_owned()));
        assert_eq!(
            reason(io::Error::new(ErrorKind::InvalidData, inner)),
            Reason::Tls
        );
    }
}
