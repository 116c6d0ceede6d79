//! The ring of changes: what happened last, numbered without gaps.

use super::change::{Change, What};
use super::changes::Changes;
use super::moment::Moment;

/// How many changes are kept at least; who reads too late is told how many are lost.
const KEPT: usize = 4096;
/// And for each target: when all of them go silent or lose their network in one instant, every miss
/// or failure and the change of status behind it is still read, and the same once more.
const KEPT_EACH: usize = 4;

#[derive(Debug, Default)]
pub(super) struct Log {
    next: u64,
    targets: usize,
    changes: Changes,
}

impl Log {
    /// There are so many to hear from.
    pub fn expect(&mut self, targets: usize) {
        self.targets = targets;
    }

    pub fn push(&mut self, at: Moment, what: What) {
        self.changes.push(Change {
            seq: self.next,
            at,
            what,
        });
        self.changes.keep(KEPT.max(KEPT_EACH * self.targets));
        self.next += 1;
    }

    pub const fn changes(&self) -> &Changes {
        &self.changes
    }
}
