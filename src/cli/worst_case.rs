//! The longest time that a bounded run can take. The run ends then, even if a monitor is not
//! settled.

use std::time::Duration;

use super::exit::Ending;
use super::progress::Goal;
use crate::engine::{Backoff, Plan, Stop, Target};
use crate::model::{Moment, Rhythm, Snapshot};

/// Extra time for late timers and machines under load.
const SLACK: Duration = Duration::from_secs(5);
/// Longest pause between two attempts that counts: a longer backoff is meant for runs without an
/// end.
const MAX_PAUSE: Duration = Duration::from_secs(60);
/// Number of attempts after which a monitor is given up if this machine cannot probe it.
const LOCAL_ATTEMPTS: u32 = 2;

/// The longest time of each monitor, in the order of the plan.
pub(super) struct WorstCase(Vec<Duration>);

impl WorstCase {
    pub(super) fn of(plan: &Plan) -> WorstCase {
        let watched = || plan.targets.iter().filter(|target| target.enabled);
        let slots = plan.concurrency.unwrap_or(usize::MAX);
        // Time in the queue: all attempts, divided by the number that may run at the same time.
        let queue = if watched().count() > slots {
            let work = watched().map(|target| {
                target
                    .pace
                    .timeout
                    .saturating_mul(attempts(target, plan.stop))
            });
            let slots = u32::try_from(slots).unwrap_or(u32::MAX).max(1);
            work.fold(Duration::ZERO, Duration::saturating_add) / slots
        } else {
            Duration::ZERO
        };
        let of = |target| {
            unqueued(target, plan.stop)
                .saturating_add(queue)
                .saturating_add(SLACK)
        };
        WorstCase(plan.targets.iter().map(of).collect())
    }

    /// Returns when a run that began at `began` is over if nothing changes, and how it ends then.
    pub(super) fn end(&self, snapshot: &Snapshot, wanted: Goal, began: Moment) -> (Moment, Ending) {
        let open = snapshot
            .rows
            .iter()
            .zip(&self.0)
            .filter(|(row, _)| wanted.is_open(row));
        match open.map(|(_, longest)| *longest).max() {
            Some(longest) => (began.plus(longest), Ending::Deadline),
            None => (Moment::START, Ending::Complete),
        }
    }
}

/// Returns the number of attempts that one monitor may need: until it is in error or given up, and
/// until it has recovered.
fn attempts(target: &Target, stop: Stop) -> u32 {
    match stop {
        Stop::After(count) => count,
        Stop::Settled | Stop::Never => failures(target)
            .max(LOCAL_ATTEMPTS)
            .saturating_add(target.policy.recover),
    }
}

fn failures(target: &Target) -> u32 {
    let limits = target.policy.failures;
    limits.error.or(limits.warning).unwrap_or(1)
}

/// Returns the longest time of one monitor that does not wait for others.
fn unqueued(target: &Target, stop: Stop) -> Duration {
    let policy = &target.policy;
    let attempts = attempts(target, stop);
    let asking = target.pace.timeout.saturating_mul(attempts);
    // Between two heartbeats, or until one is missed.
    let round = match policy.rhythm {
        Rhythm::Poll => policy.interval.saturating_mul(3) / 2,
        Rhythm::Subscription => policy.missed_after(),
    };
    let rounds = match (stop, policy.rhythm) {
        (Stop::After(count), _) => count,
        (_, Rhythm::Poll) => policy.recover.saturating_sub(1),
        (_, Rhythm::Subscription) => {
            let misses = policy.missed.error.or(policy.missed.warning).unwrap_or(1);
            misses.max(failures(target)).saturating_add(policy.recover)
        }
    };
    let waiting = round
        .saturating_mul(rounds)
        .saturating_add(pauses(target, attempts));
    asking
        .saturating_add(waiting)
        .saturating_add(policy.confirm)
}

/// Returns the sum of the pauses between failed attempts.
fn pauses(target: &Target, attempts: u32) -> Duration {
    let Backoff { initial, max, .. } = target.pace.backoff;
    let limit = match target.policy.rhythm {
        Rhythm::Poll => max.min(target.policy.interval),
        Rhythm::Subscription => max,
    };
    let limit = limit.min(MAX_PAUSE);
    let mut sum = Duration::ZERO;
    let mut pause = initial.min(limit);
    for done in 1..attempts {
        if pause == limit {
            return sum.saturating_add(limit.saturating_mul(attempts - done));
        }
        sum = sum.saturating_add(pause);
        pause = pause.saturating_mul(2).min(limit);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use std::path::Path;

    fn plan(concurrency: usize, stop: Stop, monitors: &str) -> Plan {
        let text = format!("monitors: [{monitors}]");
        let plan = config::load_text("test", &text, Path::new(""), &|_| None)
            .unwrap()
            .plan;
        Plan {
            concurrency: Some(concurrency),
            stop,
            ..plan
        }
    }

    fn seconds(plan: &Plan) -> Vec<f64> {
        WorstCase::of(plan)
            .0
            .iter()
            .map(|longest| (*longest - SLACK).as_secs_f64())
            .collect()
    }

    #[test]
    fn it_follows_from_what_a_monitor_is_set_to() {
        let http = |keys: &str| {
            format!("{{name: a, interval: 10s, timeout: 3s, {keys} http: 'http://localhost/'}}")
        };
        let sse = |keys: &str| {
            format!(
                "{{name: a, interval: 10s, grace: 1s, timeout: 3s, {keys} \
                 sse: 'http://localhost/'}}"
            )
        };
        let table = [
            // Three attempts, pauses of 1 s and 2 s, and the confirmation.
            (http(""), Stop::Settled, 9.0 + 3.0 + 5.0),
            (
                http("thresholds: {failures: {error: 1}},"),
                Stop::Settled,
                9.0 + 3.0 + 5.0,
            ),
            (
                http("thresholds: {failures: {error: 5}},"),
                Stop::Settled,
                18.0 + (1.0 + 2.0 + 4.0 + 8.0 + 10.0) + 5.0,
            ),
            (
                http("thresholds: {recover: 2},"),
                Stop::Settled,
                12.0 + 7.0 + 15.0 + 5.0,
            ),
            (
                http("backoff: {initial: 100d, max: 100d},"),
                Stop::Settled,
                9.0 + 20.0 + 5.0,
            ),
            // Two misses and one heartbeat.
            (sse(""), Stop::Settled, 9.0 + 3.0 + 33.0 + 5.0),
            (
                sse("backoff: {initial: 100d, max: 100d},"),
                Stop::Settled,
                9.0 + 120.0 + 33.0 + 5.0,
            ),
            (http(""), Stop::After(3), 9.0 + 45.0 + 3.0 + 5.0),
            (sse(""), Stop::After(1), 3.0 + 11.0 + 5.0),
        ];
        for (monitor, stop, wanted) in table {
            assert_eq!(
                seconds(&plan(256, stop, &monitor)),
                [wanted],
                "{monitor} {stop:?}"
            );
        }
    }

    #[test]
    fn what_has_to_queue_takes_longer() {
        let http = |name| format!("{{name: {name}, timeout: 3s, http: 'http://localhost/'}}");
        let monitors = ["a", "b", "c", "d"].map(http).join(", ");
        let unqueued = seconds(&plan(4, Stop::Settled, &monitors));
        let queued = seconds(&plan(2, Stop::Settled, &monitors));
        // Four times three attempts of 3 s, two at a time.
        assert_eq!(
            queued,
            unqueued
                .iter()
                .map(|unqueued| unqueued + 18.0)
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn extreme_settings_do_not_panic() {
        let extreme = "{name: a, interval: 36500d, timeout: 10000d, \
                       backoff: {initial: 36500d, max: 36500d}, \
                       thresholds: {failures: {error: 4294967295}, recover: 4294967295}, \
                       http: 'http://localhost/'}";
        for stop in [Stop::Settled, Stop::After(u32::MAX)] {
            let mut plan = plan(1, stop, "{name: a, http: 'http://localhost/'}");
            if let Ok(loaded) = config::load_text(
                "test",
                &format!("monitors: [{extreme}]"),
                Path::new(""),
                &|_| None,
            ) {
                plan.targets = loaded.plan.targets;
            }
            assert_eq!(WorstCase::of(&plan).0.len(), 1);
        }
    }
}
