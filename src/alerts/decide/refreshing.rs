//! Receivers that forget what is not repeated.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::alerts::rules::Refresh;
use crate::history::notification::{Notification, NotificationId};
use crate::model::{Moment, Text};

/// What one channel was told and has to be repeated.
#[derive(Debug, Default)]
pub(super) struct Refreshing {
    /// Openings that were told and last, with their monitors.
    told: BTreeMap<NotificationId, Text>,
    /// Recoveries with the moments until which they are repeated.
    recovered: Vec<(Moment, Arc<Notification>)>,
    at: Option<Moment>,
    /// The rest of a repetition that has begun.
    rest: Vec<Repeated>,
}

/// One notification of a repetition.
#[derive(Debug)]
pub(super) enum Repeated {
    Lasting(NotificationId),
    Recovered(Arc<Notification>),
}

impl Refreshing {
    pub(super) fn told(
        &mut self,
        row: NotificationId,
        monitor: Text,
        now: Moment,
        refresh: Refresh,
    ) {
        self.told.insert(row, monitor);
        self.at.get_or_insert(now.plus(refresh.every));
    }

    /// Continues with an opening of an earlier run: everything is repeated at once.
    pub(super) fn resume(&mut self, row: NotificationId, monitor: Text, now: Moment) {
        self.told.insert(row, monitor);
        self.at = Some(now);
    }

    /// Continues with a recovery of an earlier run.
    pub(super) fn resume_recovered(&mut self, row: Notification, until: Moment, now: Moment) {
        self.recovered.push((until, Arc::new(row)));
        self.at = Some(now);
    }

    pub(super) fn over(&mut self, row: NotificationId) {
        self.told.remove(&row);
    }

    pub(super) fn recovered(&mut self, row: Arc<Notification>, now: Moment, refresh: Refresh) {
        self.recovered.push((now.plus(refresh.recovered_for), row));
        self.at.get_or_insert(now.plus(refresh.every));
    }

    /// Returns when the next repetition, or its next portion, is due.
    pub(super) const fn at(&self) -> Option<Moment> {
        self.at
    }

    /// Returns the next portion of a repetition that is due, and plans what follows it.
    pub(super) fn take(&mut self, now: Moment, refresh: Refresh, most: usize) -> Vec<Repeated> {
        if self.rest.is_empty() {
            // The receiver knows a monitor, not an incident: an old end would end what lasts.
            let down: HashSet<&Text> = self.told.values().collect();
            self.recovered
                .retain(|(until, row)| now < *until && !down.contains(&row.subject.monitor));
            let lasting = self.told.keys().copied().map(Repeated::Lasting);
            let recovered = self.recovered.iter();
            let recovered = recovered.map(|(_, row)| Repeated::Recovered(Arc::clone(row)));
            // The rest is taken from the end.
            self.rest = recovered.chain(lasting).collect();
        }
        let from = self.rest.len().saturating_sub(most);
        let portion = self.rest.split_off(from);
        self.at = if !self.rest.is_empty() {
            Some(now)
        } else if portion.is_empty() {
            None
        } else {
            Some(now.plus(refresh.every))
        };
        portion
    }
}
