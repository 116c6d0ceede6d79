//! The keys of http monitors.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::conf::setting::{Many, Pairs, Setting};
use crate::conf::units::Period;

/// Polls a URL.
#[derive(Clone, Default, Deserialize, JsonSchema, Hash)]
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
