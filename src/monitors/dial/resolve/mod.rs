//! Names to addresses, as the system's own tools find them: the hosts file first, then the name
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
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(super) use hook::LookupHook;
pub use name::is_host_name;

use super::{Family, ResolverKind};
use crate::clock::Clock;
use crate::model::{DnsCause, LocalLimit, Moment, Text};
use cached_file::CachedFile;
use hosts::Hosts;
use name_servers::{NameServers, QueryError};
use resolv_conf::ResolvConf;
use server_check::{NameServerCheck, NameServerStatus};

/// All questions for one name; with the control question it fits into the default limit of an
/// attempt.
const LONGEST_LOOKUP: Duration = Duration::from_secs(6);
/// The control question is asked beside a lookup that has no answer for so long: a short limit of
/// an attempt shall not end it before it is known who is silent.
const PATIENCE: Duration = Duration::from_millis(300);

/// What is known of the system's files. They are read again when they change, as the C library
/// does: a laptop moves between networks while hbmon runs.
pub(super) struct Resolvers {
    clock: Clock,
    hosts: Mutex<CachedFile<Hosts>>,
    name_service: Mutex<CachedFile<NameService>>,
}

/// The name servers of one resolv.conf.
struct NameService {
    servers: NameServers,
    check: Arc<NameServerCheck>,
}

/// Why there is no address.
#[derive(Debug)]
pub(super) struct LookupError {
    pub(super) host: Text,
    pub(super) why: LookupCause,
}

/// Whose fault that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LookupCause {
    /// The name's.
    Dns(DnsCause),
    /// This machine's.
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
    pub(super) fn from_files(hosts: PathBuf, conf: PathBuf) -> Resolvers {
        Resolvers {
            clock: Clock::start(),
            hosts: Mutex::new(CachedFile::new(hosts)),
            name_service: Mutex::new(CachedFile::new(conf)),
        }
    }

    /// At least one address of the family, in the order in which they are tried. Tells `suspect`
    /// what this machine seems to lack while the lookup still goes on.
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
                    .judged(
                        network.servers.lookup(host, family),
                        self.clock.now(),
                        suspect,
                    )
                    .await?
            }
            (ResolverKind::System, None) => {
                self.network()
                    .judged(system::lookup(host), self.clock.now(), suspect)
                    .await?
            }
        };
        addresses.retain(|address| family.admits(*address));
        if addresses.is_empty() {
            return Err(LookupCause::Dns(DnsCause::NoAddress));
        }
        Ok(order::dial_order(addresses))
    }

    /// What is known without a question to anybody, of all families, IPv6 first. The C library
    /// looks for itself.
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
        // Nothing panics while it holds the lock; a poisoned one is as good as any. As below.
        self.hosts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(Hosts::read)
    }

    fn network(&self) -> Arc<NameService> {
        let read = |path: &Path| NameService::new(&ResolvConf::read(path), &self.clock);
        self.name_service
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(read)
    }
}

impl NameService {
    fn new(conf: &ResolvConf, clock: &Clock) -> NameService {
        NameService {
            servers: NameServers::new(conf, clock.clone()),
            check: NameServerCheck::new(conf.servers.clone(), clock.clone()),
        }
    }

    /// The result of a lookup that began at `begun`; with a failure that may be the name servers'
    /// own, the control question decides whose it is.
    async fn judged(
        &self,
        lookup: impl Future<Output = Result<Vec<IpAddr>, QueryError>>,
        begun: Moment,
        suspect: impl Fn(LocalLimit),
    ) -> Result<Vec<IpAddr>, LookupCause> {
        let lookup = tokio::time::timeout(LONGEST_LOOKUP, lookup);
        tokio::pin!(lookup);
        let early = async {
            tokio::time::sleep(PATIENCE).await;
            if let NameServerStatus::Silent(lack) = self.check.status(begun).await {
                suspect(lack);
            }
        };
        let found = tokio::select! {
            biased;
            found = &mut lookup => found,
            () = early => lookup.await,
        };
        let cause = match found.unwrap_or(Err(QueryError::Silent)) {
            Ok(addresses) => return Ok(addresses),
            Err(QueryError::NoSuchHost) => return Err(LookupCause::Dns(DnsCause::NoSuchHost)),
            Err(QueryError::NoAddress) => return Err(LookupCause::Dns(DnsCause::NoAddress)),
            Err(QueryError::Local(lack)) => return Err(LookupCause::Local(lack)),
            Err(QueryError::Server) => DnsCause::Server,
            Err(QueryError::Silent) => DnsCause::Timeout,
        };
        Err(match self.check.status(Moment::START).await {
            NameServerStatus::Silent(lack) => LookupCause::Local(lack),
            NameServerStatus::Answers => LookupCause::Dns(cause),
        })
    }
}

#[cfg(test)]
mod tests;
