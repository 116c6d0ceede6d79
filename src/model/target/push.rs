//! Pushed heartbeats: runs, instances, reported failures.

use std::time::Duration;

use super::facts::Facts;
use super::instance::{Instance, InstanceChange, InstanceCounts};
use super::policy::Policy;
use super::registry::Registry;
use crate::model::outcome::failure::Failure;
use crate::model::outcome::signal::{Push, PushSignal};
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// What recording a push resulted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::model) struct PushEffect {
    pub latency: Option<Duration>,
    /// An instance came online.
    pub came_online: bool,
}

impl Facts {
    /// Records a push. Returns `None`, without any effect, if there is no room for its instance.
    pub(in crate::model) fn record_push(
        &mut self,
        at: Moment,
        push: &Push,
        policy: &Policy,
    ) -> Option<PushEffect> {
        let instance = push
            .instance
            .as_ref()
            .filter(|_| policy.instances.is_some());
        if !self.admits_instance(instance, policy) {
            return None;
        }
        let effect = match &push.signal {
            PushSignal::Log(_) => PushEffect::default(),
            PushSignal::Start => {
                self.record_attempt();
                self.runs.start(push, at);
                PushEffect::default()
            }
            PushSignal::Beat { beat, available } => {
                let run_time = self.end_run(push, at);
                let latency = self.record_beat(at, run_time.or(beat.latency), policy);
                let came_online =
                    instance.is_some_and(|id| self.instance_beat(id, at, *available, policy));
                PushEffect {
                    latency,
                    came_online,
                }
            }
            PushSignal::Failed(failure) => {
                let run_time = self.end_run(push, at);
                let latency = run_time.filter(|run_time| !self.excuses.invalidates(at, *run_time));
                let failure = failure.clone().of(instance);
                self.record_failure(at, &failure, push.evidence.as_ref(), latency, policy);
                match instance {
                    Some(id) => self.instance_failed(id, at, &failure, policy),
                    None => self.count_failure(at, &failure, policy),
                }
                // A message came, so no heartbeat was missed.
                self.missed_clock.record_contact(at, self.cadence(policy));
                PushEffect {
                    latency,
                    came_online: false,
                }
            }
        };
        self.row_mut().attempt_since = self.runs.oldest();
        Some(effect)
    }

    /// Returns whether the instance is known, or there is room for it.
    pub(in crate::model) fn admits_instance(
        &self,
        instance: Option<&Text>,
        policy: &Policy,
    ) -> bool {
        let registry = self
            .instances
            .as_ref()
            .filter(|_| policy.instances.is_some());
        instance.is_none_or(|id| registry.is_none_or(|registry| registry.admits(id)))
    }

    /// Expires the next instance that goes offline or is removed by `until` (inclusive). Returns
    /// when and which.
    pub(in crate::model) fn expire_instance(
        &mut self,
        policy: &Policy,
        until: Moment,
    ) -> Option<(Moment, Text, InstanceChange)> {
        let cadence = self.cadence(policy);
        let instances = policy.instances?;
        self.instances.as_mut()?.expire(until, cadence, instances)
    }

    /// Returns when an instance next goes offline or is removed, at the earliest.
    pub(in crate::model) fn next_instance_expiry(&self) -> Option<Moment> {
        self.instances.as_ref()?.deadline()
    }

    pub(in crate::model) fn instance_counts(&self) -> InstanceCounts {
        self.instances
            .as_ref()
            .map_or_else(InstanceCounts::default, |registry| registry.counts())
    }

    /// Returns whether fewer instances are online than the policy demands.
    pub(in crate::model) fn has_too_few_instances(&self, policy: &Policy) -> bool {
        policy
            .instances
            .is_some_and(|instances| self.instance_counts().online < instances.min_online)
    }

    /// Returns when every instance has had one interval to send a heartbeat.
    pub(in crate::model) fn instances_due_at(&self, policy: &Policy) -> Moment {
        self.cadence(policy).nth(self.started_at, 1)
    }

    pub(in crate::model) fn has_instance(&self, id: &Text) -> bool {
        self.instances
            .as_ref()
            .is_some_and(|registry| registry.has(id))
    }

    pub(in crate::model) fn remove_instance(&mut self, id: &Text, at: Moment) -> bool {
        self.instances
            .as_mut()
            .is_some_and(|registry| registry.remove(id, at))
    }

    /// Returns all instances, in no particular order.
    pub(in crate::model) fn list_instances(&self, policy: &Policy, now: Moment) -> Vec<Instance> {
        self.instances
            .as_ref()
            .map_or_else(Vec::new, |registry| registry.list(now, policy.presence))
    }

    pub(in crate::model) fn online_instances(&self) -> impl Iterator<Item = &Text> {
        self.instances.iter().flat_map(|registry| registry.online())
    }

    /// Returns the number of consecutive failures: of the monitor, or of its worst instance.
    pub(in crate::model) fn consecutive_failures(&self) -> u32 {
        let worst = self
            .instances
            .as_ref()
            .and_then(|registry| registry.worst())
            .map_or(0, |(_, count)| count);
        self.streak.count().max(worst)
    }

    /// Returns how long the run took that this push ends. A push without a start counts as an
    /// attempt too.
    fn end_run(&mut self, push: &Push, at: Moment) -> Option<Duration> {
        let started = self.runs.end(push);
        if started.is_none() {
            self.record_attempt();
        }
        started.map(|started| at.since(started))
    }

    fn instance_beat(&mut self, id: &Text, at: Moment, available: bool, policy: &Policy) -> bool {
        let Some(instances) = policy.instances else {
            return false;
        };
        let cadence = self.cadence(policy);
        let came_online = self
            .registry()
            .record_beat(id, at, available, cadence, instances);
        self.judge_instance_clock(id, policy);
        came_online
    }

    fn instance_failed(&mut self, id: &Text, at: Moment, failure: &Failure, policy: &Policy) {
        let Some(instances) = policy.instances else {
            return;
        };
        let cadence = self.cadence(policy);
        self.registry()
            .record_failure(id, at, failure, policy, cadence, instances);
    }

    pub(in crate::model) fn registry(&mut self) -> &mut Registry {
        self.instances.get_or_insert_default()
    }
}
