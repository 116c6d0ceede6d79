//! The state of the decisions.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::about::{AlertTopic, OwnProblem};
use super::children::Children;
use super::exchange::{AlertsLeft, DroppedChannel, RowChange};
use super::fleet_view::FleetView;
use super::incident::AlertedIncident;
use super::monitor::AlertedMonitor;
use super::outbox::AlertOutbox;
use super::queue::ChannelQueue;
use super::routing::{MonitorRoutes, RouteTable};
use super::timers::{Timer, Timers};
use crate::alerts::rules::AlertRules;
use crate::history::notification::NotificationId;
use crate::model::{Moment, Status, TargetId, Text, wall};

/// Decides who is told of what, and when. A change costs O(log n) and O(routes); what concerns all
/// open incidents (a silence, a reload) costs O(open incidents).
#[derive(Debug)]
pub struct Alerter {
    pub(super) rules: Arc<AlertRules>,
    pub(super) outbox: AlertOutbox,
    pub(super) incidents: HashMap<AlertTopic, Box<AlertedIncident>>,
    pub(super) monitors: HashMap<Text, Box<AlertedMonitor>>,
    pub(super) fleet: FleetView,
    pub(super) timers: Timers,
    pub(super) behind: Children,
    /// Problems of hbmon itself that last, with their words.
    pub(super) own: BTreeMap<OwnProblem, Text>,
    /// When the last of them began.
    pub(super) last_own: Option<Timestamp>,
    /// Incidents to be reviewed after the present one.
    pub(super) again: Vec<AlertTopic>,
    pub(super) routes: RouteTable,
    pub(super) own_routes: Arc<MonitorRoutes>,
    /// The last change to a bad status: its target, and the status before.
    pub(super) before: Option<(TargetId, Status)>,
    pub(super) now: Moment,
    /// The incidents are known: a snapshot was read to its end.
    pub(super) is_started: bool,
    /// Nothing more will be learned in this run.
    pub(super) is_final: bool,
    pub(super) last_delivery: u64,
    /// Channels of an earlier run that the rules do not have.
    pub(super) dropped: Vec<DroppedChannel>,
}

impl Alerter {
    /// Continues after an earlier run. `anchor`: the wall time of `Moment::START`.
    pub fn new(rules: Arc<AlertRules>, left: AlertsLeft, now: Moment, anchor: Timestamp) -> Self {
        // The numbers of a ledger begin with its date: receivers know deliveries by them, and must
        // not see one twice, from another hbmon or from a history that was deleted.
        let begin = || u64::try_from(wall(anchor, now).as_millisecond()).unwrap_or_default();
        let last = match left.last {
            NotificationId(0) => NotificationId(begin()),
            last => last,
        };
        let mut alerter = Alerter {
            routes: RouteTable::default(),
            own_routes: own_routes(&rules),
            rules,
            outbox: AlertOutbox::new(anchor, last),
            incidents: HashMap::new(),
            monitors: HashMap::new(),
            fleet: FleetView::default(),
            timers: Timers::default(),
            behind: Children::default(),
            own: BTreeMap::new(),
            last_own: None,
            again: Vec::new(),
            before: None,
            now,
            is_started: false,
            is_final: false,
            last_delivery: 0,
            dropped: Vec::new(),
        };
        alerter.restore(left, now);
        alerter
    }

    /// Returns the channels of an earlier run that were dropped at the start with open tellings.
    pub fn take_dropped(&mut self) -> Vec<DroppedChannel> {
        std::mem::take(&mut self.dropped)
    }

    /// Takes over the rules of a reloaded config. Returns the channels that were dropped with open
    /// tellings.
    pub fn set_rules(&mut self, rules: Arc<AlertRules>, now: Moment) -> Vec<DroppedChannel> {
        self.now = self.now.max(now);
        self.routes = RouteTable::default();
        self.own_routes = own_routes(&rules);
        self.rules = rules;
        for monitor in self.monitors.values_mut() {
            monitor.routes = None;
        }
        let dropped = self.drop_channels();
        for channel in &Arc::clone(&self.rules).channels {
            match self.outbox.channels.get_mut(&channel.name) {
                Some(queue) => queue.update(channel),
                None => {
                    let queue = ChannelQueue::new(channel, self.now);
                    self.outbox.channels.insert(channel.name.clone(), queue);
                }
            }
            self.follow_broken(&channel.name);
        }
        self.review_all();
        dropped
    }

    /// Drops the channels that the rules do not have.
    fn drop_channels(&mut self) -> Vec<DroppedChannel> {
        let rules = &self.rules;
        let is_gone = |name: &Text| !rules.channels.iter().any(|one| one.name == *name);
        let names = self.outbox.channels.keys().filter(|name| is_gone(name));
        let names: Vec<Text> = names.cloned().collect();
        let mut dropped = Vec::new();
        for name in names {
            let rows = self.outbox.rows.iter();
            let rows = rows.filter(|(_, one)| one.row.channel == name);
            let rows: Vec<_> = rows.map(|(id, _)| *id).collect();
            rows.into_iter().for_each(|id| self.outbox.remove(id));
            self.outbox.channels.remove(&name);
            self.follow_broken(&name);
            let mut open = 0;
            for incident in self.incidents.values_mut() {
                let tellings = incident.tellings.iter();
                let left = tellings.filter(|telling| telling.channel == name && !telling.is_over);
                open += left.count();
                incident.tellings.retain(|telling| telling.channel != name);
            }
            if open > 0 {
                dropped.push(DroppedChannel { name, open });
            }
        }
        dropped
    }

    /// Decides what is due by time.
    pub fn advance(&mut self, now: Moment) {
        self.now = self.now.max(now);
        while let Some(timer) = self.timers.pop(self.now) {
            match timer {
                Timer::Incident(about) => {
                    if let Some(incident) = self.incidents.get_mut(&about) {
                        incident.deadline = None;
                    }
                    self.review(&about);
                }
                Timer::Monitor(name) => self.review_monitor(&name),
            }
        }
        let names: Vec<Text> = self.outbox.channels.keys().cloned().collect();
        for name in names {
            while let Some(row) = self.given_up(&name) {
                self.give_up(row, Text::clean("not accepted for 24 h"), false);
            }
        }
    }

    fn given_up(&self, channel: &Text) -> Option<NotificationId> {
        self.outbox.channels.get(channel)?.given_up(self.now)
    }

    /// Returns when `advance` or `next_delivery` next has something to do, at the earliest.
    pub fn deadline(&self) -> Option<Moment> {
        let queues = self.outbox.channels.values();
        let queues =
            queues.flat_map(|queue| queue.ready_at().into_iter().chain(queue.gives_up_at()));
        self.timers.next().into_iter().chain(queues).min()
    }

    /// Ends the run: nothing more is learned of the monitors. Everything that waits for the end of a
    /// digest is due now, in one delivery a channel.
    pub fn flush(&mut self, now: Moment) {
        self.now = self.now.max(now);
        self.is_final = true;
        self.review_all();
        for queue in self.outbox.channels.values_mut() {
            queue.flush();
        }
    }

    /// Returns the rows that changed since the last call, in the order of their numbers.
    pub fn take_rows(&mut self) -> Vec<RowChange> {
        self.outbox.take_changes()
    }

    /// Returns the monitors that are to be probed at once: others depend on them.
    pub fn asks(&mut self) -> Vec<Text> {
        self.behind.take_asks()
    }
}

fn own_routes(rules: &AlertRules) -> Arc<MonitorRoutes> {
    let routes = rules.own.as_ref().map(MonitorRoutes::of_own);
    Arc::new(routes.unwrap_or_default())
}
