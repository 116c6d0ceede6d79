//! The ring of changes: what happened last, numbered without gaps.

use std::collections::VecDeque;
use std::sync::Arc;

use super::moment::Moment;
use super::snapshot::{Change, What};

/// How many changes are kept; who reads too late is told how many are lost.
const KEPT: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Log {
    next: u64,
    changes: VecDeque<Arc<Change>>,
}

impl Log {
    pub fn push(&mut self, at: Moment, what: What) {
        if self.changes.len() == KEPT {
            self.changes.pop_front();
        }
        self.changes.push_back(Arc::new(Change { seq: self.next, at, what }));
        self.next += 1;
    }

    pub const fn changes(&self) -> &VecDeque<Arc<Change>> {
        &self.changes
    }
}
