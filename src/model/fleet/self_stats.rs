//! What hbmon measures about itself: its delays, resources that it lacks, and when its own trouble
//! ends.

use std::time::Duration;

use crate::model::outcome::fault::LocalLimit;
use crate::model::time::histogram::{BOUNDS, Histogram};
use crate::model::time::moment::Moment;

/// Delays over this are hbmon's own fault. No target is blamed for an attempt or a verdict that is
/// later.
pub const TOLERATED_DELAY: Duration = ms(250);
/// Accumulated delay at which hbmon counts as overloaded. Less is a hiccup.
const OVERLOAD_DELAY: Duration = ms(1000);
/// Accumulated delay decays at 1/10 of the elapsed time, so being late for less than 10 % of the
/// time never counts as overload.
const DECAY: u32 = 10;
/// Trouble ends after this time without a sign of it. Attempts that lack a resource can back off
/// for a minute.
const CALM_TIME: Duration = Duration::from_secs(10);
const CALM_TIME_AFTER_LIMIT: Duration = Duration::from_secs(90);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Trouble of hbmon or its machine, for which no target is blamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overload {
    /// hbmon is overloaded and late.
    Late,
    /// The system refused a resource.
    LocalLimit(LocalLimit),
}

impl Overload {
    pub const ALL: [Overload; 6] = [
        Overload::Late,
        Overload::LocalLimit(LocalLimit::Files),
        Overload::LocalLimit(LocalLimit::Ports),
        Overload::LocalLimit(LocalLimit::Buffers),
        Overload::LocalLimit(LocalLimit::NameServer),
        Overload::LocalLimit(LocalLimit::Network),
    ];

    /// Returns the machine-readable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Overload::Late => "late",
            Overload::LocalLimit(LocalLimit::Files) => "files",
            Overload::LocalLimit(LocalLimit::Ports) => "ports",
            Overload::LocalLimit(LocalLimit::Buffers) => "buffers",
            Overload::LocalLimit(LocalLimit::NameServer) => "name_server",
            Overload::LocalLimit(LocalLimit::Network) => "network",
        }
    }
}

/// What hbmon measured about itself since its start. No event is ever dropped: a full channel makes
/// monitors wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelfStats {
    /// Delay of the last attempt.
    pub last_delay: Duration,
    pub max_delay: Duration,
    /// Polls that were skipped because the one before took too long.
    pub skipped_polls: u64,
    /// Delays of all attempts.
    pub delays: Histogram,
    /// Last delay of the loop that judges.
    pub last_loop_delay: Duration,
    pub max_loop_delay: Duration,
    /// Running attempts and open connections.
    pub open: usize,
    pub overload: Option<Overload>,
    /// The last config read was invalid; the one before it is still in force.
    pub reload_refused: bool,
    /// When the config in force was read: at the start, or by the last accepted reload.
    pub reloaded_at: Moment,
    /// When there was last a sign of trouble.
    pub last_sign: Moment,
    /// Accumulated delay that has not decayed yet.
    pub(in crate::model) accumulated: Duration,
    /// The moment until which `accumulated` is computed.
    pub(in crate::model) accumulated_until: Moment,
    /// When the machine or the process last woke. What was due before it is not late.
    pub woke_at: Moment,
}

impl SelfStats {
    /// Records that an attempt started at `at`, `late` after it was due.
    pub fn record_start(&mut self, at: Moment, late: Duration, skipped: u64) {
        self.skipped_polls = self.skipped_polls.saturating_add(skipped);
        if at.since(self.woke_at) < late {
            return;
        }
        self.last_delay = late;
        self.max_delay = self.max_delay.max(late);
        self.delays.record(late);
        self.add(at, late);
    }

    /// Records that the loop that judges woke at `at`, `late` after it was due.
    pub fn record_loop_wake(&mut self, at: Moment, late: Duration) {
        self.last_loop_delay = late;
        self.max_loop_delay = self.max_loop_delay.max(late);
        self.add(at, late);
    }

    /// Records that the system refused an attempt a resource.
    pub fn record_local_limit(&mut self, at: Moment, limit: LocalLimit) {
        self.overload = Some(Overload::LocalLimit(limit));
        self.last_sign = at;
    }

    /// Ends trouble after a while without a sign of it.
    pub fn clear_if_calm(&mut self, now: Moment) {
        let calm = match self.overload {
            Some(Overload::Late) => CALM_TIME,
            Some(Overload::LocalLimit(_)) => CALM_TIME_AFTER_LIMIT,
            None => return,
        };
        if now.since(self.last_sign) >= calm {
            self.overload = None;
        }
    }

    /// Returns the histogram bound that at least `percent` percent of all attempts met; the maximum
    /// if none of the bounds suffices.
    pub fn delay_percentile(&self, percent: u64) -> Duration {
        let rank = self.delays.count().saturating_mul(percent).div_ceil(100);
        let mut below = 0;
        for (bound, count) in BOUNDS.iter().zip(self.delays.counts()) {
            below += count;
            if below >= rank {
                return *bound.min(&self.max_delay);
            }
        }
        self.max_delay
    }

    fn add(&mut self, at: Moment, late: Duration) {
        if late < TOLERATED_DELAY {
            return;
        }
        let passed = at.since(self.accumulated_until);
        // Several delays can overlap, but one second of time adds at most one second.
        self.accumulated = self
            .accumulated
            .saturating_sub(passed / DECAY)
            .saturating_add(late.min(passed));
        self.accumulated_until = self.accumulated_until.max(at);
        self.last_sign = at;
        if self.accumulated >= OVERLOAD_DELAY {
            // A lacking resource explains more than the delay.
            self.overload = self.overload.or(Some(Overload::Late));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    #[test]
    fn starts_are_counted_by_their_lateness() {
        let mut lag = SelfStats::default();
        assert_eq!(lag.delay_percentile(99), Duration::ZERO);
        for late in [0, 1, 2, 4, 20, 249] {
            lag.record_start(at(1), ms(late), 1);
        }
        assert_eq!(
            (lag.skipped_polls, lag.max_delay, lag.delays.sum()),
            (6, ms(249), ms(276))
        );
        assert_eq!(
            [33, 66, 99].map(|percent| lag.delay_percentile(percent)),
            [ms(1), ms(5), ms(249)]
        );
    }

    #[test]
    fn trouble_lasts_until_it_was_calm_for_a_while() {
        let mut lag = SelfStats::default();
        for (second, overload) in [(5, None), (6, None), (7, Some(Overload::Late))] {
            lag.record_loop_wake(at(second), ms(500));
            assert_eq!(lag.overload, overload, "{second}");
        }
        lag.clear_if_calm(at(16));
        assert!(lag.overload.is_some());
        lag.record_local_limit(at(16), LocalLimit::Files);
        lag.record_start(at(20), ms(700), 0);
        assert_eq!(lag.overload, Some(Overload::LocalLimit(LocalLimit::Files)));
        lag.clear_if_calm(at(110));
        assert_eq!(lag.overload, None);
    }

    #[test]
    fn a_hiccup_now_and_then_is_no_overload() {
        let mut lag = SelfStats::default();
        for second in (5..100_000).step_by(5) {
            lag.record_loop_wake(at(second), ms(490));
            lag.record_start(at(second), ms(490), 0);
        }
        assert_eq!(lag.overload, None);
    }

    #[test]
    fn what_was_due_during_sleep_is_not_late() {
        let mut lag = SelfStats {
            woke_at: at(3600),
            ..SelfStats::default()
        };
        lag.record_start(at(3601), ms(3_590_000), 0);
        assert_eq!(
            (lag.max_delay, lag.accumulated),
            (Duration::ZERO, Duration::ZERO)
        );
        lag.record_start(at(3602), ms(600), 0);
        assert_eq!((lag.max_delay, lag.accumulated), (ms(600), ms(600)));
    }
}
