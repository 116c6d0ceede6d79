//! How long the phases of an attempt took.

use std::time::Duration;

use crate::model::time::compact_duration::CompactDuration;

/// A phase of an attempt, in the order in which they occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Dns,
    /// TCP; through a proxy, including the tunnel.
    Connect,
    Tls,
    /// From the request sent to the response head, or to the end of the handshake.
    FirstByte,
    Body,
}

impl Phase {
    pub const ALL: [Phase; 5] = [
        Phase::Dns,
        Phase::Connect,
        Phase::Tls,
        Phase::FirstByte,
        Phase::Body,
    ];
}

/// Duration of each phase, summed over redirects, to the microsecond. A phase that did not happen
/// is missing, not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Phases([Option<CompactDuration>; Phase::ALL.len()]);

impl Phases {
    pub fn get(&self, phase: Phase) -> Option<Duration> {
        self.0[phase as usize].map(CompactDuration::duration)
    }

    pub fn add(&mut self, phase: Phase, spent: Duration) {
        let sum = self.get(phase).unwrap_or_default().saturating_add(spent);
        self.0[phase as usize] = Some(CompactDuration::new(sum));
    }

    /// Iterates over the phases that happened, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Phase, Duration)> {
        Phase::ALL
            .into_iter()
            .filter_map(|phase| Some((phase, self.get(phase)?)))
    }
}

impl FromIterator<(Phase, Duration)> for Phases {
    fn from_iter<I: IntoIterator<Item = (Phase, Duration)>>(phases: I) -> Phases {
        let mut all = Phases::default();
        phases
            .into_iter()
            .for_each(|(phase, spent)| all.add(phase, spent));
        all
    }
}
