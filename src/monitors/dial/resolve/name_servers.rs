//! Questions to name servers: in the order of resolv.conf, each for the names that the search list
//! makes.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::RecordType;

use super::super::{Family, cause};
use super::name;
use super::resolv_conf::ResolvConf;
use crate::clock::Clock;
use crate::model::{LocalLimit, Moment};

/// Answers are kept as long as their TTL says, but no longer than this: a monitor must notice a
/// changed record.
const LONGEST_TTL: Duration = Duration::from_secs(30);
const LONGEST_NEGATIVE_TTL: Duration = Duration::from_secs(1);
/// The next name server is asked too when the one before has not answered for so long.
const HEAD_START: Duration = Duration::from_secs(1);
/// A name server that answered in place of a silent one is asked first for so long.
const PREFERRED_FOR: Duration = Duration::from_secs(60);
/// How long addresses of one family wait for those of the other, which cannot be added later (RFC
/// 8305, section 3).
const OTHER_FAMILY: Duration = Duration::from_millis(250);

/// Why there is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QueryError {
    NoSuchHost,
    /// The name exists, but has no address of the wanted family.
    NoAddress,
    /// The name server answered with an error.
    Server,
    /// No name server answered.
    Silent,
    Local(LocalLimit),
}

pub(super) struct NameServers {
    resolvers: Vec<TokioResolver>,
    search: Vec<String>,
    ndots: usize,
    clock: Clock,
    /// The one to ask first, and until when.
    preferred: Mutex<(usize, Moment)>,
}

impl NameServers {
    pub(super) fn new(conf: &ResolvConf, clock: Clock) -> NameServers {
        let resolvers = conf.servers.iter().filter_map(|server| {
            resolver(*server, conf)
                .inspect_err(|error| tracing::warn!(%error, %server, "no resolver"))
                .ok()
        });
        NameServers {
            resolvers: resolvers.collect(),
            search: conf.search.clone(),
            ndots: conf.ndots,
            clock,
            preferred: Mutex::new((0, Moment::START)),
        }
    }

    /// Tries the names that the search list makes, as the C library does (res_nsearch): a name
    /// without an address and a name server's error let it go on; silence ends the search, but for
    /// the name as it is.
    pub(super) async fn lookup(
        &self,
        host: &str,
        family: Family,
    ) -> Result<Vec<IpAddr>, QueryError> {
        let as_it_is = name::relative(host);
        let candidates = name::candidates(host, &self.search, self.ndots);
        let is_first = candidates
            .first()
            .is_some_and(|candidate| candidate == as_it_is);
        let mut misses = Vec::new();
        for candidate in candidates {
            let is_over = misses
                .iter()
                .any(|miss| matches!(miss, QueryError::Silent | QueryError::Local(_)));
            if is_over && candidate != as_it_is {
                continue;
            }
            match self.addresses(&candidate, family).await {
                Ok(addresses) => return Ok(addresses),
                Err(miss) => misses.push(miss),
            }
        }
        Err(match misses.first() {
            // What the name itself is, no search list changes.
            Some(miss @ (QueryError::NoSuchHost | QueryError::NoAddress)) if is_first => *miss,
            _ => worst(&misses),
        })
    }

    async fn addresses(&self, name: &str, family: Family) -> Result<Vec<IpAddr>, QueryError> {
        match family {
            Family::V4 => self.query(name, RecordType::A).await,
            Family::V6 => self.query(name, RecordType::AAAA).await,
            Family::Any => {
                both(
                    self.query(name, RecordType::AAAA),
                    self.query(name, RecordType::A),
                )
                .await
            }
        }
    }

    /// Asks one name server after the other; the first that knows, or knows that there is none,
    /// decides.
    async fn query(&self, name: &str, kind: RecordType) -> Result<Vec<IpAddr>, QueryError> {
        let count = self.resolvers.len();
        let first = self.first();
        let mut waiting = (0..count).map(|number| (first + number) % count);
        let mut asked = FuturesUnordered::new();
        let mut misses = Vec::new();
        loop {
            if let Some(number) = waiting.next() {
                asked.push(self.ask(number, name, kind));
            }
            let next = tokio::time::timeout(HEAD_START, asked.next());
            match next.await {
                Ok(Some((number, Ok(addresses)))) => {
                    self.prefer(number, first);
                    return Ok(addresses);
                }
                Ok(Some((
                    number,
                    Err(miss @ (QueryError::NoSuchHost | QueryError::NoAddress)),
                ))) => {
                    self.prefer(number, first);
                    return Err(miss);
                }
                Ok(Some((_, Err(miss)))) => misses.push(miss),
                Ok(None) => return Err(worst(&misses)),
                Err(_) => {}
            }
        }
    }

    async fn ask(
        &self,
        number: usize,
        name: &str,
        kind: RecordType,
    ) -> (usize, Result<Vec<IpAddr>, QueryError>) {
        let Some((resolver, name)) = self.resolvers.get(number).zip(name::absolute(name)) else {
            return (number, Err(QueryError::NoSuchHost));
        };
        let answer = match resolver.lookup(name, kind).await {
            Ok(found) => {
                let addresses: Vec<_> = found
                    .answers()
                    .iter()
                    .filter_map(|record| record.data.ip_addr())
                    .collect();
                if addresses.is_empty() {
                    Err(QueryError::NoAddress)
                } else {
                    Ok(addresses)
                }
            }
            Err(error) => Err(miss(&error)),
        };
        (number, answer)
    }

    fn first(&self) -> usize {
        let (number, until) = *self
            .preferred
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if self.clock.now() < until { number } else { 0 }
    }

    /// The name server of this number answered, while `first` was asked before all others.
    fn prefer(&self, number: usize, first: usize) {
        if number != first {
            let until = self.clock.now().plus(PREFERRED_FOR);
            *self
                .preferred
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = (number, until);
        }
    }
}

/// What two queries for one name know together.
async fn both(
    one: impl Future<Output = Result<Vec<IpAddr>, QueryError>>,
    other: impl Future<Output = Result<Vec<IpAddr>, QueryError>>,
) -> Result<Vec<IpAddr>, QueryError> {
    tokio::pin!(one, other);
    let (first, second, is_swapped) = tokio::select! {
        first = &mut one => {
            let limit = limit(&first);
            (first, tokio::time::timeout(limit, other).await, false)
        }
        first = &mut other => {
            let limit = limit(&first);
            (first, tokio::time::timeout(limit, one).await, true)
        }
    };
    match (first, second.unwrap_or(Err(QueryError::Silent))) {
        (Ok(first), Ok(second)) if is_swapped => Ok([second, first].concat()),
        (Ok(first), Ok(second)) => Ok([first, second].concat()),
        (Ok(addresses), Err(_)) | (Err(_), Ok(addresses)) => Ok(addresses),
        (Err(first), Err(second)) => Err(worst(&[first, second])),
    }
}

/// A query ends by itself; one that is not needed is not waited for.
const fn limit(first: &Result<Vec<IpAddr>, QueryError>) -> Duration {
    match first {
        Ok(_) => OTHER_FAMILY,
        Err(_) => Duration::MAX,
    }
}

/// What all the misses say together: as long as one question is open, nothing is known of the name.
fn worst(misses: &[QueryError]) -> QueryError {
    let order = |miss: &&QueryError| match miss {
        QueryError::NoSuchHost => 0,
        QueryError::NoAddress => 1,
        QueryError::Server => 2,
        QueryError::Silent => 3,
        QueryError::Local(_) => 4,
    };
    misses
        .iter()
        .max_by_key(order)
        .copied()
        .unwrap_or(QueryError::NoSuchHost)
}

fn miss(error: &NetError) -> QueryError {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain => QueryError::NoSuchHost,
            ResponseCode::NoError => QueryError::NoAddress,
            _ => QueryError::Server,
        },
        NetError::Io(error) => {
            cause::local_limit(error).map_or(QueryError::Silent, QueryError::Local)
        }
        NetError::Timeout | NetError::NoConnections | NetError::Busy => QueryError::Silent,
        _ => QueryError::Server,
    }
}

fn resolver(server: SocketAddr, conf: &ResolvConf) -> Result<TokioResolver, NetError> {
    let mut config = NameServerConfig::udp_and_tcp(server.ip());
    for connection in &mut config.connections {
        connection.port = server.port();
    }
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![config]);
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    *builder.options_mut() = options(conf);
    builder.build()
}

fn options(conf: &ResolvConf) -> ResolverOpts {
    let mut options = ResolverOpts::default();
    options.timeout = conf.timeout;
    options.attempts = conf.tries.saturating_sub(1);
    options.edns0 = conf.edns0;
    options.use_hosts_file = ResolveHosts::Never;
    options.positive_max_ttl = Some(LONGEST_TTL);
    options.negative_max_ttl = Some(LONGEST_NEGATIVE_TTL);
    options
}
