//! The `socketio` kind: emits and awaits replies, or listens. Supports Socket.IO 2 to 4 over
//! Engine.IO 3 and 4.

mod connect;
mod conversation;
mod cookies;
pub mod engine;
pub mod keys;
pub mod packet;
mod ping_timer;
mod polling;
pub mod resolve;
mod session;
mod transport;
mod websocket;

use std::sync::Arc;

use serde_json::Value;

use connect::Connector;

use super::attempt::{Attempt, Monitor};
use super::dial::{Dialers, Endpoint};
use super::kind::KindSpec;
use super::payload::{Expect, Query};
use super::reporter::Reporter;
use super::settings::MonitorSettings;
use super::trace::Trace;
use crate::model::Rhythm;

#[derive(Debug)]
pub struct SocketioSpec {
    /// The server's base URL, without `path`.
    pub endpoint: Arc<Endpoint>,
    /// Path of the Engine.IO endpoint. Begins with `/`, and is sent unchanged.
    pub path: String,
    /// Begins with `/`.
    pub namespace: String,
    /// The payload of the CONNECT packet (Socket.IO protocol 5).
    pub handshake: Option<Value>,
    /// Added to the query of the URL, where servers 2.x expect credentials.
    pub query: Vec<(String, String)>,
    pub protocol: Protocol,
    pub transport: TransportPreference,
    pub mode: SocketioMode,
    pub expect: Expect,
    pub timestamp: Option<Query>,
}

impl KindSpec for SocketioSpec {
    fn rhythm(&self) -> Rhythm {
        match self.mode {
            SocketioMode::Emit { .. } => Rhythm::Poll,
            SocketioMode::Listen { .. } => Rhythm::Subscription,
        }
    }

    fn settings(&self) -> MonitorSettings {
        let mut settings = MonitorSettings::default();
        match &self.mode {
            SocketioMode::Emit { event, reply, .. } => {
                settings.push("emit", event.as_str());
                settings.push(
                    "reply",
                    match reply {
                        Reply::Event(name) => name.as_str(),
                        Reply::Ack => "acknowledgement",
                    },
                );
            }
            SocketioMode::Listen { event } => settings.push("event", event.as_str()),
        }
        settings.messages(None, self.timestamp.as_ref());
        settings.expect(&self.expect);
        settings.push("path", self.path.as_str());
        settings.push("namespace", self.namespace.as_str());
        let handshake = self.handshake.as_ref();
        settings.extend("handshake", handshake.map(|_| "sent"));
        let query: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        settings.extend("query", (!query.is_empty()).then(|| query.join(", ")));
        settings.extend(
            "transport",
            match self.transport {
                TransportPreference::Auto => None,
                TransportPreference::Websocket => Some("websocket"),
                TransportPreference::Polling => Some("polling"),
            },
        );
        settings.endpoint(&self.endpoint);
        settings
    }

    fn open(self: Arc<Self>, dialers: &Dialers, trace: &Trace) -> Option<Box<dyn Monitor>> {
        Some(Box::new(SocketioMonitor::new(self, dialers, trace)))
    }
}

/// Version of the Engine.IO protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    #[default]
    Auto,
    V3,
    V4,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TransportPreference {
    /// Polling first, then an upgrade to WebSocket, like the official clients.
    #[default]
    Auto,
    Websocket,
    Polling,
}

#[derive(Clone, Debug)]
pub enum SocketioMode {
    /// hbmon emits `event` every interval and waits for the reply.
    Emit {
        event: String,
        payload: Option<Value>,
        reply: Reply,
    },
    /// The server emits `event` unasked.
    Listen { event: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    Event(String),
    /// The acknowledgement of the emit.
    Ack,
}

pub struct SocketioMonitor {
    spec: Arc<SocketioSpec>,
    connector: Connector,
}

impl SocketioMonitor {
    pub fn new(spec: Arc<SocketioSpec>, dialers: &Dialers, trace: &Trace) -> SocketioMonitor {
        SocketioMonitor {
            connector: Connector::new(Arc::clone(&spec), dialers, trace),
            spec,
        }
    }
}

impl Monitor for SocketioMonitor {
    fn attempt<'a>(&'a mut self, reporter: &'a mut Reporter) -> Attempt<'a> {
        Box::pin(async move {
            // Boxed, so that an open connection does not keep the memory of its handshake.
            let mut session = Box::pin(self.connector.connect(reporter.timeout())).await?;
            session.join(self.spec.handshake.clone()).await?;
            reporter.open().await;
            conversation::run(&self.spec, session, reporter).await
        })
    }
}
