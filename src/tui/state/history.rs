//! What the monitor in view said, longer and in more words than its row remembers.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::model::{Change, Event, Outcome, OutcomeKind, Row, Snapshot, Status, TargetId, What};

/// How many outcomes are kept.
const KEPT: usize = 2000;

/// An outcome, and where it still was in the ring of changes the change itself: payload excerpt, failure, count.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub outcome: Outcome,
    /// The status after it.
    pub status: Option<Status>,
    pub change: Option<Arc<Change>>,
}

#[derive(Clone, Debug, Default)]
pub struct History {
    of: Option<TargetId>,
    /// The first change that was not seen yet.
    next: u64,
    entries: VecDeque<Entry>,
}

impl History {
    /// Takes in what is new about this monitor; another one than before is read from the start of the ring.
    pub fn follow(&mut self, snapshot: &Snapshot, row: Option<&Row>) {
        let id = row.map(|row| row.id);
        if self.of != id {
            *self = History { of: id, ..History::default() };
            let Some(row) = row else { return };
            self.take(snapshot, row.id);
            let known = self.entries.front().map(|entry| entry.outcome.at);
            let older = row.recent.iter().rev().filter(|outcome| known.is_none_or(|known| outcome.at < known));
            for outcome in older {
                self.entries.push_front(Entry { outcome: *outcome, status: None, change: None });
            }
        } else if let Some(id) = id {
            self.take(snapshot, id);
        }
    }

    /// Newest first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Entry> + DoubleEndedIterator {
        self.entries.iter().rev()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn take(&mut self, snapshot: &Snapshot, of: TargetId) {
        let (_lost, news) = snapshot.changes_since(self.next);
        for change in news {
            self.next = change.seq + 1;
            let What::Target { id, event, .. } = &change.what else { continue };
            if *id != of {
                continue;
            }
            match event {
                Event::Transition { to, .. } => {
                    // It stands behind what caused it.
                    if let Some(last) = self.entries.back_mut() {
                        last.status = Some(*to);
                    }
                }
                other => self.entries.extend(entry(change, other, self.entries.back())),
            }
        }
        self.entries.drain(..self.entries.len().saturating_sub(KEPT));
    }
}

fn entry(change: &Arc<Change>, event: &Event, before: Option<&Entry>) -> Option<Entry> {
    let before = before.and_then(|entry| entry.status);
    let (what, latency, status) = match event {
        Event::Beat { latency, status, .. } => (OutcomeKind::Beat, *latency, Some(*status)),
        Event::Failure { failure, latency } => (OutcomeKind::Failed(failure.reason()), *latency, before),
        Event::Miss { .. } => (OutcomeKind::Missed, None, before),
        Event::Open | Event::Close | Event::Transition { .. } => return None,
    };
    Some(Entry { outcome: Outcome { at: change.at, what, latency }, status, change: Some(Arc::clone(change)) })
}
