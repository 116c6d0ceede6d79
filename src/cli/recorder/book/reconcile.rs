//! Compares the rows of a snapshot with what is written, where changes alone do not tell: at the
//! start, after a reload, and after changes that were lost.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Book, Entry, SMALL_FLEET};
use crate::history::change::StatusChange;
use crate::history::known::KnownMonitor;
use crate::model::{IncidentEnd, IncidentId, Row, Snapshot, Status, Text};

impl Book {
    /// `in_config`: whether the config has a monitor of this name.
    pub(super) fn reconcile(&mut self, snapshot: &Snapshot, in_config: &dyn Fn(&Text) -> bool) {
        self.is_small = snapshot.rows.len() <= SMALL_FLEET;
        let mut names = HashSet::with_capacity(snapshot.rows.len());
        let mut open = HashSet::new();
        for row in &snapshot.rows {
            names.insert(&row.meta.name);
            self.reconcile_row(row);
            if let Some(incident) = &row.incident {
                open.insert(incident.id);
            }
        }
        // The status of a monitor that a filter leaves out is not known: if it went on, the time of
        // this session would count as up or down.
        let ends = |entry: &Entry| entry.is_watched || (entry.open.is_some() && !self.is_short);
        let left: Vec<Text> = (self.monitors.iter())
            .filter(|(name, entry)| !names.contains(name) && (ends(entry) || !in_config(name)))
            .map(|(name, _)| name.clone())
            .collect();
        for name in left {
            self.leave(&name, in_config(&name));
        }
        self.close_lost(snapshot, &open, &names);
    }

    fn reconcile_row(&mut self, row: &Row) {
        let meta = &row.meta;
        let mut since = self.dates.of(row.since);
        // A status of an earlier run began before this session.
        let first = since.min(self.baseline);
        if self.know(meta, first) {
            if row.outcomes() == 0 {
                since = first;
            }
        } else if self.status(&meta.name).is_none() {
            // A session before did not watch it: what it was meanwhile is not known.
            since = since.max(self.baseline);
        }
        let is_in_maintenance = row.maintenance.is_some();
        if let Some(entry) = self.monitors.get_mut(&meta.name) {
            entry.is_in_maintenance = is_in_maintenance;
        }
        let is_new = self.status(&meta.name) != Some(row.status);
        if is_new {
            self.set_status(meta, since, row.status, row.cause.as_ref());
        }
        // One may have begun or ended while nothing was watched.
        self.set_maintenance(meta, self.baseline, is_in_maintenance);
        if let Some(open) = &row.incident
            && !self.incidents.contains_key(&open.id)
        {
            let incident = self.new_incident(meta, open);
            self.urgent.incidents.push(incident.clone());
            self.incidents.insert(open.id, incident);
        }
        let Some(entry) = self.monitors.get_mut(&meta.name) else {
            return;
        };
        entry.is_watched = true;
        let known = KnownMonitor::new(meta, entry.known.first_known);
        if known != *entry.known {
            entry.known = Arc::new(known);
            self.urgent.monitors.push(Arc::clone(&entry.known));
        }
    }

    /// Ends everything about a monitor that is not watched any more.
    fn leave(&mut self, name: &Text, is_in_config: bool) {
        let at = self.baseline;
        let Some(entry) = self.monitors.get_mut(name) else {
            return;
        };
        entry.is_watched = false;
        let known = Arc::clone(&entry.known);
        if let Some(open) = entry.open.take() {
            self.urgent.changes.push(Arc::new(StatusChange {
                until: Some(at.max(open.from)),
                ..StatusChange::clone(&open)
            }));
        }
        self.numbers.remove(name, at);
        if is_in_config {
            return;
        }
        self.monitors.remove(name);
        self.removed.insert(name.clone(), known.first_known);
        self.urgent.monitors.push(Arc::new(KnownMonitor {
            removed: Some(at),
            ..KnownMonitor::clone(&known)
        }));
        let open: Vec<IncidentId> = (self.incidents.values())
            .filter(|incident| incident.monitor == *name)
            .map(|incident| incident.id)
            .collect();
        for id in open {
            if let Some(incident) = self.incidents.remove(&id) {
                self.close(incident, at, IncidentEnd::Removed);
            }
        }
    }

    /// Closes incidents of watched monitors that are not open any more: their end was lost.
    fn close_lost(
        &mut self,
        snapshot: &Snapshot,
        open: &HashSet<IncidentId>,
        names: &HashSet<&Text>,
    ) {
        let lost: Vec<IncidentId> = (self.incidents.values())
            .filter(|incident| names.contains(&incident.monitor) && !open.contains(&incident.id))
            .map(|incident| incident.id)
            .collect();
        for id in lost {
            let Some(incident) = self.incidents.remove(&id) else {
                continue;
            };
            let row = (snapshot.rows.iter()).find(|row| row.meta.name == incident.monitor);
            let (since, end) = match row {
                Some(row) if row.status == Status::Paused => (row.since, IncidentEnd::Paused),
                Some(row) if row.status == Status::Healthy => (row.since, IncidentEnd::Recovered),
                _ => (snapshot.at, IncidentEnd::Recovered),
            };
            self.close(incident, self.dates.of(since), end);
        }
    }
}
