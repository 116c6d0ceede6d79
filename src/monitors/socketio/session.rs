//! An Engine.IO session that carries Socket.IO: answers pings, collects attachments, joins the
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

pub(super) struct SocketioSession {
    transport: SessionTransport,
    version: EngineIoVersion,
    ping_timer: PingTimer,
    namespace: String,
    /// A packet whose attachments are not complete yet.
    partial: Option<SocketioPacket>,
    /// Limits how fast Engine.IO's pings are answered.
    pings: PingLimit,
    trace: Trace,
}

/// Hint for a server that cannot read text packets.
const OTHER_PARSER: &str = "does it use another parser (msgpack)?";

#[derive(Debug)]
pub(super) enum SessionEvent {
    /// A packet of our namespace. Its attachments are dropped.
    Packet(SocketioPacket),
    /// Round trip of our own ping.
    Pong(Duration),
    /// The server closed the transport in an orderly way.
    Closed,
}

impl SocketioSession {
    pub(super) fn new(
        transport: SessionTransport,
        version: EngineIoVersion,
        handshake: &Handshake,
        namespace: &str,
        trace: &Trace,
    ) -> SocketioSession {
        SocketioSession {
            transport,
            version,
            ping_timer: PingTimer::new(version, handshake),
            namespace: namespace.to_owned(),
            partial: None,
            pings: PingLimit::default(),
            trace: trace.clone(),
        }
    }

    /// Queues a packet for our namespace. `next` sends it.
    pub(super) fn send(&mut self, kind: PacketKind, id: Option<u64>, data: Option<Value>) {
        let packet = SocketioPacket::new(kind, &self.namespace, id, data);
        self.transport
            .send(&engine::EngineIoPacket::Message(packet.encode()));
    }

    /// Joins the namespace. In version 4 the client sends CONNECT with `auth`. In version 3 the
    /// server joins the client to `/` unasked, and the client sends CONNECT for any other
    /// namespace.
    ///
    /// # Errors
    /// `rejected` with the server's reason, and the failures of `next`.
    pub(super) async fn join(&mut self, auth: Option<Value>) -> Result<(), Failure> {
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

    /// Waits for the next event in our namespace. Cancel-safe.
    ///
    /// # Errors
    /// `closed` if the server ends our namespace, `protocol`, and the transport's failures.
    pub(super) async fn next(&mut self) -> Result<SessionEvent, Failure> {
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
                // Received packets are read before the ping timer is checked.
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
            // A payload may hold a million packets without an event. Yields to other tasks.
            tokio::task::coop::consume_budget().await;
        }
    }

    /// Returns the stage for a missing ping. A reply that is pending at the same time is not its
    /// cause.
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

/// Returns the reason of a refusal: `{"message": …}` since Socket.IO 3, a plain string before.
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
