//! The silences of a fleet.

use std::sync::Arc;

use super::select::Selector;
use crate::model::target::meta::Meta;
use crate::model::target::silence::{Silence, SilenceId};
use crate::model::time::moment::Moment;

/// Silences that have not ended, with the targets that each selects.
#[derive(Debug, Default)]
pub(in crate::model) struct Silences {
    all: Vec<(Arc<Silence>, Selector)>,
    last: u64,
}

impl Silences {
    /// Continues the numbers after `last`.
    pub(crate) fn resume(&mut self, last: u64) {
        self.last = self.last.max(last);
    }

    pub(crate) fn next_id(&mut self) -> SilenceId {
        self.last += 1;
        SilenceId(self.last)
    }

    /// Adds a silence, and drops those that are over. One whose selector cannot be read selects
    /// nothing.
    pub(crate) fn add(&mut self, silence: Arc<Silence>, now: Moment) {
        self.all
            .retain(|(known, _)| now < known.until && known.id != silence.id);
        self.last = self.last.max(silence.id.0);
        if let Ok(selector) = Selector::parse(silence.matches.as_str()) {
            self.all.push((silence, selector));
        }
    }

    /// Removes a silence that has not ended.
    pub(crate) fn remove(&mut self, id: SilenceId) -> Option<Arc<Silence>> {
        let place = self.all.iter().position(|(known, _)| known.id == id)?;
        Some(self.all.remove(place).0)
    }

    pub(crate) fn active(&self, now: Moment) -> impl Iterator<Item = &Arc<Silence>> {
        self.all
            .iter()
            .map(|(silence, _)| silence)
            .filter(move |silence| silence.is_active(now))
    }

    /// Returns the silence of a target that ends last.
    pub(crate) fn of(&self, meta: &Meta) -> Option<&Arc<Silence>> {
        self.all
            .iter()
            .filter(|(_, selector)| selector.matches(meta))
            .map(|(silence, _)| silence)
            .max_by_key(|silence| silence.until)
    }
}
