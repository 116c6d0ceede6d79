//! The config as it is written: one type for each map, one field for each key, nothing decided yet.
//!
//! Every key is optional here; what must be there, what excludes what and what a missing key means
//! is `resolve`'s. No type has `Debug`, since most can hold a secret.

use std::hash::{Hash, Hasher};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::conf::secret::{Hidden, Secret};
use crate::conf::setting::{Flattened, Many, Pairs, Setting};
use crate::conf::units::{Period, Size};

/// A config file. Keys that begin with `x-` are free, as a home for anchors.
#[derive(Clone, Deserialize, JsonSchema)]
pub struct ConfigFile {
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

pub type Monitors = Vec<Setting<Flattened<CommonKeys, MonitorKeys>>>;

/// A certificate and its key, in PEM files. Relative paths start at the config's folder.
#[derive(Clone, Deserialize, JsonSchema)]
pub struct IdentityKeys {
    /// The certificate chain, leaf first.
    pub cert_file: Option<Setting<String>>,
    /// The private key.
    pub key_file: Option<Setting<String>>,
}

/// How the screen looks.
#[derive(Clone, Deserialize, JsonSchema)]
pub struct ScreenKeys {
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
pub struct CommonKeys {
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
pub struct Thresholds {
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
pub struct Failures {
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

/// Two limits.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
#[schemars(rename = "Levels_{T}")]
pub struct LevelsKeys<T> {
    /// From here on: a warning.
    pub warning: Option<Setting<T>>,
    /// From here on: an error.
    pub error: Option<Setting<T>>,
}

/// Delays after failed attempts: doubling from `initial` to `max`, with jitter between half and the
/// whole of the delay.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct BackoffKeys {
    /// The first delay. Default: `1s`.
    pub initial: Option<Setting<Period>>,
    /// The longest delay. Default: `60s`.
    pub max: Option<Setting<Period>>,
    /// Polls of a target in error grow from the interval towards `max`. Default: `false`.
    pub slow_down: Option<Setting<bool>>,
}

/// Ages of the last heartbeat up to which a target is online, or was recently.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct PresenceKeys {
    /// Younger than this: online. Default: `2m`.
    pub online: Option<Setting<Period>>,
    /// Younger than this: recent; older: away. Default: `1h`.
    pub recent: Option<Setting<Period>>,
}

/// Limits under which the last three latencies make a quality; above all of them it is poor.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct QualityKeys {
    /// Excellent. Default: `{mean: 50ms, variance: 20}`.
    pub excellent: Option<Setting<SteadyKeys>>,
    /// Good. Default: `{mean: 100ms, variance: 50}`.
    pub good: Option<Setting<SteadyKeys>>,
    /// Fair: the mean alone. Default: `200ms`.
    pub fair: Option<Setting<Period>>,
}

/// Two limits of the last three latencies; both must hold.
#[derive(Clone, Deserialize, JsonSchema)]
pub struct SteadyKeys {
    /// Their mean is less than this.
    pub mean: Option<Setting<Period>>,
    /// Their variance, in square milliseconds, is less than this.
    pub variance: Option<Setting<u32>>,
}

/// What a monitor takes beside the common keys: its name, and exactly one kind.
// The kinds are boxed, since each takes 2 KiB and three of them are absent.
#[derive(Clone, Deserialize, JsonSchema)]
pub struct MonitorKeys {
    /// Unique; letters, digits and `.`, `_`, `-`; at most 128 characters. Keys history, metrics and
    /// reports.
    #[schemars(required)]
    pub name: Option<Setting<String>>,
    /// Polls a URL.
    pub http: Option<Setting<Flattened<EndpointKeys, HttpKeys>>>,
    /// Holds a WebSocket and waits for heartbeats.
    pub websocket: Option<Setting<Flattened<EndpointKeys, WebsocketKeys>>>,
    /// Holds a stream of server-sent events and waits for heartbeats.
    pub sse: Option<Setting<Flattened<EndpointKeys, SseKeys>>>,
    /// Holds a Socket.IO connection; emits and waits for the reply, or listens.
    pub socketio: Option<Setting<Flattened<EndpointKeys, SocketioKeys>>>,
    /// Waits for heartbeats that are sent to hbmon.
    pub push: Option<Setting<PushKeys>>,
}

/// The keys that all kinds with a URL share. A bare text instead of the map is the URL.
#[derive(Clone, Deserialize, JsonSchema)]
pub struct EndpointKeys {
    /// Where to connect to. Userinfo in it becomes basic authentication; a fragment is refused,
    /// since it is never sent. For `socketio` the path is the namespace, as in the official
    /// clients.
    #[schemars(required)]
    pub url: Option<Setting<String>>,
    /// Headers of every request to the URL's own origin. Default: none.
    pub headers: Option<Setting<Pairs>>,
    /// The `Authorization` header. Default: none.
    pub auth: Option<Setting<Auth>>,
    /// Certificates and names for TLS. Default: the system's roots.
    pub tls: Option<Setting<TlsKeys>>,
    /// URL of a proxy: http, https, socks5 or socks5h; no path and no query. An HTTP proxy is asked
    /// for a tunnel (CONNECT) by https and by WebSocket, also for `ws://`. Default: none.
    pub proxy: Option<Setting<String>>,
    /// Which addresses of a host to use: any, 4 or 6. Default: `any`.
    pub ip: Option<Setting<IpChoice>>,
    /// Who resolves names: hickory reads the hosts file and asks the name servers itself, system
    /// asks the operating system. Default: `hickory`.
    pub dns: Option<Setting<DnsChoice>>,
    /// Cap of a body, frame, message or line; up to 1 GiB. Default: `1MiB`.
    pub max_bytes: Option<Setting<Size>>,
    /// Names of headers of the answer, at most 16, that are shown beside a failure, and with `-v`
    /// beside a heartbeat, for example `x-request-id`. Values of headers that hold secrets by their
    /// name are shown as `***`. Default: none.
    pub capture: Option<Setting<Many<String>>>,
    /// Time left on a certificate. Default: `{warning: 14d, error: 3d}`.
    pub certificate: Option<Setting<LevelsKeys<Period>>>,
}

/// The limits of the certificate are the policy's: they change nothing about a connection.
impl Hash for EndpointKeys {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let EndpointKeys {
            url,
            headers,
            auth,
            tls,
            proxy,
            ip,
            dns,
            max_bytes,
            capture,
            certificate: _,
        } = self;
        (url, headers, auth, tls, proxy, ip, dns, max_bytes, capture).hash(state);
    }
}

/// One way to authenticate.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct Auth {
    /// Basic authentication (RFC 7617).
    pub basic: Option<Setting<Basic>>,
    /// A bearer token (RFC 6750).
    pub bearer: Option<Setting<Secret>>,
}

/// Basic authentication (RFC 7617).
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct Basic {
    /// The user's name, without a colon.
    pub username: Option<Setting<String>>,
    /// The password. Default: empty.
    pub password: Option<Setting<Secret>>,
}

/// Files in PEM, a byte order mark is skipped; keys without a passphrase. Relative paths start at
/// the config's folder.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct TlsKeys {
    /// Roots to trust instead of the system's.
    pub ca_file: Option<Setting<String>>,
    /// The client's certificate chain, leaf first; with `key_file`.
    pub cert_file: Option<Setting<String>>,
    /// The client's private key; with `cert_file`.
    pub key_file: Option<Setting<String>>,
    /// The name to ask for and to check, if it is not the URL's host.
    pub server_name: Option<Setting<String>>,
    /// Accept any certificate. Default: `false`.
    pub insecure: Option<Setting<bool>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum IpChoice {
    #[serde(rename = "any")]
    Any,
    #[serde(rename = "4")]
    V4,
    #[serde(rename = "6")]
    V6,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub enum DnsChoice {
    Hickory,
    System,
}

/// Polls a URL.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct HttpKeys {
    /// The request's method; the usual ones in any case, another word as it is written. Default:
    /// `GET`.
    pub method: Option<Setting<String>>,
    /// The request's body as it is. Default: none.
    pub body: Option<Setting<String>>,
    /// The request's body as JSON; sets the content type.
    pub json: Option<Setting<Value>>,
    /// How many redirects to follow, up to 50. Cookies that they set are kept until the end of the
    /// attempt. A `body` is not sent to another origin. Default: `5`.
    #[schemars(extend("maximum" = 50))]
    pub redirects: Option<Setting<u32>>,
    /// fresh: a new connection for each poll; reuse: one is kept. Default: `fresh`.
    pub connection: Option<Setting<ReuseChoice>>,
    /// HTTP version: auto, 1.1 or 2. Default: `auto`.
    pub version: Option<Setting<VersionChoice>>,
    /// Where the sender's clock stands in the body: a query (RFC 9535). Default: none.
    pub timestamp: Option<Setting<String>>,
    /// A heartbeat whose timestamp is older fails, from the second heartbeat on; an offset between
    /// the clocks does not count. Needs `timestamp`. Default: none, and a timestamp that stands
    /// still is a warning.
    pub max_age: Option<Setting<Period>>,
    /// What makes an answer a heartbeat. Default: any status 2xx.
    pub expect: Option<Setting<AnswerKeys>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[schemars(inline)]
#[serde(rename_all = "lowercase")]
pub enum ReuseChoice {
    Fresh,
    Reuse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum VersionChoice {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "1.1")]
    Http1,
    #[serde(rename = "2")]
    Http2,
}

/// What makes an HTTP answer a heartbeat.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct AnswerKeys {
    /// Codes (`204`), classes (`2xx`) and ranges (`200-299`). Default: `2xx`.
    pub status: Option<Setting<Many<String>>>,
    /// Regular expressions that headers match, by name.
    pub headers: Option<Setting<Pairs>>,
    /// A regular expression that the body matches.
    pub body: Option<Setting<String>>,
    /// A filter (RFC 9535) in which `@` is the body as JSON. A bare path only asks whether
    /// something is there.
    pub json: Option<Setting<String>>,
}

/// What a heartbeat must meet beyond being one.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct ExpectKeys {
    /// A regular expression that the message matches.
    pub body: Option<Setting<String>>,
    /// A filter (RFC 9535) in which `@` is the message as JSON. A bare path only asks whether
    /// something is there.
    pub json: Option<Setting<String>>,
}

/// Holds a WebSocket.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
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

/// Holds a stream of server-sent events. The head of the answer must come within `timeout`; some
/// servers send it together with the first event.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
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

/// Holds a Socket.IO connection. The server's parser must be the default one, which writes text:
/// not msgpack.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
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
    /// An instance that was not heard for so long is forgotten; at least the interval and the
    /// grace, up to 366 days; needs `id`. Default: `1h`, or twice the interval and the grace if
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
