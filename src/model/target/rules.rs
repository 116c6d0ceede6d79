//! The rules that heartbeats can end: failures, missed heartbeats, latency, too few instances,
//! clocks.

use super::facts::Facts;
use super::finding::{Finding, level, worsen};
use super::policy::Policy;
use super::status::{Cause, Status};
use crate::model::outcome::failure::Failure;
use crate::model::outcome::fault::Assertion;
use crate::model::time::moment::Moment;

impl Facts {
    /// Returns the worst finding of the rules that heartbeats can end.
    pub(in crate::model) fn trouble(&self, policy: &Policy, now: Moment) -> Option<Finding> {
        let instances = self
            .instances
            .as_ref()
            .and_then(|registry| registry.worst())
            .map(|(finding, _)| finding);
        let mut worst = self.failure_rule(policy);
        worsen(&mut worst, instances);
        worsen(&mut worst, self.missed_rule(policy, now));
        worsen(&mut worst, self.instances_rule(policy, now));
        worsen(&mut worst, self.latency_rule(policy));
        worsen(&mut worst, self.sender_clock.finding(policy));
        worst
    }

    /// Returns the status that the last latency alone makes.
    pub(in crate::model) fn latency_status(&self, policy: &Policy) -> Option<Status> {
        let last = self.latencies.last()?;
        level(policy.latency, |limit| last > limit).map(|(status, _)| status)
    }

    fn failure_rule(&self, policy: &Policy) -> Option<Finding> {
        let status = self.streak.status(policy)?;
        let (_, failure) = self.row.last_failure.as_deref()?;
        Some(Finding {
            status,
            at: self.streak.since(status),
            cause: Cause::Failure(failure.clone()),
        })
    }

    pub(in crate::model) fn missed_rule(&self, policy: &Policy, now: Moment) -> Option<Finding> {
        let count = self.misses_at(policy, now);
        let (status, limit) = level(policy.missed, |limit| count > 0 && count >= limit)?;
        let cadence = self.cadence(policy);
        let (_, silent) = self.missed_clock.last_miss(
            cadence,
            if self.is_locally_limited() {
                Moment::START
            } else {
                now
            },
        )?;
        let at = self.missed_clock.since(cadence, limit, status);
        Some(Finding {
            status,
            at,
            cause: Cause::Missed { count, silent },
        })
    }

    /// Returns a finding if too few instances are online although all have had time to send a
    /// heartbeat.
    pub(in crate::model) fn instances_rule(&self, policy: &Policy, now: Moment) -> Option<Finding> {
        if !self.has_too_few_instances(policy) {
            return None;
        }
        let all_due_at = self.instances_due_at(policy);
        if now < all_due_at {
            return None;
        }
        let least = policy.instances?.min_online;
        let online = self.instance_counts().online;
        let last_offline = self
            .instances
            .as_ref()
            .map_or(all_due_at, |registry| registry.last_offline_at());
        let cause = Cause::Failure(Failure::Assertion(Assertion::Online { least, online }));
        Some(Finding {
            status: Status::Error,
            at: last_offline.max(all_due_at),
            cause,
        })
    }

    fn latency_rule(&self, policy: &Policy) -> Option<Finding> {
        let latency = self.latencies.last()?;
        let (status, limit) = level(policy.latency, |limit| latency > limit)?;
        let at = self.slow_since.since(status).unwrap_or(self.measured_at);
        Some(Finding {
            status,
            at,
            cause: Cause::Latency { latency, limit },
        })
    }
}
