//! Which monitors had a heartbeat a moment ago.

use std::collections::HashMap;
use std::time::Duration;

use crate::model::{Change, ChangeKind, Event, Moment, TargetId};

/// How long a heartbeat shows.
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

    /// Forgets what is over.
    pub fn expire(&mut self, now: Moment) {
        self.0.retain(|_, since| now.since(*since) < PULSE_DURATION);
    }

    pub fn any_active(&self, now: Moment) -> bool {
        self.0
            .values()
            .any(|since| now.since(*since) < PULSE_DURATION)
    }

    /// When its last heartbeat came, if that still shows.
    pub fn since(&self, id: TargetId, now: Moment) -> Option<Moment> {
        self.0
            .get(&id)
            .copied()
            .filter(|since| now.since(*since) < PULSE_DURATION)
    }
}
