//! The name resolver of a reqwest client. It records each lookup in the current `InFlight`.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

use super::super::in_flight;
use super::super::{Family, ResolverKind};
use super::{LookupError, Resolvers};
use crate::model::Text;

/// Resolves names for one reqwest client.
pub(in super::super) struct LookupHook {
    pub(in super::super) resolvers: Arc<Resolvers>,
    pub(in super::super) family: Family,
    pub(in super::super) resolver: ResolverKind,
}

impl Resolve for LookupHook {
    fn resolve(&self, name: Name) -> Resolving {
        let in_flight = in_flight::current();
        if let Some(address) = in_flight.as_ref().and_then(|in_flight| in_flight.pinned()) {
            return Box::pin(std::future::ready(Ok(one(address.ip()))));
        }
        let intended_host = match &in_flight {
            Some(in_flight) => in_flight.intended_host(name.as_str()),
            None => Host::Domain(name.as_str().to_owned()),
        };
        let host = match intended_host {
            Host::Domain(host) => host,
            Host::Ipv4(address) => return Box::pin(std::future::ready(Ok(one(address.into())))),
            Host::Ipv6(address) => return Box::pin(std::future::ready(Ok(one(address.into())))),
        };
        let resolvers = Arc::clone(&self.resolvers);
        let family = self.family;
        let resolver = self.resolver;
        Box::pin(async move {
            if let Some(in_flight) = &in_flight {
                in_flight.resolving();
            }
            let suspect = |limit| {
                if let Some(in_flight) = &in_flight {
                    in_flight.trace.suspect(limit);
                }
            };
            let found = resolvers.lookup(&host, family, resolver, suspect).await;
            let addresses = found.as_ref().map_or(&[][..], Vec::as_slice);
            if let Some(in_flight) = &in_flight {
                in_flight.trace.note(|| resolved(&host, addresses));
            }
            let to_try = match &in_flight {
                Some(in_flight) => in_flight.resolved(addresses),
                None => addresses.to_vec(),
            };
            match found {
                Ok(_) => Ok(Box::new(to_try.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs),
                Err(why) => Err(LookupError {
                    host: Text::clean(&host),
                    why,
                }
                .into()),
            }
        })
    }
}

/// Returns the line of the transcript: `a.test is 192.0.2.7, 2001:db8::7`.
fn resolved(host: &str, addresses: &[IpAddr]) -> String {
    let list: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
    match list.as_slice() {
        [] => format!("{host} has no address"),
        list => format!("{host} is {}", list.join(", ")),
    }
}

fn one(address: IpAddr) -> Addrs {
    Box::new(std::iter::once(SocketAddr::new(address, 0)))
}
