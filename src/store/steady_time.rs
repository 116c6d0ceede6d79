//! The time up to which old rows are summed up and deleted: a wall clock that is wrong for a moment
//! must not delete three years.

/// Watched times of one session lie at most so far apart, in seconds.
const LONGEST_GAP: i64 = 600;

/// How long the clock must run without a jump until it is believed, in seconds.
const PROBATION: i64 = 3600;

/// A wall clock in seconds since the epoch, which is believed an hour after each jump forward, and
/// at once after one back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SteadyTime {
    /// Zero until the first observation.
    now: i64,
    last: i64,
    /// When the clock began to run without a jump.
    since: Option<i64>,
}

impl SteadyTime {
    /// Begins with the latest time in a store: until then an earlier session believed it.
    pub(super) fn new(last: i64) -> SteadyTime {
        SteadyTime {
            last,
            ..SteadyTime::default()
        }
    }

    /// Takes the current time of the wall clock.
    pub(super) fn observe(&mut self, at: i64) {
        if self.since.is_none() {
            self.now = self.last.min(at);
        }
        let is_jump = at < self.last || at - self.last > LONGEST_GAP;
        let since = match self.since {
            Some(since) if !is_jump => since,
            _ => at,
        };
        self.since = Some(since);
        self.last = at;
        if at < self.now || at - since >= PROBATION {
            self.now = at;
        }
    }

    /// Returns the time that is believed; zero before the first observation.
    pub(super) fn now(&self) -> i64 {
        self.now
    }

    /// Whether the clock has run for an hour without a jump.
    pub(super) fn is_proven(&self) -> bool {
        self.since
            .is_some_and(|since| self.last - since >= PROBATION)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;
    const YEAR: i64 = 365 * 24 * HOUR;

    fn run(time: &mut SteadyTime, from: i64, until: i64) {
        for at in (from..=until).step_by(5) {
            time.observe(at);
        }
    }

    #[test]
    fn a_session_believes_what_the_last_one_did() {
        let mut time = SteadyTime::new(100_000);
        assert_eq!(time.now(), 0);
        time.observe(100_000 + YEAR);
        assert_eq!(time.now(), 100_000);
        // A store with times of the future.
        let mut time = SteadyTime::new(100_000 + YEAR);
        time.observe(100_000);
        assert_eq!(time.now(), 100_000);
    }

    #[test]
    fn a_clock_is_believed_after_an_hour() {
        let mut time = SteadyTime::new(0);
        run(&mut time, YEAR, YEAR + HOUR - 5);
        assert_eq!(time.now(), 0);
        run(&mut time, YEAR + HOUR, YEAR + 3 * HOUR);
        assert_eq!(time.now(), YEAR + 3 * HOUR);
    }

    #[test]
    fn a_clock_that_is_wrong_for_a_moment_changes_nothing() {
        let mut time = SteadyTime::new(0);
        run(&mut time, YEAR, YEAR + 2 * HOUR);
        run(&mut time, 9 * YEAR, 9 * YEAR + 600);
        assert_eq!(time.now(), YEAR + 2 * HOUR);
        run(&mut time, YEAR + 2 * HOUR + 600, YEAR + 3 * HOUR);
        assert_eq!(time.now(), YEAR + 2 * HOUR);
        run(&mut time, YEAR + 3 * HOUR, YEAR + 4 * HOUR);
        assert_eq!(time.now(), YEAR + 4 * HOUR);
    }

    #[test]
    fn a_clock_that_is_set_back_is_believed_at_once() {
        let mut time = SteadyTime::new(0);
        run(&mut time, YEAR, YEAR + 2 * HOUR);
        assert!(time.is_proven());
        time.observe(YEAR);
        assert_eq!(time.now(), YEAR);
        assert!(!time.is_proven());
    }
}
