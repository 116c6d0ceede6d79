//! The order in which addresses are tried (RFC 8305, section 4).

use std::net::IpAddr;

use super::super::network;

/// Maximum number of addresses that are tried for one name.
const MAX_ADDRESSES: usize = 8;

/// Alternates between the families, starting with that of the first address. If some addresses have
/// a route, those without one are dropped: connecting to them would only take time (RFC 6724,
/// section 6, rule 1).
pub(super) fn dial_order(mut addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let has_both = addresses.iter().any(IpAddr::is_ipv4) && addresses.iter().any(IpAddr::is_ipv6);
    if has_both && addresses.iter().any(|address| network::has_route(*address)) {
        addresses.retain(|address| network::has_route(*address));
    }
    let mut addresses = interleaved(addresses);
    addresses.truncate(MAX_ADDRESSES);
    addresses
}

fn interleaved(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let is_ipv6 = addresses.first().is_some_and(IpAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == is_ipv6);
    let shorter = first.len().min(second.len());
    let first_rest = first[shorter..].to_vec();
    let second_rest = second[shorter..].to_vec();
    let pairs = first
        .into_iter()
        .zip(second)
        .flat_map(|(one, other)| [one, other]);
    pairs.chain(first_rest).chain(second_rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let turns = |addresses: &[&str]| -> Vec<String> {
            let addresses = addresses
                .iter()
                .map(|address| address.parse().unwrap())
                .collect();
            interleaved(addresses)
                .iter()
                .map(IpAddr::to_string)
                .collect()
        };
        assert_eq!(
            turns(&["::1", "::2", "::3", "127.0.0.1"]),
            ["::1", "127.0.0.1", "::2", "::3"]
        );
        assert_eq!(
            turns(&["127.0.0.1", "127.0.0.2", "::1"]),
            ["127.0.0.1", "::1", "127.0.0.2"]
        );
        assert_eq!(turns(&["::2", "::1"]), ["::2", "::1"]);
        assert!(turns(&[]).is_empty());
    }

    #[test]
    fn no_more_than_can_be_tried() {
        let many: Vec<IpAddr> = (0..200u8)
            .map(|last| IpAddr::from([127, 0, 0, last]))
            .collect();
        assert_eq!(dial_order(many.clone()), many[..MAX_ADDRESSES]);
    }
}
