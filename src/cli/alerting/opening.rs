//! What alerts of a session begin with.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::ledger::{LONGEST_COMMIT, Ledger};
use crate::alerts::decide::AlertsLeft;
use crate::channels::plan::AlertPlan;
use crate::cli::recorder::Recorder;
use crate::engine::Plan;
use crate::history::notification::Notification;
use crate::model::Text;
use crate::store::Store;

/// The channels and routes of a config, and what earlier runs left.
pub(super) struct AlertsBegin {
    pub plan: Arc<AlertPlan>,
    pub left: AlertsLeft,
    pub ledger: Ledger,
}

impl AlertsBegin {
    /// `names`: all monitors of the config; the session watches those of `watched`. The recorder
    /// closes the store only after the alerts, for which it waits at most `limit` and a commit.
    pub(super) fn new(
        plan: Arc<AlertPlan>,
        mut left: AlertsLeft,
        names: &HashSet<Text>,
        watched: &Plan,
        store: Option<Store>,
        recorder: Option<&mut Recorder>,
        limit: Duration,
    ) -> AlertsBegin {
        let watched: HashSet<_> = (watched.targets.iter())
            .map(|target| &target.meta.name)
            .collect();
        // To the `Alerter`, what a session does not watch has left the config.
        let concerns = |row: &Notification| {
            let name = &row.subject.monitor;
            watched.contains(name) || !names.contains(name) || row.subject.incident.is_none()
        };
        left.rows.retain(concerns);
        left.recovered.retain(concerns);
        left.recent.retain(|one| watched.contains(&one.monitor));
        let guard = recorder.map(|recorder| recorder.close_after(limit + LONGEST_COMMIT));
        AlertsBegin {
            ledger: Ledger::new(store, left.channels.clone(), guard),
            plan,
            left,
        }
    }
}
