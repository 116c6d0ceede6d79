//! The keys of sse monitors.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::setting::{Many, Setting};
use crate::conf::units::Period;
use crate::monitors::payload::keys::ExpectKeys;

/// Holds a stream of server-sent events. The head of the answer must come within `timeout`; some
/// servers send it together with the first event.
#[derive(Clone, Default, Deserialize, JsonSchema, Hash)]
pub struct SseKeys {
    /// The request's method; the usual ones in any case, another word as it is written. Default:
    /// `GET`.
    pub method: Option<Setting<String>>,
    /// The request's body. Default: none.
    pub body: Option<Setting<String>>,
    /// Which events are heartbeats: one name or several. Default: every event.
    pub event: Option<Setting<Many<String>>>,
    /// A comment counts as a heartbeat. Default: `false`.
    pub comments: Option<Setting<bool>>,
    /// Which events are heartbeats: a filter (RFC 9535) in which `@` is the data as JSON. Default:
    /// all.
    pub r#match: Option<Setting<String>>,
    /// What a heartbeat must meet.
    pub expect: Option<Setting<ExpectKeys>>,
    /// Where the sender's clock stands in the data: a query (RFC 9535). Default: none.
    pub timestamp: Option<Setting<String>>,
    /// A heartbeat whose timestamp is older fails, from the second heartbeat on; an offset between
    /// the clocks does not count. Needs `timestamp`. Default: none, and a timestamp that stands
    /// still is a warning.
    pub max_age: Option<Setting<Period>>,
}
