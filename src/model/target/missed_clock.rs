//! The missed clock of a subscription: which promised heartbeats did not come.

use std::time::Duration;

use jiff::SignedDuration;

use super::cadence::Cadence;
use super::status::Status;
use super::status_since::StatusSince;
use crate::model::time::moment::Moment;

/// Runs from the last heartbeat or, before the first, from the first opening. A promised heartbeat
/// is missed exactly when its grace is over.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::model) struct MissedClock {
    /// The last heartbeat or the first opening; what a reader calls silence begins here.
    origin: Moment,
    /// Where promises are counted from: the origin, or a later restart of the clock. None before
    /// the clock runs.
    base: Option<Moment>,
    /// The first promised heartbeat since `base` that is not yet counted as missed.
    next: Moment,
    consecutive: u32,
    /// The deadline that was counted last.
    last: Option<Moment>,
    /// Since when the misses counted so far make their status.
    status_since: StatusSince,
}

impl MissedClock {
    /// Goes on after a time in which nobody listened: what was missed stays missed, and if there
    /// ever was a heartbeat the next one is owed from now on.
    pub fn restored(
        now: Moment,
        consecutive: u32,
        was_heard: bool,
        promise: Cadence<'_>,
    ) -> MissedClock {
        let mut silence = MissedClock {
            origin: now,
            consecutive,
            ..MissedClock::default()
        };
        if was_heard {
            silence.run_from(now, promise);
        }
        silence
    }

    /// The first opening starts the clock; a later one does not restart it.
    pub fn start(&mut self, at: Moment, promise: Cadence<'_>) {
        if self.base.is_none() {
            self.origin = at;
            self.run_from(at, promise);
        }
    }

    pub fn record_beat(&mut self, at: Moment, promise: Cadence<'_>) {
        let base = at.max(self.base.unwrap_or(at));
        *self = MissedClock {
            origin: at.max(self.origin),
            ..MissedClock::default()
        };
        self.run_from(base, promise);
    }

    /// Something came that is no good heartbeat: the silence is over, and the next heartbeat is
    /// owed from now on.
    pub fn record_contact(&mut self, at: Moment, promise: Cadence<'_>) {
        if self.base.is_some() {
            self.record_beat(at, promise);
        }
    }

    /// Deadlines start again at `now`. What was missed before stays missed: only a heartbeat heals.
    pub fn restart(&mut self, now: Moment, promise: Cadence<'_>) {
        if let Some(base) = self.base {
            self.run_from(now.max(base), promise);
        }
    }

    /// This much of the time until `now` does not count: the deadline moves by it.
    pub fn postpone(&mut self, now: Moment, by: Duration) {
        if let Some(base) = self.base {
            let by = by.min(now.since(base));
            self.base = Some(base.plus(by));
            self.next = self.next.plus(by);
        }
    }

    /// The wall clock was set. A promise by the calendar keeps its wall time, but what lay ahead
    /// does not become overdue.
    pub fn clock_set(&mut self, now: Moment, by: SignedDuration) {
        if self.base.is_some() && self.next > now {
            let next = if by.is_negative() {
                self.next.plus(by.unsigned_abs())
            } else {
                let ahead = self.next.since(now).saturating_sub(by.unsigned_abs());
                now.plus(ahead)
            };
            self.next = next;
        }
    }

    /// Misses in a row as counted so far.
    pub const fn consecutive(&self) -> u32 {
        self.consecutive
    }

    /// How many deadlines fell due by `now` (inclusive) and are not counted yet.
    pub fn uncounted(&self, promise: Cadence<'_>, now: Moment) -> u64 {
        let is_late =
            self.base.is_some() && self.next < Moment::FAR && self.next.plus(promise.grace) <= now;
        if !is_late {
            return 0;
        }
        let until = Moment::after_start(now.since_start().saturating_sub(promise.grace));
        promise.count_between(self.next, until).saturating_add(1)
    }

    /// Counts the next `misses` deadlines, at least one, and returns the last of them.
    pub fn count_misses(&mut self, promise: Cadence<'_>, misses: u64) -> Moment {
        let missed = promise.nth(self.next, misses.saturating_sub(1));
        let at = missed.plus(promise.grace);
        self.next = promise.nth(missed, 1);
        self.consecutive = self
            .consecutive
            .saturating_add(u32::try_from(misses).unwrap_or(u32::MAX));
        self.last = Some(at);
        at
    }

    /// The misses counted so far make this status, the last of them at `at`.
    pub fn record_status(&mut self, status: Option<Status>, at: Moment) {
        self.status_since.update(status, at);
    }

    /// When `limit` misses were reached, which make this status.
    pub fn since(&self, promise: Cadence<'_>, limit: u32, status: Status) -> Moment {
        match limit.checked_sub(self.consecutive) {
            None | Some(0) => self.status_since.since(status).unwrap_or(self.origin),
            Some(more) => promise
                .nth(self.next, u64::from(more) - 1)
                .plus(promise.grace),
        }
    }

    /// The deadline missed last, as of `now`, and the silence up to it.
    pub fn last_miss(&self, promise: Cadence<'_>, now: Moment) -> Option<(Moment, Duration)> {
        let at = match self.uncounted(promise, now) {
            0 => self.last,
            due => Some(promise.nth(self.next, due - 1).plus(promise.grace)),
        };
        at.map(|at| (at, at.since(self.origin)))
    }

    /// The first deadline after `now`; none before the clock runs or at the end of time.
    pub fn next_miss(&self, promise: Cadence<'_>, now: Moment) -> Option<Moment> {
        self.base?;
        let at = promise
            .nth(self.next, self.uncounted(promise, now))
            .plus(promise.grace);
        Some(at).filter(|at| *at > now && *at < Moment::FAR)
    }

    /// When the next heartbeat is promised, without grace; stays put while it is late.
    pub fn next_due(&self, promise: Cadence<'_>) -> Option<Moment> {
        self.base.map(|base| promise.nth(base, 1))
    }

    fn run_from(&mut self, base: Moment, promise: Cadence<'_>) {
        self.base = Some(base);
        self.next = promise.nth(base, 1);
    }
}
