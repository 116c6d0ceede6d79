//! Sentences about failures and causes.

use std::fmt::Display;
use std::net::SocketAddr;
use std::time::Duration;

use http::StatusCode;
use jiff::SignedDuration;

use super::units::{age, bytes, count, elapsed_distance, latency, remaining_distance, span};
use crate::model::{
    Assertion, Cause, CertificateFault, DnsCause, Failure, LocalLimit, MessagePart, RedirectFault,
    SentMessage, Stage, StatusNote, Text, WireProtocol,
};

/// Maximum number of addresses in a sentence. Of the others, it gives only the number.
const MAX_ADDRESSES: usize = 4;

/// Returns the sentence about a failure, in one line, cause first, without a period: `connection
/// refused (127.0.0.1:9)`.
pub fn failure(failure: &Failure) -> String {
    let sentence = match failure {
        Failure::Dns { host, cause } => format!("DNS: {} ({host})", dns(*cause)),
        Failure::Refused { peer } => with_peer("connection refused", *peer),
        Failure::Unreachable { peer, why } => unreachable(*peer, why),
        Failure::Local { limit: lacking } => local_limit(*lacking).to_owned(),
        Failure::Reset { stage } => format!("connection reset by the server{}", during(*stage)),
        Failure::Timeout {
            after,
            stage,
            connected,
            received,
        } => {
            format!(
                "timed out after {} ({})",
                span(*after),
                standstill(*stage, *connected, *received)
            )
        }
        Failure::Tls { why } => because("TLS", why),
        Failure::Certificate { fault, subject } => {
            format!(
                "TLS: certificate {}{}",
                certificate(fault),
                note(subject.as_ref())
            )
        }
        Failure::Proxy { why } => because("proxy", &Text::clean(&lower(why.as_str()))),
        Failure::Protocol { protocol: on, why } => {
            because(&format!("{} protocol error", wire(*on)), why)
        }
        Failure::Status { code, note: noted } => {
            format!("{}{}", status(*code), beside_status(noted.as_ref()))
        }
        Failure::StopAsked => format!("{}: the server asks clients not to reconnect", status(204)),
        Failure::Redirects { limit, to } => {
            let last = to
                .as_ref()
                .map_or_else(String::new, |to| format!(", the last to {to}"));
            format!(
                "more than {}{last}",
                count(u64::from(*limit), "redirect", "redirects")
            )
        }
        Failure::RedirectRefused { why } => redirect(*why).to_owned(),
        Failure::ContentType {
            wanted,
            got: Some(got),
        } => format!("content type is {got}, expected {wanted}"),
        Failure::ContentType { wanted, got: None } => format!("no content type, expected {wanted}"),
        Failure::Assertion(unmet) => assertion(unmet),
        Failure::Payload { why } => because("payload", why),
        Failure::TooLarge { what, limit } => format!("{} over {}", part(*what), bytes(*limit)),
        Failure::Closed { stage, code, why } => closed(*stage, *code, why.as_ref()),
        Failure::Rejected { why } => because("rejected by the server", why),
        Failure::NoReply { to, after } => {
            format!("{} not answered within {}", sent(*to), span(*after))
        }
        Failure::Reported { code, why } => reported(*code, why.as_ref()),
        Failure::AtAddresses { tried, failure } => at_addresses(tried, failure),
        Failure::Skewed { skew, limit } => skewed(*skew, *limit),
        Failure::Relayed { message, .. } => message.to_string(),
        Failure::OfInstance { id, failure: its } => format!("{id}: {}", self::failure(its)),
    };
    // A server's text often ends with a period; our sentences do not.
    sentence.trim_end_matches('.').to_owned()
}

/// Returns the sentence about the cause of a status: `503 Service Unavailable`, `3 heartbeats
/// missed, none for 1m33s`.
pub fn cause(cause: &Cause) -> String {
    match cause {
        Cause::Failure(cause) => failure(cause),
        Cause::Missed {
            count: missed,
            silent,
        } => {
            format!(
                "{} missed, none for {}",
                count(u64::from(*missed), "heartbeat", "heartbeats"),
                span(*silent)
            )
        }
        Cause::Latency {
            latency: measured,
            limit,
        } => {
            format!("latency {}, over {}", latency(*measured), span(*limit))
        }
        Cause::Restored { message, .. } => message.to_string(),
        Cause::Certificate { left, subject } => {
            format!("certificate {}{}", expiry(*left), note(Some(subject)))
        }
    }
}

const fn dns(cause: DnsCause) -> &'static str {
    match cause {
        DnsCause::NoSuchHost => "no such host",
        DnsCause::NoAddress => "no usable address",
        DnsCause::Timeout => "timed out",
        DnsCause::Server => "name server failed",
    }
}

const fn redirect(fault: RedirectFault) -> &'static str {
    match fault {
        RedirectFault::BodyAway => "redirect not followed: the body would go to another origin",
        RedirectFault::BodyUnencrypted => {
            "redirect not followed: the body would go from https to http"
        }
        RedirectFault::ToHbmon => "redirect not followed: it leads to this hbmon itself",
    }
}

/// Returns when a certificate expires or expired: `expires in 9 days`, `expired 3 days ago`.
pub fn expiry(left: SignedDuration) -> String {
    let distance = left.unsigned_abs();
    if left.is_negative() {
        format!("expired {} ago", elapsed_distance(distance))
    } else {
        format!("expires in {}", remaining_distance(distance))
    }
}

/// Returns the sentence about a resource that this machine lacks, for which no target is blamed.
pub const fn local_limit(limit: LocalLimit) -> &'static str {
    match limit {
        LocalLimit::Files => "too many open files on this machine",
        LocalLimit::Ports => "no free port on this machine",
        LocalLimit::Buffers => "no buffer space on this machine",
        LocalLimit::NameServer => "DNS: no name server answers this machine",
        LocalLimit::Network => "no network on this machine",
    }
}

/// Returns the sentence about a failure with all addresses that were tried: `connection refused
/// (192.0.2.1:443, [2001:db8::1]:443)`.
fn at_addresses(tried: &[SocketAddr], cause: &Failure) -> String {
    let shown: Vec<String> = tried
        .iter()
        .take(MAX_ADDRESSES)
        .map(SocketAddr::to_string)
        .collect();
    let mut all = shown.join(", ");
    if tried.len() > MAX_ADDRESSES {
        all.push_str(&format!(" and {} more", tried.len() - MAX_ADDRESSES));
    }
    match cause {
        Failure::Refused { .. } => format!("connection refused ({all})"),
        Failure::Unreachable { why, .. } => format!("{} ({all})", unreachable(None, why)),
        Failure::Timeout { after, .. } => {
            format!("timed out after {} (not connected: {all})", span(*after))
        }
        other => format!("{} ({all})", failure(other)),
    }
}

/// Returns the system's message.
fn unreachable(peer: Option<SocketAddr>, why: &Text) -> String {
    let why = why.as_str().split(" (os error").next().unwrap_or_default();
    let what = if why.is_empty() {
        "unreachable".to_owned()
    } else {
        lower(why)
    };
    with_peer(&what, peer)
}

/// Lowers the first letter: the system's messages begin with a capital.
fn lower(why: &str) -> String {
    let mut letters = why.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_lowercase(), letters.as_str())
    })
}

/// Returns the stage at which a connection was lost; empty once it was established.
const fn during(stage: Stage) -> &'static str {
    match stage {
        Stage::Resolve | Stage::Connect => " while connecting",
        Stage::Tls => " during the TLS handshake",
        Stage::Headers | Stage::StreamHead => " before the response headers",
        Stage::Body => " inside the body",
        Stage::Handshake => " during the handshake",
        Stage::Listening => "",
        Stage::Reply(SentMessage::Ping) => " before it answered the ping",
        Stage::Reply(SentMessage::Emit) => " before it answered the emit",
    }
}

/// Returns how far an attempt came before it timed out.
fn standstill(stage: Stage, connected: Option<Duration>, received: u64) -> String {
    let missing = match stage {
        Stage::Resolve => return "name not resolved".to_owned(),
        Stage::Connect => return "not connected".to_owned(),
        Stage::Body if received == 0 => return "response headers came, no body".to_owned(),
        Stage::Body => return format!("body stopped after {}", bytes(received)),
        Stage::Tls => "TLS handshake not finished",
        Stage::Headers => "no response headers",
        Stage::StreamHead => "no response headers; do they come with the first event?",
        Stage::Handshake => "handshake not finished",
        Stage::Listening => "no heartbeat",
        Stage::Reply(SentMessage::Ping) => "ping not answered",
        Stage::Reply(SentMessage::Emit) => "emit not answered",
    };
    match connected {
        Some(connected) => format!("connected in {}, {missing}", latency(connected)),
        None => missing.to_owned(),
    }
}

fn certificate(fault: &CertificateFault) -> String {
    match fault {
        CertificateFault::Expired { ago } => format!("expired {} ago", elapsed_distance(*ago)),
        CertificateFault::NotYetValid { ahead: wait } => {
            format!("not valid for another {}", remaining_distance(*wait))
        }
        CertificateFault::WrongName { wanted } => format!("is not for {wanted}"),
        CertificateFault::NoNames => {
            "names no host (no subjectAltName; the common name is not read)".to_owned()
        }
        CertificateFault::AddressAsName { wanted } => {
            format!("lists {wanted} as a DNS name, not as an IP address in subjectAltName")
        }
        CertificateFault::Signature { algorithm } => {
            format!("signed with {algorithm}, which is not accepted")
        }
        CertificateFault::UnknownIssuer => "from an unknown issuer".to_owned(),
        CertificateFault::Revoked => "revoked".to_owned(),
        CertificateFault::Other(why) => because("not valid", why),
    }
}

fn assertion(unmet: &Assertion) -> String {
    match unmet {
        Assertion::Header {
            name,
            pattern,
            got: Some(got),
        } => {
            format!("header {name} is `{got}`, expected /{pattern}/")
        }
        Assertion::Header {
            name,
            pattern,
            got: None,
        } => format!("no header {name}, expected /{pattern}/"),
        Assertion::Body { pattern } => format!("body does not match /{pattern}/"),
        Assertion::Json {
            filter,
            got: Some(got),
        } => format!("assertion failed: {filter} (got {got})"),
        Assertion::Json { filter, got: None } => format!("assertion failed: {filter}"),
        Assertion::Online { least, online } => {
            format!("{online} online, expected at least {least}")
        }
        Assertion::Stale { age: old, limit } => {
            format!(
                "timestamp is {} old, expected at most {}",
                age(*old),
                span(*limit)
            )
        }
        Assertion::Still { stood } => format!("timestamp has not moved for {}", age(*stood)),
    }
}

/// Returns the sentence about a sender's clock: `clock 1m05s behind ours, over 1m`.
fn skewed(skew: SignedDuration, limit: Duration) -> String {
    let direction = if skew.is_negative() {
        "ahead of"
    } else {
        "behind"
    };
    format!(
        "clock {} {direction} ours, over {}",
        latency(skew.unsigned_abs()),
        span(limit)
    )
}

/// Returns what a target reported: its own text, an exit code, or both.
fn reported(code: Option<u8>, why: Option<&Text>) -> String {
    match (code, why) {
        (None, None) => "failure reported".to_owned(),
        (None, Some(why)) => why.to_string(),
        (Some(code), why) => format!(
            "exit code {code}{}",
            why.map_or_else(String::new, |why| format!(": {why}"))
        ),
    }
}

/// Returns the sentence about a closed connection, with the peer's text or else the name of the
/// close code (RFC 6455, section 7.4.1).
fn closed(stage: Stage, code: Option<u16>, why: Option<&Text>) -> String {
    let why = why.map(Text::as_str).filter(|why| !why.is_empty());
    match (code, why) {
        (None, None) => format!("closed by the server{}", during(stage)),
        (None, Some(why)) => format!("closed by the server: {why}"),
        (Some(code), why) => {
            let text = why.unwrap_or(close_name(code));
            format!("closed by the server: {code} {text}")
                .trim_end()
                .to_owned()
        }
    }
}

const fn close_name(code: u16) -> &'static str {
    match code {
        1000 => "normal closure",
        1001 => "going away",
        1002 => "protocol error",
        1003 => "unsupported data",
        1007 => "invalid payload",
        1008 => "policy violation",
        1009 => "message too big",
        1010 => "extension missing",
        1011 => "internal error",
        1012 => "service restart",
        1013 => "try again later",
        1014 => "bad gateway",
        _ => "",
    }
}

/// Returns a status with its phrase: `503 Service Unavailable`, `status 599`.
pub(super) fn status(code: u16) -> String {
    match StatusCode::from_u16(code)
        .ok()
        .and_then(|status| status.canonical_reason())
    {
        Some(phrase) => format!("{code} {phrase}"),
        None => format!("status {code}"),
    }
}

/// Returns what follows a status: ` to URL`, ` instead of 204`, ` (text of the server)`.
fn beside_status(noted: Option<&StatusNote>) -> String {
    match noted {
        None => String::new(),
        Some(StatusNote::ServerMessage(text)) => note(Some(text)),
        Some(StatusNote::RedirectsTo(url)) => format!(" to {url}"),
        Some(StatusNote::Expected(wanted)) => format!(" instead of {wanted}"),
        Some(StatusNote::NotUpgraded) => " instead of 101: not upgraded to a WebSocket".to_owned(),
    }
}

const fn sent(sent: SentMessage) -> &'static str {
    match sent {
        SentMessage::Ping => "ping",
        SentMessage::Emit => "emit",
    }
}

const fn wire(wire: WireProtocol) -> &'static str {
    match wire {
        WireProtocol::Http => "HTTP",
        WireProtocol::WebSocket => "WebSocket",
        WireProtocol::Sse => "SSE",
        WireProtocol::EngineIo => "Engine.IO",
        WireProtocol::SocketIo => "Socket.IO",
    }
}

const fn part(part: MessagePart) -> &'static str {
    match part {
        MessagePart::Headers => "response headers",
        MessagePart::Body => "body",
        MessagePart::Message => "message",
        MessagePart::Line => "line",
        MessagePart::Packet => "packet",
        MessagePart::Inflated => "inflated message",
    }
}

fn because(what: &str, why: &Text) -> String {
    if why.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {why}")
    }
}

fn with_peer(what: &str, peer: Option<SocketAddr>) -> String {
    format!("{what}{}", note(peer.as_ref()))
}

/// Returns ` (text)`, or nothing for an empty text.
fn note(text: Option<&impl Display>) -> String {
    text.map(ToString::to_string)
        .filter(|text| !text.is_empty())
        .map_or_else(String::new, |text| format!(" ({text})"))
}
