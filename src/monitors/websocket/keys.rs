//! The keys of websocket monitors.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::setting::{Many, Setting};
use crate::conf::units::ConfigDuration;
use crate::monitors::payload::keys::ExpectKeys;

/// Holds a WebSocket connection.
#[derive(Clone, Default, Deserialize, JsonSchema, Hash)]
pub struct WebsocketKeys {
    /// Subprotocols to offer, preferred ones first. Default: none.
    pub subprotocols: Option<Setting<Many<String>>>,
    /// The `Origin` header. Default: none.
    pub origin: Option<Setting<String>>,
    /// Texts to send after the open. Default: none.
    pub send: Option<Setting<Many<String>>>,
    /// Replies to messages, for servers that ping by messages; at most 10 replies per second.
    /// Default: none.
    pub reply: Option<Setting<Many<ReplyRuleKeys>>>,
    /// Sends a text repeatedly, for servers that drop silent clients. A duration alone repeats the
    /// texts of `send`. Default: none.
    pub send_every: Option<Setting<SendEvery>>,
    /// Messages that are heartbeats: a filter (RFC 9535) in which `@` is the message as JSON.
    /// Default: all.
    pub r#match: Option<Setting<String>>,
    /// Conditions that a heartbeat must meet.
    pub expect: Option<Setting<ExpectKeys>>,
    /// The sender's timestamp in a message: a query (RFC 9535). Default: none.
    pub timestamp: Option<Setting<String>>,
    /// Maximum age of the timestamp, from the second heartbeat on. An older heartbeat fails. A
    /// constant offset between the clocks does not count. Needs `timestamp`. Default: none; a
    /// timestamp that does not change is a warning.
    pub max_age: Option<Setting<ConfigDuration>>,
    /// Compression of binary messages: gzip or deflate. Default: none.
    pub compressed: Option<Setting<CompressionChoice>>,
    /// Time between the pings that hbmon sends; at least 1s. Default: no pings.
    pub ping: Option<Setting<ConfigDuration>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub enum CompressionChoice {
    Gzip,
    Deflate,
}

/// Messages selected by exactly one of `match` and `text`, and the reply to them. The first
/// matching rule replies. An answered message may also be a heartbeat.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct ReplyRuleKeys {
    /// Messages to answer: a filter (RFC 9535) in which `@` is the message as JSON of at most 16
    /// KiB.
    pub r#match: Option<Setting<String>>,
    /// The whole text of messages to answer, for example `ping`.
    pub text: Option<Setting<String>>,
    /// The text to send. `{value}` in it is replaced by the `value` as JSON.
    #[schemars(required)]
    pub send: Option<Setting<String>>,
    /// The part of the message for the reply: a query (RFC 9535) for a value of at most 1 KiB.
    /// Default: none.
    pub value: Option<Setting<String>>,
}

/// Texts to send repeatedly.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
#[schemars(transform = crate::conf::schema::or_duration)]
pub struct SendEvery {
    /// Time between two texts; from 1s to 1 day.
    #[schemars(required)]
    pub interval: Option<Setting<ConfigDuration>>,
    /// One text or a list. Default: the texts of `send`.
    pub text: Option<Setting<Many<String>>>,
}
