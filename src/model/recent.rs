//! The newest outcomes of one target, one copy of them for its facts and every row that shows them.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::snapshot::{Outcome, RECENT};

/// Oldest first, at most `RECENT`. Cloning is cheap; whoever changes a shared one gets one of his own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recent(Arc<Vec<Outcome>>);

impl Recent {
    /// Adds the newest and forgets the oldest.
    pub(super) fn push(&mut self, outcome: Outcome) {
        let outcomes = Arc::make_mut(&mut self.0);
        if outcomes.len() == RECENT {
            outcomes.remove(0);
        }
        outcomes.push(outcome);
    }
}

impl Deref for Recent {
    type Target = [Outcome];

    fn deref(&self) -> &[Outcome] {
        &self.0
    }
}

impl DerefMut for Recent {
    fn deref_mut(&mut self) -> &mut [Outcome] {
        let outcomes: &mut Vec<Outcome> = Arc::make_mut(&mut self.0);
        outcomes
    }
}

impl From<Vec<Outcome>> for Recent {
    fn from(outcomes: Vec<Outcome>) -> Recent {
        Recent(Arc::new(outcomes))
    }
}

impl FromIterator<Outcome> for Recent {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Recent {
        Vec::from_iter(outcomes).into()
    }
}
