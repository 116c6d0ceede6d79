//! The keys of an expectation.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::conf::setting::Setting;

/// Conditions that a heartbeat must meet.
#[derive(Clone, Deserialize, JsonSchema, Hash)]
pub struct ExpectKeys {
    /// Regular expression that the message must match.
    pub body: Option<Setting<String>>,
    /// A filter (RFC 9535) in which `@` is the message as JSON. A path alone only tests whether the
    /// value exists.
    pub json: Option<Setting<String>>,
}
