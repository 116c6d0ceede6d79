//! The keys of socketio monitors.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::conf::secret::Hidden;
use crate::conf::setting::{Pairs, Setting};
use crate::conf::units::ConfigDuration;
use crate::monitors::payload::keys::ExpectKeys;

/// Holds a Socket.IO connection. The server must use the default parser, not msgpack.
#[derive(Clone, Default, Deserialize, JsonSchema, Hash)]
pub struct SocketioKeys {
    /// Path of the server, requested exactly as written, with or without a final slash. A prefix
    /// such as `/app` belongs here: `/app/socket.io/`. Default: `/socket.io/`.
    pub path: Option<Setting<String>>,
    /// Namespace to connect to, instead of the path of the `url`. Default: the path of the `url`,
    /// unless that is the server's path.
    pub namespace: Option<Setting<String>>,
    /// Auth payload of the connect packet. Default: none.
    pub handshake: Option<Setting<Hidden>>,
    /// Parameters to add to the URL's query (servers 2.x take credentials there). The parameters of
    /// Engine.IO (`EIO`, `transport`, `sid`, `t`, `b64`, `j`) are replaced in the URL and refused
    /// here. Default: none.
    pub query: Option<Setting<Pairs>>,
    /// Version of Engine.IO: auto, 3 or 4. Default: `auto`.
    pub protocol: Option<Setting<ProtocolChoice>>,
    /// Transport; auto: polling first, then an upgrade to WebSocket, as clients do. Default:
    /// `auto`.
    pub transport: Option<Setting<TransportChoice>>,
    /// Event to emit every interval. Default: `heartbeat`.
    pub emit: Option<Setting<String>>,
    /// Payload of the emitted event. Default: none.
    pub payload: Option<Setting<Value>>,
    /// Event that answers the emit; ack: the callback of the emit. Default: `heartbeat-ack`.
    pub reply: Option<Setting<String>>,
    /// Event that the server sends without a request, instead of `emit`.
    pub listen: Option<Setting<String>>,
    /// Conditions that a heartbeat must meet.
    pub expect: Option<Setting<ExpectKeys>>,
    /// The sender's timestamp in the payload: a query (RFC 9535). Default: none.
    pub timestamp: Option<Setting<String>>,
    /// Maximum age of the timestamp, from the second heartbeat on. An older heartbeat fails. A
    /// constant offset between the clocks does not count. Needs `timestamp`. Default: none; a
    /// timestamp that does not change is a warning.
    pub max_age: Option<Setting<ConfigDuration>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum ProtocolChoice {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "3")]
    V3,
    #[serde(rename = "4")]
    V4,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub enum TransportChoice {
    Auto,
    Websocket,
    Polling,
}
