//! URLs of a command line: which arguments are URLs, and the scheme of those without one.

use std::borrow::Cow;

/// Returns whether an argument is a URL and not the path of a file: it has a scheme, or it is a
/// host with a port, as in `localhost:8080/health`.
pub fn is_url(text: &str) -> bool {
    text.contains("://") || has_port(text)
}

/// Returns a URL with its scheme: `http://` in front of a host without one. A text that is no host
/// stays as it is.
pub(super) fn with_scheme(text: &str) -> Cow<'_, str> {
    if !text.contains("://") && (has_port(text) || is_host(text)) {
        Cow::Owned(format!("http://{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The part of a URL without a scheme in front of its path.
fn authority(text: &str) -> &str {
    text.split(['/', '?', '#']).next().unwrap_or_default()
}

fn has_port(text: &str) -> bool {
    authority(text)
        .rsplit_once(':')
        .is_some_and(|(host, port)| is_name_or_address(host) && port.parse::<u16>().is_ok())
}

/// A name with a dot may be a file: `hbmon.yaml` is no host.
fn is_host(text: &str) -> bool {
    let host = authority(text);
    let is_config = [".yaml", ".yml"].iter().any(|end| text.ends_with(end));
    let is_known =
        host == "localhost" || host.starts_with('[') || host.trim_matches('.').contains('.');
    is_name_or_address(host) && is_known && !is_config
}

fn is_name_or_address(host: &str) -> bool {
    let is_address = host.starts_with('[') && host.ends_with(']');
    let in_name = |c: char| c.is_alphanumeric() || ".-_".contains(c);
    is_address || (!host.is_empty() && host.chars().all(in_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_a_scheme_or_a_port() {
        for url in [
            "https://a.test/",
            "localhost:8080/health",
            "127.0.0.1:80",
            "[::1]:80/x",
            "a-b.test:443?x=1",
        ] {
            assert!(is_url(url), "{url}");
        }
        for path in [
            "hbmon.yaml",
            "-",
            "conf/a:b.yaml",
            "a.test/health",
            "a:b",
            "u:p@h:80",
            ":80",
        ] {
            assert!(!is_url(path), "{path}");
        }
    }

    #[test]
    fn a_host_gets_a_scheme() {
        for host in [
            "localhost:8080/health",
            "localhost",
            "a.test/x?y",
            "[::1]/",
            "[::1]:80",
        ] {
            assert_eq!(with_scheme(host), format!("http://{host}"));
        }
        for other in [
            "ws://a.test/",
            "nonsense",
            "hbmon.yaml",
            "user:s3cr3t@a.test",
            "a b.test",
            "",
        ] {
            assert_eq!(with_scheme(other), other);
        }
    }
}
