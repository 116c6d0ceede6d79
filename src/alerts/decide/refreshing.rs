//! Receivers that forget what is not repeated.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use crate::alerts::rules::Refresh;
use crate::history::notification::{Notification, NotificationId};
use crate::model::Moment;

/// What one channel was told and has to be repeated.
#[derive(Debug, Default)]
pub(super) struct Refreshing {
    /// Openings that were told and last.
    told: BTreeSet<NotificationId>,
    /// Recoveries with the moments at which they were told, oldest first.
    recovered: VecDeque<(Moment, Arc<Notification>)>,
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
    pub(super) fn told(&mut self, row: NotificationId, now: Moment, refresh: Refresh) {
        self.told.insert(row);
        self.at.get_or_insert(now.plus(refresh.every));
    }

    /// Continues after an earlier run: everything is repeated at once.
    pub(super) fn resume(&mut self, row: NotificationId, now: Moment, refresh: Refresh) {
        self.told(row, now, refresh);
        self.at = Some(now);
    }

    pub(super) fn over(&mut self, row: NotificationId) {
        self.told.remove(&row);
    }

    pub(super) fn recovered(&mut self, row: Arc<Notification>, now: Moment, refresh: Refresh) {
        self.recovered.push_back((now, row));
        self.at.get_or_insert(now.plus(refresh.every));
    }

    /// Returns when the next repetition, or its next portion, is due.
    pub(super) const fn at(&self) -> Option<Moment> {
        self.at
    }

    /// Returns the next portion of a repetition that is due, and plans what follows it.
    pub(super) fn take(&mut self, now: Moment, refresh: Refresh, most: usize) -> Vec<Repeated> {
        if self.rest.is_empty() {
            self.recovered
                .retain(|(told, _)| now.since(*told) < refresh.recovered_for);
            let lasting = self.told.iter().copied().map(Repeated::Lasting);
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
