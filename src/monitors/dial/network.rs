//! Whether this machine has a network: the system is asked for routes and interfaces, no packet is
//! sent.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;

/// Addresses far away in both families (a.root-servers.net): a route to one of them is a default
/// route.
const FAR: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(198, 41, 0, 4)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0x503, 0xba3e, 0, 0, 0, 2, 0x30)),
];

/// How a packet would leave.
enum LocalRoute {
    /// From this address of the machine.
    From(IpAddr),
    None,
    /// The question could not be asked.
    Unknown,
}

/// Whether a connection failed because this machine has no network. `peers`: where it was to go;
/// with a proxy that is not known, and then only an error that is about a route counts.
pub(super) fn is_missing(error: &io::Error, peers: &[SocketAddr]) -> bool {
    let is_about_routes = match error.raw_os_error().map(Errno::from_raw) {
        // A machine without an address says the same as one without a port.
        Some(Errno::ENETUNREACH | Errno::ENETDOWN | Errno::EADDRNOTAVAIL) => true,
        Some(Errno::EHOSTUNREACH | Errno::ETIMEDOUT) => false,
        _ => return false,
    };
    if peers.is_empty() {
        return is_about_routes && is_offline(FAR);
    }
    is_offline(peers.iter().map(SocketAddr::ip))
}

/// Whether this machine is the reason that none of these can be reached: it has no route to them
/// and none to anywhere else, or only interfaces that are down lead there.
pub(super) fn is_offline(peers: impl IntoIterator<Item = IpAddr>) -> bool {
    let mut peers = peers.into_iter().peekable();
    peers.peek().is_some() && peers.all(is_unreachable)
}

fn is_unreachable(peer: IpAddr) -> bool {
    match way(peer) {
        LocalRoute::From(own) => is_down(own),
        LocalRoute::None if peer.is_loopback() => !has_route(Ipv4Addr::LOCALHOST.into()),
        LocalRoute::None => !FAR.into_iter().any(has_route),
        LocalRoute::Unknown => false,
    }
}

pub(super) fn has_route(address: IpAddr) -> bool {
    !matches!(way(address), LocalRoute::None)
}

/// Connecting a datagram socket only looks for a route.
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
            // Another lack says nothing about routes.
            Some(Errno::EMFILE | Errno::ENFILE | Errno::ENOBUFS | Errno::ENOMEM | Errno::EPERM)
            | None => LocalRoute::Unknown,
            Some(_) => LocalRoute::None,
        },
    }
}

/// Whether the interface that has this address is down or has no cable.
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
