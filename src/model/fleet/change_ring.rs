//! The newest changes, numbered without gaps, in pieces that the ring and its snapshots share: a
//! snapshot copies one piece and not the ring.

use std::collections::VecDeque;
use std::sync::Arc;

use super::change::{Change, ChangeKind};
use crate::model::target::incident::IncidentId;
use crate::model::time::moment::Moment;

/// Changes per piece. At 16,384 changes in the ring there are as many pieces as changes per piece.
const PIECE: usize = 128;

/// The newest changes, oldest first, numbered without gaps. A clone copies one pointer per full
/// piece, and one per change in the last piece.
#[derive(Clone, Debug, Default)]
pub struct ChangeRing {
    full: VecDeque<Arc<[Arc<Change>]>>,
    last: Vec<Arc<Change>>,
    /// Number of dropped changes in the first piece.
    dropped: usize,
}

impl ChangeRing {
    pub fn len(&self) -> usize {
        self.full.len() * PIECE + self.last.len() - self.dropped
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn front(&self) -> Option<&Arc<Change>> {
        self.iter().next()
    }

    pub fn back(&self) -> Option<&Arc<Change>> {
        self.last.last().or_else(|| self.full.back()?.last())
    }

    /// Iterates over the changes, oldest first. Skipping costs one step per piece.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Change>> + Clone {
        let pieces = self.full.iter().map(AsRef::as_ref);
        pieces
            .chain([self.last.as_slice()])
            .flatten()
            .skip(self.dropped)
    }

    /// Adds the newest change. Its number must follow the one before.
    pub fn push(&mut self, change: Change) {
        self.last.push(Arc::new(change));
        if self.last.len() == PIECE {
            self.full.push_back(self.last.drain(..).collect());
        }
    }

    /// Drops the oldest changes until at most `most` are left.
    pub fn truncate(&mut self, most: usize) {
        self.dropped += self.len().saturating_sub(most);
        while self.dropped >= PIECE && self.full.pop_front().is_some() {
            self.dropped -= PIECE;
        }
    }
}

impl FromIterator<Change> for ChangeRing {
    fn from_iter<I: IntoIterator<Item = Change>>(changes: I) -> ChangeRing {
        let mut all = ChangeRing::default();
        changes.into_iter().for_each(|change| all.push(change));
        all
    }
}

/// Minimum capacity of the ring. A reader that is too late learns how many changes it lost.
const MIN_CAPACITY: usize = 4096;
/// Minimum capacity per target. If all targets fail at once, each failure or miss and its change of
/// status stay readable, twice.
const CAPACITY_PER_TARGET: usize = 4;

#[derive(Debug, Default)]
pub(in crate::model) struct ChangeLog {
    next: u64,
    targets: usize,
    changes: ChangeRing,
    /// The number of the last incident.
    last_incident: u64,
    /// Incidents are events, and not only parts of the rows.
    announces_incidents: bool,
}

impl ChangeLog {
    /// Sets the number of targets, which decides the capacity.
    pub(crate) fn set_targets(&mut self, targets: usize) {
        self.targets = targets;
    }

    pub(crate) fn push(&mut self, at: Moment, what: ChangeKind) {
        self.changes.push(Change {
            seq: self.next,
            at,
            kind: what,
        });
        self.changes
            .truncate(MIN_CAPACITY.max(CAPACITY_PER_TARGET * self.targets));
        self.next += 1;
    }

    /// Lets incidents be events, and numbers them from `first` on.
    pub(crate) fn announce_incidents(&mut self, first: IncidentId) {
        self.announces_incidents = true;
        self.last_incident = first.0.saturating_sub(1);
    }

    pub(crate) const fn announces_incidents(&self) -> bool {
        self.announces_incidents
    }

    pub(crate) fn next_incident(&mut self) -> IncidentId {
        self.last_incident += 1;
        IncidentId(self.last_incident)
    }

    pub(crate) const fn changes(&self) -> &ChangeRing {
        &self.changes
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::fleet::change::ChangeKind;
    use crate::model::time::moment::Moment;

    fn change(seq: u64) -> Change {
        Change {
            seq,
            at: Moment::START,
            kind: ChangeKind::Stalled {
                gap: Duration::ZERO,
            },
        }
    }

    fn numbers(changes: &ChangeRing) -> Vec<u64> {
        changes.iter().map(|change| change.seq).collect()
    }

    #[test]
    fn it_keeps_the_newest_at_any_length() {
        for most in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let mut changes = ChangeRing::default();
            assert!(changes.is_empty() && changes.front().is_none() && changes.back().is_none());
            for seq in 0..5 * PIECE as u64 {
                changes.push(change(seq));
                changes.truncate(most);
                let first = (seq + 1).saturating_sub(most as u64);
                assert_eq!(
                    numbers(&changes),
                    (first..=seq).collect::<Vec<_>>(),
                    "{most} at {seq}"
                );
                assert_eq!(changes.len(), most.min(seq as usize + 1));
                assert_eq!(
                    changes.front().map(|change| change.seq),
                    (most > 0).then_some(first)
                );
                assert!(most == 0 || changes.back().unwrap().seq == seq);
            }
        }
    }

    #[test]
    fn a_clone_does_not_change_with_the_original() {
        let mut changes: ChangeRing = (0..200).map(change).collect();
        let before = changes.clone();
        (200..400).for_each(|seq| changes.push(change(seq)));
        changes.truncate(10);
        assert_eq!(numbers(&before), (0..200).collect::<Vec<_>>());
    }
}
