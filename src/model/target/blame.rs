//! What hbmon or its machine was to blame for, so that no target answers for it.

use std::time::Duration;

use crate::model::outcome::failure::{Failure, Lack};
use crate::model::time::moment::Moment;

/// A wait of which at least this part was hbmon's own lateness says nothing about the target.
const PART_OF_WAIT: u32 = 2;

/// Of one target.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::model) struct Blame {
    /// What this machine lacked since the target was last heard, or last to blame, and for how many
    /// attempts.
    lack: Option<Lack>,
    withheld: u32,
    /// When the first of those attempts ended.
    blind_since: Moment,
    /// When the machine last woke from sleep: what was waited for until then was not measured.
    woke: Option<Moment>,
    /// When hbmon itself was late last, and by how much.
    late: Option<(Moment, Duration)>,
}

impl Blame {
    /// An attempt could not be made here.
    pub fn lacked(&mut self, at: Moment, lack: Lack) {
        if self.lack.is_none() {
            self.blind_since = at;
        }
        self.lack = Some(lack);
        self.withheld = self.withheld.saturating_add(1);
    }

    /// The target was heard, or is itself to blame.
    pub const fn lacked_nothing(&mut self) {
        (self.lack, self.withheld) = (None, 0);
    }

    pub const fn lack(&self) -> Option<Lack> {
        self.lack
    }

    /// Since when this machine cannot make attempts, if it cannot.
    pub fn blind_since(&self) -> Option<Moment> {
        self.lack.map(|_| self.blind_since)
    }

    /// How many attempts in a row could not be made.
    pub const fn withheld(&self) -> u32 {
        self.withheld
    }

    /// The machine slept.
    pub const fn woke(&mut self, now: Moment) {
        self.woke = Some(now);
    }

    /// hbmon was late by so much.
    pub const fn was_late(&mut self, now: Moment, by: Duration) {
        self.late = Some((now, by));
    }

    /// Whether the machine slept since.
    pub fn slept_since(&self, moment: Moment) -> bool {
        self.woke.is_some_and(|woke| woke > moment)
    }

    /// Whether a time that ended at `at` was not the target's alone: the machine slept in it, or
    /// hbmon was late.
    pub fn spoils(&self, at: Moment, time: Duration) -> bool {
        self.slept(at, time) || self.late_within(at, time).is_some()
    }

    /// Whether this is no failure of the target: this machine lacked something, or it slept during
    /// the wait that was in vain, or hbmon stood still for half of that wait.
    pub fn excuses(&self, at: Moment, failure: &Failure) -> bool {
        let stood_still = |wait| {
            self.late_within(at, wait)
                .is_some_and(|late| late >= wait / PART_OF_WAIT)
        };
        failure.lack().is_some()
            || failure
                .waited()
                .is_some_and(|wait| self.slept(at, wait) || stood_still(wait))
    }

    /// Whether the machine slept in the time that ended at `at`.
    fn slept(&self, at: Moment, time: Duration) -> bool {
        self.woke.is_some_and(|woke| at.since(woke) < time)
    }

    /// By how much hbmon was late in the time that ended at `at`.
    fn late_within(&self, at: Moment, time: Duration) -> Option<Duration> {
        self.late
            .filter(|(when, _)| at.since(*when) < time)
            .map(|(_, late)| late)
    }
}
