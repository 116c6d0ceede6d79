//! Publishes what is told, for those who show it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::aside::aside;
use super::channel_stats::ChannelStats;
use crate::alerts::decide::Alerter;
use crate::history::alert_board::{AlertBoard, HeldOpening};
use crate::history::notification::NotificationState;
use crate::model::{Moment, Text};

/// Time between two boards at least: a board of a storm has 10,000 rows.
const INTERVAL: Duration = Duration::from_millis(200);

pub(super) struct BoardPublisher {
    board: watch::Sender<Arc<AlertBoard>>,
    /// Something has changed since the last one.
    is_due: bool,
    last: Option<Moment>,
}

impl BoardPublisher {
    pub(super) fn new(board: watch::Sender<Arc<AlertBoard>>) -> BoardPublisher {
        BoardPublisher {
            board,
            is_due: true,
            last: None,
        }
    }

    pub(super) fn set_changed(&mut self) {
        self.is_due = true;
    }

    /// Returns when the next one is due.
    pub(super) fn deadline(&self) -> Option<Moment> {
        let next = |last: Moment| last.plus(INTERVAL);
        self.is_due.then(|| self.last.map_or(Moment::START, next))
    }

    /// Publishes a new board if it is due. Without a receiver none is made.
    pub(super) fn publish(&mut self, now: Moment, alerter: &Alerter, stats: &ChannelStats) {
        if self.deadline().is_none_or(|due| now < due) {
            return;
        }
        self.is_due = false;
        self.last = Some(now);
        if self.board.receiver_count() > 0 {
            let board = aside(alerter.notification_count(), || board(alerter, stats));
            self.board.send_replace(Arc::new(board));
        }
    }
}

fn board(alerter: &Alerter, stats: &ChannelStats) -> AlertBoard {
    let notifications: Vec<_> = alerter.notifications().cloned().collect();
    let mut held: HashMap<Text, HeldOpening> = HashMap::new();
    for row in &notifications {
        let monitor = &row.subject.monitor;
        if row.state == NotificationState::Held
            && !held.contains_key(monitor)
            && let Some(found) = alerter.held_of(monitor)
        {
            let opening = HeldOpening {
                why: found.why,
                words: found.words,
            };
            held.insert(monitor.clone(), opening);
        }
    }
    AlertBoard {
        channels: (alerter.channels())
            .map(|state| stats.on_board(state))
            .collect(),
        notifications,
        held,
    }
}
