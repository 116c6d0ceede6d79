//! The fleet at one moment: immutable, shared, cheap to hold.

use std::sync::Arc;

use jiff::Timestamp;

use super::change::Change;
use super::change_ring::ChangeRing;
use super::counts::Counts;
use super::rows::Rows;
use super::self_stats::SelfStats;
use crate::model::time::moment::{Moment, wall};

/// The fleet at one moment. Unchanged targets share their rows with the snapshot before.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// When the snapshot was made.
    pub at: Moment,
    /// The wall time of `Moment::START`.
    pub anchor: Timestamp,
    /// In the order of the config.
    pub rows: Rows,
    pub counts: Counts,
    /// Number of settled rows.
    pub settled: usize,
    pub self_stats: SelfStats,
    /// The newest changes, oldest first, numbered without gaps.
    pub changes: ChangeRing,
}

impl Snapshot {
    /// Returns whether every target is settled, except paused ones.
    pub fn is_settled(&self) -> bool {
        self.unsettled() == 0
    }

    /// Returns the number of targets that are not settled, without paused ones.
    pub fn unsettled(&self) -> usize {
        self.rows
            .len()
            .saturating_sub(self.settled + self.counts.paused)
    }

    /// Returns the counts by what this run knows: a target that is healthy only by the memory of an
    /// earlier run counts as unknown.
    pub fn counts_of_this_run(&self) -> Counts {
        let unheard = self
            .rows
            .iter()
            .filter(|row| row.is_healthy_by_memory())
            .count();
        Counts {
            healthy: self.counts.healthy - unheard,
            unknown: self.counts.unknown + unheard,
            ..self.counts
        }
    }

    /// Returns how many changes from number `from` on are lost because they were read too late, and
    /// the others.
    pub fn changes_since(&self, from: u64) -> (u64, impl Iterator<Item = &Arc<Change>>) {
        let first = self.changes.front().map_or(from, |change| change.seq);
        let skip = usize::try_from(from.saturating_sub(first)).unwrap_or(usize::MAX);
        (first.saturating_sub(from), self.changes.iter().skip(skip))
    }

    /// Returns the wall time of a moment.
    pub fn wall(&self, at: Moment) -> Timestamp {
        wall(self.anchor, at)
    }
}
