//! Evidence: what an attempt or a heartbeat showed, beside its verdict.

use std::net::SocketAddr;

use super::failure::unchanged;
use crate::model::text::Text;

/// Maximum number of characters of each text.
const MAX_CHARS: usize = 200;

/// What an attempt saw. All texts are safe to show: cleaned, short, and without secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Head of the last response.
    pub http: Option<HttpHead>,
    /// Address of the connected peer.
    pub peer: Option<SocketAddr>,
    /// Addresses that were tried without success; empty if one was reached.
    pub tried: Vec<SocketAddr>,
    /// Targets of redirects in order, followed or not.
    pub redirects: Vec<Text>,
    /// The actual value where an expectation failed: JSON for a payload, plain text for a header.
    pub value: Option<Text>,
    /// The beginning of a body or message that did not meet an expectation.
    pub body: Option<Text>,
    /// Response headers that the config names in `capture`.
    pub headers: Vec<(Text, Text)>,
}

/// Status and HTTP version of a response: `HTTP/1.1 200`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpHead {
    pub status: u16,
    /// Major and minor.
    pub version: (u8, u8),
}

impl HttpHead {
    /// `1.1`, `2`.
    pub fn version(self) -> String {
        match self.version {
            (major @ 2.., 0) => major.to_string(),
            (major, minor) => format!("{major}.{minor}"),
        }
    }
}

/// The cipher suite that a TLS connection negotiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsSuite(&'static str);

impl TlsSuite {
    /// `name`: as rustls writes it, `TLS13_AES_256_GCM_SHA384`.
    pub const fn new(name: &'static str) -> TlsSuite {
        TlsSuite(name)
    }

    /// Returns the version of TLS: `1.3`, `1.2`.
    pub fn version(self) -> &'static str {
        if self.0.starts_with("TLS13_") {
            "1.3"
        } else {
            "1.2"
        }
    }

    /// Returns the name in the registry of IANA: `TLS_AES_256_GCM_SHA384`.
    pub fn name(self) -> String {
        self.0.replacen("TLS13_", "TLS_", 1)
    }
}

impl Evidence {
    pub fn is_empty(&self) -> bool {
        *self == Evidence::default()
    }

    /// Returns the evidence with `change` applied to every outside text, to redact secrets. Texts
    /// are cut afterwards: cut first, part of a secret could remain unrecognized.
    pub fn map_text(self, change: impl Fn(Text) -> Text) -> Evidence {
        let shown = |text: Text| cut(change(text));
        Evidence {
            http: self.http,
            peer: unchanged(self.peer, &change),
            tried: self
                .tried
                .into_iter()
                .filter_map(|peer| unchanged(Some(peer), &change))
                .collect(),
            redirects: self.redirects.into_iter().map(shown).collect(),
            value: self.value.map(shown),
            body: self.body.map(shown),
            headers: self
                .headers
                .into_iter()
                .map(|(name, value)| (name, shown(value)))
                .collect(),
        }
    }
}

fn cut(text: Text) -> Text {
    match text.as_str().char_indices().nth(MAX_CHARS) {
        Some((end, _)) => Text::clean(&format!(
            "{}…",
            text.as_str().get(..end).unwrap_or_default()
        )),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_struck_before_they_are_cut() {
        let body = Text::clean(&format!("{}hunter2 and more", "x".repeat(195)));
        let evidence = Evidence {
            body: Some(body),
            ..Evidence::default()
        };
        let struck =
            evidence.map_text(|text| Text::clean(&text.as_str().replace("hunter2", "***")));
        assert_eq!(
            struck.body,
            Some(Text::clean(&format!("{}*** a…", "x".repeat(195))))
        );
    }

    #[test]
    fn a_suite_tells_its_version() {
        let suite = TlsSuite::new("TLS13_AES_256_GCM_SHA384");
        let name = "TLS_AES_256_GCM_SHA384".to_owned();
        assert_eq!((suite.version(), suite.name()), ("1.3", name));
        let old = TlsSuite::new("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
        assert_eq!(old.version(), "1.2");
        assert_eq!(old.name(), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    }

    #[test]
    fn versions_read_as_in_the_config() {
        let version = |version| {
            HttpHead {
                status: 200,
                version,
            }
            .version()
        };
        assert_eq!(
            [
                version((1, 0)),
                version((1, 1)),
                version((2, 0)),
                version((3, 0))
            ],
            ["1.0", "1.1", "2", "3"]
        );
    }
}
