//! Missed heartbeats, and the time in which this machine cannot listen, so that none counts as
//! missed.

use std::time::Duration;

use super::facts::Facts;
use super::finding::{Finding, level};
use super::policy::{Policy, Rhythm};
use crate::model::outcome::recent::{MAX_RECENT, Outcome, OutcomeKind};
use crate::model::time::moment::Moment;

/// While this machine cannot make attempts, a verdict stands for this many intervals plus this
/// time.
const LIMITED_INTERVALS: u32 = 3;
const LIMITED_TIME: Duration = Duration::from_secs(60);

impl Facts {
    /// Counts the next miss due by `until` (inclusive). Returns its deadline and the number of
    /// consecutive misses. After a long silence, only the last `MAX_RECENT` misses and those that
    /// reach a limit are returned one by one.
    pub fn count_miss(&mut self, policy: &Policy, until: Moment) -> Option<(Moment, u32)> {
        let due = self.misses_due(policy, until);
        if due == 0 {
            return None;
        }
        let skippable = due
            .saturating_sub(MAX_RECENT as u64)
            .min(self.until_next_limit(policy).saturating_sub(1));
        let at = self
            .missed_clock
            .count_misses(self.cadence(policy), skippable.saturating_add(1));
        let count = self.missed_clock.consecutive();
        let status = level(policy.missed, |limit| count >= limit).map(|(status, _)| status);
        self.missed_clock.record_status(status, at);
        self.recovery.reset_streaks();
        if self.recovery.is_latched()
            && let Some(Finding { cause, .. }) = self.missed_rule(policy, at)
        {
            self.recovery.update_cause(&cause);
        }
        let row = self.row_mut();
        row.missed = row.missed.saturating_add(skippable).saturating_add(1);
        row.recent.push(Outcome {
            at,
            what: OutcomeKind::Missed,
            latency: None,
        });
        Some((at, self.missed_clock.consecutive()))
    }

    /// Returns the number of misses due by `now` that are not counted yet.
    pub fn misses_due(&self, policy: &Policy, now: Moment) -> u64 {
        match policy.rhythm {
            Rhythm::Subscription if !self.is_locally_limited() => {
                self.missed_clock.uncounted(self.cadence(policy), now)
            }
            Rhythm::Subscription | Rhythm::Poll => 0,
        }
    }

    /// Returns the number of consecutive misses as of `now`, counted or not.
    pub(in crate::model) fn misses_at(&self, policy: &Policy, now: Moment) -> u32 {
        let uncounted = u32::try_from(self.misses_due(policy, now)).unwrap_or(u32::MAX);
        self.missed_clock.consecutive().saturating_add(uncounted)
    }

    /// Returns the first deadline that is not counted as missed yet, which may have passed.
    pub(in crate::model) fn next_uncounted_miss(&self, policy: &Policy) -> Option<Moment> {
        match policy.rhythm {
            Rhythm::Subscription if !self.is_locally_limited() => {
                self.missed_clock.next_uncounted(policy.grace)
            }
            Rhythm::Subscription | Rhythm::Poll => None,
        }
    }

    /// Returns the first deadline of an expected heartbeat after `now`.
    pub(in crate::model) fn next_miss(&self, policy: &Policy, now: Moment) -> Option<Moment> {
        match policy.rhythm {
            Rhythm::Subscription if !self.is_locally_limited() => {
                self.missed_clock.next_miss(self.cadence(policy), now)
            }
            Rhythm::Subscription | Rhythm::Poll => None,
        }
    }

    /// Returns whether this machine cannot make attempts. Then no heartbeat counts as missed.
    pub(in crate::model) fn is_locally_limited(&self) -> bool {
        self.excuses.local_limit().is_some()
    }

    /// Returns when the verdict becomes too old to stand, if this machine still cannot make
    /// attempts then.
    pub(in crate::model) fn verdict_expiry(&self, policy: &Policy) -> Option<Moment> {
        let limit = policy
            .interval
            .saturating_mul(LIMITED_INTERVALS)
            .saturating_add(LIMITED_TIME);
        self.excuses.limited_since().map(|since| since.plus(limit))
    }

    /// Records that this machine can make attempts: heartbeats are expected again from `at`.
    pub(in crate::model) fn clear_local_limit(&mut self, at: Moment, policy: &Policy) {
        if self.is_locally_limited() {
            self.excuses.clear_local_limit();
            self.missed_clock.restart(at, self.cadence(policy));
        }
    }

    /// Returns after how many more misses the next limit is reached.
    fn until_next_limit(&self, policy: &Policy) -> u64 {
        let consecutive = self.missed_clock.consecutive();
        [policy.missed.warning, policy.missed.error]
            .into_iter()
            .flatten()
            .filter(|limit| *limit > consecutive)
            .map(|limit| u64::from(limit - consecutive))
            .min()
            .unwrap_or(u64::MAX)
    }
}
