//! Names monitors after their URLs.

use std::collections::HashSet;
use std::net::IpAddr;

use url::{Host, Url};

/// Longest name, in characters; a number may follow.
const LONGEST: usize = 100;
/// Segments of a path that are this long and have digits are keys, not words.
const LONGEST_SEGMENT: usize = 20;

/// Returns a unique name: host, port unless it is the default one, and path.
pub(super) fn name(url: &str, taken: &mut HashSet<String>) -> String {
    let base = Url::parse(url).map_or_else(|_| "target".to_owned(), |url| base(&url));
    let again = (2..).map(|number| format!("{base}-{number}"));
    let name = std::iter::once(base.clone())
        .chain(again)
        .find(|name| !taken.contains(name))
        .unwrap_or_else(|| base.clone());
    taken.insert(name.clone());
    name
}

fn base(url: &Url) -> String {
    let mut words = vec![host(url)];
    words.extend(url.port().map(|port| port.to_string()));
    let segments = url.path_segments().into_iter().flatten();
    words.extend(
        segments
            .filter(|segment| !is_key(segment))
            .map(str::to_owned),
    );
    let text = words.join("-");
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._".contains(c);
    let words: Vec<&str> = text
        .split(|c| !allowed(c))
        .filter(|word| !word.is_empty())
        .collect();
    let name: String = words.join("-").chars().take(LONGEST).collect();
    let name = name.trim_matches(['-', '.', '_']);
    if name.is_empty() { "target" } else { name }.to_owned()
}

fn host(url: &Url) -> String {
    let address: Option<IpAddr> = match url.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        _ => None,
    };
    match address {
        Some(address) if address.is_loopback() => "localhost".to_owned(),
        Some(address) => address.to_string(),
        None => {
            let host = url.host_str().unwrap_or_default();
            host.strip_prefix("www.").unwrap_or(host).to_owned()
        }
    }
}

/// Returns whether a segment looks like an id or a token, which would be in every report.
fn is_key(segment: &str) -> bool {
    segment.len() >= LONGEST_SEGMENT && segment.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_host_and_path_and_are_unique() {
        let mut taken = HashSet::new();
        for (url, wanted) in [
            ("https://www.example.com/", "example.com"),
            ("wss://example.com/", "example.com-2"),
            (
                "https://api.example.com/v1/health",
                "api.example.com-v1-health",
            ),
            ("wss://example.com/ws/chat/", "example.com-ws-chat"),
            ("http://[::1]:8080/", "localhost-8080"),
            ("http://127.0.0.1:8080/a%20b", "localhost-8080-a-20b"),
            ("http://[2001:db8::7]/x", "2001-db8-7-x"),
            ("http://user:pw@h", "h"),
            (
                "https://hc.test/0b1e7a52-93c4-4f6e-9f5e-1b2c3d4e5f60",
                "hc.test",
            ),
            ("https://h.test/?token=secret", "h.test"),
            ("no url", "target"),
        ] {
            assert_eq!(name(url, &mut taken), wanted, "{url}");
        }
        let long = format!("http://h.test/{}", "a/".repeat(200));
        assert!(name(&long, &mut taken).len() <= LONGEST);
    }
}
