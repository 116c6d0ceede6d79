//! What hbmon or its machine was to blame for, so that no target answers for it.

use std::time::Duration;

use crate::model::outcome::failure::{Failure, LocalLimit};
use crate::model::time::moment::Moment;

/// A wait of which at least this part was hbmon's own lateness says nothing about the target.
const PART_OF_WAIT: u32 = 2;

/// Of one target.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::model) struct Excuses {
    /// What this machine lacked since the target was last heard, or last to blame, and for how many
    /// attempts.
    local_limit: Option<LocalLimit>,
    blocked_attempts: u32,
    /// When the first of those attempts ended.
    limited_since: Moment,
    /// When the machine last woke from sleep: what was waited for until then was not measured.
    woke_at: Option<Moment>,
    /// When hbmon itself was late last, and by how much.
    last_delay: Option<(Moment, Duration)>,
}

impl Excuses {
    /// An attempt could not be made here.
    pub fn record_local_limit(&mut self, at: Moment, lack: LocalLimit) {
        if self.local_limit.is_none() {
            self.limited_since = at;
        }
        self.local_limit = Some(lack);
        self.blocked_attempts = self.blocked_attempts.saturating_add(1);
    }

    /// The target was heard, or is itself to blame.
    pub const fn clear_local_limit(&mut self) {
        (self.local_limit, self.blocked_attempts) = (None, 0);
    }

    pub const fn local_limit(&self) -> Option<LocalLimit> {
        self.local_limit
    }

    /// Since when this machine cannot make attempts, if it cannot.
    pub fn limited_since(&self) -> Option<Moment> {
        self.local_limit.map(|_| self.limited_since)
    }

    /// How many attempts in a row could not be made.
    pub const fn blocked_attempts(&self) -> u32 {
        self.blocked_attempts
    }

    /// The machine slept.
    pub const fn record_wake(&mut self, now: Moment) {
        self.woke_at = Some(now);
    }

    /// hbmon was late by so much.
    pub const fn record_delay(&mut self, now: Moment, by: Duration) {
        self.last_delay = Some((now, by));
    }

    /// Whether the machine slept since.
    pub fn slept_since(&self, moment: Moment) -> bool {
        self.woke_at.is_some_and(|woke| woke > moment)
    }

    /// Whether a time that ended at `at` was not the target's alone: the machine slept in it, or
    /// hbmon was late.
    pub fn invalidates(&self, at: Moment, time: Duration) -> bool {
        self.slept(at, time) || self.late_within(at, time).is_some()
    }

    /// Whether this is no failure of the target: this machine lacked something, or it slept during
    /// the wait that was in vain, or hbmon stood still for half of that wait.
    pub fn excuses(&self, at: Moment, failure: &Failure) -> bool {
        let stood_still = |wait| {
            self.late_within(at, wait)
                .is_some_and(|late| late >= wait / PART_OF_WAIT)
        };
        failure.local_limit().is_some()
            || failure
                .expired_wait()
                .is_some_and(|wait| self.slept(at, wait) || stood_still(wait))
    }

    /// Whether the machine slept in the time that ended at `at`.
    fn slept(&self, at: Moment, time: Duration) -> bool {
        self.woke_at.is_some_and(|woke| at.since(woke) < time)
    }

    /// By how much hbmon was late in the time that ended at `at`.
    fn late_within(&self, at: Moment, time: Duration) -> Option<Duration> {
        self.last_delay
            .filter(|(when, _)| at.since(*when) < time)
            .map(|(_, late)| late)
    }
}
