//! Tests of the servers over loopback with plain clients.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::*;

/// Time limit of each wait in a test.
const PATIENCE: Duration = Duration::from_secs(20);

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("in time")
}

async fn demo(speed: f64) -> Demo {
    start(7, speed, Clock::start()).await.expect("free ports")
}

fn address(demo: &Demo, name: &str) -> SocketAddr {
    let monitor = demo
        .config()
        .split("- name: ")
        .find(|monitor| monitor.starts_with(name))
        .expect("in the cast");
    let (_, url) = monitor.split_once("://").expect("a URL");
    let end = url.find(['/', '\n']).expect("an end");
    url[..end].parse().expect("an address")
}

/// Sends a request and reads until `wanted` is received or the connection ends.
async fn ask(address: SocketAddr, path: &str, wanted: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes())
        .await?;
    let (mut answer, mut buffer) = (String::new(), [0; 4096]);
    while !answer.contains(wanted) {
        match stream.read(&mut buffer).await? {
            0 => break,
            read => answer.push_str(&String::from_utf8_lossy(&buffer[..read])),
        }
    }
    Ok(answer)
}

async fn socket(demo: &Demo, name: &str, path: &str) -> WebSocketStream<TcpStream> {
    let address = address(demo, name);
    let stream = TcpStream::connect(address).await.expect("listens");
    client_async(format!("ws://{address}{path}"), stream)
        .await
        .expect("a handshake")
        .0
}

async fn text(socket: &mut WebSocketStream<TcpStream>) -> String {
    in_time(socket.next())
        .await
        .expect("a message")
        .expect("no failure")
        .to_text()
        .expect("text")
        .to_owned()
}

/// Repeats a request until the response is as wanted.
async fn until(address: SocketAddr, wanted: impl Fn(&io::Result<String>) -> bool) {
    in_time(async {
        while !wanted(&ask(address, "/health", "\r\n\r\n").await) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn http_answers() {
    let demo = demo(1.0).await;
    let answer = in_time(ask(address(&demo, "storefront"), "/health", "}"))
        .await
        .expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains(r#""ok":true"#),
        "{answer}"
    );
}

#[tokio::test]
async fn sse_sends_heartbeats() {
    let demo = demo(20.0).await;
    let answer = in_time(ask(address(&demo, "price-ticker"), "/prices", r#""seq":2"#))
        .await
        .expect("an answer");
    assert!(
        answer.contains("content-type: text/event-stream"),
        "{answer}"
    );
    assert!(answer.contains("event: heartbeat\ndata: {"), "{answer}");
}

#[tokio::test]
async fn websocket_sends_heartbeats_and_answers_pings() {
    let demo = demo(20.0).await;
    let mut socket = socket(&demo, "warehouse", "/stock").await;
    assert!(text(&mut socket).await.contains(r#""seq":1"#));
    socket.send(Message::Ping("x".into())).await.expect("sent");
    let pong = async {
        loop {
            if let Message::Pong(data) =
                socket.next().await.expect("a message").expect("no failure")
            {
                return data;
            }
        }
    };
    assert_eq!(in_time(pong).await, "x");
}

#[tokio::test]
async fn pings_do_not_hold_heartbeats_back() {
    let demo = demo(20.0).await;
    let mut socket = socket(&demo, "warehouse", "/stock").await;
    let third = async {
        loop {
            socket.send(Message::Ping("x".into())).await.expect("sent");
            let message = socket.next().await.expect("a message").expect("no failure");
            if message
                .to_text()
                .is_ok_and(|text| text.contains(r#""seq":3"#))
            {
                return;
            }
        }
    };
    in_time(third).await;
}

#[tokio::test]
async fn socketio_acknowledges() {
    let demo = demo(1.0).await;
    let mut socket = socket(
        &demo,
        "support-chat",
        "/socket.io/?EIO=4&transport=websocket",
    )
    .await;
    assert!(text(&mut socket).await.starts_with(r#"0{"#));
    socket.send(Message::text("40")).await.expect("sent");
    assert!(text(&mut socket).await.starts_with(r#"40{"sid""#));
    socket
        .send(Message::text(r#"42["heartbeat",{"n":1}]"#))
        .await
        .expect("sent");
    assert!(
        text(&mut socket)
            .await
            .starts_with(r#"42["heartbeat-ack",{"#)
    );
}

#[tokio::test]
async fn the_story_breaks_the_search_and_mends_it() {
    let demo = demo(20.0).await;
    let search = address(&demo, "search");
    for status in ["200", "503", "200"] {
        until(search, |answer| {
            answer
                .as_ref()
                .is_ok_and(|text| text.starts_with(&format!("HTTP/1.1 {status}")))
        })
        .await;
    }
}

#[tokio::test]
async fn the_ticker_goes_and_comes_back_at_the_same_address() {
    let demo = demo(20.0).await;
    let ticker = address(&demo, "price-ticker");
    let is_gone = |answer: &io::Result<String>| matches!(answer, Err(e) if e.kind() == io::ErrorKind::ConnectionRefused);
    until(ticker, is_gone).await;
    until(ticker, |answer| {
        answer
            .as_ref()
            .is_ok_and(|text| text.starts_with("HTTP/1.1 200"))
    })
    .await;
}

#[tokio::test]
async fn servers_stop_with_the_demo() {
    let demo = demo(1.0).await;
    let storefront = address(&demo, "storefront");
    drop(demo);
    until(storefront, Result::is_err).await;
}

#[tokio::test]
async fn a_speed_beyond_reason_is_refused() {
    for speed in [0.0, -1.0, f64::NAN, 1e9] {
        let refused = start(7, speed, Clock::start()).await.expect_err("refused");
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
    }
}
