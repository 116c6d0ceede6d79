//! Tests the dialer's WebSocket handshake against loopback servers.

use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use hbmon::clock::Clock;
use hbmon::model::{Failure, MessagePart, Phase, Reason, Stage};
use hbmon::monitors::dial::{Dialers, HttpVersion, Upgraded, websocket_failure};
use hbmon::monitors::trace::Trace;
use http::HeaderMap;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::http::endpoint;
use super::support::{read_head, serve, terms, until_closed};

/// Reads a handshake and accepts it, with these header lines beside the usual ones. Returns its
/// head.
pub(crate) async fn accept(stream: &mut TcpStream, lines: &str) -> String {
    let head = read_head(stream).await;
    let key = head
        .lines()
        .find_map(|line| line.strip_prefix("sec-websocket-key: "))
        .expect("a key");
    let accept = derive_accept_key(key.as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n\
         Connection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{lines}\r\n"
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
    head
}

type Opened = (tokio_tungstenite::WebSocketStream<Upgraded>, Option<String>);

async fn open(
    address: std::net::SocketAddr,
    subprotocols: &[&str],
) -> (Result<Opened, Failure>, Trace) {
    let mut endpoint = Arc::new(endpoint(&format!("http://{address}/ws")));
    terms(&mut endpoint).max_bytes = 1000;
    let trace = Trace::new(Clock::start());
    trace.begin();
    let dialer = Dialers::new().dialer(&endpoint, HttpVersion::Http1, false, &trace);
    let subprotocols: Vec<String> = subprotocols.iter().map(ToString::to_string).collect();
    (
        dialer
            .websocket(endpoint.url.clone(), HeaderMap::new(), &subprotocols)
            .await,
        trace,
    )
}

#[tokio::test]
async fn a_good_handshake() {
    let (send, mut heads) = mpsc::unbounded_channel();
    let address = serve(move |mut stream, _| {
        let send = send.clone();
        async move {
            send.send(accept(&mut stream, "Sec-WebSocket-Protocol: v2\r\n").await)
                .unwrap();
            let role = tokio_tungstenite::tungstenite::protocol::Role::Server;
            let mut server =
                tokio_tungstenite::WebSocketStream::from_raw_socket(stream, role, None).await;
            server.send(Message::text("hello")).await.unwrap();
            server.send(Message::text("x".repeat(2000))).await.unwrap();
            while let Some(Ok(_)) = server.next().await {}
        }
    })
    .await;
    let (opened, trace) = open(address, &["v1", "v2"]).await;
    let (mut socket, protocol) = opened.unwrap();
    assert_eq!(protocol.as_deref(), Some("v2"));
    let head = heads.recv().await.unwrap();
    assert!(
        head.contains("sec-websocket-protocol: v1, v2\r\n"),
        "{head}"
    );
    assert!(!head.contains("accept-encoding"), "{head}");
    assert_eq!(trace.stage(), Stage::Handshake);
    trace.enter(Stage::Listening);
    let phases = trace.connection().phases;
    assert!(
        phases.get(Phase::Connect).is_some()
            && phases.get(Phase::FirstByte).is_some()
            && phases.get(Phase::Body).is_none()
    );

    assert_eq!(
        socket.next().await.unwrap().unwrap(),
        Message::text("hello")
    );
    let error = socket.next().await.unwrap().unwrap_err();
    assert_eq!(
        websocket_failure(error, &trace),
        Failure::TooLarge {
            what: MessagePart::Message,
            limit: 1000
        }
    );
}

#[tokio::test]
async fn answers_that_are_no_upgrade() {
    for (answer, reason) in [
        (
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            Reason::Status,
        ),
        (
            "HTTP/1.1 302 Go\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
            Reason::Status,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            Reason::Status,
        ),
        (
            "HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            Reason::Protocol,
        ),
        (
            "HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: eA==\r\n\r\n",
            Reason::Protocol,
        ),
        ("SSH-2.0-x\r\n\r\n", Reason::Protocol),
        ("", Reason::Closed),
    ] {
        let address = serve(move |mut stream, _| async move {
            read_head(&mut stream).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
        })
        .await;
        let end = open(address, &[]).await.0.unwrap_err();
        assert_eq!(end.reason(), reason, "{answer}: {end:?}");
    }
}

#[tokio::test]
async fn what_was_not_offered_is_refused() {
    for lines in [
        "Sec-WebSocket-Extensions: permessage-deflate\r\n",
        "Sec-WebSocket-Protocol: v3\r\n",
    ] {
        let address = serve(move |mut stream, _| async move {
            accept(&mut stream, lines).await;
            until_closed(&mut stream).await;
        })
        .await;
        assert_eq!(
            open(address, &["v1"]).await.0.unwrap_err().reason(),
            Reason::Protocol,
            "{lines}"
        );
    }
}

#[tokio::test]
async fn a_connection_that_breaks() {
    for (linger, reason) in [(false, Reason::Closed), (true, Reason::Reset)] {
        let address = serve(move |mut stream, _| async move {
            accept(&mut stream, "").await;
            if linger {
                stream.set_zero_linger().unwrap();
            }
        })
        .await;
        let (opened, trace) = open(address, &[]).await;
        let (mut socket, _) = opened.unwrap();
        trace.enter(Stage::Listening);
        let failure = websocket_failure(socket.next().await.unwrap().unwrap_err(), &trace);
        assert_eq!(failure.reason(), reason, "{failure:?}");
    }
    let address = serve(|mut stream, _| async move {
        accept(&mut stream, "").await;
        stream.write_all(&[0xff; 16]).await.unwrap();
        until_closed(&mut stream).await;
    })
    .await;
    let (opened, trace) = open(address, &[]).await;
    let failure = websocket_failure(opened.unwrap().0.next().await.unwrap().unwrap_err(), &trace);
    assert_eq!(failure.reason(), Reason::Protocol);
}
