//! Parses resolv.conf(5): name servers, search list and time-outs.

use std::fs::File;
use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

/// Maximum number of name servers, as in the C library.
const MAX_SERVERS: usize = 3;
const PORT: u16 = 53;
const MAX_DOMAINS: usize = 32;
const MAX_NDOTS: usize = 15;
/// Maximum number of bytes that are read of the file.
const MAX_BYTES: u64 = 64 * 1024;
/// Maximum time for one try. A whole lookup must fit into the default time limit of an attempt.
const MAX_TIMEOUT: Duration = Duration::from_secs(2);
const MAX_TRIES: usize = 2;

/// The settings of a resolv.conf file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ResolvConf {
    pub(super) servers: Vec<SocketAddr>,
    pub(super) search: Vec<String>,
    pub(super) ndots: usize,
    /// Time that a name server has for an answer.
    pub(super) timeout: Duration,
    /// How often each name server is asked.
    pub(super) tries: usize,
    pub(super) edns0: bool,
}

impl ResolvConf {
    /// Reads the file. Without it the name server on this machine is used, as in the C library.
    pub(super) fn read(path: &Path) -> ResolvConf {
        let mut bytes = Vec::new();
        // Reading a pipe would never end.
        let is_file = std::fs::metadata(path).is_ok_and(|meta| meta.is_file());
        if is_file && let Ok(file) = File::open(path) {
            let _ = file.take(MAX_BYTES).read_to_end(&mut bytes);
        }
        let mut conf = ResolvConf::parse(&String::from_utf8_lossy(&bytes));
        if conf.search.is_empty() {
            conf.search.extend(own_domain());
        }
        conf
    }

    fn parse(text: &str) -> ResolvConf {
        let mut conf = ResolvConf {
            servers: Vec::new(),
            search: Vec::new(),
            ndots: 1,
            timeout: MAX_TIMEOUT,
            tries: MAX_TRIES,
            edns0: false,
        };
        for line in text.lines() {
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("nameserver") => conf.servers.extend(words.next().and_then(server)),
                // The last of `search` and `domain` applies.
                Some("search") => {
                    conf.search = words.filter_map(domain).take(MAX_DOMAINS).collect()
                }
                Some("domain") => conf.search = words.take(1).filter_map(domain).collect(),
                Some("options") => words.for_each(|word| conf.option(word)),
                _ => {}
            }
        }
        conf.servers.truncate(MAX_SERVERS);
        if conf.servers.is_empty() {
            conf.servers.push(SocketAddr::from(([127, 0, 0, 1], PORT)));
        }
        conf
    }

    fn option(&mut self, word: &str) {
        let (name, value) = word.split_once(':').unwrap_or((word, ""));
        match (name, value.parse::<usize>()) {
            ("ndots", Ok(dots)) => self.ndots = dots.min(MAX_NDOTS),
            ("timeout", Ok(seconds)) => {
                self.timeout = Duration::from_secs(seconds.max(1) as u64).min(MAX_TIMEOUT);
            }
            ("attempts", Ok(tries)) => self.tries = tries.clamp(1, MAX_TRIES),
            ("edns0", _) => self.edns0 = true,
            _ => {}
        }
    }
}

fn server(word: &str) -> Option<SocketAddr> {
    Some(SocketAddr::new(word.parse::<IpAddr>().ok()?, PORT))
}

/// Parses a domain of the search list. The root domain is ignored, because it adds nothing to a
/// name.
fn domain(word: &str) -> Option<String> {
    let domain = word.strip_suffix('.').unwrap_or(word);
    super::name::is_host_name(domain).then(|| domain.to_ascii_lowercase())
}

/// Returns the domain of this machine's host name, which is the default search list.
fn own_domain() -> Option<String> {
    let name = nix::unistd::gethostname().ok()?.into_string().ok()?;
    domain(name.split_once('.')?.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords() {
        let conf = ResolvConf::parse(
            "# comment\n; nameserver 192.0.2.9\nnameserver 192.0.2.1\n\
             nameserver\t2001:db8::1\nnameserver nonsense\n\
             domain first.test\nsearch One.test. two_x.test . a..b\n\
             options ndots:5 timeout:1 attempts:9 rotate edns0 ndots:x\n\
             nameserver 192.0.2.2\nnameserver 192.0.2.3",
        );
        let servers: Vec<_> = conf
            .servers
            .iter()
            .map(|server| server.ip().to_string())
            .collect();
        assert_eq!(servers, ["192.0.2.1", "2001:db8::1", "192.0.2.2"]);
        assert_eq!(conf.search, ["one.test", "two_x.test"]);
        assert_eq!(
            (conf.ndots, conf.timeout, conf.tries, conf.edns0),
            (5, Duration::from_secs(1), 2, true)
        );
    }

    #[test]
    fn what_is_missing_or_too_large() {
        let conf = ResolvConf::parse(
            "search a.test\ndomain b.test c.test\noptions ndots:99 timeout:30 attempts:0",
        );
        assert_eq!(conf.servers, [SocketAddr::from(([127, 0, 0, 1], PORT))]);
        assert_eq!(conf.search, ["b.test"]);
        assert_eq!((conf.ndots, conf.timeout, conf.tries), (15, MAX_TIMEOUT, 1));
        assert_eq!(
            ResolvConf::read(Path::new("/dev/zero")).servers,
            conf.servers
        );
    }
}
