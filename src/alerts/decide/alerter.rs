//! The state of the decisions.

use std::sync::Arc;

use jiff::Timestamp;

use super::about::{DeliveryId, OwnProblem};
use super::exchange::{AlertsLeft, ChannelState, DroppedChannel, Held, RowChange};
use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::rules::AlertRules;
use crate::history::notification::Notification;
use crate::model::{Moment, NewChanges, Snapshot, Text};

/// Decides who is told of what, and when. Costs of a change: O(log n), and O(routes) the first time.
#[derive(Debug)]
pub struct Alerter {
    rules: Arc<AlertRules>,
    #[allow(dead_code)]
    anchor: Timestamp,
    rows: Vec<Notification>,
}

impl Alerter {
    /// Continues after an earlier run. `anchor`: the wall time of `Moment::START`.
    pub fn new(rules: Arc<AlertRules>, left: AlertsLeft, now: Moment, anchor: Timestamp) -> Self {
        let _ = now;
        let rows = left.rows;
        Alerter {
            rules,
            anchor,
            rows,
        }
    }

    /// Takes over the rules of a reloaded config. Returns the channels that were dropped with open
    /// tellings.
    pub fn set_rules(&mut self, rules: Arc<AlertRules>, now: Moment) -> Vec<DroppedChannel> {
        let _ = now;
        self.rules = rules;
        Vec::new()
    }

    /// Reads what has changed. After lost changes, the rows of the snapshot decide.
    pub fn read(&mut self, snapshot: &Snapshot, new: &NewChanges<'_>) {
        let _ = (snapshot, new);
    }

    /// A problem of hbmon itself begins, or changes its words; `None`: it is over.
    pub fn own_problem(&mut self, now: Moment, what: OwnProblem, trouble: Option<Text>) {
        let _ = (now, what, trouble);
    }

    /// Decides what is due by time.
    pub fn advance(&mut self, now: Moment) {
        let _ = now;
    }

    /// Returns when `advance` or `next_delivery` next has something to do, at the earliest.
    pub fn deadline(&self) -> Option<Moment> {
        None
    }

    /// Lets everything that waits for the end of a digest be due now, in one delivery a channel.
    pub fn flush(&mut self, now: Moment) {
        let _ = now;
    }

    /// Returns the rows that changed since the last call, in the order of their numbers.
    pub fn take_rows(&mut self) -> Vec<RowChange> {
        Vec::new()
    }

    /// Returns the monitors that are to be probed at once: others depend on them.
    pub fn asks(&mut self) -> Vec<Text> {
        Vec::new()
    }

    /// Returns a delivery that is to be sent now. At most one a channel is in flight.
    pub fn next_delivery(
        &mut self,
        now: Moment,
        snapshot: &Snapshot,
    ) -> Option<(DeliveryId, Delivery)> {
        let _ = (now, snapshot);
        None
    }

    /// Takes the result of a delivery. `random`: 0 to 1, for the time of the next try.
    pub fn delivered(&mut self, id: DeliveryId, now: Moment, result: DeliveryResult, random: f64) {
        let _ = (id, now, result, random);
    }

    /// Returns the channels in the order of the config.
    pub fn channels(&self) -> impl Iterator<Item = ChannelState> {
        std::iter::empty()
    }

    /// Returns the rows that are held, wait, or were told or failed while their incident lasts.
    pub fn notifications(&self) -> impl Iterator<Item = &Notification> {
        self.rows.iter()
    }

    /// Returns why the opening of a monitor's open incident is held, if it is on any channel.
    pub fn held_of(&self, monitor: &Text) -> Option<Held> {
        let _ = monitor;
        None
    }
}
