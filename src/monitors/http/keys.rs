//! The keys of http monitors.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::conf::setting::{Many, Pairs, Setting};
use crate::conf::units::ConfigDuration;

/// Polls a URL.
#[derive(Clone, Default, Deserialize, JsonSchema, Hash)]
pub struct HttpKeys {
    /// Method of the request. Standard methods may be in any case; others are sent as written.
    /// Default: `GET`.
    pub method: Option<Setting<String>>,
    /// Body of the request, sent as written. Default: none.
    pub body: Option<Setting<String>>,
    /// Body of the request as JSON; sets the content type.
    pub json: Option<Setting<Value>>,
    /// Maximum number of redirects to follow, up to 50. Cookies that they set are kept until the
    /// end of the attempt. A `body` is not sent to another origin. Default: `5`.
    #[schemars(extend("maximum" = 50))]
    pub redirects: Option<Setting<u32>>,
    /// fresh: a new connection for each poll; reuse: keep the connection. Default: `fresh`.
    pub connection: Option<Setting<ReuseChoice>>,
    /// HTTP version: auto, 1.1 or 2. Default: `auto`.
    pub version: Option<Setting<VersionChoice>>,
    /// The sender's timestamp in the body: a query (RFC 9535). Default: none.
    pub timestamp: Option<Setting<String>>,
    /// Maximum age of the timestamp, from the second heartbeat on. An older heartbeat fails. A
    /// constant offset between the clocks does not count. Needs `timestamp`. Default: none; a
    /// timestamp that does not change is a warning.
    pub max_age: Option<Setting<ConfigDuration>>,
    /// Conditions for a response to count as a heartbeat. Default: any status 2xx.
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

/// Conditions for an HTTP response to count as a heartbeat.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct AnswerKeys {
    /// Codes (`204`), classes (`2xx`) and ranges (`200-299`). Default: `2xx`.
    pub status: Option<Setting<Many<String>>>,
    /// Regular expressions that headers must match, by name.
    pub headers: Option<Setting<Pairs>>,
    /// Regular expression that the body must match.
    pub body: Option<Setting<String>>,
    /// A filter (RFC 9535) in which `@` is the body as JSON. A path alone only tests whether the
    /// value exists.
    pub json: Option<Setting<String>>,
}
