//! Alerts of `check`: everything is sent at the end of the run, once.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::flights::Flights;
use super::ledger::LONGEST_COMMIT;
use super::opening::AlertsBegin;
use crate::alerts::decide::{Alerter, AlertsLeft};
use crate::alerts::delivery::DeliveryResult;
use crate::channels::plan::AlertPlan;
use crate::cli::consumer::{Consumer, Feed};
use crate::cli::output::print_stderr;
use crate::cli::recorder::Recorder;
use crate::engine::Plan;
use crate::model::Text;
use crate::store::Store;

/// Tells the channels of a config what a short run has found.
pub(in crate::cli) struct AlertsAtEnd {
    begin: AlertsBegin,
    limit: Duration,
}

impl AlertsAtEnd {
    /// `names`: all monitors of the config.
    pub(in crate::cli) fn new(
        plan: Arc<AlertPlan>,
        left: AlertsLeft,
        names: &HashSet<Text>,
        watched: &Plan,
        store: Store,
        recorder: &mut Recorder,
    ) -> AlertsAtEnd {
        // A channel that refuses is told by its fallback, after that.
        let longest = plan.channels.iter().map(|channel| channel.timeout).max();
        let limit = longest.unwrap_or_default() * 2 + LONGEST_COMMIT;
        let store = Some(store);
        let begin = AlertsBegin::new(plan, left, names, watched, store, Some(recorder), limit);
        AlertsAtEnd { begin, limit }
    }
}

impl Consumer for AlertsAtEnd {
    async fn run(self, mut feed: Feed) {
        let AlertsBegin {
            plan,
            left,
            mut ledger,
        } = self.begin;
        let clock = feed.clock.clone();
        let rules = Arc::new(plan.rules.clone());
        let mut alerter = Alerter::new(rules, left, clock.now(), clock.anchor());
        let mut snapshot = feed.engine.snapshot();
        while let Some(next) = feed.next().await {
            let new = feed.follower.read(&next);
            alerter.read(&next, &new);
            snapshot = Arc::clone(&next);
        }
        // One moment for all that is sent: what fails is due later, so that it is not tried again.
        let now = clock.now();
        alerter.advance(now);
        alerter.flush(now);
        let mut flights = Flights::new(clock);
        loop {
            let mut deliveries = Vec::new();
            while let Some(next) = alerter.next_delivery(now, &snapshot) {
                deliveries.push(next);
            }
            let rows = alerter.take_rows();
            let next = feed.follower.next();
            ledger.commit(rows, alerter.channels(), next).await;
            for (id, delivery) in deliveries {
                let configured = (plan.channels.iter()).find(|one| one.name == delivery.channel);
                flights.send(id, delivery, configured.cloned());
            }
            if flights.is_empty() {
                break;
            }
            let landed = flights.next().await;
            let channel = &landed.sent.channel;
            let what = &landed.sent.what;
            match &landed.result {
                DeliveryResult::Accepted { .. } => tracing::info!("told {channel}: {what}"),
                DeliveryResult::Failed { why, .. } => print_stderr(&format!(
                    "warning: {channel} is not told {what}: {why}; the next run tries again"
                )),
                DeliveryResult::Refused { why } => {
                    print_stderr(&format!("warning: {channel} refused {what}: {why}"));
                }
            }
            alerter.delivered(landed.sent.id, now, landed.result, fastrand::f64());
        }
    }

    fn late_warning(&self) -> Option<&'static str> {
        Some("alerts could not be sent in time: the next run sends them")
    }

    fn finish_limit(&self) -> Duration {
        self.limit + LONGEST_COMMIT
    }
}
