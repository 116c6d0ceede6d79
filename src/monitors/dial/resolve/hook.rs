//! One client's hook in reqwest: resolves, and keeps the flight informed.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

use super::super::in_flight;
use super::super::{Family, ResolverKind};
use super::{LookupError, Resolvers};
use crate::model::Text;

pub(in super::super) struct LookupHook {
    pub(in super::super) resolvers: Arc<Resolvers>,
    pub(in super::super) family: Family,
    pub(in super::super) resolver: ResolverKind,
}

impl Resolve for LookupHook {
    fn resolve(&self, name: Name) -> Resolving {
        let flight = in_flight::current();
        if let Some(address) = flight.as_ref().and_then(|flight| flight.pinned()) {
            return Box::pin(std::future::ready(Ok(one(address.ip()))));
        }
        let meant = match &flight {
            Some(flight) => flight.intended_host(name.as_str()),
            None => Host::Domain(name.as_str().to_owned()),
        };
        let host = match meant {
            Host::Domain(host) => host,
            Host::Ipv4(address) => return Box::pin(std::future::ready(Ok(one(address.into())))),
            Host::Ipv6(address) => return Box::pin(std::future::ready(Ok(one(address.into())))),
        };
        let resolvers = Arc::clone(&self.resolvers);
        let (family, resolver) = (self.family, self.resolver);
        Box::pin(async move {
            if let Some(flight) = &flight {
                flight.resolving();
            }
            let suspect = |lack| {
                if let Some(flight) = &flight {
                    flight.trace.suspect(lack);
                }
            };
            let found = resolvers.lookup(&host, family, resolver, suspect).await;
            let addresses = found.as_ref().map_or(&[][..], Vec::as_slice);
            let to_try = match &flight {
                Some(flight) => flight.resolved(addresses),
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

fn one(address: IpAddr) -> Addrs {
    Box::new(std::iter::once(SocketAddr::new(address, 0)))
}
