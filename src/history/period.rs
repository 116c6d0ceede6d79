//! A span of wall time.

use std::time::Duration;

use jiff::Timestamp;

/// The time from `since` until just before `until`. Empty if `until` is not later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub since: Timestamp,
    pub until: Timestamp,
}

impl Period {
    pub const fn new(since: Timestamp, until: Timestamp) -> Period {
        Period { since, until }
    }

    /// Returns the length; zero if the period is empty.
    pub fn length(&self) -> Duration {
        Duration::try_from(self.since.duration_until(self.until)).unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.until <= self.since
    }

    pub fn contains(&self, at: Timestamp) -> bool {
        self.since <= at && at < self.until
    }

    /// Returns the part that both have; it may be empty.
    pub fn overlap(&self, other: Period) -> Period {
        Period {
            since: self.since.max(other.since),
            until: self.until.min(other.until),
        }
    }
}

/// Cuts a time to the precision of the history, milliseconds.
pub fn whole_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
