//! Reads the ring of changes by number, so that nothing is said twice and what was lost is known.

use std::sync::Arc;

use crate::model::{Change, Moment, Snapshot};

/// Where one reader stands in the stream of changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Follower {
    /// Number of the next change to read; the first one ever is 0.
    next: u64,
}

/// What is new since the last call.
#[derive(Debug, PartialEq)]
pub struct News<'a> {
    /// When the first of the changes happened.
    pub at: Moment,
    /// Changes that left the ring before they were read.
    pub lost: u64,
    pub changes: Vec<&'a Arc<Change>>,
}

impl Follower {
    /// A reader from the very first change on.
    pub fn new() -> Follower {
        Follower::default()
    }

    /// A reader of the changes numbered `next` and above.
    pub const fn at(next: u64) -> Follower {
        Follower { next }
    }

    /// Number of the next change to read.
    pub const fn next(&self) -> u64 {
        self.next
    }

    pub fn news<'a>(&mut self, snapshot: &'a Snapshot) -> News<'a> {
        let (lost, changes) = snapshot.changes_since(self.next);
        let changes: Vec<_> = changes.collect();
        self.next = changes.last().map_or(self.next + lost, |last| last.seq + 1);
        let at = changes.first().map_or(snapshot.at, |first| first.at);
        News { at, lost, changes }
    }
}
