//! A fleet, a ledger, receivers and the decisions between them, in simulated time.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use hbmon::alerts::decide::{Alerter, AlertsLeft, DeliveryId, RowChange};
use hbmon::alerts::delivery::Delivery;
use hbmon::alerts::rules::AlertRules;
use hbmon::history::incident::RecentIncident;
use hbmon::history::notification::{Notification, NotificationId, NotificationState, What};
use hbmon::model::{
    Acknowledgement, Beat, ChangeKind, Event, Failure, Fleet, Follower, IncidentChange, IncidentId,
    Kind, Levels, MaintenancePlan, MaintenanceTimes, Meta, Moment, Observation, Policy, Rhythm,
    Selector, SelfStats, Signal, Silence, SilenceId, Snapshot, StatusNote, TargetId, Text, wall,
};
use jiff::Timestamp;

use crate::receivers::{Arrival, Receiver};

pub(crate) struct World {
    pub(crate) now: Moment,
    pub(crate) fleet: Fleet,
    pub(crate) names: Vec<Text>,
    order: Vec<TargetId>,
    pub(crate) rules: Arc<AlertRules>,
    /// `None` while hbmon does not run.
    pub(crate) alerter: Option<Alerter>,
    follower: Follower,
    pub(crate) ledger: BTreeMap<NotificationId, Notification>,
    since: Vec<(Text, Timestamp)>,
    pub(crate) receivers: HashMap<Text, Receiver>,
    hanging: Vec<(DeliveryId, Delivery, Moment)>,
    /// Starts and flushes, after which a digest does not wait.
    pub(crate) breaks: Vec<Moment>,
    maintenance: Vec<MaintenancePlan>,
    pub(crate) arrivals: Vec<Arrival>,
    pub(crate) asked: Vec<(Moment, Text)>,
    /// Rows that were openings once.
    pub(crate) openings: HashSet<NotificationId>,
    /// Number of row changes that were committed.
    pub(crate) commits: usize,
    pub(crate) random: f64,
    /// It sends only at its end.
    pub(crate) is_check: bool,
    last: NotificationId,
}

pub(crate) fn text(text: &str) -> Text {
    Text::clean(text)
}

pub(crate) fn policy(interval: Duration) -> Policy {
    let mut policy = Policy::with_interval(Rhythm::Poll, interval);
    policy.confirm = Duration::ZERO;
    policy.failures = Levels {
        warning: None,
        error: Some(1),
    };
    policy.latency = Levels {
        warning: Some(Duration::from_secs(1)),
        error: None,
    };
    policy
}

impl World {
    pub(crate) fn new(rules: AlertRules, metas: Vec<(Meta, Duration)>) -> World {
        let mut fleet = Fleet::new();
        fleet.announce_incidents(IncidentId(1));
        let mut names = Vec::new();
        let mut order = Vec::new();
        for (meta, interval) in metas {
            let id = TargetId(names.len() as u32);
            names.push(meta.name.clone());
            order.push(id);
            let policy = Arc::new(policy(interval));
            fleet.add(Moment::START, id, Arc::new(meta), policy, false);
        }
        let mut world = World {
            now: Moment::START,
            fleet,
            names,
            order,
            rules: Arc::new(rules),
            alerter: None,
            follower: Follower::new(),
            ledger: BTreeMap::new(),
            since: Vec::new(),
            receivers: HashMap::new(),
            hanging: Vec::new(),
            breaks: Vec::new(),
            maintenance: Vec::new(),
            arrivals: Vec::new(),
            asked: Vec::new(),
            openings: HashSet::new(),
            commits: 0,
            random: 1.0,
            is_check: false,
            last: NotificationId(0),
        };
        world.start();
        world.tick();
        world
    }

    pub(crate) fn id(&self, name: &str) -> TargetId {
        let place = self.names.iter().position(|known| known.as_str() == name);
        TargetId(place.unwrap_or_else(|| panic!("no monitor {name}")) as u32)
    }

    /// What the store has for a run that starts now.
    fn left(&mut self) -> AlertsLeft {
        let rows = self.snapshot().rows.clone();
        let open = rows.iter().filter_map(|row| row.incident.as_ref());
        let open: HashSet<_> = open.map(|incident| incident.id).collect();
        let is_over = |opening: &Notification| {
            self.ledger.values().any(|row| {
                let same = (&row.channel, row.subject.incident, row.subject.opened)
                    == (
                        &opening.channel,
                        opening.subject.incident,
                        opening.subject.opened,
                    );
                let is_done =
                    row.state == NotificationState::Told || row.state == NotificationState::Failed;
                same && row.what == What::Recovered && is_done
            })
        };
        let rows = self.ledger.values().filter(|row| match row.state {
            NotificationState::Held | NotificationState::Waiting => true,
            NotificationState::Told => row.what.is_opening() && !is_over(row),
            NotificationState::Failed => {
                let incident = row.subject.incident;
                row.what.is_opening() && incident.is_some_and(|one| open.contains(&one))
            }
        });
        let recovered = self
            .ledger
            .values()
            .filter(|row| row.what == What::Recovered && row.state == NotificationState::Told);
        AlertsLeft {
            rows: rows.cloned().collect(),
            recovered: recovered.cloned().collect(),
            last: self.last,
            channels: self.since.clone(),
            recent: self.recent(),
        }
    }

    /// The incidents of the last half an hour, oldest first.
    fn recent(&mut self) -> Vec<RecentIncident> {
        let date = |at| wall(Timestamp::UNIX_EPOCH, at);
        let since = date(self.now) - Duration::from_secs(30 * 60);
        let mut all: BTreeMap<IncidentId, RecentIncident> = BTreeMap::new();
        for change in self.snapshot().changes.iter() {
            let ChangeKind::Target { meta, event, .. } = &change.kind else {
                continue;
            };
            let Event::Incident(event) = event else {
                continue;
            };
            let known = all
                .entry(event.incident.id)
                .or_insert_with(|| RecentIncident {
                    monitor: meta.name.clone(),
                    opened: date(event.incident.opened),
                    closed: None,
                    end: None,
                });
            if let IncidentChange::Closed(end) = event.change {
                known.closed = Some(date(change.at));
                known.end = Some(end);
            }
        }
        let all = all.into_values();
        all.filter(|one| one.opened >= since).collect()
    }

    /// Makes the ledger look as if the clock had been ahead while it was written.
    pub(crate) fn set_ledger_ahead(&mut self, by: Duration) {
        let later = |at: &mut Timestamp| *at += by;
        for row in self.ledger.values_mut() {
            later(&mut row.created);
            later(&mut Arc::make_mut(&mut row.subject).opened);
            row.next.iter_mut().chain(&mut row.done).for_each(later);
        }
        self.since.iter_mut().for_each(|(_, since)| later(since));
    }

    pub(crate) fn start(&mut self) {
        let rules = Arc::clone(&self.rules);
        let left = self.left();
        let alerter = Alerter::new(rules, left, self.now, Timestamp::UNIX_EPOCH);
        self.alerter = Some(alerter);
        self.breaks.push(self.now);
        self.note_channels();
        let snapshot = self.snapshot();
        self.follower = Follower::new();
        self.follower.read(&snapshot);
    }

    /// A crash: what is in flight has no result.
    pub(crate) fn stop(&mut self) {
        self.alerter = None;
        self.hanging.clear();
    }

    pub(crate) fn set_rules(&mut self, rules: AlertRules) -> Vec<String> {
        self.rules = Arc::new(rules);
        let Some(alerter) = &mut self.alerter else {
            return Vec::new();
        };
        let dropped = alerter.set_rules(Arc::clone(&self.rules), self.now);
        self.note_channels();
        let dropped = dropped.into_iter();
        dropped
            .map(|one| format!("{} {}", one.name, one.open))
            .collect()
    }

    fn note_channels(&mut self) {
        if let Some(alerter) = &self.alerter {
            let channels = alerter.channels();
            self.since = channels.map(|one| (one.name, one.since)).collect();
        }
    }

    /// The fleet now.
    pub(crate) fn snapshot(&mut self) -> Arc<Snapshot> {
        self.fleet
            .snapshot(self.now, Timestamp::UNIX_EPOCH, SelfStats::default())
    }

    fn commit(&mut self) {
        let Some(alerter) = &mut self.alerter else {
            return;
        };
        for change in alerter.take_rows() {
            self.commits += 1;
            match change {
                RowChange::Put(row) => {
                    if row.what.is_opening() {
                        self.openings.insert(row.id);
                    }
                    self.last = self.last.max(row.id);
                    self.ledger.insert(row.id, Arc::unwrap_or_clone(row));
                }
                RowChange::Remove(id) => {
                    self.ledger.remove(&id);
                }
            }
        }
    }

    /// Decides and sends everything that is due now.
    pub(crate) fn tick(&mut self) {
        self.fleet.advance(self.now);
        let snapshot = self.snapshot();
        let Some(alerter) = &mut self.alerter else {
            return;
        };
        let new = self.follower.read(&snapshot);
        alerter.read(&snapshot, &new);
        alerter.advance(self.now);
        self.asked
            .extend(alerter.asks().into_iter().map(|name| (self.now, name)));
        if !self.is_check {
            self.send(&snapshot);
        }
    }

    /// Ends a run that only checks.
    pub(crate) fn flush(&mut self) {
        let snapshot = self.snapshot();
        self.breaks.push(self.now);
        if let Some(alerter) = &mut self.alerter {
            alerter.flush(self.now);
        }
        self.send(&snapshot);
    }

    fn send(&mut self, snapshot: &Snapshot) {
        loop {
            self.answer_hanging();
            let Some(alerter) = &mut self.alerter else {
                return;
            };
            let next = alerter.next_delivery(self.now, snapshot);
            self.commit();
            let Some((id, delivery)) = next else { break };
            self.check_delivery(&delivery, snapshot);
            self.deliver(id, delivery, self.now);
        }
        self.commit();
        let deadline = self.alerter.as_ref().and_then(Alerter::deadline);
        assert!(
            deadline.is_none_or(|at| at > self.now),
            "nothing is left to do at {:?}, but the deadline is {deadline:?}",
            self.now
        );
    }

    /// Nothing begins in maintenance or in a silence, and a receiver with keys gets one.
    fn check_delivery(&self, delivery: &Delivery, snapshot: &Snapshot) {
        for notice in delivery.notices.iter().filter(|_| !delivery.is_refresh) {
            let mut rows = snapshot.rows.iter();
            let row = rows.find(|row| row.meta.name == notice.subject.monitor);
            let is_news = matches!(notice.what, What::Opened | What::Flapping | What::Worse);
            if let Some(row) = row.filter(|_| is_news || notice.what == What::Reminder) {
                assert!(
                    row.maintenance.is_none(),
                    "told in maintenance: {delivery:?}"
                );
                let silence = row.silence.as_ref();
                let is_silent = silence.is_some_and(|one| one.is_active(self.now));
                assert!(!is_silent, "told in a silence: {delivery:?}");
            }
        }
        let mut channels = self.rules.channels.iter();
        let rules = channels.find(|one| one.name == delivery.channel);
        if rules.is_some_and(|one| one.traits.one_key) {
            let keys: HashSet<_> = delivery.notices.iter().map(|one| one.key).collect();
            assert_eq!(keys.len(), 1, "several keys: {delivery:?}");
        }
    }

    fn deliver(&mut self, id: DeliveryId, delivery: Delivery, sent: Moment) {
        let random = self.random;
        let receiver = self.receivers.get(&delivery.channel);
        let receiver = receiver.copied().unwrap_or_default();
        self.arrivals.push(Arrival {
            at: self.now,
            sent,
            delivery: delivery.clone(),
            receiver,
        });
        match (receiver.answer(), &mut self.alerter) {
            (Some(result), Some(alerter)) => alerter.delivered(id, self.now, result, random),
            _ => self.hanging.push((id, delivery, sent)),
        }
        self.commit();
    }

    fn answer_hanging(&mut self) {
        let receivers = &self.receivers;
        let (waiting, answered) = std::mem::take(&mut self.hanging)
            .into_iter()
            .partition(|(_, one, _)| receivers.get(&one.channel) == Some(&Receiver::Hangs));
        self.hanging = waiting;
        let answered: Vec<(DeliveryId, Delivery, Moment)> = answered;
        for (id, delivery, sent) in answered {
            self.deliver(id, delivery, sent);
        }
    }

    /// Lets time pass.
    pub(crate) fn run_until(&mut self, until: Moment) {
        loop {
            let alerter = self.alerter.as_ref().and_then(Alerter::deadline);
            let next = alerter.into_iter().chain(self.fleet.deadline()).min();
            let Some(next) = next.filter(|at| *at < until) else {
                break;
            };
            self.now = self.now.max(next);
            self.tick();
        }
        self.now = self.now.max(until);
        self.tick();
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.run_until(self.now.plus(time));
    }

    fn observe(&mut self, name: &str, signal: Signal) {
        let target = self.id(name);
        let at = self.now;
        let connection = None;
        self.fleet.observe(Observation {
            target,
            at,
            signal,
            connection,
        });
    }

    pub(crate) fn ok(&mut self, name: &str) {
        let latency = Some(Duration::from_millis(5));
        let beat = Beat {
            latency,
            ..Beat::default()
        };
        self.observe(name, Signal::Beat(beat));
    }

    pub(crate) fn warning(&mut self, name: &str) {
        let latency = Some(Duration::from_secs(2));
        let beat = Beat {
            latency,
            ..Beat::default()
        };
        self.observe(name, Signal::Beat(beat));
    }

    pub(crate) fn error(&mut self, name: &str) {
        let failure = Failure::Status {
            code: 503,
            note: None::<StatusNote>,
        };
        let signal = Signal::Failed {
            failure,
            evidence: None,
            latency: None,
            ended: true,
        };
        self.observe(name, signal);
    }

    pub(crate) fn pause(&mut self, name: &str, pause: bool) {
        let id = self.id(name);
        self.fleet.pause(self.now, id, pause);
    }

    /// A monitor leaves the config.
    pub(crate) fn remove(&mut self, name: &str) {
        let id = self.id(name);
        self.order.retain(|known| *known != id);
        self.fleet.retain(self.now, &self.order);
        let change = ChangeKind::Reloaded {
            added: 0,
            removed: 1,
            changed: 0,
            total: self.order.len(),
        };
        self.fleet.record(self.now, change);
    }

    pub(crate) fn silence(&mut self, matches: &str, time: Duration) {
        let silence = Silence {
            id: SilenceId(0),
            matches: text(matches),
            from: self.now,
            until: self.now.plus(time),
            by: text("ana"),
            reason: text("deploy"),
        };
        self.fleet.silence(self.now, silence);
    }

    pub(crate) fn end_silences(&mut self) {
        for silence in self.fleet.silences(self.now) {
            self.fleet.end_silence(self.now, silence.id);
        }
    }

    pub(crate) fn maintain(&mut self, name: &str, time: Duration) {
        let date = |at| wall(Timestamp::UNIX_EPOCH, at);
        self.maintenance.push(MaintenancePlan {
            matches: Selector::parse(&Selector::of_name(name)).unwrap(),
            times: MaintenanceTimes::Once {
                from: date(self.now),
                until: date(self.now.plus(time)),
            },
            reason: text("patches"),
        });
        self.fleet
            .set_maintenance(self.now, self.maintenance.clone());
    }

    /// The clock was set, so that every maintenance is over.
    pub(crate) fn end_maintenance(&mut self) {
        self.maintenance.clear();
        self.fleet.set_maintenance(self.now, Vec::new());
    }

    pub(crate) fn acknowledge(&mut self, name: &str, time: Option<Duration>) {
        let acknowledgement = Acknowledgement {
            by: text("ana"),
            at: self.now,
            until: time.map(|time| self.now.plus(time)),
        };
        let id = self.id(name);
        self.fleet.acknowledge(self.now, id, Some(acknowledgement));
    }

    pub(crate) fn unacknowledge(&mut self, name: &str) {
        let id = self.id(name);
        self.fleet.acknowledge(self.now, id, None);
    }

    pub(crate) fn meta(name: &str) -> Meta {
        Meta::new(text(name), Kind::Http)
    }
}
