//! Incidents that are held because of a monitor on which theirs depends.

use std::collections::{BTreeMap, BTreeSet};

use super::about::AlertTopic;
use super::incident::ParentWatch;
use crate::model::Text;

/// Incidents by the parents that hold them.
#[derive(Debug, Default)]
pub(super) struct Children {
    /// They wait for the next outcome of the parent.
    awaiting: BTreeMap<Text, BTreeSet<AlertTopic>>,
    /// The parent is in error.
    behind: BTreeMap<Text, BTreeSet<AlertTopic>>,
    /// Parents that are to be probed.
    asks: BTreeSet<Text>,
}

impl Children {
    /// Lets an incident wait for the next outcome of a parent, which is asked.
    pub(super) fn wait(&mut self, parent: &Text, about: &AlertTopic) {
        let waiting = self.awaiting.entry(parent.clone()).or_default();
        if waiting.is_empty() {
            self.asks.insert(parent.clone());
        }
        waiting.insert(about.clone());
    }

    /// Holds an incident until the status of a parent changes.
    pub(super) fn hold(&mut self, parent: &Text, about: &AlertTopic) {
        let held = self.behind.entry(parent.clone()).or_default();
        held.insert(about.clone());
    }

    /// Removes and returns the incidents that an event of a parent concerns. `is_change`: its
    /// status changed.
    pub(super) fn wake(&mut self, parent: &Text, is_change: bool) -> BTreeSet<AlertTopic> {
        let mut all = self.awaiting.remove(parent).unwrap_or_default();
        if is_change {
            all.extend(self.behind.remove(parent).unwrap_or_default());
        }
        all
    }

    /// Forgets an incident that is over.
    pub(super) fn forget(&mut self, watch: &ParentWatch, about: &AlertTopic) {
        for (parent, _) in &watch.outcomes {
            for held in [&mut self.awaiting, &mut self.behind] {
                if let Some(children) = held.get_mut(parent) {
                    children.remove(about);
                }
            }
        }
    }

    pub(super) fn take_asks(&mut self) -> Vec<Text> {
        std::mem::take(&mut self.asks).into_iter().collect()
    }
}
