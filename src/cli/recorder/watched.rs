//! From when to when a session watched.

use jiff::Timestamp;

use crate::history::period::Period;

/// Times in which hbmon watched, as far as they are not written yet.
#[derive(Clone, Debug, Default)]
pub(super) struct WatchedTimes {
    /// When the time that lasts began, or up to when it is written.
    since: Option<Timestamp>,
    over: Vec<Period>,
}

impl WatchedTimes {
    pub(super) fn begin(&mut self, at: Timestamp) {
        self.since.get_or_insert(at);
    }

    pub(super) const fn is_running(&self) -> bool {
        self.since.is_some()
    }

    pub(super) fn end(&mut self, at: Timestamp) {
        if let Some(since) = self.since.take() {
            self.add(Period::new(since, at));
        }
    }

    /// Returns what was watched until now and not returned before.
    pub(super) fn take(&mut self, now: Timestamp) -> Vec<Period> {
        if let Some(since) = self.since {
            self.add(Period::new(since, now));
            self.since = Some(since.max(now));
        }
        std::mem::take(&mut self.over)
    }

    fn add(&mut self, period: Period) {
        if !period.is_empty() {
            self.over.push(period);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_returned_once() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let period = |since, until| Period::new(at(since), at(until));
        let mut watched = WatchedTimes::default();
        watched.end(at(1));
        watched.begin(at(2));
        watched.begin(at(3));
        assert_eq!(watched.take(at(7)), [period(2, 7)]);
        assert_eq!(watched.take(at(7)), []);
        watched.end(at(9));
        watched.begin(at(20));
        assert_eq!(watched.take(at(21)), [period(7, 9), period(20, 21)]);
        // Not even a clock that goes back makes a period end before it begins.
        assert_eq!(watched.take(at(20)), []);
        watched.end(at(22));
        assert_eq!(watched.take(at(30)), [period(21, 22)]);
    }
}
