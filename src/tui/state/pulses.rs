//! Which monitors had a heartbeat a moment ago.

use std::collections::HashMap;
use std::time::Duration;

use crate::model::{Change, ChangeKind, Event, Moment, TargetId};

/// How long a heartbeat shows.
pub const PULSE: Duration = Duration::from_millis(600);

#[derive(Clone, Debug, Default)]
pub struct Pulses(HashMap<TargetId, Moment>);

impl Pulses {
    pub fn take(&mut self, change: &Change) {
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
    pub fn settle(&mut self, now: Moment) {
        self.0.retain(|_, since| now.since(*since) < PULSE);
    }

    pub fn is_lively(&self, now: Moment) -> bool {
        self.0.values().any(|since| now.since(*since) < PULSE)
    }

    /// When its last heartbeat came, if that still shows.
    pub fn since(&self, id: TargetId, now: Moment) -> Option<Moment> {
        self.0
            .get(&id)
            .copied()
            .filter(|since| now.since(*since) < PULSE)
    }
}
