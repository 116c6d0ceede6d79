//! The newest changes in pieces that the log and its snapshots share, so that a snapshot costs a
//! piece and not the ring.

use std::collections::VecDeque;
use std::sync::Arc;

use super::change::Change;

/// Changes to a piece: as many pieces as changes in one at a ring of 16,384.
const PIECE: usize = 128;

/// Oldest first, numbered without gaps. A clone costs a pointer for each full piece and each change
/// in the last one.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    full: VecDeque<Arc<[Arc<Change>]>>,
    last: Vec<Arc<Change>>,
    /// How many of the first piece are forgotten.
    forgotten: usize,
}

impl Changes {
    pub fn len(&self) -> usize {
        self.full.len() * PIECE + self.last.len() - self.forgotten
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

    /// Skipping costs a step for each piece.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Change>> + Clone {
        let pieces = self.full.iter().map(AsRef::as_ref);
        pieces
            .chain([self.last.as_slice()])
            .flatten()
            .skip(self.forgotten)
    }

    pub(super) fn push(&mut self, change: Change) {
        self.last.push(Arc::new(change));
        if self.last.len() == PIECE {
            self.full.push_back(self.last.drain(..).collect());
        }
    }

    /// Forgets the oldest until at most so many are left.
    pub fn keep(&mut self, most: usize) {
        self.forgotten += self.len().saturating_sub(most);
        while self.forgotten >= PIECE && self.full.pop_front().is_some() {
            self.forgotten -= PIECE;
        }
    }
}

impl FromIterator<Change> for Changes {
    fn from_iter<I: IntoIterator<Item = Change>>(changes: I) -> Changes {
        let mut all = Changes::default();
        changes.into_iter().for_each(|change| all.push(change));
        all
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::change::What;
    use super::super::moment::Moment;
    use super::*;

    fn change(seq: u64) -> Change {
        Change {
            seq,
            at: Moment::START,
            what: What::Woke {
                gap: Duration::ZERO,
            },
        }
    }

    fn numbers(changes: &Changes) -> Vec<u64> {
        changes.iter().map(|change| change.seq).collect()
    }

    #[test]
    fn it_keeps_the_newest_at_any_length() {
        for most in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let mut changes = Changes::default();
            assert!(changes.is_empty() && changes.front().is_none() && changes.back().is_none());
            for seq in 0..5 * PIECE as u64 {
                changes.push(change(seq));
                changes.keep(most);
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
        let mut changes: Changes = (0..200).map(change).collect();
        let before = changes.clone();
        (200..400).for_each(|seq| changes.push(change(seq)));
        changes.keep(10);
        assert_eq!(numbers(&before), (0..200).collect::<Vec<_>>());
    }
}
