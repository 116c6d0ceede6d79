//! Names to addresses: own queries by default, getaddrinfo on request, one address family if wanted.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

use super::flight::Flight;
use super::{Family, Resolver};
use crate::model::{DnsCause, Text};

/// Answers are kept as long as their TTL says, but no longer than this: a monitor must notice a changed record.
const LONGEST_TTL: Duration = Duration::from_secs(30);
const LONGEST_NEGATIVE_TTL: Duration = Duration::from_secs(1);
/// A name server's silence is a `dns` failure before the default limit of an attempt makes a `timeout` of it.
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);

/// Our own resolvers, one for each choice of families, made when first used.
#[derive(Default)]
pub(super) struct Resolvers {
    any: OnceLock<TokioResolver>,
    v4: OnceLock<TokioResolver>,
    v6: OnceLock<TokioResolver>,
}

/// Why there is no address.
#[derive(Debug)]
pub(super) struct LookupError {
    pub(super) host: Text,
    pub(super) cause: DnsCause,
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.cause {
            DnsCause::NoSuchHost => "no such host",
            DnsCause::NoAddress => "no address",
            DnsCause::Timeout => "no answer from the name server",
            DnsCause::Server => "the name server failed",
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
    async fn lookup(&self, host: &str, family: Family, resolver: Resolver) -> Result<Vec<IpAddr>, DnsCause> {
        let mut addresses = match resolver {
            Resolver::Hickory => self.query(host, family).await?,
            Resolver::System => ask_system(host).await?,
        };
        addresses.retain(|address| family.admits(*address));
        if addresses.is_empty() {
            return Err(DnsCause::NoAddress);
        }
        drop_unroutable(&mut addresses);
        Ok(addresses)
    }

    async fn query(&self, host: &str, family: Family) -> Result<Vec<IpAddr>, DnsCause> {
        let resolver = self.of(family)?;
        match resolver.lookup_ip(host).await {
            Ok(found) => Ok(found.iter().collect()),
            Err(NetError::Dns(DnsError::NoRecordsFound(_))) if self.exists(host, family).await => {
                Err(DnsCause::NoAddress)
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) => {
                // The name is there, but has no address at all.
                let named = none.response_code == hickory_resolver::proto::op::ResponseCode::NoError;
                Err(if named { DnsCause::NoAddress } else { DnsCause::NoSuchHost })
            }
            Err(NetError::Timeout) => Err(DnsCause::Timeout),
            Err(_) => Err(DnsCause::Server),
        }
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

    fn of(&self, family: Family) -> Result<&TokioResolver, DnsCause> {
        let (place, strategy) = match family {
            Family::Any => (&self.any, LookupIpStrategy::Ipv6AndIpv4),
            Family::V4 => (&self.v4, LookupIpStrategy::Ipv4Only),
            Family::V6 => (&self.v6, LookupIpStrategy::Ipv6Only),
        };
        if let Some(resolver) = place.get() {
            return Ok(resolver);
        }
        let resolver = build(strategy).map_err(|error| {
            tracing::warn!(%error, "no resolver");
            DnsCause::Server
        })?;
        Ok(place.get_or_init(|| resolver))
    }
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

/// One dialer's hook in reqwest: resolves, and keeps the flight informed.
pub(super) struct Lookup {
    pub(super) resolvers: Arc<Resolvers>,
    pub(super) family: Family,
    pub(super) resolver: Resolver,
    pub(super) flight: Arc<Flight>,
}

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let host = match self.flight.meaning(name.as_str()) {
            Host::Domain(host) => host,
            Host::Ipv4(address) => return Box::pin(std::future::ready(Ok(literal(address.into())))),
            Host::Ipv6(address) => return Box::pin(std::future::ready(Ok(literal(address.into())))),
        };
        let (resolvers, flight) = (Arc::clone(&self.resolvers), Arc::clone(&self.flight));
        let (family, resolver) = (self.family, self.resolver);
        Box::pin(async move {
            flight.resolving();
            match resolvers.lookup(&host, family, resolver).await {
                Ok(addresses) => {
                    flight.resolved(addresses.first().copied());
                    Ok(Box::new(addresses.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
                }
                Err(cause) => {
                    flight.resolved(None);
                    Err(LookupError { host: Text::clean(&host), cause }.into())
                }
            }
        })
    }
}

fn literal(address: IpAddr) -> Addrs {
    Box::new(std::iter::once(SocketAddr::new(address, 0)))
}
