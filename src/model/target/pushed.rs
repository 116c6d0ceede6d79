//! What pushed heartbeats make of the facts: runs, instances, reported failures.

use std::time::Duration;

use super::facts::Facts;
use super::instance::{Instance, InstanceChange, InstanceCounts};
use super::policy::Policy;
use super::registry::Registry;
use crate::model::outcome::failure::Failure;
use crate::model::outcome::signal::{Push, Said};
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// What taking in a push brought to light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::model) struct Heard {
    pub latency: Option<Duration>,
    /// An instance was heard for the first time, or again.
    pub came_online: bool,
}

impl Facts {
    /// Takes in a push; none if there is no room for its instance, and nothing of it counts.
    pub(in crate::model) fn pushed(
        &mut self,
        at: Moment,
        push: &Push,
        policy: &Policy,
    ) -> Option<Heard> {
        let instance = push
            .instance
            .as_ref()
            .filter(|_| policy.instances.is_some());
        if !self.admits(instance, policy) {
            return None;
        }
        let heard = match &push.said {
            Said::Log(_) => Heard::default(),
            Said::Start => {
                self.attempt();
                self.runs.start(push, at);
                Heard::default()
            }
            Said::Beat { beat, available } => {
                let ran = self.end_run(push, at);
                let latency = self.good(at, ran.or(beat.latency), policy);
                let came_online =
                    instance.is_some_and(|id| self.instance_beat(id, at, *available, policy));
                Heard {
                    latency,
                    came_online,
                }
            }
            Said::Failed(failure) => {
                let ran = self.end_run(push, at);
                let latency = ran.filter(|ran| !self.blame.spoils(at, *ran));
                let failure = failure.clone().of(instance);
                self.failed(at, &failure, push.evidence.as_ref(), latency, policy);
                match instance {
                    Some(id) => self.instance_failed(id, at, &failure, policy),
                    None => self.count_failure(at, &failure, policy),
                }
                // Something came, so no heartbeat was missed.
                self.silence.end(at, self.promise(policy));
                Heard {
                    latency,
                    came_online: false,
                }
            }
        };
        self.row_mut().trying = self.runs.oldest();
        Some(heard)
    }

    /// Whether the instance is known, or there is room for it.
    pub(in crate::model) fn admits(&self, instance: Option<&Text>, policy: &Policy) -> bool {
        let registry = self
            .instances
            .as_ref()
            .filter(|_| policy.instances.is_some());
        instance.is_none_or(|id| registry.is_none_or(|registry| registry.admits(id)))
    }

    /// The next instance that goes offline or is forgotten by `until` (inclusive), and when.
    pub(in crate::model) fn lapse(
        &mut self,
        policy: &Policy,
        until: Moment,
    ) -> Option<(Moment, Text, InstanceChange)> {
        let (promise, instances) = (self.promise(policy), policy.instances?);
        self.instances.as_mut()?.lapse(until, promise, instances)
    }

    /// When `lapse` has something to do next, at the earliest.
    pub(in crate::model) fn next_lapse(&self) -> Option<Moment> {
        self.instances.as_ref()?.deadline()
    }

    pub(in crate::model) fn counts(&self) -> InstanceCounts {
        self.instances
            .as_ref()
            .map_or_else(InstanceCounts::default, |registry| registry.counts())
    }

    /// Whether fewer instances are online than wanted.
    pub(in crate::model) fn lacks(&self, policy: &Policy) -> bool {
        policy
            .instances
            .is_some_and(|instances| self.counts().online < instances.min_online)
    }

    /// From when on every instance has had its time to be heard.
    pub(in crate::model) fn full(&self, policy: &Policy) -> Moment {
        self.promise(policy).nth(self.began, 1)
    }

    pub(in crate::model) fn knows(&self, id: &Text) -> bool {
        self.instances
            .as_ref()
            .is_some_and(|registry| registry.knows(id))
    }

    pub(in crate::model) fn remove(&mut self, id: &Text, at: Moment) -> bool {
        self.instances
            .as_mut()
            .is_some_and(|registry| registry.remove(id, at))
    }

    /// All instances, in no particular order.
    pub(in crate::model) fn list(&self, policy: &Policy, now: Moment) -> Vec<Instance> {
        self.instances
            .as_ref()
            .map_or_else(Vec::new, |registry| registry.list(now, policy.presence))
    }

    pub(in crate::model) fn online(&self) -> impl Iterator<Item = &Text> {
        self.instances.iter().flat_map(|registry| registry.online())
    }

    /// How many failures in a row: of the monitor, or of its instance that fares worst.
    pub(in crate::model) fn in_a_row(&self) -> u32 {
        let worst = self
            .instances
            .as_ref()
            .and_then(|registry| registry.worst())
            .map_or(0, |(_, count)| count);
        self.streak.count().max(worst)
    }

    /// How long the run took that this push ends. One that never said that it starts is an attempt
    /// all the same.
    fn end_run(&mut self, push: &Push, at: Moment) -> Option<Duration> {
        let started = self.runs.end(push);
        if started.is_none() {
            self.attempt();
        }
        started.map(|started| at.since(started))
    }

    fn instance_beat(&mut self, id: &Text, at: Moment, available: bool, policy: &Policy) -> bool {
        let (promise, Some(instances)) = (self.promise(policy), policy.instances) else {
            return false;
        };
        let came_online = self.registry().beat(id, at, available, promise, instances);
        self.doubt(id, policy);
        came_online
    }

    fn instance_failed(&mut self, id: &Text, at: Moment, failure: &Failure, policy: &Policy) {
        let (promise, Some(instances)) = (self.promise(policy), policy.instances) else {
            return;
        };
        self.registry()
            .fail(id, at, failure, policy, promise, instances);
    }

    pub(in crate::model) fn registry(&mut self) -> &mut Registry {
        self.instances.get_or_insert_default()
    }
}
