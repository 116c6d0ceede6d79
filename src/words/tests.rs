//! Every sentence, word for word.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::*;
use crate::model::{
    Assertion, Cause, CertificateFault, Counts, DnsCause, Event, Failure, Kind, LocalLimit,
    MessagePart, Meta, Policy, Reason, RedirectFault, Rhythm, Row, SentMessage, Stage, Status,
    TargetId, Text, WireProtocol,
};

fn text(raw: &str) -> Text {
    Text::clean(raw)
}

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const DAY: u64 = 86_400;

fn peer() -> Option<SocketAddr> {
    "127.0.0.1:9".parse().ok()
}

fn timeout(stage: Stage, connected: Option<Duration>, received: u64) -> Failure {
    Failure::Timeout {
        after: secs(10),
        stage,
        connected,
        received,
    }
}

fn certificate(fault: CertificateFault) -> Failure {
    Failure::Certificate {
        fault,
        subject: Some(text("CN=eu.example.net")),
    }
}

fn dns(cause: DnsCause) -> Failure {
    Failure::Dns {
        host: text("eu.example.net"),
        cause,
    }
}

fn unreachable(why: &str) -> Failure {
    Failure::Unreachable {
        peer: peer(),
        why: text(why),
    }
}

fn tried(count: usize) -> Vec<SocketAddr> {
    let addresses = ["192.0.2.1:443", "[2001:db8::1]:443"].map(|address| address.parse().unwrap());
    addresses.into_iter().cycle().take(count).collect()
}

fn closed(stage: Stage, code: Option<u16>, why: Option<&str>) -> Failure {
    Failure::Closed {
        stage,
        code,
        why: why.map(text),
    }
}

fn header(got: Option<&str>) -> Failure {
    Failure::Assertion(Assertion::Header {
        name: text("x-build"),
        pattern: text("^v2"),
        got: got.map(text),
    })
}

#[test]
fn every_failure_has_its_sentence() {
    let connected = Some(millis(34));
    let table = [
        (
            dns(DnsCause::NoSuchHost),
            "DNS: no such host (eu.example.net)",
        ),
        (
            dns(DnsCause::NoAddress),
            "DNS: no usable address (eu.example.net)",
        ),
        (dns(DnsCause::Timeout), "DNS: timed out (eu.example.net)"),
        (
            dns(DnsCause::Server),
            "DNS: name server failed (eu.example.net)",
        ),
        (
            Failure::Refused { peer: peer() },
            "connection refused (127.0.0.1:9)",
        ),
        (Failure::Refused { peer: None }, "connection refused"),
        (
            unreachable("No route to host (os error 113)"),
            "no route to host (127.0.0.1:9)",
        ),
        (unreachable(""), "unreachable (127.0.0.1:9)"),
        (
            Failure::Local {
                limit: LocalLimit::Files,
            },
            "too many open files on this machine",
        ),
        (
            Failure::Local {
                limit: LocalLimit::Ports,
            },
            "no free port on this machine",
        ),
        (
            Failure::Local {
                limit: LocalLimit::NameServer,
            },
            "DNS: no name server answers this machine",
        ),
        (
            Failure::Local {
                limit: LocalLimit::Network,
            },
            "no network on this machine",
        ),
        (
            Failure::Refused { peer: peer() }.at(&tried(2)),
            "connection refused (192.0.2.1:443, [2001:db8::1]:443)",
        ),
        (
            Failure::Unreachable {
                peer: peer(),
                why: text("No route to host"),
            }
            .at(&tried(2)),
            "no route to host (192.0.2.1:443, [2001:db8::1]:443)",
        ),
        (
            timeout(Stage::Connect, None, 0).at(&tried(6)),
            "timed out after 10s (not connected: 192.0.2.1:443, [2001:db8::1]:443, 192.0.2.1:443, \
             [2001:db8::1]:443 and 2 more)",
        ),
        (
            Failure::Refused { peer: peer() }.at(&tried(1)),
            "connection refused (127.0.0.1:9)",
        ),
        (
            Failure::Reset {
                stage: Stage::Resolve,
            },
            "connection reset by the server while connecting",
        ),
        (
            Failure::Reset {
                stage: Stage::Connect,
            },
            "connection reset by the server while connecting",
        ),
        (
            Failure::Reset { stage: Stage::Tls },
            "connection reset by the server during the TLS handshake",
        ),
        (
            Failure::Reset {
                stage: Stage::Headers,
            },
            "connection reset by the server before the response headers",
        ),
        (
            Failure::Reset { stage: Stage::Body },
            "connection reset by the server inside the body",
        ),
        (
            Failure::Reset {
                stage: Stage::Handshake,
            },
            "connection reset by the server during the handshake",
        ),
        (
            Failure::Reset {
                stage: Stage::Listening,
            },
            "connection reset by the server",
        ),
        (
            Failure::Reset {
                stage: Stage::Reply(SentMessage::Ping),
            },
            "connection reset by the server before it answered the ping",
        ),
        (
            timeout(Stage::Resolve, None, 0),
            "timed out after 10s (name not resolved)",
        ),
        (
            timeout(Stage::Connect, None, 0),
            "timed out after 10s (not connected)",
        ),
        (
            timeout(Stage::Tls, connected, 0),
            "timed out after 10s (connected in 34ms, TLS handshake not finished)",
        ),
        (
            timeout(Stage::Headers, connected, 0),
            "timed out after 10s (connected in 34ms, no response headers)",
        ),
        (
            timeout(Stage::Headers, None, 0),
            "timed out after 10s (no response headers)",
        ),
        (
            timeout(Stage::StreamHead, connected, 0),
            "timed out after 10s (connected in 34ms, no response headers; do they come with the \
             first event?)",
        ),
        (
            timeout(Stage::Body, connected, 12_288),
            "timed out after 10s (body stopped after 12 KiB)",
        ),
        (
            timeout(Stage::Body, connected, 1),
            "timed out after 10s (body stopped after 1 byte)",
        ),
        (
            timeout(Stage::Body, connected, 0),
            "timed out after 10s (response headers came, no body)",
        ),
        (
            timeout(Stage::Handshake, connected, 0),
            "timed out after 10s (connected in 34ms, handshake not finished)",
        ),
        (
            timeout(Stage::Listening, None, 0),
            "timed out after 10s (no heartbeat)",
        ),
        (
            timeout(Stage::Reply(SentMessage::Ping), None, 0),
            "timed out after 10s (ping not answered)",
        ),
        (
            timeout(Stage::Reply(SentMessage::Emit), None, 0),
            "timed out after 10s (emit not answered)",
        ),
        (
            Failure::Tls {
                why: text("the server ended the handshake."),
            },
            "TLS: the server ended the handshake",
        ),
        (Failure::Tls { why: text("") }, "TLS"),
        (
            certificate(CertificateFault::Expired { ago: secs(3 * DAY) }),
            "TLS: certificate expired 3 days ago (CN=eu.example.net)",
        ),
        (
            certificate(CertificateFault::Expired { ago: secs(DAY) }),
            "TLS: certificate expired 1 day ago (CN=eu.example.net)",
        ),
        (
            certificate(CertificateFault::Expired { ago: secs(5) }),
            "TLS: certificate expired less than a minute ago (CN=eu.example.net)",
        ),
        (
            certificate(CertificateFault::NotYetValid { ahead: secs(7_200) }),
            "TLS: certificate not valid for another 2 hours (CN=eu.example.net)",
        ),
        (
            certificate(CertificateFault::WrongName {
                wanted: text("us.example.net"),
            }),
            "TLS: certificate is not for us.example.net (CN=eu.example.net)",
        ),
        (
            certificate(CertificateFault::NoNames),
            "TLS: certificate names no host (no subjectAltName; the common name is not read) \
             (CN=eu.example.net)",
        ),
        (
            certificate(CertificateFault::AddressAsName {
                wanted: text("192.0.2.7"),
            }),
            "TLS: certificate lists 192.0.2.7 as a DNS name, not as an IP address in \
             subjectAltName (CN=eu.example.net)",
        ),
        (
            certificate(CertificateFault::Signature {
                algorithm: text("SHA-1"),
            }),
            "TLS: certificate signed with SHA-1, which is not accepted (CN=eu.example.net)",
        ),
        (
            certificate(CertificateFault::UnknownIssuer),
            "TLS: certificate from an unknown issuer (CN=eu.example.net)",
        ),
        (
            Failure::Certificate {
                fault: CertificateFault::Revoked,
                subject: None,
            },
            "TLS: certificate revoked",
        ),
        (
            certificate(CertificateFault::Other(text("bad encoding"))),
            "TLS: certificate not valid: bad encoding (CN=eu.example.net)",
        ),
        (
            Failure::Proxy {
                why: text("407 Proxy Authentication Required"),
            },
            "proxy: 407 Proxy Authentication Required",
        ),
        (
            Failure::Proxy {
                why: text("Connection refused"),
            },
            "proxy: connection refused",
        ),
        (
            Failure::Protocol {
                protocol: WireProtocol::Http,
                why: text("bad chunk size"),
            },
            "HTTP protocol error: bad chunk size",
        ),
        (
            Failure::Protocol {
                protocol: WireProtocol::WebSocket,
                why: text(""),
            },
            "WebSocket protocol error",
        ),
        (
            Failure::Protocol {
                protocol: WireProtocol::Sse,
                why: text("x"),
            },
            "SSE protocol error: x",
        ),
        (
            Failure::Protocol {
                protocol: WireProtocol::EngineIo,
                why: text("x"),
            },
            "Engine.IO protocol error: x",
        ),
        (
            Failure::Protocol {
                protocol: WireProtocol::SocketIo,
                why: text("x"),
            },
            "Socket.IO protocol error: x",
        ),
        (
            Failure::Status {
                code: 503,
                note: None,
            },
            "503 Service Unavailable",
        ),
        (
            Failure::StopAsked,
            "204 No Content: the server asks clients not to reconnect",
        ),
        (
            Failure::Status {
                code: 599,
                note: None,
            },
            "status 599",
        ),
        (
            Failure::Redirects {
                limit: 5,
                to: Some(text("https://x.test/a")),
            },
            "more than 5 redirects, the last to https://x.test/a",
        ),
        (
            Failure::Redirects { limit: 1, to: None },
            "more than 1 redirect",
        ),
        (
            Failure::RedirectRefused {
                why: RedirectFault::BodyAway,
            },
            "redirect not followed: the body would go to another origin",
        ),
        (
            Failure::RedirectRefused {
                why: RedirectFault::ToHbmon,
            },
            "redirect not followed: it leads to this hbmon itself",
        ),
        (
            Failure::ContentType {
                wanted: "text/event-stream",
                got: Some(text("text/html")),
            },
            "content type is text/html, expected text/event-stream",
        ),
        (
            Failure::ContentType {
                wanted: "text/event-stream",
                got: None,
            },
            "no content type, expected text/event-stream",
        ),
        (
            header(Some("v1.9")),
            "header x-build is `v1.9`, expected /^v2/",
        ),
        (header(None), "no header x-build, expected /^v2/"),
        (
            Failure::Assertion(Assertion::Body {
                pattern: text("pong"),
            }),
            "body does not match /pong/",
        ),
        (
            Failure::Assertion(Assertion::Stale {
                age: secs(250),
                limit: secs(120),
            }),
            "timestamp is 4m10s old, expected at most 2m",
        ),
        (
            Failure::Assertion(Assertion::Still { stood: secs(250) }),
            "timestamp has not moved for 4m10s",
        ),
        (
            Failure::Skewed {
                skew: SignedDuration::from_secs(65),
                limit: secs(60),
            },
            "clock 1m05s behind ours, over 1m",
        ),
        (
            Failure::Skewed {
                skew: SignedDuration::from_millis(-6_000),
                limit: secs(5),
            },
            "clock 6.0s ahead of ours, over 5s",
        ),
        (
            Failure::Relayed {
                reason: Reason::Status,
                message: text("503 Service Unavailable"),
            },
            "503 Service Unavailable",
        ),
        (
            Failure::Assertion(Assertion::Json {
                filter: text("@.ok"),
                got: None,
            }),
            "assertion failed: @.ok",
        ),
        (
            Failure::Assertion(Assertion::Json {
                filter: text("@.phase == \"operational\""),
                got: Some(text("\"degraded\"")),
            }),
            "assertion failed: @.phase == \"operational\" (got \"degraded\")",
        ),
        (
            Failure::Payload {
                why: text("not JSON"),
            },
            "payload: not JSON",
        ),
        (
            Failure::TooLarge {
                what: MessagePart::Headers,
                limit: 65_536,
            },
            "response headers over 64 KiB",
        ),
        (
            Failure::TooLarge {
                what: MessagePart::Body,
                limit: 1_048_576,
            },
            "body over 1 MiB",
        ),
        (
            Failure::TooLarge {
                what: MessagePart::Message,
                limit: 1_572_864,
            },
            "message over 1.5 MiB",
        ),
        (
            Failure::TooLarge {
                what: MessagePart::Line,
                limit: 512,
            },
            "line over 512 bytes",
        ),
        (
            Failure::TooLarge {
                what: MessagePart::Packet,
                limit: 1 << 30,
            },
            "packet over 1 GiB",
        ),
        (
            Failure::TooLarge {
                what: MessagePart::Inflated,
                limit: 1_048_576,
            },
            "inflated message over 1 MiB",
        ),
        (
            closed(Stage::Listening, Some(1011), None),
            "closed by the server: 1011 internal error",
        ),
        (
            closed(Stage::Listening, Some(1011), Some("disk full.")),
            "closed by the server: 1011 disk full",
        ),
        (
            closed(Stage::Listening, Some(4000), None),
            "closed by the server: 4000",
        ),
        (
            closed(Stage::Listening, None, Some("server disconnect")),
            "closed by the server: server disconnect",
        ),
        (closed(Stage::Listening, None, None), "closed by the server"),
        (
            closed(Stage::Headers, None, None),
            "closed by the server before the response headers",
        ),
        (
            closed(Stage::Body, None, None),
            "closed by the server inside the body",
        ),
        (
            closed(Stage::Reply(SentMessage::Emit), None, None),
            "closed by the server before it answered the emit",
        ),
        (
            Failure::Rejected {
                why: text("invalid token"),
            },
            "rejected by the server: invalid token",
        ),
        (
            Failure::Rejected { why: text("") },
            "rejected by the server",
        ),
        (
            Failure::NoReply {
                to: SentMessage::Ping,
                after: secs(10),
            },
            "ping not answered within 10s",
        ),
        (
            Failure::NoReply {
                to: SentMessage::Emit,
                after: millis(1_500),
            },
            "emit not answered within 1.5s",
        ),
    ];
    for (failure, sentence) in table {
        assert_eq!(super::failure(&failure), sentence, "{failure:?}");
    }
}

#[test]
fn every_cause_has_its_sentence() {
    let certificate = |left| Cause::Certificate {
        left,
        subject: text("CN=eu.example.net"),
    };
    let table = [
        (
            Cause::Failure(Failure::Refused { peer: None }),
            "connection refused",
        ),
        (
            Cause::Missed {
                count: 3,
                silent: secs(93),
            },
            "3 heartbeats missed, none for 1m33s",
        ),
        (
            Cause::Missed {
                count: 1,
                silent: secs(33),
            },
            "1 heartbeat missed, none for 33s",
        ),
        (
            Cause::Latency {
                latency: millis(812),
                limit: millis(500),
            },
            "latency 812ms, over 500ms",
        ),
        (
            certificate(SignedDuration::from_hours(9 * 24)),
            "certificate expires in 9 days (CN=eu.example.net)",
        ),
        (
            certificate(SignedDuration::from_hours(24)),
            "certificate expires in 1 day (CN=eu.example.net)",
        ),
        (
            certificate(SignedDuration::from_mins(90)),
            "certificate expires in 2 hours (CN=eu.example.net)",
        ),
        (
            certificate(SignedDuration::from_mins(-12)),
            "certificate expired 12 minutes ago (CN=eu.example.net)",
        ),
    ];
    for (cause, sentence) in table {
        assert_eq!(super::cause(&cause), sentence, "{cause:?}");
    }
}

#[test]
fn ages_have_at_most_two_units() {
    let table = [
        (0, "0s"),
        (59, "59s"),
        (60, "1m00s"),
        (252, "4m12s"),
        (3_599, "59m59s"),
        (3 * 3_600 + 120, "3h02m"),
        (6 * DAY + 4 * 3_600 + 59, "6d04h"),
        (u64::MAX, "213503982334601d07h"),
    ];
    for (seconds, wanted) in table {
        assert_eq!(age(secs(seconds)), wanted);
    }
}

#[test]
fn narrow_places_have_one_unit_and_axes_have_round_ones() {
    let table = [
        (12, "12s", "12s"),
        (450, "7m30s", "7m30"),
        (600, "10m", "10m"),
        (5_400, "1h", "1h30"),
        (3 * DAY, "3d", "3d"),
        (3 * DAY + 7_200, "3d", "3d02"),
    ];
    for (seconds, roughly, on_axis) in table {
        assert_eq!(
            (short_age(secs(seconds)), axis_tick(secs(seconds))),
            (roughly.into(), on_axis.into())
        );
    }
}

#[test]
fn a_share_is_whole_only_if_it_is() {
    let shares = [0.0, 0.5, 0.9962, 0.999_6, 0.999_999, 1.0];
    assert_eq!(
        shares.map(percent),
        ["0.0%", "50.0%", "99.6%", "99.96%", "99.99%", "100%"]
    );
}

#[test]
fn a_stopwatch_shows_its_seconds() {
    assert_eq!(
        [0, 12, 3_599, 3_727].map(|s| stopwatch(secs(s))),
        ["00:00", "00:12", "59:59", "1:02:07"]
    );
}

#[test]
fn latencies_are_rounded_before_the_unit_is_chosen() {
    let table = [
        (0, "0.0ms"),
        (400, "0.4ms"),
        (949, "0.9ms"),
        (950, "1ms"),
        (38_400, "38ms"),
        (412_000, "412ms"),
        (999_400, "999ms"),
        (999_600, "1.0s"),
        (1_900_000, "1.9s"),
        (9_960_000, "10s"),
        (12_000_000, "12s"),
        (59_600_000, "1m00s"),
    ];
    for (micros, wanted) in table {
        assert_eq!(latency(Duration::from_micros(micros)), wanted);
    }
    assert_eq!(latency(Duration::MAX), age(Duration::MAX));
}

#[test]
fn latencies_of_whole_seconds_are_not_finer() {
    let meta = Meta {
        address: text("wss://example.net/"),
        ..Meta::new(text("chat"), Kind::Websocket)
    };
    let policy = Policy::with_interval(Rhythm::Subscription, secs(30));
    let mut row = Row::new(TargetId(1), Arc::new(meta), Arc::new(policy));
    assert_eq!(target_latency(&row, millis(412)), "412ms");
    row.whole_seconds = true;
    for (time, wanted) in [
        (0, "< 1 s"),
        (999, "< 1 s"),
        (1_000, "1.0s"),
        (2_400, "2.4s"),
    ] {
        assert_eq!(target_latency(&row, millis(time)), wanted);
    }
}

#[test]
fn spans_read_as_one_would_write_them() {
    let table = [
        (0, "0ms"),
        (500, "500ms"),
        (1_000, "1s"),
        (1_500, "1.5s"),
        (10_000, "10s"),
        (60_000, "1m"),
        (93_000, "1m33s"),
        (7_200_000, "2h"),
        (14 * 86_400_000, "14d"),
    ];
    for (given, wanted) in table {
        assert_eq!(span(millis(given)), wanted);
    }
    assert_eq!(span(Duration::from_micros(10)), "10us");
}

#[test]
fn every_event_has_its_sentence() {
    let refused = Failure::Refused { peer: None };
    let beat = |latency| Event::Beat {
        excerpt: None,
        latency,
        status: Status::Healthy,
    };
    let transition = |from, to, cause: Option<Cause>| Event::Transition {
        from,
        to,
        cause: cause.map(Box::new),
        recovered_after: None,
    };
    let table = [
        (Event::Open, "connected"),
        (Event::Close, "connection closed normally"),
        (beat(Some(millis(41))), "heartbeat in 41ms"),
        (beat(None), "heartbeat"),
        (
            Event::Failure {
                failure: Box::new(refused.clone()),
                evidence: None,
                latency: None,
            },
            "connection refused",
        ),
        (Event::Miss { consecutive: 1 }, "heartbeat missed"),
        (
            Event::Miss { consecutive: 3 },
            "heartbeat missed, 3 in a row",
        ),
        (
            transition(
                Status::Warning,
                Status::Error,
                Some(Cause::Failure(refused)),
            ),
            "connection refused (was warning)",
        ),
        (
            transition(Status::Error, Status::Healthy, None),
            "(was error)",
        ),
        (
            Event::Transition {
                from: Status::Error,
                to: Status::Healthy,
                cause: None,
                recovered_after: Some(secs(78)),
            },
            "recovered after 1m18s",
        ),
        (transition(Status::Unknown, Status::Healthy, None), ""),
    ];
    for (event, sentence) in table {
        assert_eq!(super::event(&event), sentence, "{event:?}");
    }
    assert_eq!(
        reloaded(2, 0, 1, 14),
        "config reloaded: 2 added, 1 changed, 14 monitors"
    );
    assert_eq!(
        reloaded(0, 0, 0, 1),
        "config reloaded: no monitor changed, 1 monitor"
    );
    assert_eq!(
        stalled(secs(3_725)),
        "hbmon did not run for 1h02m, all deadlines move by it"
    );
}

#[test]
fn reasons_get_shorter() {
    let table = [
        (
            Cause::Failure(Failure::Status {
                code: 503,
                note: None,
            }),
            vec!["503 Service Unavailable", "503"],
        ),
        (
            Cause::Failure(Failure::Refused {
                peer: "192.0.2.7:443".parse().ok(),
            }),
            vec![
                "connection refused (192.0.2.7:443)",
                "connection refused",
                "refused",
            ],
        ),
        (
            Cause::Failure(Failure::Reported {
                code: Some(2),
                why: Some(text("no space left on device")),
            }),
            vec![
                "exit code 2: no space left on device",
                "exit code 2",
                "reported",
            ],
        ),
        (
            Cause::Missed {
                count: 24,
                silent: secs(252),
            },
            vec!["24 heartbeats missed", "24 missed"],
        ),
        (
            Cause::Latency {
                latency: millis(640),
                limit: millis(250),
            },
            vec!["latency 640ms, over 250ms", "640ms > 250ms", "640ms"],
        ),
    ];
    for (cause, wanted) in table {
        let mut reasons = reasons(&cause);
        reasons.dedup();
        assert_eq!(reasons, wanted);
    }
}

#[test]
fn counts_are_said_worst_first() {
    let some = Counts {
        healthy: 11,
        warning: 2,
        error: 1,
        ..Counts::default()
    };
    assert_eq!(
        counts(&some),
        "1 error, 2 warning, 11 healthy of 14 monitors"
    );
    assert_eq!(
        counts(&Counts {
            paused: 1,
            ..Counts::default()
        }),
        "1 paused of 1 monitor"
    );
    assert_eq!(counts(&Counts::default()), "no monitors");
}

#[test]
fn a_certificate_that_expires_is_to_be_renewed() {
    let meta = Meta::new(text("api"), Kind::Http);
    let policy = Policy::with_interval(Rhythm::Poll, secs(15));
    let mut row = Row::new(TargetId(1), Arc::new(meta), Arc::new(policy));
    row.status = Status::Warning;
    row.cause = Some(Cause::Certificate {
        left: SignedDuration::from_hours(48),
        subject: text("CN=api"),
    });
    assert!(advice(&row).is_some_and(|advice| advice.starts_with("Renew the certificate")));
}
