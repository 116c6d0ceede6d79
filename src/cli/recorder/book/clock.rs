//! Which time was watched, and what happens when the wall clock is set.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::Book;
use crate::history::change::StatusChange;
use crate::model::Moment;

/// A clock that is set forward by at most this was watched meanwhile.
const SHORT_STEP: Duration = Duration::from_secs(5);

/// 2026-01-01 in seconds since the epoch. A clock before it is wrong.
const FIRST_RELEASE: i64 = 1_767_225_600;

impl Book {
    /// Leaves out the time in which nothing was watched, since the machine slept or hbmon stood
    /// still. `gap`: its length, which ended at a moment.
    pub(super) fn stalled(&mut self, gap: Duration, anchor: Timestamp, at: Moment) {
        let before = self.dates.of(at);
        // Moments stop while the machine sleeps, and go on while only hbmon does.
        let ahead = self.dates.set_anchor(anchor, at);
        let stalled = gap.saturating_sub(ahead);
        let end = before.checked_sub(stalled).unwrap_or(before);
        self.unwatched(end);
        self.watch(self.dates.of(at));
        self.correct(before, self.dates.of(at));
    }

    /// Follows the wall clock, which was set at a moment. The time that it leaves out was not watched,
    /// and time that it takes back was a mistake.
    pub(super) fn set_clock(&mut self, anchor: Timestamp, at: Moment) {
        let before = self.dates.of(at);
        let ahead = self.dates.set_anchor(anchor, at);
        let now = self.dates.of(at);
        if (now < before || ahead > SHORT_STEP) && self.watched.is_running() {
            self.unwatched(before);
            self.watch(now);
        }
        self.correct(before, now);
    }

    /// Ends what began after `now` at `before`, the last date of a clock that was or is wrong, and
    /// begins it again. Nothing that is written is dated again: it is not known which time is wrong.
    pub(super) fn correct(&mut self, before: Timestamp, now: Timestamp) {
        self.baseline = self.baseline.min(now);
        for (name, entry) in &mut self.monitors {
            if entry.known.first_known > now && now.as_second() >= FIRST_RELEASE {
                Arc::make_mut(&mut entry.known).first_known = now;
                self.urgent.monitors.push(Arc::clone(&entry.known));
            }
            if let Some(open) = entry.open.as_mut().filter(|open| open.from > now) {
                let until = Some(before.max(open.from));
                let ended = Arc::new(StatusChange {
                    until,
                    ..StatusChange::clone(open)
                });
                Arc::make_mut(open).from = now;
                self.urgent.changes.extend([ended, Arc::clone(open)]);
                self.changed.insert(name.clone());
            }
        }
    }

    pub(super) fn watch(&mut self, at: Timestamp) {
        self.watched.begin(at);
        self.numbers.watched(at);
    }

    pub(super) fn unwatched(&mut self, at: Timestamp) {
        self.watched.end(at);
        self.numbers.unwatched(at);
    }
}
