//! The keys of socketio monitors.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::conf::secret::Hidden;
use crate::conf::setting::{Pairs, Setting};
use crate::conf::units::Period;
use crate::monitors::payload::keys::ExpectKeys;

/// Holds a Socket.IO connection. The server's parser must be the default one, which writes text:
/// not msgpack.
#[derive(Clone, Default, Deserialize, JsonSchema, Hash)]
pub struct SocketioKeys {
    /// The server's path, asked exactly as it is written, with or without a slash at the end. A
    /// prefix such as `/app` belongs here: `/app/socket.io/`. Default: `/socket.io/`.
    pub path: Option<Setting<String>>,
    /// The namespace to connect to, instead of the path of the `url`. Default: the path of the
    /// `url`, unless that is the server's.
    pub namespace: Option<Setting<String>>,
    /// The auth payload of the connect packet. Default: none.
    pub handshake: Option<Setting<Hidden>>,
    /// Added to the URL's query (servers 2.x take credentials there). Engine.IO's own parameters
    /// (`EIO`, `transport`, `sid`, `t`, `b64`, `j`) are replaced in the URL and refused here.
    /// Default: none.
    pub query: Option<Setting<Pairs>>,
    /// Version of Engine.IO: auto, 3 or 4. Default: `auto`.
    pub protocol: Option<Setting<ProtocolChoice>>,
    /// How to connect; auto: polling first, then an upgrade, as clients do. Default: `auto`.
    pub transport: Option<Setting<TransportChoice>>,
    /// The event to emit every interval. Default: `heartbeat`.
    pub emit: Option<Setting<String>>,
    /// What to emit with it. Default: nothing.
    pub payload: Option<Setting<Value>>,
    /// The event that answers; ack: the callback of the emit. Default: `heartbeat-ack`.
    pub reply: Option<Setting<String>>,
    /// The event that the server sends by itself, instead of `emit`.
    pub listen: Option<Setting<String>>,
    /// What a heartbeat must meet.
    pub expect: Option<Setting<ExpectKeys>>,
    /// Where the sender's clock stands in the payload: a query (RFC 9535). Default: none.
    pub timestamp: Option<Setting<String>>,
    /// A heartbeat whose timestamp is older fails, from the second heartbeat on; an offset between
    /// the clocks does not count. Needs `timestamp`. Default: none, and a timestamp that stands
    /// still is a warning.
    pub max_age: Option<Setting<Period>>,
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
