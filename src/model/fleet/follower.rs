//! Reads the ring of changes by number: each change once, and the number of those that were lost.

use std::sync::Arc;

use crate::model::fleet::change::Change;
use crate::model::fleet::snapshot::Snapshot;
use crate::model::time::moment::Moment;

/// The position of one reader in the numbered changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Follower {
    /// Number of the next change to read; the first change has number 0.
    next: u64,
}

/// The changes since the last read.
#[derive(Debug, PartialEq)]
pub struct NewChanges<'a> {
    /// When the first of the changes happened; without one, the time of the snapshot.
    pub at: Moment,
    /// Number of changes that left the ring before they were read.
    pub lost: u64,
    pub changes: Vec<&'a Arc<Change>>,
}

impl Follower {
    /// Returns a reader that begins with the very first change.
    pub fn new() -> Follower {
        Follower::default()
    }

    /// Returns a reader that begins with the change numbered `next`.
    pub const fn at(next: u64) -> Follower {
        Follower { next }
    }

    /// Returns the number of the next change to read.
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// Reads the changes of a snapshot that were not read before.
    pub fn read<'a>(&mut self, snapshot: &'a Snapshot) -> NewChanges<'a> {
        let (lost, changes) = snapshot.changes_since(self.next);
        let changes: Vec<_> = changes.collect();
        self.next = changes.last().map_or(self.next + lost, |last| last.seq + 1);
        let at = changes.first().map_or(snapshot.at, |first| first.at);
        NewChanges { at, lost, changes }
    }
}
