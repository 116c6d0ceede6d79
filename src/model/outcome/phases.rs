//! How long the parts of an attempt took.

use std::time::Duration;

use crate::model::time::compact_duration::CompactDuration;

/// A part of an attempt, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Dns,
    /// TCP, through a proxy the tunnel included.
    Connect,
    Tls,
    /// Request sent to response head, or to the end of the handshake.
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

/// How long each phase took, summed over redirects, to the microsecond. What did not happen is not
/// zero, it is missing.
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

    /// Those that happened, in their order.
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
