//! The newest outcomes of one target, one copy of them for its facts and every row that shows them.

use std::sync::Arc;

use super::compact::Compact;
use super::moment::Moment;
use super::snapshot::{Outcome, OutcomeKind, RECENT};

/// Oldest first, at most `RECENT`. Cloning is cheap; whoever changes a shared one gets one of his own. Nothing is taken
/// before the first outcome, and all of it with that: what grows leaves holes in the heap, one a target.
#[derive(Clone, Debug, Default)]
pub struct Recent(Option<Arc<Ring>>);

#[derive(Clone, Debug)]
struct Ring {
    entries: [Entry; RECENT],
    /// How many there ever were: the place of the next, counted round and round.
    count: usize,
}

/// Half as large as an `Outcome`.
#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Moment,
    latency: Option<Compact>,
    what: OutcomeKind,
}

impl Recent {
    pub fn len(&self) -> usize {
        self.places().len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Outcome> + DoubleEndedIterator + Clone {
        let entries = self.0.as_ref().map_or(&[][..], |ring| &ring.entries);
        self.places().map(|place| entries[place % RECENT].into())
    }

    /// Adds the newest and forgets the oldest.
    pub(super) fn push(&mut self, outcome: Outcome) {
        let entry = outcome.into();
        let ring = self.0.get_or_insert_with(|| Arc::new(Ring { entries: [entry; RECENT], count: 0 }));
        let ring = Arc::make_mut(ring);
        ring.entries[ring.count % RECENT] = entry;
        ring.count += 1;
    }

    /// Those that are kept, oldest first, in the count of all.
    fn places(&self) -> std::ops::Range<usize> {
        let count = self.0.as_ref().map_or(0, |ring| ring.count);
        count.saturating_sub(RECENT)..count
    }
}

impl PartialEq for Recent {
    fn eq(&self, other: &Recent) -> bool {
        self.iter().eq(other.iter())
    }
}

impl From<Outcome> for Entry {
    fn from(outcome: Outcome) -> Entry {
        let Outcome { at, what, latency } = outcome;
        Entry { at, latency: latency.map(Compact::new), what }
    }
}

impl From<Entry> for Outcome {
    fn from(entry: Entry) -> Outcome {
        let Entry { at, latency, what } = entry;
        Outcome { at, what, latency: latency.map(Compact::duration) }
    }
}

impl FromIterator<Outcome> for Recent {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Recent {
        let mut recent = Recent::default();
        outcomes.into_iter().for_each(|outcome| recent.push(outcome));
        recent
    }
}

impl From<Vec<Outcome>> for Recent {
    fn from(outcomes: Vec<Outcome>) -> Recent {
        outcomes.into_iter().collect()
    }
}
