//! When a policy expects heartbeats, as moments: every interval, or at the occurrences of a
//! schedule.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::policy::Policy;
use crate::model::time::moment::Moment;
use crate::model::time::moment::wall;
use crate::model::time::schedule::Schedule;

/// The moments of expected heartbeats. A schedule needs the anchor, which is the wall time of
/// `Moment::START`.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Cadence<'p> {
    rule: Rule<'p>,
    pub grace: Duration,
}

#[derive(Clone, Copy, Debug)]
enum Rule<'p> {
    Every(Duration),
    Calendar {
        schedule: &'p Schedule,
        anchor: Timestamp,
    },
}

impl<'p> Cadence<'p> {
    pub(crate) fn new(policy: &'p Policy, anchor: Timestamp) -> Cadence<'p> {
        let rule = match &policy.schedule {
            Some(schedule) => Rule::Calendar { schedule, anchor },
            None => Rule::Every(policy.interval),
        };
        Cadence {
            rule,
            grace: policy.grace,
        }
    }

    /// Returns when the n-th heartbeat after `base` is due, without grace; `base` itself for 0.
    pub(crate) fn nth(self, base: Moment, n: u64) -> Moment {
        match self.rule {
            Rule::Every(interval) => base.plus(times(interval, n)),
            Rule::Calendar { schedule, anchor } => (0..n)
                .try_fold(base, |at, _| next(schedule, anchor, at))
                .unwrap_or(Moment::FAR),
        }
    }

    /// Returns when the heartbeat after one at `base` counts as missed.
    pub(crate) fn missed_at(self, base: Moment) -> Moment {
        self.nth(base, 1).plus(self.grace)
    }

    /// Returns how many heartbeats are due after `base` and up to `until` (inclusive).
    pub(crate) fn count_between(self, base: Moment, until: Moment) -> u64 {
        match self.rule {
            Rule::Every(interval) => {
                u64::try_from(until.since(base).as_nanos() / interval.as_nanos().max(1))
                    .unwrap_or(u64::MAX)
            }
            Rule::Calendar { schedule, anchor } => {
                // Each occurrence is looked up. There are few, since the clock restarts after a
                // gap.
                let mut occurrences = std::iter::successors(next(schedule, anchor, base), |at| {
                    next(schedule, anchor, *at)
                });
                let mut count = 0;
                while occurrences.next().is_some_and(|at| at <= until) {
                    count += 1;
                }
                count
            }
        }
    }
}

/// Returns the first occurrence after a moment, or `None` at the end of the calendar.
fn next(schedule: &Schedule, anchor: Timestamp, after: Moment) -> Option<Moment> {
    let offset: SignedDuration = anchor.duration_until(schedule.next(wall(anchor, after))?);
    Some(Moment::after_start(Duration::try_from(offset).ok()?)).filter(|at| *at > after)
}

/// Returns `duration * n`, saturating.
fn times(duration: Duration, n: u64) -> Duration {
    const NANOS: u128 = 1_000_000_000;
    // Nearly every call is about the next heartbeat, and a 128-bit division would cost more than
    // everything else.
    if n <= 1 {
        return if n == 1 { duration } else { Duration::ZERO };
    }
    let nanos = duration.as_nanos().saturating_mul(u128::from(n));
    match (u64::try_from(nanos / NANOS), u32::try_from(nanos % NANOS)) {
        (Ok(seconds), Ok(rest)) => Duration::new(seconds, rest),
        _ => Duration::MAX,
    }
}
