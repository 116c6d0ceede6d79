//! Limits the number of connections: in total, per address, and without an authorized request.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use super::limits::Limits;
use crate::clock::Clock;
use crate::lock::LockExt;
use crate::model::Moment;

/// The reason to close a connection before it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RejectReason {
    /// The total number of connections is at its limit.
    Full,
    /// The number of connections from this address is at its limit.
    Address,
    /// The connection had sent no authorized request when another one needed its slot.
    Idle,
}

impl RejectReason {
    pub(super) const ALL: [RejectReason; 3] = [
        RejectReason::Full,
        RejectReason::Address,
        RejectReason::Idle,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            RejectReason::Full => "full",
            RejectReason::Address => "address",
            RejectReason::Idle => "idle",
        }
    }
}

/// The slots for connections. All connections share them.
#[derive(Debug)]
pub(super) struct ConnectionSlots {
    clock: Clock,
    limits: Limits,
    taken: Mutex<SlotTable>,
    /// Wakes the accept loop when a newcomer has left or has become authorized.
    freed: Notify,
    turned: [AtomicU64; RejectReason::ALL.len()],
}

#[derive(Debug, Default)]
struct SlotTable {
    all: usize,
    each: HashMap<IpAddr, usize>,
    /// Newcomers by number. Numbers grow, so the first is the oldest.
    newcomers: BTreeMap<u64, PendingConnection>,
    next: u64,
}

#[derive(Debug)]
struct PendingConnection {
    network: IpAddr,
    since: Moment,
    leave: Arc<Notify>,
}

/// The slot of one connection. Dropping it frees the slot.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    slots: Arc<ConnectionSlots>,
    number: u64,
    network: IpAddr,
    leave: Arc<Notify>,
}

impl ConnectionSlots {
    pub(super) fn new(clock: Clock, limits: Limits) -> Arc<ConnectionSlots> {
        let (taken, freed, turned) = (Mutex::default(), Notify::new(), Default::default());
        Arc::new(ConnectionSlots {
            clock,
            limits,
            taken,
            freed,
            turned,
        })
    }

    /// Takes a slot for a connection from this address.
    ///
    /// # Errors
    /// No slot is free. The rejection is counted.
    pub(super) fn take(
        self: &Arc<ConnectionSlots>,
        address: IpAddr,
    ) -> Result<ConnectionSlot, RejectReason> {
        let network = network(address);
        let mut taken = self.taken();
        let there = taken.each.get(&network).copied().unwrap_or(0);
        let refused = if taken.all >= self.limits.connections {
            Some(RejectReason::Full)
        } else {
            // All local clients share one address.
            (there >= self.limits.connections_per_address && !network.is_loopback())
                .then_some(RejectReason::Address)
        };
        if let Some(refused) = refused {
            self.count(refused);
            return Err(refused);
        }
        if taken.newcomers.len() >= self.limits.pending
            && let Some(victim) = taken
                .victim()
                .and_then(|number| taken.newcomers.remove(&number))
        {
            victim.leave.notify_one();
            self.count(RejectReason::Idle);
        }
        let (number, leave) = (taken.next, Arc::new(Notify::new()));
        let newcomer = PendingConnection {
            network,
            since: self.clock.now(),
            leave: Arc::clone(&leave),
        };
        taken.newcomers.insert(number, newcomer);
        taken.next += 1;
        taken.all += 1;
        taken.each.insert(network, there + 1);
        Ok(ConnectionSlot {
            slots: Arc::clone(self),
            number,
            network,
            leave,
        })
    }

    /// Waits until a slot is free or the oldest newcomer may be closed.
    pub(super) async fn wait_for_slot(&self) {
        loop {
            let changed = self.freed.notified();
            let Some(until) = self.full_until() else {
                return;
            };
            if until <= self.clock.now() {
                return;
            }
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep_until(self.clock.instant(until)) => {}
            }
        }
    }

    /// Returns the number of open connections.
    pub(super) fn count_taken(&self) -> usize {
        self.taken().all
    }

    /// Returns the number of connections that were closed for this reason.
    pub(super) fn rejected(&self, why: RejectReason) -> u64 {
        self.turned[why as usize].load(Ordering::Relaxed)
    }

    fn full_until(&self) -> Option<Moment> {
        let taken = self.taken();
        if taken.newcomers.len() < self.limits.pending {
            return None;
        }
        let victim = taken.newcomers.get(&taken.victim()?)?;
        Some(victim.since.plus(self.limits.pending_time))
    }

    fn count(&self, why: RejectReason) {
        self.turned[why as usize].fetch_add(1, Ordering::Relaxed);
    }

    fn taken(&self) -> MutexGuard<'_, SlotTable> {
        // No code panics while it holds the lock.
        self.taken.lock().ignore_poison()
    }
}

impl SlotTable {
    /// Returns the oldest newcomer of the network with the most newcomers.
    fn victim(&self) -> Option<u64> {
        let mut counts: HashMap<IpAddr, (usize, u64)> = HashMap::new();
        for (number, newcomer) in &self.newcomers {
            counts.entry(newcomer.network).or_insert((0, *number)).0 += 1;
        }
        counts
            .into_values()
            .max_by_key(|(count, oldest)| (*count, std::cmp::Reverse(*oldest)))
            .map(|(_, oldest)| oldest)
    }
}

impl ConnectionSlot {
    /// Marks the connection as authorized. Newcomers no longer cause it to be closed.
    pub(super) fn mark_authorized(&self) {
        if self.slots.taken().newcomers.remove(&self.number).is_some() {
            self.slots.freed.notify_one();
        }
    }

    /// Waits until another connection needs the slot.
    pub(super) async fn evicted(&self) {
        self.leave.notified().await;
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        taken.all -= 1;
        if let Some(there) = taken.each.get_mut(&self.network) {
            *there -= 1;
            if *there == 0 {
                taken.each.remove(&self.network);
            }
        }
        let was_new = taken.newcomers.remove(&self.number).is_some();
        drop(taken);
        if was_new {
            self.slots.freed.notify_one();
        }
    }
}

/// Returns the network of an address. One machine can use a whole IPv6 /64 network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn slots(
        connections: usize,
        connections_each: usize,
        newcomers: usize,
    ) -> Arc<ConnectionSlots> {
        let clock = Clock::simulated(jiff::Timestamp::UNIX_EPOCH);
        ConnectionSlots::new(
            clock,
            Limits {
                connections,
                connections_per_address: connections_each,
                pending: newcomers,
                ..Limits::default()
            },
        )
    }

    fn at(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn there_are_so_many_seats_and_so_many_for_each_address() {
        let slots = slots(3, 2, 9);
        let mut held = vec![
            slots.take(at("192.0.2.1")).unwrap(),
            slots.take(at("::ffff:192.0.2.1")).unwrap(),
        ];
        assert_eq!(
            slots.take(at("192.0.2.1")).unwrap_err(),
            RejectReason::Address
        );
        held.push(slots.take(at("2001:db8::1")).unwrap());
        assert_eq!(slots.take(at("192.0.2.2")).unwrap_err(), RejectReason::Full);
        assert_eq!(
            (
                slots.count_taken(),
                slots.rejected(RejectReason::Full),
                slots.rejected(RejectReason::Address)
            ),
            (3, 1, 1)
        );
        held.clear();
        let _one = slots.take(at("2001:db8::1")).unwrap();
        let _two = slots.take(at("2001:db8::2:0:0:1")).unwrap();
        assert_eq!(
            slots.take(at("2001:db8::3:0:0:1")).unwrap_err(),
            RejectReason::Address,
            "one network of 64 bits"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_newcomer_too_many_ends_the_oldest_of_the_address_that_has_most() {
        let slots = slots(9, 9, 3);
        let quiet = slots.take(at("192.0.2.1")).unwrap();
        let known = slots.take(at("192.0.2.2")).unwrap();
        known.mark_authorized();
        let flood: Vec<ConnectionSlot> = (0..3)
            .map(|_| slots.take(at("192.0.2.2")).unwrap())
            .collect();
        flood[0].evicted().await;
        for stays in [&quiet, &known, &flood[1], &flood[2]] {
            assert!(
                tokio::time::timeout(Duration::from_secs(1), stays.evicted())
                    .await
                    .is_err()
            );
        }
        assert_eq!(slots.rejected(RejectReason::Idle), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_newcomer_that_has_just_come_is_not_ended() {
        let slots = slots(9, 9, 1);
        let start = slots.clock.now();
        let first = slots.take(at("192.0.2.1")).unwrap();
        slots.wait_for_slot().await;
        assert_eq!(
            slots.clock.now().since(start),
            Limits::default().pending_time
        );
        first.mark_authorized();
        slots.wait_for_slot().await;
        assert_eq!(
            slots.clock.now().since(start),
            Limits::default().pending_time,
            "there is room at once"
        );
    }
}
