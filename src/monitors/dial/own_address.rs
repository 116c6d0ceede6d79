//! The addresses on which this process listens. A redirect must not lead there: a target could make
//! hbmon send heartbeats to its own monitors.

use std::net::{IpAddr, SocketAddr};
use std::sync::RwLock;

use super::socket::ConnectionAddrs;

use crate::lock::LockExt;

static OWN_ADDRESSES: RwLock<Vec<SocketAddr>> = RwLock::new(Vec::new());

/// An address that counts as hbmon's own until this value is dropped.
#[derive(Debug)]
pub struct OwnAddress(SocketAddr);

impl OwnAddress {
    /// Registers an address on which this process listens.
    pub fn register(address: SocketAddr) -> OwnAddress {
        // No code panics while it holds the lock, so a poisoned lock is still consistent.
        OWN_ADDRESSES.write().ignore_poison().push(address);
        OwnAddress(address)
    }
}

impl Drop for OwnAddress {
    fn drop(&mut self) {
        let mut addresses = OWN_ADDRESSES.write().ignore_poison();
        if let Some(index) = addresses.iter().position(|address| *address == self.0) {
            addresses.swap_remove(index);
        }
    }
}

/// Returns whether a connection leads to this process.
pub(super) fn is_own(addresses: ConnectionAddrs) -> bool {
    OWN_ADDRESSES
        .read()
        .ignore_poison()
        .iter()
        .any(|own| leads_to(*own, addresses))
}

/// Returns whether a connection leads to the listening address `own`.
fn leads_to(own: SocketAddr, addresses: ConnectionAddrs) -> bool {
    let peer = addresses.peer.ip().to_canonical();
    let local = addresses.local.ip().to_canonical();
    // A connection from this machine to itself has the same address at both ends, or a loopback
    // address as its peer.
    let is_here = peer == local || peer.is_loopback();
    own.port() == addresses.peer.port()
        && if is_unspecified(own.ip()) {
            is_here
        } else {
            own.ip().to_canonical() == peer
        }
}

fn is_unspecified(address: IpAddr) -> bool {
    address.to_canonical().is_unspecified()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(local: &str, peer: &str) -> ConnectionAddrs {
        ConnectionAddrs {
            local: local.parse().unwrap(),
            peer: peer.parse().unwrap(),
        }
    }

    #[test]
    fn one_address_or_all_of_the_machine() {
        for (own, local, peer, leads) in [
            ("127.0.0.1:9747", "127.0.0.1:40000", "127.0.0.1:9747", true),
            ("127.0.0.1:9747", "127.0.0.1:40000", "127.0.0.1:9748", false),
            ("127.0.0.1:9747", "127.0.0.1:40000", "127.0.0.2:9747", false),
            ("0.0.0.0:9747", "10.0.0.5:40000", "10.0.0.5:9747", true),
            ("0.0.0.0:9747", "127.0.0.1:40000", "127.0.0.2:9747", true),
            ("0.0.0.0:9747", "10.0.0.5:40000", "10.0.0.6:9747", false),
            ("[::]:9747", "10.0.0.5:40000", "10.0.0.5:9747", true),
            ("[::]:9747", "[::1]:40000", "[::1]:9747", true),
            (
                "127.0.0.1:9747",
                "[::1]:40000",
                "[::ffff:127.0.0.1]:9747",
                true,
            ),
        ] {
            assert_eq!(
                leads_to(own.parse().unwrap(), addresses(local, peer)),
                leads,
                "{own} {local} {peer}"
            );
        }
    }

    #[test]
    fn an_address_is_own_while_it_is_listened_on() {
        let there = addresses("192.0.2.1:40000", "192.0.2.1:9");
        let listening = OwnAddress::register(there.peer);
        assert!(is_own(there));
        drop(listening);
        assert!(!is_own(there));
    }
}
