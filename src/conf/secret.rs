//! Secret values in the config.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// The names by which `de` recognizes values to mask.
pub const MASKED: [&str; 2] = ["$hbmon::Secret", "$hbmon::Hidden"];

/// Text that `Debug` does not show.
#[derive(Clone, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename = "$hbmon::Secret")]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// Returns the secret text, for the code that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A value of any shape with secret texts.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename = "$hbmon::Hidden")]
pub struct Hidden(pub Value);

/// Returns a secret as it is, and as it is written in a path, a query or a JSON text.
pub fn spellings(secret: &Secret) -> Vec<String> {
    let text = secret.reveal();
    let mut spellings = vec![text.to_owned()];
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    if let Ok(mut url) = Url::parse("http://h/")
        && !text.chars().all(plain)
    {
        url.set_path(text);
        url.set_query(Some(text));
        spellings.push(url.path().trim_start_matches('/').to_owned());
        spellings.extend(url.query().map(str::to_owned));
        spellings.push(url::form_urlencoded::byte_serialize(text.as_bytes()).collect());
        let json = serde_json::Value::from(text).to_string();
        spellings.push(json.trim_matches('"').to_owned());
    }
    spellings
}
