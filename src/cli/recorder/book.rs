//! What a session writes into the store: changes of the model become rows. No I/O and no clock.

mod clock;
mod incidents;
mod reconcile;
mod status;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::dates::Dates;
use super::watched::WatchedTimes;
use crate::history::change::StatusChange;
use crate::history::gather::Gatherer;
use crate::history::incident::Incident;
use crate::history::known::KnownMonitor;
use crate::model::{
    Change, ChangeKind, Event, IncidentId, Meta, Moment, NewChanges, Silence, SilenceId, Snapshot,
    Text,
};
use crate::store::{Batch, Left};

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
    known: Arc<KnownMonitor>,
    /// The change that lasts.
    open: Option<Arc<StatusChange>>,
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
                known: Arc::clone(known),
                open: None,
                is_watched: false,
                is_in_maintenance: false,
            };
            monitors.insert(known.name.clone(), entry);
        }
        for open in &left.open_changes {
            if let Some(entry) = monitors.get_mut(&open.monitor) {
                entry.open = Some(Arc::clone(open));
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
            ChangeKind::Stalled { gap } => self.stalled(*gap, anchor, at),
            ChangeKind::ClockSet { .. } => self.set_clock(anchor, at),
            ChangeKind::Overloaded(Some(_)) => self.unwatched(self.dates.of(at)),
            ChangeKind::Overloaded(None) => self.watch(self.dates.of(at)),
            ChangeKind::Silence { silence, change } => self.silence(silence, *change),
            ChangeKind::ReloadRefused { .. } => {}
        }
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
}

/// Returns the open incidents by their numbers.
fn by_id(open: &[Incident]) -> HashMap<IncidentId, Incident> {
    open.iter()
        .map(|incident| (incident.id, incident.clone()))
        .collect()
}

#[cfg(test)]
mod tests;
