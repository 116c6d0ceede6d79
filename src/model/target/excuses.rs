//! Failures and delays that hbmon or its machine caused, so that no target is blamed for them.

use std::time::Duration;

use crate::model::outcome::failure::Failure;
use crate::model::outcome::fault::LocalLimit;
use crate::model::time::moment::Moment;

/// A failed wait is excused if hbmon itself was late for at least this fraction of it (one half).
const WAIT_FRACTION: u32 = 2;

/// The excuses of one target.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::model) struct Excuses {
    /// The resource that this machine lacked for the latest attempts, and the number of those
    /// attempts. Cleared when the target responds or is itself at fault.
    local_limit: Option<LocalLimit>,
    blocked_attempts: u32,
    /// When the first of those attempts ended.
    limited_since: Moment,
    /// When the machine last woke from sleep. A wait that began before it was not measured.
    woke_at: Option<Moment>,
    /// When hbmon itself was last late, and by how much.
    last_delay: Option<(Moment, Duration)>,
}

impl Excuses {
    /// Records an attempt that this machine could not make.
    pub(crate) fn record_local_limit(&mut self, at: Moment, limit: LocalLimit) {
        if self.local_limit.is_none() {
            self.limited_since = at;
        }
        self.local_limit = Some(limit);
        self.blocked_attempts = self.blocked_attempts.saturating_add(1);
    }

    /// Records that the target responded or is itself at fault.
    pub(crate) const fn clear_local_limit(&mut self) {
        self.local_limit = None;
        self.blocked_attempts = 0;
    }

    pub(crate) const fn local_limit(&self) -> Option<LocalLimit> {
        self.local_limit
    }

    /// Returns since when this machine cannot make attempts, if it cannot.
    pub(crate) fn limited_since(&self) -> Option<Moment> {
        self.local_limit.map(|_| self.limited_since)
    }

    /// Returns the number of consecutive attempts that could not be made.
    pub(crate) const fn blocked_attempts(&self) -> u32 {
        self.blocked_attempts
    }

    /// Records that the machine woke from sleep.
    pub(crate) const fn record_wake(&mut self, now: Moment) {
        self.woke_at = Some(now);
    }

    /// Records that hbmon was late.
    pub(crate) const fn record_delay(&mut self, now: Moment, by: Duration) {
        self.last_delay = Some((now, by));
    }

    /// Returns whether the machine slept after `moment`.
    pub(crate) fn slept_since(&self, moment: Moment) -> bool {
        self.woke_at.is_some_and(|woke| woke > moment)
    }

    /// Returns whether a measured time that ended at `at` is invalid: the machine slept during it,
    /// or hbmon was late.
    pub(crate) fn invalidates(&self, at: Moment, time: Duration) -> bool {
        self.slept(at, time) || self.late_within(at, time).is_some()
    }

    /// Returns whether the target is not at fault: this machine lacked a resource or slept during
    /// the wait, or hbmon stalled for half of it.
    pub(crate) fn excuses(&self, at: Moment, failure: &Failure) -> bool {
        let stalled = |wait| {
            self.late_within(at, wait)
                .is_some_and(|late| late >= wait / WAIT_FRACTION)
        };
        failure.local_limit().is_some()
            || failure
                .expired_wait()
                .is_some_and(|wait| self.slept(at, wait) || stalled(wait))
    }

    /// Returns whether the machine slept during the time that ended at `at`.
    fn slept(&self, at: Moment, time: Duration) -> bool {
        self.woke_at.is_some_and(|woke| at.since(woke) < time)
    }

    /// Returns how late hbmon was during the time that ended at `at`.
    fn late_within(&self, at: Moment, time: Duration) -> Option<Duration> {
        self.last_delay
            .filter(|(when, _)| at.since(*when) < time)
            .map(|(_, late)| late)
    }
}
