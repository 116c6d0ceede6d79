//! Detects whether this machine has a network. It asks the system for routes and interfaces, and
//! sends no packets.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;

/// Remote addresses of both families (a.root-servers.net). A route to one of them is a default
/// route.
const REMOTE: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(198, 41, 0, 4)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0x503, 0xba3e, 0, 0, 0, 2, 0x30)),
];

/// The route of this machine to an address.
enum LocalRoute {
    /// Packets leave from this local address.
    From(IpAddr),
    None,
    /// The system could not be asked.
    Unknown,
}

/// Returns whether a connection failed because this machine has no network. `peers` are the
/// addresses that were tried. With a proxy they are unknown, and then only routing errors count.
pub(super) fn is_missing(error: &io::Error, peers: &[SocketAddr]) -> bool {
    let is_about_routes = match error.raw_os_error().map(Errno::from_raw) {
        // EADDRNOTAVAIL means that the machine has no address, or that it has no free port.
        Some(Errno::ENETUNREACH | Errno::ENETDOWN | Errno::EADDRNOTAVAIL) => true,
        Some(Errno::EHOSTUNREACH | Errno::ETIMEDOUT) => false,
        _ => return false,
    };
    if peers.is_empty() {
        return is_about_routes && is_offline(REMOTE);
    }
    is_offline(peers.iter().map(SocketAddr::ip))
}

/// Returns whether this machine cannot reach any of these peers: it has no route at all, or only
/// routes over interfaces that are down.
pub(super) fn is_offline(peers: impl IntoIterator<Item = IpAddr>) -> bool {
    let mut peers = peers.into_iter().peekable();
    peers.peek().is_some() && peers.all(is_unreachable)
}

fn is_unreachable(peer: IpAddr) -> bool {
    match way(peer) {
        LocalRoute::From(own) => is_down(own),
        LocalRoute::None if peer.is_loopback() => !has_route(Ipv4Addr::LOCALHOST.into()),
        LocalRoute::None => !REMOTE.into_iter().any(has_route),
        LocalRoute::Unknown => false,
    }
}

pub(super) fn has_route(address: IpAddr) -> bool {
    !matches!(way(address), LocalRoute::None)
}

/// Returns the route to an address. Connecting a datagram socket looks up the route and sends no
/// packet.
fn way(address: IpAddr) -> LocalRoute {
    let any: IpAddr = if address.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let own = UdpSocket::bind((any, 0)).and_then(|socket| {
        socket.connect((address, 9))?;
        socket.local_addr()
    });
    match own {
        Ok(own) => LocalRoute::From(own.ip()),
        Err(error) => match error.raw_os_error().map(Errno::from_raw) {
            // Other local limits say nothing about routes.
            Some(Errno::EMFILE | Errno::ENFILE | Errno::ENOBUFS | Errno::ENOMEM | Errno::EPERM)
            | None => LocalRoute::Unknown,
            Some(_) => LocalRoute::None,
        },
    }
}

/// Returns whether the interface with this address is down or has no carrier.
fn is_down(own: IpAddr) -> bool {
    let Ok(interfaces) = getifaddrs() else {
        return false;
    };
    let mut flags = interfaces.filter(|interface| {
        let address = interface.address.as_ref();
        let v4 = address
            .and_then(|address| address.as_sockaddr_in())
            .map(|address| IpAddr::V4(address.ip()));
        let v6 = address
            .and_then(|address| address.as_sockaddr_in6())
            .map(|address| IpAddr::V6(address.ip()));
        v4.or(v6) == Some(own)
    });
    let mut is_known = false;
    let runs = flags.any(|interface| {
        is_known = true;
        interface
            .flags
            .contains(InterfaceFlags::IFF_UP | InterfaceFlags::IFF_RUNNING)
    });
    is_known && !runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_there() {
        assert!(has_route(Ipv4Addr::LOCALHOST.into()));
        assert!(!is_offline([Ipv4Addr::LOCALHOST.into()]));
        assert!(!is_offline([]));
    }

    #[test]
    fn with_a_network_no_error_is_that_of_its_lack() {
        let peer: SocketAddr = "127.0.0.1:9".parse().unwrap();
        for code in [
            Errno::ENETUNREACH,
            Errno::EHOSTUNREACH,
            Errno::ECONNREFUSED,
            Errno::EADDRNOTAVAIL,
        ] {
            assert!(!is_missing(&io::Error::from(code), &[peer]), "{code}");
        }
        assert!(!is_missing(&io::Error::from(Errno::EHOSTUNREACH), &[]));
    }
}
