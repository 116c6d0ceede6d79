//! Names to addresses: own queries by default, getaddrinfo on request, one address family if wanted.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

use super::flight;
use super::{Family, Resolver, cause};
use crate::model::{DnsCause, Lack, Text};

/// Answers are kept as long as their TTL says, but no longer than this: a monitor must notice a changed record.
const LONGEST_TTL: Duration = Duration::from_secs(30);
const LONGEST_NEGATIVE_TTL: Duration = Duration::from_secs(1);
/// A name server's silence is a `dns` failure before the default limit of an attempt makes a `timeout` of it.
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);

/// Our own resolvers, made when first used, and made anew when the system's files change, as the C library does: a
/// laptop moves between networks while hbmon runs.
#[derive(Default)]
pub(super) struct Resolvers {
    generation: Mutex<Generation>,
    unanswered: Unanswered,
}

/// One resolver for each choice of families, and the age of the files that they were made from.
#[derive(Default)]
struct Generation {
    files: [Option<SystemTime>; 2],
    any: Option<TokioResolver>,
    v4: Option<TokioResolver>,
    v6: Option<TokioResolver>,
}

/// Why there is no address.
#[derive(Debug)]
pub(super) struct LookupError {
    pub(super) host: Text,
    pub(super) why: NoAnswer,
}

/// Whose fault that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// The name's.
    Dns(DnsCause),
    /// This machine's.
    Lack(Lack),
}

/// Whose lookups no name server answered since one last answered any: a second name is one too many to be the names'
/// own fault.
#[derive(Debug, Default)]
struct Unanswered(Mutex<Silent>);

#[derive(Debug, Default)]
enum Silent {
    #[default]
    Nobody,
    About(String),
    AboutAll,
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.why {
            NoAnswer::Dns(DnsCause::NoSuchHost) => "no such host",
            NoAnswer::Dns(DnsCause::NoAddress) => "no address",
            NoAnswer::Dns(DnsCause::Timeout) => "no answer from the name server",
            NoAnswer::Dns(DnsCause::Server) => "the name server failed",
            NoAnswer::Lack(_) => "no lookup possible",
        };
        write!(f, "{what}: {}", self.host)
    }
}

impl Error for LookupError {}

impl Family {
    pub(super) fn admits(self, address: IpAddr) -> bool {
        match self {
            Family::Any => true,
            Family::V4 => address.is_ipv4(),
            Family::V6 => address.is_ipv6(),
        }
    }
}

impl Resolvers {
    /// At least one address of the family, those without a route left out where there are others.
    async fn lookup(&self, host: &str, family: Family, resolver: Resolver) -> Result<Vec<IpAddr>, NoAnswer> {
        let mut addresses = match resolver {
            Resolver::Hickory => self.query(host, family).await?,
            Resolver::System => ask_system(host).await.map_err(NoAnswer::Dns)?,
        };
        addresses.retain(|address| family.admits(*address));
        if addresses.is_empty() {
            return Err(NoAnswer::Dns(DnsCause::NoAddress));
        }
        drop_unroutable(&mut addresses);
        Ok(addresses)
    }

    async fn query(&self, host: &str, family: Family) -> Result<Vec<IpAddr>, NoAnswer> {
        let resolver = self.of(family).map_err(NoAnswer::Dns)?;
        let cause = match resolver.lookup_ip(host).await {
            Ok(found) => {
                self.unanswered.answered();
                return Ok(found.iter().collect());
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(_))) if self.exists(host, family).await => DnsCause::NoAddress,
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) => {
                // The name is there, but has no address at all.
                let named = none.response_code == hickory_resolver::proto::op::ResponseCode::NoError;
                if named { DnsCause::NoAddress } else { DnsCause::NoSuchHost }
            }
            Err(NetError::Timeout) => return Err(self.unanswered.again(host)),
            Err(NetError::Io(error)) => return Err(NoAnswer::Lack(cause::lack(&error).unwrap_or(Lack::NameServer))),
            Err(NetError::NoConnections) => return Err(NoAnswer::Lack(Lack::NameServer)),
            Err(_) => DnsCause::Server,
        };
        self.unanswered.answered();
        Err(NoAnswer::Dns(cause))
    }

    /// Whether a name without an address of one family has one of the other; the hosts file and `localhost` know
    /// names that no name server does.
    async fn exists(&self, host: &str, family: Family) -> bool {
        match family {
            Family::Any => false,
            Family::V4 | Family::V6 => match self.of(Family::Any) {
                Ok(resolver) => resolver.lookup_ip(host).await.is_ok(),
                Err(_) => false,
            },
        }
    }

    fn of(&self, family: Family) -> Result<TokioResolver, DnsCause> {
        let files = stamps();
        // Nothing panics while it holds the lock; a poisoned one is as good as any.
        let mut generation = self.generation.lock().unwrap_or_else(PoisonError::into_inner);
        if generation.files != files {
            *generation = Generation { files, ..Generation::default() };
        }
        let (place, strategy) = match family {
            Family::Any => (&mut generation.any, LookupIpStrategy::Ipv6AndIpv4),
            Family::V4 => (&mut generation.v4, LookupIpStrategy::Ipv4Only),
            Family::V6 => (&mut generation.v6, LookupIpStrategy::Ipv6Only),
        };
        if let Some(resolver) = place {
            return Ok(resolver.clone());
        }
        let resolver = build(strategy).map_err(|error| {
            tracing::warn!(%error, "no resolver");
            DnsCause::Server
        })?;
        Ok(place.insert(resolver).clone())
    }
}

impl Unanswered {
    fn answered(&self) {
        *self.silent() = Silent::Nobody;
    }

    /// A lookup of this name got no answer.
    fn again(&self, host: &str) -> NoAnswer {
        let mut silent = self.silent();
        let more = match &*silent {
            Silent::Nobody => Silent::About(host.to_owned()),
            Silent::About(name) if name.eq_ignore_ascii_case(host) => return NoAnswer::Dns(DnsCause::Timeout),
            Silent::About(_) | Silent::AboutAll => Silent::AboutAll,
        };
        *silent = more;
        match &*silent {
            Silent::AboutAll => NoAnswer::Lack(Lack::NameServer),
            Silent::Nobody | Silent::About(_) => NoAnswer::Dns(DnsCause::Timeout),
        }
    }

    fn silent(&self) -> MutexGuard<'_, Silent> {
        // As above.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When the files that a resolver is made from last changed.
fn stamps() -> [Option<SystemTime>; 2] {
    ["/etc/resolv.conf", "/etc/hosts"].map(|path| std::fs::metadata(path).ok()?.modified().ok())
}

fn build(strategy: LookupIpStrategy) -> Result<TokioResolver, NetError> {
    let mut builder = TokioResolver::builder_tokio().unwrap_or_else(|error| {
        // As the C library does (resolv.conf(5)): the name server of this machine.
        tracing::debug!(%error, "no usable resolv.conf: asking 127.0.0.1");
        let local = NameServerConfig::udp_and_tcp(IpAddr::from([127, 0, 0, 1]));
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![local]);
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
    });
    tune(builder.options_mut(), strategy);
    builder.build()
}

fn tune(options: &mut ResolverOpts, strategy: LookupIpStrategy) {
    options.ip_strategy = strategy;
    options.timeout = options.timeout.min(QUERY_TIMEOUT);
    options.positive_max_ttl = Some(LONGEST_TTL);
    options.negative_max_ttl = Some(LONGEST_NEGATIVE_TTL);
}

async fn ask_system(host: &str) -> Result<Vec<IpAddr>, DnsCause> {
    match tokio::net::lookup_host((host, 0)).await {
        Ok(found) => Ok(found.map(|address| address.ip()).collect()),
        Err(error) => Err(system_cause(&error)),
    }
}

/// std keeps only getaddrinfo's sentence (gai_strerror); what it says of a missing name differs by system.
fn system_cause(error: &io::Error) -> DnsCause {
    let sentence = error.to_string();
    if sentence.contains("No address associated") {
        DnsCause::NoAddress
    } else if sentence.contains("Temporary failure") || sentence.contains("Non-recoverable") {
        DnsCause::Server
    } else {
        DnsCause::NoSuchHost
    }
}

/// Happy eyeballs waits 300 ms before it tries the second family, even where the first has no route at all: on a
/// machine without IPv6 that would be part of every latency (RFC 6724, section 6, rule 1).
fn drop_unroutable(addresses: &mut Vec<IpAddr>) {
    let has_both = addresses.iter().any(IpAddr::is_ipv4) && addresses.iter().any(IpAddr::is_ipv6);
    if has_both && addresses.iter().any(|address| has_route(*address)) {
        addresses.retain(|address| has_route(*address));
    }
}

/// Connecting a datagram socket sends nothing, it only looks for a route.
fn has_route(address: IpAddr) -> bool {
    let local = if address.is_ipv4() { IpAddr::from([0u8; 4]) } else { IpAddr::from([0u8; 16]) };
    UdpSocket::bind((local, 0)).and_then(|socket| socket.connect((address, 9))).is_ok()
}

/// One client's hook in reqwest: resolves, and keeps the flight informed.
pub(super) struct Lookup {
    pub(super) resolvers: Arc<Resolvers>,
    pub(super) family: Family,
    pub(super) resolver: Resolver,
}

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let flight = flight::current();
        let meant = match &flight {
            Some(flight) => flight.meaning(name.as_str()),
            None => Host::Domain(name.as_str().to_owned()),
        };
        let host = match meant {
            Host::Domain(host) => host,
            Host::Ipv4(address) => return Box::pin(std::future::ready(Ok(literal(address.into())))),
            Host::Ipv6(address) => return Box::pin(std::future::ready(Ok(literal(address.into())))),
        };
        let resolvers = Arc::clone(&self.resolvers);
        let (family, resolver) = (self.family, self.resolver);
        Box::pin(async move {
            if let Some(flight) = &flight {
                flight.resolving();
            }
            match resolvers.lookup(&host, family, resolver).await {
                Ok(addresses) => {
                    if let Some(flight) = &flight {
                        flight.resolved(&addresses);
                    }
                    Ok(Box::new(addresses.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
                }
                Err(why) => {
                    if let Some(flight) = &flight {
                        flight.resolved(&[]);
                    }
                    Err(LookupError { host: Text::clean(&host), why }.into())
                }
            }
        })
    }
}

fn literal(address: IpAddr) -> Addrs {
    Box::new(std::iter::once(SocketAddr::new(address, 0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::UdpSocket as Socket;

    /// Resolvers that ask a name server which knows `four.test` (A), `both.test` (A and AAAA), `bare.test` (neither),
    /// fails for `broken.test`, is silent about `silent.test`, and denies every other name.
    async fn resolvers() -> Resolvers {
        let socket = Socket::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        tokio::spawn(async move {
            let mut query = [0; 512];
            while let Ok((_, from)) = socket.recv_from(&mut query).await {
                if let Some(answer) = answer(&query) {
                    socket.send_to(&answer, from).await.unwrap();
                }
            }
        });
        let build = |strategy| {
            let mut server = NameServerConfig::udp(IpAddr::from([127, 0, 0, 1]));
            server.connections[0].port = port;
            let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
            let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
            tune(builder.options_mut(), strategy);
            builder.options_mut().timeout = Duration::from_secs(1);
            Some(builder.build().unwrap())
        };
        let generation = Mutex::new(Generation {
            files: stamps(),
            any: build(LookupIpStrategy::Ipv6AndIpv4),
            v4: build(LookupIpStrategy::Ipv4Only),
            v6: build(LookupIpStrategy::Ipv6Only),
        });
        Resolvers { generation, unanswered: Unanswered::default() }
    }

    /// A response on the wire (RFC 1035, section 4.1).
    fn answer(query: &[u8]) -> Option<Vec<u8>> {
        let name_end = 12 + query[12..].iter().position(|byte| *byte == 0).unwrap() + 1;
        let name = String::from_utf8_lossy(&query[13..12 + usize::from(query[12]) + 1]).into_owned();
        let is_aaaa = query[name_end + 1] == 28;
        let (code, address): (u8, Option<Vec<u8>>) = match (name.as_str(), is_aaaa) {
            ("four" | "both", false) => (0, Some(vec![127, 0, 0, 1])),
            ("both", true) => (0, Some(std::net::Ipv6Addr::LOCALHOST.octets().to_vec())),
            ("four" | "bare", _) => (0, None),
            ("broken", _) => (2, None),
            ("silent", _) => return None,
            _ => (3, None),
        };
        let mut answer = vec![query[0], query[1], 0x81, 0x80 | code, 0, 1, 0, u8::from(address.is_some()), 0, 0, 0, 0];
        answer.extend(&query[12..name_end + 4]);
        if let Some(address) = address {
            answer.extend([0xc0, 12, 0, if is_aaaa { 28 } else { 1 }, 0, 1, 0, 0, 0, 60, 0, address.len() as u8]);
            answer.extend(address);
        }
        Some(answer)
    }

    #[tokio::test]
    async fn names_families_and_faults() {
        let resolvers = resolvers().await;
        let four = IpAddr::from([127, 0, 0, 1]);
        let six = IpAddr::from(std::net::Ipv6Addr::LOCALHOST);
        for (name, family, wanted) in [
            ("four.test", Family::Any, Ok(vec![four])),
            ("four.test", Family::V4, Ok(vec![four])),
            ("four.test", Family::V6, Err(DnsCause::NoAddress)),
            ("both.test", Family::V4, Ok(vec![four])),
            ("both.test", Family::V6, Ok(vec![six])),
            ("bare.test", Family::Any, Err(DnsCause::NoAddress)),
            ("bare.test", Family::V4, Err(DnsCause::NoAddress)),
            ("none.test", Family::Any, Err(DnsCause::NoSuchHost)),
            ("none.test", Family::V6, Err(DnsCause::NoSuchHost)),
            ("broken.test", Family::Any, Err(DnsCause::Server)),
            ("silent.test", Family::Any, Err(DnsCause::Timeout)),
            ("nowhere.invalid", Family::Any, Err(DnsCause::NoSuchHost)),
        ] {
            let found = resolvers.lookup(name, family, Resolver::Hickory).await;
            assert_eq!(found, wanted.map_err(NoAnswer::Dns), "{name} {family:?}");
        }
        // Which of the two is routable depends on the machine.
        let both = resolvers.lookup("both.test", Family::Any, Resolver::Hickory).await.unwrap();
        assert!(both.contains(&four) || both.contains(&six));
    }

    #[test]
    fn a_second_name_without_an_answer_is_not_the_names_fault() {
        let unanswered = Unanswered::default();
        let (name, machine) = (NoAnswer::Dns(DnsCause::Timeout), NoAnswer::Lack(Lack::NameServer));
        assert_eq!(
            ["a.test", "A.test", "b.test", "a.test"].map(|host| unanswered.again(host)),
            [name, name, machine, machine]
        );
        unanswered.answered();
        assert_eq!(["b.test", "a.test"].map(|host| unanswered.again(host)), [name, machine]);
    }

    #[tokio::test]
    async fn localhost_needs_no_name_server() {
        let resolvers = resolvers().await;
        for resolver in [Resolver::Hickory, Resolver::System] {
            let found = resolvers.lookup("localhost", Family::V4, resolver).await.unwrap();
            assert!(found.iter().all(|address| address.is_loopback() && address.is_ipv4()), "{found:?}");
        }
    }

    #[test]
    fn sentences_of_getaddrinfo() {
        let cause = |sentence: &str| system_cause(&io::Error::other(sentence.to_owned()));
        assert_eq!(cause("failed to lookup address information: Name or service not known"), DnsCause::NoSuchHost);
        assert_eq!(
            cause("failed to lookup address information: No address associated with hostname"),
            DnsCause::NoAddress
        );
        assert_eq!(
            cause("failed to lookup address information: Temporary failure in name resolution"),
            DnsCause::Server
        );
    }
}
