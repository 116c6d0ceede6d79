//! Common interface of Engine.IO's two transports.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::engine::EngineIoPacket;
use super::polling::PollingTransport;
use super::websocket::WebsocketTransport;
use crate::model::{Failure, Text, WireProtocol};

pub(super) enum SessionTransport {
    Polling(PollingTransport),
    Websocket(WebsocketTransport),
}

/// Largest number of queued packets. Reading pauses at this number, so that a server which sends
/// pings but reads nothing cannot fill the memory.
pub(super) const MAX_QUEUED_PACKETS: usize = 16;

impl SessionTransport {
    /// Queues a packet. `receive` sends it.
    pub(super) fn send(&mut self, packet: &EngineIoPacket) {
        match self {
            SessionTransport::Polling(polling) => polling.send(packet.clone()),
            SessionTransport::Websocket(websocket) => websocket.send(packet),
        }
    }

    /// Sends queued packets, and waits for the next packet. An orderly close is
    /// `EngineIoPacket::Close`. Cancel-safe: no packet is lost in either direction.
    ///
    /// # Errors
    /// The failure that ended the transport.
    pub(super) async fn receive(&mut self) -> Result<EngineIoPacket, Failure> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<EngineIoPacket, Failure>> {
        match self {
            SessionTransport::Polling(polling) => polling.poll(cx),
            SessionTransport::Websocket(websocket) => websocket.poll(cx),
        }
    }
}

/// Returns the failure for a server that violates the Engine.IO protocol.
pub(super) fn engine_io_error(why: impl std::fmt::Display) -> Failure {
    Failure::Protocol {
        protocol: WireProtocol::EngineIo,
        why: Text::clean(&why.to_string()),
    }
}
