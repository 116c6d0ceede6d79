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
    /// All time.
    pub const ALL: Period = Period::new(Timestamp::MIN, Timestamp::MAX);

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

    /// Returns the period of a length that ends at a time, which is cut to milliseconds.
    pub fn ending(until: Timestamp, length: Duration) -> Period {
        let until = whole_millis(until);
        let length = i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
        let since = until.as_millisecond().saturating_sub(length);
        Period::new(from_millis(since), until)
    }

    /// Returns the period of the same length that ends where this one begins.
    pub fn before(&self) -> Period {
        Period::ending(self.since, self.length())
    }

    /// Returns the part that both have; it may be empty.
    pub fn overlap(&self, other: Period) -> Period {
        Period {
            since: self.since.max(other.since),
            until: self.until.min(other.until),
        }
    }
}

/// Cuts a time to the precision of the history, milliseconds, and to the years 1 to 9999.
pub fn whole_millis(at: Timestamp) -> Timestamp {
    from_millis(at.as_millisecond())
}

/// 0001-01-01T00:00:00Z in milliseconds. RFC 3339 cannot write a year before 0.
const FIRST: i64 = -62_135_596_800_000;

/// Returns the time that is `millis` after the epoch, or the nearest one in the years 1 to 9999.
pub(crate) fn from_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis.max(FIRST)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_year_that_can_be_written() {
        let first = "0001-01-01T00:00:00Z";
        assert_eq!(whole_millis(Timestamp::MIN).to_string(), first);
        assert_eq!(from_millis(i64::MIN).to_string(), first);
        assert_eq!(from_millis(i64::MAX), Timestamp::MAX);
        let all = Period::new(from_millis(i64::MIN), from_millis(i64::MAX));
        assert_eq!(all.before().since.to_string(), first);
    }
}
