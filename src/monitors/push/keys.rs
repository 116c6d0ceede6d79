//! The keys of push monitors.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::secret::Secret;
use crate::conf::setting::Setting;
use crate::conf::units::Period;
use crate::monitors::payload::keys::ExpectKeys;

/// Waits for heartbeats that are sent to hbmon: `POST /v1/heartbeats/NAME`, and the same with
/// `/start`, `/fail`, `/log` or an exit code behind it.
#[derive(Clone, Deserialize, Hash, JsonSchema)]
pub struct PushKeys {
    /// A further path for the same, for example `/v1/worker-heartbeat`. Default: none.
    pub path: Option<Setting<String>>,
    /// Bearer token that serves this monitor's intake beside that of the whole interface. Default:
    /// none.
    pub token: Option<Setting<Secret>>,
    /// One monitor, many instances: where the name of the instance stands in the payload, a query
    /// (RFC 9535) for a text or number of at most 128 bytes. Default: none.
    pub id: Option<Setting<String>>,
    /// Which instances are ready for work: a filter (RFC 9535) in which `@` is the payload as JSON;
    /// needs `id`. Default: all that are online.
    pub available: Option<Setting<String>>,
    /// With fewer instances online the monitor is in error, from one interval after the start on;
    /// needs `id`. Default: `0`.
    pub min_online: Option<Setting<u32>>,
    /// Time without a heartbeat after which an instance is forgotten: at least the interval and the
    /// grace, at most 366 days; needs `id`. Default: `1h`, or twice the interval and the grace if
    /// that is longer.
    pub forget: Option<Setting<Period>>,
    /// What a heartbeat must meet.
    pub expect: Option<Setting<ExpectKeys>>,
    /// Where the sender's clock stands in the payload: a query (RFC 9535). Default: none.
    pub timestamp: Option<Setting<String>>,
    /// A heartbeat whose timestamp is older fails, from the second heartbeat on; an offset between
    /// the clocks does not count. Needs `timestamp`. Default: none, and a timestamp that stands
    /// still is a warning.
    pub max_age: Option<Setting<Period>>,
    /// When heartbeats are promised, instead of every `interval`.
    pub schedule: Option<Setting<ScheduleKeys>>,
}

/// Heartbeats promised by the calendar, as a job of cron keeps them.
#[derive(Clone, Deserialize, Hash, JsonSchema)]
pub struct ScheduleKeys {
    /// Minute, hour, day of month, month, day of week, as in `30 2 * * 1-5`; a field for seconds
    /// may stand in front; `@daily` and its like work. Times that daylight saving skips move behind
    /// the gap, times that it repeats count once.
    #[schemars(required)]
    pub cron: Option<Setting<String>>,
    /// IANA name of the time zone, for example `Europe/Berlin`. Default: `UTC`.
    pub timezone: Option<Setting<String>>,
}
