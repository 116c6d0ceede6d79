//! The two ways that Engine.IO's packets travel, behind one face.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::engine::EngineIoPacket;
use super::polling::PollingTransport;
use super::websocket::WebsocketTransport;
use crate::model::{Failure, Text, WireProtocol};

pub enum SessionTransport {
    Polling(PollingTransport),
    Websocket(WebsocketTransport),
}

/// While so many packets wait to be sent nothing more is read: a server that asks and never listens
/// cannot make the queue grow.
pub const MAX_QUEUED_PACKETS: usize = 16;

impl SessionTransport {
    /// Queues a packet; `receive` sends it.
    pub fn send(&mut self, packet: &EngineIoPacket) {
        match self {
            SessionTransport::Polling(polling) => polling.send(packet.clone()),
            SessionTransport::Websocket(websocket) => websocket.send(packet),
        }
    }

    /// Sends what is queued, and waits for the next packet. An orderly end of the transport is
    /// `Packet::Close`. May be dropped at any time: nothing is lost, neither here nor there.
    ///
    /// # Errors
    /// Whatever ended the transport in disorder.
    pub async fn receive(&mut self) -> Result<EngineIoPacket, Failure> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<EngineIoPacket, Failure>> {
        match self {
            SessionTransport::Polling(polling) => polling.poll(cx),
            SessionTransport::Websocket(websocket) => websocket.poll(cx),
        }
    }
}

/// The failure of a server that breaks Engine.IO's rules.
pub fn engine_io_error(why: impl std::fmt::Display) -> Failure {
    Failure::Protocol {
        protocol: WireProtocol::EngineIo,
        why: Text::clean(&why.to_string()),
    }
}
