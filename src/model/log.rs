//! The ring of changes: what happened last, numbered without gaps.

use std::collections::VecDeque;
use std::sync::Arc;

use super::change::{Change, What};
use super::moment::Moment;

/// How many changes are kept at least; who reads too late is told how many are lost.
const KEPT: usize = 4096;
/// And for each target: when all of them go silent or lose their network in one instant, every miss or failure and
/// the change of status behind it is still read, and the same once more.
const KEPT_EACH: usize = 4;

#[derive(Debug, Default)]
pub(super) struct Log {
    next: u64,
    targets: usize,
    changes: VecDeque<Arc<Change>>,
}

impl Log {
    /// There are so many to hear from.
    pub fn expect(&mut self, targets: usize) {
        self.targets = targets;
    }

    pub fn push(&mut self, at: Moment, what: What) {
        while self.changes.len() >= KEPT.max(KEPT_EACH * self.targets) {
            self.changes.pop_front();
        }
        self.changes.push_back(Arc::new(Change { seq: self.next, at, what }));
        self.next += 1;
    }

    pub const fn changes(&self) -> &VecDeque<Arc<Change>> {
        &self.changes
    }
}
