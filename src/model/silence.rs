//! The missed clock of a subscription: which deadlines passed without a heartbeat.

use std::time::Duration;

use super::moment::Moment;
use super::policy::Policy;

/// Runs from the last heartbeat or, before the first, from the first opening. Miss n falls due exactly at
/// `base + n * interval + grace`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Silence {
    /// The last heartbeat or the first opening; what a reader calls silence begins here.
    origin: Moment,
    /// Where the deadlines are counted from: the origin, or a later restart of the clock.
    base: Option<Moment>,
    /// Deadlines since `base` that are already part of `consecutive`.
    counted: u64,
    consecutive: u32,
    /// The last deadline that was counted.
    last: Option<Moment>,
}

impl Silence {
    /// Goes on after a time in which nobody listened: what was missed stays missed, and if there ever was a heartbeat
    /// the next one is owed from now on.
    pub fn recalled(now: Moment, consecutive: u32, was_heard: bool) -> Silence {
        Silence { origin: now, base: was_heard.then_some(now), consecutive, ..Silence::default() }
    }

    /// The first opening starts the clock; a later one does not restart it.
    pub fn open(&mut self, at: Moment) {
        if self.base.is_none() {
            self.origin = at;
            self.base = Some(at);
        }
    }

    pub fn beat(&mut self, at: Moment) {
        let origin = at.max(self.origin);
        *self = Silence { origin, base: Some(at.max(self.base.unwrap_or(at))), ..Silence::default() };
    }

    /// Deadlines start again at `now`. What was missed before stays missed: only a heartbeat heals.
    pub fn restart(&mut self, now: Moment) {
        if let Some(base) = &mut self.base {
            *base = now.max(*base);
            self.counted = 0;
        }
    }

    /// Misses in a row as counted so far.
    pub const fn consecutive(&self) -> u32 {
        self.consecutive
    }

    /// Misses in a row as of `now`, whether they are counted already or not.
    pub fn consecutive_at(&self, policy: &Policy, now: Moment) -> u32 {
        let uncounted = u32::try_from(self.uncounted(policy, now)).unwrap_or(u32::MAX);
        self.consecutive.saturating_add(uncounted)
    }

    /// How many deadlines fell due by `now` (inclusive) and are not counted yet.
    pub fn uncounted(&self, policy: &Policy, now: Moment) -> u64 {
        self.due(policy, now).saturating_sub(self.counted)
    }

    /// Counts the next `misses` deadlines and returns the last of them.
    pub fn count(&mut self, policy: &Policy, misses: u64) -> Option<Moment> {
        self.counted = self.counted.saturating_add(misses);
        self.consecutive = self.consecutive.saturating_add(u32::try_from(misses).unwrap_or(u32::MAX));
        self.last = self.deadline(policy, self.counted);
        self.last
    }

    /// The deadline missed last, as of `now`, and the silence up to it.
    pub fn last_miss(&self, policy: &Policy, now: Moment) -> Option<(Moment, Duration)> {
        let due = self.due(policy, now);
        let at = if due > self.counted { self.deadline(policy, due) } else { self.last };
        at.map(|at| (at, at.since(self.origin)))
    }

    /// The first deadline after `now`; none before the clock runs or at the end of time.
    pub fn next_miss(&self, policy: &Policy, now: Moment) -> Option<Moment> {
        let passed = self.due(policy, now).max(self.counted);
        self.deadline(policy, passed.saturating_add(1)).filter(|at| *at > now && *at < Moment::FAR)
    }

    /// When the next heartbeat is promised, without grace; stays put while it is late.
    pub fn promised(&self, policy: &Policy) -> Option<Moment> {
        self.base.map(|base| base.plus(policy.interval))
    }

    /// Deadlines since `base` that fell due by `now` (inclusive).
    fn due(&self, policy: &Policy, now: Moment) -> u64 {
        let Some(late) = self.base.and_then(|base| now.since(base).checked_sub(policy.grace)) else { return 0 };
        u64::try_from(late.as_nanos() / policy.interval.as_nanos().max(1)).unwrap_or(u64::MAX)
    }

    fn deadline(&self, policy: &Policy, n: u64) -> Option<Moment> {
        self.base.map(|base| base.plus(times(policy.interval, n)).plus(policy.grace))
    }
}

/// `duration * n`, saturating.
fn times(duration: Duration, n: u64) -> Duration {
    const NANOS: u128 = 1_000_000_000;
    let nanos = duration.as_nanos().saturating_mul(u128::from(n));
    match (u64::try_from(nanos / NANOS), u32::try_from(nanos % NANOS)) {
        (Ok(seconds), Ok(rest)) => Duration::new(seconds, rest),
        _ => Duration::MAX,
    }
}
