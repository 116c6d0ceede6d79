//! URLs of channels: knowing one is enough to post to it.

use std::fmt;

use url::Url;

/// A URL of which only scheme, host and port may be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(Url);

impl SecretUrl {
    pub fn new(url: Url) -> SecretUrl {
        SecretUrl(url)
    }

    /// Returns the URL, for the code that sends to it.
    pub fn reveal(&self) -> &Url {
        &self.0
    }

    /// Returns this URL with further segments of the path.
    pub(crate) fn join(&self, segments: &[&str]) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_origin_is_shown() {
        let url = SecretUrl::new(
            "https://u:p@hooks.test:8443/services/T0/s3cret?x=1"
                .parse()
                .unwrap(),
        );
        assert_eq!(url.to_string(), "https://hooks.test:8443");
        assert_eq!(format!("{url:?}"), "https://hooks.test:8443");
    }

    #[test]
    fn a_base_url_keeps_its_path() {
        for (base, wanted) in [
            ("http://h", "http://h/api/v2/alerts"),
            ("http://h/am/", "http://h/am/api/v2/alerts"),
            ("http://h/am", "http://h/am/api/v2/alerts"),
        ] {
            let base = SecretUrl::new(base.parse().unwrap());
            assert_eq!(base.join(&["api", "v2", "alerts"]).as_str(), wanted);
        }
    }
}
