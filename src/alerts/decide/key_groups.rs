//! Receivers that know each delivery by one key: its recovery waits until all of it is over.

use std::collections::{BTreeMap, BTreeSet};

use crate::history::notification::NotificationId;

/// The keys of one channel that has not been told a recovery.
#[derive(Debug, Default)]
pub(super) struct KeyGroups(BTreeMap<NotificationId, KeyGroup>);

#[derive(Debug, Default)]
struct KeyGroup {
    /// Openings whose incidents last.
    lasting: BTreeSet<NotificationId>,
    /// Recoveries that wait for the others.
    recovered: BTreeSet<NotificationId>,
}

impl KeyGroups {
    /// Adds an opening that is sent with a key.
    pub(super) fn add(&mut self, key: NotificationId, opening: NotificationId) {
        self.0.entry(key).or_default().lasting.insert(opening);
    }

    /// Lets a recovery wait while others of its key last. Returns whether it has to.
    pub(super) fn wait(&mut self, key: NotificationId, recovery: NotificationId) -> bool {
        let Some(group) = self.0.get_mut(&key).filter(|one| !one.lasting.is_empty()) else {
            return false;
        };
        group.recovered.insert(recovery);
        true
    }

    /// Removes an opening whose incident is over. Returns the recoveries that have waited for it.
    pub(super) fn over(
        &mut self,
        key: NotificationId,
        opening: NotificationId,
    ) -> BTreeSet<NotificationId> {
        let Some(group) = self.0.get_mut(&key) else {
            return BTreeSet::new();
        };
        group.lasting.remove(&opening);
        if !group.lasting.is_empty() {
            return BTreeSet::new();
        }
        self.0.remove(&key).unwrap_or_default().recovered
    }

    /// Removes a recovery that is not sent.
    pub(super) fn remove(&mut self, key: NotificationId, recovery: NotificationId) {
        if let Some(group) = self.0.get_mut(&key) {
            group.recovered.remove(&recovery);
        }
    }
}
