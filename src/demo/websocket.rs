//! Sends heartbeats over a WebSocket, and answers pings as the protocol wants.

use futures_util::{SinkExt, StreamExt};
use http::StatusCode;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use super::heartbeats::{DemoContext, HeartbeatSource};
use super::scenario::{DemoServer, ServerState};

pub async fn serve(stage: DemoContext, part: &'static DemoServer, stream: TcpStream) {
    // A guest that leaves in the middle is no news.
    if let Ok(mut socket) = accept(&stage, part, stream).await {
        let _ = talk(&mut socket, HeartbeatSource::new(stage, part)).await;
    }
}

/// The handshake, refused while the server is not available.
pub async fn accept(
    stage: &DemoContext,
    part: &DemoServer,
    stream: TcpStream,
) -> Result<WebSocketStream<TcpStream>, Error> {
    let is_available = stage.mood(part) != ServerState::Unavailable;
    #[allow(clippy::result_large_err)] // The type is the library's.
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
    mut beats: HeartbeatSource,
) -> Result<(), Error> {
    loop {
        tokio::select! {
            beat = beats.next() => match beat {
                Some(payload) => socket.send(Message::text(payload)).await?,
                None => return socket.close(Some(failed())).await,
            },
            // Reading is what answers pings and close frames.
            message = socket.next() => match message {
                Some(message) => drop(message?),
                None => return Ok(()),
            },
        }
    }
}

/// What a server says that gives up in the middle.
pub fn failed() -> CloseFrame {
    CloseFrame {
        code: CloseCode::Error,
        reason: "internal error".into(),
    }
}
