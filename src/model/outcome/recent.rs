//! The newest outcomes of one target, in one copy that its facts and all its rows share.

use std::sync::Arc;
use std::time::Duration;

use super::reason::Reason;
use crate::model::time::compact_duration::CompactDuration;
use crate::model::time::moment::Moment;

/// Number of outcomes that a row stores.
pub const MAX_RECENT: usize = 60;

/// One entry of a target's recent history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub at: Moment,
    pub what: OutcomeKind,
    pub latency: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    Beat,
    Failed(Reason),
    Missed,
}

/// Oldest first, at most `MAX_RECENT`. Clones share one copy until one of them changes. The memory
/// is allocated at once with the first outcome: growing step by step would fragment the heap, once
/// per target.
#[derive(Clone, Debug, Default)]
pub struct Recent(Option<Arc<Ring>>);

/// One array per field: an array of `Outcome` would take more than twice as much memory.
#[derive(Clone, Debug)]
struct Ring {
    at: [Moment; MAX_RECENT],
    latency: [Option<CompactDuration>; MAX_RECENT],
    what: [OutcomeKind; MAX_RECENT],
    /// Number of outcomes ever recorded. Modulo the capacity it is the index of the next one.
    count: usize,
}

impl Ring {
    const EMPTY: Ring = Ring {
        at: [Moment::START; MAX_RECENT],
        latency: [None; MAX_RECENT],
        what: [OutcomeKind::Missed; MAX_RECENT],
        count: 0,
    };

    fn get(&self, count: usize) -> Outcome {
        let place = count % MAX_RECENT;
        Outcome {
            at: self.at[place],
            what: self.what[place],
            latency: self.latency[place].map(CompactDuration::duration),
        }
    }
}

impl Recent {
    pub fn len(&self) -> usize {
        self.places().len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Outcome> + DoubleEndedIterator + Clone {
        let ring = self.0.as_deref().unwrap_or(&Ring::EMPTY);
        self.places().map(|count| ring.get(count))
    }

    /// Adds the newest outcome and drops the oldest.
    pub(in crate::model) fn push(&mut self, outcome: Outcome) {
        let Outcome { at, what, latency } = outcome;
        let ring = Arc::make_mut(self.0.get_or_insert_with(|| Arc::new(Ring::EMPTY)));
        let place = ring.count % MAX_RECENT;
        ring.at[place] = at;
        ring.what[place] = what;
        ring.latency[place] = latency.map(CompactDuration::new);
        ring.count += 1;
    }

    /// Returns the numbers of the stored outcomes, oldest first.
    fn places(&self) -> std::ops::Range<usize> {
        let count = self.0.as_ref().map_or(0, |ring| ring.count);
        count.saturating_sub(MAX_RECENT)..count
    }
}

impl PartialEq for Recent {
    fn eq(&self, other: &Recent) -> bool {
        self.iter().eq(other.iter())
    }
}

impl FromIterator<Outcome> for Recent {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Recent {
        let mut recent = Recent::default();
        outcomes
            .into_iter()
            .for_each(|outcome| recent.push(outcome));
        recent
    }
}

impl From<Vec<Outcome>> for Recent {
    fn from(outcomes: Vec<Outcome>) -> Recent {
        outcomes.into_iter().collect()
    }
}
