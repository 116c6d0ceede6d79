//! The instances of one target of the fleet.

use super::change::Event;
use super::change_ring::ChangeLog;
use super::target_state::TargetState;
use crate::model::target::instance::{Instance, InstanceChange};
use crate::model::target::registry::MAX_INSTANCES;
use crate::model::text::Text;
use crate::model::time::moment::Moment;

impl TargetState {
    /// Removes an instance. Returns whether it existed.
    pub(crate) fn remove_instance(&mut self, at: Moment, id: &Text, log: &mut ChangeLog) -> bool {
        self.advance(at, log);
        let existed = self.facts.remove_instance(id, at);
        if existed {
            self.changed = true;
            self.push(
                at,
                Event::Instance {
                    id: id.clone(),
                    change: InstanceChange::Removed,
                },
                log,
            );
            self.judge_at(at, log);
        }
        existed
    }

    /// Returns all instances, in no particular order.
    pub(crate) fn instances(&self, now: Moment) -> Vec<Instance> {
        self.facts.list_instances(&self.policy, now)
    }

    pub(crate) fn has_instance(&self, instance: &Text) -> bool {
        self.facts.has_instance(instance)
    }

    /// Returns whether no further instance is accepted.
    pub(crate) fn is_full(&self) -> bool {
        self.facts.instance_counts().total as usize >= MAX_INSTANCES
    }

    /// Returns the online instances, each with the name of the monitor.
    pub(crate) fn online_instances(&self) -> impl Iterator<Item = (Text, Text)> {
        self.facts
            .online_instances()
            .map(|id| (self.facts.row.meta.name.clone(), id.clone()))
    }
}
