//! What a session gives the writer, and what the writer found when it began.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::history::change::StatusChange;
use crate::history::incident::{Incident, Note, RecentIncident};
use crate::history::known::KnownMonitor;
use crate::history::notification::{Notification, NotificationId};
use crate::history::numbers::NumbersPoint;
use crate::history::period::Period;
use crate::model::{IncidentId, Silence, Text};

/// How long rows are kept (`history.keep` of a config).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Changes, watched times and incidents.
    pub changes: Duration,
    pub minutes: Duration,
    /// At least as long as minutes.
    pub hours: Duration,
    /// At least as long as hours.
    pub days: Duration,
}

impl Default for Keep {
    fn default() -> Keep {
        const DAY: u64 = 86_400;
        Keep {
            changes: Duration::from_secs(3 * 365 * DAY),
            minutes: Duration::from_secs(2 * DAY),
            hours: Duration::from_secs(35 * DAY),
            days: Duration::from_secs(3 * 365 * DAY),
        }
    }
}

/// What the writer of a store found in it.
#[derive(Clone, Debug, Default)]
pub struct Left {
    pub monitors: Vec<Arc<KnownMonitor>>,
    /// The states of the monitors in it, as JSON, by their names.
    pub states: HashMap<Text, String>,
    /// Changes without an end.
    pub open_changes: Vec<Arc<StatusChange>>,
    pub open_incidents: Vec<Incident>,
    /// Those that opened within half an hour before the latest time in the store, oldest first.
    pub recent_incidents: Vec<RecentIncident>,
    /// Silences that have not ended.
    pub silences: Vec<Silence<Timestamp>>,
    /// Those that are held or wait, openings that were told and have no recovery that was told or
    /// failed, and openings that failed while their incident lasts; by number.
    pub notifications: Vec<Notification>,
    /// Recoveries that were told at most `RECALLED` ago, by number.
    pub recovered: Vec<Notification>,
    /// Since when the config has each channel, by name.
    pub channels: Vec<(Text, Timestamp)>,
    /// Numbers of the last incident, silence and notification; 0 before the first.
    pub last_incident: u64,
    pub last_silence: u64,
    pub last_notification: u64,
    /// The latest time in the store.
    pub last_time: Option<Timestamp>,
}

/// The state of one monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorState {
    /// JSON that only `cli` reads.
    pub json: String,
    /// Only the time of the last heartbeat is new: a loss of power may undo it. To wait for the disk
    /// would take most of the time of a short run.
    pub is_minor: bool,
}

/// What is written in one transaction.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Monitors that are new, changed or removed.
    pub monitors: Vec<Arc<KnownMonitor>>,
    /// Each ends the open change of its monitor at its own beginning. With an `until`, it only
    /// ends that change.
    pub changes: Vec<Arc<StatusChange>>,
    /// Added or replaced by their numbers; their notes and tellings are not written.
    pub incidents: Vec<Incident>,
    /// A note that its incident has already is not added again.
    pub notes: Vec<(IncidentId, Note)>,
    /// Added or replaced by their numbers.
    pub silences: Vec<Silence<Timestamp>>,
    /// Added or replaced by their numbers. Those that were told are added to their incidents.
    pub notifications: Vec<Arc<Notification>>,
    /// Notifications that were held and are not sent. Their numbers are not used again.
    pub dropped_notifications: Vec<NotificationId>,
    /// Since when the config has each channel: replaces all. `None` leaves them as they are.
    pub channels: Option<Vec<(Text, Timestamp)>>,
    /// Of monitors that the store knows, or that the batch names.
    pub states: Vec<(Text, MonitorState)>,
    /// Added to those of the same five minutes. Of monitors that the store knows, or that the batch
    /// names; others are dropped and counted.
    pub numbers: Vec<(Text, NumbersPoint)>,
    /// Watched times. One that begins where the last one ended, or before, extends it.
    pub watched: Vec<Period>,
}

impl Batch {
    /// Adds the rows of a later batch.
    pub fn append(&mut self, later: Batch) {
        self.monitors.extend(later.monitors);
        self.changes.extend(later.changes);
        self.incidents.extend(later.incidents);
        self.notes.extend(later.notes);
        self.silences.extend(later.silences);
        self.notifications.extend(later.notifications);
        self.dropped_notifications
            .extend(later.dropped_notifications);
        self.channels = later.channels.or(self.channels.take());
        self.states.extend(later.states);
        self.numbers.extend(later.numbers);
        self.watched.extend(later.watched);
    }

    /// Returns the number of its rows.
    pub fn rows(&self) -> usize {
        self.monitors.len()
            + self.changes.len()
            + self.incidents.len()
            + self.notes.len()
            + self.silences.len()
            + self.notifications.len()
            + self.dropped_notifications.len()
            + self.channels.as_ref().map_or(0, |all| all.len() + 1)
            + self.states.len()
            + self.numbers.len()
            + self.watched.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// Whether a loss of power must not lose it once it is committed.
    pub(super) fn is_durable(&self) -> bool {
        !(self.monitors.is_empty()
            && self.changes.is_empty()
            && self.incidents.is_empty()
            && self.notes.is_empty()
            && self.silences.is_empty()
            && self.notifications.is_empty()
            && self.dropped_notifications.is_empty()
            && self.channels.is_none()
            && self.states.iter().all(|(_, state)| state.is_minor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_with_nothing_new_waits_for_no_disk() {
        let state = |is_minor| {
            let json = "{}".to_owned();
            (Text::clean("a"), MonitorState { json, is_minor })
        };
        let batch = |states: Vec<_>| Batch {
            states,
            watched: vec![Period::new(Timestamp::MIN, Timestamp::MAX)],
            ..Batch::default()
        };
        assert!(!batch(vec![state(true), state(true)]).is_durable());
        assert!(batch(vec![state(true), state(false)]).is_durable());
    }
}
