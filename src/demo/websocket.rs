//! WebSocket server of the demo: sends heartbeats and answers pings, as RFC 6455 requires.

use std::pin::pin;

use futures_util::{SinkExt, StreamExt, stream};
use http::StatusCode;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use super::heartbeats::{DemoContext, HeartbeatSource};
use super::scenario::{DemoServer, ServerState};

pub(super) async fn serve(stage: DemoContext, part: &'static DemoServer, stream: TcpStream) {
    // Clients may disconnect at any time.
    if let Ok(mut socket) = accept(&stage, part, stream).await {
        let _ = talk(&mut socket, HeartbeatSource::new(stage, part)).await;
    }
}

/// Performs the handshake. Responds with 503 while the server is unavailable.
pub(super) async fn accept(
    stage: &DemoContext,
    part: &DemoServer,
    stream: TcpStream,
) -> Result<WebSocketStream<TcpStream>, Error> {
    let is_available = stage.mood(part) != ServerState::Unavailable;
    #[allow(clippy::result_large_err)] // The library defines the type.
    let answer = |_: &Request, response| {
        if is_available {
            return Ok(response);
        }
        let mut refusal = ErrorResponse::new(None);
        *refusal.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        Err(refusal)
    };
    accept_hdr_async(stream, answer).await
}

async fn talk(
    socket: &mut WebSocketStream<TcpStream>,
    source: HeartbeatSource,
) -> Result<(), Error> {
    // A stream keeps the wait for the next heartbeat when a message comes in between.
    let mut beats = pin!(stream::unfold(source, |mut source| async {
        Some((source.next().await, source))
    }));
    loop {
        tokio::select! {
            beat = beats.next() => match beat {
                Some(Some(payload)) => socket.send(Message::text(payload)).await?,
                _ => return socket.close(Some(failed())).await,
            },
            // The library answers pings and close frames only while the socket is read.
            message = socket.next() => match message {
                Some(message) => drop(message?),
                None => return Ok(()),
            },
        }
    }
}

/// Returns the close frame of a server that fails during a connection.
pub(super) fn failed() -> CloseFrame {
    CloseFrame {
        code: CloseCode::Error,
        reason: "internal error".into(),
    }
}
