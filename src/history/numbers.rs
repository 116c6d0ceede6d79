//! Counts and latencies of one monitor in one interval of time.

use std::time::Duration;

use jiff::Timestamp;

use crate::history::period::from_millis;
use crate::history::sketch::Sketch;

/// What is counted in one interval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    pub beats: u64,
    /// Failed attempts and heartbeats.
    pub failed: u64,
    pub missed: u64,
    /// Watched time in these statuses.
    pub healthy: Duration,
    pub warning: Duration,
    pub error: Duration,
    pub latency: Sketch,
}

impl Numbers {
    /// Adds what was counted in another interval, or for another monitor.
    pub fn merge(&mut self, other: &Numbers) {
        self.beats = self.beats.saturating_add(other.beats);
        self.failed = self.failed.saturating_add(other.failed);
        self.missed = self.missed.saturating_add(other.missed);
        self.healthy = self.healthy.saturating_add(other.healthy);
        self.warning = self.warning.saturating_add(other.warning);
        self.error = self.error.saturating_add(other.error);
        self.latency.merge(&other.latency);
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.beats == 0
            && self.failed == 0
            && self.missed == 0
            && self.healthy.is_zero()
            && self.warning.is_zero()
            && self.error.is_zero()
            && self.latency.is_empty()
    }
}

/// The length of the intervals; each begins at a multiple of it since the epoch (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Minutes,
    Hour,
    Day,
}

impl Step {
    /// From the finest to the coarsest.
    pub const ALL: [Step; 3] = [Step::Minutes, Step::Hour, Step::Day];

    pub const fn length(self) -> Duration {
        Duration::from_secs(match self {
            Step::Minutes => 300,
            Step::Hour => 3600,
            Step::Day => 86_400,
        })
    }

    /// The name in commands and addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Step::Minutes => "5m",
            Step::Hour => "1h",
            Step::Day => "1d",
        }
    }

    /// Reads the name; `None` for any other text.
    pub fn parse(name: &str) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.as_str() == name)
    }

    /// Returns the beginning of the interval that a time is in.
    pub fn start_of(self, at: Timestamp) -> Timestamp {
        let millis = at.as_millisecond();
        let length = self.length().as_millis() as i64;
        from_millis(millis - millis.rem_euclid(length))
    }
}

/// The numbers of one interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumbersPoint {
    /// The beginning of the interval.
    pub at: Timestamp,
    pub numbers: Numbers,
}
