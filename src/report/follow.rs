//! Reads the ring of changes by number, so that nothing is said twice and what was lost is known.

use std::sync::Arc;

use crate::model::{Change, Snapshot};

/// Where one reader stands in the stream of changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Follower {
    /// Number of the next change to read; none before the first snapshot.
    next: Option<u64>,
}

/// What is new since the last call.
#[derive(Debug, PartialEq)]
pub struct News<'a> {
    /// Changes that left the ring before they were read.
    pub lost: u64,
    pub changes: Vec<&'a Arc<Change>>,
}

impl Follower {
    /// A reader from the oldest change that the first snapshot still has.
    pub fn new() -> Follower {
        Follower::default()
    }

    pub fn news<'a>(&mut self, snapshot: &'a Snapshot) -> News<'a> {
        let from = self.next.or_else(|| snapshot.changes.front().map(|change| change.seq)).unwrap_or_default();
        let (lost, changes) = snapshot.changes_since(from);
        let changes: Vec<_> = changes.collect();
        if let Some(last) = changes.last() {
            self.next = Some(last.seq.saturating_add(1));
        }
        News { lost, changes }
    }
}
