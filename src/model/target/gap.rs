//! Gaps: time in which hbmon could not monitor, and changes of the wall clock.

use std::time::Duration;

use jiff::SignedDuration;

use super::facts::Facts;
use super::policy::Policy;
use crate::model::time::moment::Moment;

/// A gap, found when hbmon runs again. Targets are not blamed for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gap {
    /// How long the process did not run while the monotonic clock went on.
    pub stalled: Duration,
    /// How long the machine slept; the monotonic clock stopped too.
    pub slept: Duration,
    /// How far the wall clock was set forward, or back if negative.
    pub clock_set: SignedDuration,
}

impl Facts {
    /// Moves all deadlines by the length of a gap. Targets are not blamed for it.
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
            // Deadlines count on a clock that stopped during the sleep. After a long sleep it is
            // unknown when the next heartbeat comes, so a whole interval starts again.
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
