//! The keys of websocket monitors.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::setting::{Many, Setting};
use crate::conf::units::Period;
use crate::monitors::payload::keys::ExpectKeys;

/// Holds a WebSocket.
#[derive(Clone, Default, Deserialize, JsonSchema, Hash)]
pub struct WebsocketKeys {
    /// Subprotocols to offer, best first. Default: none.
    pub subprotocols: Option<Setting<Many<String>>>,
    /// The `Origin` header. Default: none.
    pub origin: Option<Setting<String>>,
    /// Texts to send after the open. Default: none.
    pub send: Option<Setting<Many<String>>>,
    /// What to answer to which messages, for servers that ping in messages; at most 10 replies a
    /// second. Default: nothing.
    pub reply: Option<Setting<Many<ReplyRuleKeys>>>,
    /// Sends a text again and again, for servers that drop silent clients. A bare duration repeats
    /// what `send` says. Default: none.
    pub send_every: Option<Setting<SendEvery>>,
    /// Which messages are heartbeats: a filter (RFC 9535) in which `@` is the message as JSON.
    /// Default: all.
    pub r#match: Option<Setting<String>>,
    /// What a heartbeat must meet.
    pub expect: Option<Setting<ExpectKeys>>,
    /// Where the sender's clock stands in a message: a query (RFC 9535). Default: none.
    pub timestamp: Option<Setting<String>>,
    /// A heartbeat whose timestamp is older fails, from the second heartbeat on; an offset between
    /// the clocks does not count. Needs `timestamp`. Default: none, and a timestamp that stands
    /// still is a warning.
    pub max_age: Option<Setting<Period>>,
    /// Binary messages are compressed heartbeats: gzip or deflate. Default: they are not.
    pub compressed: Option<Setting<CompressionChoice>>,
    /// Time between pings of hbmon's own; at least 1s. Default: none are sent.
    pub ping: Option<Setting<Period>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub enum CompressionChoice {
    Gzip,
    Deflate,
}

/// A kind of message, by exactly one of `match` and `text`, and the reply to it. The first rule
/// that fits replies. A message that is answered may be a heartbeat as well.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct ReplyRuleKeys {
    /// Messages to answer: a filter (RFC 9535) in which `@` is the message as JSON, of at most 16
    /// KiB.
    pub r#match: Option<Setting<String>>,
    /// A message to answer, as a whole: `ping`.
    pub text: Option<Setting<String>>,
    /// The text to send. `{value}` in it is replaced by the `value`, as JSON.
    #[schemars(required)]
    pub send: Option<Setting<String>>,
    /// What of the message stands in the reply: a query (RFC 9535) for a value of at most 1 KiB.
    /// Default: nothing.
    pub value: Option<Setting<String>>,
}

/// What to send again and again.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
#[schemars(transform = crate::conf::schema::or_duration)]
pub struct SendEvery {
    /// The time between; from 1s to 1 day.
    #[schemars(required)]
    pub interval: Option<Setting<Period>>,
    /// One text or a list. Default: what `send` says.
    pub text: Option<Setting<Many<String>>>,
}
