//! The config as written: a type for each map, a field for each key.
//!
//! Every key is optional here; `resolve` decides which are required, which conflict, and the
//! defaults. No type has `Debug`, because most can hold a secret.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::levels::LevelsKeys;
use crate::conf::secret::Secret;
use crate::conf::setting::{Flattened, Many, Pairs, Setting};
use crate::conf::units::Period;
use crate::monitors::MonitorKeys;

/// A config file. Keys that begin with `x-` are free, as a home for anchors.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct ConfigFile {
    /// Address and port of the HTTP interface, for example `127.0.0.1:9747`; port 0 takes a free
    /// one. Other addresses than loopback need a `token`. Default: nothing listens, but `serve` on
    /// 127.0.0.1:9747.
    pub listen: Option<Setting<String>>,
    /// Bearer token of the HTTP interface. Default: none.
    pub token: Option<Setting<Secret>>,
    /// Host names beside `localhost` and loopback addresses by which the HTTP interface may be
    /// reached without a token, and from whose web pages requests may come; without a port.
    /// Default: none.
    pub hosts: Option<Setting<Many<String>>>,
    /// Certificate of the HTTP interface. Default: plain HTTP.
    pub tls: Option<Setting<IdentityKeys>>,
    /// How the screen looks.
    pub screen: Option<Setting<ScreenKeys>>,
    /// Common keys for every monitor that does not set them itself.
    pub defaults: Option<Setting<CommonKeys>>,
    /// What to watch.
    #[schemars(required, extend("minItems" = 1))]
    pub monitors: Option<Setting<Monitors>>,
}

pub(super) type Monitors = Vec<Setting<Flattened<CommonKeys, MonitorKeys>>>;

/// A certificate and its key, in PEM files. Relative paths start at the config's folder.
#[derive(Clone, Deserialize, JsonSchema)]
pub(super) struct IdentityKeys {
    /// The certificate chain, leaf first.
    pub cert_file: Option<Setting<String>>,
    /// The private key.
    pub key_file: Option<Setting<String>>,
}

/// How the screen looks.
#[derive(Clone, Deserialize, JsonSchema)]
pub(super) struct ScreenKeys {
    /// Colours: auto, default, cb-deutan, cb-tritan, mono. Default: auto, the terminal's own.
    pub theme: Option<Setting<String>>,
    /// Nothing moves on its own. Default: `false`.
    pub reduce_motion: Option<Setting<bool>>,
    /// Keys for actions, other than the usual ones: `quit: x`, `down: j ctrl+n`.
    pub keys: Option<Setting<Pairs>>,
    /// Columns of the table between name and strip, in their order: kind, group, last, next, avg,
    /// p95, beats, missed, failed, availability, quality, presence. Default: by the width of the
    /// screen.
    pub columns: Option<Setting<Vec<Setting<String>>>>,
}

/// The keys that monitors of every kind take, and `defaults`.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct CommonKeys {
    /// Monitors with one group are shown together. Default: none.
    pub group: Option<Setting<String>>,
    /// Words to filter by. Default: none.
    pub tags: Option<Setting<Many<String>>>,
    /// A sentence for people. Default: none.
    pub description: Option<Setting<String>>,
    /// A monitor that is not enabled is paused. Default: `true`.
    pub enabled: Option<Setting<bool>>,
    /// Time between polls, or between the heartbeats that the other side promises; up to 366 days.
    /// Default: `15s` for http, `30s` for websocket and sse, `60s` for socketio; none for push:
    /// one, or a `schedule`, is required.
    pub interval: Option<Setting<Period>>,
    /// The least `interval` where hbmon sends traffic (http, and socketio with `emit`). Default:
    /// `10s`.
    pub min_interval: Option<Setting<Period>>,
    /// Added to every deadline before a heartbeat counts as missed; up to 366 days. Default: 10 %
    /// of the interval, or of the shortest time between two occurrences of a `schedule`.
    pub grace: Option<Setting<Period>>,
    /// For one attempt in total: connect, handshake, answer; up to 1 hour. Default: `10s`.
    pub timeout: Option<Setting<Period>>,
    /// What counts as a warning, and what as an error.
    pub thresholds: Option<Setting<Thresholds>>,
    /// Delays after failed attempts.
    pub backoff: Option<Setting<BackoffKeys>>,
    /// Labels for the age of the last heartbeat.
    pub presence: Option<Setting<PresenceKeys>>,
    /// Limits under which the last three latencies make a quality.
    pub quality: Option<Setting<QualityKeys>>,
}

/// What counts as a warning, and what as an error.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct Thresholds {
    /// Consecutive failed attempts. Default: `{warning: 1, error: 2}`.
    pub failures: Option<Setting<Failures>>,
    /// Whole intervals without a heartbeat. Default: `{warning: 1, error: 2}`.
    pub missed: Option<Setting<LevelsKeys<u32>>>,
    /// Latency beyond which a heartbeat is no longer healthy. Default: none.
    pub latency: Option<Setting<LevelsKeys<Period>>>,
    /// Difference between the sender's clock and this one, either way, beyond which it is no longer
    /// healthy. Needs `timestamp`. Default: none.
    pub skew: Option<Setting<LevelsKeys<Period>>>,
    /// Consecutive good heartbeats before the status steps down; at least 1. Default: `1`.
    #[schemars(extend("minimum" = 1))]
    pub recover: Option<Setting<u32>>,
}

/// Consecutive failed attempts, and the time that they must last to be an error.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct Failures {
    /// From this number on: a warning; at least 1. Default: `1`.
    pub warning: Option<Setting<u32>>,
    /// From this number on: an error, if `for` has passed too; at least 1. `1` makes the first
    /// failure an error. Default: `2`.
    pub error: Option<Setting<u32>>,
    /// The least time between the first failure in a row and the last one before they are an error.
    /// A restart of the target that takes less time is only a warning. `0s` counts attempts alone;
    /// up to 366 days. Default: 5 s, or the interval if that is shorter.
    pub r#for: Option<Setting<Period>>,
}

/// Delays after failed attempts: doubling from `initial` to `max`, with jitter between half and the
/// whole of the delay.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct BackoffKeys {
    /// The first delay. Default: `1s`.
    pub initial: Option<Setting<Period>>,
    /// The longest delay. Default: `60s`.
    pub max: Option<Setting<Period>>,
    /// Polls of a target in error grow from the interval towards `max`. Default: `false`.
    pub slow_down: Option<Setting<bool>>,
}

/// Ages of the last heartbeat up to which a target is online, or was recently.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct PresenceKeys {
    /// Younger than this: online. Default: `2m`.
    pub online: Option<Setting<Period>>,
    /// Younger than this: recent; older: away. Default: `1h`.
    pub recent: Option<Setting<Period>>,
}

/// Limits under which the last three latencies make a quality; above all of them it is poor.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct QualityKeys {
    /// Excellent. Default: `{mean: 50ms, variance: 20}`.
    pub excellent: Option<Setting<SteadyKeys>>,
    /// Good. Default: `{mean: 100ms, variance: 50}`.
    pub good: Option<Setting<SteadyKeys>>,
    /// Fair: the mean alone. Default: `200ms`.
    pub fair: Option<Setting<Period>>,
}

/// Two limits of the last three latencies; both must hold.
#[derive(Clone, Deserialize, JsonSchema)]
pub(super) struct SteadyKeys {
    /// Their mean is less than this.
    pub mean: Option<Setting<Period>>,
    /// Their variance, in square milliseconds, is less than this.
    pub variance: Option<Setting<u32>>,
}
