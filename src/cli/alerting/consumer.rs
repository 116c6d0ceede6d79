//! Alerts as a consumer of a session without an end.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval_at, sleep_until, timeout};

use super::aside::aside;
use super::board::BoardPublisher;
use super::channel_stats::{ChannelStats, dropped_since, log_dropped};
use super::flights::{Flights, Landed};
use super::ledger::{LONGEST_COMMIT, Ledger};
use super::opening::AlertsBegin;
use super::troubles::Troubles;
use crate::alerts::decide::{Alerter, DeliveryId};
use crate::alerts::delivery::Delivery;
use crate::channels::plan::{AlertPlan, ConfiguredChannel};
use crate::cli::args::AlertArgs;
use crate::cli::consumer::{Consumer, Feed};
use crate::cli::recorder::{self, OpenedHistory};
use crate::clock::Clock;
use crate::config::LoadedConfig;
use crate::engine::{Engine, Plan};
use crate::history::alert_board::AlertBoard;
use crate::model::{Moment, Snapshot, Text};

/// How long the end of a session waits for what is being sent.
const LAST_SENDS: Duration = Duration::from_secs(2);
const SECOND: Duration = Duration::from_secs(1);
/// The shortest time between two looks at what is due.
const SHORTEST_SLEEP: Duration = Duration::from_millis(10);

/// Follows a session and tells the channels of its config.
pub(in crate::cli) struct Alerting {
    begin: AlertsBegin,
    board: watch::Sender<Arc<AlertBoard>>,
}

/// Alerts that run.
struct RunningAlerts {
    clock: Clock,
    engine: Engine,
    alerter: Alerter,
    /// The channels of the config by name.
    channels: HashMap<Text, ConfiguredChannel>,
    ledger: Ledger,
    flights: Flights,
    troubles: Troubles,
    stats: ChannelStats,
    board: BoardPublisher,
    snapshot: Arc<Snapshot>,
    /// The session ends: nothing more is sent.
    is_over: bool,
}

impl Alerting {
    /// Prepares the alerts of a session. `None` if they are not wanted, or if another process
    /// writes its history: that one sends them.
    pub(in crate::cli) fn new(
        args: &AlertArgs,
        config: &LoadedConfig,
        watched: &Plan,
        opened: &mut OpenedHistory,
    ) -> Option<Alerting> {
        if args.no_alerts {
            return None;
        }
        let plan = config.alerts.clone().unwrap_or_default();
        let has_channels = !plan.channels.is_empty();
        if opened.history.read_only.is_some() {
            if has_channels {
                tracing::info!("alerts are left to the process that writes the history");
            }
            return None;
        }
        if has_channels && opened.history.store.is_none() {
            tracing::warn!(
                "alerts without a history: the next run does not know what this one has told"
            );
        }
        let board = watch::Sender::default();
        opened.history.alerts = Some(board.subscribe());
        let mut begin = AlertsBegin::new(
            plan,
            std::mem::take(&mut opened.alerts_left),
            &recorder::names(&config.plan),
            watched,
            opened.history.store.clone(),
            opened.recorder.as_mut(),
            LAST_SENDS + LONGEST_COMMIT,
        );
        begin.ledger.set_unkept(opened.unkept.take());
        Some(Alerting { begin, board })
    }
}

impl Consumer for Alerting {
    async fn run(self, mut feed: Feed) {
        let mut telling = RunningAlerts::new(self, &feed);
        let first = feed.clock.instant(feed.clock.now().plus(SECOND));
        let mut seconds = interval_at(first, SECOND);
        seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = feed.clock.instant(telling.deadline());
            tokio::select! {
                biased;
                landed = telling.flights.next() => telling.landed(landed),
                snapshot = feed.next() => match snapshot {
                    Some(snapshot) => telling.read(snapshot, &mut feed),
                    None => break,
                },
                () = sleep_until(due) => {}
                // A fault of the history.
                _ = seconds.tick() => {}
            }
            telling.turn(&feed).await;
        }
        telling.finish(&feed).await;
    }

    fn late_warning(&self) -> Option<&'static str> {
        Some("alerts could not be finished in time: the next run sends them again")
    }

    fn finish_limit(&self) -> Duration {
        LAST_SENDS + LONGEST_COMMIT.saturating_mul(2)
    }
}

impl RunningAlerts {
    fn new(alerting: Alerting, feed: &Feed) -> RunningAlerts {
        let AlertsBegin { plan, left, ledger } = alerting.begin;
        log_dropped(&dropped_since(&left.rows, &plan));
        let mut stats = ChannelStats::default();
        stats.follow(&plan);
        let rules = Arc::new(plan.rules.clone());
        let clock = feed.clock.clone();
        RunningAlerts {
            alerter: Alerter::new(rules, left, clock.now(), clock.anchor()),
            channels: by_name(&plan),
            ledger,
            flights: Flights::new(clock.clone()),
            troubles: Troubles::default(),
            stats,
            board: BoardPublisher::new(alerting.board),
            snapshot: feed.engine.snapshot(),
            engine: feed.engine.clone(),
            is_over: false,
            clock,
        }
    }

    fn deadline(&self) -> Moment {
        let earliest = self.clock.now().plus(SHORTEST_SLEEP);
        let due = [self.alerter.deadline(), self.board.deadline()];
        let due = due.into_iter().flatten().min();
        due.map_or(Moment::FAR, |due| due.max(earliest))
    }

    fn read(&mut self, snapshot: Arc<Snapshot>, feed: &mut Feed) {
        self.follow_config(feed);
        let new = feed.follower.read(&snapshot);
        let things = new.changes.len() + self.alerter.notification_count();
        aside(things, || self.alerter.read(&snapshot, &new));
        self.is_over = feed.is_over();
        self.snapshot = Arc::clone(&snapshot);
    }

    /// Takes over the channels and routes of a reload.
    fn follow_config(&mut self, feed: &mut Feed) {
        let Some(config) = &mut feed.config else {
            return;
        };
        if !config.has_changed().unwrap_or(false) {
            return;
        }
        let plan = config.borrow_and_update().alerts.clone();
        let plan = plan.unwrap_or_default();
        self.channels = by_name(&plan);
        self.stats.follow(&plan);
        let rules = Arc::new(plan.rules.clone());
        log_dropped(&self.alerter.set_rules(rules, self.clock.now()));
        self.board.set_changed();
    }

    fn landed(&mut self, landed: Landed) {
        self.stats.landed(&landed);
        let random = fastrand::f64();
        let now = self.clock.now();
        aside(landed.sent.notifications, || {
            self.alerter
                .delivered(landed.sent.id, now, landed.result, random);
        });
        self.board.set_changed();
    }

    /// Decides what is due, commits it, and sends it.
    async fn turn(&mut self, feed: &Feed) {
        let now = self.clock.now();
        let fault = self.ledger.fault();
        self.troubles
            .tell(&mut self.alerter, now, &self.snapshot, fault.as_deref());
        let deliveries = aside(self.alerter.notification_count(), || self.decide(now));
        self.commit(feed).await;
        for (id, delivery) in deliveries {
            let channel = self.channels.get(&delivery.channel).cloned();
            self.flights.send(id, delivery, channel);
        }
        self.board.publish(now, &self.alerter, &self.stats);
    }

    /// Returns what is to be sent now.
    fn decide(&mut self, now: Moment) -> Vec<(DeliveryId, Delivery)> {
        self.alerter.advance(now);
        self.ask();
        let mut deliveries = Vec::new();
        while !self.is_over
            && let Some(next) = self.alerter.next_delivery(now, &self.snapshot)
        {
            deliveries.push(next);
        }
        deliveries
    }

    /// Lets monitors be probed at once on which others depend.
    fn ask(&mut self) {
        let asks: HashSet<Text> = self.alerter.asks().into_iter().collect();
        if asks.is_empty() {
            return;
        }
        let rows = self.snapshot.rows.iter();
        for row in rows.filter(|row| asks.contains(&row.meta.name)) {
            // An engine that is behind probes it at its interval.
            self.engine.probe_now(row.id);
        }
    }

    async fn commit(&mut self, feed: &Feed) {
        let rows = self.alerter.take_rows();
        if !rows.is_empty() {
            self.board.set_changed();
        }
        self.stats.count(&rows);
        self.stats.look(self.alerter.channels());
        let channels = self.alerter.channels();
        self.ledger
            .commit(rows, channels, feed.follower.next())
            .await;
    }

    /// Waits for what is being sent, and commits what came of it.
    async fn finish(mut self, feed: &Feed) {
        let landing = async {
            while !self.flights.is_empty() {
                let landed = self.flights.next().await;
                self.landed(landed);
            }
        };
        let _ = timeout(LAST_SENDS, landing).await;
        self.commit(feed).await;
    }
}

fn by_name(plan: &AlertPlan) -> HashMap<Text, ConfiguredChannel> {
    let channels = plan.channels.iter();
    channels
        .map(|channel| (channel.name.clone(), channel.clone()))
        .collect()
}
