//! What a session writes into the store: changes of the model become rows. No I/O and no clock.

mod reconcile;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;

use super::convert;
use super::dates::Dates;
use super::watched::WatchedTimes;
use crate::history::change::StatusChange;
use crate::history::gather::Gatherer;
use crate::history::incident::{Incident, Note};
use crate::history::known::KnownMonitor;
use crate::model::{
    Cause, Change, ChangeKind, Event, IncidentChange, IncidentEnd, IncidentEvent, IncidentId, Meta,
    Moment, NewChanges, OpenIncident, Silence, SilenceChange, SilenceId, Snapshot, Status, Text,
};
use crate::store::{Batch, Left};

/// A clock that is set forward by at most this was watched meanwhile.
const SHORT_STEP: Duration = Duration::from_secs(5);

/// 2026-01-01 in seconds since the epoch. A clock before it is wrong.
const FIRST_RELEASE: i64 = 1_767_225_600;

/// Fleets of at most this size write numbers of intervals that still run.
const SMALL_FLEET: usize = 200;

/// Follows a session. It knows what is open, so that each change becomes one row.
pub(super) struct Book {
    dates: Dates,
    /// When the session began, or the config was last reloaded.
    baseline: Timestamp,
    /// The latest date of earlier sessions.
    last: Timestamp,
    /// The monitors that are not removed.
    monitors: HashMap<Text, Entry>,
    /// When each removed monitor was first known.
    removed: HashMap<Text, Timestamp>,
    /// The open incidents.
    pub(super) incidents: HashMap<IncidentId, Incident>,
    /// Silences that were not ended.
    pub(super) silences: HashMap<SilenceId, Silence<Timestamp>>,
    /// Notes of other processes that the engine is about to announce.
    pub(super) announced: Vec<(IncidentId, Text, Text)>,
    numbers: Gatherer,
    watched: WatchedTimes,
    urgent: Batch,
    /// Monitors whose state has to be written with the batch.
    changed: HashSet<Text>,
    is_small: bool,
    is_begun: bool,
    /// The session lasts a moment. What it does not watch stays as it is.
    is_short: bool,
}

/// One monitor, as it is written.
struct Entry {
    known: KnownMonitor,
    /// The change that lasts.
    open: Option<StatusChange>,
    /// This session watches it.
    is_watched: bool,
    is_in_maintenance: bool,
}

impl Book {
    /// `anchor`: the wall time of `Moment::START`. `started`: when the session began.
    pub(super) fn new(left: &Left, anchor: Timestamp, started: Moment, is_short: bool) -> Book {
        let dates = Dates::new(anchor, started, left.last_time);
        let mut monitors = HashMap::new();
        let mut removed = HashMap::new();
        for known in &left.monitors {
            if known.removed.is_some() {
                removed.insert(known.name.clone(), known.first_known);
                continue;
            }
            let entry = Entry {
                known: known.clone(),
                open: None,
                is_watched: false,
                is_in_maintenance: false,
            };
            monitors.insert(known.name.clone(), entry);
        }
        for open in &left.open_changes {
            if let Some(entry) = monitors.get_mut(&open.monitor) {
                entry.open = Some(open.clone());
            }
        }
        Book {
            dates,
            baseline: dates.of(started),
            last: left.last_time.unwrap_or(Timestamp::MIN),
            monitors,
            removed,
            incidents: by_id(&left.open_incidents),
            silences: (left.silences.iter())
                .map(|silence| (silence.id, silence.clone()))
                .collect(),
            announced: Vec::new(),
            numbers: Gatherer::default(),
            watched: WatchedTimes::default(),
            urgent: Batch::default(),
            changed: HashSet::new(),
            is_small: true,
            is_begun: false,
            is_short,
        }
    }

    /// Reads what is new in a snapshot. `in_config`: whether the config has a monitor of this name.
    pub(super) fn read(
        &mut self,
        snapshot: &Snapshot,
        new: &NewChanges<'_>,
        in_config: &dyn Fn(&Text) -> bool,
    ) {
        let mut is_due = new.lost > 0;
        if !self.is_begun {
            self.begin(snapshot);
            is_due = true;
        }
        for change in &new.changes {
            self.change(change, snapshot.anchor);
            is_due |= matches!(change.kind, ChangeKind::Reloaded { .. });
        }
        if self.dates.anchor() != snapshot.anchor {
            self.set_clock(snapshot.anchor, snapshot.at);
        }
        if is_due {
            self.reconcile(snapshot, in_config);
        }
    }

    /// Returns what must be written at once, as of now, and the monitors whose state changed with
    /// it.
    pub(super) fn take_urgent(&mut self, now: Moment) -> (Batch, HashSet<Text>) {
        let mut batch = std::mem::take(&mut self.urgent);
        if !batch.changes.is_empty() {
            // What changed was watched, whatever happens next.
            batch.watched = self.watched.take(self.dates.of(now));
        }
        (batch, std::mem::take(&mut self.changed))
    }

    /// Returns the numbers and watched times until now that were not returned before. `all`: also
    /// the numbers of intervals that still run.
    pub(super) fn take_numbers(&mut self, now: Moment, all: bool) -> Batch {
        let now = self.dates.of(now);
        let mut numbers = self.numbers.take_finished(now);
        if all || self.is_small {
            numbers.extend(self.numbers.take_running(now));
        }
        Batch {
            numbers,
            watched: self.watched.take(now),
            ..Batch::default()
        }
    }

    /// Returns the date of a moment.
    pub(super) fn date(&self, at: Moment) -> Timestamp {
        self.dates.of(at)
    }

    fn begin(&mut self, snapshot: &Snapshot) {
        self.is_begun = true;
        self.correct(self.last, self.baseline);
        self.watched.begin(self.baseline);
        self.numbers.watched(self.baseline);
        for row in &snapshot.rows {
            let name = &row.meta.name;
            if let Some(entry) = self.monitors.get(name)
                && let Some(open) = &entry.open
            {
                self.numbers.status(name, self.baseline, open.status);
            }
        }
    }

    fn change(&mut self, change: &Change, anchor: Timestamp) {
        let at = change.at;
        match &change.kind {
            ChangeKind::Target { meta, event, .. } => self.target(at, meta, event),
            ChangeKind::Reloaded { .. } => self.baseline = self.dates.of(at),
            ChangeKind::Stalled { gap } => {
                let before = self.dates.of(at);
                // Moments stop while the machine sleeps, and go on while only hbmon does.
                let ahead = self.dates.set_anchor(anchor, at);
                let stalled = gap.saturating_sub(ahead);
                let end = before.checked_sub(stalled).unwrap_or(before);
                self.unwatched(end);
                self.watch(self.dates.of(at));
                self.correct(before, self.dates.of(at));
            }
            ChangeKind::ClockSet { .. } => self.set_clock(anchor, at),
            ChangeKind::Overloaded(Some(_)) => self.unwatched(self.dates.of(at)),
            ChangeKind::Overloaded(None) => self.watch(self.dates.of(at)),
            ChangeKind::Silence { silence, change } => self.silence(silence, *change),
            ChangeKind::ReloadRefused { .. } => {}
        }
    }

    /// Follows the wall clock, which was set at a moment. The time that it leaves out was not watched,
    /// and time that it takes back was a mistake.
    fn set_clock(&mut self, anchor: Timestamp, at: Moment) {
        let before = self.dates.of(at);
        let ahead = self.dates.set_anchor(anchor, at);
        let now = self.dates.of(at);
        if (now < before || ahead > SHORT_STEP) && self.watched.is_running() {
            self.unwatched(before);
            self.watch(now);
        }
        self.correct(before, now);
    }

    /// Ends what began after `now` at `before`, the last date of a clock that was or is wrong, and
    /// begins it again. Nothing that is written is dated again: it is not known which time is wrong.
    fn correct(&mut self, before: Timestamp, now: Timestamp) {
        self.baseline = self.baseline.min(now);
        for (name, entry) in &mut self.monitors {
            if entry.known.first_known > now && now.as_second() >= FIRST_RELEASE {
                entry.known.first_known = now;
                self.urgent.monitors.push(entry.known.clone());
            }
            if let Some(open) = entry.open.as_mut().filter(|open| open.from > now) {
                let until = Some(before.max(open.from));
                let ended = StatusChange {
                    until,
                    ..open.clone()
                };
                open.from = now;
                self.urgent.changes.extend([ended, open.clone()]);
                self.changed.insert(name.clone());
            }
        }
    }

    fn watch(&mut self, at: Timestamp) {
        self.watched.begin(at);
        self.numbers.watched(at);
    }

    fn unwatched(&mut self, at: Timestamp) {
        self.watched.end(at);
        self.numbers.unwatched(at);
    }

    fn target(&mut self, at: Moment, meta: &Meta, event: &Event) {
        let name = &meta.name;
        match event {
            Event::Beat { latency, .. } => self.numbers.beat(name, self.dates.of(at), *latency),
            Event::Failure { .. } => self.numbers.failed(name, self.dates.of(at)),
            Event::Miss { .. } => self.numbers.missed(name, self.dates.of(at)),
            Event::Transition {
                from, to, cause, ..
            } => {
                self.know(meta, self.baseline);
                if self.status(name) != Some(*from) {
                    self.set_status(meta, self.baseline, *from, None);
                }
                self.set_status(meta, self.dates.of(at), *to, cause.as_deref());
            }
            Event::Incident(event) => self.incident(at, meta, event),
            Event::Maintenance(time) => self.maintenance(at, meta, time.is_some()),
            Event::Instance { .. } => {
                self.changed.insert(name.clone());
            }
            Event::Open | Event::Close | Event::Start | Event::Log { .. } => {}
        }
    }

    /// Adds a monitor that is new, or was removed before. `since`: when it is first known. Returns
    /// whether nothing was known of it.
    fn know(&mut self, meta: &Meta, since: Timestamp) -> bool {
        if self.monitors.contains_key(&meta.name) {
            return false;
        }
        let removed = self.removed.remove(&meta.name);
        let first_known = removed.unwrap_or(since);
        let known = KnownMonitor::new(meta, first_known);
        self.urgent.monitors.push(known.clone());
        let entry = Entry {
            known,
            open: None,
            is_watched: true,
            is_in_maintenance: false,
        };
        self.monitors.insert(meta.name.clone(), entry);
        removed.is_none()
    }

    fn status(&self, name: &Text) -> Option<Status> {
        Some(self.monitors.get(name)?.open.as_ref()?.status)
    }

    /// Begins a status, which ends the one before.
    fn set_status(&mut self, meta: &Meta, at: Timestamp, status: Status, cause: Option<&Cause>) {
        let Some(entry) = self.monitors.get_mut(&meta.name) else {
            return;
        };
        let from = (entry.open.as_ref()).map_or(at, |before| at.max(before.from));
        let change = StatusChange {
            monitor: meta.name.clone(),
            kind: meta.kind,
            group: meta.group.clone(),
            from,
            until: None,
            status,
            reason: cause.map(Cause::reason),
            message: cause.map(convert::message),
            maintenance: entry.is_in_maintenance,
        };
        entry.open = Some(change.clone());
        self.urgent.changes.push(change);
        self.numbers.status(&meta.name, from, status);
        self.changed.insert(meta.name.clone());
    }

    /// Maintenance begins or is over: the status that lasts becomes a change of its own, since the
    /// time counts apart.
    fn maintenance(&mut self, at: Moment, meta: &Meta, is_on: bool) {
        self.know(meta, self.baseline);
        self.set_maintenance(meta, self.dates.of(at), is_on);
    }

    fn set_maintenance(&mut self, meta: &Meta, at: Timestamp, is_on: bool) {
        let Some(entry) = self.monitors.get_mut(&meta.name) else {
            return;
        };
        entry.is_in_maintenance = is_on;
        let Some(open) = &mut entry.open else {
            return;
        };
        if open.maintenance != is_on {
            open.maintenance = is_on;
            open.from = at.max(open.from);
            self.urgent.changes.push(open.clone());
        }
    }

    fn incident(&mut self, at: Moment, meta: &Meta, event: &IncidentEvent) {
        let open = &event.incident;
        let when = self.dates.of(at);
        if let IncidentChange::Note { by, text } = &event.change {
            return self.note(open.id, when, by, text);
        }
        self.know(meta, self.baseline);
        let mut incident =
            (self.incidents.remove(&open.id)).unwrap_or_else(|| self.new_incident(meta, open));
        incident.worst = open.worst;
        incident.last_reason = open.last_reason;
        match event.change {
            IncidentChange::Worse => {
                incident.reason = open.cause.as_ref().map(Cause::reason);
                incident.message = open.cause.as_ref().map(convert::message);
                incident.acknowledged = None;
            }
            IncidentChange::Acknowledged => {
                let dated = open.acknowledged.as_ref();
                let dated = dated.map(|ack| convert::dated(ack, &self.dates));
                if convert::is_same(incident.acknowledged.as_ref(), dated.as_ref()) {
                    self.incidents.insert(open.id, incident);
                    return;
                }
                incident.acknowledged = dated;
            }
            IncidentChange::Closed(end) => return self.close(incident, when, end),
            IncidentChange::Opened | IncidentChange::Note { .. } => {}
        }
        self.urgent.incidents.push(incident.clone());
        self.incidents.insert(open.id, incident);
    }

    fn new_incident(&self, meta: &Meta, open: &OpenIncident) -> Incident {
        let maintenance =
            (self.monitors.get(&meta.name)).is_some_and(|entry| entry.is_in_maintenance);
        Incident {
            maintenance,
            ..convert::incident(meta, open, &self.dates)
        }
    }

    fn close(&mut self, mut incident: Incident, at: Timestamp, end: IncidentEnd) {
        incident.closed = Some(at.max(incident.opened));
        incident.end = Some(end);
        self.urgent.incidents.push(incident);
    }

    /// Writes a note, unless another process wrote it.
    fn note(&mut self, id: IncidentId, at: Timestamp, by: &Text, text: &Text) {
        let is_it = |(of, writer, said): &(IncidentId, Text, Text)| {
            *of == id && writer == by && said == text
        };
        if let Some(place) = self.announced.iter().position(is_it) {
            self.announced.remove(place);
            return;
        }
        let note = Note {
            at,
            by: by.clone(),
            text: text.clone(),
        };
        if let Some(incident) = self.incidents.get_mut(&id) {
            incident.notes.push(note.clone());
        }
        self.urgent.notes.push((id, note));
    }

    fn silence(&mut self, silence: &Silence, change: SilenceChange) {
        let dated = convert::dated_silence(silence, &self.dates);
        match change {
            SilenceChange::Added => {
                // One that another process wrote is known already.
                if self.silences.contains_key(&silence.id) {
                    return;
                }
                self.silences.insert(dated.id, dated.clone());
                self.urgent.silences.push(dated);
            }
            SilenceChange::Ended => {
                if let Some(known) = self.silences.remove(&silence.id) {
                    let until = dated.until.max(known.from);
                    self.urgent.silences.push(Silence { until, ..known });
                }
            }
        }
    }
}

/// Returns the open incidents by their numbers.
fn by_id(open: &[Incident]) -> HashMap<IncidentId, Incident> {
    open.iter()
        .map(|incident| (incident.id, incident.clone()))
        .collect()
}

#[cfg(test)]
mod tests;
