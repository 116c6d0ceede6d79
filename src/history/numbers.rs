//! Counts and latencies of one monitor in one interval of time.

use std::time::Duration;

use jiff::Timestamp;

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
}

/// The numbers of one interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumbersPoint {
    /// The beginning of the interval.
    pub at: Timestamp,
    pub numbers: Numbers,
}
