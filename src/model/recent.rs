//! The newest outcomes of one target, one copy of them for its facts and every row that shows them.

use std::collections::VecDeque;
use std::sync::Arc;

use super::compact::Compact;
use super::moment::Moment;
use super::snapshot::{Outcome, OutcomeKind, RECENT};

/// Oldest first, at most `RECENT`. Cloning is cheap; whoever changes a shared one gets one of his own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recent(Arc<VecDeque<Entry>>);

/// Half as large as an `Outcome`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    at: Moment,
    latency: Option<Compact>,
    what: OutcomeKind,
}

impl Recent {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Outcome> + DoubleEndedIterator + Clone {
        self.0.iter().map(|entry| Outcome {
            at: entry.at,
            what: entry.what,
            latency: entry.latency.map(Compact::duration),
        })
    }

    /// Adds the newest and forgets the oldest.
    pub(super) fn push(&mut self, outcome: Outcome) {
        let entries = Arc::make_mut(&mut self.0);
        if entries.len() == RECENT {
            entries.pop_front();
        } else if entries.len() == entries.capacity() {
            // Doubled, but never beyond what is kept.
            entries.reserve_exact(entries.len().max(FIRST).min(RECENT - entries.len()));
        }
        entries.push_back(outcome.into());
    }
}

/// Room for so many is made at first.
const FIRST: usize = 4;

impl From<Outcome> for Entry {
    fn from(outcome: Outcome) -> Entry {
        let Outcome { at, what, latency } = outcome;
        Entry { at, latency: latency.map(Compact::new), what }
    }
}

impl FromIterator<Outcome> for Recent {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Recent {
        Recent(Arc::new(outcomes.into_iter().map(Entry::from).collect()))
    }
}

impl From<Vec<Outcome>> for Recent {
    fn from(outcomes: Vec<Outcome>) -> Recent {
        outcomes.into_iter().collect()
    }
}
