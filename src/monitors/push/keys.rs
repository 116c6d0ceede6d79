//! The keys of push monitors.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::schedule::ScheduleKeys;
use crate::conf::secret::Secret;
use crate::conf::setting::{Many, Setting};
use crate::conf::units::ConfigDuration;
use crate::monitors::payload::keys::ExpectKeys;

/// Waits for heartbeats that are sent to hbmon: `POST /v1/heartbeats/NAME`, also with `/start`,
/// `/fail`, `/log` or an exit code appended.
#[derive(Clone, Deserialize, Hash, JsonSchema)]
pub struct PushKeys {
    /// An additional path for heartbeats, for example `/v1/worker-heartbeat`. Default: none.
    pub path: Option<Setting<String>>,
    /// Methods of requests that are taken for heartbeats: `POST`, `GET`. `GET` is for senders that
    /// cannot post; whatever follows links can then beat too. Default: `[POST]`.
    pub methods: Option<Setting<Many<PushMethod>>>,
    /// Bearer token for the heartbeats of this monitor. The token of the whole interface works too.
    /// Default: none.
    pub token: Option<Setting<Secret>>,
    /// The name of the instance in the payload, for a monitor with several instances: a query (RFC
    /// 9535) for a text or number of at most 128 bytes. Default: none.
    pub id: Option<Setting<String>>,
    /// Instances that are available: a filter (RFC 9535) in which `@` is the payload as JSON; needs
    /// `id`. Default: all that are online.
    pub available: Option<Setting<String>>,
    /// Minimum number of instances online. With fewer, the monitor is in error, starting one
    /// interval after the start; needs `id`. Default: `0`.
    pub min_online: Option<Setting<u32>>,
    /// Time without a heartbeat after which an instance is removed: at least interval plus grace,
    /// at most 366 days; needs `id`. Default: `1h`, or twice interval plus grace if that is longer.
    pub forget: Option<Setting<ConfigDuration>>,
    /// Conditions that a heartbeat must meet.
    pub expect: Option<Setting<ExpectKeys>>,
    /// The sender's timestamp in the payload: a query (RFC 9535). Default: none.
    pub timestamp: Option<Setting<String>>,
    /// Maximum age of the timestamp, from the second heartbeat on. An older heartbeat fails. A
    /// constant offset between the clocks does not count. Needs `timestamp`. Default: none; a
    /// timestamp that does not change is a warning.
    pub max_age: Option<Setting<ConfigDuration>>,
    /// When heartbeats are expected, instead of every `interval`.
    pub schedule: Option<Setting<ScheduleKeys>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "UPPERCASE")]
pub enum PushMethod {
    Post,
    Get,
}

impl PushMethod {
    pub const fn as_str(self) -> &'static str {
        match self {
            PushMethod::Post => "POST",
            PushMethod::Get => "GET",
        }
    }
}
