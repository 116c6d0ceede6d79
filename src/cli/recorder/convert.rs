//! Incidents, acknowledgements and silences: from moments of the model to wall times of the history,
//! and back.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::dates::Dates;
use crate::clock::Clock;
use crate::history::incident::Incident;
use crate::model::{Acknowledgement, Cause, Meta, Moment, OpenIncident, Silence, Text};
use crate::words;

/// Two records of one acknowledgement differ by less, since moments are exact and dates are not.
const SAME: Duration = Duration::from_secs(2);

/// Returns the record of an incident that was just opened.
pub(super) fn incident(meta: &Meta, open: &OpenIncident, dates: &Dates) -> Incident {
    Incident {
        id: open.id,
        monitor: meta.name.clone(),
        kind: meta.kind,
        group: meta.group.clone(),
        opened: dates.of(open.opened),
        closed: None,
        worst: open.worst,
        reason: open.cause.as_ref().map(Cause::reason),
        message: open.cause.as_ref().map(message),
        first_reason: open.first_reason,
        last_reason: open.last_reason,
        end: None,
        acknowledged: open.acknowledged.as_ref().map(|ack| dated(ack, dates)),
        maintenance: false,
        notes: Vec::new(),
        told: Vec::new(),
    }
}

/// Returns an incident of an earlier run for the engine.
pub(super) fn open_incident(incident: &Incident, clock: &Clock) -> OpenIncident {
    let message = incident.message.clone().unwrap_or_default();
    OpenIncident {
        id: incident.id,
        opened: clock.moment(incident.opened),
        worst: incident.worst,
        cause: incident
            .reason
            .map(|reason| Cause::Restored { reason, message }),
        first_reason: incident.first_reason,
        last_reason: incident.last_reason,
        acknowledged: incident
            .acknowledged
            .as_ref()
            .map(|ack| acknowledgement(ack, clock)),
    }
}

pub(super) fn message(cause: &Cause) -> Text {
    Text::clean(&words::cause(cause))
}

pub(super) fn dated(ack: &Acknowledgement, dates: &Dates) -> Acknowledgement<Timestamp> {
    Acknowledgement {
        by: ack.by.clone(),
        at: dates.of(ack.at),
        until: ack.until.map(|until| dates.of(until)),
    }
}

pub(super) fn acknowledgement(ack: &Acknowledgement<Timestamp>, clock: &Clock) -> Acknowledgement {
    Acknowledgement {
        by: ack.by.clone(),
        at: clock.moment(ack.at),
        until: ack.until.map(|until| moment(until, clock)),
    }
}

/// Whether two records are of the same acknowledgement.
pub(super) fn is_same(
    one: Option<&Acknowledgement<Timestamp>>,
    other: Option<&Acknowledgement<Timestamp>>,
) -> bool {
    let is_near =
        |one: Timestamp, other: Timestamp| one.duration_until(other).unsigned_abs() < SAME;
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            let same_end = match (one.until, other.until) {
                (None, None) => true,
                (Some(one), Some(other)) => is_near(one, other),
                _ => false,
            };
            one.by == other.by && is_near(one.at, other.at) && same_end
        }
        _ => false,
    }
}

pub(super) fn dated_silence(silence: &Silence, dates: &Dates) -> Silence<Timestamp> {
    Silence {
        id: silence.id,
        matches: silence.matches.clone(),
        from: dates.of(silence.from),
        until: dates.of(silence.until),
        by: silence.by.clone(),
        reason: silence.reason.clone(),
    }
}

pub(super) fn silence(silence: &Silence<Timestamp>, clock: &Clock) -> Arc<Silence> {
    Arc::new(Silence {
        id: silence.id,
        matches: silence.matches.clone(),
        from: moment(silence.from, clock),
        until: moment(silence.until, clock),
        by: silence.by.clone(),
        reason: silence.reason.clone(),
    })
}

/// Returns the moment of a wall time, which may lie ahead.
fn moment(at: Timestamp, clock: &Clock) -> Moment {
    let passed = Duration::try_from(clock.anchor().duration_until(at)).unwrap_or_default();
    Moment::after_start(passed)
}
