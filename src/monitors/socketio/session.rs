//! An Engine.IO session that carries Socket.IO: keeps the pulse, gathers attachments, joins the
//! namespace.

use std::time::Duration;

use serde_json::Value;

use super::engine::{self, EngineIoVersion, Handshake};
use super::packet::{PacketKind, SocketioPacket};
use super::ping_timer::PingTimer;
use super::transport::{SessionTransport, engine_io_error};
use crate::model::{Failure, Stage, Text, WireProtocol};
use crate::monitors::ping_limit::PingLimit;
use crate::monitors::trace::Trace;

pub struct Session {
    transport: SessionTransport,
    version: EngineIoVersion,
    ping_timer: PingTimer,
    namespace: String,
    /// A packet whose attachments are not all here yet.
    partial: Option<SocketioPacket>,
    /// Engine.IO's pings, which are answered as well.
    pings: PingLimit,
    trace: Trace,
}

/// What a server does that cannot read our text packets.
const OTHER_PARSER: &str = "does it use another parser (msgpack)?";

#[derive(Debug)]
pub enum SessionEvent {
    /// A packet of our namespace, its attachments read and dropped.
    Packet(SocketioPacket),
    /// The round trip of our own ping.
    Pong(Duration),
    /// The server ended the transport in order.
    Closed,
}

impl Session {
    pub fn new(
        transport: SessionTransport,
        version: EngineIoVersion,
        handshake: &Handshake,
        namespace: &str,
        trace: &Trace,
    ) -> Session {
        Session {
            transport,
            version,
            ping_timer: PingTimer::new(version, handshake),
            namespace: namespace.to_owned(),
            partial: None,
            pings: PingLimit::default(),
            trace: trace.clone(),
        }
    }

    /// Queues a packet for our namespace; `next` sends it.
    pub fn send(&mut self, kind: PacketKind, id: Option<u64>, data: Option<Value>) {
        let packet = SocketioPacket::new(kind, &self.namespace, id, data);
        self.transport
            .send(&engine::EngineIoPacket::Message(packet.encode()));
    }

    /// Joins the namespace. In version 4 the client asks, with `auth`; in version 3 the server
    /// joins it to `/` unasked, and the client then asks for any other.
    ///
    /// # Errors
    /// `rejected` with what the server says, and all of `next`.
    pub async fn join(&mut self, auth: Option<Value>) -> Result<(), Failure> {
        let mut asked = self.version == EngineIoVersion::V4;
        if asked {
            self.send(PacketKind::Connect, None, auth);
        }
        loop {
            let packet = match self.event().await {
                Ok(SessionEvent::Packet(packet)) => packet,
                Ok(SessionEvent::Pong(_)) => continue,
                Ok(SessionEvent::Closed)
                | Err(Failure::Closed {
                    code: None,
                    why: None,
                    ..
                }) => {
                    let why = asked.then(|| Text::clean(&format!("at the join; {OTHER_PARSER}")));
                    return Err(Failure::Closed {
                        stage: self.trace.stage(),
                        code: None,
                        why,
                    });
                }
                Err(failure) => return Err(failure),
            };
            match packet.kind {
                PacketKind::Connect if self.version == EngineIoVersion::V4 && !has_sid(&packet) => {
                    return Err(engine_io_error("the server speaks Engine.IO 3"));
                }
                PacketKind::Connect if packet.namespace == self.namespace => return Ok(()),
                PacketKind::Connect if !asked => {
                    asked = true;
                    self.send(PacketKind::Connect, None, None);
                }
                PacketKind::ConnectError => {
                    return Err(Failure::Rejected {
                        why: reason(packet.data.as_ref()),
                    });
                }
                _ => {}
            }
        }
    }

    /// What happens next in our namespace. May be dropped at any time.
    ///
    /// # Errors
    /// `closed` when the server ends our namespace; what ends the transport in disorder;
    /// `protocol`.
    pub async fn next(&mut self) -> Result<SessionEvent, Failure> {
        loop {
            match self.event().await? {
                SessionEvent::Packet(packet) if packet.namespace != self.namespace => {}
                SessionEvent::Packet(packet) if packet.kind == PacketKind::Disconnect => {
                    let why = Some(Text::clean("namespace disconnected by the server"));
                    return Err(Failure::Closed {
                        stage: self.trace.stage(),
                        code: None,
                        why,
                    });
                }
                event => return Ok(event),
            }
        }
    }

    async fn event(&mut self) -> Result<SessionEvent, Failure> {
        loop {
            let packet = tokio::select! {
                // What has come is read before its absence is judged.
                biased;
                packet = async {
                    self.pings.ready().await;
                    self.transport.receive().await
                } => packet?,
                () = self.ping_timer.due() => {
                    let ping = self.ping_timer.on_due(self.trace.now(), self.stage())?;
                    self.transport.send(&ping);
                    continue;
                }
            };
            let done = match packet {
                engine::EngineIoPacket::Message(text) => self.text(&text)?,
                engine::EngineIoPacket::Binary => self.attachment()?,
                engine::EngineIoPacket::Ping(data) => {
                    self.ping_timer.ping_received();
                    self.pings.record_ping(self.trace.now());
                    self.transport.send(&engine::EngineIoPacket::Pong(data));
                    None
                }
                engine::EngineIoPacket::Pong(_) => self
                    .ping_timer
                    .pong_received(self.trace.now())
                    .map(SessionEvent::Pong),
                engine::EngineIoPacket::Close => Some(SessionEvent::Closed),
                engine::EngineIoPacket::Open(_)
                | engine::EngineIoPacket::Upgrade
                | engine::EngineIoPacket::Noop => None,
            };
            if let Some(event) = done {
                return Ok(event);
            }
            // A payload may hold a million packets that come to nothing: others have their turn.
            tokio::task::coop::consume_budget().await;
        }
    }

    /// Where a ping that does not come is missed: not in the reply that is awaited at the same
    /// time.
    fn stage(&self) -> Stage {
        match self.trace.stage() {
            Stage::Reply(_) => Stage::Listening,
            stage => stage,
        }
    }

    fn text(&mut self, text: &str) -> Result<Option<SessionEvent>, Failure> {
        let packet = SocketioPacket::decode(text).map_err(violation)?;
        if self.partial.is_some() {
            return Err(violation("text where an attachment was announced"));
        }
        if packet.attachments > 0 {
            self.partial = Some(packet);
            return Ok(None);
        }
        Ok(Some(SessionEvent::Packet(packet)))
    }

    fn attachment(&mut self) -> Result<Option<SessionEvent>, Failure> {
        let unannounced = || {
            violation(format_args!(
                "an attachment that was not announced; {OTHER_PARSER}"
            ))
        };
        let mut packet = self.partial.take().ok_or_else(unannounced)?;
        packet.attachments -= 1;
        if packet.attachments > 0 {
            self.partial = Some(packet);
            return Ok(None);
        }
        Ok(Some(SessionEvent::Packet(packet)))
    }
}

fn has_sid(packet: &SocketioPacket) -> bool {
    packet
        .data
        .as_ref()
        .is_some_and(|data| data.get("sid").is_some())
}

/// Why the server refuses: `{"message": …}` since Socket.IO 3, a bare string before.
fn reason(data: Option<&Value>) -> Text {
    let data = data.unwrap_or(&Value::Null);
    match data.get("message").unwrap_or(data) {
        Value::String(message) => Text::clean(message),
        Value::Null => Text::clean("no reason given"),
        other => Text::clean(&other.to_string()),
    }
}

fn violation(why: impl std::fmt::Display) -> Failure {
    Failure::Protocol {
        protocol: WireProtocol::SocketIo,
        why: Text::clean(&why.to_string()),
    }
}
