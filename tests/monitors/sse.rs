//! Tests the `sse` kind against loopback servers.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hbmon::model::{Assertion, Beat, Failure, MessagePart, Signal, Stage, Text, WireProtocol};
use hbmon::monitors::dial::{ConnectOptions, Endpoint};
use hbmon::monitors::payload::{Expect, Filter, Query};
use hbmon::monitors::{End, Spec, sse};
use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use url::Url;

use crate::support::{Watch, watch, watch_times};

const LIMIT: Duration = Duration::from_secs(10);
const CAP: usize = 64 * 1024;
const STREAM: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";

/// What a server does with a connection after its script.
enum Then {
    Close,
    Reset,
    /// Waits until the client closes.
    Hold,
}

struct Server {
    url: Url,
    requests: mpsc::UnboundedReceiver<String>,
}

/// Starts a server that answers each connection with its own script.
async fn serve(scripts: Vec<(Vec<u8>, Then)>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://{}/v1/heartbeats/stream",
        listener.local_addr().unwrap()
    )
    .parse()
    .unwrap();
    let (heard, requests) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for (script, then) in scripts {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = heard.send(read_request(&mut stream).await);
            // The client may close before it has read everything.
            let _ = stream.write_all(&script).await;
            match then {
                Then::Close => drop(stream),
                Then::Reset => stream.set_zero_linger().unwrap(),
                Then::Hold => while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {},
            }
        }
    });
    Server { url, requests }
}

async fn serve_one(script: impl Into<Vec<u8>>, then: Then) -> Server {
    serve(vec![(script.into(), then)]).await
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text.into_owned();
            }
        }
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return text_of(&request);
        }
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Returns a response whose body ends with the connection.
fn plain(body: impl AsRef<[u8]>) -> Vec<u8> {
    [STREAM.as_bytes(), b"\r\n", body.as_ref()].concat()
}

/// Returns a response with these chunks, but without the last chunk.
fn chunked<B: AsRef<[u8]>>(chunks: impl IntoIterator<Item = B>) -> Vec<u8> {
    let mut answer = format!("{STREAM}transfer-encoding: chunked\r\n\r\n").into_bytes();
    for chunk in chunks {
        let chunk = chunk.as_ref();
        if !chunk.is_empty() {
            answer.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
            answer.extend([chunk, b"\r\n"].concat());
        }
    }
    answer
}

const LAST_CHUNK: &str = "0\r\n\r\n";

fn complete<B: AsRef<[u8]>>(chunks: impl IntoIterator<Item = B>) -> Vec<u8> {
    [&chunked(chunks), LAST_CHUNK.as_bytes()].concat()
}

fn spec(url: &Url) -> sse::SseSpec {
    sse::SseSpec {
        endpoint: Arc::new(Endpoint {
            url: url.clone(),
            options: Arc::new(ConnectOptions::new(CAP)),
        }),
        method: Method::GET,
        body: None,
        events: Vec::new(),
        comments: false,
        matches: None,
        expect: Expect::default(),
        timestamp: None,
    }
}

fn start(spec: sse::SseSpec) -> Watch {
    watch(Spec::Sse(Arc::new(spec)), LIMIT)
}

fn filter(source: &str) -> Filter {
    Filter::parse(source).unwrap()
}

/// Returns the attempt's result, and all notes before it.
async fn all(watch: Watch) -> (Vec<Signal>, Result<End, Failure>) {
    let mut watch = watch;
    let mut said = Vec::new();
    while let Some(note) = tokio::time::timeout(LIMIT, watch.notes.recv())
        .await
        .expect("in time")
    {
        if !matches!(note.signal, Signal::Attempt { .. }) {
            said.push(note.signal);
        }
    }
    (said, watch.end().await)
}

/// Returns the excerpts of the heartbeats.
fn beats(said: &[Signal]) -> Vec<String> {
    let excerpt = |beat: &Beat| {
        beat.excerpt
            .as_ref()
            .map_or(String::new(), |text| text.as_str().to_owned())
    };
    said.iter()
        .filter_map(|signal| {
            if let Signal::Beat(beat) = signal {
                Some(excerpt(beat))
            } else {
                None
            }
        })
        .collect()
}

fn failures(said: &[Signal]) -> Vec<&Failure> {
    said.iter()
        .filter_map(|signal| {
            if let Signal::Failed { failure, .. } = signal {
                Some(failure)
            } else {
                None
            }
        })
        .collect()
}

/// Serves one response to a default subscription.
async fn hear(script: impl Into<Vec<u8>>, then: Then) -> (Vec<Signal>, Result<End, Failure>) {
    let server = serve_one(script, then).await;
    all(start(spec(&server.url))).await
}

async fn refused(script: impl Into<Vec<u8>>) -> Failure {
    let (said, end) = hear(script, Then::Close).await;
    assert_eq!(said, [], "nothing is open");
    end.unwrap_err()
}

fn closed() -> Failure {
    Failure::Closed {
        stage: Stage::Listening,
        code: None,
        why: None,
    }
}

const QUEEN: &str = r#"event: heartbeat
data: {
data:   "timestamp": "2025-10-24T19:00:00Z",
data:   "workers_online": 3,
data:   "workers_available": 2,
data:   "hives_online": 1,
data:   "hives_available": 1,
data:   "worker_ids": ["worker-1", "worker-2", "worker-3"],
data:   "hive_ids": ["localhost"]
data: }

"#;

#[tokio::test]
async fn the_queens_heartbeats_are_heard_while_the_stream_stands() {
    let beats = format!(
        ": keep-alive\n\nevent: log\ndata: not JSON\n\n{QUEEN}{}",
        QUEEN.replace("e\": 3", "e\": 0")
    );
    let server = serve_one(chunked([beats.as_str(), QUEEN]), Then::Hold).await;
    let mut watch = start(sse::SseSpec {
        events: vec!["heartbeat".to_owned()],
        expect: Expect {
            json: Some(filter("@.workers_online >= 1")),
            body: None,
        },
        timestamp: Some(Query::parse("$.timestamp").unwrap()),
        ..spec(&server.url)
    });
    assert_eq!(watch.next().await.signal, Signal::Open);
    let Signal::Beat(beat) = watch.next().await.signal else {
        panic!("no heartbeat")
    };
    assert!(
        beat.delta.unwrap().as_hours() > 0,
        "receipt minus the queen's clock"
    );
    assert!(
        beat.excerpt
            .unwrap()
            .as_str()
            .starts_with(r#"{ "timestamp": "2025-10-24T19:00:00Z", "workers_online": 3"#)
    );
    let Signal::Failed {
        failure,
        ended: false,
        ..
    } = watch.next().await.signal
    else {
        panic!("no failure")
    };
    assert_eq!(
        failure,
        Failure::Assertion(Assertion::Json {
            filter: Text::clean("@.workers_online >= 1"),
            got: Some(Text::clean("0"))
        })
    );
    assert!(
        matches!(watch.next().await.signal, Signal::Beat(_)),
        "the connection stays"
    );
}

#[tokio::test]
async fn comments_are_heartbeats_where_they_are_asked_for() {
    let body = ": heartbeat\n\n:\n\n: heartbeat\n\n";
    let server = serve_one(complete([body]), Then::Close).await;
    let (said, end) = all(start(sse::SseSpec {
        comments: true,
        ..spec(&server.url)
    }))
    .await;
    assert_eq!(beats(&said), ["heartbeat", "", "heartbeat"]);
    assert_eq!(end, Ok(End::Closed));

    let (said, end) = hear(complete([body]), Then::Close).await;
    assert_eq!((said, end), (vec![Signal::Open], Err(closed())));
}

#[tokio::test]
async fn what_does_not_match_is_traffic_and_no_failure() {
    let body = "data: hello\n\ndata: {\"kind\": \"chat\"}\n\ndata: {\"kind\": \"beat\"}\n\n";
    let server = serve_one(plain(body), Then::Close).await;
    let matches = Some(filter("@.kind == 'beat'"));
    let (said, end) = all(start(sse::SseSpec {
        matches,
        ..spec(&server.url)
    }))
    .await;
    assert_eq!(said.len(), 2);
    assert_eq!(beats(&said), [r#"{"kind": "beat"}"#]);
    assert_eq!(end, Ok(End::Closed));
}

#[tokio::test]
async fn bad_heartbeats_alone_do_not_make_an_end_good() {
    let server = serve_one(
        plain("data: {\"ts\": \"soon\"}\n\ndata: tick\n\n"),
        Then::Close,
    )
    .await;
    let timestamp = Some(Query::parse("$.ts").unwrap());
    let (said, end) = all(start(sse::SseSpec {
        timestamp,
        ..spec(&server.url)
    }))
    .await;
    let failures = failures(&said);
    assert_eq!(failures.len(), 2);
    assert!(
        failures
            .iter()
            .all(|failure| matches!(failure, Failure::Payload { .. })),
        "{failures:?}"
    );
    assert_eq!(end, Err(closed()));
}

#[tokio::test]
async fn names_choose_the_heartbeats() {
    let body = "data: a\n\nevent: message\ndata: b\n\nevent: Message\ndata: c\n\n\
                event: beat\ndata: d\n\nevent: x\ndata: e\n\n";
    for (events, heard) in [
        (vec![], vec!["a", "b", "c", "d", "e"]),
        (vec!["message"], vec!["a", "b"]),
        (vec!["beat", "x"], vec!["d", "e"]),
    ] {
        let server = serve_one(plain(body), Then::Close).await;
        let events = events.into_iter().map(str::to_owned).collect();
        let (said, _) = all(start(sse::SseSpec {
            events,
            ..spec(&server.url)
        }))
        .await;
        assert_eq!(beats(&said), heard);
    }
}

/// Contains a BOM, every line end, comments, ids, unknown fields and multi-byte characters.
const TRICKY: &str = concat!(
    "\u{FEFF}: hi\r\nevent: 💓\r\ndata: é\r\ndata\r\n\r\n",
    "foo: bar\nid: 7\n\nevent:\rdata:  ü\r\rid\rdata: {\"a\":1}\n\ndata: lost",
);

#[tokio::test]
async fn a_stream_may_be_cut_anywhere() {
    let cuts = 0..=TRICKY.len();
    let scripts = cuts.clone().map(|cut| {
        let (first, second) = TRICKY.as_bytes().split_at(cut);
        (complete([first, second]), Then::Close)
    });
    let server = serve(scripts.collect()).await;
    let (said, end) = all(watch_times(
        Spec::Sse(Arc::new(spec(&server.url))),
        LIMIT,
        cuts.clone().count(),
    ))
    .await;
    assert_eq!(end, Ok(End::Closed));
    let heard = ["é", " ü", r#"{"a":1}"#].map(|beat| beat.trim().to_owned());
    let mut attempts = 0;
    for (cut, attempt) in said.split(|signal| *signal == Signal::Closed).enumerate() {
        assert_eq!(
            (attempt.first(), beats(attempt)),
            (Some(&Signal::Open), heard.to_vec()),
            "cut at {cut}"
        );
        attempts += 1;
    }
    assert_eq!(attempts, cuts.count());
}

#[tokio::test]
async fn invalid_utf8_is_replaced() {
    let (said, end) = hear(
        plain(b"data: a\xFFb\xE2\x82\n\n\xFF: x\n\ndata: ok\n\n"),
        Then::Close,
    )
    .await;
    assert_eq!(beats(&said), ["a\u{FFFD}b\u{FFFD}", "ok"]);
    assert_eq!(end, Ok(End::Closed));
}

#[tokio::test]
async fn an_event_without_its_empty_line_is_discarded() {
    let (said, end) = hear(complete(["data: a\n\ndata: b\n"]), Then::Close).await;
    assert_eq!((beats(&said), end), (vec!["a".to_owned()], Ok(End::Closed)));
    let (said, end) = hear(complete(["data: b\n"]), Then::Close).await;
    assert_eq!((said, end), (vec![Signal::Open], Err(closed())));
}

#[tokio::test]
async fn a_stream_that_ends_without_a_heartbeat_is_a_failure() {
    for body in [complete([""]), plain("")] {
        assert_eq!(
            hear(body, Then::Close).await,
            (vec![Signal::Open], Err(closed()))
        );
    }
}

#[tokio::test]
async fn the_subscription_is_asked_for_as_the_standard_says() {
    let mut server = serve_one(plain(""), Then::Close).await;
    let _ = all(start(spec(&server.url))).await;
    let request = server.requests.recv().await.unwrap().to_ascii_lowercase();
    assert!(
        request.starts_with("get /v1/heartbeats/stream http/1.1\r\n"),
        "{request}"
    );
    for header in ["accept: text/event-stream", "cache-control: no-store"] {
        assert_eq!(
            request.matches(&format!("\r\n{header}\r\n")).count(),
            1,
            "{request}"
        );
    }
    let encodings = request
        .lines()
        .find_map(|line| line.strip_prefix("accept-encoding: "));
    assert!(
        encodings.is_none_or(|encodings| encodings == "identity"),
        "{request}"
    );
    assert!(!request.contains("last-event-id"), "{request}");
}

#[tokio::test]
async fn a_post_carries_its_body() {
    let mut server = serve_one(plain("data: a\n\n"), Then::Close).await;
    let body = Some(Bytes::from_static(b"{\"topic\": \"beats\"}"));
    let end = start(sse::SseSpec {
        method: Method::POST,
        body,
        ..spec(&server.url)
    })
    .end()
    .await;
    assert_eq!(end, Ok(End::Closed));
    let request = server.requests.recv().await.unwrap();
    assert!(
        request.starts_with("POST /v1/heartbeats/stream HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.ends_with("\r\n\r\n{\"topic\": \"beats\"}"),
        "{request}"
    );
}

#[tokio::test]
async fn the_last_id_is_sent_on_every_reconnect_until_another_comes() {
    let bodies = [
        "id: 41\ndata: a\n\nid: é2\n\nid: 43\ndata: cut",
        "data: no id\n\n",
        "id: bad\0\nid: \u{1}\n\n",
        "id: 44\n\n",
        "id\n\n",
        "",
    ];
    let mut server = serve(bodies.map(|body| (plain(body), Then::Close)).into()).await;
    let _ = watch_times(Spec::Sse(Arc::new(spec(&server.url))), LIMIT, bodies.len())
        .end()
        .await;
    let mut sent = Vec::new();
    while let Some(request) = server.requests.recv().await {
        let id = request
            .lines()
            .find_map(|line| line.strip_prefix("last-event-id: "));
        sent.push(id.unwrap_or("none").to_owned());
    }
    // An id with a control character is remembered, but cannot be sent.
    assert_eq!(sent, ["none", "é2", "é2", "none", "44", "none"]);
}

#[tokio::test]
async fn a_retry_field_becomes_a_hint() {
    let server = serve_one(
        plain("retry: 2500\n\nretry: 9x\n\ndata: a\n\n"),
        Then::Close,
    )
    .await;
    let watch = start(spec(&server.url));
    let hint = Arc::clone(&watch.hint);
    assert_eq!(watch.end().await, Ok(End::Closed));
    assert_eq!(*hint.lock().unwrap(), Some(Duration::from_millis(2500)));
}

#[tokio::test]
async fn retry_after_becomes_a_hint_of_its_attempt_only() {
    let busy = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n";
    for (attempts, hinted) in [(1, Some(Duration::from_secs(7))), (2, None)] {
        let server = serve(vec![
            (busy.into(), Then::Close),
            (plain("data: a\n\n"), Then::Close),
        ])
        .await;
        let watch = watch_times(Spec::Sse(Arc::new(spec(&server.url))), LIMIT, attempts);
        let hint = Arc::clone(&watch.hint);
        let end = watch.end().await;
        if attempts == 1 {
            assert!(
                matches!(end, Err(Failure::Status { code: 503, .. })),
                "{end:?}"
            );
        }
        assert_eq!(*hint.lock().unwrap(), hinted);
    }
}

#[tokio::test]
async fn other_statuses_than_200_are_failures() {
    let stop = refused("HTTP/1.1 204 X\r\n\r\n".to_owned()).await;
    assert_eq!(stop, Failure::StopAsked);
    for code in [201, 304, 401, 404, 500] {
        let answer = format!("HTTP/1.1 {code} X\r\ncontent-type: text/event-stream\r\n\r\n");
        let failure = refused(answer).await;
        assert!(
            matches!(failure, Failure::Status { code: got, .. } if got == code),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn a_page_is_no_event_stream() {
    let failure =
        refused("HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n\r\n<html>").await;
    let got = Some(Text::clean("text/html; charset=utf-8"));
    assert_eq!(
        failure,
        Failure::ContentType {
            wanted: "text/event-stream",
            got
        }
    );
    let failure = refused("HTTP/1.1 200 OK\r\n\r\ndata: a\n\n").await;
    assert_eq!(
        failure,
        Failure::ContentType {
            wanted: "text/event-stream",
            got: None
        }
    );
}

#[tokio::test]
async fn a_content_type_may_have_parameters_and_capitals() {
    let answer =
        "HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream; charset=UTF-8\r\n\r\ndata: a\n\n";
    assert_eq!(hear(answer, Then::Close).await.1, Ok(End::Closed));
}

#[tokio::test]
async fn a_compressed_stream_was_not_asked_for() {
    let failure = refused(format!("{STREAM}content-encoding: gzip\r\n\r\n\x1f")).await;
    assert!(
        matches!(
            failure,
            Failure::Protocol {
                protocol: WireProtocol::Http,
                ..
            }
        ),
        "{failure:?}"
    );
}

#[tokio::test]
async fn redirects_are_followed() {
    for code in [301, 302, 303, 307, 308] {
        let moved =
            format!("HTTP/1.1 {code} Moved\r\nlocation: ../beats\r\ncontent-length: 0\r\n\r\n");
        let mut server = serve(vec![
            (moved.into_bytes(), Then::Close),
            (plain("data: a\n\n"), Then::Close),
        ])
        .await;
        assert_eq!(
            start(spec(&server.url)).end().await,
            Ok(End::Closed),
            "{code}"
        );
        server.requests.recv().await.unwrap();
        let request = server.requests.recv().await.unwrap();
        assert!(
            request.starts_with("GET /v1/beats HTTP/1.1\r\n"),
            "{request}"
        );
        assert!(
            request.contains("\r\naccept: text/event-stream\r\n"),
            "{request}"
        );
    }
}

#[tokio::test]
async fn a_redirect_gets_its_cookie_back() {
    let moved =
        "HTTP/1.1 302 Moved\r\nset-cookie: s=1\r\nlocation: beats\r\ncontent-length: 0\r\n\r\n";
    let mut server = serve(vec![
        (moved.into(), Then::Close),
        (plain("data: a\n\n"), Then::Close),
    ])
    .await;
    assert_eq!(start(spec(&server.url)).end().await, Ok(End::Closed));
    assert!(!server.requests.recv().await.unwrap().contains("cookie"));
    let request = server.requests.recv().await.unwrap();
    assert!(request.contains("\r\ncookie: s=1\r\n"), "{request}");
}

#[tokio::test]
async fn the_sixth_redirect_is_one_too_many() {
    let moved = "HTTP/1.1 307 Moved\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n";
    let server = serve((0..6).map(|_| (moved.into(), Then::Close)).collect()).await;
    let to = Some(Text::clean(server.url.join("/again").unwrap().as_str()));
    assert_eq!(
        start(spec(&server.url)).end().await,
        Err(Failure::Redirects { limit: 5, to })
    );
}

#[tokio::test]
async fn silence_before_the_head_is_a_timeout() {
    for script in ["", "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"] {
        let server = serve_one(script, Then::Hold).await;
        let limit = Duration::from_millis(300);
        let failure = watch(Spec::Sse(Arc::new(spec(&server.url))), limit)
            .end()
            .await
            .unwrap_err();
        assert!(
            matches!(
                failure,
                Failure::Timeout { after, stage: Stage::StreamHead, .. } if after == limit
            ),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn a_line_of_64_mib_is_refused_at_the_cap() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(&plain("data: a\n\ndata: ")).await.unwrap();
        let mut sent = 0;
        while sent < 64 << 20 && stream.write_all(&[b'x'; 1 << 16]).await.is_ok() {
            sent += 1 << 16;
        }
        sent
    });
    let (said, end) = all(start(spec(&url))).await;
    assert_eq!(beats(&said), ["a"], "what came before is heard");
    assert_eq!(
        end,
        Err(Failure::TooLarge {
            what: MessagePart::Line,
            limit: CAP as u64
        })
    );
    assert!(
        server.await.unwrap() < 32 << 20,
        "the connection is given up, not read to the end"
    );
}

#[tokio::test]
async fn an_event_of_endless_lines_is_refused_at_the_cap() {
    let body = format!("data: a\n\n{}", "data: 0123456789abcdef\n".repeat(CAP / 16));
    let (said, end) = hear(plain(body), Then::Close).await;
    assert_eq!(beats(&said), ["a"]);
    assert_eq!(
        end,
        Err(Failure::TooLarge {
            what: MessagePart::Message,
            limit: CAP as u64
        })
    );
}

#[tokio::test]
async fn a_cut_inside_the_chunks_is_a_failure() {
    let whole = chunked(["data: a\n\n"]);
    for answer in [whole.clone(), [&whole[..], b"20\r\ndata: b"].concat()] {
        let (said, end) = hear(answer, Then::Close).await;
        assert_eq!(beats(&said), ["a"]);
        assert!(matches!(end, Err(Failure::Closed { .. })), "{end:?}");
    }
}

#[tokio::test]
async fn a_body_of_known_length_ends_there_or_was_cut() {
    let body = "data: a\n\n";
    let answer = |length: usize| format!("{STREAM}content-length: {length}\r\n\r\n{body}");
    assert_eq!(
        hear(answer(body.len()), Then::Hold).await.1,
        Ok(End::Closed)
    );
    let (said, end) = hear(answer(body.len() + 1), Then::Close).await;
    assert_eq!(beats(&said), ["a"]);
    assert!(matches!(end, Err(Failure::Closed { .. })), "{end:?}");
}

#[tokio::test]
async fn http_1_0_ends_with_its_connection() {
    let answer = "HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: a\n\n";
    assert_eq!(hear(answer, Then::Close).await.1, Ok(End::Closed));
}

#[tokio::test]
async fn every_url_of_a_config_is_taken() {
    let server = serve(
        (0..3)
            .map(|_| (plain("data: a\n\n"), Then::Close))
            .collect(),
    )
    .await;
    for path in ["/a b|c/é?q={x}|^`\"<>", "?", "/%zz;x=[1]?q='\\#there"] {
        let url = server.url.join(path).unwrap();
        assert_eq!(start(spec(&url)).end().await, Ok(End::Closed), "{url}");
    }
}

#[tokio::test]
async fn a_bad_chunk_is_a_failure_of_the_protocol() {
    let answer = [&chunked(["data: a\n\n"])[..], b"zz\r\n"].concat();
    let (said, end) = hear(answer, Then::Hold).await;
    assert_eq!(beats(&said), ["a"]);
    assert!(matches!(end, Err(Failure::Protocol { .. })), "{end:?}");
}

#[tokio::test]
async fn a_reset_is_a_reset() {
    let server = serve_one(chunked(["data: a\n\n"]), Then::Reset).await;
    let (_, end) = all(start(spec(&server.url))).await;
    assert!(matches!(end, Err(Failure::Reset { .. })), "{end:?}");
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);
    let end = start(spec(&url)).end().await;
    assert!(matches!(end, Err(Failure::Refused { .. })), "{end:?}");
}
