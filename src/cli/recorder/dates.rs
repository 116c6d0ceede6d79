//! Wall times of what happened, which never go back.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::history::period::whole_millis;
use crate::model::{Moment, wall};

/// A clock that is set back by more was wrong before, and the new time counts.
const LONGEST_STEP: SignedDuration = SignedDuration::from_hours(24);

/// Dates moments. While the wall clock repeats time after it was set back, everything is dated at
/// the jump.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dates {
    /// The wall time of `Moment::START`.
    anchor: Timestamp,
    /// No date is before this one.
    floor: Timestamp,
}

impl Dates {
    /// `last`: the latest date so far.
    pub(super) fn new(anchor: Timestamp, now: Moment, last: Option<Timestamp>) -> Dates {
        let mut dates = Dates {
            anchor,
            floor: Timestamp::MIN,
        };
        dates.follow(last.unwrap_or(Timestamp::MIN), now);
        dates
    }

    pub(super) const fn anchor(&self) -> Timestamp {
        self.anchor
    }

    /// Returns the date of a moment, in whole milliseconds.
    pub(super) fn of(&self, at: Moment) -> Timestamp {
        self.plain(at).max(self.floor)
    }

    /// Takes over the anchor after the wall clock was set, or the machine slept, at this moment.
    /// Returns how far the date went forward.
    pub(super) fn set_anchor(&mut self, anchor: Timestamp, at: Moment) -> Duration {
        let before = self.of(at);
        self.anchor = anchor;
        self.follow(before, at);
        Duration::try_from(before.duration_until(self.of(at))).unwrap_or_default()
    }

    /// Lets no date be before `last`, unless the clock was set back by a long time.
    fn follow(&mut self, last: Timestamp, now: Moment) {
        let back = self.plain(now).duration_until(last);
        self.floor = if back > LONGEST_STEP {
            Timestamp::MIN
        } else {
            last
        };
    }

    fn plain(&self, at: Moment) -> Timestamp {
        whole_millis(wall(self.anchor, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    fn epoch(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn a_clock_that_is_set_back_stops_the_dates_until_it_has_caught_up() {
        let mut dates = Dates::new(epoch(10_000), at(0), None);
        assert_eq!(dates.of(at(100)), epoch(10_100));
        assert_eq!(dates.set_anchor(epoch(9_000), at(100)), Duration::ZERO);
        assert_eq!(dates.of(at(100)), epoch(10_100));
        assert_eq!(dates.of(at(1_099)), epoch(10_100));
        assert_eq!(dates.of(at(1_101)), epoch(10_101));
        // A moment from before the jump is dated at it.
        assert_eq!(dates.of(at(50)), epoch(10_100));
    }

    #[test]
    fn a_clock_that_is_set_forward_is_followed() {
        let mut dates = Dates::new(epoch(10_000), at(0), None);
        let ahead = dates.set_anchor(epoch(13_600), at(100));
        assert_eq!(ahead, Duration::from_secs(3_600));
        assert_eq!(dates.of(at(101)), epoch(13_701));
    }

    #[test]
    fn a_clock_that_was_wrong_by_days_is_corrected() {
        let mut dates = Dates::new(epoch(1_000_000), at(0), None);
        dates.set_anchor(epoch(1_000_000 - 86_401), at(10));
        assert_eq!(dates.of(at(10)), epoch(1_000_010 - 86_401));
        let after_restart = |last: i64| Dates::new(epoch(1_000_000), at(0), Some(epoch(last)));
        assert_eq!(after_restart(1_000_500).of(at(0)), epoch(1_000_500));
        assert_eq!(
            after_restart(1_000_000 + 86_401).of(at(0)),
            epoch(1_000_000)
        );
    }
}
