//! The events that the screen lists, collected from the ring of changes in each snapshot.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::model::{Change, ChangeKind, Event, IncidentChange, Snapshot};

const MAX_EVENTS: usize = 200;

#[derive(Clone, Debug, Default)]
pub(super) struct EventJournal {
    next: u64,
    events: VecDeque<Arc<Change>>,
}

impl EventJournal {
    /// Takes in the new changes of a snapshot and passes each of them to `also`.
    pub(super) fn follow(&mut self, snapshot: &Snapshot, mut observe: impl FnMut(&Change)) {
        // Lost changes need no line: the rows show their effect.
        let (_lost, changes) = snapshot.changes_since(self.next);
        for change in changes {
            self.next = change.seq + 1;
            observe(change);
            if is_notable(&change.kind) {
                self.events.push_back(Arc::clone(change));
            }
        }
        self.events
            .drain(..self.events.len().saturating_sub(MAX_EVENTS));
    }

    /// Iterates over the events, newest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Change> {
        self.events.iter().rev().map(Arc::as_ref)
    }
}

/// Returns whether a change is listed. The rows show heartbeats and failed attempts; the list shows
/// changes of status.
fn is_notable(what: &ChangeKind) -> bool {
    match what {
        ChangeKind::Target { event, .. } => match event {
            Event::Transition { .. } | Event::Maintenance(_) => true,
            // A change of status tells the rest.
            Event::Incident(incident) => matches!(
                incident.change,
                IncidentChange::Acknowledged | IncidentChange::Note { .. }
            ),
            _ => false,
        },
        ChangeKind::Reloaded { .. }
        | ChangeKind::ReloadRefused { .. }
        | ChangeKind::Stalled { .. }
        | ChangeKind::ClockSet { .. }
        | ChangeKind::Overloaded(_)
        | ChangeKind::Silence { .. } => true,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::model::{Counts, Moment, Rows, SelfStats};

    fn snapshot(numbers: std::ops::Range<u64>) -> Snapshot {
        let what = ChangeKind::Stalled {
            gap: Duration::from_secs(1),
        };
        let change = |seq| Change {
            seq,
            at: Moment::START,
            kind: what.clone(),
        };
        Snapshot {
            at: Moment::START,
            anchor: Timestamp::UNIX_EPOCH,
            rows: Rows::default(),
            counts: Counts::default(),
            settled: 0,
            self_stats: SelfStats::default(),
            changes: numbers.map(change).collect(),
        }
    }

    #[test]
    fn every_event_comes_once_newest_first_and_the_oldest_go() {
        let mut journal = EventJournal::default();
        for numbers in [0..3, 1..5, 1..5, 7..9] {
            journal.follow(&snapshot(numbers), |_| {});
        }
        let numbers: Vec<u64> = journal.iter().map(|change| change.seq).collect();
        assert_eq!(numbers, [8, 7, 4, 3, 2, 1, 0]);
        journal.follow(&snapshot(9..1_000), |_| {});
        assert_eq!(journal.iter().count(), MAX_EVENTS);
    }
}
