//! A value that must not be seen, on its way through the config.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// The names by which `de` knows that a place must be masked.
pub const MASKED: [&str; 2] = ["$hbmon::Secret", "$hbmon::Hidden"];

/// Text that no `Debug` output shows.
#[derive(Clone, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename = "$hbmon::Secret")]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for whoever sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A value of any shape whose texts are all secrets.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename = "$hbmon::Hidden")]
pub struct Hidden(pub Value);
