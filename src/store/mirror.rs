//! What a fresh file needs, when the one before it was damaged or removed during a session.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::batch::{Batch, Left};
use super::rows;
use crate::history::change::StatusChange;
use crate::history::incident::Incident;
use crate::history::known::KnownMonitor;
use crate::history::notification::{Notification, NotificationId};
use crate::model::{IncidentId, Silence, SilenceId, Text};

/// The rows without an end, as they were committed.
#[derive(Debug, Default)]
pub(super) struct Mirror {
    monitors: HashMap<Text, Arc<KnownMonitor>>,
    changes: HashMap<Text, Arc<StatusChange>>,
    incidents: BTreeMap<IncidentId, Incident>,
    silences: BTreeMap<SilenceId, Silence<Timestamp>>,
    notifications: BTreeMap<NotificationId, Arc<Notification>>,
    channels: Vec<(Text, Timestamp)>,
    last_incident: u64,
    last_silence: u64,
    last_notification: u64,
}

impl Mirror {
    pub(super) fn new(left: &Left) -> Mirror {
        let mut mirror = Mirror {
            last_incident: left.last_incident,
            last_silence: left.last_silence,
            last_notification: left.last_notification,
            ..Mirror::default()
        };
        mirror.committed(&Batch {
            monitors: left.monitors.clone(),
            changes: left.open_changes.clone(),
            incidents: left.open_incidents.clone(),
            silences: left.silences.clone(),
            notifications: left.notifications.iter().cloned().map(Arc::new).collect(),
            channels: Some(left.channels.clone()),
            ..Batch::default()
        });
        mirror
    }

    pub(super) fn committed(&mut self, batch: &Batch) {
        for known in &batch.monitors {
            self.monitors.insert(known.name.clone(), Arc::clone(known));
        }
        for change in &batch.changes {
            if change.until.is_none() {
                self.changes
                    .insert(change.monitor.clone(), Arc::clone(change));
            } else {
                self.changes.remove(&change.monitor);
            }
        }
        for incident in &batch.incidents {
            self.last_incident = self.last_incident.max(incident.id.0);
            if incident.closed.is_none() {
                self.incidents.insert(incident.id, incident.clone());
            } else {
                self.incidents.remove(&incident.id);
            }
        }
        let latest = batch.watched.last().map(|period| period.until);
        self.silences
            .retain(|_, silence| latest.is_none_or(|latest| silence.until > latest));
        for silence in &batch.silences {
            self.last_silence = self.last_silence.max(silence.id.0);
            self.silences.insert(silence.id, silence.clone());
        }
        self.committed_ledger(batch);
    }

    fn committed_ledger(&mut self, batch: &Batch) {
        for notification in &batch.notifications {
            self.last_notification = self.last_notification.max(notification.id.0);
            if notification.is_over() {
                self.notifications.remove(&notification.id);
            } else {
                (self.notifications).insert(notification.id, Arc::clone(notification));
            }
        }
        let ended = batch.notifications.iter();
        let ended: HashSet<_> = ended
            .filter(|one| one.ends_an_opening())
            .map(|one| one.opening())
            .collect();
        if !ended.is_empty() {
            self.notifications
                .retain(|_, one| !(one.is_told() && ended.contains(&one.opening())));
        }
        for id in &batch.dropped_notifications {
            self.notifications.remove(id);
        }
        if let Some(channels) = &batch.channels {
            self.channels.clone_from(channels);
        }
    }

    /// Returns what is written first.
    pub(super) fn batch(&self) -> Batch {
        let notes = self.incidents.values().flat_map(|incident| {
            let notes = incident.notes.iter();
            notes.map(|note| (incident.id, note.clone()))
        });
        Batch {
            monitors: self.monitors.values().cloned().collect(),
            changes: self.changes.values().cloned().collect(),
            incidents: self.incidents.values().cloned().collect(),
            notes: notes.collect(),
            silences: self.silences.values().cloned().collect(),
            notifications: self.notifications.values().cloned().collect(),
            channels: Some(self.channels.clone()),
            ..Batch::default()
        }
    }

    /// Lets the numbers of incidents, silences and notifications go on.
    pub(super) fn continue_numbers(&self, connection: &Connection) -> rusqlite::Result<()> {
        let last = [
            ("incidents", self.last_incident),
            ("silences", self.last_silence),
            ("notifications", self.last_notification),
        ];
        for (table, last) in last {
            let last = rows::signed(last);
            let sql = "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1";
            if connection.execute(sql, params![table, last])? == 0 {
                let sql = "INSERT INTO sqlite_sequence(name, seq) VALUES (?1, ?2)";
                connection.execute(sql, params![table, last])?;
            }
        }
        Ok(())
    }
}
