//! The hosts file. Its names are not looked up at name servers.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::net::IpAddr;
use std::path::Path;

use super::name::relative;

/// Maximum number of bytes that are read. Lists that block advertisements have several MiB.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Addresses by name, in the order of the file. Names are in lower case and have no trailing dot.
#[derive(Debug, Default)]
pub(super) struct Hosts(HashMap<Box<str>, Vec<IpAddr>>);

impl Hosts {
    /// Reads the file. An unreadable file has no names.
    pub(super) fn read(path: &Path) -> Hosts {
        match bytes(path) {
            Ok(bytes) => Hosts::parse(&String::from_utf8_lossy(&bytes)),
            Err(error) => {
                tracing::debug!(%error, path = %path.display(), "no hosts file");
                Hosts::default()
            }
        }
    }

    fn parse(text: &str) -> Hosts {
        let mut hosts = Hosts::default();
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_ascii_whitespace();
            let Some(address) = words.next().and_then(address) else {
                continue;
            };
            for name in words {
                let name = relative(name).to_ascii_lowercase();
                let known = hosts.0.entry(name.into()).or_default();
                if !known.contains(&address) {
                    known.push(address);
                }
            }
        }
        hosts
    }

    /// Returns the addresses of all families, or `None` if the file does not list the name.
    pub(super) fn addresses(&self, host: &str) -> Option<&[IpAddr]> {
        self.0
            .get(relative(host).to_ascii_lowercase().as_str())
            .map(Vec::as_slice)
    }
}

/// Reads a regular file only, because reading a pipe would never end.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == MAX_BYTES {
        // The last line may be incomplete.
        bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or(0));
        tracing::warn!(path = %path.display(), "hosts file too long: its end is not read");
    }
    Ok(bytes)
}

/// Parses an address with an optional interface name, as in `fe80::1%lo0`.
fn address(word: &str) -> Option<IpAddr> {
    word.split('%').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let hosts = Hosts::parse(
            "\u{feff}127.0.0.1 localhost my_service # comment\n\
             ::1\tlocalhost  ip6-localhost\r\n\
             # 192.0.2.9 commented\n\
             192.0.2.1 Both.Test. both.test\n2001:db8::1 both.test\n192.0.2.2 both.test\n\
             nonsense line\nfe80::1%lo0 link\n192.0.2.3",
        );
        let all = |name: &str| {
            hosts
                .addresses(name)
                .map(|found| found.iter().map(IpAddr::to_string).collect::<Vec<_>>())
        };
        assert_eq!(
            all("localhost"),
            Some(vec!["127.0.0.1".to_owned(), "::1".to_owned()])
        );
        assert_eq!(all("MY_SERVICE."), Some(vec!["127.0.0.1".to_owned()]));
        assert_eq!(
            all("both.test").unwrap(),
            ["192.0.2.1", "2001:db8::1", "192.0.2.2"]
        );
        assert_eq!(all("link").unwrap(), ["fe80::1"]);
        for unknown in ["commented", "line", "both", ""] {
            assert_eq!(all(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_knows_nothing() {
        for path in ["/nonexistent/hosts", "/dev/zero", "/"] {
            assert!(Hosts::read(Path::new(path)).0.is_empty(), "{path}");
        }
    }
}
