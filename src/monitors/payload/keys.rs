//! The keys of an expectation.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::setting::Setting;

/// What a heartbeat must meet beyond being one.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct ExpectKeys {
    /// A regular expression that the message matches.
    pub body: Option<Setting<String>>,
    /// A filter (RFC 9535) in which `@` is the message as JSON. A bare path only asks whether
    /// something is there.
    pub json: Option<Setting<String>>,
}
