//! Tests the `websocket` kind against loopback servers: correct ones, and servers that violate the
//! protocol at every step.

use std::future::{Future, pending};
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use futures_util::{SinkExt, StreamExt};
use hbmon::model::{
    Assertion, Failure, MessagePart, Observation, Phase, Reason, SentMessage, Signal, Stage,
    StatusNote, Text,
};
use hbmon::monitors::dial::tls::{TlsFiles, TlsOptions};
use hbmon::monitors::dial::{ConnectOptions, Endpoint};
use hbmon::monitors::payload::{Expect, Filter, Query};
use hbmon::monitors::websocket::keepalive::{Keepalive, ReplyRule, ReplyTrigger};
use hbmon::monitors::websocket::{Compression, WebsocketSpec};
use hbmon::monitors::{End, Spec as MonitorSpec};
use http::HeaderValue;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{WebSocketStream, accept_async};

use super::support::{Watch, closed_port, read_head, serve, terms, until_closed, watch};

/// Long enough that no attempt reaches it.
const LONG: Duration = Duration::from_secs(20);
/// Time limit of attempts that must time out.
const SHORT: Duration = Duration::from_millis(300);

/// A heartbeat of a Python service: `time.strftime("%Y-%m-%dT%H:%M:%S%z")`.
const BEAT: &str = r#"{"ts": "2024-01-15T10:30:00+0000"}"#;

fn spec(address: SocketAddr) -> WebsocketSpec {
    let endpoint = Endpoint {
        url: format!("http://{address}/ws/chat/").parse().unwrap(),
        options: Arc::new(ConnectOptions::new(4096)),
    };
    WebsocketSpec {
        endpoint: Arc::new(endpoint),
        subprotocols: Vec::new(),
        origin: None,
        send: Vec::new(),
        keepalive: None,
        matches: None,
        expect: Expect::default(),
        timestamp: None,
        compressed: None,
        ping: None,
    }
}

fn run(spec: WebsocketSpec) -> Watch {
    watch(MonitorSpec::Websocket(Arc::new(spec)), LONG)
}

/// Starts a correct server that runs the script.
async fn server<F, R>(script: F) -> SocketAddr
where
    F: Fn(WebSocketStream<TcpStream>) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    serve(move |stream, _| {
        let script = script.clone();
        async move { script(accept_async(stream).await.unwrap()).await }
    })
    .await
}

/// Starts a server that completes the handshake, sends these bytes and waits for the client to
/// close.
async fn raw(bytes: impl Into<Vec<u8>>) -> SocketAddr {
    let bytes = bytes.into();
    serve(move |mut stream, _| {
        let bytes = bytes.clone();
        async move {
            upgrade(&mut stream, "").await;
            // The monitor may close before it has read everything.
            let _ = stream.write_all(&bytes).await;
            until_closed(&mut stream).await;
        }
    })
    .await
}

/// Starts a server that answers the handshake with this.
async fn answering(response: &'static str) -> SocketAddr {
    serve(move |mut stream, _| async move {
        read_head(&mut stream).await;
        let _ = stream.write_all(response.as_bytes()).await;
        until_closed(&mut stream).await;
    })
    .await
}

/// Answers the handshake with a 101 and these additional header lines, and returns the request's
/// head.
async fn upgrade(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), more: &str) -> String {
    let head = read_head(stream).await;
    let key = header(&head, "sec-websocket-key").expect("a key");
    let accept = derive_accept_key(key.as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n{more}\r\n"
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
    head
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

fn close(code: u16, reason: &str) -> Message {
    Message::Close(Some(CloseFrame {
        code: CloseCode::from(code),
        reason: reason.to_owned().into(),
    }))
}

async fn opened(watch: &mut Watch) {
    assert_eq!(watch.next().await.signal, Signal::Open);
}

fn excerpt(note: Observation) -> String {
    match note.signal {
        Signal::Beat(beat) => beat
            .excerpt
            .map(|text| text.as_str().to_owned())
            .unwrap_or_default(),
        other => panic!("no beat: {other:?}"),
    }
}

fn failure(note: Observation) -> Failure {
    match note.signal {
        Signal::Failed {
            failure,
            ended: false,
            ..
        } => failure,
        other => panic!("no failure: {other:?}"),
    }
}

fn protocol(end: Result<End, Failure>) -> String {
    match end {
        Err(Failure::Protocol { why, .. }) => why.as_str().to_owned(),
        other => panic!("no protocol failure: {other:?}"),
    }
}

#[tokio::test]
async fn beats_are_told_from_traffic_and_carry_their_timestamp() {
    let address = server(|mut ws| async move {
        for text in [
            "hello",
            r#"{"message": "hi"}"#,
            BEAT,
            r#"{"ts": "soon"}"#,
            BEAT,
        ] {
            ws.send(Message::text(text)).await.unwrap();
        }
        ws.send(close(1001, "deploy")).await.unwrap();
        until_closed(ws.get_mut()).await;
    })
    .await;
    let mut watch = run(WebsocketSpec {
        matches: Some(Filter::parse("@.ts").unwrap()),
        timestamp: Some(Query::parse("$.ts").unwrap()),
        ..spec(address)
    });
    opened(&mut watch).await;
    let note = watch.next().await;
    assert!(
        note.connection
            .as_ref()
            .unwrap()
            .phases
            .get(Phase::Connect)
            .is_some()
    );
    let Signal::Beat(beat) = note.signal else {
        panic!("{note:?}")
    };
    assert!(
        beat.delta.unwrap().as_hours() > 24 * 365,
        "the timestamp is read"
    );
    assert!(beat.sent.is_some());
    assert_eq!(beat.latency, None);
    assert_eq!(failure(watch.next().await).reason(), Reason::Payload);
    assert_eq!(excerpt(watch.next().await), BEAT);
    assert_eq!(watch.end().await, Ok(End::Closed));
}

#[tokio::test]
async fn without_match_every_message_is_a_beat() {
    let address = server(|mut ws| async move {
        ws.send(Message::text("hello")).await.unwrap();
        ws.send(Message::binary(vec![0xff, 0xfe])).await.unwrap();
        ws.send(Message::text("")).await.unwrap();
        pending().await
    })
    .await;
    let mut watch = run(spec(address));
    opened(&mut watch).await;
    assert_eq!(excerpt(watch.next().await), "hello");
    excerpt(watch.next().await);
    excerpt(watch.next().await);
}

#[tokio::test]
async fn a_beat_that_fails_its_expectation_leaves_the_connection() {
    let address = server(|mut ws| async move {
        for text in [r#"{"ok": false}"#, "not json", r#"{"ok": true}"#] {
            ws.send(Message::text(text)).await.unwrap();
        }
        pending().await
    })
    .await;
    let filter = Filter::parse("@.ok == true").unwrap();
    let mut watch = run(WebsocketSpec {
        expect: Expect {
            json: Some(filter),
            body: None,
        },
        ..spec(address)
    });
    opened(&mut watch).await;
    assert!(matches!(
        failure(watch.next().await),
        Failure::Assertion(Assertion::Json { .. })
    ));
    assert_eq!(failure(watch.next().await).reason(), Reason::Payload);
    assert_eq!(excerpt(watch.next().await), r#"{"ok": true}"#);
}

/// Like Pusher, Reverb and trading platforms: pings in a message, and closes without a reply.
#[tokio::test]
async fn a_server_that_pings_in_messages_is_held() {
    let address = server(|mut ws| async move {
        for number in 0..3 {
            let ping = format!(r#"{{"ping": {number}}}"#);
            ws.send(Message::binary(gzip(ping.as_bytes())))
                .await
                .unwrap();
            let said = ws.next().await.unwrap().unwrap();
            if said.into_text().unwrap().as_str() != format!(r#"{{"pong": {number}}}"#) {
                ws.send(close(4201, "no pong in time")).await.unwrap();
            }
        }
        ws.send(close(1000, "")).await.unwrap();
        until_closed(ws.get_mut()).await;
    })
    .await;
    let rule = ReplyRule {
        trigger: ReplyTrigger::Json(Filter::parse("@.ping").unwrap()),
        send: r#"{"pong": {value}}"#.to_owned(),
        value: Some(Query::parse("$.ping").unwrap()),
    };
    let upkeep = Keepalive {
        replies: vec![rule],
        repeat: None,
    };
    let mut watch = run(WebsocketSpec {
        keepalive: Some(Box::new(upkeep)),
        compressed: Some(Compression::Gzip),
        ..spec(address)
    });
    opened(&mut watch).await;
    for number in 0..3 {
        assert_eq!(
            excerpt(watch.next().await),
            format!(r#"{{"ping": {number}}}"#)
        );
    }
    assert_eq!(watch.end().await, Ok(End::Closed));
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

async fn sending(messages: Vec<Message>) -> SocketAddr {
    server(move |mut ws| {
        let messages = messages.clone();
        async move {
            for message in messages {
                ws.send(message).await.unwrap();
            }
            until_closed(ws.get_mut()).await;
        }
    })
    .await
}

#[tokio::test]
async fn compressed_beats_beside_plain_text_and_hostile_ones() {
    let beat = BEAT.as_bytes();
    for (compression, good) in [
        (
            Compression::Gzip,
            vec![gzip(beat), [gzip(&beat[..9]), gzip(&beat[9..])].concat()],
        ),
        (Compression::Deflate, vec![zlib(beat), deflate(beat)]),
    ] {
        let bomb = if compression == Compression::Gzip {
            gzip(&[0; 100_000])
        } else {
            zlib(&[0; 100_000])
        };
        let cut = good[0][..good[0].len() - 9].to_vec();
        let mut messages: Vec<Message> = good.into_iter().map(Message::binary).collect();
        messages.extend([bomb, cut, b"{}".to_vec()].map(Message::binary));
        messages.push(Message::text(BEAT));
        let address = sending(messages).await;

        let mut watch = run(WebsocketSpec {
            compressed: Some(compression),
            ..spec(address)
        });
        opened(&mut watch).await;
        assert_eq!(excerpt(watch.next().await), BEAT);
        assert_eq!(excerpt(watch.next().await), BEAT);
        assert_eq!(
            failure(watch.next().await),
            Failure::TooLarge {
                what: MessagePart::Inflated,
                limit: 4096
            }
        );
        assert_eq!(failure(watch.next().await).reason(), Reason::Payload);
        assert_eq!(failure(watch.next().await).reason(), Reason::Payload);
        assert_eq!(excerpt(watch.next().await), BEAT);

        // With `match`, an uncompressed message is traffic, but a decompression bomb is a failure.
        let matches = Some(Filter::parse("@.ts").unwrap());
        let mut watch = run(WebsocketSpec {
            compressed: Some(compression),
            matches,
            ..spec(address)
        });
        opened(&mut watch).await;
        assert_eq!(excerpt(watch.next().await), BEAT);
        assert_eq!(excerpt(watch.next().await), BEAT);
        assert_eq!(failure(watch.next().await).reason(), Reason::TooLarge);
        assert_eq!(excerpt(watch.next().await), BEAT);
    }
}

#[tokio::test]
async fn the_handshake_carries_origin_headers_and_subprotocols_and_texts_follow_it() {
    let (heads, mut seen) = mpsc::unbounded_channel();
    let (texts, mut sent) = mpsc::unbounded_channel();
    let address = serve(move |mut stream, _| {
        let heads = heads.clone();
        let texts = texts.clone();
        async move {
            heads
                .send(upgrade(&mut stream, "Sec-WebSocket-Protocol: beats.v2\r\n").await)
                .unwrap();
            let mut ws = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
            while let Some(Ok(Message::Text(text))) = ws.next().await {
                texts.send(text.as_str().to_owned()).unwrap();
            }
        }
    })
    .await;
    let mut spec = WebsocketSpec {
        subprotocols: vec!["beats.v1".into(), "beats.v2".into()],
        origin: Some(HeaderValue::from_static("https://app.example.com")),
        send: vec!["{\"subscribe\": \"beats\"}".into(), "second".into()],
        ..spec(address)
    };
    terms(&mut spec.endpoint)
        .headers
        .insert("x-tenant", HeaderValue::from_static("blue"));
    terms(&mut spec.endpoint).auth = Some(HeaderValue::from_static("Bearer abc"));
    let mut watch = run(spec);
    opened(&mut watch).await;
    let head = seen.recv().await.unwrap();
    assert!(head.starts_with("GET /ws/chat/ HTTP/1.1\r\n"), "{head}");
    assert_eq!(header(&head, "origin"), Some("https://app.example.com"));
    assert_eq!(header(&head, "x-tenant"), Some("blue"));
    assert_eq!(header(&head, "authorization"), Some("Bearer abc"));
    assert_eq!(header(&head, "sec-websocket-version"), Some("13"));
    assert_eq!(
        header(&head, "sec-websocket-protocol"),
        Some("beats.v1, beats.v2")
    );
    assert_eq!(header(&head, "sec-websocket-extensions"), None);
    assert_eq!(sent.recv().await.unwrap(), "{\"subscribe\": \"beats\"}");
    assert_eq!(sent.recv().await.unwrap(), "second");
}

#[tokio::test]
async fn a_subprotocol_or_extension_that_was_not_offered_breaks_the_protocol() {
    for (line, offered, what) in [
        (
            "Sec-WebSocket-Protocol: other\r\n",
            vec!["beats".to_owned()],
            "subprotocol",
        ),
        ("Sec-WebSocket-Protocol: other\r\n", vec![], "subprotocol"),
        (
            "Sec-WebSocket-Extensions: permessage-deflate\r\n",
            vec![],
            "extension",
        ),
    ] {
        let address = serve(move |mut stream, _| async move {
            upgrade(&mut stream, line).await;
            until_closed(&mut stream).await;
        })
        .await;
        let why = protocol(
            run(WebsocketSpec {
                subprotocols: offered,
                ..spec(address)
            })
            .end()
            .await,
        );
        assert!(why.contains(what), "{why}");
    }
}

#[tokio::test]
async fn pings_of_the_server_are_answered() {
    let (pongs, mut answered) = mpsc::unbounded_channel();
    let address = server(move |mut ws| {
        let pongs = pongs.clone();
        async move {
            ws.send(Message::Ping(Bytes::from_static(b"are you there")))
                .await
                .unwrap();
            while let Some(Ok(message)) = ws.next().await {
                pongs.send(message).unwrap();
            }
        }
    })
    .await;
    let mut watch = run(spec(address));
    opened(&mut watch).await;
    assert_eq!(
        answered.recv().await.unwrap(),
        Message::Pong(Bytes::from_static(b"are you there"))
    );
}

#[tokio::test]
async fn own_pings_are_measured_beside_a_stray_pong() {
    let address = server(|mut ws| async move {
        ws.send(Message::Pong(Bytes::from_static(b"stray")))
            .await
            .unwrap();
        // The library answers pings while the stream is read.
        while let Some(Ok(_)) = ws.next().await {}
    })
    .await;
    let mut watch = run(WebsocketSpec {
        ping: Some(Duration::from_millis(20)),
        ..spec(address)
    });
    opened(&mut watch).await;
    for _ in 0..3 {
        assert!(matches!(
            watch.next().await.signal,
            Signal::Pong { rtt } if rtt > Duration::ZERO && rtt < LONG
        ));
    }
}

#[tokio::test]
async fn an_unanswered_ping_is_no_reply() {
    let address = raw(*b"\x81\x02hi").await;
    let spec = MonitorSpec::Websocket(Arc::new(WebsocketSpec {
        ping: Some(LONG),
        ..spec(address)
    }));
    let end = watch(spec, SHORT).end().await;
    assert_eq!(
        end,
        Err(Failure::NoReply {
            to: SentMessage::Ping,
            after: SHORT
        })
    );
}

#[tokio::test]
async fn a_close_is_clean_only_with_1000_or_1001_after_a_beat() {
    for (beats, message, expected) in [
        (1, close(1000, "bye"), None),
        (1, close(1001, ""), None),
        (0, close(1000, "bye"), Some((Some(1000), Some("bye")))),
        (
            1,
            close(1011, "db\u{1b}[31m down\r\n\u{202e}x"),
            Some((Some(1011), Some("db[31m down x"))),
        ),
        (1, close(4001, ""), Some((Some(4001), None))),
        (1, Message::Close(None), Some((None, None))),
    ] {
        let address = sending([vec![Message::text("beat"); beats], vec![message]].concat()).await;
        let expected = match expected {
            None => Ok(End::Closed),
            Some((code, why)) => Err((code, why.map(str::to_owned))),
        };
        let end = run(spec(address))
            .end()
            .await
            .map_err(|failure| match failure {
                Failure::Closed {
                    stage: Stage::Listening,
                    code,
                    why,
                } => (code, why.map(|why| why.as_str().to_owned())),
                other => panic!("{other:?}"),
            });
        assert_eq!(end, expected);
    }
}

#[tokio::test]
async fn a_close_frame_is_answered() {
    let (frames, mut answers) = mpsc::unbounded_channel();
    let address = server(move |mut ws| {
        let frames = frames.clone();
        async move {
            ws.send(close(1000, "bye")).await.unwrap();
            while let Some(Ok(message)) = ws.next().await {
                frames.send(message).unwrap();
            }
        }
    })
    .await;
    assert_eq!(
        run(spec(address)).end().await.unwrap_err().reason(),
        Reason::Closed
    );
    assert_eq!(answers.recv().await.unwrap(), close(1000, "bye"));
}

#[tokio::test]
async fn an_end_without_a_close_frame_is_closed_or_reset() {
    let eof = serve(|mut stream, _| async move {
        upgrade(&mut stream, "").await;
        stream.write_all(b"\x81\x02hi").await.unwrap();
    })
    .await;
    let mut watch = run(spec(eof));
    opened(&mut watch).await;
    assert_eq!(excerpt(watch.next().await), "hi");
    assert_eq!(
        watch.end().await,
        Err(Failure::Closed {
            stage: Stage::Listening,
            code: None,
            why: None
        })
    );

    let (go, wait) = tokio::sync::watch::channel(());
    let reset = serve(move |mut stream, _| {
        let mut wait = wait.clone();
        async move {
            upgrade(&mut stream, "").await;
            let _ = wait.changed().await;
            stream.set_zero_linger().unwrap();
        }
    })
    .await;
    let mut watch = run(spec(reset));
    opened(&mut watch).await;
    go.send(()).unwrap();
    assert_eq!(
        watch.end().await,
        Err(Failure::Reset {
            stage: Stage::Listening
        })
    );
}

#[tokio::test]
async fn a_refused_handshake_tells_its_status() {
    let elsewhere = Some(StatusNote::RedirectsTo(Text::clean("https://chat.test/ws")));
    for (response, code, note) in [
        (
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            403,
            None,
        ),
        (
            "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
            404,
            None,
        ),
        (
            "HTTP/1.1 301 Moved\r\nLocation: https://chat.test/ws\r\nContent-Length: 0\r\n\r\n",
            301,
            elsewhere,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            200,
            Some(StatusNote::NotUpgraded),
        ),
        (
            "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n",
            503,
            None,
        ),
    ] {
        let address = answering(response).await;
        assert_eq!(
            run(spec(address)).end().await,
            Err(Failure::Status { code, note })
        );
    }
}

#[tokio::test]
async fn every_record_of_a_message_is_judged_by_itself() {
    let address = server(|mut ws| async move {
        ws.send(Message::text(
            "{\"n\":1,\"ok\":true}\u{1e}{\"n\":2,\"ok\":false}\u{1e}",
        ))
        .await
        .unwrap();
        ws.send(Message::text(
            "{\"n\":3,\"ok\":true}\n{\"n\":4,\"ok\":true}\n",
        ))
        .await
        .unwrap();
        ws.send(Message::text("{\"n\":5,\"ok\":true}\u{1e}"))
            .await
            .unwrap();
        ws.send(Message::text("1\n".repeat(101))).await.unwrap();
        pending().await
    })
    .await;
    let filter = Filter::parse("@.ok == true").unwrap();
    let mut watch = run(WebsocketSpec {
        expect: Expect {
            json: Some(filter),
            body: None,
        },
        ..spec(address)
    });
    opened(&mut watch).await;
    assert_eq!(excerpt(watch.next().await), r#"{"n":1,"ok":true}"#);
    let Failure::Assertion(Assertion::Json { got, .. }) = failure(watch.next().await) else {
        panic!()
    };
    assert_eq!(got, Some(Text::clean("false")));
    for n in 3..=5 {
        assert_eq!(
            excerpt(watch.next().await),
            format!(r#"{{"n":{n},"ok":true}}"#)
        );
    }
    assert_eq!(
        failure(watch.next().await).reason(),
        Reason::Payload,
        "a flood is no series of heartbeats"
    );
}

#[tokio::test]
async fn a_wrong_handshake_breaks_the_protocol() {
    for response in [
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: wrong\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
    ] {
        protocol(run(spec(answering(response).await)).end().await);
    }
}

#[tokio::test]
async fn a_handshake_that_hangs_or_finds_nobody() {
    let address = answering("").await;
    match watch(MonitorSpec::Websocket(Arc::new(spec(address))), SHORT)
        .end()
        .await
    {
        Err(Failure::Timeout {
            stage: Stage::Handshake | Stage::Headers,
            after,
            ..
        }) => assert_eq!(after, SHORT),
        other => panic!("{other:?}"),
    }
    let closed = closed_port().await;
    assert_eq!(
        run(spec(closed)).end().await,
        Err(Failure::Refused { peer: Some(closed) })
    );
}

#[tokio::test]
async fn broken_frames_break_the_protocol() {
    for (bytes, what) in [
        (&b"\xc1\x02hi"[..], "reserved bits"),
        (b"\x81\x82\x01\x02\x03\x04hi", "masked"),
        (b"\x81\x02\xff\xfe", "UTF-8"),
        (b"\x83\x02hi", "opcode 3"),
        (b"\x8b\x00", "opcode 11"),
        (b"\x80\x02hi", "continuation of nothing"),
        (b"\x01\x02hi\x81\x02hi", "a message inside another"),
        (b"\x09\x00", "fragmented ping"),
        (b"\x89\x7e\x00\x7e", "ping over 125 bytes"),
        (b"\x88\x01\x03", "close with half a code"),
        (
            b"\x88\x04\x03\xe8\xff\xfe",
            "close reason that is not UTF-8",
        ),
        (b"HTTP/1.1 200 OK\r\n\r\n", "garbage"),
    ] {
        // A ping over 125 bytes is refused when it is complete.
        let address = raw([bytes, &[0; 200]].concat()).await;
        let why = protocol(run(spec(address)).end().await);
        assert!(!why.is_empty(), "{what}");
    }
}

#[tokio::test]
async fn oversize_is_too_large() {
    let fragment = [&b"\x01\x7e\x0f\xff"[..], &[b'x'; 4095], b"\x80\x02xx"].concat();
    for bytes in [
        b"\x81\x7f\x00\x00\x00\x00\x00\x00\x10\x01".to_vec(),
        b"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff".to_vec(),
        fragment,
    ] {
        let end = run(spec(raw(bytes).await)).end().await;
        assert_eq!(
            end,
            Err(Failure::TooLarge {
                what: MessagePart::Message,
                limit: 4096
            })
        );
    }
}

#[tokio::test]
async fn a_fragmented_message_in_single_bytes_is_one_beat() {
    let address = serve(|mut stream, _| async move {
        stream.set_nodelay(true).unwrap();
        upgrade(&mut stream, "").await;
        // A ping between the fragments is allowed (RFC 6455, section 5.4).
        for byte in b"\x01\x03{\"t\x89\x00\x00\x03s\":\x80\x021}\x88\x02\x03\xe8" {
            stream.write_all(&[*byte]).await.unwrap();
            stream.flush().await.unwrap();
            tokio::task::yield_now().await;
        }
        until_closed(&mut stream).await;
    })
    .await;
    let mut watch = run(spec(address));
    opened(&mut watch).await;
    assert_eq!(excerpt(watch.next().await), r#"{"ts":1}"#);
    assert_eq!(watch.end().await, Ok(End::Closed));
}

#[tokio::test]
async fn a_peer_that_never_reads_is_given_up() {
    // Reads nothing after the handshake, and triggers more replies than all buffers hold.
    let address = serve(|mut stream, _| async move {
        upgrade(&mut stream, "").await;
        stream.write_all(&b"\x81\x04ping".repeat(45)).await.unwrap();
        pending().await
    })
    .await;
    let rule = ReplyRule {
        trigger: ReplyTrigger::Text("ping".to_owned()),
        send: "pong".repeat(1 << 18),
        value: None,
    };
    let mut spec = WebsocketSpec {
        keepalive: Some(Box::new(Keepalive {
            replies: vec![rule],
            repeat: None,
        })),
        matches: Some(Filter::parse("@.ts").unwrap()),
        ..spec(address)
    };
    terms(&mut spec.endpoint).max_bytes = 1 << 20;
    let end = watch(
        MonitorSpec::Websocket(Arc::new(spec)),
        Duration::from_secs(2),
    )
    .end()
    .await;
    assert!(
        matches!(
            end,
            Err(Failure::Timeout {
                stage: Stage::Listening,
                ..
            } | Failure::Reset { .. })
        ),
        "{end:?}"
    );
}

#[tokio::test]
async fn a_flood_of_traffic_lets_others_work() {
    let address = serve(|mut stream, _| async move {
        upgrade(&mut stream, "").await;
        let traffic = b"\x81\x02{}".repeat(1000);
        while stream.write_all(&traffic).await.is_ok() {}
    })
    .await;
    let mut watch = run(WebsocketSpec {
        matches: Some(Filter::parse("@.ts").unwrap()),
        ..spec(address)
    });
    opened(&mut watch).await;
    // A single thread: timers fire only if reading the flood yields.
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn tls_carries_it_too() {
    let issued = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(issued.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![issued.cert.der().clone()], key.into())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let address = serve(move |stream, _| {
        let acceptor = acceptor.clone();
        async move {
            let mut ws = accept_async(acceptor.accept(stream).await.unwrap())
                .await
                .unwrap();
            ws.send(Message::text(BEAT)).await.unwrap();
            ws.send(close(1000, "")).await.unwrap();
            while let Some(Ok(_)) = ws.next().await {}
        }
    })
    .await;
    let mut spec = spec(address);
    Arc::make_mut(&mut spec.endpoint).url = format!("https://localhost:{}/", address.port())
        .parse()
        .unwrap();
    terms(&mut spec.endpoint).tls = TlsOptions::load(&TlsFiles {
        insecure: true,
        ..TlsFiles::default()
    })
    .unwrap();
    let mut watch = run(spec);
    opened(&mut watch).await;
    let note = watch.next().await;
    assert!(
        note.connection
            .as_ref()
            .unwrap()
            .phases
            .get(Phase::Tls)
            .is_some()
    );
    assert_eq!(excerpt(note), BEAT);
    assert_eq!(watch.end().await, Ok(End::Closed));
}
