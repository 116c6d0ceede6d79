//! The monitors with a heartbeat less than a second ago, for the animation.

use std::collections::HashMap;
use std::time::Duration;

use crate::model::{Change, ChangeKind, Event, Moment, TargetId};

/// How long a row shows that a heartbeat arrived.
pub const PULSE_DURATION: Duration = Duration::from_millis(600);

#[derive(Clone, Debug, Default)]
pub struct Pulses(HashMap<TargetId, Moment>);

impl Pulses {
    pub fn record(&mut self, change: &Change) {
        if let ChangeKind::Target {
            id,
            event: Event::Beat { .. },
            ..
        } = change.kind
        {
            self.0.insert(id, change.at);
        }
    }

    /// Removes the pulses that are over.
    pub fn expire(&mut self, now: Moment) {
        self.0.retain(|_, since| now.since(*since) < PULSE_DURATION);
    }

    pub fn any_active(&self, now: Moment) -> bool {
        self.0
            .values()
            .any(|since| now.since(*since) < PULSE_DURATION)
    }

    /// Returns when the last heartbeat of a monitor arrived, if its pulse is not over.
    pub fn since(&self, id: TargetId, now: Moment) -> Option<Moment> {
        self.0
            .get(&id)
            .copied()
            .filter(|since| now.since(*since) < PULSE_DURATION)
    }
}
