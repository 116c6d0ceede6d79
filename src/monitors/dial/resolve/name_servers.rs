//! Queries to the name servers, in the order of resolv.conf, for each name that the search list
//! makes.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
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
use crate::lock::LockExt;
use crate::model::{LocalLimit, Moment};

/// Maximum time for which an answer is cached, even if its TTL is longer. A monitor must notice a
/// changed record.
const MAX_TTL: Duration = Duration::from_secs(30);
const MAX_NEGATIVE_TTL: Duration = Duration::from_secs(1);
/// Delay before the next name server is asked in parallel.
const NEXT_SERVER_DELAY: Duration = Duration::from_secs(1);
/// Time for which a name server that answered in place of a silent one is asked first.
const PREFERRED_FOR: Duration = Duration::from_secs(60);
/// Time for which addresses of one family wait for those of the other. Later addresses cannot be
/// added (RFC 8305, section 3).
const OTHER_FAMILY_DELAY: Duration = Duration::from_millis(250);

/// Why a query gave no address.
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

/// The name servers of one resolv.conf, each with its own resolver.
pub(super) struct NameServers {
    resolvers: Vec<TokioResolver>,
    search: Vec<String>,
    ndots: usize,
    clock: Clock,
    /// Index of the name server to ask first, and the end of that preference.
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

    /// Tries the names that the search list makes, as the C library does (res_nsearch). A name
    /// without an address or an error of a name server continues the search. Silence ends it,
    /// except that the unmodified name is still tried.
    pub(super) async fn lookup(
        &self,
        host: &str,
        family: Family,
    ) -> Result<Vec<IpAddr>, QueryError> {
        let unmodified = name::relative(host);
        let candidates = name::candidates(host, &self.search, self.ndots);
        let is_first = candidates
            .first()
            .is_some_and(|candidate| candidate == unmodified);
        let mut errors = Vec::new();
        for candidate in candidates {
            let was_silent = errors
                .iter()
                .any(|error| matches!(error, QueryError::Silent | QueryError::Local(_)));
            if was_silent && candidate != unmodified {
                continue;
            }
            match self.addresses(&candidate, family).await {
                Ok(addresses) => return Ok(addresses),
                Err(error) => errors.push(error),
            }
        }
        Err(match errors.first() {
            // A definite answer for the unmodified name outweighs the search list.
            Some(error @ (QueryError::NoSuchHost | QueryError::NoAddress)) if is_first => *error,
            _ => worst(&errors),
        })
    }

    /// Queries the addresses of one name.
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

    /// Asks one name server after another. The first answer with an address, or that there is none,
    /// decides.
    async fn query(&self, name: &str, kind: RecordType) -> Result<Vec<IpAddr>, QueryError> {
        let count = self.resolvers.len();
        let first = self.first();
        let mut waiting = (0..count).map(|number| (first + number) % count);
        let mut pending = FuturesUnordered::new();
        let mut errors = Vec::new();
        loop {
            if let Some(number) = waiting.next() {
                pending.push(self.ask(number, name, kind));
            }
            let next = tokio::time::timeout(NEXT_SERVER_DELAY, pending.next());
            match next.await {
                Ok(Some((number, Ok(addresses)))) => {
                    self.prefer(number, first);
                    return Ok(addresses);
                }
                Ok(Some((
                    number,
                    Err(error @ (QueryError::NoSuchHost | QueryError::NoAddress)),
                ))) => {
                    self.prefer(number, first);
                    return Err(error);
                }
                Ok(Some((_, Err(error)))) => errors.push(error),
                Ok(None) => return Err(worst(&errors)),
                Err(_) => {}
            }
        }
    }

    /// Asks one name server. Returns its number with the result.
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
            Err(error) => Err(query_error(&error)),
        };
        (number, answer)
    }

    /// Returns the number of the name server to ask first.
    fn first(&self) -> usize {
        let (number, until) = *self.preferred.lock().ignore_poison();
        if self.clock.now() < until { number } else { 0 }
    }

    /// Prefers the name server `number`, which answered although `first` was asked earlier.
    fn prefer(&self, number: usize, first: usize) {
        if number != first {
            let until = self.clock.now().plus(PREFERRED_FOR);
            *self.preferred.lock().ignore_poison() = (number, until);
        }
    }
}

/// Combines the results of two queries for one name.
async fn both(
    one: impl Future<Output = Result<Vec<IpAddr>, QueryError>>,
    other: impl Future<Output = Result<Vec<IpAddr>, QueryError>>,
) -> Result<Vec<IpAddr>, QueryError> {
    tokio::pin!(one, other);
    let (first, second, is_swapped) = tokio::select! {
        first = &mut one => {
            let limit = second_query_limit(&first);
            (first, tokio::time::timeout(limit, other).await, false)
        }
        first = &mut other => {
            let limit = second_query_limit(&first);
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

/// Returns how long to wait for the second query. After a failure there is no limit, because every
/// query has its own time-out.
const fn second_query_limit(first: &Result<Vec<IpAddr>, QueryError>) -> Duration {
    match first {
        Ok(_) => OTHER_FAMILY_DELAY,
        Err(_) => Duration::MAX,
    }
}

/// Returns the error that outweighs the others. While one query has no definite answer, nothing is
/// known of the name.
fn worst(errors: &[QueryError]) -> QueryError {
    let order = |error: &&QueryError| match error {
        QueryError::NoSuchHost => 0,
        QueryError::NoAddress => 1,
        QueryError::Server => 2,
        QueryError::Silent => 3,
        QueryError::Local(_) => 4,
    };
    errors
        .iter()
        .max_by_key(order)
        .copied()
        .unwrap_or(QueryError::NoSuchHost)
}

/// Classifies an error of hickory.
fn query_error(error: &NetError) -> QueryError {
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
    options.positive_max_ttl = Some(MAX_TTL);
    options.negative_max_ttl = Some(MAX_NEGATIVE_TTL);
    options
}
