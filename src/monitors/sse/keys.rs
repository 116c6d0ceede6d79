//! The keys of sse monitors.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::setting::{Many, Setting};
use crate::conf::units::ConfigDuration;
use crate::monitors::payload::keys::ExpectKeys;

/// Holds a stream of server-sent events. The response headers must arrive within `timeout`; some
/// servers send them together with the first event.
#[derive(Clone, Default, Deserialize, JsonSchema, Hash)]
pub struct SseKeys {
    /// Method of the request. Standard methods may be in any case; others are sent as written.
    /// Default: `GET`.
    pub method: Option<Setting<String>>,
    /// Body of the request. Default: none.
    pub body: Option<Setting<String>>,
    /// Events that are heartbeats: one name or several. Default: every event.
    pub event: Option<Setting<Many<String>>>,
    /// A comment counts as a heartbeat. Default: `false`.
    pub comments: Option<Setting<bool>>,
    /// Events that are heartbeats: a filter (RFC 9535) in which `@` is the data as JSON. Default:
    /// all.
    pub r#match: Option<Setting<String>>,
    /// Conditions that a heartbeat must meet.
    pub expect: Option<Setting<ExpectKeys>>,
    /// The sender's timestamp in the data: a query (RFC 9535). Default: none.
    pub timestamp: Option<Setting<String>>,
    /// Maximum age of the timestamp, from the second heartbeat on. An older heartbeat fails. A
    /// constant offset between the clocks does not count. Needs `timestamp`. Default: none; a
    /// timestamp that does not change is a warning.
    pub max_age: Option<Setting<ConfigDuration>>,
}
