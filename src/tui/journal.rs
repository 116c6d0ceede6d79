//! The events worth a line, followed by number out of the snapshots' short memory.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::model::{Change, Event, Snapshot, What};

const KEPT: usize = 200;

#[derive(Clone, Debug, Default)]
pub struct Journal {
    next: u64,
    kept: VecDeque<Arc<Change>>,
}

impl Journal {
    pub fn follow(&mut self, snapshot: &Snapshot) {
        let (_lost, news) = snapshot.changes_since(self.next);
        for change in news {
            self.next = change.seq + 1;
            if is_notable(&change.what) {
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
fn is_notable(what: &What) -> bool {
    match what {
        What::Target { event, .. } => matches!(event, Event::Transition { .. }),
        What::Reloaded { .. } | What::ReloadRefused { .. } | What::Woke { .. } => true,
    }
}
