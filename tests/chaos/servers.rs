//! Servers on loopback that behave well or misbehave at random, half of the time each.

use std::future::Future;
use std::io;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{self, Message};

use super::faults;

pub(crate) struct Ports {
    pub http: u16,
    pub sse: u16,
    pub websocket: u16,
    pub socketio: u16,
    pub closed: u16,
}

/// Upper limit for everything that a server does.
const LONGEST: Duration = Duration::from_secs(20);

pub(crate) async fn start() -> Ports {
    let closed = TcpSocket::new_v4().unwrap();
    closed.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = closed.local_addr().unwrap().port();
    // Kept bound without listening, so no other process gets the port.
    tokio::spawn(async move {
        std::future::pending::<()>().await;
        drop(closed);
    });
    Ports {
        http: serve(http).await,
        sse: serve(sse).await,
        websocket: serve(websocket).await,
        socketio: serve(socketio).await,
        closed: port,
    }
}

async fn serve<F: Future<Output = io::Result<()>> + Send + 'static>(
    answer: fn(TcpStream) -> F,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            if let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(timeout(LONGEST, answer(stream)));
            }
        }
    });
    port
}

async fn http(mut stream: TcpStream) -> io::Result<()> {
    // A kept connection gets further requests.
    while request(&mut stream).await?.is_some() {
        if fastrand::bool() {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"ok\":true}")
                .await?;
        } else {
            return faults::http(stream).await;
        }
    }
    Ok(())
}

async fn sse(mut stream: TcpStream) -> io::Result<()> {
    request(&mut stream).await?;
    if fastrand::u8(..4) == 0 {
        return faults::http(stream).await;
    }
    stream
        .write_all(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
              transfer-encoding: chunked\r\n\r\n",
        )
        .await?;
    for number in 0..fastrand::u32(..8) {
        stream
            .write_all(&faults::chunk(
                format!("id: {number}\ndata: {{\"n\":{number}}}\n\n").as_bytes(),
            ))
            .await?;
        sleep(Duration::from_millis(fastrand::u64(100..1500))).await;
    }
    faults::stream(stream).await
}

async fn websocket(mut stream: TcpStream) -> io::Result<()> {
    let Some(mut socket) = upgrade(&mut stream).await? else {
        return faults::http(stream).await;
    };
    for number in 0..fastrand::u32(..8) {
        socket
            .send(Message::text(format!("{{\"n\":{number}}}")))
            .await
            .map_err(io::Error::other)?;
        // Reading answers pings.
        let pause = Duration::from_millis(fastrand::u64(100..1500));
        let _ = timeout(pause, async {
            while let Some(Ok(_)) = socket.next().await {}
        })
        .await;
    }
    drop(socket);
    faults::websocket(stream).await
}

async fn socketio(mut stream: TcpStream) -> io::Result<()> {
    let Some(mut socket) = upgrade(&mut stream).await? else {
        return faults::http(stream).await;
    };
    if fastrand::u8(..4) > 0 {
        let _ = converse(&mut socket).await;
    }
    drop(socket);
    faults::socketio(stream).await
}

/// Speaks Engine.IO 4 and Socket.IO 5 for a few requests.
async fn converse(socket: &mut WebSocketStream<&mut TcpStream>) -> Result<(), tungstenite::Error> {
    let open = concat!(
        r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"#,
        r#""pingTimeout":20000,"maxPayload":100000}"#
    );
    socket.send(Message::text(open)).await?;
    let mut answers = fastrand::u32(1..6);
    while let Some(message) = socket.next().await {
        match message? {
            Message::Text(text) if text.starts_with("40") => {
                socket.send(Message::text(r#"40{"sid":"n"}"#)).await?
            }
            Message::Text(text) if text.starts_with("42") => {
                if answers == 0 {
                    return Ok(());
                }
                answers -= 1;
                socket
                    .send(Message::text(r#"42["heartbeat-ack",{}]"#))
                    .await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Performs the WebSocket handshake, and refuses it in one of four cases.
async fn upgrade(stream: &mut TcpStream) -> io::Result<Option<WebSocketStream<&mut TcpStream>>> {
    let head = request(stream).await?.unwrap_or_default();
    let key = head
        .lines()
        .find_map(|line| line.strip_prefix("sec-websocket-key: "));
    let Some(key) = key.filter(|_| fastrand::u8(..4) > 0) else {
        return Ok(None);
    };
    let accept = derive_accept_key(key.as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-accept: {accept}\r\n\r\n"
    );
    stream.write_all(answer.as_bytes()).await?;
    Ok(Some(
        WebSocketStream::from_raw_socket(stream, Role::Server, None).await,
    ))
}

/// Reads a request head; `None` if the connection ends before it.
pub(crate) async fn request(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(String::from_utf8_lossy(&head).into_owned()))
}
