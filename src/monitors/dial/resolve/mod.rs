//! Resolves names to addresses as the system's own tools do: the hosts file first, then the name
//! servers.

mod cached_file;
mod hook;
mod hosts;
mod name;
mod name_servers;
mod order;
mod resolv_conf;
mod server_check;
mod system;

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(super) use hook::LookupHook;
pub use name::is_host_name;

use super::{Family, ResolverKind};
use crate::clock::Clock;
use crate::lock::LockExt;
use crate::model::{DnsCause, Failure, LocalLimit, Moment, Text};
use cached_file::CachedFile;
use hosts::Hosts;
use name_servers::{NameServers, QueryError};
use resolv_conf::ResolvConf;
use server_check::{NameServerCheck, NameServerStatus};

/// Maximum time for all queries for one name. Together with the name server check it fits into the
/// default time limit of an attempt.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(6);
/// Delay after which the name server check runs in parallel with a lookup. An attempt with a short
/// time limit then still learns whether the name servers are silent.
const CHECK_DELAY: Duration = Duration::from_millis(300);

/// Resolver state from the system's files. Changed files are read again, as in the C library: a
/// laptop moves between networks while hbmon runs.
pub(super) struct Resolvers {
    clock: Clock,
    hosts: Mutex<CachedFile<Hosts>>,
    name_service: Mutex<CachedFile<NameService>>,
}

/// The name servers of one resolv.conf, and the check of whether they answer.
struct NameService {
    servers: NameServers,
    check: Arc<NameServerCheck>,
}

/// The error of a lookup that found no address.
#[derive(Debug)]
pub(super) struct LookupError {
    pub(super) host: Text,
    pub(super) why: LookupCause,
}

/// Cause of a failed lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LookupCause {
    /// The name or its name server.
    Dns(DnsCause),
    /// A limit of this machine.
    Local(LocalLimit),
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.why {
            LookupCause::Dns(DnsCause::NoSuchHost) => "no such host",
            LookupCause::Dns(DnsCause::NoAddress) => "no address",
            LookupCause::Dns(DnsCause::Timeout) => "no answer from the name server",
            LookupCause::Dns(DnsCause::Server) => "the name server failed",
            LookupCause::Local(_) => "no lookup possible",
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

impl Default for Resolvers {
    fn default() -> Resolvers {
        Resolvers::from_files(
            PathBuf::from("/etc/hosts"),
            PathBuf::from("/etc/resolv.conf"),
        )
    }
}

impl Resolvers {
    pub(super) fn from_files(hosts: PathBuf, resolv_conf: PathBuf) -> Resolvers {
        Resolvers {
            clock: Clock::start(),
            hosts: Mutex::new(CachedFile::new(hosts)),
            name_service: Mutex::new(CachedFile::new(resolv_conf)),
        }
    }

    /// Returns at least one address, as getaddrinfo finds them.
    pub(super) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Failure> {
        let found = self.lookup(host, Family::Any, ResolverKind::System, |_| ());
        found.await.map_err(|why| match why {
            LookupCause::Dns(cause) => Failure::Dns {
                host: Text::clean(host),
                cause,
            },
            LookupCause::Local(limit) => Failure::Local { limit },
        })
    }

    /// Returns at least one address of the family, in the order in which to try them. While the
    /// lookup runs, `suspect` is called with the local limit that seems to block it.
    async fn lookup(
        &self,
        host: &str,
        family: Family,
        resolver: ResolverKind,
        suspect: impl Fn(LocalLimit),
    ) -> Result<Vec<IpAddr>, LookupCause> {
        if !is_host_name(host) {
            return Err(LookupCause::Dns(DnsCause::NoSuchHost));
        }
        let mut addresses = match (resolver, self.without_network(host, resolver)) {
            (_, Some(addresses)) => addresses,
            (ResolverKind::Hickory, None) => {
                let network = self.network();
                network
                    .checked_lookup(
                        network.servers.lookup(host, family),
                        self.clock.now(),
                        suspect,
                    )
                    .await?
            }
            (ResolverKind::System, None) => {
                self.network()
                    .checked_lookup(system::lookup(host), self.clock.now(), suspect)
                    .await?
            }
        };
        addresses.retain(|address| family.admits(*address));
        if addresses.is_empty() {
            return Err(LookupCause::Dns(DnsCause::NoAddress));
        }
        Ok(order::dial_order(addresses))
    }

    /// Returns the addresses that are known without a query, of all families, IPv6 first. With
    /// `ResolverKind::System` getaddrinfo does this itself.
    fn without_network(&self, host: &str, resolver: ResolverKind) -> Option<Vec<IpAddr>> {
        if resolver == ResolverKind::System {
            return None;
        }
        if let Some(addresses) = self.hosts().addresses(host) {
            let mut addresses = addresses.to_vec();
            addresses.sort_by_key(IpAddr::is_ipv4);
            return Some(addresses);
        }
        name::is_localhost(host)
            .then(|| vec![Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()])
    }

    fn hosts(&self) -> Arc<Hosts> {
        // No code panics while it holds the lock, so a poisoned lock is still consistent.
        self.hosts.lock().ignore_poison().get(Hosts::read)
    }

    fn network(&self) -> Arc<NameService> {
        let read = |path: &Path| NameService::new(&ResolvConf::read(path), &self.clock);
        self.name_service.lock().ignore_poison().get(read)
    }
}

impl NameService {
    fn new(resolv_conf: &ResolvConf, clock: &Clock) -> NameService {
        NameService {
            servers: NameServers::new(resolv_conf, clock.clone()),
            check: NameServerCheck::new(resolv_conf.servers.clone(), clock.clone()),
        }
    }

    /// Returns the result of a lookup that began at `begun`. If the name servers may be the cause
    /// of a failure, the name server check decides.
    async fn checked_lookup(
        &self,
        lookup: impl Future<Output = Result<Vec<IpAddr>, QueryError>>,
        begun: Moment,
        suspect: impl Fn(LocalLimit),
    ) -> Result<Vec<IpAddr>, LookupCause> {
        let lookup = tokio::time::timeout(LOOKUP_TIMEOUT, lookup);
        tokio::pin!(lookup);
        let early_check = async {
            tokio::time::sleep(CHECK_DELAY).await;
            if let NameServerStatus::Silent(limit) = self.check.status(begun).await {
                suspect(limit);
            }
        };
        let found = tokio::select! {
            biased;
            found = &mut lookup => found,
            () = early_check => lookup.await,
        };
        let cause = match found.unwrap_or(Err(QueryError::Silent)) {
            Ok(addresses) => return Ok(addresses),
            Err(QueryError::NoSuchHost) => return Err(LookupCause::Dns(DnsCause::NoSuchHost)),
            Err(QueryError::NoAddress) => return Err(LookupCause::Dns(DnsCause::NoAddress)),
            Err(QueryError::Local(limit)) => return Err(LookupCause::Local(limit)),
            Err(QueryError::Server) => DnsCause::Server,
            Err(QueryError::Silent) => DnsCause::Timeout,
        };
        Err(match self.check.status(Moment::START).await {
            NameServerStatus::Silent(limit) => LookupCause::Local(limit),
            NameServerStatus::Answers => LookupCause::Dns(cause),
        })
    }
}

#[cfg(test)]
mod tests;
