//! What earlier runs left in a store, for the engine of this one.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::Timestamp;

use super::convert;
use super::saved::SavedMonitor;
use crate::clock::Clock;
use crate::engine::Past;
use crate::history::incident::Incident;
use crate::model::{GoodStreak, IncidentId, Memory, Silence, Status, Text};
use crate::store::{IncidentQuery, Left, Reader, StoreError};

/// The states of the monitors of an earlier run, by their names.
pub(in crate::cli) type SavedStates = HashMap<Text, SavedMonitor>;

/// Reads the states in a store. One that cannot be read is none, and a monitor that was removed
/// begins anew.
pub(super) fn states(left: &Left) -> SavedStates {
    let is_removed = |name: &Text| {
        (left.monitors.iter()).any(|known| known.name == *name && known.removed.is_some())
    };
    (left.states.iter())
        .filter_map(|(name, state)| Some((name.clone(), serde_json::from_str(state).ok()?)))
        .filter(|(name, _): &(Text, SavedMonitor)| !is_removed(name))
        .collect()
}

/// Returns a clock whose moments cover every time that is known.
pub(super) fn clock(left: &Left, states: &SavedStates) -> Clock {
    let incidents = left.open_incidents.iter().flat_map(times_of);
    let recent = left.recent_incidents.iter().map(|one| one.opened);
    let silences = left.silences.iter().map(|silence| silence.from);
    (states.values().flat_map(SavedMonitor::times))
        .chain(incidents)
        .chain(recent)
        .chain(silences)
        .min()
        .map_or_else(Clock::start, Clock::resume)
}

/// Returns what the engine continues from.
pub(super) fn past(left: &Left, states: &SavedStates, clock: &Clock) -> Past {
    let mut memories: HashMap<Text, Memory> = (states.iter())
        .map(|(name, saved)| (name.clone(), saved.memory(clock)))
        .collect();
    add_incidents(&mut memories, &left.open_incidents, clock);
    Past {
        memories,
        first_incident: Some(IncidentId(left.last_incident + 1)),
        silences: silences(&left.silences, clock),
        last_silence: left.last_silence,
    }
}

/// Returns what a process continues from that only reads the store: another one writes it.
///
/// # Errors
/// The store cannot be read.
pub(super) fn read_only(reader: &Reader) -> Result<(Clock, Past), StoreError> {
    let now = Clock::start().anchor();
    let mut open = Vec::new();
    let mut last = 0;
    let query = |open_only| IncidentQuery {
        open_only,
        ..IncidentQuery::newest()
    };
    reader.incidents(&query(false), &mut |incident| {
        last = incident.id.0;
        ControlFlow::Break(())
    })?;
    reader.incidents(&query(true), &mut |incident| {
        open.push(incident);
        ControlFlow::Continue(())
    })?;
    let left = Left {
        open_incidents: open,
        silences: reader.silences(now)?,
        last_incident: last,
        ..Left::default()
    };
    let clock = clock(&left, &SavedStates::new());
    let past = past(&left, &SavedStates::new(), &clock);
    Ok((clock, past))
}

/// Adds the newest open incident of each monitor to its memory.
fn add_incidents(memories: &mut HashMap<Text, Memory>, open: &[Incident], clock: &Clock) {
    let mut open: Vec<&Incident> = open.iter().collect();
    open.sort_by_key(|incident| incident.id);
    for incident in open {
        let memory = (memories.entry(incident.monitor.clone())).or_insert_with(|| Memory {
            status: Status::Unknown,
            since: clock.now(),
            cause: None,
            consecutive_failures: 0,
            consecutive_missed: 0,
            last_beat: None,
            good_streak: GoodStreak::default(),
            incident: None,
            instances: Vec::new(),
        });
        memory.incident = Some(Arc::new(convert::open_incident(incident, clock)));
    }
}

fn silences(known: &[Silence<Timestamp>], clock: &Clock) -> Vec<Arc<Silence>> {
    (known.iter())
        .map(|silence| convert::silence(silence, clock))
        .collect()
}

fn times_of(incident: &Incident) -> impl Iterator<Item = Timestamp> {
    let acknowledged = incident.acknowledged.as_ref().map(|ack| ack.at);
    [incident.opened].into_iter().chain(acknowledged)
}
