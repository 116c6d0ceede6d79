//! Names to addresses, as the system's own tools find them: the hosts file first, then the name
//! servers.

mod conf;
mod control;
mod hook;
mod hosts;
mod name;
mod order;
mod servers;
mod stamp;
mod system;

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(super) use hook::Lookup;
pub use name::is_host_name;

use super::{Family, Resolver};
use crate::clock::Clock;
use crate::model::{DnsCause, Lack, Moment, Text};
use conf::Conf;
use control::{Control, Life};
use hosts::Hosts;
use servers::{Miss, Servers};
use stamp::Stamped;

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
    hosts: Mutex<Stamped<Hosts>>,
    network: Mutex<Stamped<Network>>,
}

/// The name servers of one resolv.conf.
struct Network {
    servers: Servers,
    control: Arc<Control>,
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

impl Default for Resolvers {
    fn default() -> Resolvers {
        Resolvers::of_files(
            PathBuf::from("/etc/hosts"),
            PathBuf::from("/etc/resolv.conf"),
        )
    }
}

impl Resolvers {
    pub(super) fn of_files(hosts: PathBuf, conf: PathBuf) -> Resolvers {
        Resolvers {
            clock: Clock::start(),
            hosts: Mutex::new(Stamped::new(hosts)),
            network: Mutex::new(Stamped::new(conf)),
        }
    }

    /// At least one address of the family, in the order in which they are tried. Tells `suspect`
    /// what this machine seems to lack while the lookup still goes on.
    async fn lookup(
        &self,
        host: &str,
        family: Family,
        resolver: Resolver,
        suspect: impl Fn(Lack),
    ) -> Result<Vec<IpAddr>, NoAnswer> {
        if !is_host_name(host) {
            return Err(NoAnswer::Dns(DnsCause::NoSuchHost));
        }
        let mut addresses = match (resolver, self.without_network(host, resolver)) {
            (_, Some(addresses)) => addresses,
            (Resolver::Hickory, None) => {
                let network = self.network();
                network
                    .judged(
                        network.servers.lookup(host, family),
                        self.clock.now(),
                        suspect,
                    )
                    .await?
            }
            (Resolver::System, None) => {
                self.network()
                    .judged(system::lookup(host), self.clock.now(), suspect)
                    .await?
            }
        };
        addresses.retain(|address| family.admits(*address));
        if addresses.is_empty() {
            return Err(NoAnswer::Dns(DnsCause::NoAddress));
        }
        Ok(order::in_turns(addresses))
    }

    /// What is known without a question to anybody, of all families, IPv6 first. The C library
    /// looks for itself.
    fn without_network(&self, host: &str, resolver: Resolver) -> Option<Vec<IpAddr>> {
        if resolver == Resolver::System {
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

    fn network(&self) -> Arc<Network> {
        let read = |path: &Path| Network::new(&Conf::read(path), &self.clock);
        self.network
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(read)
    }
}

impl Network {
    fn new(conf: &Conf, clock: &Clock) -> Network {
        Network {
            servers: Servers::new(conf, clock.clone()),
            control: Control::new(conf.servers.clone(), clock.clone()),
        }
    }

    /// The result of a lookup that began at `begun`; with a failure that may be the name servers'
    /// own, the control question decides whose it is.
    async fn judged(
        &self,
        lookup: impl Future<Output = Result<Vec<IpAddr>, Miss>>,
        begun: Moment,
        suspect: impl Fn(Lack),
    ) -> Result<Vec<IpAddr>, NoAnswer> {
        let lookup = tokio::time::timeout(LONGEST_LOOKUP, lookup);
        tokio::pin!(lookup);
        let early = async {
            tokio::time::sleep(PATIENCE).await;
            if let Life::Silent(lack) = self.control.life(begun).await {
                suspect(lack);
            }
        };
        let found = tokio::select! {
            biased;
            found = &mut lookup => found,
            () = early => lookup.await,
        };
        let cause = match found.unwrap_or(Err(Miss::Silent)) {
            Ok(addresses) => return Ok(addresses),
            Err(Miss::NoSuchHost) => return Err(NoAnswer::Dns(DnsCause::NoSuchHost)),
            Err(Miss::NoAddress) => return Err(NoAnswer::Dns(DnsCause::NoAddress)),
            Err(Miss::Lack(lack)) => return Err(NoAnswer::Lack(lack)),
            Err(Miss::Server) => DnsCause::Server,
            Err(Miss::Silent) => DnsCause::Timeout,
        };
        Err(match self.control.life(Moment::START).await {
            Life::Silent(lack) => NoAnswer::Lack(lack),
            Life::Answers => NoAnswer::Dns(cause),
        })
    }
}

#[cfg(test)]
mod tests;
