//! Reads what has changed in the fleet.

use std::collections::HashSet;
use std::sync::Arc;

use super::about::AlertTopic;
use super::alerter::Alerter;
use super::incident::{AlertedIncident, ParentWatch};
use crate::history::notification::Subject;
use crate::model::{
    Cause, Change, ChangeKind, Event, IncidentChange, IncidentEnd, Meta, Moment, NewChanges,
    OpenIncident, Row, Snapshot, Status, Text, wall,
};
use crate::words;

impl Alerter {
    /// Reads what has changed. After lost changes, the rows of the snapshot decide.
    pub fn read(&mut self, snapshot: &Snapshot, new: &NewChanges<'_>) {
        self.now = self.now.max(snapshot.at);
        self.outbox.anchor = snapshot.anchor;
        let is_incomplete = !self.is_started || new.lost > 0;
        let mut kinds = new.changes.iter().map(|change| &change.kind);
        let is_reloaded = kinds.any(|kind| matches!(kind, ChangeKind::Reloaded { .. }));
        self.fleet.update(snapshot, is_reloaded || is_incomplete);
        // Nothing is decided before all facts are known.
        self.is_started = !is_incomplete;
        let mut concerns_all = is_reloaded;
        for change in &new.changes {
            concerns_all |= matches!(change.kind, ChangeKind::Silence { .. });
            self.read_change(change);
        }
        if is_incomplete {
            self.reconcile();
        } else if concerns_all {
            self.review_all();
        }
    }

    fn read_change(&mut self, change: &Change) {
        let ChangeKind::Target { id, meta, event } = &change.kind else {
            return;
        };
        match event {
            Event::Incident(event) => {
                let before = self.before.take().filter(|(target, _)| target == id);
                let before = before.map(|(_, status)| status);
                self.read_incident(change.at, meta, &event.incident, &event.change, before);
            }
            Event::Transition { from, to, .. } => {
                self.before = (*to >= Status::Warning).then_some((*id, *from));
                if let Some(monitor) = self.monitors.get_mut(&meta.name) {
                    // It may have been steady before, while hbmon did not run.
                    let is_calm = monitor.flap.calm(change.at);
                    monitor.flap.changed(change.at);
                    if is_calm {
                        self.review_incidents_of(&meta.name);
                    }
                }
                self.wake_children(&meta.name, true);
            }
            Event::Beat { .. } | Event::Failure { .. } | Event::Miss { .. } => {
                self.wake_children(&meta.name, false);
            }
            // It can end before the time that was planned: the clock was set, or the config changed.
            Event::Maintenance(_) => self.review_incidents_of(&meta.name),
            _ => {}
        }
    }

    fn read_incident(
        &mut self,
        at: Moment,
        meta: &Meta,
        incident: &OpenIncident,
        change: &IncidentChange,
        before: Option<Status>,
    ) {
        let about = AlertTopic::Incident(incident.id);
        match change {
            IncidentChange::Note { .. } => return,
            IncidentChange::Closed(end) => {
                if self.incidents.contains_key(&about) {
                    self.update_incident(&meta.name, incident, at);
                    self.close(&about, at, *end);
                }
                return;
            }
            IncidentChange::Opened => {
                self.add_incident(meta, incident, before);
                let monitor = self.monitors.entry(meta.name.clone()).or_default();
                monitor.flap.opened(at);
                self.plan_monitor(&meta.name);
            }
            IncidentChange::Worse | IncidentChange::Acknowledged => {
                self.add_incident(meta, incident, before);
            }
        }
        self.update_incident(&meta.name, incident, at);
        if matches!(change, IncidentChange::Acknowledged) {
            self.tell_acknowledgement(&about);
        }
        self.review(&about);
    }

    /// Adds an incident, unless it is known.
    fn add_incident(&mut self, meta: &Meta, incident: &OpenIncident, before: Option<Status>) {
        let about = AlertTopic::Incident(incident.id);
        if self.incidents.contains_key(&about) {
            return;
        }
        let subject = Arc::new(Subject {
            incident: Some(incident.id),
            monitor: meta.name.clone(),
            status: incident.worst,
            before,
            reason: None,
            message: None,
            opened: wall(self.outbox.anchor, incident.opened),
            closed: None,
            end: None,
            acknowledged_by: None,
        });
        let alerted = AlertedIncident::new(about.clone(), subject, incident.opened.min(self.now));
        self.incidents.insert(about, Box::new(alerted));
    }

    /// Takes over what is known of an incident. `at`: when it got worse, if it did.
    fn update_incident(&mut self, name: &Text, incident: &OpenIncident, at: Moment) {
        let about = AlertTopic::Incident(incident.id);
        let Some(known) = self.incidents.get(&about) else {
            return;
        };
        let parents = match known.parents {
            None => self.watch_parents(name),
            Some(_) => None,
        };
        let Some(known) = self.incidents.get_mut(&about) else {
            return;
        };
        let subject = Arc::make_mut(&mut known.subject);
        subject.status = incident.worst;
        subject.reason = incident.cause.as_ref().map(Cause::reason);
        let sentence = |cause| Text::clean(&words::cause(cause));
        subject.message = incident.cause.as_ref().map(sentence);
        known.acknowledged.clone_from(&incident.acknowledged);
        if incident.worst == Status::Error {
            known.error_since.get_or_insert(at);
        }
        known.parents = known.parents.take().or(parents);
        let monitor = self.monitors.entry(name.clone()).or_default();
        monitor.add_incident(&about);
        monitor.open = Some(about);
    }

    /// Returns the state of the monitors on which a monitor depends.
    fn watch_parents(&self, name: &Text) -> Option<Box<ParentWatch>> {
        let meta = &self.fleet.get(name)?.meta;
        if meta.depends_on.is_empty() {
            return None;
        }
        let outcomes = meta.depends_on.iter().map(|parent| {
            let row = self.fleet.get(parent);
            (parent.clone(), row.map_or(0, |row| row.outcomes()))
        });
        Some(Box::new(ParentWatch {
            since: self.now,
            outcomes: outcomes.collect(),
            was_behind: false,
            well_since: None,
        }))
    }

    /// Compares the known incidents with the rows.
    fn reconcile(&mut self) {
        let rows = self.fleet.rows().clone();
        let mut open = HashSet::new();
        for row in &rows {
            if let Some(incident) = &row.incident {
                open.insert(AlertTopic::Incident(incident.id));
                let at = bad_since(row, incident).min(self.now);
                self.add_incident(&row.meta, incident, None);
                self.update_incident(&row.meta.name, incident, at);
            }
        }
        let gone = self.incidents.values().filter(|known| {
            let is_incident = matches!(known.about, AlertTopic::Incident(_));
            is_incident && known.is_open && !open.contains(&known.about)
        });
        let mut gone: Vec<_> = gone
            .map(|known| {
                let row = self.fleet.get(&known.subject.monitor);
                let end = match row.map(|row| row.status) {
                    None => IncidentEnd::Removed,
                    Some(Status::Paused) => IncidentEnd::Paused,
                    Some(_) => IncidentEnd::Recovered,
                };
                (known.about.clone(), end)
            })
            .collect();
        gone.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (about, end) in gone {
            self.close(&about, self.now, end);
        }
        self.calm_monitors();
        self.is_started = true;
        self.review_all();
    }

    /// Ends the flapping of monitors that have been steady, and plans when the others are.
    fn calm_monitors(&mut self) {
        let names: Vec<Text> = self.monitors.keys().cloned().collect();
        for name in names {
            let since = self.fleet.get(&name).map(|row| row.since);
            if let Some(monitor) = self.monitors.get_mut(&name) {
                since.iter().for_each(|at| monitor.flap.changed(*at));
                monitor.flap.calm(self.now);
            }
            self.plan_monitor(&name);
        }
    }

    /// Closes an incident.
    pub(super) fn close(&mut self, about: &AlertTopic, at: Moment, end: IncidentEnd) {
        let Some(incident) = self.incidents.get_mut(about).filter(|one| one.is_open) else {
            return;
        };
        incident.is_open = false;
        let subject = Arc::make_mut(&mut incident.subject);
        subject.closed = Some(wall(self.outbox.anchor, at));
        subject.end = Some(end);
        if let Some(watch) = incident.parents.take() {
            self.behind.forget(&watch, about);
        }
        let Some(incident) = self.incidents.get(about) else {
            return;
        };
        let name = incident.subject.monitor.clone();
        self.review(about);
        let Some(monitor) = self.monitors.get_mut(&name) else {
            return;
        };
        if monitor.open.as_ref() == Some(about) {
            monitor.open = None;
        }
        if end != IncidentEnd::Recovered {
            monitor.flap.end();
        }
        let all: Vec<AlertTopic> = monitor.incidents.clone();
        all.iter().for_each(|about| self.review(about));
    }
}

/// Returns since when a target has had the worst status of its incident, as far as its row says.
fn bad_since(row: &Row, incident: &OpenIncident) -> Moment {
    if row.status == incident.worst {
        row.since.max(incident.opened)
    } else {
        incident.opened
    }
}
