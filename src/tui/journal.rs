//! The events worth a line, followed by number out of the snapshots' short memory.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::model::{Change, ChangeKind, Event, Snapshot};

const KEPT: usize = 200;

#[derive(Clone, Debug, Default)]
pub struct Journal {
    next: u64,
    kept: VecDeque<Arc<Change>>,
}

impl Journal {
    /// Hands every new change on to `also`.
    pub fn follow(&mut self, snapshot: &Snapshot, mut also: impl FnMut(&Change)) {
        // What was lost in between still shows in the rows.
        let (_lost, news) = snapshot.changes_since(self.next);
        for change in news {
            self.next = change.seq + 1;
            also(change);
            if is_notable(&change.kind) {
                self.kept.push_back(Arc::clone(change));
            }
        }
        self.kept.drain(..self.kept.len().saturating_sub(KEPT));
    }

    /// Newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Change> {
        self.kept.iter().rev().map(Arc::as_ref)
    }
}

/// Every heartbeat and every failed attempt is in the row itself; here stands what changed.
fn is_notable(what: &ChangeKind) -> bool {
    match what {
        ChangeKind::Target { event, .. } => matches!(event, Event::Transition { .. }),
        ChangeKind::Reloaded { .. }
        | ChangeKind::ReloadRefused { .. }
        | ChangeKind::Stalled { .. }
        | ChangeKind::ClockSet { .. }
        | ChangeKind::Overloaded(_) => true,
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
        let mut journal = Journal::default();
        for numbers in [0..3, 1..5, 1..5, 7..9] {
            journal.follow(&snapshot(numbers), |_| {});
        }
        let numbers: Vec<u64> = journal.iter().map(|change| change.seq).collect();
        assert_eq!(numbers, [8, 7, 4, 3, 2, 1, 0]);
        journal.follow(&snapshot(9..1_000), |_| {});
        assert_eq!(journal.iter().count(), KEPT);
    }
}
