//! Tests the `http` kind against loopback servers: good responses, and one reason for every
//! failure.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hbmon::clock::Clock;
use hbmon::model::{
    Assertion, Connection, Failure, MessagePart, Observation, Phase, Reason, RedirectFault, Rhythm,
    Signal, Stage, StatusNote, TargetId, Text, WireProtocol,
};
use hbmon::monitors::dial::{
    ConnectOptions, Dialers, Endpoint, Family, HttpVersion, OwnAddress, ResolverKind,
};
use hbmon::monitors::http::{ExpectedHeader, HttpExchange, HttpSpec};
use hbmon::monitors::payload::{Expect, Filter, Query};
use hbmon::monitors::reporter::Reporter;
use hbmon::monitors::secrets::Secrets;
use hbmon::monitors::{self, End};
use http::{HeaderValue, Method};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;

use super::support::{
    Watch, closed_port, read_head, serve, terms, until_closed, watch, watch_times,
};

const LIMIT: Duration = Duration::from_secs(10);
/// Time limit of attempts that must time out. Connecting to loopback takes far less.
const SHORT: Duration = Duration::from_secs(1);

pub(crate) fn endpoint(url: &str) -> Endpoint {
    Endpoint {
        url: url.parse().unwrap(),
        options: Arc::new(ConnectOptions::new(1 << 20)),
    }
}

pub(crate) fn get(url: &str) -> HttpSpec {
    HttpSpec {
        endpoint: Arc::new(endpoint(url)),
        exchange: Arc::new(HttpExchange {
            method: Method::GET,
            body: None,
            redirects: 5,
            reuse: false,
            version: HttpVersion::Auto,
            timestamp: None,
            status: vec![200..=299],
            headers: Vec::new(),
            expect: Expect::default(),
        }),
    }
}

/// Returns the part of a test's spec that the test changes.
pub(crate) fn exchange(spec: &mut HttpSpec) -> &mut HttpExchange {
    Arc::make_mut(&mut spec.exchange)
}

pub(crate) fn poll(spec: HttpSpec) -> Watch {
    watch(monitors::Spec::Http(Arc::new(spec)), LIMIT)
}

/// Starts a server that reads the request, writes `answer` and closes.
async fn answering(bytes: impl Into<Vec<u8>>) -> String {
    let bytes = bytes.into();
    let address = serve(move |mut stream, _| {
        let bytes = bytes.clone();
        async move {
            read_head(&mut stream).await;
            let _ = stream.write_all(&bytes).await;
        }
    })
    .await;
    format!("http://{address}/")
}

/// Starts a server that reads the request, writes `answer`, and then neither writes nor closes.
async fn stalling(bytes: &'static [u8]) -> String {
    let address = serve(move |mut stream, _| async move {
        read_head(&mut stream).await;
        let _ = stream.write_all(bytes).await;
        until_closed(&mut stream).await;
    })
    .await;
    format!("http://{address}/")
}

async fn failure(spec: HttpSpec) -> Failure {
    poll(spec).end().await.unwrap_err()
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_good_answer_is_a_heartbeat_with_its_phases() {
    let url = answering(ok(r#"{"ok": true, "ts": "2026-11-22T13:32:04Z"}"#)).await;
    let mut spec = get(&url);
    exchange(&mut spec).expect.json = Some(Filter::parse("@.ok == true").unwrap());
    exchange(&mut spec).timestamp = Some(Query::parse("$.ts").unwrap());
    let mut watch = poll(spec);
    let note = watch.next().await;
    let Signal::Beat(beat) = note.signal else {
        panic!("{note:?}")
    };
    assert!(beat.latency.unwrap() > Duration::ZERO);
    assert!(beat.delta.is_some());
    assert_eq!(beat.sent, "2026-11-22T13:32:04Z".parse().ok());
    assert!(beat.excerpt.unwrap().as_str().starts_with("{\"ok\""));
    let wire = note.connection.unwrap();
    assert_eq!(wire.phases.get(Phase::Dns), None);
    assert_eq!(wire.phases.get(Phase::Tls), None);
    assert!(
        wire.phases.get(Phase::Connect).is_some()
            && wire.phases.get(Phase::FirstByte).is_some()
            && wire.phases.get(Phase::Body).is_some()
    );
    assert_eq!(wire.peer, Some(url[7..url.len() - 1].parse().unwrap()));
    assert_eq!(watch.end().await.unwrap(), End::Answered);
}

#[tokio::test]
async fn the_request_is_what_the_config_says() {
    let (send, mut heads) = mpsc::unbounded_channel();
    let address = serve(move |mut stream, _| {
        let send = send.clone();
        async move {
            send.send(read_head(&mut stream).await).unwrap();
            stream
                .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
                .await
                .unwrap();
        }
    })
    .await;
    let mut spec = get(&format!("http://{address}/a?b=c"));
    exchange(&mut spec).method = Method::POST;
    exchange(&mut spec).body = Some(Bytes::from_static(b"{}"));
    terms(&mut spec.endpoint)
        .headers
        .insert("x-own", HeaderValue::from_static("1"));
    terms(&mut spec.endpoint).auth = Some(HeaderValue::from_static("Bearer t"));
    assert!(poll(spec).end().await.is_ok());
    let head = heads.recv().await.unwrap().to_lowercase();
    assert!(head.starts_with("post /a?b=c http/1.1\r\n"), "{head}");
    let version = concat!("user-agent: hbmon/", env!("CARGO_PKG_VERSION"), "\r\n");
    for line in [
        "x-own: 1\r\n",
        "authorization: bearer t\r\n",
        "content-length: 2\r\n",
        "gzip",
        version,
    ] {
        assert!(head.contains(line), "{line} in {head}");
    }
    assert!(!head.contains("referer"));

    let mut spec = get(&format!("http://{address}/"));
    terms(&mut spec.endpoint)
        .headers
        .insert("user-agent", HeaderValue::from_static("mine"));
    assert!(poll(spec).end().await.is_ok());
    let head = heads.recv().await.unwrap().to_lowercase();
    assert!(
        head.contains("user-agent: mine\r\n") && !head.contains("hbmon"),
        "{head}"
    );
}

#[tokio::test]
async fn answers_without_a_body() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    let mut spec = get(&stalling(head).await);
    exchange(&mut spec).method = Method::HEAD;
    assert!(poll(spec).end().await.is_ok());
    for status in ["204 No Content", "304 Not Modified"] {
        let mut spec = get(&answering(format!("HTTP/1.1 {status}\r\n\r\n")).await);
        exchange(&mut spec).status = vec![200..=204, 304..=304];
        assert!(poll(spec).end().await.is_ok(), "{status}");
    }
}

#[tokio::test]
async fn expectations() {
    let answer =
        "HTTP/1.1 200 OK\r\nX-Up: yes\r\nX-Up: no\r\nContent-Length: 12\r\n\r\n{\"up\":false}";
    let url = answering(answer).await;
    let mut good = get(&url);
    exchange(&mut good).headers = vec![ExpectedHeader {
        name: "x-up".parse().unwrap(),
        pattern: regex::Regex::new("^no$").unwrap(),
    }];
    exchange(&mut good).expect.body = Some(regex::bytes::Regex::new("up").unwrap());
    assert!(poll(good).end().await.is_ok());

    let mut wrong = get(&url);
    exchange(&mut wrong).headers = vec![ExpectedHeader {
        name: "x-up".parse().unwrap(),
        pattern: regex::Regex::new("maybe").unwrap(),
    }];
    let Failure::Assertion(Assertion::Header { got, .. }) = failure(wrong).await else {
        panic!()
    };
    assert_eq!(got.unwrap().as_str(), "yes");

    let mut wrong = get(&url);
    exchange(&mut wrong).expect.body = Some(regex::bytes::Regex::new("down").unwrap());
    assert!(matches!(
        failure(wrong).await,
        Failure::Assertion(Assertion::Body { .. })
    ));

    let mut wrong = get(&url);
    exchange(&mut wrong).expect.json = Some(Filter::parse("@.up == true").unwrap());
    assert!(matches!(
        failure(wrong).await,
        Failure::Assertion(Assertion::Json { .. })
    ));

    let mut wrong = get(&url);
    exchange(&mut wrong).timestamp = Some(Query::parse("$.ts").unwrap());
    assert_eq!(failure(wrong).await.reason(), Reason::Payload);

    let mut wrong = get(&answering(ok("<html>")).await);
    exchange(&mut wrong).expect.json = Some(Filter::parse("@.up == true").unwrap());
    assert_eq!(failure(wrong).await.reason(), Reason::Payload);
}

/// Small payloads are evaluated inline, large ones on a blocking thread. Both have a budget.
#[tokio::test]
async fn a_payload_does_not_decide_how_long_it_is_judged() {
    let deep = format!("{}0{}", "[[1,2,3,4],".repeat(100), "]".repeat(100));
    let large =
        serde_json::json!(vec![serde_json::json!({"id": "x".repeat(40)}); 20_000]).to_string();
    for (body, filter) in [
        (&deep, "count(@..*..*..*..*) > 0"),
        (
            &large,
            "count(@[*, *, *, *, *, *, *, *][*, *, *, *, *, *, *, *, *, *, *, *]) > 0",
        ),
    ] {
        let mut spec = get(&answering(ok(body)).await);
        exchange(&mut spec).expect.json = Some(Filter::parse(filter).unwrap());
        let end = failure(spec).await;
        let Failure::Payload { why } = &end else {
            panic!("{filter}: {end:?}")
        };
        assert!(why.as_str().contains("too much work"), "{why}");
    }
    let mut spec = get(&answering(ok(&large)).await);
    exchange(&mut spec).expect.json =
        Some(Filter::parse("@[?match(@.id, 'worker-\\\\d+')]").unwrap());
    assert_eq!(failure(spec).await.reason(), Reason::Assertion);
}

#[tokio::test]
async fn a_wrong_status() {
    let url = answering("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").await;
    assert_eq!(
        failure(get(&url)).await,
        Failure::Status {
            code: 503,
            note: None
        }
    );
    let url =
        stalling(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
            .await;
    assert_eq!(
        failure(get(&url)).await,
        Failure::Status {
            code: 101,
            note: None
        }
    );
    // Also if the body is broken as well.
    let url = answering("HTTP/1.1 500 Oh\r\nContent-Length: 10\r\n\r\nabc").await;
    assert_eq!(
        failure(get(&url)).await,
        Failure::Status {
            code: 500,
            note: None
        }
    );
}

#[tokio::test]
async fn a_status_that_looks_like_good_news_is_told_beside_the_one_that_was_needed() {
    let wanted = |text: &str| Some(StatusNote::Expected(Text::clean(text)));
    let url = answering(ok("x")).await;
    for (ranges, text) in [
        (vec![204..=204], "204"),
        (vec![201..=202, 300..=399], "201-202, 3xx"),
    ] {
        let mut spec = get(&url);
        exchange(&mut spec).status = ranges;
        assert_eq!(
            failure(spec).await,
            Failure::Status {
                code: 200,
                note: wanted(text)
            }
        );
    }
    let url = answering("HTTP/1.1 304 Not Modified\r\n\r\n").await;
    assert_eq!(
        failure(get(&url)).await,
        Failure::Status {
            code: 304,
            note: wanted("2xx")
        }
    );
}

/// Polls `body` with the expectation `@.ok == true`, and returns the result.
async fn judged(content_type: &str, body: &[u8]) -> Result<End, Failure> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut spec = get(&answering([head.as_bytes(), body].concat()).await);
    exchange(&mut spec).expect.json = Some(Filter::parse("@.ok == true").unwrap());
    poll(spec).end().await
}

#[tokio::test]
async fn json_is_read_in_the_encoding_that_it_comes_in() {
    let utf16 = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    for (content_type, body) in [
        ("application/json", b"\xef\xbb\xbf{\"ok\":true}".to_vec()),
        ("application/json", utf16("\u{FEFF}{\"ok\":true}")),
        ("application/json; charset=utf-16le", utf16("{\"ok\":true}")),
        ("application/json", utf16("{\"ok\":true}")),
        (
            "application/json; charset=iso-8859-1",
            b"{\"name\":\"\xe9\",\"ok\":true}".to_vec(),
        ),
        ("application/json-seq", b"\x1e{\"ok\":true}\n".to_vec()),
        (
            "application/x-ndjson",
            b"{\"ok\":true}\n{\"ok\":true}\n".to_vec(),
        ),
    ] {
        assert_eq!(
            judged(content_type, &body).await,
            Ok(End::Answered),
            "{body:?}"
        );
    }
}

#[tokio::test]
async fn of_several_records_each_has_to_be_good() {
    let end = judged("application/x-ndjson", b"{\"ok\":true}\n{\"ok\":false}\n").await;
    let got = Some(Text::clean("false"));
    assert_eq!(
        end,
        Err(Failure::Assertion(Assertion::Json {
            filter: Text::clean("@.ok == true"),
            got
        }))
    );
    assert!(judged("text/plain", b"{\"ok\":true}\noops").await.is_err());
}

#[tokio::test]
async fn what_is_not_json_says_what_it_is() {
    for (body, said) in [
        ("", "not JSON: empty"),
        (
            "<html>maintenance</html>",
            "not JSON: begins with \"<html\"",
        ),
        ("{\"ok\":true,\"list\":[1,2", "not JSON: ends at 1:22"),
    ] {
        let why = Text::clean(said);
        assert_eq!(
            judged("application/json", body.as_bytes()).await,
            Err(Failure::Payload { why })
        );
    }
}

#[tokio::test]
async fn a_body_is_matched_as_it_reads() {
    let utf16: Vec<u8> = "\u{FEFF}pong"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let pattern = regex::bytes::Regex::new("^pong$").unwrap();
    for body in [&b"\xef\xbb\xbfpong"[..], &utf16] {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        let mut spec = get(&answering([head.as_bytes(), body].concat()).await);
        exchange(&mut spec).expect.body = Some(pattern.clone());
        assert_eq!(poll(spec).end().await, Ok(End::Answered));
    }
}

#[tokio::test]
async fn nobody_listens() {
    let address = closed_port().await;
    assert_eq!(
        failure(get(&format!("http://{address}/"))).await,
        Failure::Refused {
            peer: Some(address)
        }
    );
}

#[tokio::test]
async fn a_hang_before_the_answer_and_inside_its_head() {
    for bytes in [&b""[..], b"HTTP/1.1 200 OK\r\nX-Slow: "] {
        let url = stalling(bytes).await;
        let watch = watch(monitors::Spec::Http(Arc::new(get(&url))), SHORT);
        let trace = watch.trace.clone();
        let end = watch.end().await.unwrap_err();
        let Failure::Timeout {
            after,
            stage,
            connected,
            received,
        } = end
        else {
            panic!("{end:?}")
        };
        assert!(trace.connection().peer.is_some());
        assert_eq!((after, stage, received), (SHORT, Stage::Headers, 0));
        assert!(connected.is_some());
    }
}

#[tokio::test]
async fn a_hang_in_the_body() {
    let url = stalling(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").await;
    let end = watch(monitors::Spec::Http(Arc::new(get(&url))), SHORT)
        .end()
        .await
        .unwrap_err();
    assert!(
        matches!(
            end,
            Failure::Timeout {
                stage: Stage::Body,
                received: 3,
                ..
            }
        ),
        "{end:?}"
    );
}

#[tokio::test]
async fn a_drip_in_the_body() {
    let address = serve(|mut stream, _| async move {
        read_head(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            .await
            .unwrap();
        while stream.write_all(b".").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let spec = get(&format!("http://{address}/"));
    let end = watch(monitors::Spec::Http(Arc::new(spec)), SHORT)
        .end()
        .await
        .unwrap_err();
    let Failure::Timeout {
        stage: Stage::Body,
        received,
        ..
    } = end
    else {
        panic!("{end:?}")
    };
    assert!(received > 1);
}

#[tokio::test]
async fn an_endless_body() {
    let address = serve(|mut stream, _| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    })
    .await;
    let mut spec = get(&format!("http://{address}/"));
    terms(&mut spec.endpoint).max_bytes = 100_000;
    assert_eq!(
        failure(spec).await,
        Failure::TooLarge {
            what: MessagePart::Body,
            limit: 100_000
        }
    );
}

#[tokio::test]
async fn bodies_that_end_badly() {
    let cut = answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").await;
    assert_eq!(
        failure(get(&cut)).await,
        Failure::Closed {
            stage: Stage::Body,
            code: None,
            why: None
        }
    );
    let cut = answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab").await;
    assert_eq!(
        failure(get(&cut)).await,
        Failure::Closed {
            stage: Stage::Body,
            code: None,
            why: None
        }
    );
    for bad in ["zz\r\nab\r\n0\r\n\r\n", "2\r\nabXX"] {
        let url = answering(format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{bad}"
        ))
        .await;
        let end = failure(get(&url)).await;
        assert!(
            matches!(
                end,
                Failure::Protocol {
                    protocol: WireProtocol::Http,
                    ..
                }
            ),
            "{bad}: {end:?}"
        );
    }
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn coded(coding: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn compressed_bodies() {
    let mut spec = get(&answering(coded("gzip", &gzip(b"all is well"))).await);
    exchange(&mut spec).expect.body = Some(regex::bytes::Regex::new("^all is well$").unwrap());
    assert!(poll(spec).end().await.is_ok());

    let end = failure(get(&answering(coded("gzip", b"this is not gzip")).await)).await;
    assert!(
        matches!(
            end,
            Failure::Protocol {
                protocol: WireProtocol::Http,
                ..
            }
        ),
        "{end:?}"
    );
    let whole = gzip(&[b'a'; 10_000]);
    let end = failure(get(
        &answering(coded("gzip", &whole[..whole.len() / 2])).await
    ))
    .await;
    assert!(
        matches!(
            end,
            Failure::Protocol {
                protocol: WireProtocol::Http,
                ..
            }
        ),
        "{end:?}"
    );

    let mut bomb = get(&answering(coded("gzip", &gzip(&vec![0; 20 << 20]))).await);
    terms(&mut bomb.endpoint).max_bytes = 50_000;
    assert_eq!(
        failure(bomb).await,
        Failure::TooLarge {
            what: MessagePart::Body,
            limit: 50_000
        }
    );
}

#[tokio::test]
async fn codings_that_are_not_read_and_bodies_that_are_none() {
    let end = failure(get(&answering(coded("zstd", b"x")).await)).await;
    let why = Text::clean("body is encoded with \"zstd\", which hbmon does not read");
    assert_eq!(
        end,
        Failure::Protocol {
            protocol: WireProtocol::Http,
            why
        }
    );
    for answer in [
        "HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n",
    ] {
        assert!(
            poll(get(&answering(answer).await)).end().await.is_ok(),
            "{answer}"
        );
    }
    let mut head = get(&answering(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n",
    )
    .await);
    exchange(&mut head).method = Method::HEAD;
    assert!(poll(head).end().await.is_ok());
}

#[tokio::test]
async fn huge_headers() {
    let long = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(1 << 20));
    assert!(matches!(
        failure(get(&answering(long).await)).await,
        Failure::TooLarge {
            what: MessagePart::Headers,
            ..
        }
    ));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(5000));
    assert!(matches!(
        failure(get(&answering(many).await)).await,
        Failure::TooLarge {
            what: MessagePart::Headers,
            ..
        }
    ));
    let some = format!(
        "HTTP/1.1 200 OK\r\n{}Content-Length: 0\r\n\r\n",
        "X: y\r\n".repeat(300)
    );
    assert!(poll(get(&answering(some).await)).end().await.is_ok());
}

#[tokio::test]
async fn no_answer_or_no_http() {
    let closed = Failure::Closed {
        stage: Stage::Headers,
        code: None,
        why: None,
    };
    assert_eq!(failure(get(&answering("").await)).await, closed);
    assert_eq!(
        failure(get(&answering("HTTP/1.1 200 O").await)).await,
        closed
    );
    for garbage in [
        "SSH-2.0-OpenSSH_9.6\r\n\r\n",
        "\u{1}\u{2}\u{3}\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
    ] {
        let end = failure(get(&answering(garbage).await)).await;
        assert!(
            matches!(
                end,
                Failure::Protocol {
                    protocol: WireProtocol::Http,
                    ..
                }
            ),
            "{garbage:?}: {end:?}"
        );
    }
}

#[tokio::test]
async fn resets() {
    for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"] {
        let address = serve(move |mut stream, _| async move {
            read_head(&mut stream).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
            // Closing with a linger time of zero sends a reset.
            stream.set_zero_linger().unwrap();
        })
        .await;
        let end = failure(get(&format!("http://{address}/"))).await;
        assert!(matches!(end, Failure::Reset { .. }), "{end:?}");
    }
}

/// Answers `/CODE/PLACE` with a redirect to `/PLACE`, and other paths with 200. Reports every
/// request.
async fn redirecting() -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let (send, heads) = mpsc::unbounded_channel();
    let address = serve(move |mut stream, _| {
        let send = send.clone();
        async move {
            let head = read_head(&mut stream).await;
            let path = head.split(' ').nth(1).unwrap().to_owned();
            send.send(head).unwrap();
            let answer = match path[1..].split_once('/') {
                Some((code, place)) => {
                    format!("HTTP/1.1 {code} Go\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n")
                }
                None => ok("here"),
            };
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    })
    .await;
    (address, heads)
}

#[tokio::test]
async fn redirects_are_followed() {
    let (address, mut heads) = redirecting().await;
    for (code, second) in [
        ("301", "GET"),
        ("302", "GET"),
        ("303", "GET"),
        ("307", "POST"),
        ("308", "POST"),
    ] {
        let mut spec = get(&format!("http://{address}/{code}//end"));
        exchange(&mut spec).method = Method::POST;
        exchange(&mut spec).body = Some(Bytes::from_static(b"x"));
        terms(&mut spec.endpoint).auth = Some(HeaderValue::from_static("Bearer t"));
        assert!(poll(spec).end().await.is_ok(), "{code}");
        assert!(heads.recv().await.unwrap().starts_with("POST"));
        let head = heads.recv().await.unwrap();
        assert!(
            head.starts_with(&format!("{second} /end ")),
            "{code}: {head}"
        );
        assert!(head.contains("authorization: Bearer t"), "{head}");
    }
}

#[tokio::test]
async fn redirects_sum_their_phases() {
    let (address, _heads) = redirecting().await;
    let mut spec = get(&format!("http://{address}/302//end"));
    exchange(&mut spec).redirects = 1;
    let mut watch = poll(spec);
    let wire = watch.next().await.connection.unwrap();
    assert!(
        wire.phases.get(Phase::Connect).is_some()
            && wire.phases.get(Phase::FirstByte).is_some()
            && wire.phases.get(Phase::Body).is_some()
    );
}

#[tokio::test]
async fn secrets_stay_with_their_origin() {
    let (other, mut strangers) = redirecting().await;
    let (home, mut heads) = redirecting().await;
    // A redirect to another host, and back.
    let mut spec = get(&format!(
        "http://{home}/307/http://{other}/307/http://{home}/end"
    ));
    let own = &mut terms(&mut spec.endpoint).headers;
    own.insert("x-key", HeaderValue::from_static("hunter2"));
    own.insert("cookie", HeaderValue::from_static("c=hunter3"));
    terms(&mut spec.endpoint).auth = Some(HeaderValue::from_static("Bearer t0ken"));
    assert!(poll(spec).end().await.is_ok());
    let abroad = strangers.recv().await.unwrap();
    assert!(
        !abroad.contains("hunter") && !abroad.contains("t0ken"),
        "{abroad}"
    );
    for _ in 0..2 {
        let head = heads.recv().await.unwrap();
        assert!(
            head.contains("hunter2") && head.contains("hunter3") && head.contains("t0ken"),
            "{head}"
        );
    }
}

#[tokio::test]
async fn bodies_stay_with_their_origin() {
    let (other, mut strangers) = redirecting().await;
    let (home, _heads) = redirecting().await;
    for (code, is_followed) in [("307", false), ("308", false), ("303", true)] {
        let mut spec = get(&format!("http://{home}/{code}/http://{other}/end"));
        exchange(&mut spec).method = Method::POST;
        exchange(&mut spec).body = Some(Bytes::from_static(b"s3cr3t"));
        let end = poll(spec).end().await;
        if is_followed {
            assert!(end.is_ok(), "{end:?}");
            assert!(strangers.recv().await.unwrap().starts_with("GET"));
        } else {
            assert_eq!(
                end,
                Err(Failure::RedirectRefused {
                    why: RedirectFault::BodyAway
                }),
                "{code}"
            );
            assert!(strangers.try_recv().is_err());
        }
    }
}

#[tokio::test]
async fn no_redirect_leads_to_hbmon_itself() {
    let (own, mut heads) = redirecting().await;
    let (target, _heads) = redirecting().await;
    let listening = OwnAddress::register(own);
    for host in ["127.0.0.1", "localhost"] {
        let mut spec = get(&format!(
            "http://{target}/302/http://{host}:{}/end",
            own.port()
        ));
        terms(&mut spec.endpoint).family = Family::V4;
        assert_eq!(
            failure(spec).await,
            Failure::RedirectRefused {
                why: RedirectFault::ToHbmon
            }
        );
    }
    assert!(heads.try_recv().is_err());
    // A monitor may poll hbmon's own interface if its URL names it.
    assert!(poll(get(&format!("http://{own}/end"))).end().await.is_ok());
    drop(listening);
    let end = poll(get(&format!("http://{target}/302/http://{own}/end")))
        .end()
        .await;
    assert!(end.is_ok(), "{end:?}");
}

/// Sets a cookie and redirects to itself until the cookie arrives. Reports every request.
async fn wants_cookie() -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let (send, heads) = mpsc::unbounded_channel();
    let address = serve(move |mut stream, _| {
        let send = send.clone();
        async move {
            let head = read_head(&mut stream).await;
            let is_known = head.contains("s=1");
            let place = head.split(' ').nth(1).unwrap().to_owned();
            send.send(head).unwrap();
            let answer = if is_known {
                ok("page")
            } else {
                format!(
                    "HTTP/1.1 302 Go\r\nSet-Cookie: s=1; Path=/; HttpOnly\r\nLocation: {place}\r\n\
                     Content-Length: 0\r\n\r\n"
                )
            };
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    })
    .await;
    (address, heads)
}

#[tokio::test]
async fn cookies_live_for_one_attempt() {
    let (address, mut heads) = wants_cookie().await;
    let mut spec = get(&format!("http://{address}/page"));
    terms(&mut spec.endpoint)
        .headers
        .insert("cookie", HeaderValue::from_static("own=2"));
    let end = watch_times(monitors::Spec::Http(Arc::new(spec)), LIMIT, 2)
        .end()
        .await;
    assert!(end.is_ok(), "{end:?}");
    for _ in 0..2 {
        let first = heads.recv().await.unwrap();
        assert!(first.contains("cookie: own=2\r\n"), "{first}");
        let second = heads.recv().await.unwrap();
        assert!(second.contains("cookie: own=2; s=1\r\n"), "{second}");
    }
    assert!(heads.try_recv().is_err());
}

#[tokio::test]
async fn cookies_stay_with_their_host() {
    let (other, mut strangers) = redirecting().await;
    let address = serve(move |mut stream, _| async move {
        read_head(&mut stream).await;
        let head = format!(
            "HTTP/1.1 302 Go\r\nSet-Cookie: s=1\r\nLocation: http://localhost:{}/\r\n\r\n",
            other.port()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
    })
    .await;
    let mut spec = get(&format!("http://{address}/"));
    terms(&mut spec.endpoint).family = Family::V4;
    assert!(poll(spec).end().await.is_ok());
    let head = strangers.recv().await.unwrap();
    assert!(!head.contains("cookie"), "{head}");
}

#[tokio::test]
async fn header_lines_that_are_not_quite_right() {
    let body = regex::bytes::Regex::new("^ok$").unwrap();
    let header = ExpectedHeader {
        name: "x-good".parse().unwrap(),
        pattern: regex::Regex::new("^yes$").unwrap(),
    };
    for odd in [
        "X-Powered-By : PHP",
        "X-Space\t: 1",
        "<br />\r\nWarning: Undefined variable in /x.php on line 3",
        "Set-Cookie: waf=\u{1}\u{2}",
        "X-Folded: one\r\n two\r\n\tthree",
        ": no name",
        "no colon",
        "Näme: x",
        "Content-Lengths: many",
    ] {
        for protocol in ["HTTP/1.1", "http/1.1", "Http/1.0"] {
            let answer = format!(
                "{protocol} 200 OK\r\n{odd}\r\nX-Good: yes\r\nContent-Length: 2\r\n\r\nokay"
            );
            let mut spec = get(&answering(answer).await);
            exchange(&mut spec).expect.body = Some(body.clone());
            exchange(&mut spec).headers = vec![header.clone()];
            let end = poll(spec).end().await;
            assert!(end.is_ok(), "{protocol} {odd:?}: {end:?}");
        }
    }
}

#[tokio::test]
async fn lines_about_the_length_are_exact() {
    for (lines, shown) in [
        ("Content-Length : 2", "Content-Length : 2"),
        ("Content-Length: +2", "Content-Length: +2"),
        ("Content-Length: -2", "Content-Length: -2"),
        ("Content-Length: 2 2", "Content-Length: 2 2"),
        ("Content-Length: 0x2", "Content-Length: 0x2"),
        ("Content-Length:", "Content-Length:"),
        ("Content-Length 2", "Content-Length 2"),
        (" Content-Length: 2", "Content-Length: 2"),
        ("Content-\u{1}Length: 2", "Content-Length: 2"),
        (
            "Content-Length: 2\r\nContent-Length: 3",
            "Content-Length: 3",
        ),
        ("Content-Length: 2, 3", "Content-Length: 2, 3"),
        ("Content-Length: 2\r\n 3", "3"),
        ("Transfer-Encoding : chunked", "Transfer-Encoding : chunked"),
        ("Transfer-Encoding: xchunked", "Transfer-Encoding: xchunked"),
        (
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: chunked, chunked",
        ),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked",
        ),
        (
            "Transfer-Encoding: \u{b}chunked",
            "Transfer-Encoding: chunked",
        ),
        ("Transfer-Encoding:\r\n chunked", "Transfer-Encoding:"),
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\nX: y\r\n{lines}\r\n\r\nok");
        let end = failure(get(&answering(answer).await)).await;
        let why = Text::clean(&format!("header line: {shown}"));
        assert_eq!(
            end,
            Failure::Protocol {
                protocol: WireProtocol::Http,
                why
            },
            "{lines:?}"
        );
    }
    let same = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nok";
    assert!(poll(get(&answering(same).await)).end().await.is_ok());
}

#[tokio::test]
async fn a_bad_first_line_is_shown() {
    for (line, shown) in [
        ("SSH-2.0-OpenSSH_9.6", "not HTTP: SSH-2.0-OpenSSH_9.6"),
        ("HTTP/1.1 abc", "status line: HTTP/1.1 abc"),
        ("HTTP/3.0 200 OK", "status line: HTTP/3.0 200 OK"),
        ("HTTP/1.1 20 OK", "status line: HTTP/1.1 20 OK"),
        (
            "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{16}",
            "the port speaks TLS",
        ),
    ] {
        let end = failure(get(&answering(format!("{line}\r\n\r\n")).await)).await;
        assert_eq!(
            end,
            Failure::Protocol {
                protocol: WireProtocol::Http,
                why: Text::clean(shown)
            },
            "{line:?}"
        );
    }
}

#[tokio::test]
async fn redirects_end() {
    let address = serve(|mut stream, _| async move {
        read_head(&mut stream).await;
        let _ = stream
            .write_all(b"HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
            .await;
    })
    .await;
    let url = format!("http://{address}/");
    let to = Text::clean(&url);
    assert_eq!(
        failure(get(&url)).await,
        Failure::Redirects {
            limit: 5,
            to: Some(to.clone())
        }
    );
    let mut none = get(&url);
    exchange(&mut none).redirects = 0;
    assert_eq!(
        failure(none).await,
        Failure::Status {
            code: 302,
            note: Some(StatusNote::RedirectsTo(to))
        }
    );
    let end = failure(get(&answering(
        "HTTP/1.1 302 Go\r\nLocation: file:///etc/passwd\r\n\r\n",
    )
    .await))
    .await;
    assert_eq!(end.reason(), Reason::Protocol);
}

#[tokio::test]
async fn localhost_is_resolved() {
    let url = answering(ok("here"))
        .await
        .replace("127.0.0.1", "localhost");
    for resolver in [ResolverKind::Hickory, ResolverKind::System] {
        let mut spec = get(&url);
        terms(&mut spec.endpoint).resolver = resolver;
        let mut watch = poll(spec);
        let note = watch.next().await;
        assert!(matches!(note.signal, Signal::Beat(_)), "{note:?}");
        assert!(note.connection.unwrap().phases.get(Phase::Dns).is_some());
    }
}

#[tokio::test]
async fn names_and_families_that_lead_nowhere() {
    let end = failure(get("http://nowhere.invalid/")).await;
    assert_eq!(end.reason(), Reason::Dns);
    let mut spec = get("http://127.0.0.1:1/");
    terms(&mut spec.endpoint).family = Family::V6;
    assert_eq!(failure(spec).await.reason(), Reason::Dns);
}

#[tokio::test]
async fn ipv6() {
    let Ok(listener) = tokio::net::TcpListener::bind("[::1]:0").await else {
        return;
    };
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_head(&mut stream).await;
        stream.write_all(ok("six").as_bytes()).await.unwrap();
    });
    let mut spec = get(&format!("http://{address}/"));
    terms(&mut spec.endpoint).family = Family::V6;
    let mut watch = poll(spec);
    assert_eq!(watch.next().await.connection.unwrap().peer, Some(address));
}

fn outbox() -> (Reporter, mpsc::Receiver<Observation>) {
    let (send, notes) = mpsc::channel(64);
    (
        Reporter::new(
            TargetId(1),
            Rhythm::Poll,
            LIMIT,
            Clock::start(),
            send,
            Arc::new(Secrets::default()),
        ),
        notes,
    )
}

#[tokio::test]
async fn a_full_answer_that_fails_has_a_latency_and_may_hint() {
    let url = answering("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n").await;
    let (mut out, mut notes) = outbox();
    let mut monitor = monitors::Spec::Http(Arc::new(get(&url)))
        .open(&Dialers::new(), out.trace())
        .expect("a monitor");
    out.begin(Duration::ZERO, 0).await;
    let failure = monitor.attempt(&mut out).await.unwrap_err();
    assert_eq!(out.take_retry_after(), Some(Duration::from_secs(7)));
    out.ended(failure).await;
    assert!(matches!(
        notes.recv().await.unwrap().signal,
        Signal::Attempt { .. }
    ));
    let Signal::Failed { latency, .. } = notes.recv().await.unwrap().signal else {
        panic!()
    };
    assert!(latency.is_some());
}

/// Polls several times with one monitor, like the supervisor, and returns the phases of each poll.
async fn poll_often(spec: HttpSpec, times: usize) -> Vec<(Result<End, Failure>, Connection)> {
    let (mut out, mut notes) = outbox();
    let mut monitor = monitors::Spec::Http(Arc::new(spec))
        .open(&Dialers::new(), out.trace())
        .expect("a monitor");
    let mut polls = Vec::new();
    for _ in 0..times {
        out.begin(Duration::ZERO, 0).await;
        let end = monitor.attempt(&mut out).await;
        polls.push((end, out.trace().connection()));
        while notes.try_recv().is_ok() {}
    }
    polls
}

#[tokio::test]
async fn a_connection_is_kept_if_wanted() {
    for (reuse, connections) in [(false, 2), (true, 1)] {
        let (send, mut accepted) = mpsc::unbounded_channel();
        let address = serve(move |mut stream, number| {
            send.send(number).unwrap();
            async move {
                while !read_head(&mut stream).await.is_empty() {
                    let _ = stream.write_all(ok("again").as_bytes()).await;
                }
            }
        })
        .await;
        let mut spec = get(&format!("http://{address}/"));
        exchange(&mut spec).reuse = reuse;
        let polls = poll_often(spec, 2).await;
        for (end, connection) in &polls {
            assert!(end.is_ok(), "{end:?}");
            assert!(connection.phases.get(Phase::FirstByte).is_some());
            assert_eq!(connection.peer, Some(address));
        }
        assert_eq!(polls[1].1.phases.get(Phase::Connect).is_none(), reuse);
        let mut count = 0;
        while accepted.try_recv().is_ok() {
            count += 1;
        }
        assert_eq!(count, connections, "reuse: {reuse}");
    }
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closes_is_no_failure() {
    let address = serve(|mut stream, _| async move {
        read_head(&mut stream).await;
        let _ = stream.write_all(ok("once").as_bytes()).await;
        // The second request is read, but not answered.
        read_head(&mut stream).await;
    })
    .await;
    let mut spec = get(&format!("http://{address}/"));
    exchange(&mut spec).reuse = true;
    for (end, _) in poll_often(spec, 3).await {
        assert!(end.is_ok(), "{end:?}");
    }
}

/// Starts an HTTP/2 server without TLS that answers with this header.
async fn serve_http2(value: http::HeaderValue) -> String {
    let address = serve(move |stream, _| {
        let value = value.clone();
        async move {
            let service =
                hyper::service::service_fn(move |request: http::Request<hyper::body::Incoming>| {
                    let mut response = http::Response::new(format!("{:?}", request.version()));
                    response.headers_mut().insert("x-value", value.clone());
                    async move { Ok::<_, std::convert::Infallible>(response) }
                });
            let io = hyper_util::rt::TokioIo::new(stream);
            let executor = hyper_util::rt::TokioExecutor::new();
            let _ = hyper::server::conn::http2::Builder::new(executor)
                .serve_connection(io, service)
                .await;
        }
    })
    .await;
    format!("http://{address}/")
}

#[tokio::test]
async fn http2_with_prior_knowledge() {
    let mut spec = get(&serve_http2(HeaderValue::from_static("x")).await);
    exchange(&mut spec).version = HttpVersion::Http2;
    exchange(&mut spec).expect.body = Some(regex::bytes::Regex::new("^HTTP/2.0$").unwrap());
    assert!(poll(spec).end().await.is_ok());

    let mut spec = get(&serve_http2(HeaderValue::from_str(&"x".repeat(1 << 20)).unwrap()).await);
    exchange(&mut spec).version = HttpVersion::Http2;
    let end = failure(spec).await;
    assert!(
        matches!(end.reason(), Reason::Protocol | Reason::TooLarge),
        "{end:?}"
    );

    let mut spec = get(&answering(ok("one")).await);
    exchange(&mut spec).version = HttpVersion::Http2;
    // hyper reports only that the connection ended, not that the server used HTTP/1.1.
    assert!(matches!(
        failure(spec).await.reason(),
        Reason::Protocol | Reason::Closed
    ));
}
