//! How hbmon itself keeps up: how late it is, what it lacks, and when its own trouble is over.

use std::time::Duration;

use crate::model::outcome::failure::Lack;
use crate::model::time::histogram::{BOUNDS, Histogram};
use crate::model::time::moment::Moment;

/// Beyond this, lateness is hbmon's own fault: of the attempt or judgement that came so late, no
/// target is blamed for it.
pub const TOO_LATE: Duration = ms(250);
/// Lateness that adds up to this is an overload; less of it is a hiccup.
const OVERLOAD: Duration = ms(1000);
/// What has added up is forgotten at this part of the time that passes: late for less than that is
/// no overload.
const FORGOTTEN: u32 = 10;
/// Trouble is over when there was no sign of it for so long. Attempts that lack something may back
/// off for a minute.
const CALM: Duration = Duration::from_secs(10);
const CALM_AFTER_LACK: Duration = Duration::from_secs(90);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Trouble of hbmon or its machine, for which no target is blamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strain {
    /// hbmon is overloaded: it comes too late to everything.
    Late,
    /// The system refused it something.
    Lack(Lack),
}

impl Strain {
    pub const ALL: [Strain; 6] = [
        Strain::Late,
        Strain::Lack(Lack::Files),
        Strain::Lack(Lack::Ports),
        Strain::Lack(Lack::Buffers),
        Strain::Lack(Lack::NameServer),
        Strain::Lack(Lack::Network),
    ];

    /// Its name for machines.
    pub const fn as_str(self) -> &'static str {
        match self {
            Strain::Late => "late",
            Strain::Lack(Lack::Files) => "files",
            Strain::Lack(Lack::Ports) => "ports",
            Strain::Lack(Lack::Buffers) => "buffers",
            Strain::Lack(Lack::NameServer) => "name_server",
            Strain::Lack(Lack::Network) => "network",
        }
    }
}

/// hbmon about itself, since its start. No event is ever dropped: a full channel makes
/// conversations wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// How late the last attempt started.
    pub last: Duration,
    pub max: Duration,
    /// Polls that were left out because the one before took too long.
    pub skipped: u64,
    /// How late each attempt started.
    pub histogram: Histogram,
    /// How late the loop that judges woke last.
    pub wake: Duration,
    pub max_wake: Duration,
    /// Attempts that run now, and connections that stand.
    pub open: usize,
    pub strain: Option<Strain>,
    /// The config that was read last is bad, and the one before it is still watched.
    pub refused: bool,
    /// When there was a sign of trouble last.
    pub strained: Moment,
    /// Lateness that is not forgotten yet.
    pub(in crate::model) debt: Duration,
    /// Up to where `debt` is counted.
    pub(in crate::model) counted: Moment,
    /// When the machine or the process last slept: what was due before is not late.
    pub slept: Moment,
}

impl Lag {
    /// An attempt started at `at`, this long after it was due.
    pub fn started(&mut self, at: Moment, late: Duration, skipped: u64) {
        self.skipped = self.skipped.saturating_add(skipped);
        if at.since(self.slept) < late {
            return;
        }
        self.last = late;
        self.max = self.max.max(late);
        self.histogram.record(late);
        self.add(at, late);
    }

    /// The loop that judges woke at `at`, this long after it meant to.
    pub fn woke(&mut self, at: Moment, late: Duration) {
        self.wake = late;
        self.max_wake = self.max_wake.max(late);
        self.add(at, late);
    }

    /// The system refused an attempt something.
    pub fn lacked(&mut self, at: Moment, lack: Lack) {
        self.strain = Some(Strain::Lack(lack));
        self.strained = at;
    }

    /// Ends trouble of which there was no sign for a while.
    pub fn relax(&mut self, now: Moment) {
        let calm = match self.strain {
            Some(Strain::Late) => CALM,
            Some(Strain::Lack(_)) => CALM_AFTER_LACK,
            None => return,
        };
        if now.since(self.strained) >= calm {
            self.strain = None;
        }
    }

    /// The bound that at least `percent` of all starts kept; `max` where that is beyond all bounds.
    pub fn percentile(&self, percent: u64) -> Duration {
        let rank = self.histogram.count().saturating_mul(percent).div_ceil(100);
        let mut below = 0;
        for (bound, count) in BOUNDS.iter().zip(self.histogram.counts()) {
            below += count;
            if below >= rank {
                return *bound.min(&self.max);
            }
        }
        self.max
    }

    fn add(&mut self, at: Moment, late: Duration) {
        if late < TOO_LATE {
            return;
        }
        let passed = at.since(self.counted);
        // However many are late at once: in a second nobody can be late by more than a second.
        self.debt = self
            .debt
            .saturating_sub(passed / FORGOTTEN)
            .saturating_add(late.min(passed));
        self.counted = self.counted.max(at);
        self.strained = at;
        if self.debt >= OVERLOAD {
            // What is lacking is the better explanation.
            self.strain = self.strain.or(Some(Strain::Late));
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
        let mut lag = Lag::default();
        assert_eq!(lag.percentile(99), Duration::ZERO);
        for late in [0, 1, 2, 4, 20, 249] {
            lag.started(at(1), ms(late), 1);
        }
        assert_eq!(
            (lag.skipped, lag.max, lag.histogram.sum()),
            (6, ms(249), ms(276))
        );
        assert_eq!(
            [33, 66, 99].map(|percent| lag.percentile(percent)),
            [ms(1), ms(5), ms(249)]
        );
    }

    #[test]
    fn trouble_lasts_until_it_was_calm_for_a_while() {
        let mut lag = Lag::default();
        for (second, strain) in [(5, None), (6, None), (7, Some(Strain::Late))] {
            lag.woke(at(second), ms(500));
            assert_eq!(lag.strain, strain, "{second}");
        }
        lag.relax(at(16));
        assert!(lag.strain.is_some());
        lag.lacked(at(16), Lack::Files);
        lag.started(at(20), ms(700), 0);
        assert_eq!(lag.strain, Some(Strain::Lack(Lack::Files)));
        lag.relax(at(110));
        assert_eq!(lag.strain, None);
    }

    #[test]
    fn a_hiccup_now_and_then_is_no_overload() {
        let mut lag = Lag::default();
        for second in (5..100_000).step_by(5) {
            lag.woke(at(second), ms(490));
            lag.started(at(second), ms(490), 0);
        }
        assert_eq!(lag.strain, None);
    }

    #[test]
    fn what_was_due_during_sleep_is_not_late() {
        let mut lag = Lag {
            slept: at(3600),
            ..Lag::default()
        };
        lag.started(at(3601), ms(3_590_000), 0);
        assert_eq!((lag.max, lag.debt), (Duration::ZERO, Duration::ZERO));
        lag.started(at(3602), ms(600), 0);
        assert_eq!((lag.max, lag.debt), (ms(600), ms(600)));
    }
}
