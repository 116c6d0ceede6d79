//! Time in which hbmon could not watch, or a change of the wall clock.

use std::time::Duration;

use jiff::SignedDuration;

use super::facts::Facts;
use super::policy::Policy;
use crate::model::time::moment::Moment;

/// Found when hbmon runs again. Nothing of it is a fault of a target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gap {
    /// The process did not run for this long. The monotonic clock went on.
    pub stalled: Duration,
    /// The machine slept for this long. The monotonic clock stood still too.
    pub slept: Duration,
    /// The wall clock was set forward, or back if negative.
    pub clock_set: SignedDuration,
}

impl Facts {
    /// After time in which hbmon could not watch, for which no target is blamed: deadlines move by
    /// its length.
    pub fn apply_gap(&mut self, now: Moment, gap: &Gap, policy: &Policy) {
        if !gap.stalled.is_zero() {
            self.excuses.record_delay(now, gap.stalled);
            self.missed_clock.postpone(now, gap.stalled);
            self.started_at = self.started_at.plus(gap.stalled).min(now);
            if let Some(registry) = &mut self.instances {
                registry.postpone(gap.stalled);
            }
        }
        if !gap.slept.is_zero() {
            self.excuses.record_wake(now);
            // Deadlines count on a clock that slept too. When the next heartbeat comes after a
            // longer sleep is not known: the whole promise counts again.
            if gap.slept >= policy.interval {
                self.restart(now, policy);
            }
        }
        if !gap.clock_set.is_zero() {
            self.sender_clock.clear();
            self.instances
                .iter_mut()
                .for_each(|registry| registry.clear_sender_clocks());
            if policy.schedule.is_some() {
                self.missed_clock.clock_set(now, gap.clock_set);
            }
        }
    }
}
