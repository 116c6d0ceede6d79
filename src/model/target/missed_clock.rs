//! The missed clock of a subscription: which expected heartbeats did not come.

use std::time::Duration;

use jiff::SignedDuration;

use super::cadence::Cadence;
use super::status::Status;
use super::status_since::StatusSince;
use crate::model::time::moment::Moment;

/// Runs from the last heartbeat or, before the first, from the first open connection. A heartbeat
/// counts as missed exactly when its grace ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::model) struct MissedClock {
    /// The last heartbeat, or the first open connection. Silence is shown from here.
    origin: Moment,
    /// The moment from which intervals count: the origin, or a later restart. `None` before the
    /// clock runs.
    base: Option<Moment>,
    /// Due moment of the first heartbeat that is not counted as missed yet.
    next: Moment,
    consecutive: u32,
    /// The deadline of the last counted miss.
    last: Option<Moment>,
    /// Since when the counted misses have made their status.
    status_since: StatusSince,
}

impl MissedClock {
    /// Continues after a restart of hbmon. Misses stay counted; a target that sent heartbeats
    /// before owes the next one from now.
    pub(crate) fn restored(
        now: Moment,
        consecutive: u32,
        was_heard: bool,
        cadence: Cadence<'_>,
    ) -> MissedClock {
        let mut silence = MissedClock {
            origin: now,
            consecutive,
            ..MissedClock::default()
        };
        if was_heard {
            silence.run_from(now, cadence);
        }
        silence
    }

    /// Starts the clock when a connection opens, unless it runs already.
    pub(crate) fn start(&mut self, at: Moment, cadence: Cadence<'_>) {
        if self.base.is_none() {
            self.origin = at;
            self.run_from(at, cadence);
        }
    }

    pub(crate) fn record_beat(&mut self, at: Moment, cadence: Cadence<'_>) {
        let base = at.max(self.base.unwrap_or(at));
        *self = MissedClock {
            origin: at.max(self.origin),
            ..MissedClock::default()
        };
        self.run_from(base, cadence);
    }

    /// Records a message that is not a good heartbeat: the silence ends, and the next heartbeat is
    /// expected from now.
    pub(crate) fn record_contact(&mut self, at: Moment, cadence: Cadence<'_>) {
        if self.base.is_some() {
            self.record_beat(at, cadence);
        }
    }

    /// Restarts the deadlines at `now`. Misses stay counted until a heartbeat.
    pub(crate) fn restart(&mut self, now: Moment, cadence: Cadence<'_>) {
        if let Some(base) = self.base {
            self.run_from(now.max(base), cadence);
        }
    }

    /// Excludes a part of the time until `now`: the deadline moves by it.
    pub(crate) fn postpone(&mut self, now: Moment, by: Duration) {
        if let Some(base) = self.base {
            let by = by.min(now.since(base));
            self.base = Some(base.plus(by));
            self.next = self.next.plus(by);
        }
    }

    /// Adjusts a deadline by the calendar after the wall clock was set. It keeps its wall time, but
    /// does not become overdue by the change.
    pub(crate) fn clock_set(&mut self, now: Moment, by: SignedDuration) {
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

    /// Returns the number of consecutive misses counted so far.
    pub(crate) const fn consecutive(&self) -> u32 {
        self.consecutive
    }

    /// Returns how many deadlines passed by `now` (inclusive) that are not counted yet.
    pub(crate) fn uncounted(&self, cadence: Cadence<'_>, now: Moment) -> u64 {
        let is_late =
            self.base.is_some() && self.next < Moment::FAR && self.next.plus(cadence.grace) <= now;
        if !is_late {
            return 0;
        }
        let until = Moment::after_start(now.since_start().saturating_sub(cadence.grace));
        cadence.count_between(self.next, until).saturating_add(1)
    }

    /// Counts the next `misses` deadlines, at least one, and returns the last of them.
    pub(crate) fn count_misses(&mut self, cadence: Cadence<'_>, misses: u64) -> Moment {
        let missed = cadence.nth(self.next, misses.saturating_sub(1));
        let at = missed.plus(cadence.grace);
        self.next = cadence.nth(missed, 1);
        self.consecutive = self
            .consecutive
            .saturating_add(u32::try_from(misses).unwrap_or(u32::MAX));
        self.last = Some(at);
        at
    }

    /// Records the status that the counted misses make, the last of them at `at`.
    pub(crate) fn record_status(&mut self, status: Option<Status>, at: Moment) {
        self.status_since.update(status, at);
    }

    /// Returns when the number of misses reached `limit`, which makes this status.
    pub(crate) fn since(&self, cadence: Cadence<'_>, limit: u32, status: Status) -> Moment {
        match limit.checked_sub(self.consecutive) {
            None | Some(0) => self.status_since.since(status).unwrap_or(self.origin),
            Some(more) => cadence
                .nth(self.next, u64::from(more) - 1)
                .plus(cadence.grace),
        }
    }

    /// Returns the last deadline missed as of `now`, and the silence up to it.
    pub(crate) fn last_miss(
        &self,
        cadence: Cadence<'_>,
        now: Moment,
    ) -> Option<(Moment, Duration)> {
        let at = match self.uncounted(cadence, now) {
            0 => self.last,
            due => Some(cadence.nth(self.next, due - 1).plus(cadence.grace)),
        };
        at.map(|at| (at, at.since(self.origin)))
    }

    /// Returns the first deadline that is not counted yet, or `None` before the clock runs and at
    /// the end of time.
    pub(crate) fn next_uncounted(&self, grace: Duration) -> Option<Moment> {
        self.base?;
        Some(self.next.plus(grace)).filter(|at| *at < Moment::FAR)
    }

    /// Returns the first deadline after `now`, or `None` before the clock runs and at the end of
    /// time.
    pub(crate) fn next_miss(&self, cadence: Cadence<'_>, now: Moment) -> Option<Moment> {
        self.base?;
        let at = cadence
            .nth(self.next, self.uncounted(cadence, now))
            .plus(cadence.grace);
        Some(at).filter(|at| *at > now && *at < Moment::FAR)
    }

    /// Returns when the next heartbeat is due, without grace. The moment does not change while it
    /// is late.
    pub(crate) fn next_due(&self, cadence: Cadence<'_>) -> Option<Moment> {
        self.base.map(|base| cadence.nth(base, 1))
    }

    fn run_from(&mut self, base: Moment, cadence: Cadence<'_>) {
        self.base = Some(base);
        self.next = cadence.nth(base, 1);
    }
}
