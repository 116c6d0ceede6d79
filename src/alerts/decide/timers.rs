//! What is to be looked at again, and when.

use std::collections::BTreeSet;

use super::about::AlertTopic;
use crate::model::{Moment, Text};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    Incident(AlertTopic),
    /// A monitor that flaps may be steady.
    Monitor(Text),
}

/// Timers by their moments.
#[derive(Debug, Default)]
pub(super) struct Timers(BTreeSet<(Moment, Timer)>);

impl Timers {
    /// Moves a timer. `planned`: where it is, which becomes `at`.
    pub(super) fn set(&mut self, planned: &mut Option<Moment>, at: Option<Moment>, timer: Timer) {
        if *planned == at {
            return;
        }
        if let Some(planned) = planned.take() {
            self.0.remove(&(planned, timer.clone()));
        }
        if let Some(at) = at {
            self.0.insert((at, timer));
        }
        *planned = at;
    }

    pub(super) fn next(&self) -> Option<Moment> {
        self.0.first().map(|(at, _)| *at)
    }

    /// Removes and returns a timer that is due.
    pub(super) fn pop(&mut self, now: Moment) -> Option<Timer> {
        if self.next()? > now {
            return None;
        }
        self.0.pop_first().map(|(_, timer)| timer)
    }
}
