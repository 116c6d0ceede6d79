//! Minimal Socket.IO server: supports only Engine.IO 4 over WebSocket and acknowledges every
//! `heartbeat`.
//!
//! Packet types of Engine.IO protocol 4 and Socket.IO protocol 5: `0` open, `2` ping, `40` connect,
//! `42` event.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::heartbeats::DemoContext;
use super::scenario::DemoServer;
use super::websocket::{accept, failed};

const PING_INTERVAL: Duration = Duration::from_secs(25);
const PING_TIMEOUT: Duration = Duration::from_secs(20);

pub(super) async fn serve(stage: DemoContext, part: &'static DemoServer, stream: TcpStream) {
    // Clients may disconnect at any time.
    if let Ok(mut socket) = accept(&stage, part, stream).await {
        let _ = talk(&mut socket, &stage, part).await;
    }
}

async fn talk(
    socket: &mut WebSocketStream<TcpStream>,
    stage: &DemoContext,
    part: &DemoServer,
) -> Result<(), Error> {
    let open = json!({
        "sid": part.name,
        "upgrades": [],
        "pingInterval": PING_INTERVAL.as_millis() as u64,
        "pingTimeout": PING_TIMEOUT.as_millis() as u64,
        "maxPayload": 1_000_000,
    });
    socket.send(Message::text(format!("0{open}"))).await?;
    let mut pings = tokio::time::interval(PING_INTERVAL);
    pings.reset();
    loop {
        let message = tokio::select! {
            _ = pings.tick() => {
                socket.send(Message::text("2")).await?;
                continue;
            }
            message = socket.next() => match message {
                Some(message) => message?,
                None => return Ok(()),
            },
        };
        let Ok(text) = message.to_text() else {
            continue;
        };
        if text.starts_with("40") {
            socket
                .send(Message::text(format!("40{}", json!({ "sid": part.name }))))
                .await?;
        } else if text.starts_with(r#"42["heartbeat""#) {
            match stage.answer(part).await {
                Some(payload) => {
                    socket
                        .send(Message::text(format!(r#"42["heartbeat-ack",{payload}]"#)))
                        .await?
                }
                None => return socket.close(Some(failed())).await,
            }
        }
    }
}
