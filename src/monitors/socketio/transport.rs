//! The two ways that Engine.IO's packets travel, behind one face.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::engine::Packet;
use super::polling::Polling;
use super::websocket::Websocket;
use crate::model::{Failure, Text, Wire};

pub enum Transport {
    Polling(Polling),
    Websocket(Websocket),
}

/// While so many packets wait to be sent nothing more is read: a server that asks and never listens
/// cannot make the queue grow.
pub const QUEUE: usize = 16;

impl Transport {
    /// Queues a packet; `receive` sends it.
    pub fn send(&mut self, packet: &Packet) {
        match self {
            Transport::Polling(polling) => polling.send(packet.clone()),
            Transport::Websocket(websocket) => websocket.send(packet),
        }
    }

    /// Sends what is queued, and waits for the next packet. An orderly end of the transport is
    /// `Packet::Close`. May be dropped at any time: nothing is lost, neither here nor there.
    ///
    /// # Errors
    /// Whatever ended the transport in disorder.
    pub async fn receive(&mut self) -> Result<Packet, Failure> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Packet, Failure>> {
        match self {
            Transport::Polling(polling) => polling.poll(cx),
            Transport::Websocket(websocket) => websocket.poll(cx),
        }
    }
}

/// The failure of a server that breaks Engine.IO's rules.
pub fn broken(why: impl std::fmt::Display) -> Failure {
    Failure::Protocol {
        wire: Wire::EngineIo,
        why: Text::clean(&why.to_string()),
    }
}
