//! The config as written: a type for each map, a field for each key.
//!
//! Every key is optional here; `resolve` decides which are required, which conflict, and the
//! defaults. No type has `Debug`, because most can hold a secret.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::channels::kinds::ChannelKeys;
use crate::conf::levels::LevelsKeys;
use crate::conf::schedule::ScheduleKeys;
use crate::conf::secret::Secret;
use crate::conf::setting::{Flattened, Many, Pairs, Setting};
use crate::conf::units::{ConfigDuration, Objective};
use crate::monitors::MonitorKeys;

/// A config file. hbmon ignores keys that begin with `x-`; use them for anchors.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct ConfigFile {
    /// Address and port of the HTTP interface, for example `127.0.0.1:9747`; port 0 selects a free
    /// port. Addresses other than loopback need a `token`. Default: no interface; `serve` listens
    /// on 127.0.0.1:9747.
    pub listen: Option<Setting<String>>,
    /// Bearer token of the HTTP interface. Default: none.
    pub token: Option<Setting<Secret>>,
    /// Bearer token of the HTTP interface that may read everything and change nothing. Needs a
    /// `token`, and differs from it. Default: none.
    pub read_token: Option<Setting<Secret>>,
    /// Host names, without a port, that may reach the HTTP interface without a token, and whose web
    /// pages may send requests to it. `localhost` and loopback addresses always may. Default: none.
    pub hosts: Option<Setting<Many<String>>>,
    /// Certificate of the HTTP interface. Default: plain HTTP.
    pub tls: Option<Setting<IdentityKeys>>,
    /// What `serve`, `watch` and `check --state` keep of what they watched.
    pub history: Option<Setting<HistoryKeys>>,
    /// Who is told of incidents.
    pub alerts: Option<Setting<AlertsKeys>>,
    /// Appearance and keys of the screen.
    pub screen: Option<Setting<ScreenKeys>>,
    /// Common keys for every monitor that does not set them.
    pub defaults: Option<Setting<CommonKeys>>,
    /// Planned times in which monitors may be down: they are watched, their status is true,
    /// alerts about new incidents wait until the end, and reports count the time apart. At most 1000.
    /// Default: none.
    pub maintenance: Option<Setting<Vec<Setting<MaintenanceKeys>>>>,
    /// Files with further `monitors`, and nothing else in them; the names of files may have `*` and
    /// `?`, as in `conf.d/*.yaml`. Relative paths start at the config's folder. The files are read
    /// in the order of their names; at most 1000. Default: none.
    pub include: Option<Setting<Many<String>>>,
    /// The monitors.
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

/// What is kept of what was watched.
#[derive(Clone, Deserialize, JsonSchema)]
pub(super) struct HistoryKeys {
    /// How long it is kept.
    pub keep: Option<Setting<KeepKeys>>,
}

/// How long the history is kept; up to 100 years. What is older is deleted in small portions.
#[derive(Clone, Deserialize, JsonSchema)]
pub(super) struct KeepKeys {
    /// Changes of status, incidents, and when hbmon watched; at least 1 day. Default: `3y`.
    pub changes: Option<Setting<ConfigDuration>>,
    /// Counts and latencies of every 5 minutes; at least 1 hour. Default: `48h`.
    pub minutes: Option<Setting<ConfigDuration>>,
    /// Counts and latencies of every hour; at least 1 day. Default: `35d`.
    pub hours: Option<Setting<ConfigDuration>>,
    /// Counts and latencies of every day; at least 1 day. Default: `3y`.
    pub days: Option<Setting<ConfigDuration>>,
}

/// A planned maintenance: once, with `from` and `until`, or repeated, with `schedule` and `for`.
#[derive(Clone, Deserialize, JsonSchema)]
pub(super) struct MaintenanceKeys {
    /// Which monitors, in the language of `--filter`, as `group:db`; `*` is every monitor.
    #[schemars(required)]
    pub r#match: Option<Setting<String>>,
    /// When it begins, again and again. Needs `for`. Default: none.
    pub schedule: Option<Setting<ScheduleKeys>>,
    /// How long each time of the `schedule` lasts; from 1 second, and shorter than the time between
    /// two of them. Default: none.
    pub r#for: Option<Setting<ConfigDuration>>,
    /// When it begins: date, time and offset, as `2026-12-01T20:00:00+01:00`. Needs `until`.
    /// Default: none.
    pub from: Option<Setting<String>>,
    /// When it ends, written like `from`. Default: none.
    pub until: Option<Setting<String>>,
    /// What is done, for people. Default: none.
    pub reason: Option<Setting<String>>,
}

/// Who is told of incidents, by which channel.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct AlertsKeys {
    /// Where messages go; at most 100. Default: none.
    pub channels: Option<Setting<Vec<Setting<ChannelKeys>>>>,
    /// Who is told of which monitors. Every route whose `match` selects a monitor counts; at most
    /// 1000. Default: none.
    pub routes: Option<Setting<Vec<Setting<RouteKeys>>>>,
    /// After a message, what follows on the same channel within this time is one message; up to 1
    /// hour. Default: `30s`.
    pub digest: Option<Setting<ConfigDuration>>,
    /// Name of the channel that is told of problems of hbmon itself. Default: none.
    #[serde(rename = "self")]
    pub own: Option<Setting<String>>,
}

/// Which channels are told of some monitors.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct RouteKeys {
    /// Which monitors, in the language of `-F`: `tag:prod`, `group:db kind:http`, `*`.
    #[schemars(required)]
    pub r#match: Option<Setting<String>>,
    /// Lowest status that is told: warning, error. Default: `error`.
    pub from: Option<Setting<FromChoice>>,
    /// How long an incident lasts, without being acknowledged, before it is told; up to 366 days.
    /// Default: `0s`.
    pub after: Option<Setting<ConfigDuration>>,
    /// Names of channels.
    #[schemars(required)]
    pub to: Option<Setting<Many<String>>>,
    /// Time after which an incident that lasts, and is not acknowledged, is told again; at least 1
    /// minute. Default: never.
    pub remind: Option<Setting<ConfigDuration>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub(super) enum FromChoice {
    Warning,
    Error,
}

/// Appearance and keys of the screen.
#[derive(Clone, Deserialize, JsonSchema)]
pub(super) struct ScreenKeys {
    /// Colours: auto, default, cb-deutan, cb-tritan, mono. Default: auto, the colours of the
    /// terminal.
    pub theme: Option<Setting<String>>,
    /// Disable animations. Default: `false`.
    pub reduce_motion: Option<Setting<bool>>,
    /// Keys for actions, instead of the default keys: `quit: x`, `down: j ctrl+n`.
    pub keys: Option<Setting<Pairs>>,
    /// Property that assigns monitors to tabs: kind, group, tag. Default: `kind`.
    pub tabs: Option<Setting<String>>,
    /// Columns of the table between name and strip, in this order: kind, group, last, next,
    /// missed, failed, avg, p95, beats, availability, quality, presence, reason, since,
    /// certificate, tags. Default: chosen by the width of the screen.
    pub columns: Option<Setting<Vec<Setting<String>>>>,
    /// A notification of the desktop (OSC 9) when a monitor goes into error. Default: `false`.
    pub notify: Option<Setting<bool>>,
}

/// The keys of monitors of every kind, and of `defaults`.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct CommonKeys {
    /// Group of the monitor. Monitors of a group are shown together. Default: none.
    pub group: Option<Setting<String>>,
    /// Words for filters. Default: none.
    pub tags: Option<Setting<Many<String>>>,
    /// Description for people, shown with every failure. Default: none.
    pub description: Option<Setting<String>>,
    /// URL of a page that says what to do when it fails; http or https. It is shown with every
    /// failure. It may name `{{monitor}}`, `{{group}}` and `{{kind}}`. Default: none.
    pub runbook: Option<Setting<String>>,
    /// Names and values for alerts and dashboards, as `{team: shop}`: they are shown with every
    /// failure and in `hbmon_monitor_info`. Names of Prometheus labels, other than `monitor`,
    /// `kind` and `group`; at most 16, a name up to 64 characters, a value up to 256. They add to
    /// those of `defaults`. Default: none.
    #[schemars(extend("maxProperties" = 16))]
    pub labels: Option<Setting<Pairs>>,
    /// How much of the time it is to be up. Default: none.
    pub slo: Option<Setting<SloKeys>>,
    /// Whether the monitor runs; `false` pauses it. Default: `true`.
    pub enabled: Option<Setting<bool>>,
    /// Time between polls, or between the heartbeats that the other side sends; up to 366 days.
    /// Default: `15s` for http, `30s` for websocket and sse, `60s` for socketio. push has no
    /// default: it needs an interval or a `schedule`.
    pub interval: Option<Setting<ConfigDuration>>,
    /// Minimum `interval` of monitors that send requests (http, and socketio with `emit`). Default:
    /// `10s`.
    pub min_interval: Option<Setting<ConfigDuration>>,
    /// Extra time after the interval before a heartbeat counts as missed; up to 366 days. Default:
    /// 10 % of the interval, or of the shortest time between two times of a `schedule`.
    pub grace: Option<Setting<ConfigDuration>>,
    /// Time limit of an attempt in total: connect, handshake, response; up to 1 hour. Default:
    /// `10s`.
    pub timeout: Option<Setting<ConfigDuration>>,
    /// Limits for warnings and errors.
    pub thresholds: Option<Setting<Thresholds>>,
    /// Delays between failed attempts.
    pub backoff: Option<Setting<BackoffKeys>>,
    /// Limits of the labels for the age of the last heartbeat.
    pub presence: Option<Setting<PresenceKeys>>,
    /// Limits of the qualities, for the last three latencies.
    pub quality: Option<Setting<QualityKeys>>,
}

/// A service level objective: the share of time that the monitor is to be up, that is in `healthy`
/// or `warning`.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct SloKeys {
    /// The share, as `99.9%` or `0.999`; above 0 and at most 99.9999%. Needed, here or in
    /// `defaults`. Default: none.
    pub objective: Option<Setting<Objective>>,
    /// The time over which it holds, back from now; from 1 hour to 366 days. Default: `30d`.
    pub window: Option<Setting<ConfigDuration>>,
}

/// Limits for warnings and errors.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct Thresholds {
    /// Number of consecutive failed attempts. Default: `{warning: 1, error: 2}`.
    pub failures: Option<Setting<Failures>>,
    /// Number of whole intervals without a heartbeat. Default: `{warning: 1, error: 2}`.
    pub missed: Option<Setting<LevelsKeys<u32>>>,
    /// Latency of a heartbeat. Default: none.
    pub latency: Option<Setting<LevelsKeys<ConfigDuration>>>,
    /// Difference between the sender's clock and this machine's clock, in either direction. Needs
    /// `timestamp`. Default: none.
    pub skew: Option<Setting<LevelsKeys<ConfigDuration>>>,
    /// Number of consecutive good heartbeats before the status improves; at least 1. Default: `1`.
    #[schemars(extend("minimum" = 1))]
    pub recover: Option<Setting<u32>>,
}

/// Number of consecutive failed attempts, and the time that they must last to be an error.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct Failures {
    /// Number for a warning; at least 1. Default: `1`.
    pub warning: Option<Setting<u32>>,
    /// Number for an error, if `for` has passed too; at least 1. `1` makes the first failure an
    /// error. Default: `2`.
    pub error: Option<Setting<u32>>,
    /// Minimum time between the first and the last of the consecutive failures for an error. A
    /// restart of the target that takes less time is only a warning. `0s` counts only attempts; up
    /// to 366 days. Default: 5 s, or the interval if that is shorter.
    pub r#for: Option<Setting<ConfigDuration>>,
}

/// Delays between failed attempts. They double from `initial` to `max`, with a random jitter
/// between half of the delay and the whole delay.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct BackoffKeys {
    /// First delay. Default: `1s`.
    pub initial: Option<Setting<ConfigDuration>>,
    /// Maximum delay. Default: `60s`.
    pub max: Option<Setting<ConfigDuration>>,
    /// Increase the interval between polls of a target in error up to `max`. Default: `false`.
    pub slow_down: Option<Setting<bool>>,
}

/// Limits of the labels for the age of the last heartbeat.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct PresenceKeys {
    /// Younger heartbeats mean online. Default: `2m`.
    pub online: Option<Setting<ConfigDuration>>,
    /// Younger heartbeats mean recent, older ones away. Default: `1h`.
    pub recent: Option<Setting<ConfigDuration>>,
}

/// Limits of the qualities, for the last three latencies. Beyond all limits the quality is poor.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub(super) struct QualityKeys {
    /// Limits for excellent. Default: `{mean: 50ms, variance: 20}`.
    pub excellent: Option<Setting<SteadyKeys>>,
    /// Limits for good. Default: `{mean: 100ms, variance: 50}`.
    pub good: Option<Setting<SteadyKeys>>,
    /// Limit of the mean for fair. Default: `200ms`.
    pub fair: Option<Setting<ConfigDuration>>,
}

/// Two limits for the last three latencies; both must be met.
#[derive(Clone, Deserialize, JsonSchema)]
pub(super) struct SteadyKeys {
    /// The mean must be less than this.
    pub mean: Option<Setting<ConfigDuration>>,
    /// The variance in square milliseconds must be less than this.
    pub variance: Option<Setting<u32>>,
}
