//! What an error of the libraries below means: the closed list of the contract.

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
use crate::model::{Failure, LocalLimit, MessagePart, Stage, Text, WireProtocol};

/// hyper's cap on a response head, in bytes; it also refuses more than `MAX_HEADERS` lines.
pub(super) const MAX_HEAD: u32 = 8192 + 4096 * 100;
/// Lines of a response head that hyper takes.
pub(super) const MAX_HEADERS: usize = 512;

/// Whether an error promises that the request was not processed (RFC 9113, section 8.7). h2 gives a
/// stream the GOAWAY of the other side only if its number is above the last one that was taken.
pub(super) fn is_refused(error: &hyper::Error) -> bool {
    error
        .source()
        .and_then(<dyn Error>::downcast_ref::<h2::Error>)
        .is_some_and(|error| {
            error.is_remote()
                && (error.is_go_away() || error.reason() == Some(h2::Reason::REFUSED_STREAM))
        })
}

/// The failure behind an error of reqwest or hyper, at the stage where the flight stands.
pub(super) fn failure(error: &(dyn Error + 'static), flight: &InFlight) -> Failure {
    let chain = Chain::of(error);
    let tried = flight.tried();
    if let Some(lack) = chain.lack(&tried) {
        return Failure::Local { limit: lack };
    }
    if let Some(LookupError {
        host,
        why: LookupCause::Dns(cause),
    }) = chain.lookup
        && !flight.is_proxy(host.as_str())
    {
        return Failure::Dns {
            host: host.clone(),
            cause: *cause,
        };
    }
    let stage = flight.trace.stage();
    if flight.has_proxy() && matches!(stage, Stage::Resolve | Stage::Connect) {
        return Failure::Proxy {
            why: proxy_word(&chain),
        };
    }
    if let Some(tls) = chain.tls {
        return tls_failure::failure(tls, &flight.trace);
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
            io_failure(io, WireProtocol::Http, &flight.trace, flight.peer()).at(&tried)
        }
        Some(io) => io_failure(io, WireProtocol::Http, &flight.trace, flight.peer()),
        None => protocol(WireProtocol::Http, chain.deepest),
    }
}

/// The address that won the race, if that is why a connection was given up.
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

/// The failure behind an error of the conversation with a proxy itself.
pub(super) fn proxy_failure(error: &(dyn Error + 'static), flight: &InFlight) -> Failure {
    let chain = Chain::of(error);
    match chain.lack(&flight.tried()) {
        Some(lack) => Failure::Local { limit: lack },
        None => Failure::Proxy {
            why: proxy_word(&chain),
        },
    }
}

/// The failure behind a read or write error of a connection with `peer`.
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
    if let Some(lack) = chain.lack(peer.as_slice()) {
        return Failure::Local { limit: lack };
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
        // No route, no address, the kernel's own time-outs: whatever else the system says.
        _ if error.raw_os_error().is_some() => Failure::Unreachable {
            peer,
            why: system_word(error),
        },
        _ => protocol(wire, chain.deepest),
    }
}

/// What a chain of errors holds. `io::Error` hides its inner error from `source()`, so it is asked
/// separately.
struct Chain<'e> {
    lookup: Option<&'e LookupError>,
    tls: Option<&'e rustls::Error>,
    hyper: Option<&'e hyper::Error>,
    /// The innermost.
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

    /// What this machine lacked for a connection with one of these.
    fn lack(&self, peers: &[SocketAddr]) -> Option<LocalLimit> {
        if let Some(LookupError {
            why: LookupCause::Local(lack),
            ..
        }) = self.lookup
        {
            return Some(*lack);
        }
        let io = self.io?;
        if network::is_missing(io, peers) {
            return Some(LocalLimit::Network);
        }
        // Without any address of its own in the family of an IPv6 target a machine says the same as
        // without a port.
        local_limit(io).filter(|lack| {
            *lack != LocalLimit::Ports || peers.first().is_none_or(SocketAddr::is_ipv4)
        })
    }
}

/// What this machine lacks, if that is what the system says.
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

/// `No route to host (os error 113)` without the number.
fn system_word(error: &io::Error) -> Text {
    let sentence = error.to_string();
    Text::clean(sentence.split(" (os error").next().unwrap_or(&sentence))
}

/// hyper's tunnel and SOCKS errors have no public type, only a sentence.
fn proxy_word(chain: &Chain<'_>) -> Text {
    if let Some(io) = chain.io.filter(|io| io.raw_os_error().is_some()) {
        return system_word(io);
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
        assert!(!why.as_str().contains("os error"), "{why}");
    }

    #[test]
    fn what_this_machine_lacks_is_no_fault_of_the_target() {
        let lack = |code: Errno, peer: Option<&str>| {
            let peer = peer.map(|peer| peer.parse().unwrap());
            io_failure(
                &io::Error::from(code),
                WireProtocol::Http,
                &Trace::new(Clock::start()),
                peer,
            )
            .local_limit()
        };
        assert_eq!(lack(Errno::EMFILE, None), Some(LocalLimit::Files));
        assert_eq!(lack(Errno::ENFILE, None), Some(LocalLimit::Files));
        assert_eq!(lack(Errno::ENOBUFS, None), Some(LocalLimit::Buffers));
        assert_eq!(
            lack(Errno::EADDRNOTAVAIL, Some("127.0.0.1:9")),
            Some(LocalLimit::Ports)
        );
        assert_eq!(lack(Errno::EADDRNOTAVAIL, Some("[::1]:9")), None);
        assert_eq!(lack(Errno::ECONNREFUSED, None), None);
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
